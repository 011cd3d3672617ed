# Everything healther needs is set up here: a virtual environment from uv.lock, through a uv of its own.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_HOME := .uv
UV := $(UV_HOME)/bin/uv
HOST ?= 127.0.0.1
PORT ?= 8000
# Modules stay compiled: pytest collects once a process, and every healther that a test starts imports them.
unexport PYTHONDONTWRITEBYTECODE
# Half the tests wait for sockets, not for a core.
TEST_PROCESSES ?= 4
WEB_READY := web/node_modules/.ready
WEB_BUILT := src/healther/webapp/dist/index.html
WEB_SOURCES := $(shell find web/src web/public web/scripts -type f) $(wildcard web/*.ts web/*.json web/index.html) \
	src/healther/status_pages/assets/tokens.css

.DEFAULT_GOAL := help
.PHONY: help setup web run test check check-python check-web docs bench openapi format clean

help: ## What there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.ready ## Set up the virtual environment from the lock file

$(UV):
	$(PYTHON) -m venv $(UV_HOME)
	$(UV_HOME)/bin/pip install --quiet --disable-pip-version-check "uv>=0.9,<1"

$(VENV)/.ready: pyproject.toml uv.lock | $(UV)
	$(UV) sync --locked --quiet --compile-bytecode --python $(PYTHON)
	@touch $@

$(WEB_READY): web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(WEB_BUILT): $(WEB_READY) $(WEB_SOURCES)
	cd web && npm run --silent build
	@touch $@

web: $(WEB_BUILT) ## Build the web app, where its sources changed

run: setup web ## Start healther at http://127.0.0.1:8000 on SQLite (Ctrl-C stops it)
	@exec $(BIN)/healther up --host $(HOST) --port $(PORT)

test: setup web ## Every test, on real SQLite, PostgreSQL, Redis and Chromium started for them
	cd web && npm test --silent
	$(BIN)/pytest -n $(TEST_PROCESSES) --dist worksteal --ignore tests/e2e
	$(BIN)/pytest tests/e2e

# None of it uses more than one core. What is checked is there before: nothing is built beside what reads it.
check: ## check-python, and the same for the web app with its budget; no server
	@$(MAKE) --no-print-directory -j2 setup web
	@$(MAKE) --no-print-directory -j2 --output-sync=target check-python check-web

check-web: web
	cd web && npm run --silent check && npm run --silent budget

check-python: setup ## Lint, types, import rules, file lengths, the documentation built strictly; needs no Node.js
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q -m "" tests/docs

docs: setup ## The documentation as a site of plain files, in site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "built: $(CURDIR)/site/index.html"

bench: setup web ## The benchmarks: tables, benchmarks/results.json, docs/performance.md
	$(BIN)/python -m benchmarks

openapi: setup $(WEB_READY) ## Write docs/openapi.json, docs/routes.md and the web app's client anew
	$(BIN)/python -m healther.app.openapi > docs/openapi.json
	$(BIN)/python -m tests.support.routes_page > docs/routes.md
	cd web && npm run --silent client

format: setup $(WEB_READY) ## Put every file in its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd web && npm run --silent format

clean: ## Remove what was set up
	rm -rf $(VENV) $(UV_HOME) site .mypy_cache .ruff_cache .import_linter_cache web/node_modules src/healther/webapp
