"""Every rule with its texts: those written for a record, those that follow from a column's kind, those about files.

The list is generated from the contracts, so a rule cannot run without a text nor a text stand without a rule. Not here:
the texts (rule_texts.py and the files it reads), examples (rule_examples.py) and fingerprints (rule_fingerprints.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from kla_pipeline.errors import DeclarationError
from kla_pipeline.i18n import load
from kla_pipeline.quality.contract import TYPED_KINDS, RecordType
from kla_pipeline.quality.evaluate import row_rules
from kla_pipeline.quality.rule_examples import examples_of
from kla_pipeline.quality.rule_texts import RuleText, Scope, Severity, file_kinds, flat, kinds

DELIVERY_RULES = ("duplicate_of_row", "conflicting_key")
FILE = "file"


@dataclass(frozen=True, slots=True)
class _Known:
    """What the engine knows of a rule that nobody wrote for its record."""

    id: str
    ending: str
    severity: Severity
    scope: Scope
    columns: tuple[str, ...]


def describe(record: RecordType) -> list[RuleText]:
    """All rules of a contract, ids with the record's name in front, in the order they run; history rules last.

    Without fingerprints: rule_fingerprints.py adds them. Raises DeclarationError when a rules file speaks of a rule
    that does not exist.
    """
    written, name = record.sheet.written, record.record
    texts = []
    for known in _known(record):
        own = written.get(known.id.removeprefix(f"{name}."))
        texts.append(replace(own, id=known.id) if own else _generic(record, known))
    texts += [replace(text, id=f"{name}.{text.id}") for text in record.history]
    _refuse_idle(record, texts)
    return [_with_examples(record, text) for text in texts]


def file_rules() -> list[RuleText]:
    """Rules about whole files, severity refuse: the reason codes of refused deliveries. Examples are kinds of files."""
    said = load()
    texts = []
    for code, more in file_kinds().items():
        parts = (("what", "means"), ("mend", "do"))
        words = {f"{n}_{lang}": said.get(f"reason.{code}.{part}", lang) for n, part in parts for lang in ("id", "en")}
        facts = flat(
            {name: more[name] for name in ("why", "responsible", "source", "since", "bad", "good") if name in more}
        )
        rule_id, dimension = f"{FILE}.{code}", more["dimension"]
        texts.append(RuleText(id=rule_id, severity="refuse", scope="file", dimension=dimension, **words, **facts))
    return texts


def _known(record: RecordType) -> Iterator[_Known]:
    """The rules that run over a record, as staging runs them."""
    name = record.record
    yield _Known(f"{name}.uneven_row", "uneven_row", "warn", "row", ())
    for column, facts in record.columns.items():
        if facts.kind in TYPED_KINDS:
            yield _Known(f"{name}.{column}.type", "type", facts.severity("type"), "row", (column,))
    for run in row_rules(record):
        yield _Known(run.rule, run.rule.rsplit(".", 1)[-1], run.severity, "row", run.columns)
    for ending in DELIVERY_RULES:
        yield _Known(f"{name}.{ending}", ending, "reject", "delivery", tuple(record.key))
    if record.warn_near_duplicates:
        yield _Known(f"{name}.possible_duplicate", "possible_duplicate", "warn", "delivery", ())


def _generic(record: RecordType, known: _Known) -> RuleText:
    """The texts of a kind, with the column's labels and what the rules file replaces."""
    facts: dict[str, Any] = flat(kinds()[known.ending]) | {"since": record.sheet.since}
    facts |= record.sheet.replaced.get(known.id.removeprefix(f"{record.record}."), {})
    labels = {"id": "", "en": ""}
    if len(known.columns) == 1:
        column = record.columns[known.columns[0]]
        labels = {"id": column.label_id, "en": column.label_en}
    for name in facts:
        if name[:-3] in ("what", "why", "mend"):
            facts[name] = facts[name].replace("{label}", labels[name[-2:]])
    return RuleText(id=known.id, severity=known.severity, scope=known.scope, columns=known.columns, **facts)


def _with_examples(record: RecordType, text: RuleText) -> RuleText:
    bad, good = examples_of(record, text)
    return replace(text, bad=bad, good=good)


def _refuse_idle(record: RecordType, texts: list[RuleText]) -> None:
    """A text that replaces nothing would be believed to be shown."""
    known = {text.id.removeprefix(f"{record.record}.") for text in texts}
    if idle := sorted(set(record.sheet.replaced) - known):
        raise DeclarationError(
            f"rules/{record.record}.yaml: there is no rule {idle[0]}.",
            f"`kla rules list` names those of {record.record}.",
        )
