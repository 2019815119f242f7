# Every target sets up what it needs in .venv; nothing has to be installed by hand before it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Files go to processes whole: what a file sets up (a browser, an image) it sets up once. Three on two cores: many wait.
PARALLEL := --numprocesses 3 --dist loadfile

.PHONY: run demo checks test test-long bench bench-load bench-resolver clean

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

checks: $(VENV)/test-installed
	$(BIN)/python tests/setup.py
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: checks
	$(BIN)/pytest -m "not long" $(PARALLEL)

test-long: checks
	$(BIN)/pytest $(PARALLEL)

bench: $(VENV)/installed
	$(BIN)/python bench/speed.py $(REPO)

bench-load: $(VENV)/test-installed
	$(BIN)/python bench/load.py $(if $(REPO),--repository $(REPO))

$(VENV)/bench-installed: pyproject.toml $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	touch $@

bench-resolver: $(VENV)/bench-installed
	$(BIN)/python bench/resolver/measure.py $(if $(EXAMPLES),--examples $(EXAMPLES)) $(or $(REPO),std)

clean:
	rm -rf $(VENV) var build *.egg-info
