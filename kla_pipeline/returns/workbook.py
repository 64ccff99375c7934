"""Writing a form as an .xlsx: the data sheets, with everything that keeps a clerk's work safe.

Here: the file, its formats and the data sheets. Not here: what it says (form.py, export.py) and the pages around the
data (pages.py). Every cell is text: no formula is ever written, a NIK stays as it is, and so does a text that begins
with "=". The row ids stand in hidden, locked columns at the left, so that filtering and sorting take them along.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kla_pipeline.i18n import Speaker
from kla_pipeline.quality import returned
from kla_pipeline.returns import pages
from kla_pipeline.returns.form import (
    OWN,
    STAMP,
    VERSION,
    Form,
    FormColumn,
    FormRow,
    FormSheet,
    HashText,
    action_words,
    own_head,
    shown,
    stamp,
)

HEADER_ROW = 3
"""Row of the heads, from 0: above it stand the title, what it is, and a line about what to do."""
LISTS = "_daftar"
_HIDDEN = (returned.ROW_ID, VERSION, STAMP)
_OWN_WIDTHS = {"action": 17, "reason": 52, "file": 24, "place": 18}
_WIDTHS = (9, 24)  # characters: narrowest and widest column of the agency
_PRINTED = 250  # characters of width that an A3 page takes legibly
_LINE, _TALLEST = 15.5, 400  # points of a line of text, and of the tallest row
_LOOKED_AT = 200  # rows that a column's width is taken from
_NAME_LENGTH = 31  # characters that a sheet's name may have
_NOT_IN_A_NAME = str.maketrans("", "", "[]:*?/\\'")
_PROTECTION = {
    "format_columns": True,
    "format_rows": True,
    "sort": True,
    "autofilter": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}


def workbook_bytes(form: Form, hash_text: HashText, speaker: Speaker) -> bytes:
    """The workbook of a form; `hash_text` makes the stamps that tell unedited rows."""
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw, {"in_memory": True}) as book:
        writer = _Writer(book, form, hash_text, speaker)
        writer.write()
    return raw.getvalue()


@dataclass(frozen=True, slots=True)
class Formats:
    """The looks of cells, the same on all sheets."""

    title: Format
    head: Format
    own_head: Format
    text: Format
    marked: Format
    locked: Format
    plain: Format
    bold: Format
    bold_line: Format
    cell: Format
    wrapped: Format
    warning: Format
    quiet: Format

    @classmethod
    def of(cls, book: xlsxwriter.Workbook) -> Formats:
        cell = {"num_format": "@", "valign": "top", "text_wrap": True, "border": 1, "border_color": "#BFBFBF"}
        grey = {"bg_color": "#EDEDED", "font_color": "#404040"}
        looks: dict[str, dict[str, Any]] = {
            "title": {"bold": True, "font_size": 15},
            "head": cell | {"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF"},
            "own_head": cell | {"bold": True, "bg_color": "#7F7F7F", "font_color": "#FFFFFF"},
            "text": cell | {"locked": False},
            "marked": cell | {"locked": False, "bg_color": "#FFF2A8", "border": 2, "border_color": "#C55A11"},
            "locked": cell | grey,
            "plain": {"num_format": "@", "valign": "top"},
            "bold": {"num_format": "@", "valign": "top", "bold": True, "text_wrap": True},
            "bold_line": {"num_format": "@", "bold": True, "font_size": 12},
            "cell": cell,
            "wrapped": {"num_format": "@", "valign": "top", "text_wrap": True},
            "warning": {"num_format": "@", "bold": True, "font_color": "#C00000", "text_wrap": True, "valign": "top"},
            "quiet": {"num_format": "@", "font_color": "#595959", "valign": "top", "text_wrap": True},
        }
        return cls(**{name: book.add_format(look) for name, look in looks.items()})


class _Writer:
    """One workbook on its way."""

    def __init__(self, book: xlsxwriter.Workbook, form: Form, hash_text: HashText, speaker: Speaker) -> None:
        self.book, self.form, self.hash_text, self.speaker = book, form, hash_text, speaker
        self.formats = Formats.of(book)
        self.names = sheet_names(form, speaker)
        self.lists: dict[tuple[str, ...], str] = {}

    def write(self) -> None:
        form, speaker = self.form, self.speaker
        self.book.set_properties(
            {
                "title": speaker.t("form.title"),
                "subject": form.export_id,
                "company": "",
                "comments": speaker.t("form.secret.short"),
            }
        )
        for name, value in self._marks().items():
            self.book.set_custom_property(name, value, "text")
        first = self.book.add_worksheet(speaker.t("form.sheet.read_first"))
        sheets = [self.book.add_worksheet(name) for name in self.names]
        summary, dictionary = (
            self.book.add_worksheet(speaker.t(f"form.sheet.{name}")) for name in ("summary", "dictionary")
        )
        lists, mark = self.book.add_worksheet(LISTS), self.book.add_worksheet(returned.MARK_SHEET)
        pages.write_read_first(first, form, self.names, self.formats, speaker)
        for sheet, content in zip(sheets, form.sheets, strict=True):
            self._data_sheet(sheet, content)
        pages.write_summary(summary, form, self.names, self.formats, speaker)
        pages.write_dictionary(dictionary, form, self.names, self.formats, speaker)
        self._write_lists(lists)
        pages.write_mark(mark, self._marks())
        first.activate()

    def _marks(self) -> dict[str, str]:
        form = self.form
        return {
            "kla_kind": returned.KIND,
            returned.MARK_EXPORT: form.export_id,
            "kla_agency": form.agency,
            "kla_jurisdiction": form.jurisdiction,
        }

    def _data_sheet(self, sheet: Worksheet, content: FormSheet) -> None:
        form, speaker, formats = self.form, self.speaker, self.formats
        left, last = len(_HIDDEN), HEADER_ROW + len(content.rows)
        width = left + len(OWN) + len(content.columns)
        title = speaker.t("form.title.sheet", title=content.title, rows=len(content.rows))
        sheet.write_string(0, left, title, formats.title)
        about = [form.agency_name, speaker.day(form.as_of), speaker.t("form.secret.short")]
        if form.is_synthetic:
            about.insert(0, speaker.t("form.synthetic"))
        sheet.write_string(1, left, " · ".join(about), formats.plain)
        words = {"action": own_head("action", speaker), "read_first": speaker.t("form.sheet.read_first")}
        sheet.write_string(2, left, speaker.t("form.line", **words), formats.plain)
        widths = _widths(content)
        for position, column_width in enumerate(widths, left):
            sheet.set_column(position, position, column_width)
        self._heads(sheet, content.columns)
        for number, row in enumerate(content.rows, HEADER_ROW + 1):
            self._row(sheet, number, content, row, widths)
        self._choices(sheet, content.columns, last)
        sheet.set_column(0, left - 1, None, None, {"hidden": True})
        sheet.freeze_panes(HEADER_ROW + 1, left + 2)
        sheet.autofilter(HEADER_ROW, 0, last, width - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:{_column(width - 1)}{last + 1}"})
        sheet.protect("", _PROTECTION)
        self._print(sheet, last, width, math.ceil(sum(widths) / _PRINTED))

    def _heads(self, sheet: Worksheet, columns: Sequence[FormColumn]) -> None:
        own = [own_head(name, self.speaker) for name in OWN]
        hidden = [f"{returned.ROW_ID} {self.form.export_id}", VERSION, STAMP]
        sheet.set_row(HEADER_ROW, 2 * _LINE)
        for number, text in enumerate(hidden + own):
            sheet.write_string(HEADER_ROW, number, text, self.formats.own_head)
        for number, column in enumerate(columns, len(hidden) + len(own)):
            sheet.write_string(HEADER_ROW, number, column.header, self.formats.head)
            if help_text := pages.how_to_fill(column, self.speaker):
                sheet.write_comment(HEADER_ROW, number, help_text, _comment(help_text))

    def _row(self, sheet: Worksheet, number: int, content: FormSheet, row: FormRow, widths: Sequence[float]) -> None:
        formats = self.formats
        written = {column.header: row.cells.get(column.header, "") for column in content.columns}
        hidden = (row.row_id, row.version, stamp(self.hash_text, row.row_id, row.version, written))
        for position, text in enumerate(hidden):
            sheet.write_string(number, position, text, formats.locked)
        left = len(hidden)
        own = {"action": "", "reason": "\n".join(row.reasons), "file": row.file_name, "place": row.place}
        for position, name in enumerate(OWN, left):
            look = formats.text if name == "action" else formats.locked
            _text(sheet, number, position, own[name], look)
        for position, (header, text) in enumerate(written.items(), left + len(OWN)):
            said = row.marked.get(header)
            _text(sheet, number, position, text, formats.marked if said else formats.text)
            if said:
                comment = "\n".join(said)
                sheet.write_comment(number, position, comment, _comment(comment))
        # a height of its own: LibreOffice does not look for that of a wrapped text when it opens the file
        sheet.set_row(number, _height([*own.values(), *written.values()], widths))

    def _choices(self, sheet: Worksheet, columns: Sequence[FormColumn], last: int) -> None:
        """Dropdowns: of the action column strict, of the agency's a warning, because its list may know more words."""
        left = len(_HIDDEN)
        actions = list(action_words(self.speaker).values())
        place = (HEADER_ROW + 1, left, last, left)
        sheet.data_validation(*place, {"validate": "list", "source": actions})
        for position, column in enumerate(columns, left + len(OWN)):
            if column.words:
                source = self.lists.setdefault(column.words, f"={LISTS}!{_list_range(len(self.lists), column.words)}")
                place = (HEADER_ROW + 1, position, last, position)
                rule = {"validate": "list", "source": source, "error_type": "warning"}
                sheet.data_validation(*place, rule)

    def _write_lists(self, sheet: Worksheet) -> None:
        for column, words in enumerate(self.lists):
            for row, word in enumerate(words):
                sheet.write_string(row, column, word, self.formats.plain)
        sheet.hide()

    def _print(self, sheet: Worksheet, last: int, width: int, pages_wide: int) -> None:
        sheet.set_landscape()
        sheet.set_paper(8)  # A3: a register has twenty columns and more
        sheet.fit_to_pages(pages_wide, 0)
        sheet.repeat_rows(HEADER_ROW)
        sheet.repeat_columns(len(_HIDDEN), len(_HIDDEN) + 1)
        sheet.print_area(0, len(_HIDDEN), last, width - 1)
        sheet.set_margins(0.4, 0.4, 0.6, 0.6)
        secret, page = self.speaker.t("form.secret.short"), self.speaker.t("form.page")
        sheet.set_footer(f"&L{secret}&C{self.form.export_id}&R{page}")


