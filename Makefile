# Everything here is a thin layer: what a command does stands in kla_pipeline, how .venv is made in deploy/setup-venv.
# Needs GNU make and CPython 3.11-3.13 with venv.

# The interpreter that .venv is made with (empty: the first that fits). A .venv that exists is kept: `make clean` first.
PYTHON =
# Extra words for the command behind a target:  KLA_AS_OF=2026-06-30 make run,  make test ARGS='-k ledger'
ARGS =

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development

export DAGSTER_DISABLE_TELEMETRY := yes
export DO_NOT_TRACK := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test dev install format lock rules check-parity test-thorough bundle bench bench-read bench-suites clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: $(RUNTIME) ## Set up and load the exports in data/raw/36.73 once (the nightly job)
	@$(BIN)/kla run $(ARGS)

test: $(DEVELOPMENT) ## Set up and check format, lint, import directions, types; run the tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/pyright
	@$(BIN)/pytest -n auto --dist loadfile $(ARGS)

# The folder and its dagster.yaml (one writer at a time, no telemetry) are made from the settings `kla run` uses too.
HOME_OF_DAGSTER = from kla_pipeline.orchestration.instance import prepare_home; \
  from kla_pipeline.settings import load_settings; print(prepare_home(load_settings()))
dev: $(RUNTIME) ## Start the Dagster UI and daemon on http://127.0.0.1:3000
	@home="$$($(BIN)/python -c '$(HOME_OF_DAGSTER)')" && \
	  DAGSTER_HOME="$$home" exec $(BIN)/dagster dev -w workspace.yaml -h 127.0.0.1 -p 3000 $(ARGS)

install: $(RUNTIME) ## Only make .venv; .venv/bin/kla then works from anywhere
	@echo "Ready: $(CURDIR)/$(BIN)/kla"

format: $(DEVELOPMENT) ## Format the code and mend what the linter can
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

# Names, versions and hashes only: no index, no path. UPGRADE=1 takes the newest that the ranges allow.
LOCK = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-strip-extras \
  --no-annotate --no-header --quiet $(if $(UPGRADE),--upgrade)
lock: $(DEVELOPMENT) ## Pin the ranges of pyproject.toml again (UPGRADE=1: newest versions)
	@$(LOCK) --group dev -o requirements-dev.lock >/dev/null
	@$(LOCK) --group install -c requirements-dev.lock -o requirements.lock >/dev/null

rules: $(RUNTIME) ## Write the rule pages in docs/rules again
	@$(BIN)/python -c 'from pathlib import Path; from kla_pipeline.cli.rules import pages_command; \
	  from kla_pipeline.settings import load_settings; pages_command(load_settings(), Path("docs/rules"), False)'

test-thorough: $(DEVELOPMENT) ## Run the tests with every example of the properties and 500 files of check-parity
	@KLA_TEST_THOROUGH=1 KLA_PARITY_FILES=500 $(BIN)/pytest -n auto --dist loadfile $(ARGS)

check-parity: $(DEVELOPMENT) ## Judge 500 generated files by kla check and by a night, and compare every rule and row
	@KLA_PARITY_FILES=500 $(BIN)/pytest -q kla_pipeline_tests/end_to_end/test_rules_at_night.py $(ARGS)

bundle: $(DEVELOPMENT) ## Write the bundled exports in data/raw/36.73 again
	@$(BIN)/python -m kla_pipeline_tests.bundle $(ARGS)

bench: $(RUNTIME) ## Time a run with nothing to do against ten trivial Dagster assets
	@$(BIN)/python bench/noop.py $(ARGS)

bench-read: $(DEVELOPMENT) ## Time reading against bare DuckDB and bare python-calamine
	@$(BIN)/python bench/read.py $(ARGS)

bench-suites: $(DEVELOPMENT) ## Read ../shared/data/file_suites beside other readers and write docs/readers.md (15 minutes)
	@$(BIN)/python bench/read_suites.py $(ARGS)

clean: ## Remove .venv and caches; never touches data/
	@rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find kla_pipeline kla_pipeline_tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUNTIME): requirements.lock pyproject.toml deploy/setup-venv
	@PYTHON='$(PYTHON)' deploy/setup-venv requirements.lock
	@touch $@

# The development lock holds every pin of the other one, so it settles both.
$(DEVELOPMENT): requirements-dev.lock requirements.lock pyproject.toml deploy/setup-venv
	@PYTHON='$(PYTHON)' deploy/setup-venv requirements-dev.lock
	@touch $(RUNTIME) $@

# A copied or moved folder holds scripts that point to the old place: make .venv anew.
ifneq ($(shell cat $(VENV)/root 2>/dev/null),$(CURDIR))
.PHONY: $(RUNTIME) $(DEVELOPMENT)
endif
