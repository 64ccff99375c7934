"""The sheets around the data: what to do (*Baca dulu*), the summary, the dictionary, and the hidden mark.

Here: their words and their look. Not here: the data sheets (workbook.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from xlsxwriter.worksheet import Worksheet

from kla_pipeline.i18n import Speaker
from kla_pipeline.returns.form import ASKED, Form, FormColumn, action_words, own_head

if TYPE_CHECKING:
    from kla_pipeline.returns.workbook import Formats

_STEPS = ("form.do.1", "form.do.2", "form.do.3")
_NOTES = ("form.dont.1", "form.dont.2", "form.dont.3", "form.dont.4")
_PAGE_WIDTH = 92  # characters of a line of text on an upright page
_SUMMARY_WIDTHS = (28, 42, 42, 8)
_DICTIONARY_WIDTHS = (24, 30, 9, 56)
_WORDS_NAMED = 60


def write_read_first(sheet: Worksheet, form: Form, names: Sequence[str], look: Formats, speaker: Speaker) -> None:
    """What this is, what to do, and what happens then, on one page."""
    page = _Page(sheet, look)
    page.line(speaker.t("form.title"), look.title)
    if form.is_synthetic:
        page.line(speaker.t("form.synthetic"), look.warning)
    for label, text in _facts(form, speaker):
        page.pair(label, text)
    page.line(speaker.t("form.secret"), look.warning)
    page.head(speaker.t("form.why.title"))
    page.line(speaker.t("form.why"), look.wrapped)
    page.head(speaker.t("form.do.title"))
    words = {"sheets": ", ".join(f"“{name}”" for name in names)}
    words |= {name: own_head(name, speaker) for name in ("action", "reason")}
    for number, key in enumerate(_STEPS, 1):
        page.line(f"{number}.  {speaker.t(key, **_wanted(speaker, key, words))}", look.wrapped)
    for label, text in _actions(speaker):
        page.pair(label, text, label_look=look.text, indent=True)
    page.line(f"{len(_STEPS) + 1}.  {speaker.t('form.do.4')}", look.wrapped)
    page.head(speaker.t("form.dont.title"))
    for key in _NOTES:
        page.line(f"•  {speaker.t(key)}", look.wrapped)
    page.head(speaker.t("form.legend"))
    for kind, cell in (("marked", look.marked), ("open", look.text), ("locked", look.locked)):
        page.pair(speaker.t(f"form.legend.{kind}"), "", label_look=cell)
    _upright(sheet, speaker)


def _wanted(speaker: Speaker, key: str, words: Mapping[str, str]) -> dict[str, str]:
    text = speaker.texts.get(key, speaker.lang)
    return {name: word for name, word in words.items() if f"{{{name}}}" in text}


def _facts(form: Form, speaker: Speaker) -> list[tuple[str, str]]:
    return [
        (speaker.t("form.for"), form.agency_name),
        (speaker.t("form.city"), form.city),
        (speaker.t("form.date"), speaker.day(form.as_of)),
        (speaker.t("form.rows"), speaker.number(form.rows)),
        (speaker.t("form.export"), form.export_id),
    ]


def _actions(speaker: Speaker) -> list[tuple[str, str]]:
    words = {"blank": speaker.t("form.action.blank"), **action_words(speaker)}
    return [(words[name], speaker.t(f"form.means.{name}")) for name in ("blank", *ASKED)]


def write_summary(sheet: Worksheet, form: Form, names: Sequence[str], look: Formats, speaker: Speaker) -> None:
    """Rows by problem, most frequent first, and by source file."""
    sheet.write_string(0, 0, speaker.t("form.summary.title"), look.title)
    sheet.merge_range(1, 0, 1, len(_SUMMARY_WIDTHS) - 1, speaker.t("form.summary.note"), look.quiet)
    heads = ("form.summary.sheet", "form.summary.rule", "form.summary.mend", "form.summary.rows")
    row = _heads(sheet, 3, [speaker.t(head) for head in heads], look)
    for name, content in zip(names, form.sheets, strict=True):
        for (what, mend), count in sorted(content.counts.items(), key=lambda item: (-item[1], item[0])):
            row = _cells(sheet, row, [name, what, mend, speaker.number(count)], look, _SUMMARY_WIDTHS)
    heads = ("form.summary.sheet", "form.summary.file", "form.summary.rows")
    sheet_head, file_head, rows_head = (speaker.t(head) for head in heads)
    row = _heads(sheet, row + 1, [sheet_head, file_head, "", rows_head], look)
    for name, content in zip(names, form.sheets, strict=True):
        for file, count in Counter(item.file_name for item in content.rows).items():
            row = _cells(sheet, row, [name, file, "", speaker.number(count)], look, _SUMMARY_WIDTHS)
    _columns(sheet, _SUMMARY_WIDTHS)
    _upright(sheet, speaker)


def write_dictionary(sheet: Worksheet, form: Form, names: Sequence[str], look: Formats, speaker: Speaker) -> None:
    """Each column of the agency: what it means and what may stand in it."""
    sheet.write_string(0, 0, speaker.t("form.dictionary.title"), look.title)
    row = 2
    for name, content in zip(names, form.sheets, strict=True):
        sheet.write_string(row, 0, name, look.bold)
        heads = ("column", "label", "required", "how")
        row = _heads(sheet, row + 1, [speaker.t(f"form.dictionary.{head}") for head in heads], look)
        for column in content.columns:
            label = " / ".join(column.labels) or speaker.t("form.dictionary.unread")
            required = speaker.t("form.dictionary.yes") if column.is_required else ""
            texts = [column.header, label, required, how_to_fill(column, speaker)]
            row = _cells(sheet, row, texts, look, _DICTIONARY_WIDTHS)
        row += 1
    _columns(sheet, _DICTIONARY_WIDTHS)
    _upright(sheet, speaker)


def how_to_fill(column: FormColumn, speaker: Speaker) -> str:
    """How a cell of the column is written, with its words; empty for a column that is not read."""
    if not column.kind:
        return ""
    how = speaker.t(f"form.kind.{column.kind}")
    if column.words:
        named = "; ".join(column.words[:_WORDS_NAMED]) + (" …" if len(column.words) > _WORDS_NAMED else "")
        how += " " + speaker.t("form.dictionary.words", words=named)
    return how


def write_mark(sheet: Worksheet, marks: Mapping[str, str]) -> None:
    """The hidden sheet that says what this file is, for people who look into it."""
    for row, (name, value) in enumerate(marks.items()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    sheet.hide()


class _Page:
    """Lines of text below each other over two columns; heights are set because merged cells do not find their own."""

    def __init__(self, sheet: Worksheet, look: Formats) -> None:
        self.sheet, self.look, self.row = sheet, look, 0
        sheet.hide_gridlines(2)
        _columns(sheet, (24, _PAGE_WIDTH - 24))

    def line(self, text: str, look: object) -> None:
        if look is self.look.title:
            self.sheet.write_string(self.row, 0, text, self.look.title)
        else:
            self.sheet.merge_range(self.row, 0, self.row, 1, text, look)  # type: ignore[arg-type]
            self.sheet.set_row(self.row, _height(text, _PAGE_WIDTH))
        self.row += 1

    def head(self, text: str) -> None:
        self.row += 1
        self.sheet.write_string(self.row, 0, text, self.look.bold_line)
        self.row += 1

    def pair(self, label: str, text: str, label_look: object = None, indent: bool = False) -> None:
        self.sheet.write_string(self.row, 0, label, label_look or self.look.plain)  # type: ignore[arg-type]
        self.sheet.write_string(self.row, 1, text, self.look.wrapped)
        self.sheet.set_row(self.row, _height(text, _PAGE_WIDTH - 24))
        self.row += 1


def _height(text: str, width: float) -> float:
    """Points that a wrapped text needs; a little generous, because fonts differ."""
    lines = sum(1 + len(line) // int(width * 0.9) for line in text.split("\n"))
    return 15.5 * lines + 1


def _heads(sheet: Worksheet, row: int, texts: Sequence[str], look: Formats) -> int:
    for column, text in enumerate(texts):
        sheet.write_string(row, column, text, look.head)
    return row + 1


def _cells(sheet: Worksheet, row: int, texts: Sequence[str], look: Formats, widths: Sequence[float]) -> int:
    sheet.set_row(row, max(_height(text, width) for text, width in zip(texts, widths, strict=True)))
    for column, text in enumerate(texts):
        sheet.write_string(row, column, text, look.cell)
    return row + 1


def _columns(sheet: Worksheet, widths: Sequence[float]) -> None:
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)


def _upright(sheet: Worksheet, speaker: Speaker) -> None:
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.5, 0.5, 0.6, 0.6)
    sheet.set_footer(f"&L{speaker.t('form.secret.short')}&R{speaker.t('form.page')}")
