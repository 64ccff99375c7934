"""After an erasure the person is nowhere, everybody else is as before, and the chain still holds.

The city that these tests look at was erased with a kill after every single step.
"""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest

from kla_pipeline.cli.erase import erase_command
from kla_pipeline.cli.release import release_rows
from kla_pipeline.decisions import force
from kla_pipeline.decisions.roles import NotAllowed
from kla_pipeline.erasure.erase import approve_erasure, preview, propose_erasure, resume_erasure
from kla_pipeline.errors import WrongUse
from kla_pipeline.identity.keys import load_key
from kla_pipeline.ledger import chain, open_ledger
from kla_pipeline.nightly import load
from kla_pipeline.nightly.approve import approve
from kla_pipeline_tests.end_to_end.canary.search import Search
from kla_pipeline_tests.erasure.family import GONE, OTHERS, Traces
from kla_pipeline_tests.support import CITY, City


def _traces(city: City) -> Traces:
    with open_ledger(city.settings) as ledger:
        key = load_key(city.settings, ledger)
    pseudonyms = [key.pseudonym("nik", GONE.nik)]
    return Traces({"nik": [GONE.nik], "name": [GONE.name, "anak_uji_terhapus"], "pseudonym": pseudonyms})


def _registers(city: City) -> dict[str, list[tuple]]:
    """All rows of all registers, accepted or rejected, without those of the child and without their hashes."""
    found = {}
    with city.warehouse() as connection:
        for (record,) in connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'staged' ORDER BY ALL"
        ).fetchall():
            found[record] = connection.execute(f"SELECT * FROM staged.{record} ORDER BY row_id").fetchall()
        query = "SELECT row_id, rule_id FROM quality.reason ORDER BY ALL"
        found["reason"] = connection.execute(query).fetchall()
    return found


def _events(city: City, kind: str) -> list[dict]:
    with open_ledger(city.settings) as ledger:
        return [event.payload for event in ledger.events(CITY, kind)]


# ------------------------------------------------------------------------------------------------ nowhere
@pytest.mark.parametrize("place", ["raw", "archive", "staged", "warehouse", "published"])
def test_before_the_erasure_the_search_finds_the_child_where_identities_lie(family: City, place: str) -> None:
    hits = Search(_traces(family)).in_tree(family.paths.data / place)  # type: ignore[arg-type]
    assert bool(hits) == (place != "published")


def test_afterwards_no_byte_of_the_data_folder_knows_the_child(erased: City) -> None:
    assert Search(_traces(erased)).in_tree(erased.paths.data) == set()  # type: ignore[arg-type]


def test_the_chain_still_verifies_and_says_who_and_both_hashes(erased: City) -> None:
    with open_ledger(erased.settings) as ledger:
        assert ledger.verify().reason == ""
        decision = next(d for d in force.load(ledger, CITY, erased.settings.as_of_date) if d.action == "erase")
        moved = {d.delivery_id: d.current_sha256 for d in ledger.deliveries(CITY)}
    assert (decision.proposed_by, decision.approved_by) == ("uji-rina", "uji-sari")
    replaced = _events(erased, "rendition_replaced")
    assert {event["decision_id"] for event in replaced} == {decision.decision_id}
    assert all(moved[e["delivery_id"]] == e["to_sha256"] != e["from_sha256"] for e in replaced)


def test_every_step_is_told_once_however_often_it_was_killed(erased: City) -> None:
    (prepared,), (done,) = _events(erased, "erasure_prepared"), _events(erased, "erased")
    replaced = [event["delivery_id"] for event in _events(erased, "rendition_replaced")]
    assert len(replaced) == len(set(replaced)) == len([f for f in prepared["files"] if f["to"]])
    # of one delivery the name of the file alone mentioned the child
    assert len(prepared["files"]) == done["deliveries"] == len(replaced) + 1
    assert len(_events(erased, "release_withdrawn")) == done["releases"] == 1
    assert not list(erased.paths.archive.glob("erasing-*"))


