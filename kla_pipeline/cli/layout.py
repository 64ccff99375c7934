"""`kla layout new`: a layout proposed from an unknown export, for a person to finish.

Names are compared with everything that layouts and contracts already call a column; a type is guessed from the cells,
no cell is quoted. What is doubtful stands in comments, and what the file still lacks to be loaded is said at the end.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kla_pipeline.cli.period_guess import guess_period
from kla_pipeline.cli.shown import require_file
from kla_pipeline.errors import DeclarationError, DeliveryRefused, WrongUse
from kla_pipeline.intake.finding.finder import FoundTable, find
from kla_pipeline.intake.finding.rows import begins_with
from kla_pipeline.intake.finding.shapes import SAMPLE, usual_shapes
from kla_pipeline.intake.layouts import TOTAL_WORDS, Layout, header_key, load_layout
from kla_pipeline.intake.readers import read_sheets
from kla_pipeline.quality.catalogue import Catalogue, layout_problem, load_catalogue
from kla_pipeline.quality.contract import RecordType
from kla_pipeline.settings import Settings

_ALIKE = 80
_FEWEST_SERIES = 3


@dataclass(slots=True)
class Proposal:
    """A record type that a header may belong to: contract column → header, and the headers left over."""

    agency: str
    record: RecordType
    columns: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    layouts: list[Layout] = field(default_factory=list)

    @property
    def elsewhere(self) -> list[str]:
        """How layouts of the same record type come by the missing columns when they are in no header."""
        return [
            f"#   {column}: {name}: in {layout.id}"
            for column in self.missing
            for layout in self.layouts
            for name in ("series", "compose", "context", "constants")
            if column in getattr(layout, name)
        ]

    @property
    def missing(self) -> list[str]:
        return [name for name in self.record.required if name not in self.columns]

    def rank(self) -> tuple[int, int]:
        """More known headers go before fewer missing ones."""
        return len(self.columns), -len(self.missing)


def new_command(settings: Settings, file: Path, agency: str | None, table: int, out: Path | None) -> int:
    """Print or write the proposal. Exit code 0; 1 when the file holds no table."""
    catalogue = load_catalogue(settings.source_folders())
    require_file(file)
    if agency is not None and agency not in catalogue.agencies:
        raise WrongUse(f"There is no agency {agency!r}.", f"Known: {', '.join(sorted(catalogue.agencies))}.")
    if out is not None and out.exists():
        raise WrongUse(f"{out} is there already.", "Nothing is overwritten: give another name.")
    found = _table(file, table)
    best = best_record(found.names, catalogue, agency)
    text = proposal_text(found, best, file.name)
    problem = problem_of(text, catalogue)
    if out is None:
        print(text, end="")
    else:
        _write(text, out, is_finished=not problem)
    print(
        f"kla: {problem}" if problem else "kla: the proposal loads; read its comments before you use it.",
        file=sys.stderr,
    )
    return 0


def _write(text: str, out: Path, is_finished: bool) -> None:
    """An unfinished layout in a source folder would stop every night, so it gets an ending that is not loaded."""
    path = out if is_finished or out.suffix != ".yaml" else out.with_name(f"{out.name}.draft")
    if path.exists():
        raise WrongUse(f"{path} is there already.", "Nothing is overwritten: give another name.")
    if not path.parent.is_dir():
        raise WrongUse(f"There is no folder {path.parent}.", f"Make it: mkdir -p {path.parent}")
    path.write_text(text, encoding="utf-8")
    if path != out:
        print(f"kla: written as {path}, which is not loaded; name it {out.name} when it is finished.", file=sys.stderr)


def _table(file: Path, number: int) -> FoundTable:
    tables = [table for sheet in read_sheets(file) for table in find(sheet)]
    if not tables:
        raise DeliveryRefused("no_table", "No sheet holds a recognisable table.", "`kla read` shows what there is.")
    if not 1 <= number <= len(tables):
        raise WrongUse(f"There is no table {number}.", f"There are {len(tables)}; `kla read` shows them.")
    if not tables[number - 1].header.rows:
        raise DeliveryRefused("no_header", "The table has no header.", "A layout knows its columns by their headers.")
    return tables[number - 1]


def best_record(names: Sequence[str], catalogue: Catalogue, agency: str | None) -> Proposal | None:
    """The record type that knows most of the headers; None when none knows two of them."""
    layouts = [layout for item in catalogue.agencies.values() for layout in item.layouts]
    found = [
        _proposal(names, name, record, [layout for layout in layouts if layout.record == record.record])
        for name in ([agency] if agency else sorted(catalogue.agencies))
        for record in _records(catalogue, name)
    ]
    best = max(found, key=Proposal.rank, default=None)
    return best if best and len(best.columns) >= 2 else None


def _records(catalogue: Catalogue, agency: str) -> list[RecordType]:
    """Record types that the agency delivers, by its feeds and layouts."""
    item = catalogue.agencies[agency]
    names = {feed.record for feed in item.feeds} | {layout.record for layout in item.layouts}
    contracts = catalogue.contracts()
    return [contracts[name] for name in sorted(names) if name in contracts]


def known_names(record: RecordType, layouts: Sequence[Layout]) -> dict[str, str]:
    """Header key → contract column, by all layouts of the record type, then by the contract's names and labels."""
    names: dict[str, str] = {}
    for layout in layouts:
        names = {**layout.aliases, **names}
    for column, facts in record.columns.items():
        for text in (column, facts.label_id, facts.label_en):
            names.setdefault(header_key(text), column)
    return names


