# Two commands do for most: `make serve` and `make test`; `make help` lists all. Each sets up what it needs, once.
PYTHON ?= python3
BIN := .venv/bin
export NO_MKDOCS_2_WARNING := 1   # Material's notice of its own end of life; design and README speak of it

TEST := $(BIN)/python -m pytest -n 2

.PHONY: help serve site pdf exercises test prove sweep check format bench clean

help:                     ## these lines
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST)

serve: .venv/serve        ## the site at http://127.0.0.1:8000, following each edit
	$(BIN)/mkdocs serve

site: .venv/serve         ## the site as files in site/
	$(BIN)/mkdocs build --strict

pdf: site                 ## the lessons and the glossary as one file, course.pdf; needs Chromium
	$(BIN)/lessonpress pdf site course.pdf

exercises: .venv/serve    ## the exercises, in this terminal: the next one, checked on each save
	@$(BIN)/lessonpress practice

test: .venv/test          ## engine, lessons, glossary, and the site in a browser
	$(TEST)

# Coverage follows every process that a test starts, which takes as long again: the longest tests go without.
prove: .venv/test         ## what takes longer: the tests' reach, each lesson as a script, the course once more and as on other processors, the exercises' proofs
	$(BIN)/lessonpress prove --full
	$(TEST) --ignore=tests/course --cov --cov-report=term-missing:skip-covered --cov-fail-under=90 tests lessonpress
	$(TEST) -m prove tests

sweep: .venv/test         ## each page in a browser, at all widths, in both themes; its HTML; Lighthouse
	$(BIN)/python -m pytest -m sweep tests/course

check: .venv/check        ## lint, format, types, borders, prose
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/lessonpress check

format: .venv/check
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/test         ## this engine beside plain mkdocs-jupyter
	$(BIN)/python tests/bench.py

clean:                    ## all that the other commands have made
	rm -rf .venv .cache site figures course.pdf

# One environment for all; each mark says for which commands it has been set up.
.venv/serve: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: install one, then say make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 -c constraints.txt -e '.[course,keras]'
	touch $@

.venv/test: .venv/serve
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 -c constraints.txt -e '.[course,keras,test]'
	touch $@

.venv/check: .venv/test     # the types of the pytest plugin are pytest's
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 -c constraints.txt -e '.[course,keras,test,check]'
	touch $@
