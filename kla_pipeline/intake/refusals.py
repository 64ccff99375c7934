"""Why a file cannot be opened, and what to do about it: one sentence each, by reason code.

Here: the words for whoever runs a command; they hold nothing of the file. Not here: the words of a release in two
languages (i18n/reasons.yaml, same codes) and the finding of a reason (sniff.py, containers/).
"""

from __future__ import annotations

from kla_pipeline.errors import DeliveryRefused

_SAVE = "Open it in Excel, save it as .xlsx and drop that."
TEXTS: dict[str, tuple[str, str]] = {
    "empty_file": ("The file holds nothing.", "Export it again and drop the new file."),
    "encrypted_workbook": (
        "The workbook is protected with a password to open it.",
        "Remove the password in Excel (File, Info, Protect Workbook) and drop it again.",
    ),
    "unreadable_workbook": ("The workbook is cut off or damaged.", _SAVE),
    "reader_limit": (
        "The file needs more time or memory than a table of its size may.",
        "Save only the table's sheet as a new .xlsx or as .csv and drop that.",
    ),
    "macro_workbook": (
        "The workbook holds macros; programs in a delivery are not opened.",
        "Save it as .xlsx without macros and drop that.",
    ),
    "external_links": (
        "The workbook takes values from other workbooks, so its own may be old or missing.",
        "Break the links in Excel (Data, Edit Links, Break Link), save it and drop it again.",
    ),
    "unpacking_limit": (
        "The file unfolds to far more than a table of its size can hold.",
        "Save only the table as a new .xlsx or as .csv and drop that.",
    ),
    "xml_entities": (
        "The file declares entities or a document type inside its XML, which no spreadsheet program writes.",
        _SAVE,
    ),
    "nested_archive": (
        "The file is a packed archive and no export.",
        "Unpack it and drop the exports in it one by one.",
    ),
    "damaged_archive": (
        "The packed file is cut off or damaged.",
        "Copy or export it again and drop the new file.",
    ),
    "too_many_columns": (
        "A row of the file has more than 16,384 cells, the most that a spreadsheet has.",
        "Look whether the right delimiter and line ends were written, and export it again.",
    ),
    "other_kind": ("The file is {kind}, not a table.", "Save the table as .xlsx or .csv and drop that."),
}


def refusal(code: str, kind: str = "") -> DeliveryRefused:
    """The refusal for a code; `kind` says of `other_kind` what the file is ("a PDF document")."""
    message, hint = TEXTS[code]
    return DeliveryRefused(code, message.format(kind=kind), hint, {"kind": kind} if kind else None)
