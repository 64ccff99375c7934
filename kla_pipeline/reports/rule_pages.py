"""Pages about the rules, as Markdown: one per agency and an index. Both languages stand side by side.

Everything on them comes from the declarations; `docs/rules/` holds the pages of the package, and a test keeps them up
to date. Not here: the texts (quality/rule_texts.py), and pages of a release (engine.py).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kla_pipeline.quality.catalogue import Catalogue
from kla_pipeline.quality.contract import RecordType
from kla_pipeline.quality.rule_fingerprints import fingerprinted, fingerprinted_files
from kla_pipeline.quality.rule_texts import Row, RuleText, kinds

_MADE = "<!-- Made by `kla rules pages` from the declarations: edit those, not this page. -->"
_RESPONSIBLE = {"agency": "instansi · agency", "us": "pengelola · us", "shared": "bersama · shared"}
_NO, _YES = "tidak · no", "ya · yes"


def rule_pages(catalogue: Catalogue) -> dict[str, str]:
    """File name → Markdown: an index and a page per agency that declares records."""
    of_agency: dict[str, list[RecordType]] = {}
    for _, record in sorted(catalogue.contracts().items()):
        of_agency.setdefault(record.sheet.agency, []).append(record)
    rules = {record.record: fingerprinted(record) for records in of_agency.values() for record in records}
    pages = {"README.md": _index(catalogue, of_agency, rules)}
    for agency, records in sorted(of_agency.items()):
        names = catalogue.agencies[agency]
        head = f"# {names.name_id} · {names.name_en}\n\n{_MADE}\n"
        pages[f"{agency}.md"] = "\n".join([head, *(_record(record, rules[record.record]) for record in records)])
    return pages


def _index(catalogue: Catalogue, of_agency: dict[str, list[RecordType]], rules: dict[str, list[RuleText]]) -> str:
    files = fingerprinted_files()
    every = [*files, *(text for texts in rules.values() for text in texts)]
    counts = Counter(text.severity for text in every)
    parts = [
        f"# Aturan mutu data · Data quality rules\n\n{_MADE}\n",
        f"{len(every)} aturan · rules: {counts['refuse']} refuse, {counts['reject']} reject, {counts['warn']} warn. "
        "`refuse`: berkas ditolak seluruhnya · the file is not loaded; `reject`: baris masuk karantina · the row goes "
        "to quarantine; `warn`: baris dipakai dan ditandai · the row is used and flagged. `kla rules show ATURAN` "
        "menjelaskan satu aturan · explains one rule.\n",
        _table(("instansi · agency", "jenis data · records", "aturan · rules"), _agencies(catalogue, of_agency, rules)),
        "## Aturan menurut jenis kolom · Rules that follow from the kind\n",
        *(_kind(name, entry) for name, entry in kinds().items()),
        "## Aturan tentang berkas · Rules about files\n",
        *(_block(text, "words") for text in files),
    ]
    return "\n".join(parts)


def _agencies(
    catalogue: Catalogue, of_agency: dict[str, list[RecordType]], rules: dict[str, list[RuleText]]
) -> Iterable[Sequence[str]]:
    for agency, records in sorted(of_agency.items()):
        number = sum(len(rules[record.record]) for record in records)
        yield f"[{catalogue.agencies[agency].name_id}]({agency}.md)", str(len(records)), str(number)


def _kind(name: str, entry: Mapping[str, Any]) -> str:
    said = [(label, entry[key]["id"], entry[key]["en"]) for label, key in _SAID]
    head = f"### `{name}`\n\n{entry['dimension']} · {_RESPONSIBLE[entry.get('responsible', 'agency')]}\n"
    rows = [(label, words_id.replace("{label}", "…"), en.replace("{label}", "…")) for label, words_id, en in said]
    return head + "\n" + _table(("", "Bahasa Indonesia", "English"), rows)


_SAID = (("Apa · What", "what"), ("Mengapa · Why", "why"), ("Perbaikan · Mending", "mend"))


def _record(record: RecordType, texts: Sequence[RuleText]) -> str:
    own = [text for text in texts if text.scope == "history" or _bare(record, text) in record.code]
    replaced = [
        text for text in texts if any(n.startswith("what") for n in record.sheet.replaced.get(_bare(record, text), ()))
    ]
    rest = [text for text in texts if text not in own and text not in replaced]
    rows = [(*_named(record, text), text.severity, _short(text.bad), _short(text.good)) for text in rest]
    heads = ("aturan · rule", "kolom · column", "tingkat · severity", "salah · bad", "benar · good")
    parts = [
        f"## {record.title_id} · {record.title_en}\n\n`{record.record}`: {len(texts)} aturan · rules.\n",
        *(_block(text, "rows") for text in (*own, *replaced)),
        f"### Menurut kolom · By column: `{record.record}`\n",
        _table(heads, rows),
    ]
    return "\n".join(parts)


def _bare(record: RecordType, text: RuleText) -> str:
    return text.id.removeprefix(f"{record.record}.")


def _named(record: RecordType, text: RuleText) -> tuple[str, str]:
    columns = [record.columns[name] for name in text.columns]
    label = f"{columns[0].label_id} · {columns[0].label_en}" if len(columns) == 1 else ", ".join(text.columns)
    return f"`{_bare(record, text)}`", label


def _block(text: RuleText, examples: str) -> str:
    """One rule, whole."""
    said = (
        (_SAID[0][0], text.what_id, text.what_en),
        (_SAID[1][0], text.why_id, text.why_en),
        (_SAID[2][0], text.mend_id, text.mend_en),
    )
    facts = [
        f"**{text.severity}**",
        text.scope,
        text.dimension,
        f"penanggung jawab · responsible: {_RESPONSIBLE[text.responsible]}",
        f"dapat dilepas · can be released: {_YES if text.is_releasable else _NO}",
        f"sejak · since {text.since}",
        *([f"sumber · source: {text.source}"] if text.source else []),
        f"`{text.fingerprint}`",
    ]
    head = f"### `{text.id}`\n\n{'; '.join(facts)}\n"
    shown = _in_words(text) if examples == "words" else _in_rows(text)
    return "\n".join([head, _table(("", "Bahasa Indonesia", "English"), said), shown])


def _in_words(text: RuleText) -> str:
    rows = [
        (label, row["id"], row["en"]) for label, row in (("Salah · Bad", text.bad[0]), ("Benar · Good", text.good[0]))
    ]
    return _table(("Contoh · Example", "Bahasa Indonesia", "English"), rows)


def _in_rows(text: RuleText) -> str:
    """Examples as a table; rows of several records or deliveries as they stand."""
    columns = list(dict.fromkeys(name for row in (*text.bad, *text.good) for name in row))
    rows = [
        (label, *(_cell(row, name) for name in columns))
        for label, group in (("Salah · Bad", text.bad), ("Benar · Good", text.good))
        for row in group
    ]
    return _table(("Contoh · Example", *(f"`{name}`" for name in columns)), rows)


def _cell(row: Row, name: str) -> str:
    if name not in row:
        return "" if name[0] == "_" else "…"
    return f"`{row[name]}`" if row[name] else "(kosong · empty)"


def _short(rows: Sequence[Row]) -> str:
    """An example in one cell."""
    return "; ".join(", ".join(_value(row, name, len(row) > 1) for name in row) for row in rows)


def _value(row: Row, name: str, is_named: bool) -> str:
    text = row[name]
    if text.startswith("{"):
        text = ", ".join(f"{label}: {number}" for label, number in json.loads(text).items())
    return (f"{name} = " if is_named else "") + (f"`{text}`" if text else "(kosong · empty)")


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"
