# Dørtrin. `make run` shows it, `make test` proves it; both set up all they need, as root or not.
#
# Needs only python3 (3.11 or newer) with pip and venv, make and git. PYTHON=python3.12 chooses another Python.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LOCK   := requirements/dev.lock
JOBS   ?= 2
PIP    := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup run test check soak bench train lock clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: $(VENV)/.ready ## the environment: locked packages, PostgreSQL and Chromium for the tests

run: $(VENV)/.installed ## the demo on http://localhost:8080, with a counselor to sign in as
	$(BIN)/doertrin demo

test: $(VENV)/.installed ## every test; ARGS="tests/engine -k back" for some, JOBS=4 for four at once
	$(BIN)/python -m tests.support.provisioning
ifdef ARGS
	$(BIN)/python -m pytest $(ARGS)
else
	$(BIN)/python -m pytest -m "not alone" --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder
	$(BIN)/python -m pytest -m alone
endif

check: $(VENV)/.installed ## style, strict types, the import table, the content
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/architecture/test_imports.py
	$(BIN)/doertrin content check

soak: $(VENV)/.ready ## the property tests, long: 5,000 examples each
	HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest --timeout=0 -m "not browser" $(ARGS)

bench: $(VENV)/.installed ## the figures of docs/performance.md, measured here and now
	$(BIN)/python -m bench $(ARGS)

train: $(VENV)/.installed ## the models of the understanding, from their data, and the report on them
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m bot.understanding.training

lock: $(VENV)/.installed ## write the lock files anew from pyproject.toml
	PYTHON=$(BIN)/python sh requirements/lock.sh

clean: ## remove the environment and what the tools left
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Each stamp is a file, so what is there already is not done again.

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Dørtrin needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing Debian's python3-venv"; apt-get update -qq && apt-get install -y -qq python3-venv; \
		else \
			echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv"; exit 1; \
		fi; }
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.locked: $(LOCK) $(VENV)/.created
	$(PIP) install --quiet --require-hashes --only-binary :all: -r $(LOCK)
	touch $@

$(VENV)/.installed: pyproject.toml $(VENV)/.locked
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.ready: tests/support/provisioning.py $(VENV)/.installed
	$(BIN)/python -m tests.support.provisioning
	touch $@
