# Needs make, one Python from 3.11 to 3.14 and the package registries. Everything else is installed into .venv from locks.

SHELL := /bin/sh
# The first Python here that Concord runs on; `make PYTHON=...` names another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null \
	&& { echo $$python; break; }; done)
BIN := .venv/bin
# npm and its programs run on the Node of the environment, whatever the machine has.
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --loglevel=error
# Made by `make test` and found by a later `make run`, which then needs nothing else.
INSTALLED := .venv/installed-to-test
CHECKERS := node_modules/installed-to-test
CSS := frontend/static/build/concord.css
EXPLORER := frontend/static/build/explorer.js

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test verify check bench lock assets browser

help: ## Say what can be made.
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile | expand -t 16

run: .venv/installed $(CSS) $(EXPLORER) ## Start the demonstration at http://127.0.0.1:8000.
	@PORTAL_DEMO=$${PORTAL_DEMO:-1} exec $(BIN)/concord run

test: $(INSTALLED) $(CHECKERS) $(CSS) $(EXPLORER) browser ## Run every test.
	@$(BIN)/python -m pytest $(TESTS)

verify: $(INSTALLED) $(CHECKERS) $(CSS) $(EXPLORER) browser ## Run every test as far as docs/guards.md promises; takes hours.
	@$(BIN)/python -m pytest --full $(TESTS)

check: $(INSTALLED) ## Check style, types, layers, known weaknesses, the printed schema and the locks.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m graphql_schema.print_sdl --check
	$(BIN)/python -m toolchain.addresses
	$(BIN)/python -m toolchain.weaknesses

bench: $(INSTALLED) ## Measure the inbox at 20,000 flags, what the audit costs, and how fast refusals are.
	$(BIN)/python -m tests.inbox.bench $(FLAGS)
	$(BIN)/python -m tests.audit.bench
	$(BIN)/python -m tests.selection.bench

assets: $(CSS) $(EXPLORER) ## Build the stylesheet and the explorer of the schema.

browser: $(INSTALLED)
	@$(BIN)/python -m tests.browser.chromium

lock: $(INSTALLED) ## Make the locks again; `make lock UPGRADE=--upgrade` lets every version move.
	$(BIN)/python -m toolchain.locks $(UPGRADE)

.venv/installed: requirements.lock pyproject.toml toolchain/environment.py
	@test -n "$(PYTHON)" || { echo "Concord needs Python 3.11, 3.12, 3.13 or 3.14, and none is installed here." >&2; exit 1; }
	@echo "Installing what Concord runs on. The first time takes a minute or two."
	@$(PYTHON) -m toolchain.environment requirements.lock
	@touch $@

$(INSTALLED): requirements-test.lock .venv/installed
	@echo "Installing what the tests need."
	@$(PYTHON) -m toolchain.environment requirements-test.lock
	@touch $@

# What the pages need; optional packages are programs for this machine, such as the one that bundles.
node_modules/installed: package.json package-lock.json .npmrc | .venv/installed
	@$(NPM) ci --ignore-scripts --omit=dev
	@touch $@

# What the tests need beside it: `install` adds to what is there, exactly as locked, and takes away what it does not know.
$(CHECKERS): node_modules/installed
	@$(NPM) install --no-save --ignore-scripts
	@touch $< $@

$(CSS): $(wildcard frontend/assets/*.scss) node_modules/installed
	@mkdir -p $(@D)
	@PATH="$(CURDIR)/$(BIN):$$PATH" node_modules/.bin/sass --load-path=node_modules --no-source-map --style=compressed frontend/assets/concord.scss $@

$(EXPLORER): $(wildcard frontend/assets/explorer/*) toolchain/explorer.mjs node_modules/installed
	@mkdir -p $(@D)
	@PATH="$(CURDIR)/$(BIN):$$PATH" node toolchain/explorer.mjs $(@D)
