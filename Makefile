# Everything people, .ci/run and the workflows do is a target here. `make` alone lists them.

PYTHON   ?= python3
PIP_ARGS ?=# for instance: make demo PIP_ARGS="--extra-index-url https://download.pytorch.org/whl/cpu"
NB       ?=
BUDGET   ?= 540# seconds
WORKERS  ?= 4# runs that share the GPU
ROOT     ?= data# folder of data sets
OUT      ?=# folder for the parts of the kit
KIT_ARGS ?=# for instance: make gpu-kit OUT=kit KIT_ARGS='--resume back'
BENCH    ?=# for instance: make bench BENCH='clock="cpu", compiled=False, rounds=3'

# What is given on the command line is text: `make` does not expand it, and the shell gets it quoted
override NB := $(value NB)
override BUDGET := $(value BUDGET)
override WORKERS := $(value WORKERS)
override ROOT := $(value ROOT)
override BENCH := $(value BENCH)
override STAGE := $(value STAGE)
override NAMES := $(value NAMES)
comma    := ,
quoted    = '$(subst ','\'',$(1))'
each      = $(foreach w,$(1),$(call quoted,$(w)))

BIN      := .venv/bin
PY       := $(BIN)/python
CODE     := settings.ini setup.py pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help demo test dev prepare export run docs browse bench bench-gpu check-gpu gpu gpu-kit results clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/.runtime ## train on real digits with wrong labels, cross-entropy against Meta-Weight-Net (a minute)
	@$(BIN)/mwn_demo

test: .venv/.dev ## all that CI runs; ends with `N passed, N failed` (NB=changed: the notebooks that an edit touches)
	@$(PY) $(if $(NB),tools/nbtest.py $(call each,$(NB)),tools/ci.py $(call each,$(STAGE)))

dev: .venv/.dev ## set up .venv for work on the notebooks

prepare: .venv/.dev ## after editing a notebook: export, clean, sidebar, README
	@$(PY) tools/prepare.py
	@$(PY) docs/make_readme.py
	@touch .venv/.runtime .venv/.dev   # nbdev has written pyproject.toml again, as it was

export: .venv/.dev ## the modules alone
	@$(BIN)/nbdev_export
	@touch .venv/.runtime .venv/.dev

run: .venv/.dev ## run the notebooks and save their outputs (some: NB="nbs/02_noise.ipynb nbs/03_data.ipynb")
	@$(PY) tools/nbtest.py --save $(call each,$(NB))
	@$(BIN)/nbdev_clean

docs: .venv/.dev ## build the website into _build/html and check its links
	@$(PY) docs/make_site.py
	@$(PY) docs/check_site.py

browse: docs ## look at every page in headless Chromium, desktop, dark and phone (needs Chromium)
	@$(PY) -c 'import playwright' 2>/dev/null || $(PY) -m pip install --quiet playwright
	@$(PY) docs/browse_site.py

results: .venv/.dev ## list the stored rows that can be made again, with the minutes (GO=1 makes them; some: NAMES="variants flip")
	@$(PY) tools/results.py $(if $(GO),--go) --root $(call quoted,$(ROOT)) $(call each,$(NAMES))

bench: .venv/.bench ## cost of a training step beside other libraries, on the CPU, as rows in results/ (an hour)
	@$(PY) -W ignore -c $(call quoted,from mwn_nbdev.lab.bench import bench_all; bench_all("cpu"$(comma) $(BENCH)))

bench-gpu: .venv/.bench ## the same on the GPU, with large batches
	@$(PY) -W ignore -c $(call quoted,from mwn_nbdev.lab.bench import bench_all; bench_all("cuda"$(comma) $(BENCH)))

check-gpu: .venv/.dev ## the notebooks that have cells for a GPU, with these cells
	@$(PY) tools/nbtest.py --flags "cuda" --n_workers 1 --timeout 0 $(call each,$(or $(NB),$(shell grep -l '#| cuda' nbs/*.ipynb)))

gpu: check-gpu ## check the GPU path, then run what is pending of all experiments, most telling first, for BUDGET seconds
	@$(BIN)/mwn_sweep all --scale paper --device cuda --budget $(call quoted,$(BUDGET)) --workers $(call quoted,$(WORKERS)) --root $(call quoted,$(ROOT))

gpu-kit: .venv/.dev ## pack code, data and results for a bare machine into OUT (see tools/kit/build_kit.py)
	@$(PY) tools/kit/build_kit.py $(or $(OUT),$(error name a new folder: make gpu-kit OUT=...)) --root $(ROOT) $(KIT_ARGS)

clean: ## remove what was built; `rm -rf .venv` removes the rest
	rm -rf _proc _build build dist *.egg-info .ruff_cache

# Stamps: installed once, and again only when the packaging changes
.venv/.made: tools/make_venv.py
	@echo "making .venv with $(PYTHON)"; $(PYTHON) tools/make_venv.py .venv
	@touch $@

.venv/.runtime: .venv/.made $(CODE)
	@echo "installing mwn_nbdev and what it needs into .venv (PyTorch is large: a few minutes)"
	@PYTHONWARNINGS=ignore $(PY) -m pip install --quiet --disable-pip-version-check -e . $(PIP_ARGS)
	@touch $@

.venv/.dev: .venv/.made $(CODE)
	@echo "installing mwn_nbdev with the tools for notebooks and docs into .venv (PyTorch is large: a few minutes)"
	@PYTHONWARNINGS=ignore $(PY) -m pip install --quiet --disable-pip-version-check -e '.[dev,docs]' $(PIP_ARGS)
	@touch .venv/.runtime $@

# Betty's newest version says that it wants an older Python, but works; where a library cannot be had, the table says so
.venv/.bench: .venv/.runtime
	@echo "installing the libraries to compare with into .venv"
	@$(PY) -m pip install --quiet --disable-pip-version-check -e '.[bench]' $(PIP_ARGS) || echo 'without higher and torchopt'
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --ignore-requires-python 'betty-ml>=0.2.1' || echo 'without betty-ml'
	@touch $@
