"""Contracts of reference data: regions (Kemendagri codes) and population.

Quirk: population of children is never derived from the total or from the share of working age; it is a file of its own
with source and date, or it is absent.
"""

from __future__ import annotations

import pandas as pd

from kla_pipeline.quality.contract import Contract, Date, Int, Text, code, contract, day, integer, rule, text


@contract("region", title=("Wilayah", "Regions"))
class Region(Contract):
    """One row per area."""

    area_code: Text = text(
        "Kode Kemendagri", "Kemendagri code", key=True, pattern=r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$"
    )
    area_name: Text = text("Nama", "Name", required=True)
    area_level: Text = code("area_level", "Tingkat", "Level", required=True)
    parent_code: Text = text("Induk", "Parent")
    valid_from: Date = day("Berlaku sejak", "Valid from")
    valid_to: Date = day("Berlaku sampai", "Valid to")


@contract("population", title=("Penduduk", "Population"))
class Population(Contract):
    """One row per year, area, sex and age band (years, both ends included)."""

    reference_year: Int = integer("Tahun", "Year", key=True, ge=2000, le=2100)
    area_code: Text = text("Kode wilayah", "Area code", key=True, pattern=r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$")
    sex: Text = code("population_sex", "Jenis kelamin", "Sex", key=True)
    age_from: Int = integer("Umur dari", "Age from", key=True, ge=0, le=130)
    age_to: Int = integer("Umur sampai", "Age to", key=True, ge=0, le=130)
    population: Int = integer("Jumlah", "Persons", required=True, ge=0)
    source: Text = text("Sumber", "Source", required=True)
    source_date: Date = day("Tanggal sumber", "Date of the source")

    @rule("age_band_reversed")
    @staticmethod
    def age_band_reversed(frame: pd.DataFrame) -> pd.Series:
        """A band runs upwards."""
        return frame["age_from"] <= frame["age_to"]
