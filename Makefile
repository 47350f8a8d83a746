# Every command sets up what it needs. The work is in scripts/bootstrap.py, which needs Python 3.11 and nothing else.
PYTHON ?= python3
PORT ?= 8000
RUN = @PORT='$(PORT)' ONLY='$(ONLY)' ARGS='$(ARGS)' exec $(PYTHON) scripts/bootstrap.py

.PHONY: help setup demo demo-reset stop test check bench chaos translations lock
.DEFAULT_GOAL := help

help: ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 16
setup: ## .venv with everything locked in requirements-dev.txt
	$(RUN) setup
demo: ## everything up with demo data at http://localhost:8000 (PORT= another); Ctrl-C stops it
	$(RUN) demo
demo-reset: ## the same from nothing
	$(RUN) demo-reset
stop: ## end the embedded PostgreSQL that manage.py left running
	$(RUN) stop
test: ## all tests (ARGS="tests/owners -x" some of them; CI=1 forbids skipping)
	$(RUN) test
check: ## lint, format, types, import contracts, migrations, translations, deploy checks
	$(RUN) check
bench: ## figures beside their floors, to bench/results/latest.json (ONLY=NAME, BENCH_ROWS=)
	$(RUN) bench
chaos: ## kill and fault runs
	$(RUN) chaos
translations: ## collect strings from source and templates, and compile the catalogues
	$(RUN) translations
lock: ## requirements*.txt from pyproject.toml
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
