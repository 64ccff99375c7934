"""Returned workbooks applied: each once, all that wait together, so that two answers to one row meet.

Here: from staged returns to decisions and one event per return. Its event says counts, never a cell; what each row came
to lies in a file for its agency, by sheet and row. Not here: judging answers (answers.py) and judging rows (amend.py).
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kla_pipeline.decisions import propose
from kla_pipeline.decisions.lifecycle import IllegalMove
from kla_pipeline.decisions.records import Proposal
from kla_pipeline.decisions.roles import OPERATOR, Actor
from kla_pipeline.i18n import Speaker, load
from kla_pipeline.intake import archive
from kla_pipeline.intake.readers import read_sheets
from kla_pipeline.ledger import Delivery, Ledger, chain
from kla_pipeline.ledger.durable import make_folder, write_private
from kla_pipeline.returns.answers import Columns, Judge, Known, Result
from kla_pipeline.returns.export import folder_of
from kla_pipeline.returns.foresee import foresee
from kla_pipeline.returns.known import Office, known_rows
from kla_pipeline.returns.parse import Returned, parse

APPLIED = "return_applied"
DECIDED = ("corrected", "still_rejected", "withdrawn", "release_proposed")
"""Outcomes that became a decision or a proposal."""
_WHY = {"correct": "source_checked", "withdraw": "source_checked", "release": "source_checked"}


@dataclass(slots=True)
class Judged:
    """What returned workbooks come to. `columns` by return id."""

    results: list[Result]
    known: Mapping[str, Known]
    columns: dict[str, Columns]


def waiting(ledger: Ledger, jurisdiction: str, returns: Sequence[Delivery]) -> list[Delivery]:
    """The returns that were not applied yet for their agency; one moved here from a wrong folder waits again."""
    done = {(event.payload["delivery_id"], event.payload["agency"]) for event in ledger.events(jurisdiction, APPLIED)}
    return [delivery for delivery in returns if (delivery.delivery_id, delivery.agency) not in done]


def judge(
    office: Office, returned: Sequence[Returned], agencies: Mapping[str, str], received_on: Mapping[str, date]
) -> Judged:
    """What returns come to under the decisions in force. `agencies`: return id → agency whose folder it lay in."""
    sent = office.ledger.sent_rows(office.paths.jurisdiction)
    sent_ids = {row.row_id for row in sent}
    known = known_rows(office, {a.row_id for item in returned for a in item.answers} & sent_ids)
    held = Judge(agencies, sent, known, office.key.pseudonym)
    results = foresee(office, held.results(returned), known, received_on)
    return Judged(results, known, {item.return_id: held.columns(item) for item in returned})


def apply(office: Office, returns: Sequence[Delivery], received_on: Mapping[str, date]) -> dict[str, Counter[str]]:
    """Decide what the returns ask for, in one transaction with an event for each; outcomes counted by return id.

    `returns` are those that wait, in order of receipt. The operator acts on behalf of the agency that owns the data.
    When somebody decides about a row meanwhile, all of them are judged again.
    """
    returned = [parse(read_sheets(archive.file_of(office.paths, d)), d.delivery_id) for d in returns]
    judged = judge(office, returned, {d.delivery_id: d.agency for d in returns}, received_on)
    actor = Actor(chain.os_actor(), office.paths.jurisdiction, frozenset({OPERATOR}))
    proposals = [
        _proposal(result, judged.known[result.row_id], office) for result in judged.results if result.outcome in DECIDED
    ]
    counts = {item.return_id: _counts(judged.results, item) for item in returned}
    closing = [
        (APPLIED, _payload(d, item, judged, counts[d.delivery_id])) for d, item in zip(returns, returned, strict=True)
    ]
    # replies first: a run that is stopped in between writes them again, one that had applied the returns would not
    for delivery, item in zip(returns, returned, strict=True):
        _write_reply(office, delivery, item, judged.results)
    try:
        propose.propose(office.ledger, office.key, actor, proposals, closing)
    except IllegalMove:
        now = office.looked_again()
        if now.seen_seq == office.seen_seq:
            raise
    else:
        return counts
    return apply(now, returns, received_on)


def _proposal(result: Result, row: Known, office: Office) -> Proposal:
    assert result.asked is not None
    assert result.answer is not None
    return Proposal(
        result.asked,
        row.row_id,
        row.delivery_id,
        row.agency,
        row.record,
        row.version,
        cells=result.edits if result.asked == "correct" else (),
        rules=row.rules if result.asked == "release" else (),
        why=_WHY[result.asked],
        origin="return",
        return_delivery_id=result.answer.return_id,
        seen_seq=office.seen_seq,
    )


def _counts(results: Sequence[Result], returned: Returned) -> Counter[str]:
    """Answers of one return by outcome, in the order of their names, with the rows that did not come back."""
    return Counter(sorted(result.outcome for result in results if result.return_id == returned.return_id))


def _payload(delivery: Delivery, returned: Returned, judged: Judged, counts: Counter[str]) -> dict[str, Any]:
    own = [result for result in judged.results if result.return_id == returned.return_id]
    columns = judged.columns[returned.return_id]
    return {
        "delivery_id": delivery.delivery_id,
        "agency": delivery.agency,
        "exports": returned.export_ids,
        "outcomes": dict(counts),
        "damaged_cells": sum(len(result.damaged) for result in own),
        "ignored_columns": len(columns.ignored),
        "missing_columns": len(columns.missing),
    }


def _write_reply(office: Office, delivery: Delivery, returned: Returned, results: Sequence[Result]) -> None:
    """What each row came to, for the agency: where it stands in its workbook and a sentence, no cell."""
    speaker = Speaker(load(), office.settings.lang)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(speaker.t(f"return.head.{name}") for name in ("sheet", "row", "row_id", "outcome", "means"))
    for result in results:
        if result.return_id == returned.return_id:
            sheet, row = (result.answer.sheet, result.answer.row) if result.answer else ("", "")
            said = (speaker.t(f"return.{result.outcome}"), speaker.t(f"return.{result.outcome}.means"))
            writer.writerow((sheet, row, result.row_id, *said))
    folder = folder_of(office.paths, delivery.agency)
    make_folder(folder, 0o700)
    # a spreadsheet takes a text without this mark for another encoding
    write_private(folder / f"jawaban_{delivery.delivery_no}.csv", out.getvalue().encode("utf-8-sig"))
