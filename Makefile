# Takwin's commands. `make` lists them.
#
# All state is kept in one folder, TAKWIN_HOME (default: var), so that a second Takwin is one variable away:
#   make serve TAKWIN_HOME=/tmp/other PORT=8001

export TAKWIN_HOME ?= var
HOST ?= localhost
PORT ?= 8000
WORKERS ?= 2
BIN := .venv/bin
COVERED := --cov=lms_app --cov=takwin_certificates --cov=takwin_xblocks
GATE := 85
# The blocks' own tests run once, alone: what they cover is kept in .coverage, and the others add to it.

.DEFAULT_GOAL := help
.PHONY: help serve demo test lint format types check-blocks blocks-alone blocks-in-workbench bench conformance i18n i18n-compile courses screenshots hooks locks clean

help:  ## List the commands
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## */\1\t/' | awk -F'\t' '{printf "  make %-13s %s\n", $$1, $$2}'

serve:  ## Set up what is missing, and serve http://localhost:8000 with demo content
	@deploy/setup.sh serve
	@TAKWIN_SITE_URL=$${TAKWIN_SITE_URL:-http://localhost:$(PORT)} deploy/serve.sh $(HOST) $(PORT)

test:  ## Set up what is missing, and run every check and test
	@deploy/setup.sh test
	@$(MAKE) --no-print-directory -j $(WORKERS) --output-sync=target blocks-alone lint types blocks-in-workbench
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --ignore=tests/xblocks $(COVERED) --cov-append --cov-branch --cov-report=term:skip-covered --cov-fail-under=$(GATE)

check-blocks: blocks-alone blocks-in-workbench  ## Test the blocks with XBlock alone, then in the xblock-sdk workbench

blocks-alone:
	.venv-xblocks/bin/python -m pytest -q -p no:cacheprovider --cov=takwin_xblocks --cov-config=tests/xblocks/coverage.ini --cov-branch --cov-report= tests/xblocks

blocks-in-workbench:
	@test ! -e tests/xblocks/workbench_check.py || .venv-workbench/bin/python tests/xblocks/workbench_check.py

lint:  ## Check style, layers, spelling, locks, templates, catalogues and courses
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/codespell
	@deploy/check-locks.sh
	node deploy/blocks.mjs --check
	$(BIN)/python deploy/catalogues.py check
	$(BIN)/python -m deploy.courses check
	$(BIN)/python -m deploy.courses generate --check
	$(BIN)/python -m deploy.courses.pictures --check

format:  ## Put the code into its usual form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types:  ## Check types
	$(BIN)/mypy

bench:  ## Measure every budget, and write docs/benchmarks.md
	@deploy/setup.sh test
	@deploy/setup.sh bench
	$(BIN)/python -m tests.benchmarks

conformance:  ## Hold signed certificates to veraPDF's rules for PDF/A-3a and PDF/UA-1
	@deploy/setup.sh serve
	@deploy/setup.sh conformance
	$(BIN)/python deploy/conformance/check.py

i18n:  ## Collect new words into the catalogues, then compile them
	$(BIN)/python deploy/catalogues.py update
	$(BIN)/python deploy/catalogues.py compile

courses:  ## Make what is generated in courses: annexes, tables, reports, pictures
	$(BIN)/python -m deploy.courses generate
	$(BIN)/python -m deploy.courses.pictures

i18n-compile:  ## Compile the catalogues
	$(BIN)/python deploy/catalogues.py compile

screenshots:  ## Take the pictures that README and docs show
	@deploy/setup.sh test
	$(BIN)/python -m tests.journeys.screenshots

hooks:  ## Check each commit before it is made
	$(BIN)/pre-commit install

locks:  ## Choose newer packages, and pin them (needs uv)
	requirements/lock

clean:  ## Remove what was made here, but for the state in TAKWIN_HOME
	rm -rf .venv .venv-xblocks .venv-workbench .venv-conformance node_modules lms_app/web/static/build lms_app/web/static/build.new
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage .coverage.*
