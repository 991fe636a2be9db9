"""Tracks of many cues that fit together badly: what `bench_growth` and the suite measure with.

Words are drawn from the sentences of the goldens, so that the lexicon and the readers of
numbers know them. The same kind, size and seed give the same tracks.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from typing import Final

from bilingual.model import Cue, Language, Track
from tests.golden.sentences import LONG, SUN, TERMS

Times = Iterator[tuple[int, int]]
Texts = Iterator[str]

_LINES: Final = (*SUN, *LONG, *TERMS)
_DAY_MS: Final = 24 * 3_600_000
_ZH_WORDS: Final = sorted(
    {
        run[k : k + 2]
        for x in _LINES
        for run in re.findall(r"[㐀-鿿]+", x.zh)
        for k in range(len(run))
    }
)
_BO_WORDS: Final = sorted({s for x in _LINES for s in re.findall(r"[ཀ-ྼ]+", x.bo)})
_ZH_NUMBERS: Final = (
    "{n}万公里", "百分之{n}", "第{n}世纪", "{n}.5℃", "¥{n}", "三千{n}", "{n}年{m}月", "{n}～{m}米",
    "{n}/{m}", "约{n}多亿元", "{n},000,000", "上午{m}:30", "{n}×{m}平方米", "二十{m}到三十{m}岁",
)  # fmt: skip
_BO_NUMBERS: Final = (
    "སྤྱི་ལེ་{n}", "བརྒྱ་ཆ་{n}", "དུས་རབས་{n}", "སྒོར་{n}", "སྟོང་ཕྲག་{n}", "སྤྱི་ལོ་{n}", "སྨི་{n}", "{n}/{m}",
    "ཆུ་ཚོད་{m}:30", "བརྒྱད་ཅུ་གྱ་གཉིས་{n}", "དུང་ཕྱུར་{m}", "ལོ་{m}",
)  # fmt: skip


def _sentence(language: Language, rnd: random.Random, words: int = 0) -> str:
    count = words or rnd.randint(3, 7)
    if language == "zh":
        return "".join(rnd.choices(_ZH_WORDS, k=count)) + "。"
    return "་".join(rnd.choices(_BO_WORDS, k=2 * count)) + "།"


def _different(language: Language, rnd: random.Random, size: int) -> Texts:
    return (_sentence(language, rnd) for _ in range(size))


def _equal(language: Language, rnd: random.Random, size: int) -> Texts:
    text = SUN[9].zh if language == "zh" else SUN[9].bo
    return (text for _ in range(size))


def _numbers(language: Language, rnd: random.Random, size: int) -> Texts:
    shapes = _ZH_NUMBERS if language == "zh" else _BO_NUMBERS
    for _ in range(size):
        parts = [
            s.format(n=rnd.randint(1, 99_999), m=rnd.randint(1, 12))
            for s in rnd.choices(shapes, k=4)
        ]
        yield ("，" if language == "zh" else " ").join([_sentence(language, rnd, 2), *parts])


def _even(language: Language, rnd: random.Random, size: int) -> Times:
    """One after the other, with gaps; no more than a day in all."""
    longest = min(4000, _DAY_MS // size - 40)
    now = rnd.randint(0, 20)
    for _ in range(size):
        length = rnd.randint(longest // 3, longest * 3 // 4)
        yield now, now + length
        now += length + rnd.randint(20, longest // 4)


def _at_zero(language: Language, rnd: random.Random, size: int) -> Times:
    return ((0, 2000) for _ in range(size))


def _overlapping(language: Language, rnd: random.Random, size: int) -> Times:
    return ((k * 10, k * 10 + size * 20) for k in range(size))


def _descending(language: Language, rnd: random.Random, size: int) -> Times:
    return iter(list(_even(language, rnd, size))[::-1])


def _dense(language: Language, rnd: random.Random, size: int) -> Times:
    return ((k // 20, k // 20 + 5) for k in range(size))


KINDS: Final[dict[str, tuple[Callable[..., Texts], Callable[..., Times]]]] = {
    "unrelated": (_different, _even),
    "equal": (_equal, _even),
    "numbers": (_numbers, _even),
    "at-zero": (_different, _at_zero),
    "overlapping": (_different, _overlapping),
    "descending": (_different, _descending),
    "dense": (_different, _dense),
    "equal-at-zero": (_equal, _at_zero),
    "one-side": (_different, _even),
    "huge-cue": (_different, _even),
}
"""What is in the cues and when they are shown. ``one-side`` has one Tibetan cue,
``huge-cue`` one Tibetan cue that lasts as long as everything and holds the most text."""


def many_cues(kind: str, size: int, seed: int = 1) -> tuple[Track, Track]:
    """A Tibetan and a Chinese track of so many cues that do not belong together."""
    texts, times = KINDS[kind]
    rnd = random.Random(f"{kind} {size} {seed}")
    bo, zh = (
        [(*when, text) for when, text in zip(times(s, rnd, size), texts(s, rnd, size), strict=True)]
        for s in ("bo", "zh")
    )
    if kind == "one-side":
        bo = bo[:1]
    if kind == "huge-cue":
        lines = [_sentence("bo", rnd, 200) for _ in range(min(size, 5000) // 25)]
        bo = [(0, max(end for _, end, _ in zh), "\n".join(lines)), *bo[: size // 2]]
    return _track("bo", bo), _track("zh", zh)


def _track(language: Language, cues: list[tuple[int, int, str]]) -> Track:
    return Track(
        cues=tuple(
            Cue(index=k, start_ms=start, end_ms=end, text=text, line=4 * k + 2)
            for k, (start, end, text) in enumerate(cues)
        ),
        language=language,
        source="sidecar",
        name=f"{language}.srt",
        encoding="utf-8",
        format="srt",
    )
