"""The kinds of a contract's columns: what each is in pandas and in DuckDB, and what may happen to its cells.

The one list of kinds. What a kind accepts is written in its normaliser (normalise.py, places by place_kinds.py); how a
contract declares one in contract.py.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """`may_be_unreadable`: a filled cell may have no value, and the contract gets a `type` rule for it.

    In the other kinds an unknown word stays as it is, and the code list or the pattern of the column judges it.
    `is_place`: resolved with the help of other columns, by place_kinds.py.
    """

    name: str
    dtype: str
    duckdb: str
    may_be_unreadable: bool = True
    is_place: bool = False


KINDS = {
    kind.name: kind
    for kind in (
        # as written; unreadable only where a spreadsheet put its own message or a rounded number
        Kind("text", "string", "VARCHAR"),
        Kind("code", "string", "VARCHAR", may_be_unreadable=False),
        Kind("multi", "string", "VARCHAR", may_be_unreadable=False),
        Kind("nik", "string", "VARCHAR"),
        Kind("int", "Int64", "BIGINT"),
        Kind("decimal", "Float64", "DOUBLE"),
        # rupiah; two decimals at most, so that the sum of a million cells is exact
        Kind("money", "Float64", "DECIMAL(18, 2)"),
        Kind("bool", "boolean", "BOOLEAN"),
        Kind("date", "datetime64[us]", "DATE"),
        Kind("timestamp", "datetime64[us]", "TIMESTAMP"),
        # HH:MM:SS as text in frames: pandas has no time of day
        Kind("time", "string", "TIME"),
        # JSON object {label: number} of columns that a wide table puts side by side
        Kind("series", "string", "JSON"),
        Kind("district", "string", "VARCHAR", may_be_unreadable=False, is_place=True),
        Kind("kecamatan", "string", "VARCHAR", may_be_unreadable=False, is_place=True),
        Kind("kelurahan", "string", "VARCHAR", may_be_unreadable=False, is_place=True),
        Kind("area", "string", "VARCHAR", may_be_unreadable=False, is_place=True),
        # JSON list of the places a free text names
        Kind("mentions", "string", "JSON", may_be_unreadable=False, is_place=True),
    )
}
TYPED_KINDS = tuple(name for name, kind in KINDS.items() if kind.may_be_unreadable)
PLACE_KINDS = tuple(name for name, kind in KINDS.items() if kind.is_place)
DTYPES = {name: kind.dtype for name, kind in KINDS.items()}
TYPES = {name: kind.duckdb for name, kind in KINDS.items()}
