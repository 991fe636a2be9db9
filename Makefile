# Needs Python, pip and make, and nothing else: 3.11.5 or later, for two packages that make HTML of
# notebooks and the site (soupsieve, pymdown-extensions); 3.11.0 for `make demo`.
PYTHON ?= python3
# Ours to hold: versions that are known to work together.
PINS := .ci/constraints.txt
DEMO := .venv-demo
TEST := .venv
OUT := demo-out
SITE := .venv-site
RELEASE := .venv-release

.PHONY: demo test test-fast coverage lint bench site pictures dist lock audit licences clean help

help:
	@echo "make demo   check the sample submissions and show the report (light recogniser, no torch)"
	@echo "make test   install everything and run the whole suite"
	@echo "make test-fast   the same without what is marked slow; PART=text runs tests/text alone"
	@echo "make coverage   the whole suite, and what of the library it runs, with a floor"
	@echo "make lint   ruff and mypy"
	@echo "make bench  speed and quality figures"
	@echo "make site   the documentation as a site, in build/site (needs no network once installed)"
	@echo "make pictures   the pictures of the documentation, from the samples (Chromium)"
	@echo "make dist   a release in dist/: built, checked, tried in a bare environment, with an SBOM"
	@echo "make lock   the pinned sets in requirements/, from pyproject.toml and the constraints"
	@echo "make audit  known vulnerabilities of what is installed (asks the package index)"
	@echo "make licences   the licences of the base and of users' extras, and whether they go with GPL-3"
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

# Branches of the library, in the processes that tests start as well. Takes about twice the time
# of the suite. Python 3.11 can fail to trace a thread that starts while another does ("Cannot
# install a trace function"); pytest would count that against the test that is running.
coverage: $(TEST)/.done
	$(TEST)/bin/bilingual models fetch whisper-base botok-words > /dev/null
	rm -f .coverage .coverage.*
	BILINGUAL_REQUIRE_MODELS=1 $(TEST)/bin/python -m coverage run -m pytest -n 2 --dist loadfile \
	  -W "ignore:Exception ignored in thread started by:pytest.PytestUnraisableExceptionWarning" tests/$(PART)
	$(TEST)/bin/python -m coverage combine --quiet
	$(TEST)/bin/python -m coverage html --quiet --directory build/coverage
	$(TEST)/bin/python -m coverage json --quiet -o build/lines.json
	$(TEST)/bin/python -m coverage report --fail-under=$(FLOOR)
	BENCH_OUT=build $(TEST)/bin/python -m tests.bench.bench_coverage --branches $(BRANCHES)

# What share the suite has to run, in percent, rounded: of lines and branches together, and of
# branches alone. Reached on 2026-11-30; tests/bench/coverage.md says what is left and why.
FLOOR := 97
BRANCHES := 94

lint: $(TEST)/.done
	$(TEST)/bin/ruff check .
	$(TEST)/bin/ruff format --check .
	$(TEST)/bin/mypy

bench: $(TEST)/.done
	$(TEST)/bin/python -m tests.bench

site: $(SITE)/.done
	$(SITE)/bin/python -m docs._make

dist: $(RELEASE)/.done
	sh .ci/dist.sh $(RELEASE)/bin dist $(PINS)
	$(RELEASE)/bin/zizmor --offline --quiet .github/workflows

lock: $(RELEASE)/.done
	$(RELEASE)/bin/python .ci/lock.py $(RELEASE)/bin/uv

# An index that has no list of vulnerabilities is an error (--strict): it does not count as none known.
audit: $(RELEASE)/.done
	for set in requirements/*.txt; do \
		$(RELEASE)/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off -r $$set || exit 1; \
	done

licences: $(TEST)/.done
	$(TEST)/bin/python -m tests.release.licences

pictures: $(TEST)/.done
	$(TEST)/bin/python -m tests.pictures

$(DEMO)/.done: pyproject.toml $(PINS)
	$(PYTHON) -m venv $(DEMO)
	$(DEMO)/bin/python -m pip install --quiet --disable-pip-version-check -c $(PINS) -e ".[fast-asr,server]"
	@touch $@

$(SITE)/.done: pyproject.toml $(PINS)
	$(PYTHON) -m venv $(SITE)
	$(SITE)/bin/python -m pip install --quiet --disable-pip-version-check -c $(PINS) -e ".[docs]"
	@touch $@

$(RELEASE)/.done: requirements/release.txt
	$(PYTHON) -m venv $(RELEASE)
	$(RELEASE)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# torch comes first and by its number. For Linux PyPI has CUDA builds alone; where pip knows of no
# other, name it an index: PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu make test
$(TEST)/.done: pyproject.toml $(PINS)
	$(PYTHON) -m venv $(TEST)
	$(TEST)/bin/python -m pip install --quiet --disable-pip-version-check -c $(PINS) torch==2.13.0
	$(TEST)/bin/python -m pip install --quiet --disable-pip-version-check -c $(PINS) -e ".[dev]"
	@touch $@

clean:
	rm -rf $(DEMO) $(TEST) $(SITE) $(RELEASE) $(OUT) build dist .coverage .coverage.*
