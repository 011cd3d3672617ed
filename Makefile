# Everything healther needs is set up here: a virtual environment from uv.lock, through a uv of its own.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_HOME := .uv
UV := $(UV_HOME)/bin/uv
HOST ?= 127.0.0.1
PORT ?= 8000
# Half the tests wait for sockets, not for a core.
TEST_PROCESSES ?= 4

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench openapi format clean

help: ## What there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.ready ## Set up the virtual environment from the lock file

$(UV):
	$(PYTHON) -m venv $(UV_HOME)
	$(UV_HOME)/bin/pip install --quiet --disable-pip-version-check "uv>=0.9,<1"

$(VENV)/.ready: pyproject.toml uv.lock | $(UV)
	$(UV) sync --locked --quiet --compile-bytecode --python $(PYTHON)
	@touch $@

run: setup ## Start healther at http://127.0.0.1:8000 on SQLite (Ctrl-C stops it)
	@exec $(BIN)/healther up --host $(HOST) --port $(PORT)

test: setup ## Every test, on real SQLite, PostgreSQL and Redis started for them
	$(BIN)/pytest -n $(TEST_PROCESSES) --dist worksteal

check: setup ## Lint, types, import rules, file lengths, docs; no server, seconds
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q -m "" tests/docs

bench: setup ## The benchmarks: a table, and benchmarks/results.json
	$(BIN)/python -m benchmarks

openapi: setup ## Write docs/openapi.json anew
	$(BIN)/python -m healther.app.openapi > docs/openapi.json

format: setup ## Put every file in its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## Remove what was set up
	rm -rf $(VENV) $(UV_HOME) .mypy_cache .ruff_cache .import_linter_cache
