"""The synthetic checklist of the child-sensitive disaster mechanism, 2024 and 2025, by BPBD and DP3AKB.

Here: the verdict and evidence of each of the twenty items. Not here: the items themselves (code list mechanism_item).
In 2024 nearly everything was looked at and some evidence is expired, so that the answer is "does not exist"; in 2025
one mandatory item was not looked at, so that the answer is open while the score has its coverage.
"""

from __future__ import annotations

from datetime import date

from kla_pipeline_tests.bundle import layouts
from kla_pipeline_tests.bundle.codes import code_list
from kla_pipeline_tests.bundle.tables import SYNTHETIC, File, Row, Table

# item -> verdict, date of the document, reason
Answers = dict[str, tuple[str, date | None, str | None]]
YEAR_2024: Answers = {
    "CD01": ("yes", date(2021, 3, 15), None),
    "CD02": ("yes", date(2022, 11, 10), None),  # 24 months: expired in November 2024
    "CD03": ("partial", date(2023, 9, 4), None),
    "CD04": ("yes", date(2024, 1, 31), None),
    "CD05": ("yes", date(2023, 6, 20), None),  # 12 months: expired
    "CD06": ("no", None, None),
    "CD07": ("yes", date(2023, 2, 14), None),
    "CD08": ("yes", date(2023, 12, 31), None),  # fresh up to its last day, 31 December 2024
    "CD09": ("yes", date(2023, 10, 10), None),
    "CD10": ("no", None, None),
    "CD11": ("partial", date(2024, 8, 2), None),
    "CD12": ("yes", date(2022, 5, 5), None),
    "CD13": ("no", None, None),
    "CD14": ("partial", date(2023, 3, 3), None),
    "CD15": ("yes", date(2023, 7, 7), None),
    "CD16": ("yes", date(2024, 4, 4), None),
    "CD17": ("yes", date(2024, 2, 29), None),
    "CD18": ("not_applicable", None, "Tidak ada sekolah yang terhenti"),
    "CD19": ("yes", date(2024, 1, 5), None),
    "CD20": ("yes", None, None),  # without a document date: not fresh
}
YEAR_2025: Answers = {
    "CD01": ("yes", date(2021, 3, 15), None),
    "CD02": ("yes", date(2025, 2, 17), None),
    "CD03": ("yes", date(2025, 3, 3), None),
    "CD04": ("yes", date(2025, 1, 30), None),
    "CD05": ("yes", date(2025, 2, 20), None),
    "CD06": ("no", None, None),
    "CD07": ("yes", date(2024, 8, 14), None),
    "CD08": ("partial", date(2025, 10, 8), None),
    "CD09": ("yes", date(2025, 5, 12), None),
    "CD10": ("unchecked", None, None),
    "CD11": ("not_applicable", None, "Stok dikelola provinsi"),
    "CD12": ("yes", date(2022, 5, 5), None),  # 36 months: expired, not mandatory
    "CD13": ("unchecked", None, None),
    "CD14": ("yes", date(2025, 3, 3), None),
    "CD15": ("yes", date(2025, 7, 7), None),
    "CD16": ("yes", date(2024, 4, 4), None),
    "CD17": ("yes", date(2025, 6, 16), None),
    "CD18": ("not_applicable", None, "Tidak ada sekolah yang terhenti"),
    "CD19": ("yes", date(2025, 1, 6), None),
    "CD20": ("partial", date(2025, 8, 19), None),
}
ANSWERS = {2024: YEAR_2024, 2025: YEAR_2025}


def files() -> list[File]:
    return [_file(year, agency) for year in ANSWERS for agency in ("bpbd", "dp3a")]


def agency_of(item: str) -> str:
    """DP3AKB fills in what it owns, alone or first; BPBD collects the rest."""
    return "dp3a" if code_list("mechanism_item")[item]["owner"].startswith("DP3AKB") else "bpbd"


def _file(year: int, agency: str) -> File:
    rows = [_row(year, item) for item in ANSWERS[year] if agency_of(item) == agency]
    titles = (SYNTHETIC, "DAFTAR PERIKSA MEKANISME BENCANA RAMAH ANAK", f"Tahun: {year}. Tanggal ekspor: 31-12-{year}")
    key = ("reference_year", "item_id")
    columns = layouts.MECHANISM
    table = Table("mechanism_check", agency, key, columns, layouts.ANNUAL, titles, "Daftar Periksa", rows)
    return File(f"{agency}/mekanisme_bencana_sintetis_{year}.xlsx", [table], date(year, 12, 31))


def _row(year: int, item: str) -> Row:
    verdict, dated, reason = ANSWERS[year][item]
    about = code_list("mechanism_item")[item]
    has_paper = verdict in ("yes", "partial")
    facts = {
        "reference_year": year,
        "item_id": item,
        "owner": about["owner"],
        "verdict": verdict,
        "reason": reason,
        "doc_no": f"{item}/SINTETIS/{(dated or date(year, 1, 1)).year}" if has_paper else None,
        "doc_date": dated,
        "issuer": "Pemkot Sintetis" if has_paper else None,
        "checked_by": "Pemeriksa Sintetis" if verdict != "unchecked" else None,
        "checked_on": date(year, 12, 4) if verdict != "unchecked" else None,
        "weight": 1.0 if item == "CD01" else None,
    }
    return Row(facts, ignored={"Butir": about["id"]})
