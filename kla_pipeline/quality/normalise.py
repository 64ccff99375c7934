"""Text of a column to typed values: one normaliser per kind, the repairs it made, and hints for what it could not read.

A normaliser repairs spelling (blanks, apostrophes, grouped numbers, the order of day and month by Indonesian habit),
never meaning. What it cannot read stays text in code columns, so that the contract's code list rejects it, and becomes
null plus a `type` problem in typed columns. A repair is counted by kind and cell; typing alone is none. Work is done
once per distinct text, because columns repeat themselves, and over the whole column, because cells explain each other
(numbers.py, dates.py, nik.py). Not here: what each kind accepts, and places (place_kinds.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from kla_pipeline.intake import dates
from kla_pipeline.places.reference import Areas
from kla_pipeline.quality import nik, numbers, series
from kla_pipeline.quality.cells import DASHES, Read, says_nothing, tidy
from kla_pipeline.quality.codes import CodeList, code_key
from kla_pipeline.quality.kinds import DTYPES
from kla_pipeline.quality.words import (
    has_true_and_false,
    read_bool,
    read_code,
    read_multi,
    read_true_or_false,
    to_text,
)

if TYPE_CHECKING:
    from kla_pipeline.intake.layouts import Layout
    from kla_pipeline.quality.catalogue import Catalogue
    from kla_pipeline.quality.contract import Column

Texts = pa.Array | pa.ChunkedArray | pd.Series
Reader = Callable[[str], Read]

_NUMBERS = ("int", "decimal", "money")
_NO_AMOUNT = re.compile(r"(?:rp\.?|idr)\s*[-\u2013\u2014]{1,2}", re.IGNORECASE)
# reasons that a person can act upon; they name no value
_TOLD = (numbers.AMBIGUOUS, dates.MONTH_FIRST, nik.ROUNDED)
# more unknown spellings than this are no misspellings
_MOST_SUGGESTIONS = 500
_ALIKE = 82
# whole and exact in every number kind
_FEW_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Context:
    """What normalisers may look at: reference data, and how the layout says its export writes.

    `dash`: what "-" means in a number column (zero, empty). `two_digit_years`: first year of their window of a hundred,
    None when they are not read. `serial_dates`: epoch of a spreadsheet's day numbers (1900, 1904, none).
    `home`: code of the district in whose folder the file lies, or empty. It stands in for what the table does not say
    (place_kinds.at_home): for columns within those of `absent`, and as the value of the column `filled`.
    """

    code_lists: Mapping[str, CodeList]
    areas: Areas
    decimal_comma: bool = False
    dash: str = "empty"
    two_digit_years: int | None = None
    serial_dates: str = "1900"
    home: str = ""
    absent: frozenset[str] = frozenset()
    filled: str = ""

    @classmethod
    def of(cls, layout: Layout, catalogue: Catalogue, home: str = "") -> Context:
        """Context of a table that fits this layout. A published table (neutral) is not about the folder it lies in."""
        window = getattr(layout, "two_digit_years", None)
        return cls(
            catalogue.code_lists,
            catalogue.areas,
            layout.decimal_comma,
            getattr(layout, "dash", "empty"),
            int(window) if window else None,
            getattr(layout, "serial_dates", "1900"),
            "" if layout.neutral else home,
        )


@dataclass(slots=True)
class Typed:
    """A typed column. `unreadable`: per row, whether a filled cell has no value of its kind.

    `changes`: kind of repair → number of cells. `hints`: raw text → what the reader may do about it: the name of a code
    it resembles, or the reason why it is not read; reference words only, never the text itself.
    """

    values: pd.Series
    unreadable: np.ndarray
    changes: dict[str, int] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Distinct:
    """The different texts of a column, and per row the number of its text (-1 for null)."""

    texts: list[str]
    numbers: np.ndarray
    index: pd.Index

    @classmethod
    def of(cls, texts: Texts) -> Distinct:
        """Work per distinct text costs a column with few of them next to nothing, however long it is."""
        if isinstance(texts, pd.Series):
            codes, found = pd.factorize(texts, use_na_sentinel=True)
            return cls(list(found), codes, texts.index)
        encoded: Any = texts if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.unify_dictionaries().combine_chunks()
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return cls(encoded.dictionary.to_pylist(), codes, pd.RangeIndex(len(codes)))

    def spread(self, values: Sequence[object], dtype: str) -> pd.Series:
        """A column out of one value per distinct text."""
        # numpy reads dates ten times as fast as pandas does
        cells: Any = [*values, None] if not dtype.startswith("datetime") else np.array([*values, None], dtype=dtype)
        table: Any = pd.Series(cells, dtype=dtype).array
        return pd.Series(table.take(np.where(self.numbers < 0, len(self.texts), self.numbers)), index=self.index)

    def rows_of(self, chosen: Sequence[bool]) -> np.ndarray:
        """Rows whose text is one of the chosen."""
        return np.array([*chosen, False], dtype=bool)[self.numbers]

    def cells(self) -> np.ndarray:
        """Number of cells per distinct text."""
        return np.bincount(self.numbers[self.numbers >= 0], minlength=len(self.texts))


def normalise(texts: Texts, column: Column, context: Context) -> Typed:
    """One column: all cells of one table, because they prove together how its numbers and dates are written."""
    distinct = Distinct.of(texts)
    tidied = [tidy(text) for text in distinct.texts]
    reader = _READERS[column.kind](column, context, [text for text, _ in tidied])
    is_nothing = _says_nothing(column, context)
    values: list[object] = []
    repairs: list[tuple[str, ...]] = []
    broken: list[bool] = []
    hints: dict[str, str] = {}
    for raw, (text, done) in zip(distinct.texts, tidied, strict=True):
        try:
            nothing = is_nothing(text)
            value, more = nothing if nothing is not None else reader(text)
            failed = False
        except (ValueError, OverflowError) as exc:
            value, more, failed = None, (), True
            if str(exc) in _TOLD:
                hints[raw] = str(exc)
        values.append(value)
        repairs.append(() if failed or not text else (*done, *more))
        broken.append(failed)
    if column.kind in ("code", "multi"):
        hints |= _suggestions(distinct.texts, values, context.code_lists[column.code_list])
    return Typed(
        distinct.spread(values, DTYPES[column.kind]), distinct.rows_of(broken), _count(repairs, distinct), hints
    )


def normalise_text(text: str, column: Column, context: Context) -> object:
    """The value of one text by itself; None where it says nothing or cannot be read."""
    tidied, _ = tidy(text)
    nothing = _says_nothing(column, context)(tidied)
    if nothing is not None:
        return nothing[0]
    try:
        return _READERS[column.kind](column, context, [tidied])(tidied)[0]
    except (ValueError, OverflowError):
        return None


def _count(repairs: Sequence[tuple[str, ...]], distinct: Distinct) -> dict[str, int]:
    """Cells per kind of repair; a cell counts once for a kind."""
    counts: dict[str, int] = {}
    if any(repairs):
        for kinds, cells in zip(repairs, distinct.cells(), strict=True):
            for kind in dict.fromkeys(kinds):
                counts[kind] = counts.get(kind, 0) + int(cells)
    return dict(sorted(counts.items()))


def _says_nothing(column: Column, context: Context) -> Callable[[str], Read | None]:
    """What "NA" and "-" mean here: a code where the list has the spelling, zero where the layout says so, else null."""
    if column.kind in ("code", "multi"):
        known = context.code_lists[column.code_list].lookup
        return lambda text: None if code_key(text) and code_key(text) in known else _null(text)
    if column.kind in _NUMBERS:
        return lambda text: _null_or_zero(text, column.kind, context.dash)
    return _null


def _null(text: str) -> Read | None:
    if not says_nothing(text):
        return None
    return None, ("empty_mark",) if text else ()


def _null_or_zero(text: str, kind: str, dash: str) -> Read | None:
    if text in DASHES or (kind == "money" and _NO_AMOUNT.fullmatch(text)):
        return (0, ("dash_zero",)) if dash == "zero" else (None, ("empty_mark",))
    return _null(text)


def _suggestions(texts: Sequence[str], values: Sequence[object], code_list: CodeList) -> dict[str, str]:
    """For spellings that the list lacks: the label of the one code they resemble, for a person to confirm."""
    unknown = [
        (raw, word)
        for raw, value in zip(texts, values, strict=True)
        if isinstance(value, str)
        for word in value.split("|")
        if word not in code_list.labels
    ]
    if not unknown or len(unknown) > _MOST_SUGGESTIONS:
        return {}
    from rapidfuzz import process

    spellings = list(code_list.lookup)
    found: dict[str, str] = {}
    for raw, word in unknown:
        alike = process.extract(code_key(word), spellings, limit=5, score_cutoff=_ALIKE)
        codes = {code_list.lookup[spelling] for spelling, _, _ in alike}
        if len(codes) == 1:
            found.setdefault(raw, code_list.labels[codes.pop()][0])
    return found


def _number_reader(column: Column, context: Context, texts: Sequence[str]) -> Reader:
    style = numbers.style_of(texts, context.decimal_comma, column.units)
    kind: numbers.NumberKind = column.kind  # type: ignore[assignment]
    digits = int if kind == "int" else float

    def read(text: str) -> Read:
        if len(text) <= _FEW_DIGITS and text.isascii() and text.isdigit():
            return digits(text), ()  # most cells
        return numbers.read_number(text, style, kind)

    return read


def _series_reader(column: Column, context: Context, texts: Sequence[str]) -> Reader:
    label_of = series.labels_of(column.labels, context.code_lists[column.code_list] if column.code_list else None)
    style = series.style_of_series(texts, context.decimal_comma)
    kind: numbers.NumberKind = column.values or "int"  # type: ignore[assignment]
    return lambda text: series.read_series(text, label_of, style, kind, context.dash == "zero")


def _date_reader(column: Column, context: Context, texts: Sequence[str]) -> Reader:
    style = dates.style_of(texts, context.serial_dates, context.two_digit_years)
    read = dates.read_date if column.kind == "date" else dates.read_timestamp
    return lambda text: read(text, style)


def _time_reader(_column: Column, _context: Context, _texts: Sequence[str]) -> Reader:
    def read(text: str) -> Read:
        value, repairs = dates.read_clock(text)
        return value.isoformat(), repairs

    return read


def _nik_reader(_column: Column, _context: Context, texts: Sequence[str]) -> Reader:
    rounded = nik.is_rounded(texts)
    return lambda text: nik.read_nik(text, rounded)


_READERS: dict[str, Callable[[Column, Context, Sequence[str]], Reader]] = {
    "text": lambda _column, _context, _texts: lambda text: (to_text(text), ()),
    "bool": lambda _column, _context, texts: read_true_or_false if has_true_and_false(texts) else read_bool,
    "code": lambda column, context, _: lambda text: read_code(text, context.code_lists[column.code_list]),
    "multi": lambda column, context, _: lambda text: read_multi(text, context.code_lists[column.code_list]),
    "nik": _nik_reader,
    "int": _number_reader,
    "decimal": _number_reader,
    "money": _number_reader,
    "date": _date_reader,
    "timestamp": _date_reader,
    "time": _time_reader,
    "series": _series_reader,
}
