# Everything runs in .venv, made from the lock files. `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/doubleloop

.DEFAULT_GOAL := help
.PHONY: help install demo app test check format bench docs lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked dependencies into $(VENV) (once, some minutes) …"
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements-dev.lock
	@touch $@

install: $(VENV)/.installed ## make .venv with .venv/bin/doubleloop

demo: $(VENV)/.installed ## the sample community in the terminal, then the app on 127.0.0.1:8501
	@$(RUN) demo

app: $(VENV)/.installed ## only the app
	@$(RUN) app

test: $(VENV)/.installed-dev ## the whole suite
	$(BIN)/python -m pytest -q

check: $(VENV)/.installed-dev ## format, lint, types, import contracts, generated docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m docs.generate --check

format: $(VENV)/.installed-dev ## write the format and the safe fixes
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/.installed-dev ## write the generated pages of docs/
	$(BIN)/python -m docs.generate

bench: $(VENV)/.installed-dev ## speed of import, index and ask beside the bare libraries
	$(BIN)/python benchmarks/speed.py

lock: ## write the lock files anew from pyproject.toml
	rm -rf $(VENV)-lock
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/pip install -q torch==2.13.0
	$(VENV)-lock/bin/pip install -q -e .
	$(VENV)-lock/bin/pip freeze --exclude-editable | sed 's/+cpu//' > requirements.lock
	$(VENV)-lock/bin/pip install -q -e .[dev]
	$(VENV)-lock/bin/pip freeze --exclude-editable | sed 's/+cpu//' | \
	  grep -vxFf requirements.lock > requirements-dev.lock
	rm -rf $(VENV)-lock

clean: ## remove the environment (the communities in indexes/ stay)
	rm -rf $(VENV)
