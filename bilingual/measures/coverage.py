"""What part of the work is there in the other language, in cues, units and time.

The award asks whether everything that is said is also there in the other
language. That is a chain: speech, Chinese, Tibetan (speech to Chinese alone
where only Chinese subtitles are submitted). Each link is a measure with its
numerator and denominator; the weakest one is named. An absent second track is
no fault and has no measure.

Left out of numerator and denominator, and counted as left out, are the cues of
:mod:`bilingual.alignment.exclusion` and, without a partner, as ``title`` a bare title before
the first or after the last translated cue or what is shown through most of the work, as
``credits`` thanks to the viewers after it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from bilingual.alignment.exclusion import exclusion, is_farewell, is_title_card
from bilingual.measures.figures import clock_figures, ratio
from bilingual.measures.speech_time import coverage
from bilingual.model import Alignment, Cue, Language, Measure, Speech, Track
from bilingual.text.length import count_units
from bilingual.text.sequence import lasting


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Which cues of one track have a partner.

    ``translated``, ``alone`` and ``excluded`` (index to rule) hold every cue of
    the track exactly once.
    """

    side: Language
    translated: frozenset[int]
    alone: frozenset[int]
    excluded: Mapping[int, str]


def coverage_of(track: Track, side: Language, alignment: Alignment) -> Coverage:
    """Sort the cues of one track by whether they have a partner."""
    paired = {index for bead in alignment.beads if bead.two_sided for index in getattr(bead, side)}
    excluded: dict[int, str] = {}
    body = [cue.start_ms for cue in track.cues if cue.index in paired]
    # Where nothing is translated, every cue is at both ends.
    ends = min(body, default=math.inf), max(body, default=-math.inf)
    titles = lasting(track.cues)
    for cue in track.cues:
        rule: str | None = exclusion(cue)
        if rule is None and cue.index not in paired:
            rule = "title" if cue.index in titles else _card(cue, *ends)
        if rule is not None:
            excluded[cue.index] = rule
    counted = {cue.index for cue in track.cues} - set(excluded)
    return Coverage(
        side=side,
        translated=frozenset(counted & paired),
        alone=frozenset(counted - paired),
        excluded=excluded,
    )


def _card(cue: Cue, first: float, last: float) -> str | None:
    """What a cue without a partner is a card of, at an end of what is translated.

    :param first: when the first cue with a partner begins (ms), and ``last`` the last one.
    """
    before, after = cue.start_ms <= first, cue.start_ms >= last
    if (before or after) and is_title_card(cue):
        return "title"
    return "credits" if after and is_farewell(cue) else None


def coverage_measures(
    bo: Track | None, zh: Track | None, alignment: Alignment | None, speech: Speech | None
) -> tuple[Measure, ...]:
    """The measures of coverage and timing that the artifacts allow.

    ``coverage.zh_translated`` and ``coverage.bo_translated`` count cues; with
    ``_units`` (syllables or ideographs) and ``_time`` (ms on screen) behind the
    id they weigh them. ``coverage.speech_translated`` is the share of speech
    time under a Chinese cue that has a Tibetan partner. The link from speech to
    subtitles is measured in :mod:`bilingual.measures.speech`.
    """
    measures: list[Measure] = []
    sides: dict[Language, Coverage] = {}
    if bo is not None and zh is not None and alignment is not None:
        tracks: tuple[tuple[Language, Track], ...] = (("zh", zh), ("bo", bo))
        for side, track in tracks:
            sides[side] = coverage_of(track, side, alignment)
            measures += _translated(track, sides[side])
        measures += _timing(alignment)
    if speech is not None and speech.spans is not None:
        measures += _spoken(bo, zh, sides, speech)
    return tuple(measures)


def weakest_link(measures: Iterable[Measure]) -> Measure | None:
    """The link of the chain from speech to the other language that holds least."""
    links = [m for m in measures if m.id in _LINKS and m.value is not None]
    return min(links, key=lambda m: (m.value or 0.0, m.id), default=None)


_LINKS = ("coverage.speech_subtitled", "coverage.zh_translated", "coverage.bo_translated")


def weakest_measure(measures: Iterable[Measure]) -> tuple[Measure, ...]:
    """``coverage.weakest_link``: the lowest link again, named in ``of``; none without links."""
    link = weakest_link(measures)
    return () if link is None else (replace(link, id="coverage.weakest_link", of=link.id),)


def _translated(track: Track, coverage: Coverage) -> Iterable[Measure]:
    coins: dict[str, Callable[[Cue], int]] = {
        "": lambda cue: 1,
        "_units": lambda cue: count_units(cue.compared),
        "_time": lambda cue: max(0, cue.duration_ms),
    }
    excluded = dict(sorted(Counter(coverage.excluded.values()).items()))
    for suffix, worth in coins.items():
        has = sum(worth(c) for c in track.cues if c.index in coverage.translated)
        without = sum(worth(c) for c in track.cues if c.index in coverage.alone)
        yield ratio(f"coverage.{coverage.side}_translated{suffix}", has, has + without, excluded)


def _timing(alignment: Alignment) -> Iterable[Measure]:
    pairs = sum(1 for bead in alignment.beads if bead.two_sided)
    return clock_figures("timing.", alignment.clock, pairs) if pairs else ()


def _spoken(
    bo: Track | None, zh: Track | None, sides: Mapping[Language, Coverage], speech: Speech
) -> Iterable[Measure]:
    """Speech to subtitles, and on to the other language."""
    # A transcript is the speech itself and covers it by definition.
    written = [t for t in (zh, bo) if t is not None and t.source != "transcript" and t.cues]
    if len(written) > 1 and zh is not None and "zh" in sides:
        said = tuple(c for c in zh.cues if c.index in sides["zh"].translated)
        found = coverage([replace(zh, cues=said)], speech)
        yield ratio("coverage.speech_translated", found.subtitled_ms, found.speech_ms)
