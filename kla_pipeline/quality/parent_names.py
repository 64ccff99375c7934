"""Rows of a table of parts that bear the name of the whole: "Kota Serang" below its kecamatan is a total, not a part.

Such a row whose number is off by one passes every check by sum, so its name is judged. Only full official names count
("Kota Serang", "Banten"): a kecamatan is often named as its city without the word before it.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pandas as pd

from kla_pipeline.places.reference import Area, load_areas

_REGIONS = Path(__file__).parent.parent / "sources" / "reference" / "regions.csv"
_LONG = {"kab.": "kabupaten", "kab": "kabupaten", "prov.": "provinsi", "prov": "provinsi"}


def names_no_parent(names: pd.Series, districts: pd.Series) -> pd.Series:
    """Whether each name is another one than that of its row's district or province.

    Without a district, any regency's, city's or province's full name counts as one of a parent.
    """
    every, own = _parents()
    verdicts = []
    for name, code in zip(names, districts, strict=True):
        text = _plain(name)
        parents = every if pd.isna(code) else own.get(str(code), frozenset())
        verdicts.append(text not in parents)
    return pd.Series(verdicts, index=names.index, dtype="boolean")


def names_no_province(names: pd.Series) -> pd.Series:
    """Whether each name is none of a province: for tables of units that have no district of their own."""
    provinces = _provinces()
    return pd.Series([_plain(name) not in provinces for name in names], index=names.index, dtype="boolean")


def _plain(name: object) -> str:
    words = str(name).lower().split() if isinstance(name, str) else []
    return " ".join([_LONG.get(words[0], words[0]), *words[1:]]) if words else ""


def _spellings(area: Area) -> frozenset[str]:
    name = _plain(area.name)
    return frozenset({name, f"provinsi {name}"}) if area.level == "province" else frozenset({name})


@lru_cache(maxsize=1)
def _provinces() -> frozenset[str]:
    areas = load_areas(_REGIONS).by_code.values()
    return frozenset(name for area in areas if area.level == "province" for name in _spellings(area))


@lru_cache(maxsize=1)
def _parents() -> tuple[frozenset[str], dict[str, frozenset[str]]]:
    """Names of all districts and provinces, and by district code those of the district and its province."""
    by_code = load_areas(_REGIONS).by_code
    own = {
        code: _spellings(area) | (_spellings(by_code[area.parent]) if area.parent in by_code else frozenset())
        for code, area in by_code.items()
        if area.level == "district"
    }
    return frozenset().union(*own.values()), own
