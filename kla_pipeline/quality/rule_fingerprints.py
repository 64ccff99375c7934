"""A short hash per rule that changes when its code or its parameters change, and not when its texts or comments do.

Code is the source of the function that judges, without comments and docstrings, with that of the functions of this
project which it calls and the constants it names; so the hash is the same under every version of Python. Parameters are
limits, code lists, patterns, keys, severity and columns. Not here: the region reference (it is in the input key).
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import io
import json
import re
import tokenize
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from kla_pipeline.quality import evaluate, normalise, place_kinds, typed
from kla_pipeline.quality.catalogue import code_list_of
from kla_pipeline.quality.contract import RecordType
from kla_pipeline.quality.kinds import PLACE_KINDS
from kla_pipeline.quality.rule_texts import RuleText
from kla_pipeline.quality.rules import describe, file_rules

_OURS = ("kla_pipeline", "kla_contracts")
_LENGTH = 12
# what is written otherwise may change while the program runs
_CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")
_Node = ast.FunctionDef | ast.Lambda | ast.ClassDef
_CODE_OF: dict[str, Callable[..., Any]] = {
    "uneven_row": typed._uneven,
    "future_date": evaluate._future,
    "nik_birth_mismatch": evaluate._nik_birth_mismatch,
    "nik_sex_mismatch": evaluate._nik_sex_mismatch,
    "duplicate_of_row": evaluate.judge_delivery,
    "conflicting_key": evaluate.judge_delivery,
    "possible_duplicate": evaluate.judge_delivery,
}


def fingerprinted(record: RecordType) -> list[RuleText]:
    """All rules of a contract with their fingerprints."""
    return [replace(text, fingerprint=_fingerprint(record, text)) for text in describe(record)]


def fingerprinted_files() -> list[RuleText]:
    """Rules about whole files; their code is that of the readers, so it is the version of intake that they name."""
    return [replace(text, fingerprint=_hash([text.id, text.severity])) for text in file_rules()]


def _fingerprint(record: RecordType, text: RuleText) -> str:
    return _hash([text.severity, text.scope, text.columns, *_parameters(record, text), *_code(record, text)])


def _hash(parts: Iterable[object]) -> str:
    return hashlib.sha256(json.dumps(list(parts), default=str).encode()).hexdigest()[:_LENGTH]


def _parameters(record: RecordType, text: RuleText) -> Iterator[object]:
    """Limits, pattern or list of a rule that follows from a column; what its cells may be, where that is judged."""
    yield text.name
    if len(text.columns) != 1 or text.scope != "row":
        return
    name = text.columns[0]
    column = record.columns[name]
    if text.name in ("type", "code"):
        yield [column.kind, column.units, column.values, column.labels, column.level, column.within, column.named_by]
        yield _plain(dict(code_list_of(column.code_list).lookup)) if column.code_list else None
    for check in record.model.to_schema().columns[name].checks or ():
        if evaluate.ENDINGS[check.name] == text.name:
            yield [check.name, _plain(check.statistics)]


def _code(record: RecordType, text: RuleText) -> Iterator[str]:
    own = text.id.removeprefix(f"{record.record}.")
    if text.scope == "history":
        path = record.sheet.folder / "history" / f"{text.id}.sql"
        yield " ".join(line for line in path.read_text(encoding="utf-8").split("\n") if not line.startswith("--"))
    elif own in record.code:
        yield from source_of(record.code[own])
    elif text.name in _CODE_OF:
        yield from source_of(_CODE_OF[text.name])
    elif text.name in ("type", "code"):
        kind = record.columns[text.columns[0]].kind
        yield from source_of(place_kinds.normalise_place if kind in PLACE_KINDS else normalise._READERS[kind])


@cache
def source_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """Source of a function and of what it needs of this project, each piece once, ordered."""
    found: dict[str, str] = {}
    _collect(function, found)
    return tuple(f"{name}\n{found[name]}" for name in sorted(found))


def _collect(item: Any, found: dict[str, str]) -> None:
    item = inspect.unwrap(getattr(item, "__func__", item))
    module = getattr(item, "__module__", "") or ""
    if not module.startswith(_OURS):
        return
    name = f"{re.sub(r'kla_contracts_[0-9]+_', '', module)}.{item.__qualname__}"
    node = _node_of(item)
    if name in found or node is None:
        return
    found[name] = _stripped(node, _file_of(item))
    if inspect.isclass(item):
        return
    for label, value in _named(node, item.__globals__):
        if inspect.isroutine(value) or inspect.isclass(value) or hasattr(value, "__wrapped__"):
            _collect(value, found)
        elif _CONSTANT.fullmatch(label.rsplit(".", 1)[-1]):
            found[f"{name}:{label}"] = json.dumps(_plain(value))


def _named(node: _Node, known: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Names of the module that a piece of code uses, `module.name` followed."""
    inside = [node.body] if isinstance(node, ast.Lambda) else node.body
    for part in (part for top in inside for part in ast.walk(top)):
        if isinstance(part, ast.Name) and part.id in known:
            yield part.id, known[part.id]
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            module = known.get(part.value.id)
            if isinstance(module, ModuleType) and module.__name__.startswith(_OURS) and hasattr(module, part.attr):
                yield f"{part.value.id}.{part.attr}", getattr(module, part.attr)


def _plain(value: Any) -> Any:
    """A constant as JSON knows it; sets in order, so that the hash does not depend on the process."""
    if isinstance(value, dict):
        return sorted(([_plain(key), _plain(item)] for key, item in value.items()), key=json.dumps)
    if isinstance(value, set | frozenset):
        return sorted((_plain(item) for item in value), key=json.dumps)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, re.Pattern):
        return [value.pattern, value.flags]
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if inspect.isroutine(value):
        return value.__qualname__
    return type(value).__name__


def _file_of(item: Any) -> Path:
    return Path(inspect.getsourcefile(item) or "")


@cache
def _parsed(path: Path) -> dict[int, _Node]:
    """Functions, lambdas and classes of a file by the line they begin in, decorators included."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, _Node)]
    return {
        min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]): node for node in reversed(nodes)
    }


@cache
def _lines(path: Path) -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8").split("\n"))


def _node_of(item: Any) -> _Node | None:
    if inspect.isclass(item):
        found = _parsed(_file_of(item)).values()
        return next((node for node in found if isinstance(node, ast.ClassDef) and node.name == item.__name__), None)
    code = getattr(item, "__code__", None)
    return _parsed(_file_of(item)).get(code.co_firstlineno) if code else None


def _stripped(node: _Node, path: Path) -> str:
    """Source of a node without docstring, comments and layout."""
    lines = list(_lines(path)[node.lineno - 1 : node.end_lineno])
    body = node.body if isinstance(node.body, list) else []
    doc = body[0] if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) else None
    if doc is not None:
        first = doc.lineno - node.lineno
        lines[first : first + (doc.end_lineno or doc.lineno) - doc.lineno + 1] = ["pass"]
    return " ".join("\n".join(_without_comments(lines)).split())


def _without_comments(lines: list[str]) -> list[str]:
    kept = list(lines)
    try:
        for token in tokenize.generate_tokens(io.StringIO("\n".join(lines)).readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                kept[row - 1] = kept[row - 1][:column]
    except (tokenize.TokenError, IndentationError):
        return kept  # a lambda ends inside an expression
    return kept