def _proposal(names: Sequence[str], agency: str, record: RecordType, layouts: list[Layout]) -> Proposal:
    proposal = Proposal(agency, record, layouts=layouts)
    known = known_names(record, layouts)
    for name in names:
        column = known.get(header_key(name))
        if column and column not in proposal.columns:
            proposal.columns[column] = name
        elif name.strip():
            proposal.unknown.append(name)
    return proposal


def proposal_text(table: FoundTable, best: Proposal | None, file_name: str) -> str:
    """The YAML with its comments."""
    rows = [cells for cells, _ in zip(table.data_cells(), range(SAMPLE), strict=False)]
    kinds = dict(zip(table.names, usual_shapes(rows, len(table.names)), strict=True))
    lines = ["# A proposal: read every line, then take this one away."]
    if best is None:
        lines += [
            "# No record type knows two of these headers: write its contract first.",
            "id: agency.name",
            "record: record",
        ]
        unknown, columns = [name for name in table.names if name.strip()], {}
    else:
        count = f"{len(best.columns)} of {len(best.columns) + len(best.unknown)} headers are known"
        lines += [f"id: {best.agency}.new_layout  # a name of its own", f"record: {best.record.record}  # {count}"]
        unknown, columns = best.unknown, best.columns
    lines.append("mode: increment  # or snapshot, when each export holds everything since some day")
    lines += ["columns:" if columns else "columns: {}"]
    lines += [f"  {column}: [{_quoted(name)}]  # {kinds[name]}" for column, name in columns.items()]
    lines += _left_over(unknown, kinds, best)
    lines += _around(table)
    lines += guess_period(_titles(table), table.sheet.name, file_name)
    if best and best.missing:
        lines.append(f"# still to find (required): {', '.join(best.missing)}")
        lines.append("# each is a column, or stands in `context`, `constants`, `sections`, `compose` or `series`")
        lines += best.elsewhere
    return "\n".join(lines) + "\n"


def _left_over(unknown: Sequence[str], kinds: Mapping[str, str], best: Proposal | None) -> list[str]:
    if not unknown:
        return []
    lines = ["# move what is needed up to `columns`; what stays here is not read", "ignored:"]
    for name in unknown:
        guess = _guess(name, best)
        lines.append(f"  - {_quoted(name)}  # {kinds[name]}{f'; perhaps {guess}' if guess else ''}")
    years = [name for name in unknown if header_key(name)[-4:].isdigit()]
    if len(years) >= _FEWEST_SERIES:
        lines.append("# several headers end in a year: one contract column can take them as a series, for example")
        lines.append("# series: {column: '.*?(?P<label>\\d{4})'}")
    return lines


def _guess(name: str, best: Proposal | None) -> str:
    """The contract column, not yet taken, whose names resemble a header."""
    if best is None:
        return ""
    from rapidfuzz import process

    free = {
        header_key(text): column
        for column, facts in best.record.columns.items()
        if column not in best.columns
        for text in (column, facts.label_id)
    }
    found = process.extractOne(header_key(name), list(free), score_cutoff=_ALIKE) if free else None
    return free[found[0]] if found else ""


def _around(table: FoundTable) -> list[str]:
    """What rows beside the data ask of the layout."""
    lines = []
    if len(table.kinds.rows_of("section")):
        lines.append("# rows with one text qualify the rows below them; name the column that takes it")
        lines.append("# sections: column")
    totals = [table.cells(int(row)) for row in table.kinds.rows_of("total")]
    first = [next((header_key(cell) for cell in cells if cell.strip()), "") for cells in totals]
    if any(not any(begins_with(key, word) for word in TOTAL_WORDS) for key in first):
        lines.append("totals: {by_sum: true}  # a total stands here that no word tells")
    return lines


def _titles(table: FoundTable) -> list[str]:
    rows = [int(row) for row in table.kinds.rows_of("title") if row >= table.extent.first]
    return [" ".join(" ".join(table.cells(row)).split()) for row in rows]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def problem_of(text: str, catalogue: Catalogue) -> str:
    """What keeps a proposal from being loaded; empty when nothing does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "proposal.yaml"
        path.write_text(text, encoding="utf-8")
        try:
            layout = load_layout(path, "agency")
        except DeclarationError as exc:
            return f"{exc.message} {exc.hint}"
    return layout_problem(layout, catalogue.contracts())
