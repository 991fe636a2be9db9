# Needs Python 3.11 or later, pip and make, and nothing else.
PYTHON ?= python3
# Ours to hold: versions that are known to work together.
PINS := .ci/constraints.txt
DEMO := .venv-demo
TEST := .venv
OUT := demo-out
SITE := .venv-site

.PHONY: demo test test-fast lint bench site clean help

help:
	@echo "make demo   check the sample submissions and show the report (light recogniser, no torch)"
	@echo "make test   install everything and run the whole suite"
	@echo "make test-fast   the same without what is marked slow; PART=text runs tests/text alone"
	@echo "make lint   ruff and mypy"
	@echo "make bench  speed and quality figures"
	@echo "make site   the documentation as a site, in build/site (needs no network once installed)"
	@echo "make clean  remove what these made"

demo: $(DEMO)/.done
	@sh .ci/demo.sh $(DEMO)/bin $(OUT)

# Two processes: tests share nothing but caches behind file locks, and what the tests of
# one file share is made once, for a file stays with one process.
PYTEST := $(TEST)/bin/python -m pytest -n 2 --dist loadfile
# Nothing, or what to run of the suite: a folder or a file within tests.
PART :=

test: $(TEST)/.done
	$(TEST)/bin/bilingual models fetch whisper-base botok-words > /dev/null
	BILINGUAL_REQUIRE_MODELS=1 $(PYTEST)

test-fast: $(TEST)/.done
	$(TEST)/bin/bilingual models fetch botok-words > /dev/null
	$(PYTEST) -m "not slow" tests/$(PART)

lint: $(TEST)/.done
	$(TEST)/bin/ruff check .
	$(TEST)/bin/ruff format --check .
	$(TEST)/bin/mypy

bench: $(TEST)/.done
	$(TEST)/bin/python -m tests.bench

site: $(SITE)/.done
	$(SITE)/bin/python -m docs._make

$(DEMO)/.done: pyproject.toml $(PINS)
	$(PYTHON) -m venv $(DEMO)
	$(DEMO)/bin/python -m pip install --quiet --disable-pip-version-check -c $(PINS) -e ".[fast-asr,server]"
	@touch $@

$(SITE)/.done: pyproject.toml $(PINS)
	$(PYTHON) -m venv $(SITE)
	$(SITE)/bin/python -m pip install --quiet --disable-pip-version-check -c $(PINS) -e ".[docs]"
	@touch $@

# torch comes first and by its number: left to itself pip takes a CUDA build.
$(TEST)/.done: pyproject.toml $(PINS)
	$(PYTHON) -m venv $(TEST)
	$(TEST)/bin/python -m pip install --quiet --disable-pip-version-check -c $(PINS) torch==2.13.0
	$(TEST)/bin/python -m pip install --quiet --disable-pip-version-check -c $(PINS) -e ".[dev]"
	@touch $@

clean:
	rm -rf $(DEMO) $(TEST) $(SITE) $(OUT) build dist
