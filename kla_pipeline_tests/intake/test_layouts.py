"""A layout file says exactly what is meant, and a header is compared as people write headers."""

from __future__ import annotations

from pathlib import Path

import pytest

from kla_pipeline.errors import DeclarationError
from kla_pipeline.intake.finding.headers import header_of_cells
from kla_pipeline.intake.layouts import Layout, Pattern, header_key, load_layout
from kla_pipeline.intake.matching.matching import match_header

MINIMAL = "id: a.b\nrecord: ppks\nmode: snapshot\ncolumns:\n  ppks_no: [No PPKS]\n  name:\n"


def load(text: str, folder: Path) -> Layout:
    path = folder / "layout.yaml"
    path.write_text(text, encoding="utf-8")
    return load_layout(path, "dinsos")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("No. Register", "no.  register "),
        ("Nama\nAnak", "nama anak"),
        ("tgl_lahir", "TGL LAHIR"),
        ("NIK :", "nik"),
        ("Nama *", "nama"),
        ("\ufeffNo", "no"),
        ("Tanggal\u00a0Lahir", "tanggal lahir"),
    ],
)
def test_headers_that_people_take_for_the_same_are_the_same(one: str, other: str) -> None:
    assert header_key(one) == header_key(other)


def test_headers_that_differ_stay_different() -> None:
    assert header_key("No. Register") != header_key("No Register")
    assert header_key("L/P") != header_key("LP")


def test_a_layout_without_more_than_it_needs_is_read_with_defaults(tmp_path: Path) -> None:
    layout = load(MINIMAL, tmp_path)

    assert layout.agency == "dinsos"
    assert layout.columns == {"ppks_no": ("No PPKS",), "name": ()}
    assert layout.aliases == {"no ppks": "ppks_no", "ppks no": "ppks_no", "name": "name"}
    assert not layout.decimal_comma
    assert not layout.neutral
    assert layout.period is None
    assert "jumlah" in layout.total_words


def test_everything_a_layout_may_say_is_read(tmp_path: Path) -> None:
    layout = load(
        MINIMAL
        + "ignored: [No]\nscope: [name]\ndecimal_comma: true\nneutral: true\n"
        + "total_words: [rekap]\nfooter_words: [nb]\n"
        + "period:\n  covers: since\n  since: '2024-01-01'\n  fallback_column: name\n"
        + "  found_in: [{in: title, pattern: 'x(?P<year>20\\d{2})'}, {in: column, pattern: name}]\n"
        + "export_date: [{in: file_name, pattern: '(?P<date>.*)'}]\n"
        + "data_request_ref: [{in: title, pattern: ref}]\n",
        tmp_path,
    )

    assert (layout.ignored, layout.scope, layout.decimal_comma, layout.neutral) == (("No",), ("name",), True, True)
    assert (layout.total_words, layout.footer_words) == (("rekap",), ("nb",))
    assert layout.period is not None
    assert (layout.period.covers, layout.period.since, layout.period.fallback_column) == ("since", "2024-01-01", "name")
    assert layout.period.found_in[1] == Pattern("column", "name")
    assert layout.export_date == (Pattern("file_name", "(?P<date>.*)"),)
    assert layout.data_request_ref == (Pattern("title", "ref"),)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- a\n", "not a mapping"),
        ("id: [\n", "no YAML in line 2"),
        (MINIMAL.replace("id: a.b\n", ""), "'id'"),
        (MINIMAL.replace("snapshot", "snapshots"), "mode: it is one of increment, snapshot"),
        (MINIMAL + "ignore: [No]\n", "fields that do not exist: ignore"),
        (MINIMAL + "neutral: yes\n", "neutral: it is one of true, false"),
        (MINIMAL + "period:\n  covers: week\n  found_in: []\n", "covers"),
        (MINIMAL + "period:\n  covers: since\n  found_in: []\n", "not a date"),
        (MINIMAL + "period:\n  covers: month\n", "found_in"),
        (MINIMAL + "export_date: [{in: titel, pattern: x}]\n", "in: it is one of"),
        (MINIMAL + "export_date: [{in: title, pattern: '('}]\n", "unterminated"),
        (MINIMAL + "export_date: [{in: title}]\n", "pattern"),
    ],
)
def test_a_layout_that_would_be_misunderstood_is_refused_with_file_and_field(
    text: str, complaint: str, tmp_path: Path
) -> None:
    with pytest.raises(DeclarationError, match=r"layout\.yaml") as caught:
        load(text, tmp_path)

    assert complaint in caught.value.message
    assert caught.value.__cause__ is None


def test_drift_is_told_and_the_first_of_two_equal_headers_counts(tmp_path: Path) -> None:
    layout = load(MINIMAL.replace("name:\n", "name: [Nama, Nama Anak]\n  sex: [L/P]\n") + "ignored: [No]\n", tmp_path)

    header = header_of_cells(["No", "Nama Anak", "no ppks", "NAMA", "Baru", "", " "], 4)
    match = match_header(header, layout, ["ppks_no", "sex"])

    assert match.positions == {"name": 1, "ppks_no": 2}
    assert match.unknown == ("NAMA", "Baru")
    assert match.missing == match.missing_required == ("sex",)
    assert match.renamed == ("name: Nama Anak",)
    assert match.header_row == 4


@pytest.mark.parametrize(
    ("text", "field", "allowed"),
    [
        (
            "period:\n  covers: year\n  found_in: [{in: title, pattern: '(?P<yr>x)'}]\n",
            "period.found_in",
            "(?P<year>…)",
        ),
        ("export_date: [{in: title, pattern: '(?P<day>x)'}]\n", "export_date", "(?P<date>…)"),
        ("context: {name: [{in: title, pattern: '(?P<text>x)'}]}\n", "context.name", "(?P<value>…)"),
        ("series: {name: '(?P<year>x)'}\n", "series.name", "(?P<label>…)"),
    ],
)
def test_a_wrong_group_is_told_when_the_layout_is_loaded(text: str, field: str, allowed: str, tmp_path: Path) -> None:
    folder = tmp_path / "dinsos" / "layouts"
    folder.mkdir(parents=True)
    (folder / "uji.yaml").write_text(MINIMAL + text, encoding="utf-8")

    with pytest.raises(DeclarationError) as caught:
        load_layout(folder / "uji.yaml", "dinsos")

    assert caught.value.message.startswith(f"Layout dinsos/layouts/uji.yaml: {field}: ")
    assert allowed in caught.value.message
