# The product runs whole on a laptop: `make up`. Its tests: `make test`. Everything else is below.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Python keeps what it compiled, whatever the machine says: else each process compiles all again.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: up down test check bench lint types lock clean help

help: ## what can be made
	@grep -hE '^[a-z.]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ —/'

# The environment is rebuilt only when the lock file changes.
$(VENV)/.ready: requirements.lock pyproject.toml
	@echo "Preparing $(VENV) (first time: a minute or two)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9"
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

.venv: $(VENV)/.ready ## the Python environment

up: .venv ## run the whole product on this machine
	@crm up

down: ## stop it
	@crm down

# Two processes for what can be divided, with tables in memory that are compared with the real
# engine; the functions of the first hour again with moto's; then the journeys, a file on one of two
# stacks, and the proof of the permissions from what all functions were seen to ask for. The
# journeys have the machine to themselves: beside other tests a restart took longer than anybody waits.
ON_MOTO := $(addprefix tests/integration/test_,lead_capture.py scoring.py lead_assignment.py contact_admin.py portal_me.py)

test: .venv ## every test
	pytest -n 2 --dist worksteal -m "not journey" --deselect tests/infra/test_permissions.py
	pytest -n 2 --tables moto $(ON_MOTO)
	pytest -n 2 --dist loadfile -m journey tests/journey
	pytest tests/infra/test_permissions.py

lint: .venv ## formatting and lint rules
	ruff format --check . && ruff check .

types: .venv ## strict type check
	mypy

check: lint types test ## the whole gate

bench: .venv ## calls, units, CPU and cold starts beside a bare handler
	python -m tests.benchmarks

lock: .venv ## pin every dependency again, with hashes
	uv pip compile pyproject.toml --group infra --group test --universal --generate-hashes \
		--no-emit-index-url --custom-compile-command "make lock" --upgrade -o requirements.lock --quiet

clean: ## remove everything made here
	rm -rf $(VENV) cdk.out .crm
