# flowsim: every command of the project. `make` alone lists them.

# What `make demo` runs: a place from its warmed census, beside what was observed, and two options, each compared with it.
DEMO = flowsim run south_worcestershire --option recover_at_home --option seven_day_discharge --each \
  --replications 4 --days 14 --out runs/demo

PYTHON  ?= python3
VENV    := .venv
ifeq ($(OS),Windows_NT)
BIN     := $(VENV)/Scripts
else
BIN     := $(VENV)/bin
endif
PY      := $(BIN)/python
READY   := $(VENV)/.ready
# Tests share the machine's cores: how many run at once (1 turns it off).
WORKERS ?= auto
TESTS   ?= tests

.DEFAULT_GOAL := help
.PHONY: help setup demo test verify fuzz calibrate lint format types docs bench census count wheel lock clean

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' $(MAKEFILE_LIST) | while IFS='|' read -r name what; do \
	  printf '  make %-10s %s\n' "$$name" "$$what"; done

setup: $(READY) ## make .venv with everything in it, pinned and checked by hash
	@echo "Ready. Try: make demo"

# The stamp is written last, so a set-up that was cut short is done again from the start.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "flowsim needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version). Try: make setup PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -m venv --clear $(VENV) || \
	  { echo "Python could not make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv"; exit 2; }
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: $(READY) ## simulate one place and write its report
	$(BIN)/$(DEMO)

test: $(READY) ## the quick tests: minutes
	$(PY) -m pytest $(TESTS) -n $(WORKERS)

verify: $(READY) ## every test, the slow statistical ones too
	$(PY) -m pytest $(TESTS) -n $(WORKERS) -m "slow or not slow"

fuzz: $(READY) ## hold the engines to the same bytes on N=1000 random models, from number FROM on
	$(PY) -m tests.engines.fuzz $(or $(N),1000) $(or $(FROM),1000000)

calibrate: $(READY) ## simulate the reference year and the year held out, ten times: minutes
	$(BIN)/flowsim calibrate south_worcestershire --replications 10
	$(PY) docs/calibration_page.py

lint: $(READY) ## style, and who may import whom
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(BIN)/lint-imports

format: $(READY) ## put the code into the house's layout
	$(PY) -m ruff check --fix-only --quiet .
	$(PY) -m ruff format .

types: $(READY) ## check every type
	$(PY) -m mypy

docs: $(READY) ## build the documentation into docs/_build, and run what it shows
	$(PY) -m sphinx --fail-on-warning --keep-going --quiet docs docs/_build/html
	$(PY) -m pytest tests/docs -n $(WORKERS)

bench: $(READY) ## time flowsim beside SimPy, C++ and other simulators: half an hour
	$(PY) -m benchmarks

census: $(READY) ## remake the warmed census that ships with South Worcestershire
	$(BIN)/flowsim census south_worcestershire

count: $(READY) ## count files, code lines, tests and inputs
	$(PY) -m tests.architecture.census

wheel: $(READY) ## build the wheel into dist/
	rm -rf dist
	$(PY) -m build --wheel --no-isolation --outdir dist .

lock: ## pin every dependency again (needs uv)
	uv pip compile pyproject.toml --extra dev --extra docs --extra report --extra parquet --extra search --extra sensitivity --extra cluster --universal --python-version 3.11 --fork-strategy fewest \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --upgrade --quiet -o requirements.lock

clean: ## remove what can be made again (not runs/)
	rm -rf $(VENV) build dist docs/_build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
