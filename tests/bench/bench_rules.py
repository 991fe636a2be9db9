"""How often each rule reports what is planted, and how often it reports something where all is right.

    python -m tests.bench.bench_rules DATA [--planted 24] [--cues 800] [--only RULE ...] [--show 0]

DATA is a folder with ``parallel`` (tables of pairs with the columns ``bo`` and ``zh``),
``terms`` (the same of single words), ``timings`` (cue times and numbers of ideographs of real
subtitles), ``subtitles_bo`` (real subtitle files) and ``speech`` (Mandarin as WAV).

- ``texts``: findings on texts as they are, a thousand cues; their times are made here, so
  rules about times and lines are counted on real subtitles alone.
- ``planted``: of so many faults of a rule's kind, how many it reports at the cue, or at all
  for a work. A file that is refused as a whole counts as reported.
- ``right``: of so many cases that look like a fault or lie at a limit and are right, how many
  are reported; films, forms and lists that are right in every way among them.

``--show`` prints so many of what was missed, and of what was reported where all is right;
``--only`` measures some rules and writes nothing. Results: tests/bench/rules.md.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import Final

from bilingual.checks.engine import rules
from bilingual.formats import load_track
from bilingual.model import Finding
from bilingual.render.notebook.results import Entry, Table
from models.train.lexicon import read_pairs as read_listed
from tests.bench.results import column, table, write
from tests.bench.rules_accuracy import (
    ACCURACY,
    term_replaced,
    terms_in,
    works_of_two_words,
)
from tests.bench.rules_files import (
    BLOCKS,
    ENCODINGS,
    RIGHT_FILES,
    measure_blocks,
    measure_cut,
    measure_encoding,
    measure_right_files,
)
from tests.bench.rules_films import measure_films
from tests.bench.rules_forms import measure_forms
from tests.bench.rules_language import LANGUAGE
from tests.bench.rules_lists import measure_lists
from tests.bench.rules_run import CORPORA, Bench, Measured, Rows, keep
from tests.bench.rules_speech import measure_speech
from tests.bench.rules_times import TEXTS, TIMES, words_broken
from tests.bench.rules_works import (
    HAN,
    SIZE,
    WHERE,
    Case,
    Pair,
    Tally,
    Work,
    measure,
    real_times,
    report_of,
    timed,
    verified,
    works_of,
)

CHILDREN: Final = "spoken Tibetan"
REAL_TIMES: Final = "real times"
"""Texts by the names of their columns: tables of pairs, then real subtitles."""

# Times and lines are made here where the text is a table.
_OF_TIMES: Final = frozenset({
    "cue-order", "cue-overlap", "cue-too-short", "cue-too-long", "cue-gap", "parts-joined",
    "reading-speed", "line-length", "line-count", "line-break", "cue-timing",
    "sync-offset", "sync-drift", "sync-jump", "encoding-assumed", "parse-problem",
})  # fmt: skip
_OF_TRACKS: Final = _OF_TIMES - {"cue-timing", "line-length", "line-count", "line-break"}
_LISTS: Final = ("wikidict_titles.tsv", "wiktionary_words.tsv", "cldr.tsv")


def all_texts(bench: Bench, measured: Measured) -> None:
    """Count the findings on texts as they are."""
    for name, files in CORPORA.items():
        pairs, chance = bench.pairs(files, bench.cues), bench.chance(name)
        found: Counter[str] = Counter()
        size = min(100, len(pairs))
        count = 0
        for work in works_of(pairs, size, chance):
            count += size
            found += _of_text(bench, name, work, ("bo", "zh"))
        measured.texts[name], measured.cues[name] = found, count
        measured.counted[name] = frozenset(_of_texts()) - _OF_TIMES
        sys.stderr.write(f"{name}: {count} cues\n")
    _real(bench, measured)


def _of_texts() -> Iterator[str]:
    """The rules that two files of subtitles are enough for."""
    enough = {"track", "bo", "zh", "zh-written", "alignment"}
    return (rule.id for rule in rules().values() if rule.needs <= enough)


def _of_text(bench: Bench, name: str, work: Work, sides: Sequence[str]) -> Counter[str]:
    report = report_of(work, sides, bench.scratch)  # type: ignore[arg-type]
    if report is None:
        raise RuntimeError(f"{name}: a text was refused")
    for finding in report.findings:
        if bench.show and bench.wants(finding.rule):
            sys.stdout.write(f"{name} | {_shown(finding, work)}\n")
    return Counter(f.rule for f in report.findings)


def _shown(finding: Finding, work: Work) -> str:
    texts = [work.bo[n].text for n in finding.bo[:2] if work.bo]
    texts += [work.zh[n].text for n in finding.zh[:2] if work.zh]
    said = finding.message("en")
    return f"{finding.rule} | {said} | {' / '.join(texts)}"


def _real(bench: Bench, measured: Measured) -> None:
    """Real subtitle files, and made texts at the times of real ones."""
    found: Counter[str] = Counter()
    count = 0
    for path in sorted((bench.data / "subtitles_bo").glob("*.srt")):
        report = verified({"bo": path.read_bytes()}, bench.scratch)
        if report is None:
            raise RuntimeError(f"{path.name} was refused")
        count += len(load_track(path, language="bo").cues)
        found += Counter(f.rule for f in report.findings)
        for finding in report.findings:
            if bench.show and bench.wants(finding.rule):
                sys.stdout.write(f"{path.name} | {finding.rule} | {finding.message('en')}\n")
    measured.texts[CHILDREN], measured.cues[CHILDREN] = found, count
    of_bo = {r.id for r in rules().values() if r.needs <= {"track", "bo"}}
    measured.counted[CHILDREN] = frozenset(of_bo)
    letters = cycle(HAN.findall("".join(zh for _, zh in bench.pairs(CORPORA["news"]))))
    timed: Counter[str] = Counter()
    count = 0
    for path in sorted((bench.data / "timings").glob("*.json")):
        work = real_times(path, letters)
        count += len(work.zh)
        timed += _of_text(bench, path.stem, work, ("zh",))
    measured.texts[REAL_TIMES], measured.cues[REAL_TIMES] = timed, count
    measured.counted[REAL_TIMES] = frozenset(
        r.id for r in rules().values() if r.id in _OF_TRACKS and r.needs == {"track"}
    )


def all_cases(bench: Bench, measured: Measured) -> None:
    """Plant every case in works of every text in turn."""
    listed = [p for n in _LISTS for p in read_listed(bench.data / "terms" / n)]
    texts = [bench.pairs(files) for name, files in CORPORA.items() if name != "human rights"]
    terms = terms_in([p for text in texts for p in text], listed)
    broken = Case(
        rule="line-break",
        name="within a word",
        plant=words_broken([bo.strip("\u0f0b\u0f0d ") for bo, _ in listed]),
        on="bo",
    )
    lost = Case(
        rule="term-mismatch",
        name="a listed term replaced by another word",
        plant=term_replaced(terms),
        on="both",
    )
    for case in (*TIMES, *TEXTS, *LANGUAGE, broken, *ACCURACY, lost):
        if bench.wants(case.rule):
            chance = bench.chance(f"{case.rule}:{case.name}")
            works = _drawn(texts, chance, 12 if case.whole else 40, case.having)
            # About a whole work: one a work, so fewer are enough.
            wanted = min(bench.planted, 8) if case.whole else bench.planted
            tally = measure(case, works, wanted, chance, bench.scratch)
            rows = measured.right if case.right else measured.planted
            keep(bench, rows, case.rule, case.name, tally, right=case.right)
    if bench.wants("term-inconsistent"):
        _two_words(bench, measured, terms)
    _files(bench, measured, texts)


def _drawn(
    texts: Sequence[Sequence[Pair]],
    chance: random.Random,
    most: int,
    having: Callable[[Pair], bool] | None = None,
) -> Iterator[Work]:
    """Works from each text in turn, at places drawn by lot.

    :param having: pairs of any text that are put where something is planted.
    """
    usable = [text for text in texts if len(text) >= SIZE]
    fitting = [p for text in texts for p in text if having and having(p)]
    for turn in range(most):
        text = usable[turn // 2 % len(usable)]  # both languages of each
        first = chance.randrange(len(text) - SIZE + 1)
        pairs = list(text[first : first + SIZE])
        if len(fitting) >= len(WHERE):
            for place, pair in zip(WHERE, chance.sample(fitting, len(WHERE)), strict=True):
                pairs[place] = pair
        yield timed(pairs, chance)


def _two_words(bench: Bench, measured: Measured, terms: Mapping[Pair, list[Pair]]) -> None:
    for share, name in ((0.5, "half of a term's cues with another word"),
                        (0.25, "a quarter of a term's cues with another word")):  # fmt: skip
        tally = Tally()
        chance = bench.chance(name)
        for work, term in works_of_two_words(terms, share, chance):
            if tally.of >= bench.planted:
                break
            report = report_of(work, ("bo", "zh"), bench.scratch)
            hit = report is not None and any(
                f.rule == "term-inconsistent" and term[1] in str(f.params) for f in report.findings
            )
            tally.add(hit, str(term))
        keep(bench, measured.planted, "term-inconsistent", name, tally)


def _files(bench: Bench, measured: Measured, texts: Sequence[Sequence[Pair]]) -> None:
    if bench.wants("parse-problem"):
        for name, change in BLOCKS.items():
            works = _drawn(texts, bench.chance(name), most=60)
            tally = measure_blocks(change, works, bench.planted, bench.scratch)
            right = name == "two blank lines after it"
            rows = measured.right if right else measured.planted
            keep(bench, rows, "parse-problem", name, tally, right=right)
        chance = bench.chance("cut")
        tally = measure_cut(_drawn(texts, chance, most=60), bench.planted, chance, bench.scratch)
        keep(bench, measured.planted, "parse-problem", "ends within a line of times", tally)
        for name, whole in RIGHT_FILES.items():
            works = _drawn(texts, bench.chance(name), most=60)
            tally = measure_right_files(whole, works, bench.planted, bench.scratch)
            keep(bench, measured.right, "parse-problem", name, tally, right=True)
    if bench.wants("encoding-assumed"):
        for name, (_, _, right) in ENCODINGS.items():
            works = _drawn(texts, bench.chance(name), most=120)
            tally = measure_encoding(name, works, bench.planted, bench.scratch)
            rows = measured.right if right else measured.planted
            keep(bench, rows, "encoding-assumed", name, tally, right=right)


def _table_of(title: str, head: str, rows: Rows) -> Table:
    columns = (
        column("rule"),
        column(head),
        column("reported", "{} of {}", reported="count", of="count"),
    )
    order = {name: n for n, name in enumerate(rules())}
    known = sorted(rows.items(), key=lambda item: order.get(item[0][0], len(order)))
    found: list[list[Entry]] = [
        [f"`{rule}`", name, (tally.found, tally.of)] for (rule, name), tally in known if tally.of
    ]
    return table(title, columns, found)


def _texts_table(measured: Measured) -> Table:
    names = list(measured.texts)
    columns = [column("rule")]
    columns += [
        column(name, "{} ({:.1f})", findings="count", rate="findings a thousand cues")
        for name in names
    ]
    rows: list[list[Entry]] = [["cues", *(f"{measured.cues[n]:,}" for n in names)]]
    for rule in rules():
        cells: list[Entry] = []
        for name in names:
            if rule in measured.counted[name]:
                found = measured.texts[name][rule]
                cells.append((found, 1000 * found / measured.cues[name]))
            else:
                cells.append(None)
        if any(cell is not None for cell in cells):
            rows.append([f"`{rule}`", *cells])
    return table("Findings on texts as they are (and a thousand cues)", columns, rows)


def measured_all(bench: Bench) -> Measured:
    """Everything, or what ``only`` names."""
    measured = Measured()
    all_texts(bench, measured)
    all_cases(bench, measured)
    for part in (measure_films, measure_forms, measure_lists, measure_speech):
        part(bench, measured)
    return measured


def main() -> None:
    """Measure and write the result."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--planted", type=int, default=24)
    parser.add_argument("--cues", type=int, default=800)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--show", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(
            data=given.data,
            scratch=Path(scratch),
            planted=given.planted,
            cues=given.cues,
            only=frozenset(given.only),
            show=given.show,
        )
        measured = measured_all(bench)
    if bench.only:
        return
    write(
        "rules",
        tables={
            "planted": _table_of("Faults planted", "fault", measured.planted),
            "right": _table_of("Cases that are right", "case", measured.right),
            "texts": _texts_table(measured),
        },
        seeds=[bench.seed],
        data=[*CORPORA, CHILDREN, REAL_TIMES],
    )


if __name__ == "__main__":
    main()
