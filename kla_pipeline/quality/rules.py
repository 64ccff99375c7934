"""Every rule with its texts: those written in contracts, and those that follow from a column's kind.

The list is generated from the contracts, so a rule cannot run without a text nor a text stand without a rule.
"""

from __future__ import annotations

from kla_pipeline.quality.contract import TYPED_KINDS, RecordType, RuleText
from kla_pipeline.quality.evaluate import row_rules

# ending → (dimension, what id, what en, mend id, mend en); {id} and {en} are the column's labels
_GENERIC = {
    "required": (
        "completeness",
        "“{id}” kosong.",
        "“{en}” is empty.",
        "Isi “{id}”.",
        "Fill in “{en}”.",
    ),
    "type": (
        "validity",
        "“{id}” tidak terbaca sebagai nilai jenisnya.",
        "“{en}” cannot be read as a value of its kind.",
        "Tulis ulang “{id}” (tanggal: 31/12/2025; angka tanpa huruf; NIK dan nomor panjang sebagai teks).",
        "Write “{en}” again (dates: 31/12/2025; numbers without letters; NIK and long numbers as text).",
    ),
    "code": (
        "validity",
        "“{id}” memakai sebutan yang tidak ada di daftar.",
        "“{en}” uses a word that is not in its list.",
        "Pakai sebutan dari daftar “{id}”.",
        "Use a word of the list for “{en}”.",
    ),
    "pattern": (
        "validity",
        "“{id}” tidak berbentuk seperti seharusnya.",
        "“{en}” does not have the expected form.",
        "Tulis “{id}” menurut bentuk bakunya.",
        "Write “{en}” in its standard form.",
    ),
    "min": (
        "validity",
        "“{id}” di bawah batas yang mungkin.",
        "“{en}” is below what is possible.",
        "Periksa nilai “{id}”.",
        "Check the value of “{en}”.",
    ),
    "max": (
        "validity",
        "“{id}” di atas batas yang mungkin.",
        "“{en}” is above what is possible.",
        "Periksa nilai “{id}”.",
        "Check the value of “{en}”.",
    ),
    "uneven_row": (
        "validity",
        "Baris berisi lebih banyak sel daripada kepala tabel, atau tanda kutipnya tidak berpasangan.",
        "The row has more cells than the header, or its quotation marks do not pair.",
        "Periksa pemisah dan tanda kutip di dalam teks baris ini.",
        "Check separators and quotation marks inside the texts of this row.",
    ),
    "future_date": (
        "consistency",
        "Ada tanggal sesudah berkas diterima.",
        "A date lies after the file was received.",
        "Periksa semua tanggal pada baris ini.",
        "Check all dates of this row.",
    ),
    "nik_birth_mismatch": (
        "consistency",
        "Tanggal lahir tidak sama dengan tanggal dalam NIK.",
        "The date of birth differs from the date in the NIK.",
        "Periksa keduanya; perbedaan bisa sah karena NIK tidak berubah.",
        "Check both; a difference can be legal because a NIK never changes.",
    ),
    "nik_sex_mismatch": (
        "consistency",
        "Jenis kelamin tidak sama dengan yang tersirat dalam NIK.",
        "The sex differs from the one in the NIK.",
        "Periksa keduanya.",
        "Check both.",
    ),
    "duplicate_of_row": (
        "uniqueness",
        "Baris sama persis dengan baris sebelumnya dalam berkas.",
        "The row repeats an earlier row of the file.",
        "Hapus salah satu.",
        "Delete one of them.",
    ),
    "conflicting_key": (
        "uniqueness",
        "Nomor yang sama dipakai beberapa baris dengan isi berbeda.",
        "One number is used by several rows with different contents.",
        "Tentukan baris yang benar dan beri nomor lain pada yang lain.",
        "Decide which row is right and number the others anew.",
    ),
    "possible_duplicate": (
        "uniqueness",
        "Baris sama dengan baris lain selain nomornya.",
        "The row equals another one apart from its number.",
        "Periksa apakah satu kejadian tercatat dua kali.",
        "Check whether one event was entered twice.",
    ),
}
DELIVERY_RULES = ("duplicate_of_row", "conflicting_key")


def describe(record: RecordType) -> list[RuleText]:
    """All rules of a contract, ids with the record's name in front, in the order they run; history rules last."""
    written = {text.id: text for text in record.rules}
    texts: list[RuleText] = []
    texts.append(_generic(record, f"{record.record}.uneven_row", "uneven_row", "warn", "row", ()))
    for name, column in record.columns.items():
        if column.kind in TYPED_KINDS:
            texts.append(
                _generic(record, f"{record.record}.{name}.type", "type", column.severity("type"), "row", (name,))
            )
    for run in row_rules(record):
        own = written.get(run.rule.removeprefix(f"{record.record}."))
        if own:
            texts.append(_renamed(own, run.rule))
        else:
            ending = run.rule.rsplit(".", 1)[-1]
            texts.append(_generic(record, run.rule, ending, run.severity, "row", run.columns))
    for ending in DELIVERY_RULES:
        texts.append(_generic(record, f"{record.record}.{ending}", ending, "reject", "delivery", tuple(record.key)))
    if record.warn_near_duplicates:
        rule_id = f"{record.record}.possible_duplicate"
        texts.append(_generic(record, rule_id, "possible_duplicate", "warn", "delivery", ()))
    for item in record.history:
        rule_id = f"{record.record}.{item.name}"
        texts.append(RuleText(rule_id, item.severity, "history", "consistency", *item.what, *item.mend, item.columns))
    return texts


def _renamed(text: RuleText, rule_id: str) -> RuleText:
    return RuleText(
        rule_id,
        text.severity,
        text.scope,
        text.dimension,
        text.what_id,
        text.what_en,
        text.mend_id,
        text.mend_en,
        text.columns,
        text.source,
    )


def _generic(
    record: RecordType, rule_id: str, ending: str, severity: str, scope: str, columns: tuple[str, ...]
) -> RuleText:
    dimension, *texts = _GENERIC[ending]
    labels = {"id": "", "en": ""}
    if len(columns) == 1:
        column = record.columns[columns[0]]
        labels = {"id": column.label_id, "en": column.label_en}
    what_id, what_en, mend_id, mend_en = (text.format(**labels) for text in texts)
    return RuleText(rule_id, severity, scope, dimension, what_id, what_en, mend_id, mend_en, columns)  # type: ignore[arg-type]
