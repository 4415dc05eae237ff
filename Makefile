# Everything a person or CI runs. `make help` lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
TESTS ?= tests
OUT ?= benchmark
NO_TESTS := 5# what pytest ends with where it finds none
NEEDS_DATA = test -n "$(DATA)" || { echo "error: DATA is empty; give a question set or a folder of sets: make $(MAKECMDGOALS) DATA=samples"; exit 2; }

.DEFAULT_GOAL := help
.PHONY: help run test lint format types install install-dev browser env lock benchmark rivals screenshots docs clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

run: install env ## Install, bring the sample documents in once, serve the app
	@$(BIN)/python -m app

test: install-dev browser ## Install what tests need, run all of them
	$(BIN)/python -m pytest -n logical --dist loadfile -m "not browser" $(TESTS) || [ $$? = $(NO_TESTS) ]
	$(BIN)/python -m pytest -n logical --maxprocesses 2 --dist loadfile --reruns 1 -m "browser and not alone" $(TESTS) || [ $$? = $(NO_TESTS) ]
	$(BIN)/python -m pytest --reruns 1 -m "browser and alone" $(TESTS) || [ $$? = $(NO_TESTS) ]

lint: install-dev ## Check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: install-dev ## Put the code into the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: install-dev ## Check types
	$(BIN)/mypy

install: $(VENV)/installed ## Make the virtual environment with the pinned packages

install-dev: $(VENV)/installed-dev ## The same, with what tests and checks need

env: .env ## Make .env from .env.example when there is none

benchmark: install ## Measure retrieval on benchmark sets: make benchmark DATA=FOLDER [OUT=benchmark]
	@$(NEEDS_DATA)
	$(BIN)/python -m evaluation retrieval --dataset $(DATA) --limit 1000 --seed 0 --json $(OUT).json --html $(OUT).html

rivals: $(VENV)/installed-benchmarks ## The same beside LangChain's and LlamaIndex's searches: make rivals DATA=FOLDER [OUT=benchmark]
	@$(NEEDS_DATA)
	$(BIN)/python -m benchmarks.retrieval accuracy --dataset $(DATA) --limit 1000 --seed 0 --json $(OUT).json --html $(OUT).html

screenshots: install-dev browser ## Take the README's screenshots again
	TAKE_SCREENSHOTS=1 REQUIRE_BROWSER=1 $(BIN)/python -m pytest tests/browser

docs: install ## Write .env.example and the README's settings table from the settings
	$(BIN)/python -m app.cli.documents

lock: install-dev ## Write lock.txt from what is installed
	$(PIP) freeze --exclude-editable | sed -E 's/ @ .*//; s/\+cpu$$//' > lock.txt

clean: ## Remove the environment and the caches; data/ and .env stay
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "error: $$($(PYTHON) --version) is too old; Python 3.11 or newer is needed"; \
	  echo "       Install it, then run: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.txt lock.txt | $(VENV)/bin/python
	$(PIP) install --quiet --progress-bar on -r requirements.txt -c lock.txt
	@touch $@

$(VENV)/installed-benchmarks: requirements-benchmarks.txt $(VENV)/installed
	$(PIP) install --quiet --progress-bar on -r requirements-benchmarks.txt -c lock.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt requirements-benchmarks.txt requirements-quantisation.txt $(VENV)/installed
	$(PIP) install --quiet --progress-bar on -r requirements-dev.txt -c lock.txt
	@touch $@

.env:
	@cp .env.example .env && chmod 600 .env && echo "made .env from .env.example"

browser:
	@sh tests/browser/install.sh
