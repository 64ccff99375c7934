"""A build rests on deliveries staged under today's rules only."""

from __future__ import annotations

import json

import pytest

from kla_pipeline.errors import StorageProblem
from kla_pipeline.nightly import build, load
from kla_pipeline_tests.faults.exports import person, roster
from kla_pipeline_tests.support import CITY, City


def test_what_was_staged_under_other_rules_is_not_built_from(city: City) -> None:
    city.write("dinsos", "ppks.csv", roster(person(1)))
    load.receive(city.settings, CITY)
    load.stage(city.settings, CITY)
    (manifest,) = city.paths.staged.glob("*/*/manifest.json")
    content = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(content | {"cache_key": "of older rules"}), encoding="utf-8")

    with pytest.raises(StorageProblem, match="Run the staging step first"):
        build.build(city.settings, CITY)

    load.stage(city.settings, CITY)
    assert build.build(city.settings, CITY).built