def sheet_names(form: Form, speaker: Speaker) -> list[str]:
    """A name for each data sheet: what it is about, told apart by a number where two are about the same."""
    taken = {speaker.t(f"form.sheet.{name}").casefold() for name in ("read_first", "summary", "dictionary")}
    names: list[str] = []
    for sheet in form.sheets:
        base = " ".join(sheet.title.translate(_NOT_IN_A_NAME).split())[:_NAME_LENGTH].strip() or "Data"
        name, number = base, 1
        while name.casefold() in taken:
            number += 1
            name = f"{base[: _NAME_LENGTH - 4]} ({number})"
        taken.add(name.casefold())
        names.append(name)
    return names


def _text(sheet: Worksheet, row: int, column: int, text: str, look: Format) -> None:
    if text:
        sheet.write_string(row, column, shown(text), look)
    else:
        sheet.write_blank(row, column, None, look)


def _widths(content: FormSheet) -> list[float]:
    """Characters of our visible columns and of the agency's."""
    widths: list[float] = [_OWN_WIDTHS[name] for name in OWN]
    for column in content.columns:
        texts = [column.header + "    ", *(row.cells.get(column.header, "") for row in content.rows[:_LOOKED_AT])]
        longest = max(len(line) for text in texts for line in text.split("\n"))
        widths.append(min(max(longest + 2, _WIDTHS[0]), _WIDTHS[1]))
    return widths


def _height(texts: Iterable[str], widths: Sequence[float]) -> float:
    """Points that the tallest of these wrapped cells needs; a little generous, because fonts differ."""
    lines = max(
        sum(1 + int(len(line) // (width * 0.9)) for line in text.split("\n"))
        for text, width in zip(texts, widths, strict=True)
    )
    return min(_LINE * lines, _TALLEST)


def _comment(text: str) -> dict[str, Any]:
    """A box that shows the whole text without being pulled open."""
    lines = sum(1 + len(line) // 38 for line in text.split("\n"))
    return {"x_scale": 2, "height": 18 * lines + 8, "font_size": 9}


def _list_range(column: int, words: Sequence[str]) -> str:
    return f"${_column(column)}$1:${_column(column)}${len(words)}"


def _column(number: int) -> str:
    """Letters of a column, from 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
