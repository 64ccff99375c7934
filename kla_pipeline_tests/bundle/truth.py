"""The truth files: what a correct reading of the bundle ends up knowing, one CSV per kind of fact.

Here: the final facts of every register record (`row_ok` says whether a row of it holds, `row_state` why not), needs
and services as the project's readings define them, the defects with their places, and the lines of every sheet. Not
here: measures; golden tests compute them from these files. A record that does not hold shows what the office meant to
write.

`linked_child` is the child as NIKs alone link it: rows with one valid NIK share it, every other row is a child of its
own.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from kla_pipeline_tests.bundle.calendars import add_months, age_on, birthday
from kla_pipeline_tests.bundle.codes import code_list
from kla_pipeline_tests.bundle.people import CITY, People
from kla_pipeline_tests.bundle.replay import Final, Key
from kla_pipeline_tests.bundle.tables import File

Finals = dict[tuple[str, str], dict[Key, Final]]
Line = dict[str, Any]
UNBORN_DAYS = 300


def write_truth(folder: Path, people: People, finals: Finals, files: list[File]) -> None:
    """All truth files; every one sorted and with a header line."""
    folder.mkdir(parents=True, exist_ok=True)
    tables: dict[str, list[Line]] = {
        "children": list(_children(people, finals)),
        "victims": [_victim(f) for f in _of(finals, "violence_victim")],
        "ppks": [_ppks(f) for f in _of(finals, "ppks")],
        "needs": list(_needs(finals)),
        "services": [_service(f, finals) for record in ("victim_service", "ppks_service") for f in _of(finals, record)],
        "juvenile": [_juvenile(f) for f in _of(finals, "juvenile_case")],
        "labour": [_labour(f) for f in _of(finals, "child_labour")],
        "mechanism": [_mechanism(f) for f in _of(finals, "mechanism_check")],
        "staff": [_plain(f) for f in _of(finals, "staff")],
        "facility": [_plain(f) for f in _of(finals, "facility_item")],
        "population": [_plain(f) for f in _of(finals, "population")],
        "defects": list(_defects(files)),
        "files": list(_files(files)),
    }
    for name, lines in tables.items():
        _write(folder / f"{name}.csv", lines)


def _write(path: Path, lines: list[Line]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, fieldnames=list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _text(value) for name, value in line.items()} for line in lines)


def _text(value: Any) -> str:
    """Booleans yes/no, dates ISO, several values joined by |, nothing for null."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "|".join(str(v) for v in value)
    return "" if value is None else str(value)


def _of(finals: Finals, record: str) -> Iterator[Final]:
    for agency, name in sorted(finals):
        if name == record:
            yield from sorted(finals[(agency, name)].values(), key=lambda f: tuple(str(part) for part in f.key))


# ------------------------------------------------------------------------------------------------------ parts of a line
def linked_child(final: Final) -> str:
    nik = final.facts.get("nik")
    return f"nik:{nik}" if nik else "rec:" + ":".join([final.agency, final.record, "|".join(str(k) for k in final.key)])


def _who(final: Final) -> Line:
    return {
        "child": final.person.child if final.person else None,
        "linked_child": linked_child(final),
        "link_basis": "nik" if final.facts.get("nik") else "record",
    }


def _held(final: Final) -> Line:
    return {"row_ok": final.is_ok, "row_state": final.state, "scene": final.scene}


def _age(born: date | None, day: date) -> Line:
    """Age at the event: unborn up to 300 days before birth; an unknown birth date is an unknown age."""
    if born is None:
        return {
            "age_years": None,
            "age_known": False,
            "is_unborn": False,
            "age_group": "unknown",
            "is_child": "unknown",
        }
    years = age_on(born, day)
    is_unborn = born > day and (born - day).days <= UNBORN_DAYS
    years = max(years, 0)
    group = next(name for limit, name in ((6, "0-5"), (13, "6-12"), (18, "13-17"), (999, "18+")) if years < limit)
    is_child = "yes" if years < 18 else "no"
    return {"age_years": years, "age_known": True, "is_unborn": is_unborn, "age_group": group, "is_child": is_child}


def _area(district: str | None, kecamatan: str | None) -> Line:
    if district is None:
        return {"area_code": "unknown", "domicile_scope": "unknown"}
    if district != CITY:
        return {"area_code": "outside", "domicile_scope": "outside"}
    return {"area_code": kecamatan or "unknown", "domicile_scope": "city"}


# ----------------------------------------------------------------------------------------------------- register records
def _children(people: People, finals: Finals) -> Iterator[Line]:
    registers: dict[str, set[str]] = {}
    for (agency, record), records in finals.items():
        for final in records.values():
            if final.person and not record.endswith("_service"):
                registers.setdefault(final.person.child, set()).add(f"{agency}.{record}")
    for person in people.known:
        yield {
            "child": person.child,
            "name": person.name,
            "sex": person.sex,
            "birth_date": person.birth_date,
            "nik": person.nik,
            "no_nik_reason": person.no_nik_reason,
            "district": person.district,
            "kecamatan": person.kecamatan,
            "registers": tuple(sorted(registers.get(person.child, ()))),
        }


def _plain(final: Final) -> Line:
    return {"agency": final.agency} | final.facts | _held(final)


def _without_names(facts: dict[str, Any]) -> Line:
    return {name: value for name, value in facts.items() if name not in ("name", "no_nik_reason")}


def _victim(final: Final) -> Line:
    return _who(final) | _without_names(final.facts) | _event(final) | _held(final)


def _ppks(final: Final) -> Line:
    return (
        _who(final)
        | _without_names(final.facts)
        | {"first_roster_month": final.first_seen}
        | _event(final)
        | _held(final)
    )


