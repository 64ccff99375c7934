"""For every layout a small export in its form: header, the words around it, and one good row.

Most of it follows from the layout and from the good row of its record. What does not (the many headers of a wide table,
parts of a composed column, titles and file names that a layout looks at) stands in EXAMPLES.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from kla_pipeline.intake.layouts import Layout, header_key
from kla_pipeline_tests.quality.tables import TextRow, good_row


@dataclass(frozen=True, slots=True)
class Example:
    """`series`: contract column → label → header; `cells`: header → text of headers that are no column's first name."""

    title: str = ""
    file_name: str = "ekspor.csv"
    series: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)
    row: Mapping[str, str] = field(default_factory=dict)


CRIMES = {
    "reported": {year: f"Jumlah Tindak Pidana {year}" for year in ("2024", "2025")},
    "resolved": {year: f"Penyelesaian Tindak Pidana {year}" for year in ("2024", "2025")},
}
FLAT_CRIMES = {
    "reported": {year: f"{year}_jumlah" for year in ("2024", "2025")},
    "resolved": {year: f"{year}_penyelesaian" for year in ("2024", "2025")},
}


def _split(one: str, other: str) -> Example:
    """A breakdown with two columns whose header is their label."""
    labels = {label: label.title() for label in (one, other)}
    return Example(series={"counts": labels}, row={"counts": json.dumps({one: "3", other: "1"})})


EXAMPLES: dict[str, Example] = {
    "polres.crime_statistic": Example(series=CRIMES),
    "polres.crime_statistic_flat": Example(series=FLAT_CRIMES),
    "dinsos.ppks_area": Example(
        series={"counts": {"anak terlantar": "Anak Terlantar", "persentase ppks": "Persentase PPKS yang ditangani"}},
        row={"counts": '{"anak terlantar": "12", "persentase ppks": "80"}'},
    ),
    "dinsos.ppks_years": Example(
        title="PPKS Kota Serang",
        file_name="ppks.csv",
        series={"counts": {"2024": "2024", "2025": "2025"}},
    ),
    "dp3a.violence_months": Example(
        title="Kekerasan terhadap Anak",
        file_name="kekerasan_anak.csv",
        series={"counts": {"januari": "Januari", "februari": "Februari"}},
    ),
    "dp3a.violence_by_sex": _split("laki-laki", "perempuan"),
    "dp3a.violence_by_group": _split("anak", "perempuan dewasa"),
    "dp3a.violence_by_form": _split("fisik", "psikis"),
    "dp3a.violence_by_age": _split("0-5", "6-12"),
    "dp3a.violence_by_year": _split("2024", "2025"),
    "reference.population_age_table": Example(title="Jumlah Penduduk Menurut Usia 5-9 Tahun dan Kecamatan Tahun 2025"),
    "bpbd.perka8": Example(cells={"tanggal": "1", "bulan": "3", "tahun": "2025"}),
    "dp3a.aggregate_education": Example(row={"category": "SLTP"}),
    "dp3a.aggregate_occupation": Example(row={"category": "PELAJAR"}),
    "dp3a.aggregate_place": Example(row={"category": "SEKOLAH"}),
    "dp3a.aggregate_service": Example(row={"category": "KESEHATAN"}),
    "dp3a.aggregate_served": Example(file_name="kasus_terlayani.csv"),
}


def example_of(layout: Layout) -> Example:
    """The layout's example, empty where everything follows from the layout."""
    return EXAMPLES.get(layout.id, Example())


def fields_of(layout: Layout, row: TextRow | None = None) -> list[tuple[str, str]]:
    """(header, text) of an export with one row: first names of the columns, series, composed parts, ignored columns."""
    example = example_of(layout)
    values = {**(row or good_row(layout.record, 1)), **example.row}
    fields = [(names[0], values.get(column, "")) for column, names in layout.columns.items()]
    for column, headers in example.series.items():
        texts = json.loads(values[column])
        fields += [(header, texts.get(label, "")) for label, header in headers.items()]
    fields += example.cells.items()
    known = {header_key(header) for header, _ in fields}
    return fields + [(name, "") for name in layout.ignored if header_key(name) not in known]
