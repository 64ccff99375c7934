"""The region reference as delivered, its resolver for the city, and an invented one for what it lacks."""

from __future__ import annotations

from datetime import date
from functools import cache

from kla_pipeline.places.mentions import Mention, read_mentions
from kla_pipeline.places.reference import Area, Areas, load_areas
from kla_pipeline.places.resolver import Resolver
from kla_pipeline.places.variants import Variants, load_variants
from kla_pipeline_tests.support import ROOT

SOURCES = ROOT / "kla_pipeline" / "sources"
CITY = "36.73"
REGENCY = "36.04"


@cache
def the_areas() -> Areas:
    """The reference with its spellings, as the package delivers it."""
    folder = SOURCES / "reference"
    return load_areas(folder / "regions.csv", load_variants([folder / "region_variants.yaml"]))


@cache
def resolver(jurisdiction: str = CITY, on: date | None = None) -> Resolver:
    return Resolver(the_areas(), jurisdiction, on)


def mentions(text: str, jurisdiction: str = CITY) -> list[Mention]:
    """Mentions of a text of an office of the jurisdiction."""
    return read_mentions(text, resolver(jurisdiction), jurisdiction)


def codes(text: str, jurisdiction: str = CITY) -> list[str | None]:
    return [mention.found.code for mention in mentions(text, jurisdiction)]


def invented(spellings: dict[str, tuple[str, ...]] | None = None) -> Areas:
    """A province with one city, two kecamatan and three kelurahan; one ended, one began and nobody knows when."""
    return Areas(
        [
            Area("99", "Uji", "province", ""),
            Area("99.71", "Kota Uji", "district", "99"),
            Area("99.71.01", "Uji Satu", "kecamatan", "99.71"),
            Area("99.71.02", "Uji Dua", "kecamatan", "99.71"),
            Area("99.71.01.1001", "Lama", "kelurahan", "99.71.01", valid_to="2019-12-31"),
            Area("99.71.01.1002", "Baru", "kelurahan", "99.71.01", valid_from="2022-01-01", absent_in="2020"),
            Area("99.71.02.1001", "Tetap", "kelurahan", "99.71.02"),
        ],
        Variants(spellings or {}, frozenset({"99.71"})),
    )
