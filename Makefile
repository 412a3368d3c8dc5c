# OpenUCWA: `make run` starts a demonstration, `make test` runs the tests. Nothing is installed outside .venv.

PYTHON ?= python3
PIP = .venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --custom-compile-command "make lock" $(LOCKARGS)

# Tests start servers by the hundred, which would all compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run run-pool test lint bench bench-field bench-guard soak docs pictures coverage lock vendor clean

help:  ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

setup: .venv/.run  ## Make .venv and install the server with its pinned dependencies

run: ARGS ?= demo --port 8080
run: .venv/.run  ## Start the server: make run ARGS="demo --port 8080"
	@.venv/bin/openucwa $(ARGS)

run-pool: .venv/.run  ## Start a pool of three servers, PostgreSQL, Redis and nginx: make run-pool ARGS="--fresh"
	@.venv/bin/python tools/run_pool.py $(ARGS)

test: .venv/.test  ## Run the tests: make test ARGS="-k presence"
	@.venv/bin/python -m pytest $(ARGS)

lint: .venv/.test .venv/.lint  ## Check format, style, types, layers and sizes
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy src
	@.venv/bin/lint-imports --no-logo
	@.venv/bin/python tools/check_size.py
	@.venv/bin/python tools/check_deploy.py

bench: .venv/.bench  ## Measure throughput, memory and latency: make bench ARGS="--quick report"
	@.venv/bin/python -m bench $(ARGS)

bench-field: .venv/.bench .field/synapse/.made  ## Measure OpenUCWA beside Synapse, Prosody, ejabberd and mosquitto: make bench-field ARGS="--quick prosody beat"
	@.venv/bin/python -m bench.field $(ARGS)

bench-guard: .venv/.bench  ## Compare the instructions of hot paths with what they were: make bench-guard ARGS=--keep
	@.venv/bin/python -m bench.guard $(ARGS)

soak: .venv/.bench  ## Let many people come and go for hours: make soak ARGS="--connected 5000 --minutes 10"
	@.venv/bin/python -m bench.soak $(ARGS)

docs: .venv/.run  ## Write the generated pages of docs/reference
	@.venv/bin/python tools/generate_docs.py

pictures: .venv/.test  ## Draw the pictures of the board anew, by the tests that look at it
	@.venv/bin/python -m pytest --pictures -n0 tests/browser

coverage: .venv/.test  ## Run the tests and list the lines and branches they miss
	@.venv/bin/coverage run -m pytest --quiet
	@.venv/bin/coverage report

lock:  ## Pin the dependencies anew (needs uv); newest versions: make lock LOCKARGS=--upgrade
	$(LOCK) pyproject.toml --all-extras --group build -o requirements/run.txt
	$(LOCK) pyproject.toml --all-extras --group build --group test -c requirements/run.txt -o requirements/test.txt
	$(LOCK) --group lint -c requirements/test.txt -o requirements/lint.txt
	$(LOCK) --group bench -c requirements/test.txt -o requirements/bench.txt

vendor:  ## Copy what the console uses of npm packages anew (needs npm)
	$(PYTHON) tools/vendor.py

clean:  ## Remove .venv and everything generated
	rm -rf .venv .field .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "OpenUCWA needs Python 3.11 or newer, as python3 or: make PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "This Python cannot make virtual environments. On Debian: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/.run: .venv/bin/python requirements/run.txt pyproject.toml
	@echo "Installing OpenUCWA into .venv ..."
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.%: requirements/%.txt .venv/.run
	@echo "Installing what $* needs ..."
	@$(PIP) --require-hashes -r $<
	@touch $@

FIELD = prosody ejabberd mosquitto nginx-light wrk redis-server postgresql

.field/synapse/.made: requirements/field.txt .venv/bin/python
	@echo "Installing what OpenUCWA is measured beside; Debian's packages need root ..."
	@dpkg-query -W $(FIELD) >/dev/null 2>&1 || \
		DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends $(FIELD) || \
		echo "Not all of these are installed: $(FIELD). What is missing is left out." >&2
	@$(PYTHON) -m venv .field/synapse
	@.field/synapse/bin/pip install --quiet --disable-pip-version-check -r $< || \
		{ echo "Synapse is left out." >&2; rm -rf .field/synapse; mkdir -p .field/synapse; }
	@touch $@
