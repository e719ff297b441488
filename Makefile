# Everything sets itself up: a virtual environment, the locked dependencies, the embedded parts.
.DEFAULT_GOAL := help
.PHONY: help run demo test fuzz faults bench lint fmt setup setup-dev clean
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
N ?= 10000

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk 'BEGIN {FS = ":.*## "} {printf "  make %-8s %s\n", $$1, $$2}'

run: setup ## Play the demo and keep serving its pages until Ctrl-C
	@$(BIN)/outreach up $(ARGS)

demo: setup ## Play the demo, print the audit, end (exit 0 only if every promise held)
	@$(BIN)/outreach demo $(ARGS)

test: setup-dev ## Run every test on real parts
	@$(BIN)/python -m tests.tools
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

fuzz: setup-dev ## Compile N broken and hostile files, made from sound ones, and check every promise
	@$(BIN)/python -m tests.fuzz $(N)

faults: N = 2000
faults: setup-dev ## Kill, cut, delay and restart N times in mid-sending, and judge every promise by the sandbox's log
	@$(BIN)/python -W ignore -m tests.faults $(N) --planted --celery 30 $(ARGS)

bench: setup-dev ## Measure beside the machine's limits and a peer; a table and a plot in .outreach/bench
	@$(BIN)/python -m benchmarks $(ARGS)

lint: setup-dev ## Check style, types and the floors
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy outreach workers
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -W ignore -m django makemigrations --check --dry-run --settings outreach.settings

fmt: setup-dev ## Format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

setup: $(VENV)/.ready
setup-dev: $(VENV)/.ready-dev

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Outreach needs Python 3.11 or later: set PYTHON, like  make run PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || $(PYTHON) -m virtualenv -q $(VENV) 2>/dev/null || \
		{ rm -rf $(VENV); echo "Python cannot make a virtual environment here: install python3-venv (apt install python3-venv)."; exit 2; }

$(VENV)/.ready: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing the locked dependencies …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . 2>/dev/null || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock $(VENV)/.ready
	@echo "Installing the locked test tools …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

clean: ## Remove the virtual environment and everything the embedded parts keep
	rm -rf $(VENV) .outreach
