"""What a rule says to people, and the files in which that is written: one entry per rule, everything about it.

A record's file `sources/<agency>/rules/<record>.yaml` holds one row that keeps all rules (`row`, texts as the agency
would write them) and an entry per rule that is written for the record: severity, columns, what, why, how to mend, who
is responsible, source, an example that breaks it. Code of a row rule stands in contracts.py under the same name, that
of a history rule in `history/<record>.<name>.sql`. An entry `<column>.<ending>`, or one named as a rule about the table
as a whole, replaces texts of a rule that follows from the kind (rule_kinds.yaml). Not here: the list of all rules of a
contract (rules.py) and examples that follow from a column (rule_examples.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from kla_pipeline.errors import DeclarationError

Severity = Literal["refuse", "reject", "warn"]
Scope = Literal["file", "row", "delivery", "history"]
# a row of an example: contract column → text as an agency writes it. `_record`, `_delivery` and `_table` say where it
# stands when an example needs several tables, `_beyond` is a cell beyond the header
Row = Mapping[str, str]

# the value is missing, unreadable or unknown, or nobody can tell which row is meant: no name on a form changes that
_NEVER_RELEASED = frozenset({"required", "type", "code", "duplicate_of_row", "conflicting_key"})
_SAID = ("what", "why", "mend")
_WRITTEN = {"severity", "scope", "dimension", "columns", "responsible", "source", "since", "bad", "good", *_SAID}
_ALLOWED = {
    "severity": ("reject", "warn"),
    "scope": ("row", "history"),
    "dimension": ("completeness", "validity", "consistency", "uniqueness"),
    "responsible": ("agency", "us", "shared"),
}
# rules about a table as a whole, or about columns that many records have
TABLE_KINDS = (
    "uneven_row",
    "future_date",
    "nik_birth_mismatch",
    "nik_sex_mismatch",
    "duplicate_of_row",
    "conflicting_key",
    "possible_duplicate",
)
SINCE = "0.1.0"
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a rule says to people and how it is used.

    `responsible`: who mends what it finds: the agency, us (whoever runs the pipeline), or both together. `since`: first
    version with the rule. `bad` and `good`: rows that break it and rows that keep it. `fingerprint` changes when the
    rule's code or parameters change; empty where nobody asked for it.
    """

    id: str
    severity: Severity
    scope: Scope
    dimension: str
    what_id: str
    what_en: str
    mend_id: str
    mend_en: str
    columns: tuple[str, ...] = ()
    source: str = ""
    why_id: str = ""
    why_en: str = ""
    responsible: str = "agency"
    since: str = SINCE
    bad: tuple[Row, ...] = ()
    good: tuple[Row, ...] = ()
    fingerprint: str = ""

    @property
    def name(self) -> str:
        """Last part of the id: the kind of a rule that follows from a column, or the name of one that is written."""
        return self.id.rsplit(".", 1)[-1]

    @property
    def is_releasable(self) -> bool:
        """Whether a decision may lift the rule from a row; the one place that says so.

        Never a rule that refuses a file, nor one without which there is no value or no row to stand for.
        """
        return self.severity != "refuse" and self.name not in _NEVER_RELEASED


@dataclass(frozen=True, slots=True)
class RuleSheet:
    """The rules file of one record. `replaced`: id without the record → texts that replace those of the kind.

    `row` keeps every rule; `folder` is the agency's.
    """

    record: str
    folder: Path = Path()
    row: Row = field(default_factory=dict)
    since: str = SINCE
    written: Mapping[str, RuleText] = field(default_factory=dict)
    replaced: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def agency(self) -> str:
        return self.folder.name

    def of_scope(self, scope: Scope) -> dict[str, RuleText]:
        """Written rules of a scope by name."""
        return {name: text for name, text in self.written.items() if text.scope == scope}


def load_sheets(paths: Iterable[Path]) -> dict[str, RuleSheet]:
    """Rules files by record. Raises DeclarationError for a record with two files, or a wrong entry."""
    sheets: dict[str, RuleSheet] = {}
    for path in paths:
        sheet = load_sheet(path)
        if sheets.setdefault(sheet.record, sheet) is not sheet:
            raise DeclarationError(f"The record {sheet.record} has two rules files.", "Keep one of them.")
    return sheets


