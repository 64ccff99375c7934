"""How the child process ends: exit codes for reasons of refusal, and the exception that carries one.

Here: numbers and codes both sides know. Not here: the words (refusals.py).
"""

from __future__ import annotations

REASONS = {
    3: "unreadable_workbook",
    4: "encrypted_workbook",
    5: "reader_limit",
    6: "macro_workbook",
    7: "external_links",
    8: "unpacking_limit",
    9: "xml_entities",
    10: "nested_archive",
    11: "too_many_columns",
}
EXITS = {reason: code for code, reason in REASONS.items()}
KINDS = {
    20: "a Word document",
    21: "a presentation",
    22: "an OpenDocument text",
    23: "a web page without a table",
    24: "an XML file of another kind",
    25: "an Outlook or other Office file",
}
KIND_EXITS = {kind: code for code, kind in KINDS.items()}


class RefusedError(Exception):
    """The container must not or cannot be read; holds the exit code and nothing of the container."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.code = EXITS[reason] if reason in EXITS else KIND_EXITS[reason]