def test_texts_of_decisions_are_blank_and_workbooks_that_held_the_child_are_gone(erased: City) -> None:
    with open_ledger(erased.settings) as ledger:
        values = ledger.decision_values(CITY)
        decisions = force.load(ledger, CITY, erased.settings.as_of_date)
    assert len(values) == 3
    assert all(value.is_erased and not (value.value or value.expected or value.note) for value in values)
    assert {d.status for d in decisions if d.action != "erase"} == {"ended"}
    exports = erased.paths.data / "exports" / CITY / "dp3a"
    assert [path.name for path in exports.iterdir()] == ["lain.csv"]


# ------------------------------------------------------------------------------------------------ everybody else
def test_the_rows_of_everybody_else_are_as_before(family: City, erased: City) -> None:
    before, after = _registers(family), _registers(erased)
    gone = {"violence_victim": 1, "victim_service": 1, "ppks": 2, "ppks_service": 1, "juvenile_case": 1, "reason": 0}
    for record, rows in before.items():
        # a row's hash covers its narrative, and one narrative named the child
        kept = [row for row in rows if row[5 if record != "reason" else 0] not in _own_ids(family)]
        assert len(rows) - len(kept) == gone.get(record, 0), record
        assert [_bare(row, record) for row in kept] == [_bare(row, record) for row in after[record]], record


def _bare(row: tuple, record: str) -> tuple:
    return row if record == "reason" else (*row[:6], *row[7:])


def _own_ids(family: City) -> set[str]:
    query = "SELECT row_id FROM identity.person WHERE child_id = ? UNION ALL "
    query += "SELECT row_id FROM staged.victim_service WHERE register_no = 'KN-001' UNION ALL "
    query += "SELECT row_id FROM staged.ppks_service WHERE ppks_no = 'PPKS-001' UNION ALL "
    query += "SELECT row_id FROM staged.ppks WHERE ppks_no = 'PPKS-001'"
    with open_ledger(family.settings) as ledger:
        child_id = load_key(family.settings, ledger).pseudonym("nik", GONE.nik)
    return {row_id for (row_id,) in family.rows(query, [child_id])}


def test_all_rows_of_all_files_are_still_counted(family: City, erased: City) -> None:
    query = "SELECT delivery_id, rows_read FROM quality.delivery ORDER BY ALL"
    assert family.rows(query) == erased.rows(query)
    assert erased.rows("SELECT check_id FROM quality.check_result WHERE is_blocking AND failures > 0") == []


def test_cells_that_mentioned_the_child_keep_the_rest_of_their_text(erased: City) -> None:
    book = next(path for path in (erased.paths.raw / "dp3a").iterdir())
    from kla_pipeline.intake.readers import read_sheets

    cells = [cell for sheet in read_sheets(book) for _, row in sheet.grid.rows() for cell in row]
    assert "Kakak dari [dihapus], NIK [dihapus], tinggal serumah." in cells
    assert "Catatan: rujukan [dihapus] menunggu" in cells
    assert book.name == "korban_sintetis___2024_01.xlsx"
    assert all(child.name in cells for child in OTHERS)


# ------------------------------------------------------------------------------------------------ releases
def test_a_release_that_counted_the_child_has_a_tombstone_and_its_public_part(family: City, erased: City) -> None:
    old = erased.paths.releases / family.paths.current.readlink().name
    assert sorted(path.name for path in old.iterdir()) == ["public", "withdrawn.json"]
    said = json.loads((old / "withdrawn.json").read_text())
    assert (said["why"], said["release_id"]) == ("erasure", old.name)
    assert erased.paths.current.readlink().name != old.name
    assert list(erased.paths.editions.iterdir())


