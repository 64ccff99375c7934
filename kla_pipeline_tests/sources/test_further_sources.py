"""A city's own source folder adds to the package's: layouts and spellings of an agency, or an agency of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from kla_pipeline.errors import DeclarationError
from kla_pipeline.quality.catalogue import Catalogue, load_catalogue
from kla_pipeline_tests.faults.exports import NOBODY, person, roster
from kla_pipeline_tests.quality.tables import SOURCES
from kla_pipeline_tests.support import City, city_in

CITY_LAYOUT = """
id: dinsos.ppks_kota
record: ppks
mode: snapshot
columns:
  ppks_no: [Nomor Urut PPKS]
  no_nik_reason: [Alasan]
  name: [Nama Lengkap]
  birth_date: [Tgl Lahir]
  sex: [JK]
  category: [Golongan]
  district: [Kota Asal]
  report_date: [Tgl Lapor]
  status: [Keadaan]
period:
  covers: since
  since: "2024-01-01"
  found_in: [{in: title, pattern: 'posisi:\\s+(?P<date>[\\d-]+)'}]
"""
CITY_SPELLING = 'id: ppks_category\ncodes:\n  "PMKS-02": {variants: ["Bocah terlantar"]}\n'
CITY_EXPORT = (
    "Data sintetis\nPosisi: 31-12-2025\n"
    "Nomor Urut PPKS,Alasan,Nama Lengkap,Tgl Lahir,JK,Golongan,Kota Asal,Tgl Lapor,Keadaan\n"
    f"P9,belum punya,{NOBODY},15/01/2015,P,Bocah terlantar,Kota Serang,05/03/2025,Aktif\n"
)

CLINIC_CONTRACT = '''"""Posts of the health office."""

from kla_pipeline.quality.contract import Contract, Date, Decimal, Text, code, contract, day, decimal, text


@contract("clinic_post", title=("Petugas klinik", "Clinic posts"))
class ClinicPost(Contract):
    """One row per post."""

    post_no: Text = text("Nomor", "Number", key=True)
    kind: Text = code("clinic_kind", "Jenis", "Kind", required=True)
    fte: Decimal = decimal("FTE", "FTE", required=True, ge=0, le=1)
    start_date: Date = day("Mulai", "Start", required=True)
'''
CLINIC_RULES = """
rules:
  retired:
    scope: history
    severity: reject
    columns: [post_no]
    what: {id: Pensiun., en: Retired.}
    why: {id: Nomor lama tidak dipakai lagi., en: Old numbers are not used again.}
    mend: {id: Hapus., en: Remove.}
"""
CLINIC = {
    "agency.yaml": "name: {id: Dinas Kesehatan, en: Health office}\n"
    "feeds:\n  clinic_post: {cadence: yearly, due_day: 31}\n",
    "codes/clinic_kind.yaml": 'id: clinic_kind\ncodes:\n  "PERAWAT": {id: Perawat, en: Nurse}\n',
    "contracts.py": CLINIC_CONTRACT,
    "rules/clinic_post.yaml": CLINIC_RULES,
    "layouts/clinic_post.yaml": "id: dinkes.clinic_post\nrecord: clinic_post\nmode: snapshot\ncolumns:\n"
    "  post_no: [Nomor]\n  kind: [Jenis]\n  fte: [FTE]\n  start_date: [Mulai]\n"
    "period:\n  covers: since\n  since: '2025-01-01'\n"
    "  found_in: [{in: title, pattern: 'posisi:\\s+(?P<date>[\\d-]+)'}]\n",
    "conform/staff.sql": "SELECT core.register_ref('dinkes', 'post', post_no) AS staff_id, 'dinkes' AS agency,\n"
    "    'LAIN' AS unit, kind AS role, FALSE AS is_case_worker, fte, start_date,\n"
    "    CAST(NULL AS DATE) AS end_date, [row_id] AS row_ids\nFROM staged.clinic_post_current\n",
    "history/clinic_post.retired.sql": "SELECT row_id FROM staged.clinic_post WHERE post_no = 'K9'\n",
}
CLINIC_EXPORT = (
    "Data sintetis\nPosisi: 31-12-2025\nNomor,Jenis,FTE,Mulai\nK1,Perawat,0.5,01/02/2025\nK2,Sopir,1,01/02/2025\n"
)


def write(source: Path, agency: str, files: dict[str, str]) -> Path:
    """Files of an agency's folder inside a source folder."""
    for name, content in files.items():
        path = source / agency / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return source


