"""The bench of the rules plants what it says, and finds what is plainly reported."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

import pytest

from bilingual.checks.engine import rules
from bilingual.model import Language
from tests.bench.bench_rules import _table_of, _texts_table, all_cases
from tests.bench.rules_accuracy import ACCURACY, has_term, terms_in, works_of_two_words
from tests.bench.rules_files import (
    BLOCKS,
    measure_blocks,
    measure_cut,
    measure_encoding,
    measure_right_files,
)
from tests.bench.rules_films import CHANNELS, CONTAINERS, found_in
from tests.bench.rules_forms import RIGHT, WRONG, filled_in, is_unknown
from tests.bench.rules_language import LANGUAGE
from tests.bench.rules_lists import RIGHT as RIGHT_LISTS
from tests.bench.rules_lists import WRONG as WRONG_LISTS
from tests.bench.rules_lists import is_found
from tests.bench.rules_run import Bench, Measured
from tests.bench.rules_times import TEXTS, TIMES
from tests.bench.rules_works import SIZE, WHERE, Case, Pair, Work, measure, timed
from tests.golden.sentences import LONG, SUN, TERMS

# What some faults need to have a place.
MADE: list[Pair] = [
    ("ཕྲ་ཕུང་ནང་གི་ DNA ནི་གལ་ཆེན་པོ་ཞིག་ཡིན།", "细胞里的DNA非常重要，“螺旋”（双链）有2条。"),
    ("བྱ་འདི་མཁའ་ལ་འཕུར་མི་ཐུབ།", "这种鸟不能在天上飞。"),
    ("ཟླ་བ་སའི་གོ་ལའི་མཐའ་ལ་འཁོར་རམ།", "月亮绕着地球转吗？"),
    ("ལྗོན་ཤིང་གི་ལོ་མ་ལྗང་ཁུ་རེད། ཁང་གི་སྒོ་དམར་པོ་ཞིག་ཡོད། ལོ་45ལ་སྐྱེས།", "树叶是綠色的，国家的门是红的。"),
    ("སྒྲ་མཁའ་རླུང་ནང་དུ་བརྒྱུད་ནས་ང་ཚོའི་རྣ་བར་སླེབས་ཀྱི་ཡོད། ཁྱེད་ཀྱིས་ཚོར་སོང་།", "声音在空气中传到我们的耳朵里，你听见了没有？"),
    ("དགེ་རྒན་གྱིས་དེབ་ཅིག་ཀློག་པ་དང་ཡི་གེ་བྲིས་པ་རེད།", "老师读了一本书，又写了字。"),
]  # fmt: skip
PAIRS = [(line.bo.replace("\n", ""), line.zh.replace("\n", "")) for line in (*SUN, *LONG, *TERMS)]
CASES = [*TIMES, *TEXTS, *LANGUAGE, *ACCURACY]


def work(first: Pair | None = None) -> Work:
    """Forty cues made up of the sentences, one of them wherever something is planted."""
    pairs = list(islice(cycle(PAIRS), SIZE))
    for number, place in enumerate(WHERE):
        pairs[place] = first or MADE[number % len(MADE)]
    return timed(pairs, random.Random(1))


def works(first: Pair | None = None) -> Iterator[Work]:
    return (work(first) for _ in range(6))


def texts(one: Work) -> list[tuple[int, int, str]]:
    return [(line.start, line.end, line.text) for line in (*one.bo, *one.zh)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}: {case.name}")
def test_every_case_changes_the_work_where_it_says(case: Case) -> None:
    assert case.rule in rules()
    side: Language = "zh" if case.on == "zh" else "bo"
    for place in WHERE:
        one = work()
        before, known = texts(one), {id(x) for x in (*one.bo, *one.zh)}
        expected = case.plant(one, side, place, random.Random(2))
        if expected is not None:
            here = {id(x) for x in (*one.bo, *one.zh)}
            assert texts(one) != before
            assert expected
            assert all(id(line) in here for line in expected)
            assert here & known
            return
    pytest.fail("there is no place for it in the sentences above")


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ("cue-gap", "40 ms before the next cue"),
        ("repeated-cue", "once more after 100 ms"),
        ("empty-cue", "tags alone"),
        ("tibetan-syllable", "a vowel sign doubled"),
        ("not-simplified", "the whole cue"),
        ("cue-timing", "700 ms late"),
        ("parts-joined", "last 20 of 40 cues from 0 s on"),
    ],
)
def test_what_is_plainly_wrong_is_counted_as_reported(rule: str, name: str, tmp_path: Path) -> None:
    (case,) = (c for c in CASES if (c.rule, c.name) == (rule, name))
    tally = measure(case, works(), 3, random.Random(3), tmp_path)
    assert (tally.found, tally.of) == (3, 3)
    assert not tally.missed
    # The same cues where nothing is wrong: the rule is silent, so nothing is counted.
    still = replace(case, plant=lambda one, side, k, _: [one.lines(side)[k]])
    if rule != "not-simplified":  # one of the sentences has a Traditional character
        assert measure(still, works(), 3, random.Random(3), tmp_path).found == 0


def test_files_written_wrongly(tmp_path: Path) -> None:
    for name, found in (("minute 61", 2), ("no times", 2), ("two blank lines after it", 0)):
        tally = measure_blocks(BLOCKS[name], works(), 2, tmp_path)
        assert (tally.found, tally.of) == (found, 2), name
    cut = measure_cut(works(), 2, random.Random(1), tmp_path)
    assert (cut.found, cut.of) == (2, 2)
    assert measure_right_files(str, works(), 2, tmp_path).found == 0
    assert measure_encoding("GB18030", works(), 2, tmp_path).found == 2
    assert measure_encoding("UTF-8", works(), 2, tmp_path).found == 0


def test_a_term_gets_another_word() -> None:
    listed = [("ཉི་མ་", "太阳"), ("ཟླ་བ", "月亮")]
    terms = terms_in(PAIRS, listed)
    assert all(zh in pair[1] for (_, zh), pairs in terms.items() for pair in pairs)
    altered = list(works_of_two_words(terms, 0.5, random.Random(1)))
    assert altered
    for one, (bo, zh) in altered:
        having = [(b.text, z.text) for b, z in zip(one.bo, one.zh, strict=True) if zh in z.text]
        lacking = [b for b, _ in having if not has_term(b, bo)]
        assert 2 <= len(lacking) < len(having)


def test_forms_and_lists(tmp_path: Path) -> None:
    bench = Bench(
        data=tmp_path, scratch=tmp_path, planted=1, cues=1, only=frozenset({"pledge"}), show=0
    )
    for rule, name in (("first-broadcast", "2022-12-31"), ("pledge", "a Word file named .pdf")):
        assert rule in {f.rule for f in filled_in(tmp_path, WRONG[rule][name]).findings}
    for name, changes in RIGHT["pledge"].items():
        assert "pledge" not in {f.rule for f in filled_in(tmp_path, changes).findings}, name
    for name, changes in RIGHT["authors"].items():
        report = filled_in(tmp_path, changes)
        assert "authors" not in {f.rule for f in report.findings}, name
        assert not is_unknown(report, "authors"), name
    assert is_unknown(filled_in(tmp_path, WRONG["authors"]["six with spaces"]), "authors")
    assert bench.wants("pledge")
    assert not bench.wants("authors")
    assert is_found("unit-quota", WRONG_LISTS["unit-quota"]["6 works"], bench)
    assert is_found("rank-order", WRONG_LISTS["rank-order"]["1 and 第1"], bench)
    assert not is_found("rank-order", RIGHT_LISTS["rank-order"]["1, 2, 3"], bench)


def test_films(tmp_path: Path) -> None:
    assert "container" in found_in(CONTAINERS["Matroska named .mp4"], tmp_path)
    found = found_in(CHANNELS["left silent"], tmp_path)
    assert "audio-channels" in found
    assert not found & {"container", "no-audio", "media-unreadable"}


def test_a_run_in_miniature(tmp_path: Path) -> None:
    """From tables of pairs to the table of the result."""
    (tmp_path / "parallel").mkdir()
    (tmp_path / "terms").mkdir()
    rows = "".join(f"{bo}\t{zh}\n" for bo, zh in islice(cycle(PAIRS), SIZE + 5))
    names = (
        "flores_dev",
        "science_quiz_dev",
        "ui_strings",
        "mediawiki",
        "apps",
        "libreoffice",
        "phet",
    )
    for name in names:
        (tmp_path / "parallel" / f"{name}.tsv").write_text(f"bo\tzh\n{rows}", "utf-8")
    for name in ("wikidict_titles", "wiktionary_words", "cldr"):
        (tmp_path / "terms" / f"{name}.tsv").write_text("bo\tzh\nཉི་མ་\t太阳\n", "utf-8")
    only = frozenset({"cue-gap"})
    bench = Bench(data=tmp_path, scratch=tmp_path, planted=2, cues=9, only=only, show=0)
    measured = Measured()
    all_cases(bench, measured)
    planted = _table_of("planted", "fault", measured.planted)
    assert planted.names() == ["`cue-gap`"] * 3
    assert planted.values(2) == planted.values(2, 1) == [2, 2, 2]
    assert _table_of("right", "case", measured.right).values(2) == [0, 0]
    measured.texts["news"], measured.cues["news"] = Counter({"cue-gap": 2}), 500
    measured.counted["news"] = frozenset({"cue-gap"})
    shown = _texts_table(measured)
    assert shown.names() == ["cues", "`cue-gap`"]
    assert shown.text(1, 1) == "2 (4.0)"
