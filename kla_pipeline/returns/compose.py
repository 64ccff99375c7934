"""Rejected rows with their raw cells to the sheets of a form: columns, dropdown words, marked cells, reasons in words.

Here: plain composition. Not here: which rows are asked about (export.py), the file (workbook.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kla_pipeline.i18n import Speaker
from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.quality.cells import clean
from kla_pipeline.quality.codes import CodeList, code_key
from kla_pipeline.quality.contract import Column, RecordType
from kla_pipeline.quality.raw_rows import HashRow, RawTable, row_version
from kla_pipeline.quality.rules import describe
from kla_pipeline.returns.form import FormColumn, FormRow, FormSheet, action_words

_TOLD = ("ambiguous_separator", "month_first", "rounded_number")
_YES_NO = ("Ya", "Tidak")  # as agencies write it, whatever language our own columns speak
_MOST_WORDS = 200  # a longer list is no help in a dropdown


@dataclass(frozen=True, slots=True)
class Rejected:
    """One rejected row as the warehouse knows it: rule ids, and hints as `column: what may be meant`."""

    row_id: str
    delivery_id: str
    record: str
    rules: tuple[str, ...]
    hints: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Source:
    """One table of a delivery with the rejected rows in it, in the order of the file."""

    file_name: str = field(repr=False)
    table: RawTable
    rows: Sequence[Rejected]


def compose(
    sources: Iterable[Source], catalogue: Catalogue, hash_row: HashRow, speaker: Speaker, home: str = ""
) -> list[FormSheet]:
    """One sheet per layout, in the order in which the tables come; layouts of one record type stand together.

    `home`: code of the jurisdiction, whose kecamatan are offered where one is asked for.
    """
    by_record: dict[str, dict[str, list[Source]]] = {}
    for source in sources:
        by_record.setdefault(source.table.record, {}).setdefault(source.table.layout.id, []).append(source)
    groups = [group for by_layout in by_record.values() for group in by_layout.values()]
    contracts = catalogue.contracts()
    return [
        _Sheet(group, contracts[group[0].table.record], catalogue, speaker, home).form(hash_row) for group in groups
    ]


class _Sheet:
    """The tables of one layout on their way to one sheet."""

    def __init__(
        self, group: Sequence[Source], record: RecordType, catalogue: Catalogue, speaker: Speaker, home: str
    ) -> None:
        self.group, self.record, self.catalogue, self.speaker, self.home = group, record, catalogue, speaker, home
        self.texts = {text.id: text for text in describe(record)}
        self.counts: Counter[tuple[str, str]] = Counter()

    def form(self, hash_row: HashRow) -> FormSheet:
        rows = [row for source in self.group for row in self._rows(source, hash_row)]
        filled = {header for row in rows for header, text in row.cells.items() if text}
        columns = [column for column in self._columns() if column.kind or column.header in filled]
        title = getattr(self.record, f"title_{self.speaker.lang}")
        return FormSheet(title, columns, rows, dict(self.counts))

    def _rows(self, source: Source, hash_row: HashRow) -> Iterable[FormRow]:
        cells_of = source.table.cells_of(row.row_id for row in source.rows)
        heads = _heads(source.table)
        for row in source.rows:
            cells = cells_of[row.row_id]
            reasons, marked = self._reasons(row, heads)
            yield FormRow(
                row.row_id,
                row_version(hash_row, row.row_id, cells),
                source.file_name,
                place_of(row.row_id, source.table, self.speaker),
                cells,
                tuple(reasons),
                {header: tuple(said) for header, said in marked.items()},
            )

    def _reasons(self, row: Rejected, heads: Mapping[str, Sequence[str]]) -> tuple[list[str], dict[str, list[str]]]:
        """Sentences in order, and those of each cell they are about."""
        reasons: list[str] = []
        marked: dict[str, list[str]] = {}
        for rule in row.rules:
            sentence, cells = self._about_rule(rule, heads)
            reasons.append(sentence)
            for header in cells:
                marked.setdefault(header, []).append(sentence)
        for hint in row.hints:
            sentence, cells = self._about_hint(hint, heads)
            if sentence and any(header in marked for header in cells):
                reasons.append(sentence)
                for header in cells:
                    marked.setdefault(header, []).append(sentence)
        return reasons, marked

    def _about_rule(self, rule: str, heads: Mapping[str, Sequence[str]]) -> tuple[str, list[str]]:
        text = self.texts.get(rule)
        if text is None:  # a rule of an earlier version, until the next night judges again
            return rule, []
        what, mend = (getattr(text, f"{part}_{self.speaker.lang}") for part in ("what", "mend"))
        if text.dimension == "uniqueness":  # the rules speak of the file; here nothing is deleted or numbered anew
            mend = self.speaker.t("form.reason.twice", action=action_words(self.speaker)["withdraw"])
        self.counts[what, mend] += 1
        cells = [header for column in text.columns for header in heads.get(column, ())]
        if text.columns and not cells:
            return self.speaker.t("form.reason.around", what=what, mend=mend), []
        named = ", ".join(dict.fromkeys(cells))
        if f"\u201c{named}\u201d".casefold() in what.casefold() or not cells:  # the sentence names the column itself
            return self.speaker.t("form.reason.row", what=what, mend=mend), cells
        return self.speaker.t("form.reason.cell", columns=named, what=what, mend=mend), cells

    def _about_hint(self, hint: str, heads: Mapping[str, Sequence[str]]) -> tuple[str, list[str]]:
        column, _, said = hint.partition(": ")
        cells = list(heads.get(column, ()))
        if not said or not cells:
            return "", []
        named = ", ".join(cells)
        if said in _TOLD:
            told = self.speaker.t(f"form.hint.{said}")
            return self.speaker.t("form.reason.hint", columns=named, hint=told), cells
        return self.speaker.t("form.reason.perhaps", columns=named, hint=said), cells

    def _columns(self) -> list[FormColumn]:
        """Columns of all tables in the agency's order: those of the newest file first, then what only others have."""
        found: dict[str, FormColumn] = {}
        for source in reversed(self.group):
            for column in source.table.columns:
                if column.header not in found:
                    found[column.header] = self._column(column.header, column.feeds)
        return list(found.values())

    def _column(self, header: str, feeds: Sequence[str]) -> FormColumn:
        known = self.record.columns
        labels = tuple(getattr(known[name], f"label_{self.speaker.lang}") for name in feeds)
        if not feeds:
            return FormColumn(header)
        first = known[feeds[0]]
        is_required = any(name in self.record.required for name in feeds)
        return FormColumn(header, labels, first.kind, is_required, self._choices(header, first))

    def _choices(self, header: str, column: Column) -> tuple[str, ...]:
        """What may be written: words of the code list (of several at once each one), kecamatan of the jurisdiction."""
        if column.kind in ("code", "multi"):
            return self._words(header, self.catalogue.code_lists[column.code_list])
        if column.kind == "kecamatan" and self.home:
            return tuple(area.name for area in self.catalogue.areas.within(self.home, "kecamatan"))
        return _YES_NO if column.kind == "bool" else ()

    def _words(self, header: str, codes: CodeList) -> tuple[str, ...]:
        """A word for each code: the one this agency writes most often, else the list's own."""
        used: dict[str, Counter[str]] = {}
        for source in self.group:
            for text, cells in _texts(source.table, header).items():
                if code := codes.lookup.get(code_key(text)):
                    used.setdefault(code, Counter())[clean(text)] += cells
        words = [_commonest(used[code]) if code in used else codes.labels[code][0] for code in codes.codes]
        return tuple(words) if len(words) <= _MOST_WORDS else ()


def place_of(row_id: str, table: RawTable, speaker: Speaker) -> str:
    """Where a row stands, as its agency finds it: sheet and row number."""
    number = row_id.split("/")[2]
    if not table.sheet_name:
        return speaker.t("form.place.text", row=number)
    return speaker.t("form.place", sheet=table.sheet_name, row=number)


def _heads(table: RawTable) -> dict[str, list[str]]:
    """Contract column → heads of the cells that feed it."""
    heads: dict[str, list[str]] = {}
    for column in table.columns:
        for name in column.feeds:
            heads.setdefault(name, []).append(column.header)
    return heads


def _texts(table: RawTable, header: str) -> Counter[str]:
    """Texts of all data rows in a column, with the number of cells."""
    places = [column.position for column in table.columns if column.header == header]
    if not places:
        return Counter()
    return Counter(text for text in table.table.column(places[0], table.table.row_numbers).to_pylist() if text)


def _commonest(words: Counter[str]) -> str:
    return min(words, key=lambda word: (-words[word], word))
