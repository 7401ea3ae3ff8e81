# Python and make are all that is needed: everything else goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PROGRAM := $(VENV)/.program
STAMP := $(VENV)/.installed

.PHONY: demo clients test lint format bench stress docs clean

demo: $(PROGRAM)
	@sh manifests/demo.sh $(abspath $(BIN))/kubesim

# Clients that tests/clients tries on the server; without them those tests are skipped.
clients: $(STAMP)
	$(BIN)/python -m pip install --quiet --editable . --group clients

test: $(STAMP)
	$(BIN)/python -m pytest -q -n auto --dist worksteal

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/check_imports.py
	$(BIN)/python tools/check_dead_code.py
	$(BIN)/python tools/check_sizes.py

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(STAMP)
	$(BIN)/python -m tests.benchmarks --write

stress: $(STAMP)
	KUBESIM_STRESS=1 $(BIN)/python -m pytest -q tests/crash tests/fuzz

docs: $(STAMP)
	$(BIN)/python tools/generate_reference.py > docs/reference.md
	$(BIN)/python tools/make_pictures.py

# The program alone, which is all that the demo needs; then what tests and checks need.
$(PROGRAM): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(STAMP): $(PROGRAM)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable . --group dev
	$(BIN)/python -m compileall -q kubesim
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
