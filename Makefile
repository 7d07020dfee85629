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
CSS := frontend/static/build/concord.css

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check bench lock assets browser

help: ## Say what can be made.
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile | expand -t 16

run: .venv/installed $(CSS) ## Start the demonstration at http://127.0.0.1:8000.
	@PORTAL_DEMO=$${PORTAL_DEMO:-1} exec $(BIN)/concord run

test: $(INSTALLED) $(CSS) browser ## Run every test.
	@$(BIN)/python -m pytest $(TESTS)

check: $(INSTALLED) ## Check style, types, layers, the printed schema and the locks.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m graphql_schema.print_sdl --check
	$(BIN)/python -m toolchain.addresses

bench: $(INSTALLED) ## Measure the inbox at 20,000 flags, first page against later ones.
	$(BIN)/python -m tests.inbox.bench $(FLAGS)

assets: $(CSS) ## Build the stylesheet.

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

node_modules/installed: package.json package-lock.json .npmrc | .venv/installed
	@$(NPM) ci --ignore-scripts --omit=optional
	@touch $@

$(CSS): $(wildcard frontend/assets/*.scss) node_modules/installed
	@mkdir -p $(@D)
	@PATH="$(CURDIR)/$(BIN):$$PATH" node_modules/.bin/sass --load-path=node_modules --no-source-map --style=compressed frontend/assets/concord.scss $@
