# Every target sets up what it needs in .venv; nothing has to be installed by hand before it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run demo test test-long bench bench-load clean

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/test-installed: pyproject.toml $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $@

run: $(VENV)/installed
	$(BIN)/concurrency-check db upgrade
	$(BIN)/concurrency-check serve --with-worker

demo: $(VENV)/installed
	$(BIN)/concurrency-check demo

test: $(VENV)/test-installed
	$(BIN)/python tests/setup.py
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -m "not long"

test-long: $(VENV)/test-installed
	$(BIN)/python tests/setup.py
	$(BIN)/pytest

bench: $(VENV)/installed
	$(BIN)/python bench/speed.py $(REPO)

clean:
	rm -rf $(VENV) var build *.egg-info
