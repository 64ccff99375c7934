"""Every kind of defect the bundle holds, with the rule its row must break and how often it occurs.

Here: one line per kind. Not here: how a defect is made (defects.py) and where it befalls (structure.py).
"""

from __future__ import annotations

from typing import Any

from kla_pipeline_tests.bundle.defects import (
    Defect,
    Fits,
    all_of,
    always,
    cell,
    cross,
    emptied,
    empty,
    fact,
    final,
    flagged,
    grown_up,
    has,
    is_child_category,
    junk,
    model_c,
    mothers,
    niks,
    no_nik,
    other_roman,
    shifted,
    typed_in_2042,
)


def _is_extra(facts: dict[str, Any]) -> bool:
    return facts["reference_year"] == 2023  # rows put there to be rejected; the years in use stay whole


def _catalogue() -> list[Defect]:
    v, s, p, l, j = "violence_victim", "victim_service", "ppks", "child_labour", "juvenile_case"  # noqa: E741
    closed: Fits = lambda facts: facts.get("closed_date") is not None  # noqa: E731
    not_closed: Fits = lambda facts: facts.get("closed_date") is None  # noqa: E731
    in_city: Fits = lambda facts: facts.get("kecamatan") is not None  # noqa: E731
    girl: Fits = lambda facts: facts.get("sex") == "P" and facts.get("nik") is not None  # noqa: E731
    return [
        empty(v, "name", 1),
        empty(v, "register_no", 1),
        empty(v, "violence_forms", 1),
        Defect(v, f"{v}.report_date.required", "report_date", not_closed, cell("report_date", "")),
        junk(v, "violence_forms", "code", "Perundungan Siber", times=2),
        junk(v, "birth_date", "type", "31/02/2010", no_nik),
        junk(v, "case_status", "code", "Dilimpahkan entah", not_closed),
        junk(v, "kecamatan", "code", "Kasmen Baru", in_city),
        junk(v, "district", "code", "Kab. Antah Berantah", in_city),
        junk(v, "sex", "code", "X"),
        junk(v, "is_domestic", "type", "mungkin"),
        junk(v, "victim_no", "type", "satu"),
        junk(v, "location", "code", "Kategori Tempat"),
        cross(
            v,
            "birth_after_event",
            "birth_date",
            all_of(has("incident_date"), no_nik),
            shifted("birth_date", "incident_date", 301),
        ),
        cross(
            v,
            "report_before_incident",
            "report_date",
            all_of(has("incident_date"), not_closed),
            shifted("incident_date", "report_date", 9),
        ),
        cross(v, "closed_before_report", "closed_date", closed, shifted("closed_date", "report_date", -6)),
        cross(v, "future_date", "report_date", not_closed, typed_in_2042("report_date")),
        flagged(
            v,
            "status_closed_without_date",
            "closed_date",
            all_of(closed, lambda f: f["case_status"] == "closed"),
            emptied("closed_date"),
        ),
        *niks(v, shapes=5),
        flagged(v, "nik_birth_mismatch", "nik", girl, mothers, note="the mother's NIK on the child's row"),
        junk(s, "service_code", "code", "Mediasi", times=2),
        empty(s, "service_date", 1),
        junk(s, "service_date", "type", "akhir bulan"),
        empty(s, "register_no", 1),
        cross(s, "future_date", "service_date", always, typed_in_2042("service_date")),
        Defect("staff", "staff.fte.min", "fte", always, fact("fte", -0.5)),
        Defect("staff", "staff.fte.max", "fte", always, fact("fte", 40)),
        junk("staff", "role", "code", "Juru Kunci"),
        junk("facility_item", "item", "code", "Kolam Ikan"),
        empty("facility_item", "is_required", 1),
        junk(
            "mechanism_check",
            "item_id",
            "code",
            "CD21",
            lambda f: f["item_id"] == "CD12" and f["reference_year"] == 2024,
        ),
        junk(
            "mechanism_check",
            "verdict",
            "code",
            "Kurang tahu",
            lambda f: f["item_id"] == "CD14" and f["reference_year"] == 2024,
        ),
        cross(
            "mechanism_check",
            "not_applicable_without_reason",
            "reason",
            lambda f: f["item_id"] == "CD18" and f["reference_year"] == 2025,
            emptied("reason"),
        ),
        junk(p, "category", "code", "PMKS-27", times=2),
        empty(p, "name"),
        junk(p, "birth_date", "type", "00/00/2012", no_nik),
        junk(p, "status", "code", "Gantung"),
        junk(p, "sex", "code", "?"),
        junk(p, "kecamatan", "code", "Kec. Lama", in_city),
        cross(
            p,
            "closed_before_report",
            "closed_date",
            has("closed_date", "report_date"),
            shifted("closed_date", "report_date", -10),
        ),
        flagged(
            p,
            "over_age_child_category",
            "birth_date",
            all_of(is_child_category, has("report_date", "birth_date"), no_nik),
            grown_up,
            2,
        ),
        *niks(p, shapes=2),
        junk("ppks_service", "service_code", "code", "Kunjungan Kerja", times=2),
        empty("ppks_service", "service_date", 1),
        empty("ppks_service", "ppks_no", 1),
        cross(
            l,
            "withdrawn_before_identified",
            "withdrawn_date",
            has("withdrawn_date"),
            shifted("withdrawn_date", "identified_date", -10),
        ),
        cross(l, "placed_without_withdrawal", "withdrawn_date", has("placed_date"), emptied("withdrawn_date")),
        cross(l, "birth_after_event", "birth_date", no_nik, shifted("birth_date", "identified_date", 330)),
        junk(l, "work_form", "code", "Tukang Sulap"),
        empty(l, "is_worst_form", 1),
        empty(l, "identified_date", 1),
        junk(l, "followup_status", "code", "entah"),
        *niks(l, shapes=1)[:1],
        cross(j, "lp_before_incident", "incident_date", has("incident_date"), shifted("incident_date", "lp_date", 3)),
        cross(j, "closed_before_lp", "closed_date", closed, shifted("closed_date", "lp_date", -5)),
        cross(
            j,
            "birth_after_event",
            "birth_date",
            all_of(no_nik, has("incident_date")),
            shifted("birth_date", "incident_date", 330),
        ),
        cross(j, "outcome_without_closing", "closed_date", final, emptied("closed_date"), 2),
        flagged(j, "lp_month_mismatch", "lp_no", lambda f: f["lp_date"].month > 1, other_roman, 2),
        flagged(j, "lp_no.pattern", "lp_no", always, model_c),
        junk(j, "role", "code", "ABH"),
        junk(j, "outcome", "code", "Damai di tempat"),
        junk(j, "threat_years", "type", "lima"),
        junk(j, "tkp_district", "code", "Kota Negeri Awan"),
        empty(j, "offence", 1),
        empty(j, "lp_date", 1),
        *niks(j, shapes=1),
        Defect("population", "population.population.min", "population", _is_extra, fact("population", -40)),
        junk("population", "population", "type", "12 ribu", _is_extra),
        Defect("population", "population.source.required", "source", _is_extra, fact("source", None)),
        junk("population", "sex", "code", "Campuran", _is_extra),
    ]


CATALOGUE = _catalogue()
