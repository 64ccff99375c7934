"""Rules files are checked when they are loaded, what they say reaches the rules, and the rule pages are up to date."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kla_pipeline.cli.rules import list_command, pages_command, show_command
from kla_pipeline.errors import DeclarationError, WrongUse
from kla_pipeline.i18n import load
from kla_pipeline.quality.catalogue import load_catalogue
from kla_pipeline.quality.rule_fingerprints import fingerprinted
from kla_pipeline.quality.rule_texts import RuleText
from kla_pipeline.quality.rules import describe, file_rules
from kla_pipeline.reports.rule_pages import rule_pages
from kla_pipeline.settings import load_settings
from kla_pipeline_tests.quality.tables import RECORDS, SOURCES, contract_of, the_catalogue
from kla_pipeline_tests.support import ROOT

CONTRACT = '''"""Toy contract."""

from kla_pipeline.quality.contract import Contract, Int, Text, contract, integer, rule, text

LIMIT = {limit}


@contract("toy", title=("Mainan", "Toy"))
class Toy(Contract):
    """One row per toy."""

    toy_no: Text = text("Nomor", "Number", key=True)
    parts: Int = integer("Bagian", "Parts", ge=0, le={most})

    @rule("few_parts")
    @staticmethod
    def few_parts(frame):
        """{doc}"""
        return frame["parts"] <= _limit()  # {comment}


def _limit() -> int:
    return LIMIT{code}
'''
RULES = """
row: {toy_no: "T-1", parts: "3"}
rules:
  few_parts:
    severity: warn
    columns: [parts]
    what: {id: Terlalu banyak bagian., en: Too many parts.}
    why: {id: Mainan ini kecil., en: This toy is small.}
    mend: {id: Periksa., en: Check.}
    bad: {parts: "6"}
