"""No project file tells where its developer works."""

from __future__ import annotations

import re

import pytest

from .checkout import ROOT, project_files

MACHINE_PATH = re.compile(r"(?<![\w.$~}-])/(?:work|root|home/[a-z][\w-]*|Users/[A-Za-z][\w-]*)/")


@pytest.mark.parametrize(
    "text", ["see /wor" + "k/main", "in '/hom" + "e/budi/kla'", "/roo" + "t/x", '"/User' + 's/Ani/kla"']
)
def test_a_path_of_a_machine_is_recognised(text: str) -> None:
    assert MACHINE_PATH.search(text)


@pytest.mark.parametrize("text", ["https://example.org/home/page/", "data/work/x", "~/root/x", "$HOME/work/x"])
def test_other_paths_are_left_alone(text: str) -> None:
    assert not MACHINE_PATH.search(text)


def test_no_file_holds_a_path_of_a_machine() -> None:
    found = []
    for path in project_files():
        content = path.read_bytes()
        if b"\0" in content:
            continue
        lines = content.decode("utf-8", errors="replace").splitlines()
        found += [f"{path.relative_to(ROOT)}:{no}" for no, line in enumerate(lines, 1) if MACHINE_PATH.search(line)]
    assert not found
