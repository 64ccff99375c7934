"""Pages of one invented release, rendered once for all tests that only read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kla_pipeline.reports.audit_report import render_report
from kla_pipeline.reports.engine import render_public, render_release
from kla_pipeline_tests.reports.audit_builder import write_audit
from kla_pipeline_tests.reports.html_tree import Node, parse
from kla_pipeline_tests.reports.release_builder import ReleaseBuilder


@pytest.fixture(scope="session")
def release_html(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("release")
    internal, audit, _ = ReleaseBuilder().write(folder)
    return render_release(internal, audit, folder / "site").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def public_html(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("public")
    *_, public = ReleaseBuilder().write(folder)
    return render_public(public, folder / "site").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def report_html(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("report")
    return render_report(write_audit(folder / "audit.duckdb"), folder / "site")[0].read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def release_page(release_html: str) -> Node:
    return parse(release_html)


@pytest.fixture(scope="session")
def public_page(public_html: str) -> Node:
    return parse(public_html)


@pytest.fixture
def render(tmp_path: Path):
    """Render the release page of a builder and return its tree."""

    def written(builder: ReleaseBuilder) -> Node:
        internal, audit, _ = builder.write(tmp_path / "files")
        return parse(render_release(internal, audit, tmp_path / "site").read_text(encoding="utf-8"))

    return written
