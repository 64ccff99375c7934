"""DAGSTER_HOME: one folder for commands, UI and services alike, with telemetry off."""

from __future__ import annotations

import os
from pathlib import Path

from kla_pipeline.settings import Settings

_CONFIG = """\
# Written by kla_pipeline; edits are kept as long as the telemetry block stays.
telemetry:
  enabled: false
concurrency:
  pools:
    default_limit: 1
    granularity: op
  runs:
    max_concurrent_runs: 4
run_monitoring:
  enabled: true
  poll_interval_seconds: 30
  free_slots_after_run_end_seconds: 60
run_retries:
  enabled: false
"""
_TELEMETRY_OFF = "telemetry:\n  enabled: false\n"


def prepare_home(settings: Settings) -> Path:
    """Make DAGSTER_HOME and its `dagster.yaml`, set the environment of this process; returns the folder."""
    home = settings.paths().dagster_home
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    config = home / "dagster.yaml"
    if not config.is_file() or _TELEMETRY_OFF not in config.read_text(encoding="utf-8"):
        config.write_text(_CONFIG, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "yes"
    return home
