"""DAGSTER_HOME: one folder for commands, UI and services alike, with telemetry off."""

from __future__ import annotations

import os
from pathlib import Path

import yaml

from kla_pipeline.errors import ConfigurationError
from kla_pipeline.settings import Settings

_CONFIG = """\
# Written by kla_pipeline; edits are kept as long as telemetry is off.
telemetry:
  enabled: false
concurrency:
  pools:
    default_limit: 1
    granularity: op
  runs:
    max_concurrent_runs: 4
    tag_concurrency_limits:  # steps of two runs of one jurisdiction must not mix
      - key: dagster/partition
        value:
          applyLimitPerUniqueValue: true
        limit: 1
run_monitoring:
  enabled: true
  poll_interval_seconds: 30
  max_runtime_seconds: 21600  # a run that was killed must not block its jurisdiction for ever
  free_slots_after_run_end_seconds: 60
run_retries:
  enabled: false
"""


def prepare_home(settings: Settings) -> Path:
    """Make DAGSTER_HOME and its `dagster.yaml`, set the environment of this process; returns the folder."""
    home = settings.paths().dagster_home
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    config = home / "dagster.yaml"
    if not config.is_file() or not _is_telemetry_off(config):
        config.write_text(_CONFIG, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "yes"
    return home


def _is_telemetry_off(config: Path) -> bool:
    try:
        found = yaml.safe_load(config.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        found = "broken"
    if found is not None and not isinstance(found, dict):
        raise ConfigurationError(f"{config} is not a YAML mapping.", "Correct it, or delete it to get the default.")
    telemetry = (found or {}).get("telemetry")
    return isinstance(telemetry, dict) and telemetry.get("enabled") is False
