"""Regular expressions that see text from outside: none takes more than the square of its length,
and each text has a bound before one sees it.

What regexploit cannot see (alternatives that mean the same) is measured, and so is what takes
the square: `python -m tests.bench.bench_patterns`."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import pytest

from bilingual.config import ReadingLimits
from tests.patterns import BOUNDS, ROOT, SEES, bound_of, compiled, letters_of, made_on_the_way

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it imports sre_parse
    from regexploit.ast.sre import SreOpParser
    from regexploit.redos import find

DOCS = Path(__file__).parents[1] / "docs"


def blowups(pattern: re.Pattern[Any]) -> list[int]:
    """The degree of each way in which a pattern tries again: 3 is the cube; 10 and more mean
    that it is exponential."""
    written = pattern.pattern
    text = written if isinstance(written, str) else written.decode("latin-1")
    parsed = SreOpParser().parse_sre(text, pattern.flags & ~re.DEBUG)
    return [found.starriness for found in find(parsed, flags=pattern.flags)]


@pytest.mark.parametrize("bad", [r"(a+)+$", r"(?:\w+,?)*;", r"a*a*a*a*b"])
def test_what_blows_up_is_seen(bad: str) -> None:
    assert blowups(re.compile(bad))


def test_no_pattern_takes_the_cube_of_its_text() -> None:
    found = compiled()
    assert len(found) > 200
    assert {one.where: degrees for one in found if (degrees := blowups(one.pattern))} == {}


def test_patterns_that_are_put_together_hold_escaped_words_only() -> None:
    """Nothing from outside becomes part of a pattern."""
    assert made_on_the_way() == [
        "bilingual.asr.convert",
        "bilingual.pipeline.submitted",  # two patterns of ours, by side
        "bilingual.text.numbers.units",
    ]


def _there(row: str) -> bool:
    place = ROOT.parent.joinpath(*row.split("."))
    return place.is_dir() or place.with_suffix(".py").is_file()


def test_every_pattern_has_a_bound_before_it() -> None:
    """A module that begins to use one says here which."""
    assert {bound_of(one.where) for one in compiled()} <= set(BOUNDS)
    modules = {one.where for one in compiled()} | {f"{w}." for w in made_on_the_way()}
    rows = [row for row in SEES if _there(row)]
    unused = [row for row in rows if not any(f"{w}.".startswith(f"{row}.") for w in modules)]
    assert unused == []


def test_the_bounds_are_those_that_are_set() -> None:
    limits = ReadingLimits()
    assert f"{limits.max_cue_characters:,} characters a cue" in BOUNDS["cue"]
    assert f"{limits.max_text_characters:,} a track" in BOUNDS["cue"]


@pytest.mark.parametrize("page", ["threat-model.md", "threat-model.zh.md"])
def test_the_page_has_every_bound(page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    for row in SEES:
        assert f"`{row}`" in text, row


def test_letters_are_those_that_a_pattern_names() -> None:
    assert set("axz") <= set(letters_of(re.compile(r"a[x-z]\d")))