def load_sheet(path: Path) -> RuleSheet:
    """One rules file; its name is the record's."""
    raw = read_yaml(path)
    where = f"{path.parent.parent.name}/rules/{path.name}"
    if unknown := sorted(set(raw) - {"row", "since", "rules"}):
        raise DeclarationError(f"{where}: {unknown[0]} is unknown.", "It holds row, since and rules.")
    since = str(raw.get("since") or SINCE)
    written, replaced = {}, {}
    for name, entry in (raw.get("rules") or {}).items():
        entry, is_whole = _with_kind(entry), "." not in name and name not in TABLE_KINDS
        _check(f"{where}: {name}", entry, is_whole)
        if not is_whole:
            replaced[name] = flat(entry)
        else:
            written[name] = _text(name, {"since": since} | entry)
    return RuleSheet(path.stem, path.parent.parent, _row(raw.get("row") or {}), since, written, replaced)


@cache
def kinds() -> Mapping[str, Mapping[str, Any]]:
    """Texts of rules that are not written for one record, by kind; {label} stands for the column's label."""
    return read_yaml(_HERE / "rule_kinds.yaml")


@cache
def file_kinds() -> Mapping[str, Mapping[str, Any]]:
    """What is known of rules about whole files beyond their sentences, by reason code."""
    return read_yaml(_HERE / "file_rules.yaml")


def _with_kind(entry: Any) -> Any:
    """An entry that several records share says so by `kind` and adds its own."""
    if not isinstance(entry, dict) or "kind" not in entry:
        return entry
    if entry["kind"] not in kinds():
        raise DeclarationError(f"There is no kind of rule {entry['kind']!r}.", f"Known: {', '.join(sorted(kinds()))}.")
    return {**kinds()[entry["kind"]], **{name: value for name, value in entry.items() if name != "kind"}}


def read_yaml(path: Path) -> dict[str, Any]:
    """A declaration as plain values."""
    with path.open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}


def _check(where: str, entry: object, is_whole: bool) -> None:
    """Raise DeclarationError naming what is missing, unknown or impossible in an entry."""
    if not isinstance(entry, dict):
        raise DeclarationError(f"{where} is no mapping.", "Give it what, why, mend and the rest.")
    needed = {*_SAID, "severity", "columns"} if is_whole else set()
    barred = set() if is_whole else {"severity", "scope", "columns"}
    if missing := sorted(needed - set(entry)):
        raise DeclarationError(f"{where} lacks {missing[0]}.", "Each rule says what, why and how to mend it.")
    if unknown := sorted(set(entry) - (_WRITTEN - barred)):
        raise DeclarationError(f"{where}: {unknown[0]} has no meaning here.", f"Known: {', '.join(sorted(_WRITTEN))}.")
    for name, allowed in _ALLOWED.items():
        if name in entry and entry[name] not in allowed:
            raise DeclarationError(f"{where}: {name} is none of {', '.join(allowed)}.", "Write one of them.")
    for name in (*_SAID, "source"):
        words = entry.get(name)
        if (isinstance(words, dict) and set(words) != {"id", "en"}) or (name in _SAID and isinstance(words, str)):
            raise DeclarationError(f"{where}: {name} needs id and en.", "Give both languages.")


def _text(name: str, entry: Mapping[str, Any]) -> RuleText:
    return RuleText(
        id=name,
        severity=entry["severity"],
        scope=entry.get("scope", "row"),
        dimension=entry.get("dimension", "consistency"),
        columns=tuple(entry["columns"]),
        **flat({key: entry[key] for key in (*_SAID, "source", "responsible", "since", "bad", "good") if key in entry}),
    )


def flat(entry: Mapping[str, Any]) -> dict[str, Any]:
    """`what: {id, en}` as `what_id`, `what_en`; examples as rows of text."""
    flat: dict[str, Any] = {}
    for key, value in entry.items():
        if key in _SAID:
            flat |= {f"{key}_{lang}": text for lang, text in value.items()}
        elif key in ("bad", "good"):
            flat[key] = tuple(_row(row) for row in ([value] if isinstance(value, dict) else value))
        else:
            flat[key] = str(value)
    return flat


def _row(cells: Mapping[str, Any]) -> dict[str, str]:
    """Texts of a row; a number that YAML made of a text would not be what the agency wrote."""
    for name, value in cells.items():
        if not isinstance(value, str):
            raise DeclarationError(f"The example for {name} is no text.", "Put it in quotes.")
    return dict(cells)
