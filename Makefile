# Everything runs from .venv, which the first target makes and later ones reuse.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.DEFAULT_GOAL := help

.PHONY: help
help: ## print the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(READY): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (PYTHON=python3.12 make ...)"; exit 1; }
	@echo "Setting up $(VENV), once: this takes a minute or two."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3-venv is needed (Debian: apt install python3-venv)"; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: venv
venv: $(READY) ## make or refresh .venv with the pinned requirements

.PHONY: sandbox
sandbox: $(READY) ## start the bot on a small Slack and a small Google Cloud, and print the page's address
	$(BIN)/gemini-key-bot sandbox

.PHONY: demo
demo: $(READY) ## the whole story without a page: transcript on stdout, exit 0 only if every promise held
	$(BIN)/gemini-key-bot demo

.PHONY: test
test: $(READY) ## run the tests
	$(BIN)/pytest --numprocesses=3 --dist=loadgroup --ignore=tests/browser
	$(BIN)/pytest tests/browser

.PHONY: chaos
chaos: $(READY) ## kill, cut and break everything on purpose, at every point (long)
	@for redis in plain sentinel cluster; do \
	  CHAOS=all CHAOS_REDIS=$$redis $(BIN)/pytest tests/chaos -s || exit 1; done

.PHONY: bench
bench: $(READY) ## measure the promised numbers against their anchors in one run (long)
	@kept=0; $(BIN)/python -m tests.bench --json docs/performance.json || kept=$$?; \
	  $(BIN)/python -m tests.bench --markdown; exit $$kept

.PHONY: check
check: $(READY) ## import contracts, types, lint, format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: sbom
sbom: ## list what is shipped, as CycloneDX (needs uv)
	uv tool run --from cyclonedx-bom==7.5.0 cyclonedx-py requirements requirements.txt -o sbom.json
	@echo sbom.json

.PHONY: audit
audit: ## ask the advisory database about every pinned package (needs uv and the network)
	uv tool run --from pip-audit==2.10.1 pip-audit --strict --require-hashes --disable-pip -r requirements.txt

.PHONY: pictures
pictures: $(READY) ## take the README's pictures anew (needs Chromium)
	PICTURES=1 $(BIN)/pytest tests/browser

.PHONY: words
words: $(READY) ## collect every sentence for the translators
	$(BIN)/pybabel --quiet extract $(SENTENCES) --output-file=bot/languages/locales/messages.pot bot handlers
	@sed -i.before '/^"POT-Creation-Date/d' bot/languages/locales/messages.pot && rm bot/languages/locales/messages.pot.before
	@for language in $(LANGUAGES); do \
	  $(BIN)/pybabel --quiet update --input-file=bot/languages/locales/messages.pot --output-dir=bot/languages/locales \
	    --locale=$$language --no-fuzzy-matching --no-wrap --ignore-pot-creation-date --ignore-obsolete; done
LANGUAGES := $(notdir $(patsubst %/,%,$(wildcard bot/languages/locales/*/)))
SENTENCES := --mapping-file=bot/languages/locales/babel.cfg --no-default-keywords --keyword=many:1,2 --sort-by-file \
  --add-location=file --no-wrap --project=gemini-key-bot

.PHONY: manifest
manifest: $(READY) ## render the Slack app manifest anew, for deploy/slack and the sandbox
	$(BIN)/gemini-key-bot manifest > deploy/slack/manifest.socket.json
	$(BIN)/gemini-key-bot manifest --http https://gemini-key-bot.example.com > deploy/slack/manifest.http.json
	$(BIN)/gemini-key-bot manifest --http https://gemini-key-bot.example.com --oauth > deploy/slack/manifest.workspaces.json
	$(BIN)/gemini-key-bot manifest --workflow-step > sandbox/slack/app_manifest.json

.PHONY: format
format: $(READY) ## let ruff order and format the code
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

.PHONY: pins
pins: ## recompile requirements*.txt from pyproject.toml (needs uv)
	uv pip compile $(PIN) --extra otlp pyproject.toml -o requirements.txt
	uv pip compile $(PIN) --extra sandbox --extra otlp --group dev pyproject.toml -o requirements-dev.txt
PIN := --quiet --no-strip-extras --universal --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links --python-version 3.11
