"""What the start pages say: every figure with n/N and its status, deliveries that add up, rules with their rows."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pytest

from kla_pipeline.errors import KlaError
from kla_pipeline.i18n import load
from kla_pipeline.reports.engine import STATUSES, render_public, render_release
from kla_pipeline_tests.reports.html_tree import Node, edition
from kla_pipeline_tests.reports.release_builder import ReleaseBuilder, cell, delivery

LANGS = ("id", "en")


def card(page: Node, base: str, lang: str) -> Node:
    [found] = [n for n in page.all("article") if n.attributes.get("aria-labelledby") == f"{base.lower()}-{lang}"]
    return found


def table(page: Node, caption: str) -> list[list[str]]:
    """Rows of the table with that caption, cells as text."""
    [found] = [t for t in page.all("table") if caption in t.all("caption")[0].text]
    return [[c.text for c in row.all("th", "td")] for row in found.all("tr")]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("base", ["K5-28", "K5-29", "K5-30", "K5-31"])
def test_every_figure_of_an_indicator_stands_with_its_n_and_big_n(release_page: Node, base: str, lang: str) -> None:
    figures = card(release_page, base, lang).having("class", "figure")
    assert len(figures) >= 2
    for figure in figures:
        assert re.search(r"n/N (\d[\d.,]*/\d[\d.,]*|disembunyikan|hidden)", figure.text), figure.text


@pytest.mark.parametrize("lang", LANGS)
def test_no_percentage_stands_without_counts(release_page: Node, lang: str) -> None:
    for row in (r for t in edition(release_page, lang).all("table") for r in t.all("tr")):
        for part in row.having("class", "reading"):
            if "%" in part.text:
                assert re.search(r"n/N \d[\d.,]*/\d[\d.,]*", part.text), part.text
    for drawing in edition(release_page, lang).all("desc"):
        assert drawing.text.count("%") == 0 or drawing.text.count("n/N") >= drawing.text.count("%")


@pytest.mark.parametrize("lang", LANGS)
def test_all_six_statuses_are_told_by_word_and_by_drawing(release_page: Node, lang: str) -> None:
    used = Counter()
    for chip in edition(release_page, lang).having("class", "chip"):
        [status] = [word[5:] for word in chip.attributes["class"].split() if word.startswith("chip-")]
        assert chip.text == load().get(f"status.{status}", lang)
        assert chip.all("use")[0].attributes["href"] == f"#s-{status}"
        used[status] += 1
    assert set(used) == set(STATUSES)
    assert all(count >= 2 for count in used.values())  # in the figures, not only in the explanation


def test_variants_of_the_latest_complete_year_stand_side_by_side(release_page: Node) -> None:
    titles = [n.text for n in card(release_page, "K5-28", "id").having("class", "figure")]
    assert "Tahun lengkap terakhir 2025" in card(release_page, "K5-28", "id").text
    assert [re.search(r"K5-28\.\w", t)[0] for t in titles] == ["K5-28.a", "K5-28.b"]
    assert "84,0 %" in titles[0]
    assert "1.204/1.433" in titles[0]
    assert "Latest complete year 2025" in card(release_page, "K5-28", "en").text
    assert "84.0%" in card(release_page, "K5-28", "en").text
    assert "1,204/1,433" in card(release_page, "K5-28", "en").text


def test_an_insufficient_figure_has_no_number_but_its_counts_and_bounds(release_page: Node) -> None:
    figure = card(release_page, "K5-28", "id").having("class", "figure")[1]
    assert figure.having("class", "big")[0].text == "Data belum cukup"
    assert "n/N 36/72 diketahui sejauh ini" in figure.text
    assert "Batas: n 30\u201341, N 66\u201378" in figure.text
    assert "Tanpa penautan anak" in figure.text
    assert "Cakupan data 75 %" in figure.text


def test_the_existence_indicator_is_never_a_bare_yes(release_page: Node) -> None:
    figures = [n.text for n in card(release_page, "K5-30", "en").having("class", "figure")]
    assert [f.split("K5-30.")[1].split()[:4] for f in figures] == [
        ["exists", "Yes", "n/N", "10/10"],
        ["score", "77.8%", "n/N", "14/18"],
        ["coverage", "90.0%", "n/N", "18/20"],
    ]


def test_years_of_all_variants_are_a_table_beside_the_drawing(release_page: Node) -> None:
    rows = table(card(release_page, "K5-29", "id"), "K5-29: semua varian utama")
    assert [row[0] for row in rows[1:]] == ["2024", "2025", "2026"]
    assert rows[3][1] == "Data belum cukup n/N 2/6 Sementara"
    assert rows[3][3] == "\u2013"
    svg = next(n for n in card(release_page, "K5-29", "id").all("svg") if n.attributes.get("role") == "img")
    assert [n.text for n in svg.having("class", "bar-fraction")] == ["9/14", "11/16", "2/6"]
    assert len(svg.having("class", "bar")) == 2


def test_a_running_year_is_marked_in_words_and_by_hatching(release_page: Node) -> None:
    found = card(release_page, "K5-28", "id")
    assert "73,2 % n/N 30/41 Sementara" in found.text
    assert len(found.having("class", "bar-provisional")) == 1


def test_partial_coverage_is_said_in_words(release_page: Node) -> None:
    assert "Cakupan sebagian" in card(release_page, "K5-31", "id").having("class", "figure")[0].text
    assert "Partial coverage" in card(release_page, "K5-31", "en").having("class", "figure")[0].text


def test_groups_outside_the_total_are_companion_counts(release_page: Node) -> None:
    rows = table(card(release_page, "K5-28", "id"), "kelompok yang tidak masuk hitungan")
    assert ["Luar kota", "5", "3"] in rows
    assert ["Umur tidak diketahui", "4", "0"] in rows


def test_kecamatan_come_by_name_and_outside_last(release_page: Node) -> None:
    rows = table(card(release_page, "K5-28", "id"), "menurut kecamatan")
    assert [row[0] for row in rows[1:]][-2:] == ["Taktakan", "Luar kota"]
    assert rows[1][1] == "80,0 % n/N 20/25"


def test_years_before_anything_was_reported_are_left_out(release_page: Node) -> None:
    assert next(row[0] for row in table(card(release_page, "K5-28", "id"), "semua varian utama")[1:]) == "2024"


def test_no_colour_or_word_judges_an_indicator(release_html: str) -> None:
    css = (release_html.partition("<style>")[2]).partition("</style>")[0]
    assert not re.search(r"\b(?:green|red|success|danger|good|bad)\b\s*[:{;]", css)
    assert "bukan tanda berhasil" in release_html
    assert "not a success" in release_html


def test_factors_stand_in_their_families_with_their_own_period(release_page: Node) -> None:
    rows = table(edition(release_page, "id"), "Sumber daya manusia (SDM)")
    assert rows[1][1:] == ["2025", "0,56 per 10k (id) n/N 12,5/221.834"]
    assert rows[2][1] == "Juni 2026"
    assert rows[2][2].startswith("Tidak berlaku n/N 19/0")
    assert "Terakhir bernilai 7,6 cases (id) (n/N 19/2,5), Mei 2026" in rows[2][2]
    rows = table(edition(release_page, "en"), "Field conditions (LAP)")
    assert rows[1][1:] == ["Q1 2026", "14.1 days (en) N 22"]
    assert [r[0].split("LAP-08 ")[1].split(" n:")[0] for r in rows[2:]] == [
        "Agency: DP3AKB (women and children's office)",
        "Agency: City police (women and children unit)",
    ]


def test_disasters_come_by_year_with_a_reported_zero_told_apart(release_page: Node) -> None:
    rows = table(edition(release_page, "id"), "Konteks kebencanaan menurut tahun")
    assert ["2018", "Nihil dilaporkan 0"] in rows
    assert ["2022", "5,5"] in rows
    assert ["2026", "Sementara 2"] in rows


def test_rows_of_each_agency_add_up_to_what_was_read(release_page: Node) -> None:
    rows = table(edition(release_page, "id"), "Berkas dan baris menurut instansi")
    for row in rows[2:]:
        read, accepted, rejected, aside = (int(text.replace(".", "")) for text in row[5:9])
        assert read == accepted + rejected + aside
        assert row[9] == "Cocok"
    assert rows[-1][:5] == ["Jumlah", "16", "4", "2", "5"]
    assert "1.481 terbaca = 1.374 diterima + 64 ditolak + 43 disisihkan" in edition(release_page, "id").text


def test_a_lost_row_is_an_alarm_and_not_a_footnote(render) -> None:
    builder = ReleaseBuilder(deliveries=[delivery("dp3a", 1, date(2026, 6, 3), "accepted", (10, 8, 0, 1))])
    page = render(builder)
    text = edition(page, "id").text
    assert "PEMERIKSAAN KEKEKALAN GAGAL" in text
    assert "Selisih 1" in text
    assert "Cocok pada" not in text


def test_the_calendar_tells_each_month_by_word(release_page: Node) -> None:
    rows = table(edition(release_page, "id"), "Bulan yang tercakup, 2025")
    police = next(row for row in rows if row[0].startswith("Perkara anak"))
    assert police[1] == "Masuk"
    assert police[3] == "Masuk terlambat"
    assert police[5] == "Laporan nihil"
    assert police[8:10] == ["Belum masuk, lewat tenggat"] * 2
    rows = table(edition(release_page, "en"), "Months covered, 2026")
    assert rows[1][7:9] == ["Awaited, not yet due", "Not scheduled"]


def test_overdue_months_are_listed_with_their_due_day(release_page: Node) -> None:
    text = edition(release_page, "id").text
    assert "3 bulan: Agustus 2025 (tenggat 10 Sep 2025); September 2025 (tenggat 10 Okt 2025); Juni 2026" in text


def test_a_refused_file_says_why_and_what_to_do(release_page: Node) -> None:
    refusals = [n.text for n in edition(release_page, "id").having("class", "refusal")]
    assert len(refusals) == 2
    assert "Buku kerja bersandi dinsos-041" in refusals[0]
    assert "Simpan kembali tanpa sandi" in refusals[0]
    assert refusals[0].count("Simpan kembali") == 1
    assert "5 Juni 2026 Kolom yang tidak ada: No. Register. Artinya" in refusals[1]


def test_a_reason_code_of_another_source_folder_is_shown_as_it_is(render) -> None:
    builder = ReleaseBuilder(deliveries=[delivery("x", 1, date(2026, 6, 3), "refused", (0, 0, 0, 0), "own_code")])
    text = render(builder).having("class", "refusal")[0].text
    assert text == "own_code x-001 Kantor X, diterima 3 Juni 2026"  # the agency's name comes from its own declaration


def test_rules_are_ordered_by_rows_and_say_how_to_mend(release_page: Node) -> None:
    rows = table(edition(release_page, "id"), "Aturan yang menolak baris")
    assert [row[2] for row in rows[1:]] == ["12", "7", "2"]
    assert "Tanggal lapor wajib diisi violence_victim.report_date.required Perbaikan: Lengkapi di sumber." in rows[1][0]
    assert "12 baris ditolak membawa 21 alasan" in edition(release_page, "id").text


def test_held_deliveries_and_checks_are_shown(release_page: Node) -> None:
    text = edition(release_page, "en").text
    assert "would withdraw 301 of 1,228 entries in force" in text
    rows = table(edition(release_page, "en"), "A blocking check must have no finding")
    assert [row[1:] for row in rows[1:]] == [["advisory", "5"], ["blocking", "0"]]


def test_sources_are_cited_as_people_cite_them(render) -> None:
    builder = ReleaseBuilder()
    builder.registry = [(*row[:12], "PERMEN12_2011 indicator 28; UU99_2099", *row[13:]) for row in builder.registry]
    page = render(builder)
    assert "Dasar: Permen PPPA 12/2011 indikator 28; UU99_2099" in card(page, "K5-28", "id").text


def test_rules_beyond_the_tenth_are_folded_and_none_is_lost(render) -> None:
    rules = [(f"ppks.rule_{i:02}", "reject", "validity", f"Aturan {i}", f"Rule {i}") for i in range(2)]
    builder = ReleaseBuilder(
        rules=[*rules, *((f"ppks.more_{i:02}", "reject", "validity", "a", "b") for i in range(11))]
    )
    builder.rows_by_rule = {rule[0]: 20 - i for i, rule in enumerate(builder.rules)}
    part = edition(render(builder), "en")
    assert len(table(part, "Rules that rejected rows, most rows first")) == 1 + 10
    assert len(table(part, "Further rules that rejected rows")) == 1 + 3
    assert "3 further rules with 27 hits" in part.text


def test_readings_shared_by_variants_are_said_once(render) -> None:
    builder = ReleaseBuilder()
    builder.registry = [(*row[:13], ["Bacaan bersama."], ["Shared reading."], *row[15:]) for row in builder.registry]
    [details] = [n for n in edition(render(builder), "en").all("details") if n.text.startswith("K5-28")]
    assert details.text.count("Shared reading.") == 1


def test_an_empty_release_still_gives_a_page(render) -> None:
    page = render(ReleaseBuilder(cells=[], deliveries=[], rules=[], reconciliation=[]))
    assert "Rilis ini belum memuat satu pun indikator." in edition(page, "id").text


def test_a_release_with_a_running_year_only_says_so(render) -> None:
    page = render(ReleaseBuilder(cells=[cell("K5-28.a", "2026", 3, 9, 33.3333, provisional=True)]))
    assert "Belum ada tahun lengkap; tahun berjalan 2026" in card(page, "K5-28", "id").text


def test_the_public_page_has_no_deliveries_no_kecamatan_and_explains_suppression(public_page: Node) -> None:
    text = edition(public_page, "id").text
    assert "Mengapa angka disembunyikan" in text
    assert "Disembunyikan" in text
    for private in ("Kasemen", "Kiriman data", "Mutu data", "Luar kota", "Juni 2026", "Triwulan"):
        assert private not in text


def test_pages_name_no_row_and_no_delivery_hash(release_html: str, public_html: str) -> None:
    for html in (release_html, public_html):
        assert not re.search(r"\b[0-9a-f]{16}/\d+/\d+\b|\b[0-9a-f]{32,}\b|\b\d{16}\b", html.partition("</style>")[2])


def test_files_are_opened_read_only_and_closed(tmp_path: Path) -> None:
    internal, audit, public = ReleaseBuilder().write(tmp_path)
    for path in (internal, audit, public):
        path.chmod(0o444)
    before = {path: path.read_bytes() for path in (internal, audit, public)}
    render_release(internal, audit, tmp_path / "a")
    render_public(public, tmp_path / "b")
    assert {path: path.read_bytes() for path in before} == before
    internal.chmod(0o644)
    duckdb.connect(str(internal)).close()  # a lock that was kept would refuse this writer
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "a",
        "audit.duckdb",
        "b",
        "internal.duckdb",
        "published.duckdb",
    ]
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["index.html"]


def test_a_missing_file_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    internal, audit, _ = ReleaseBuilder().write(tmp_path)
    audit.unlink()
    with pytest.raises(KlaError, match=r"audit\.duckdb is missing"):
        render_release(internal, audit, tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_reported_totals_stand_apart_with_years_and_areas_of_their_own(release_page: Node) -> None:
    [head, whole, part] = table(release_page, "K5-28.r menurut wilayah dan tahun")
    assert head == ["Wilayah", "2021"]
    assert whole[0] == "Kota Serang"
    assert "n/N 61/193" in whole[1]
    assert part[0] == "Serang"
    assert "Data belum cukup" in part[1]
    assert "n/N 19/17" in part[1]
    assert "Terlayani melebihi yang dilaporkan" in part[1]
    indicator = card(release_page, "K5-28", "id")
    assert "Cara membaca K5-28.r." in indicator.text
    assert "K5-28.r" not in " ".join(n.text for n in indicator.having("class", "figure"))


def test_sources_held_against_each_other_are_listed_with_pairs_and_differences(release_page: Node) -> None:
    [head, row] = table(release_page, "Dua sumber tentang hal yang sama")
    assert head == ["Perbandingan", "Angka di kedua sumber", "Berbeda", "Hanya di satu sumber"]
    assert row[0].startswith("Buku A dan buku B")
    assert row[1:] == ["9", "2", "4"]


def test_rows_about_other_places_are_told_per_agency_and_at_a_glance(release_page: Node) -> None:
    text = edition(release_page, "id").text
    assert "21 dari 1.332 baris yang berlaku di luar wilayah, 3 tanpa tempat yang diketahui" in text
    assert "21 dari 1.332 baris yang berlaku adalah tentang tempat di luar wilayah; 3 lainnya" in text


def test_rows_rejected_at_a_glance_are_those_of_reading_and_of_building(release_page: Node) -> None:
    text = edition(release_page, "id").text
    assert "69 baris ditolak, disimpan di karantina: 64 saat membaca, 5 saat penyusunan" in text


def test_what_is_past_due_is_worded_by_how_often_it_is_due(release_page: Node) -> None:
    assert re.search(r"\d+ laporan lewat tenggat: \d+ bulanan, 0 tahunan", edition(release_page, "id").text)


def test_the_latest_year_of_a_companion_with_data_stands_at_a_glance(release_page: Node) -> None:
    rows = table(release_page, "Angka tahun lengkap terakhir")
    companion = next(row for row in rows if "K5-28.r" in row[0])
    assert companion[1] == "2021"
    assert companion[3] == "61/193"
