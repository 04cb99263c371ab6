# Every target is one script of scripts/: where make is missing, call it as python3 -m scripts.NAME

PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help demo test check bench soak lock translations screenshots

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 22

demo: ## A working site with demo data; PORT and DATA_DIR are respected
	@$(PYTHON) -m scripts.demo

test: ## Everything that proves a change; ARGS='tests/claims -k submit' goes to pytest
	@$(PYTHON) -m scripts.test $(ARGS)

check: ## Everything static: style, types, templates, migrations, architecture
	@$(PYTHON) -m scripts.check

bench: ## Ratios and budgets of speed and memory
	@$(PYTHON) -m scripts.bench $(ARGS)

soak: ## The experiments of the tests in long counts
	@$(PYTHON) -m scripts.soak $(ARGS)

lock: ## requirements(-s3|-dev).txt anew from their .in; ARGS=--upgrade
	@$(PYTHON) -m scripts.lock $(ARGS)

translations: ## Compiled catalogues, from locale/*/LC_MESSAGES/*.po
	@.venv/bin/python -m scripts.translations

screenshots: ## Pictures of every page, in screenshots/
	@.venv/bin/python -m scripts.screenshots $(ARGS)
