# Commands of the project. `make` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PY := .venv/bin/python
STAMPS := .venv/.stamps
# One more than there are cores: the browser and the servers of the journeys leave time to others.
WORKERS ?= -n $(shell echo $$(($$(nproc 2>/dev/null || echo 2) + 1))) --maxprocesses 8 --dist worksteal

CHECKS := format lint types imports translations labels docs hosts migrations

.PHONY: help setup run test deep pages screenshots bench check $(CHECKS:%=check-%) fix translations translations-update docs plugin migration clean

##@ Every day
help: ## List the commands
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-20s %s\n", $$1, $$2}' Makefile

setup: $(STAMPS)/packages $(STAMPS)/frontend $(STAMPS)/translations ## Install everything into .venv and fetch the front-end libraries

run: setup ## Start Atrium with demo data on http://127.0.0.1:8000 (PORT= for another)
	@exec .venv/bin/atrium run

test: setup ## Run the tests (T=path picks some)
	@.venv/bin/pytest $(WORKERS) $(T)

deep: setup ## Run the long versions: thousands of examples, a million rows
	@ATRIUM_DEEP=1 .venv/bin/pytest $(WORKERS) $(T)

check: $(CHECKS:%=check-%) ## Format, lint, types, imports, translations, labels, documents, migrations; no tests

check-format: setup
	@.venv/bin/ruff format --check .
check-lint: setup
	@.venv/bin/ruff check .
check-types: setup
	@.venv/bin/mypy
check-imports: setup
	@.venv/bin/lint-imports
check-translations: setup
	@$(PY) -m tools.check_translations
check-labels: setup
	@$(PY) -m tools.check_labels
check-docs: setup
	@$(PY) -m tools.check_docs
check-hosts: setup
	@$(PY) -m tools.check_hosts
check-migrations: setup
	@$(PY) -m core.migrate drift

fix: setup ## Format and repair what can be repaired
	@.venv/bin/ruff check --fix . ; .venv/bin/ruff format .

##@ Now and then
translations: setup ## Compile the catalogues after editing a .po file
	@rm -f $(STAMPS)/translations && $(MAKE) --no-print-directory $(STAMPS)/translations

translations-update: setup ## Take new messages into the Chinese catalogues, drop unused ones
	@$(PY) -m tools.translations

pages: setup ## Walk every page: axe-core, content policy, phone width (P=part of an address)
	@$(PY) -m tools.pages $(P)

screenshots: setup ## Take the pictures of the documents anew, of a demo of its own
	@$(PY) -m tools.screenshots

bench: setup var/bench/peers/installed ## Measure Atrium beside Django admin, Flask-Admin and bare FAB (ROWS=20000 ROUNDS=5 to try)
	@ROWS="$(ROWS)" ROUNDS="$(ROUNDS)" DATABASES="$(DATABASES)" $(PY) -m benchmarks.run

bench-exports: setup var/bench/peers/installed ## Measure the export of a long list beside Flask-Admin's (ROWS=20000 to try)
	@ROWS="$(ROWS)" ROUNDS="$(ROUNDS)" DATABASES="$(DATABASES)" $(PY) -m benchmarks.exports

docs: setup ## Write docs/hooks.md anew from the hooks
	@$(PY) -m tools.hooks

plugin: setup ## A new plugin: make plugin N=parking
	@.venv/bin/atrium plugin new "$(N)"

migration: setup ## New migration: make migration P=inspection M="add severity"
	@$(PY) -m core.migrate revision "$(P)" "$(M)"

clean: ## Remove .venv, front-end libraries and caches (never var/, your data)
	rm -rf .venv node_modules core/shell/static/vendor .pytest_cache .ruff_cache .mypy_cache

NO_PIP := pip could not install the packages; its own words are above. Let it reach its index (a proxy stands in pip.conf or PIP_INDEX_URL) and run make again.

# --- steps, each done once until what it depends on changes ---------------------------------------------------------

$(STAMPS)/venv:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Atrium needs Python 3.11 or newer as python3; install it and run make again."; exit 1; }
	@python3 -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python lacks its venv parts. On Debian or Ubuntu: apt-get install python3-venv, then run make again."; exit 1; }
	@test -x $(PY) || python3 -m venv .venv
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/packages: $(STAMPS)/venv constraints.txt pyproject.toml
	@echo "Installing the Python packages ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt setuptools || { echo "$(NO_PIP)"; exit 1; }
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-build-isolation -c constraints.txt -e ".[dev]" || { echo "$(NO_PIP)"; exit 1; }
	@touch $@

var/bench/peers/installed: $(STAMPS)/packages benchmarks/requirements.txt
	@echo "Installing the peers that Atrium is measured beside ..."
	@python3 -m venv var/bench/peers
	@var/bench/peers/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt || { echo "$(NO_PIP)"; exit 1; }
	@touch $@

$(STAMPS)/frontend: $(STAMPS)/packages package.json package-lock.json core/shell/icons.txt tools/frontend.py
	@$(PY) tools/frontend.py
	@touch $@

$(STAMPS)/translations: $(STAMPS)/packages $(wildcard core/translations/*/LC_MESSAGES/*.po plugins/*/translations/*/LC_MESSAGES/*.po)
	@for folder in core/translations plugins/*/translations; do \
	  if ls $$folder/*/LC_MESSAGES/*.po >/dev/null 2>&1; then .venv/bin/pybabel -q compile -d $$folder -D messages || exit 1; fi; done
	@touch $@
