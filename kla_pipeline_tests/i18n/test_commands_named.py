"""A text that advises a command advises one that exists."""

from __future__ import annotations

import re

import pytest
from typer.main import get_command

from kla_pipeline.cli.app import app
from kla_pipeline.i18n import texts

NAMED = re.compile(r"\bkla ([a-z]+)(?: ([a-z]+))?")


def known_commands() -> set[str]:
    found = set()
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        found.add(name)
        found |= {f"{name} {inner}" for inner in getattr(command, "commands", {})}
    return found


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_command_that_a_text_names_exists(lang: str) -> None:
    known = known_commands()
    assert {"run", "check", "release list"} <= known
    for key, words in texts.load().entries.items():
        for first, second in NAMED.findall(words[lang]):
            assert first in known, f"{key}: kla {first}"
            if any(name.startswith(f"{first} ") for name in known):
                assert f"{first} {second}" in known, f"{key}: kla {first} {second}"