def test_a_withdrawn_release_is_listed_so_and_nobody_can_approve_it(
    family: City, erased: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = family.paths.current.readlink().name
    assert [row["release_id"] for row in release_rows(erased.settings) if row["is_withdrawn"]] == [old]
    monkeypatch.setattr(chain, "os_actor", lambda: "uji-rina")
    with pytest.raises(WrongUse, match="was withdrawn"):
        approve(erased.settings, old)


def test_the_next_night_finds_nothing_to_do(erased: City, tmp_path: Path) -> None:
    city = _copied(erased, tmp_path)
    night = city.night()
    assert (night.received.new, night.received.repeats, night.staged.judged) == ([], 0, 0)  # type: ignore[attr-defined]
    assert night.published.outcome == "unchanged"


def test_the_old_bytes_dropped_again_are_refused_and_the_new_ones_are_known(
    family: City, erased: City, tmp_path: Path
) -> None:
    city = _copied(erased, tmp_path)
    city.drop("dinsos", family.paths.raw / "dinsos" / "ppks_sintetis_akhir.csv", name="lagi.csv")
    received = load.receive(city.settings, CITY)
    assert [item.reason for item in received.refused] == ["erased"]
    assert received.new == []
    assert load.pending_key(city.settings, CITY) == ""


def _copied(city: City, folder: Path) -> City:
    from kla_pipeline_tests.erasure.conftest import copied

    return copied(city, folder)


# ------------------------------------------------------------------------------------------------ who and when
def test_looking_and_proposing_change_no_file_and_say_no_value(
    copy: City, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _files(copy.paths.data)
    monkeypatch.setattr(chain, "os_actor", lambda: "uji-rina")
    found = preview(copy.settings, CITY, nik=GONE.nik)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{GONE.nik}\n"))
    assert erase_command(copy.settings, None, asks_nik=True, looks_only=True) == 0
    said = capsys.readouterr()
    assert found.plans[0].delivery.delivery_no in said.out
    assert not any(text in said.out + said.err for text in (GONE.nik, GONE.name, found.person.child_id))
    decision, _ = propose_erasure(copy.settings, CITY, nik=GONE.nik)
    assert _files(copy.paths.data) == before
    assert found.possible == found.shared == frozenset()
    assert GONE.name not in repr(found)
    assert GONE.nik not in repr(found)
    with pytest.raises(WrongUse, match=f"kla erase --approve {decision.decision_id}"):
        propose_erasure(copy.settings, CITY, nik=GONE.nik)


def test_nobody_erases_alone(copy: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "os_actor", lambda: "uji-rina")
    decision, _ = propose_erasure(copy.settings, CITY, nik=GONE.nik)
    before = _files(copy.paths.data)
    with pytest.raises(NotAllowed, match="cannot be its second person"):
        approve_erasure(copy.settings, CITY, decision.decision_id)
    with pytest.raises(WrongUse, match="no erasure that is approved"):
        resume_erasure(copy.settings, CITY, decision.decision_id)
    monkeypatch.setattr(chain, "os_actor", lambda: "uji-tono")
    with pytest.raises(NotAllowed, match="approver"):
        approve_erasure(copy.settings, CITY, decision.decision_id)
    assert _files(copy.paths.data) == before


def _files(data: Path) -> dict[str, bytes]:
    """All files but the ledger's, the lock and what is not read."""
    places = ("raw", "archive", "staged", "published")
    return {str(p): p.read_bytes() for place in places for p in (data / place).rglob("*") if p.is_file()}


def test_somebody_nobody_knows_is_not_erased(copy: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "os_actor", lambda: "uji-rina")
    with pytest.raises(WrongUse, match="No staged row"):
        propose_erasure(copy.settings, CITY, "f" * 32)
    with pytest.raises(WrongUse, match="in nothing that was delivered"):
        propose_erasure(copy.settings, CITY, nik="3673011705100099")
    with pytest.raises(WrongUse, match="no NIK"):
        propose_erasure(copy.settings, CITY, nik="12")


def test_a_staged_file_that_is_missing_stops_before_anything_is_looked_at(
    copy: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(copy.paths.staged / "agency=polres")
    monkeypatch.setattr(chain, "os_actor", lambda: "uji-rina")
    with pytest.raises(Exception, match="kla run"):
        propose_erasure(copy.settings, CITY, nik=GONE.nik)