def loaded(*sources: Path) -> Catalogue:
    catalogue = load_catalogue([SOURCES, *sources])
    catalogue.contracts()
    return catalogue


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A city whose own folder adds a layout and a spelling to an agency of the package, and an agency of its own."""
    folder = tmp_path_factory.mktemp("kota")
    files = {"layouts/kota.yaml": CITY_LAYOUT, "codes/ppks_category.yaml": CITY_SPELLING}
    source = write(write(folder / "sumber", "dinsos", files), "dinkes", CLINIC)
    city = city_in(folder / "data", sources=str(source))
    city.write("dinsos", "lama.csv", roster(person(1), person(2), position="30-11-2025"))
    city.write("dinsos", "kota.csv", CITY_EXPORT)
    city.write("dinkes", "petugas.csv", CLINIC_EXPORT)
    city.night()
    return city


def test_a_layout_and_a_spelling_are_added_to_an_agency_of_the_package(city: City) -> None:
    rows = city.rows("SELECT ppks_no, category FROM staged.ppks ORDER BY ppks_no")

    assert rows == [("P1", "PMKS-02"), ("P2", "PMKS-02"), ("P9", "PMKS-02")]
    assert city.rows("SELECT count(*) FROM meta.source_feed WHERE agency = 'dinsos'") == [(3,)]


def test_an_agency_of_its_own_passes_through_a_whole_night(city: City) -> None:
    assert city.rows("SELECT agency, role, fte FROM core.staff") == [("dinkes", "PERAWAT", 0.5)]
    assert city.rows("SELECT rule_id FROM quality.reason") == [("clinic_post.kind.code",)]
    assert city.rows("SELECT label_en FROM meta.code WHERE list = 'clinic_kind'") == [("Nurse",)]


def test_a_further_folder_adds_contracts_feeds_and_sql_and_takes_nothing_away(tmp_path: Path) -> None:
    feeds = "feeds:\n  clinic_post: {cadence: monthly, due_day: 5}\n"
    before = loaded()

    after = loaded(write(tmp_path / "sumber", "dinsos", CLINIC | {"agency.yaml": feeds}))

    dinsos, old = after.agency("dinsos"), before.agency("dinsos")
    assert (dinsos.name_id, dinsos.folders[0]) == (old.name_id, old.folders[0])
    assert set(after.contracts()) == {*before.contracts(), "clinic_post"}
    assert {feed.id for feed in dinsos.feeds} == {*(feed.id for feed in old.feeds), "dinsos/clinic_post"}
    assert {layout.id for layout in old.layouts} < {layout.id for layout in dinsos.layouts}
    for pattern in ("conform/*.sql", "history/*.sql", "contracts.py"):
        assert len(after.files(pattern)) == len(before.files(pattern)) + 1


def test_two_further_folders_add_spellings_to_one_list(tmp_path: Path) -> None:
    one = write(tmp_path / "satu", "dinsos", {"codes/ppks_category.yaml": CITY_SPELLING})
    code = 'id: ppks_category\ncodes:\n  "KOTA-01": {id: Golongan kota, en: City category}\n'
    two = write(tmp_path / "dua", "dinsos", {"codes/kota.yaml": code})

    code_list, package = loaded(one, two).code_lists["ppks_category"], loaded().code_lists["ppks_category"]

    assert code_list.lookup["bocah terlantar"] == "PMKS-02"
    assert code_list.codes == (*package.codes, "KOTA-01")
    assert code_list.labels["PMKS-02"] == package.labels["PMKS-02"]
    assert code_list.attributes["PMKS-02"] == package.attributes["PMKS-02"]


@pytest.mark.parametrize(
    ("agency", "part", "content", "words"),
    [
        ("dinsos", "codes/c.yaml", 'id: ppks_category\ncodes:\n  "PMKS-02": {en: Other}\n',
         "c.yaml: en of code PMKS-02"),
        ("dinsos", "codes/c.yaml", 'id: ppks_category\ncodes:\n  "PMKS-02": {variants: ["PMKS-03"]}\n',
         "c.yaml: one spelling stands for PMKS-03 and PMKS-02"),
        ("dinsos", "codes/c.yaml", 'id: ppks_category\ncodes:\n  "KOTA-01": {id: Kota}\n', "KOTA-01 has no en"),
        ("dp3a", "codes/c.yaml", 'id: ppks_category\ncodes:\n  "A": {id: Satu, en: One}\n', "declared twice"),
        ("dp3a", "codes/c.yaml", CITY_SPELLING, "PMKS-02 has no id"),
        ("dinsos", "agency.yaml", "name: {id: Lain}\n", "dinsos/agency.yaml: name.id has two values"),
        ("dinsos", "agency.yaml", "feeds:\n  ppks: {cadence: monthly, due_day: 31}\n", "feeds.ppks has two values"),
        ("dinsos", "layouts/l.yaml", CITY_LAYOUT.replace("dinsos.ppks_kota", "dinsos.ppks"), "id dinsos.ppks is taken"),
        ("dinsos", "contracts.py", CLINIC_CONTRACT.replace('"clinic_post"', '"ppks"').replace('"clinic_kind"', '"sex"'),
         "ppks has two contracts"),
        ("dinsoz", "layouts/l.yaml", CITY_LAYOUT, "dinsoz/agency.yaml is missing"),
    ],
)  # fmt: skip
def test_a_contradiction_is_refused_with_its_place(
    agency: str, part: str, content: str, words: str, tmp_path: Path
) -> None:
    source = write(tmp_path / "sumber", agency, {part: content})

    with pytest.raises(DeclarationError) as caught:
        loaded(source)

    assert words in caught.value.message


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("cadence: yearly", "cadence: quarterly", "dinkes/agency.yaml: feeds.clinic_post.cadence"),
        ("due_day: 31", "due_day: 0", "dinkes/agency.yaml: feeds.clinic_post.due_day"),
        ("due_day: 31", "due_day: 32", "dinkes/agency.yaml: feeds.clinic_post.due_day"),
        ("due_day: 31", "due_day: akhir", "dinkes/agency.yaml: feeds.clinic_post.due_day"),
        (", due_day: 31", "", "dinkes/agency.yaml: feeds.clinic_post does not hold"),
        ("due_day: 31", "due_day: 31, until: 2026", "dinkes/agency.yaml: feeds.clinic_post does not hold"),
        ("clinic_post:", "clinic_posts:", "dinkes/agency.yaml: feeds.clinic_posts names a record"),
        ("en: Health office", "", "dinkes/agency.yaml: name.en is missing"),
    ],
)
def test_an_agency_file_that_is_wrong_is_refused_with_file_and_field(
    old: str, new: str, words: str, tmp_path: Path
) -> None:
    changed = CLINIC | {"agency.yaml": CLINIC["agency.yaml"].replace(old, new)}
    source = write(tmp_path / "sumber", "dinkes", changed)

    with pytest.raises(DeclarationError) as caught:
        loaded(source)

    assert caught.value.message.startswith(words)
