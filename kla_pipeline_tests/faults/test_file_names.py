"""A file name is bytes, and an agency's computer may write any."""

from __future__ import annotations

import os

from kla_pipeline_tests.support import City


def test_a_name_that_is_no_text_does_not_stop_the_night(city: City) -> None:
    folder = city.paths.raw / "reference"
    folder.mkdir(parents=True)
    with open(os.fsencode(folder) + b"/wilayah_\xff\xfe.csv", "wb") as file:
        file.write(b"kode,nama,tingkat,induk\n36.73,Kota Serang,district,36\n")
    night = city.night()
    assert night.published.outcome == "published"
    assert city.rows("SELECT rows_accepted FROM quality.delivery") == [(1,)]
