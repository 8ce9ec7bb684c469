# The single entry: `make help` lists the targets. Every target does its own set-up.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: test-slurm help setup build test lint format arrows demo smoke browser virelay plugin cluster bench studies fuzz docs docs-check ci clean

# Demo, tests and benchmarks share one build: release, with @testable imports.
SWIFT_FLAGS := -c release -Xswiftc -enable-testing
LETHE := .build/release/lethe
BUILT := .build/lethe.stamp
SWIFT_SOURCES := Package.swift Sources Studies Benchmarks Tests Fuzz
BUILD_INPUTS := Package.swift $(shell find Sources schema -type f)

# Arguments of `lethe demo`: make demo DEMO='--size tiny'
DEMO ?=
# The benchmarks to run, all of them if none is named; the table at the end has what was measured before.
BENCH ?=
# What the known-answer study starts from: the demo's warehouse if there is one, else it trains its own.
KNOWN ?= $(if $(wildcard lethe-demo/warehouse),--from lethe-demo/warehouse)

help: ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1|\2/p' $(MAKEFILE_LIST) \
	  | awk -F '|' '{ printf "  make %-10s %s\n", $$1, $$2 }'

setup: ## install what is missing of the system libraries
	@Scripts/setup.sh

build: setup $(BUILT) ## build lethe (.build/release/lethe)

$(BUILT): $(BUILD_INPUTS)
	@swift build $(SWIFT_FLAGS)
	@touch $@

test: setup ## run the tests
	@mkdir -p .build
	@swift test $(SWIFT_FLAGS) --disable-xctest 2>&1 | tee .build/test.log

lint: ## check the format of the sources
	@swift format lint --strict --recursive $(SWIFT_SOURCES)

format: ## format the sources in place
	@swift format --in-place --recursive $(SWIFT_SOURCES)

arrows: ## check which module imports which
	@Scripts/check-arrows.sh

demo: build ## faces, ladder, warehouse, first answer (DEMO='--size tiny' for a short one)
	@$(LETHE) demo $(DEMO)

smoke: build
	@rm -rf .build/smoke
	@$(LETHE) demo --size tiny .build/smoke

browser: smoke ## use the report of a tiny demo in headless Chromium
	@Scripts/check-report.sh .build/smoke/results/report.html

virelay: smoke ## open the relevance of a tiny demo in ViRelAy
	@Scripts/check-virelay.sh .build/smoke/warehouse emotion,emotion-after-pain-b1 $(LETHE)

cluster: smoke ## read a tiny demo with Dask and DuckDB, by the code in docs/how-to/cluster.md
	@Scripts/check-cluster.sh .build/smoke/warehouse $(LETHE)

test-slurm: build ## run the ladder and an ingest through a real Slurm on this machine, as root
	@Scripts/test-slurm.sh $(LETHE)

bench: build ## run the benchmarks beside their peers, an hour (BENCH='ingest units', SCALE=300000)
	@PAGE=docs/performance.md Benchmarks/run.sh $(BENCH)

plugin: build ## build the HDF5 plugin for maps of the codec relu, and check it through h5py
	@Scripts/build-plugin.sh
	@Scripts/check-plugin.sh $(LETHE)

studies: setup ## check what the statistics promise, and bring docs/statistics.md up to date
	@swift build $(SWIFT_FLAGS) --product lethe-studies
	@.build/release/lethe-studies simulate Studies/results --page docs/statistics.md
	@rm -rf .build/known-answer
	@.build/release/lethe-studies known-answer .build/known-answer $(KNOWN) \
	  --results Studies/results --page docs/statistics.md

FUZZ ?= onnx 60
fuzz: setup ## fuzz one reader of files (FUZZ='TARGET SECONDS')
	@Scripts/fuzz.sh $(FUZZ)

docs: build ## write docs/reference.md from the command tables
	@mkdir -p docs
	@$(LETHE) help --markdown -o docs/reference.md

docs-check: build
	@$(LETHE) help --markdown | diff -u docs/reference.md - \
	  || { echo 'docs/reference.md is stale: run `make docs`' >&2; exit 1; }

# Cheap checks first; the closing lines of the tests are printed again at the very end.
ci: setup lint arrows build test docs-check smoke test-slurm ## everything that must hold before a merge
	@echo; echo 'make ci: passed'; tail -n 3 .build/test.log

clean: ## remove what was built
	@rm -rf .build