def _event(final: Final) -> Line:
    """When a need began, and what of the person counts at that moment."""
    facts = final.facts
    event = facts.get("incident_date")
    reported = facts.get("report_date") or facts.get("identified_date") or facts.get("lp_date")
    basis = ("estimated" if facts.get("date_quality") == "estimated" else "event") if event else "reported"
    day = event or reported or date.fromisoformat(final.first_seen)
    place = (facts.get("district"), facts.get("kecamatan"))
    if final.record == "juvenile_case":
        place = (facts.get("tkp_district"), facts.get("tkp_kecamatan"))
    dates = {"event_date": event, "report_date": reported, "period_date": day, "period_basis": basis}
    return dates | _age(facts.get("birth_date"), day) | _area(*place)


def _needs(finals: Finals) -> Iterator[Line]:
    """One line per record and AMPK category it may stand for; `basis` says what the category rests on."""
    for record in ("violence_victim", "ppks", "juvenile_case", "child_labour"):
        for final in _of(finals, record):
            for category, basis in _categories(final):
                key = (*final.key, 1)
                line = {"agency": final.agency, "record": record, "register_no": key[0], "person_no": key[1]}
                line |= _who(final) | {"category": category, "basis": basis, "sex": final.facts["sex"]} | _event(final)
                line |= {
                    "closed_date": final.facts.get("closed_date"),
                    "is_cancelled": final.facts.get("case_status") == "cancelled",
                    "death_date": final.facts.get("death_date"),
                }
                yield line | _held(final)


def _categories(final: Final) -> list[tuple[str | None, str]]:
    facts = final.facts
    if final.record == "violence_victim":
        found = {code for form in facts["violence_forms"] for code in code_list("violence_form")[form]["ampk"]}
        named: list[tuple[str | None, str]] = [(code, "form") for code in sorted(found)]
        named = named or [(None, "form_without_category")]
        return [*named, ("12", "disability")] if facts["has_disability"] else named
    if final.record == "ppks":
        about = code_list("ppks_category")[facts["category"]]
        return [(about["ampk"], "category" if about["ampk"] else "category_unspecified")] if about["child"] else []
    if final.record == "juvenile_case":
        return [("02", facts["role"])]
    return [("04", "worst_form" if facts["is_worst_form"] else "other_work")]


def _service(final: Final, finals: Finals) -> Line:
    facts = final.facts
    is_victim = final.record == "victim_service"
    parent_key = final.key[:2] if is_victim else final.key[:1]
    parent = finals[(final.agency, "violence_victim" if is_victim else "ppks")].get(parent_key)
    about = code_list("service" if is_victim else "atensi")[facts["service_code"]]
    owner = _who(parent) if parent else {"child": None, "linked_child": None, "link_basis": None}
    return {
        "agency": final.agency,
        "record": final.record,
        "register_no": final.key[0],
        "person_no": facts.get("victim_no", 1),
        **owner,
        "service_code": facts["service_code"],
        "service_date": facts["service_date"],
        "is_intake": about.get("is_intake", False),
        "is_qualifying": about.get("qualifies", True),
        **_held(final),
    }


def _juvenile(final: Final) -> Line:
    facts = final.facts
    about = code_list("case_outcome")[facts["outcome"]]
    failed = facts["failed_date"]
    closed = facts["closed_date"]
    has_failed = failed is not None and closed is not None and failed >= closed
    papers = sum(facts[name] is not None for name in ("outcome_doc_no", "rights_doc_no"))
    needed = about["documents_needed"]
    if facts["is_narcotics"]:
        needed = about.get("documents_needed_narcotics", needed)
    restorative = about["restorative"] in ("yes", "if_documents") and papers >= needed
    if needed == 1 and about.get("documents_needed_narcotics") is None:
        restorative = restorative and facts["outcome_doc_no"] is not None
    line = _who(final) | _without_names(facts) | _event(final)
    return line | {
        "outcome_known": about["known"],
        "is_restorative": restorative,
        "effective_closed_date": None if has_failed else closed,
        **_held(final),
    }


def _labour(final: Final) -> Line:
    facts = final.facts
    steps = (facts["withdrawn_date"], facts["placed_date"])
    born = facts["birth_date"]
    line = _who(final) | _without_names(facts) | _event(final)
    return line | {
        "freed_date": max(steps) if all(steps) else None,
        "turns_18_on": birthday(born, 18) if born else None,
        **_held(final),
    }


def _mechanism(final: Final) -> Line:
    about = code_list("mechanism_item")[final.facts["item_id"]]
    dated = final.facts["doc_date"]
    return _plain(final) | {
        "phase": about["phase"],
        "is_mandatory": about["mandatory"],
        "max_age_months": about["max_age_months"],
        "valid_until": add_months(dated, about["max_age_months"]) if dated else None,
    }


# ---------------------------------------------------------------------------------------------------- files and defects
def _defects(files: Iterable[File]) -> Iterator[Line]:
    for file in files:
        if not file.is_delivered:
            continue
        for table in file.tables:
            first = table.first_data_line()
            for offset, row in enumerate(table.rows):
                for one in row.breaks:
                    yield {
                        "file": file.path,
                        "sheet": table.sheet,
                        "row": first + offset,
                        "record": table.record,
                        "rule_id": one.rule,
                        "expected": one.expected,
                        "stage": one.stage,
                        "column": one.column,
                        "note": one.note,
                    }


def _files(files: Iterable[File]) -> Iterator[Line]:
    for file in files:
        if not file.is_delivered:
            continue
        for table in file.tables:
            counts = table.line_counts()
            line = {"file": file.path, "sheet": table.sheet, "agency": table.agency, "record": table.record}
            line |= {"exported": file.exported, "rows_data": counts["data"]}
            yield line | {kind: counts[kind] for kind in ("title", "blank", "header", "total", "footer")}
