# How Nurture is set up, run and tested. `make` alone lists what can be made.

# PYTHON=... makes .venv with that Python; scripts/which-python says with which otherwise.
TEST_FLAGS ?= -n 2 --dist loadfile
# Each fault is tried at most so many minutes, and so many times.
CHAOS_FLAGS ?= --minutes 10 --runs 3000
# The tests' own folders too: they are code, and are held to the same rules.
CODE       := worker tests bench chaos

BIN   := .venv/bin
SETUP := scripts/setup requirements-setup.txt pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help setup demo test servers lint format bench chaos eval reference lock clean

help: ## List what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1 \t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: .venv/installed ## Make .venv with .venv/bin/nurture

demo: setup ## Show the whole thing on a built-in mail server: sixty days in a minute
	@$(BIN)/nurture demo

# Many tests start the program anew, which is not to be compiled at each start.
test: .venv/installed-dev servers ## Run every test; TEST_FLAGS changes how
	@$(BIN)/python -m compileall -q $(CODE)
	$(BIN)/python -m pytest $(TEST_FLAGS)

servers: ## Install the servers that tests talk to (as root), or say how
	@scripts/servers

lint: .venv/installed-dev ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CODE)

format: .venv/installed-dev ## Bring the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/installed-dev ## Measure speed: a table, and build/bench.json
	@$(BIN)/python -m bench

chaos: .venv/installed-dev servers ## Kill, cut off and fill up for three hours: a table, and build/chaos.json
	@$(BIN)/python -m chaos $(CHAOS_FLAGS)

eval: .venv/installed-dev ## Judge the reading of mail by its corpus: precision, recall, confusions
	@$(BIN)/python -m tests.corpus.evaluate

reference: .venv/installed-dev ## Write docs/sequences.md anew from the keys of the language
	@$(BIN)/python -m worker.sequence.reference > docs/sequences.md

lock: .venv/installed ## Write requirements*.txt anew from pyproject.toml
	@scripts/lock

clean: ## Remove .venv and all that was made
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find $(CODE) -name __pycache__ -prune -exec rm -rf {} +

.venv/installed: requirements.txt $(SETUP)
	@scripts/setup requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt $(SETUP)
	@scripts/setup requirements-dev.txt
	@touch .venv/installed $@
