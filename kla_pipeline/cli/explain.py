"""`kla explain`: a number down to the rows of the files it rests on."""

from __future__ import annotations

import json
from typing import Any

from kla_pipeline.cli.shown import PlainConsole, escape, speaker_of
from kla_pipeline.i18n import Speaker
from kla_pipeline.nightly.trail import explain_number
from kla_pipeline.settings import Settings

_ROWS_SHOWN = 6
_ID_LENGTH = 60


def explain_command(
    settings: Settings,
    measure: str,
    area: str | None,
    period: str,
    breakdown: str | None,
    as_json: bool,
    limit: int = 40,
) -> int:
    """Prints the number, its units and their rows. File names are restricted: they are shown here and nowhere else."""
    facts = explain_number(settings, measure, area, period, breakdown)
    if as_json:
        print(json.dumps(facts, ensure_ascii=False, indent=2, default=str))
        return 0
    console, speaker = PlainConsole(), speaker_of(settings.lang)
    for line in _head(facts, speaker):
        console.print(line, soft_wrap=True)
    units = facts["units"]
    for line in (line for unit in units[:limit] for line in _unit_lines(unit, speaker)):
        console.print(line, soft_wrap=True)
    if len(units) > limit:
        console.print(speaker.t("explain.more", units=speaker.number(len(units) - limit)))
    return 0


def release_text(release: dict[str, Any], speaker: Speaker) -> str:
    """Which release the numbers stand in."""
    if release["release_id"] is None:
        return speaker.t("trail.release.none", date=release["as_of"])
    key = "trail.release" if release["is_current"] else "trail.release.past"
    return speaker.t(key, release=release["release_id"], date=release["as_of"])


def place_text(place: dict[str, Any], speaker: Speaker) -> str:
    """`dp3a-1a2b3c4d (korban.xlsx), sheet 1 “Mei”, row 12`."""
    name = f" ({place['file']})" if place["file"] else ""
    if place["row"] is None:
        return escape(f"{place['delivery']}{name}: {speaker.t('trail.whole_file')}")
    key, extra = ("trail.place", {"place": place["place"]}) if place["place"] else ("trail.at_row", {})
    sheet = sheet_text(place["sheet"], place["sheet_name"], speaker)
    return escape(", ".join(filter(None, [place["delivery"] + name, sheet, speaker.t(key, row=place["row"], **extra)])))


def sheet_text(number: int, name: str | None, speaker: Speaker) -> str:
    """`sheet 2 “Layanan”`; nothing for the one sheet of a file that names none (CSV)."""
    if name:
        return speaker.t("trail.sheet_named", number=number, name=name)
    return speaker.t("trail.sheet", number=number) if number > 1 else ""


def amount(speaker: Speaker, value: float | None) -> str:
    """A count as a whole number, a share of one with decimals; nothing for null."""
    if value is None:
        return ""
    return speaker.number(value, 0 if float(value).is_integer() else 3)


def _head(facts: dict[str, Any], speaker: Speaker) -> list[str]:
    measure, cell, units = facts["measure"], facts["cell"], facts["units"]
    value = "\N{EN DASH}" if cell["value"] is None else f"{speaker.number(cell['value'], 1)} {cell['unit']}"
    breakdown = f", {cell['breakdown']}={cell['breakdown_value']}" if cell["breakdown"] else ""
    lines = [
        f"[bold]{escape(measure['measure_id'])} {escape(speaker.pick(measure, 'name'))}[/bold]",
        speaker.t(
            "explain.cell",
            period=speaker.period(cell["period"]),
            area=cell["area_code"],
            breakdown=escape(breakdown),
            value=value,
            status=speaker.word("status", cell["status"]),
        ),
    ]
    for part in ("numerator", "denominator"):
        if cell[part] is not None:
            words = escape(speaker.pick(measure, part))
            lines.append(speaker.t(f"explain.{part}", number=amount(speaker, cell[part]), words=words))
    lines += [release_text(facts["release"], speaker), _sum_text(units, speaker)]
    return lines


def _sum_text(units: list[dict[str, Any]], speaker: Speaker) -> str:
    if not units:
        return speaker.t("explain.nobody")
    said = {"units": speaker.number(len(units)), "numerator": amount(speaker, sum(u["numerator"] for u in units))}
    if units[0]["denominator"] is None:
        return speaker.t("explain.sum_count", **said)
    return speaker.t("explain.sum", **said, denominator=amount(speaker, sum(u["denominator"] for u in units)))


def _unit_lines(unit: dict[str, Any], speaker: Speaker) -> list[str]:
    """The unit with what it adds, then a line for each row it rests on."""
    adds = amount(speaker, unit["numerator"])
    if unit["denominator"] is not None:
        adds += f" / {amount(speaker, unit['denominator'])}"
    marks = [speaker.word("bucket", word) for word in (unit["bucket"] or "").split("|") if word]
    name = unit["unit_id"] if len(unit["unit_id"]) <= _ID_LENGTH else f"{unit['unit_id'][:16]}…"
    said = " · ".join([f"{speaker.word('unit_type', unit['unit_type'])} {name}", adds, *marks])
    shown = [place_text(place, speaker) for place in unit["rows"][:_ROWS_SHOWN]]
    more = len(unit["rows"]) - _ROWS_SHOWN
    shown += [f"+ {more}"] if more > 0 else []
    return [escape(said), *(f"    {line}" for line in shown or [speaker.t("explain.no_row")])]
