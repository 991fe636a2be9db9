"""The report on what the suite does not run tells the kinds of lines apart."""

from __future__ import annotations

import pytest

from tests.bench.bench_coverage import BARE, KINDS, ROOT, kinds, package, sorted_lines

SOURCE = """
import sys

def read(path):
    if sys.platform == "win32":
        path = path.lower()
    try:
        text = open(path).read()
    except OSError:
        return None
    if not text:
        raise ValueError(path)
    return text
"""


def test_each_line_has_the_kind_of_where_it_stands() -> None:
    found = kinds(SOURCE)
    assert {number: KINDS.index(kind) for number, kind in found.items()} == {
        6: 1,
        9: 2,
        10: 2,
        12: 3,
    }


def test_a_bare_process_is_named_with_the_tests_that_run_it() -> None:
    for name, by in BARE.items():
        assert (ROOT / by).is_file()
        assert list(sorted_lines({name: {"missing_lines": [1]}})) == [(name, 1, KINDS[0])]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("bilingual/checks/base.py", "bilingual/checks"), ("bilingual/hooks.py", "bilingual")],
)
def test_a_file_counts_to_its_package(name: str, wanted: str) -> None:
    assert package(name) == wanted