"""
PLAIN = {"limit": 5, "most": 9, "doc": "Few.", "comment": "few", "code": ""}


def toys(folder: Path, rules: str = RULES, **parts: object) -> Path:
    """A source folder with one agency of its own."""
    agency = folder / "toys"
    for name in ("rules", "layouts"):
        (agency / name).mkdir(parents=True, exist_ok=True)
    (agency / "agency.yaml").write_text("name: {id: Mainan, en: Toys}\n")
    (agency / "layouts" / "toy.yaml").write_text(
        "id: toys.toy\nrecord: toy\nmode: snapshot\ncolumns:\n  toy_no: [Nomor]\n  parts: [Bagian]\n"
    )
    (agency / "contracts.py").write_text(CONTRACT.format(**(PLAIN | parts)))
    (agency / "rules" / "toy.yaml").write_text(rules)
    return folder


def fingerprints(folder: Path, rules: str = RULES, **parts: object) -> dict[str, str]:
    catalogue = load_catalogue([SOURCES, toys(folder, rules, **parts)])
    return {text.id: text.fingerprint for text in fingerprinted(catalogue.contracts()["toy"])}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("    why: {id: Mainan ini kecil., en: This toy is small.}\n", "", "lacks why"),
        ("en: Too many parts.", "fr: Trop.", "needs id and en"),
        ("severity: warn", "severity: refuse", "severity is none of"),
        ("severity: warn", "severity: warn\n    colour: red", "colour has no meaning here"),
        ("few_parts:", "few:", "toy.few_parts says nothing"),
        ('bad: {parts: "6"}', "bad: {parts: 6}", "is no text"),
        ("rules:", "rules:\n  none_of_them:\n    severity: warn\n    columns: [parts]\n    what: {id: a, en: b}\n"
         "    why: {id: a, en: b}\n    mend: {id: a, en: b}", "has no code"),
    ],
)  # fmt: skip
def test_a_rule_that_is_half_declared_is_refused_when_it_is_loaded(
    old: str, new: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(DeclarationError) as caught:
        fingerprints(tmp_path, RULES.replace(old, new))

    assert words in caught.value.message


def test_a_text_for_a_rule_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match=r"there is no rule parts\.pattern"):
        fingerprints(tmp_path, RULES + '  parts.pattern:\n    bad: {parts: "x"}\n')


def test_rules_of_a_record_without_a_contract_are_refused(tmp_path: Path) -> None:
    folder = toys(tmp_path)
    (folder / "toys" / "rules" / "ghost.yaml").write_text(RULES)

    with pytest.raises(DeclarationError, match="belongs to no contract"):
        load_catalogue([SOURCES, folder]).contracts()


@pytest.mark.parametrize(
    ("change", "others"),
    [
        ({"limit": 6}, {"toy.few_parts"}),
        ({"code": " + 1"}, {"toy.few_parts"}),
        ({"most": 8}, {"toy.parts.max"}),
        ({"doc": "Not many."}, set()),
        ({"comment": "not many"}, set()),
        ({"rules": RULES.replace("Check.", "Look at it.")}, set()),
        ({"rules": RULES.replace("warn", "reject")}, {"toy.few_parts"}),
    ],
)
def test_a_fingerprint_changes_with_code_and_parameters_and_with_nothing_else(
    change: dict, others: set[str], tmp_path: Path
) -> None:
    before = fingerprints(tmp_path / "before")

    after = fingerprints(tmp_path / "after", **change)

    assert {rule for rule in before if before[rule] != after[rule]} == others


def test_rules_about_files_are_the_reasons_for_which_files_are_refused() -> None:
    reasons = {name.removeprefix("reason.") for name in load().entries if name.startswith("reason.")}

    assert {text.name for text in file_rules()} == {name for name in reasons if "." not in name}
    assert {text.severity for text in file_rules()} == {"refuse"}
    for text in file_rules():
        words = (text.what_id, text.what_en, text.why_id, text.why_en, text.mend_id, text.mend_en)
        assert min(map(len, words)) > 20
        assert set(text.bad[0]) == set(text.good[0]) == {"id", "en"}


def test_what_has_no_value_and_what_refuses_a_file_is_never_released() -> None:
    texts = [text for record in RECORDS for text in describe(contract_of(record))]
    never = {text.name for text in texts if not text.is_releasable}

    assert never == {"required", "type", "code", "duplicate_of_row", "conflicting_key"}
    assert not any(text.is_releasable for text in file_rules())
    assert {text.name for text in texts if text.scope == "history" and text.is_releasable}


def test_a_person_may_release_what_is_unlikely_but_true() -> None:
    texts: dict[str, RuleText] = {text.id: text for text in describe(contract_of("violence_victim"))}

    assert texts["violence_victim.nik_birth_mismatch"].is_releasable
    assert texts["violence_victim.report_before_incident"].is_releasable


def test_the_rule_pages_are_up_to_date() -> None:
    pages = rule_pages(the_catalogue())
    folder = ROOT / "docs" / "rules"

    stale = [
        name for name, page in pages.items() if not (folder / name).is_file() or (folder / name).read_text() != page
    ]

    assert not stale, "run `make rules`"
    assert {path.name for path in folder.iterdir()} == set(pages)


def test_every_rule_stands_on_a_page() -> None:
    pages = "\n".join(rule_pages(the_catalogue()).values())

    for record in RECORDS:
        for text in describe(contract_of(record)):
            assert f"`{text.id}`" in pages or f"`{text.id.removeprefix(record + '.')}`" in pages
    for text in file_rules():
        assert f"`{text.id}`" in pages


def test_a_rule_is_explained_on_the_terminal_in_the_language_that_is_set(capsys) -> None:
    show_command(load_settings(lang="en"), "juvenile_case.lp_month_mismatch", as_json=False)
    english = capsys.readouterr().out
    show_command(load_settings(lang="id"), "juvenile_case.lp_month_mismatch", as_json=False)
    indonesian = capsys.readouterr().out

    assert "Who mends it: the agency." in english
    assert "KEP/464/II/2021" in english
    assert "Yang memperbaiki: instansi." in indonesian


def test_a_rule_as_json_holds_everything_that_is_known_of_it(capsys) -> None:
    show_command(load_settings(), "file.unknown_layout", as_json=True)
    facts = json.loads(capsys.readouterr().out)

    assert (facts["severity"], facts["scope"], facts["responsible"]) == ("refuse", "file", "shared")
    assert facts["is_releasable"] is False
    assert all(facts[f"{part}_{lang}"] for part in ("what", "why", "mend") for lang in ("id", "en"))


def test_rules_are_listed_by_agency_and_by_record(capsys) -> None:
    list_command(load_settings(), agency="polres", record=None, as_json=True)
    of_agency = json.loads(capsys.readouterr().out)["rules"]
    list_command(load_settings(), agency=None, record="staff", as_json=True)
    of_record = json.loads(capsys.readouterr().out)["rules"]

    assert {rule["id"].split(".")[0] for rule in of_agency} == {"juvenile_case", "crime_statistic"}
    assert {rule["id"].split(".")[0] for rule in of_record} == {"staff"}


def test_an_unknown_rule_names_those_that_look_alike() -> None:
    with pytest.raises(WrongUse, match=r"juvenile_case\.lp_month_mismatch"):
        show_command(load_settings(), "lp_month_mismatch", as_json=False)


def test_pages_that_are_up_to_date_are_left_alone(tmp_path: Path, capsys) -> None:
    pages_command(load_settings(), tmp_path, as_json=True)
    pages_command(load_settings(), tmp_path, as_json=True)
    first, second = capsys.readouterr().out.split("}\n{")

    assert json.loads(first + "}")["changed"]
    assert json.loads("{" + second)["changed"] == []
