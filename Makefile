# Runs in the active environment; `pip install -e '.[test]'` puts everything there that is needed.
PYTHON ?= python

.DEFAULT_GOAL := help
.PHONY: help format lint types layers test check nightly test-network test-browser test-servers bench documents screenshots

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

format: ## rewrite the code in the project's format
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

lint: ## check format and lint rules
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .

types: ## check types strictly
	$(PYTHON) -m mypy

layers: ## check that imports go one way through the rooms
	lint-imports

test: ## run the tests (offline)
	$(PYTHON) -m pytest -n auto

check: lint types layers test ## run everything that a commit must pass

nightly: ## run the long random tests
	$(PYTHON) -m pytest -m nightly

test-network: ## run the tests that need the real default index
	$(PYTHON) -m pytest -m network

test-browser: ## run the tests that need Chromium and the extra `web`
	$(PYTHON) -m pytest -m browser

test-servers: ## run the tests against real index servers on loopback
	$(PYTHON) -m pytest -m servers

bench: ## measure the solver and the warm command
	$(PYTHON) -m tests.bench

documents: ## write what the documents' commands print now
	$(PYTHON) -m tests.support.documents

screenshots: ## make the pictures of the documents from the running app
	$(PYTHON) screenshots/make.py
