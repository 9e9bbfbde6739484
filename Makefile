# Every target sets up what it needs in a fresh clone. `make demo` and `make test` need Python only.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
NODE_READY := node_modules/.ready
SLITHER := .venv-slither
SLITHER_READY := $(SLITHER)/.ready
WORKERS ?= 2
# Tracing more than doubles the time of a test. Those of the contracts say nothing of src/ that these do not say.
MEASURED := tests/client tests/cli tests/toolchain tests/e2e
# CI compiles again and compares bytes; elsewhere comparing source hashes is enough.
RECOMPILE ?= $(if $(CI),--recompile)

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup demo test coverage interop check lint types artifacts slither gas mutants compile node lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## make .venv with the locked packages

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed: make setup PYTHON=python3.x")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY) ## one issuer's whole life on the embedded chain
	@$(BIN)/tokenkit demo

test: $(READY) ## all tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

coverage: $(READY) ## the coverage of src/ by the tests of the client and the command line
	@$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n $(WORKERS) --dist worksteal -q $(MEASURED)
	@$(BIN)/coverage combine -q
	$(BIN)/coverage report

interop: $(READY) $(NODE_READY) ## our contracts and T-REX's, each under the other's
	$(BIN)/python -m pytest -q tests/interop

check: lint types artifacts slither ## everything a machine can review

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

artifacts: $(READY) $(NODE_READY)
	$(BIN)/python scripts/compile.py --check $(RECOMPILE)
	$(BIN)/python scripts/sizes.py
	$(BIN)/python -m pytest -q -p no:cacheprovider tests/architecture

slither: $(READY) $(NODE_READY) $(SLITHER_READY)
	$(BIN)/python scripts/slither.py

$(SLITHER_READY): requirements-slither.lock
	test -x $(SLITHER)/bin/python || $(PYTHON) -m venv $(SLITHER)
	$(SLITHER)/bin/python -m pip install --quiet --require-hashes -r requirements-slither.lock
	@touch $@

gas: $(READY) ## measure gas, write docs/gas.md and tests/gas.json
	$(BIN)/python scripts/gas.py

mutants: $(READY) $(NODE_READY) ## seed every fault and see that the tests catch it (half an hour)
	$(BIN)/python tests/mutants/run.py

compile: $(READY) $(NODE_READY) ## compile the contracts into src/tokenkit/artifacts
	$(BIN)/python scripts/compile.py

node: $(NODE_READY) ## install the contracts' dependencies (OpenZeppelin, the compiler, anvil)

$(NODE_READY): package.json package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 18 or later (Debian: apt-get install nodejs npm)" >&2; exit 1; }
	npm ci --no-fund --no-audit
	@touch $@

lock: ## write the lock files again (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links \
	    --python-version 3.11 --extra fast --extra charts --group dev --custom-compile-command "make lock" pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links \
	    --python-version 3.11 --group slither --custom-compile-command "make lock" -o requirements-slither.lock

clean: ## remove what the tools made
	rm -rf $(VENV) $(SLITHER) node_modules .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
