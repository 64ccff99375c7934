"""An audit file of two agencies with every state and the kinds of change and decision that the report tells apart.

Here: rows in the declared tables. Not here: expectations. The logins are nobody's; no row is about a person.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from kla_pipeline.warehouse import quality_tables
from kla_pipeline_tests.warehouse.quality_rows import delivered, put, rejected, tables

SETTLED = {"corrected": 2, "released": 1, "confirmed_bad": 1}
STATES = {"open": 4, "sent": 3, "expired": 1, **SETTLED}


def write_audit(path: Path) -> Path:
    """Write the file and return its path."""
    with tables(path) as db:
        for agency in ("dinsos", "dp3a"):
            put(db, "meta.source_feed", agency=agency, agency_name_id=agency, agency_name_en=agency, record="ppks",
                cadence="monthly", due_day=10)  # fmt: skip
        put(db, "quality.rule", rule_id="ppks.nik.type", record="ppks", severity="reject", scope="row",
            dimension="validity", what_id="NIK tidak terbaca.", what_en="The NIK cannot be read.",
            mend_id="Tulis 16 angka.", mend_en="Write 16 digits.", responsible="agency")  # fmt: skip
        put(db, "quality.contract_column", record="ppks", column_name="sex", place=1, kind="code",
            label_id="Jenis kelamin", label_en="Sex")  # fmt: skip
        for number in range(1, 8):
            delivered(db, "dp3a", number, (9, number % 2), 200 - 10 * number)
        delivery = delivered(db, "dinsos", 8, (1201, sum(STATES.values())), 40)
        row_no = 1
        for state, count in STATES.items():
            for _ in range(count):
                row_no += 1
                rejected(db, delivery, row_no, "ppks.nik.type", *["ppks.sex.code"] * (row_no % 2), state=state)
        put(db, "quality.flag", row_id="f/1/9", delivery_id=delivery, agency="dinsos", record="ppks",
            rule_id="ppks.nik.check")  # fmt: skip
        put(db, "quality.reconciliation", stage="build", agency="dinsos", record="ppks", accepted=1201, corrected=2,
            released=1, current_rows=1190, superseded=10, withdrawn=4, rejected_at_build=0, held=0)  # fmt: skip
        put(db, "quality.expected", agency="dp3a", record="ppks", month=date(2026, 5, 1), due_date=date(2026, 6, 10),
            is_overdue=True)  # fmt: skip
        change = {"agency": "dinsos", "record": "ppks", "delivery_id": delivery, "column_name": "sex"}
        put(db, "quality.change", source="normaliser", table_no=1, kind="code_spelling", cells=1310, **change)
        put(db, "quality.change", source="normaliser", table_no=1, kind="not_yet_named", cells=1, **change)
        put(db, "quality.change", source="decision", kind="corrected", cells=1, decision_id="d1", **change)
        for seq, (status, person) in enumerate([("in_force", "uji.kedua"), ("proposed", None), ("expired", None)], 1):
            put(db, "quality.decision", decision_id=f"d{seq}", seq=seq, action="release",
                subject=f"{delivery[-16:]}/1/{seq + 1}",
                delivery_id=delivery, agency="dinsos", record="ppks", rules=["ppks.nik.type"], why="law_allows",
                status=status, outcome="applied" if person else None, proposed_by="uji.pertama",
                # 20:00 UTC is the next morning in Serang
                proposed_at=datetime(2026, 6, 3, 20), approved_by=person, approved_at=datetime(2026, 6, 5, 2),
                origin="command")  # fmt: skip
        quality_tables.derive(db)
        db.execute("UPDATE quality.rule_coverage SET is_executed = TRUE")
    return path
