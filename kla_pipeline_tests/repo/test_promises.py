"""docs/promises.md names a test for every promise, and every test it names is there."""

from __future__ import annotations

import ast
import re

import pytest

from .checkout import ROOT

REFERENCE = re.compile(r"`(?P<file>kla_pipeline_tests/[\w/]+\.py)::(?P<test>test_\w+)`")
LINES = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8").splitlines()
PROMISES = [line for line in LINES if line.startswith("- ")]


def test_there_are_promises() -> None:
    assert len(PROMISES) >= 10


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise[2:50].strip())
def test_a_promise_names_tests_that_exist(promise: str) -> None:
    references = list(REFERENCE.finditer(promise))
    assert references, "a promise ends with the test that holds it"
    for reference in references:
        path = ROOT / reference["file"]
        assert path.is_file(), reference["file"]
        functions = {
            node.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef)
        }
        assert reference["test"] in functions, reference[0]
