# Two commands do everything on a fresh machine with Python 3.11+:  make book   and   make test
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
SITE := _build/html
JOBS ?= 2
export PATH := $(BIN):$(PATH)
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
# The networks here are small: on busy cores, threads of the matrix library wait for each other.
export OPENBLAS_NUM_THREADS := 1

.PHONY: book build test lab refresh lint lock renew bench newest links stored clean
.DEFAULT_GOAL := book

book: build  ## set up, execute, build, serve; prints the address last
	@python tools/serve.py $(SITE) $(PORT)

build: $(VENV)/ready node_modules/ready  ## build the site into _build/html, warnings are errors
	@echo "== Building the book; chapters run first, if they have changed or what they import has"
	@jupyter-book build . -W -n --keep-going
	@echo "== Built: $(SITE)/index.html"

test: lint build  ## every test; the notebooks' saved outputs are compared by nbval
	@echo "== Unit, property, chapter and browser tests"
	@python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder tests
	@echo "== Every chapter's run, from top to bottom, compared with its saved outputs"
	@python -m pytest --nbval --from-build chapters

lint: $(VENV)/tests node_modules/ready  ## what can be said without running: style, complexity, types
	@ruff check . && ruff format --check . && mypy
	@node_modules/.bin/biome check --error-on-warnings .

lab: $(VENV)/ready  ## open the chapters in JupyterLab
	@jupyter lab chapters

refresh: $(VENV)/ready  ## run the chapters and save their text outputs, as they are committed
	@python tools/refresh.py $(if $(CHAPTER),chapters/$(CHAPTER).ipynb,chapters/*.ipynb)

bench: build $(VENV)/tests  ## speed, side by side with what a user would pick instead
	@for file in benchmarks/*.py; do echo "== $$file"; python $$file || exit 1; done

lock renew: $(VENV)/uv  ## write requirements.lock anew; renew: with the newest of what is not pinned
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes $(if $(filter renew,$@),--upgrade) \
	  --no-emit-package nnlib --custom-compile-command "make lock" \
	  requirements.txt tests/requirements.txt --output-file requirements.lock

newest: $(VENV)/tests node_modules/ready  ## the book on the newest of everything, without Jupyter Book
	@python tools/newest.py tests/browser

links: $(VENV)/ready node_modules/ready  ## links that lead out of the book
	@jupyter-book build . --builder linkcheck

stored: $(VENV)/ready  ## run the first seed of each paper's model again: its stored figures must repeat
	@python -m nnlib.literature

clean:  ## remove what was built; keeps the virtual environment
	@rm -rf _build

# Every package comes from the lock, and only if its hash is there.
INSTALL := uv pip install --quiet --compile-bytecode --require-hashes -c requirements.lock -r -

$(VENV)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed, '$(PYTHON)' is not. Install it, or say: make PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "== Setting up $(VENV) (a minute, once)"
	@$(PYTHON) -m venv $(VENV)
	@sed -n '/^uv==/,/# via/p' requirements.lock | \
	  python -m pip install --quiet --disable-pip-version-check --require-hashes -r /dev/stdin
	@touch $@

$(VENV)/ready: requirements.txt requirements.lock pyproject.toml | $(VENV)/uv
	@echo "== Installing the locked packages"
	@grep -v '^-e' requirements.txt | $(INSTALL) || { \
	  echo "If requirements.txt has changed, requirements.lock must follow: make lock"; exit 1; }
	@uv pip install --quiet --no-deps --build-constraints requirements.lock -e .
	@touch $@

$(VENV)/tests: tests/requirements.txt $(VENV)/ready
	@echo "== Adding what the tests need"
	@$(INSTALL) < tests/requirements.txt
	@touch $@

node_modules/ready: package-lock.json package.json $(VENV)/ready
	@echo "== Installing the site's JavaScript from package-lock.json"
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@
