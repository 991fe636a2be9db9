"""A track made ready for aligning: cues in the order of time, as arrays."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bilingual.alignment.exclusion import exclusion
from bilingual.model import Cue, Language, Track
from bilingual.text.chinese import with_simplified
from bilingual.text.labels import unsaid_head
from bilingual.text.length import count_units
from bilingual.text.numbers import read_numbers
from bilingual.text.sequence import groups_of

Floats = NDArray[np.float64]

_TIBETAN: Final = re.compile(r"[\u0f40-\u0fbc]+")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
# How much a value without partner counts: one in digits fully; words for numbers
# are often left out, and such as 一 are often none.
_SPELLED: Final = 0.3
_VAGUE: Final = 0.0
_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f0-9+.\-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What aligning needs of one track.

    ``groups`` are the file's cue indices in the order of time, without those left out
    by rule: a cue by itself, or with those that repeat it or continue its text
    (:mod:`bilingual.text.sequence`); every other sequence runs along it. ``start`` and ``end``
    are milliseconds, ``length`` counts units (syllables, ideographs, words,
    numerals), ``numbers`` and ``words`` are the number values and the Latin words
    of each cue, with the weight (0..1) of one that has no partner.
    """

    language: Language
    groups: tuple[tuple[int, ...], ...]
    excluded: tuple[int, ...]
    texts: tuple[str, ...]
    start: Floats
    end: Floats
    length: Floats
    numbers: tuple[Mapping[str, float], ...]
    words: tuple[Mapping[str, float], ...]

    def __len__(self) -> int:
        return len(self.groups)

    def without(self, numbers: NDArray[np.int64]) -> Side:
        """The side without some cues, given by their numbers in the order of time."""
        kept = np.ones(len(self), dtype=bool)
        kept[numbers] = False
        places = np.flatnonzero(kept)
        return replace(
            self,
            groups=tuple(self.groups[k] for k in places),
            texts=tuple(self.texts[k] for k in places),
            start=self.start[kept],
            end=self.end[kept],
            length=self.length[kept],
            numbers=tuple(self.numbers[k] for k in places),
            words=tuple(self.words[k] for k in places),
        )


def side_of(track: Track, language: Language) -> Side:
    """Make a track ready. ``language`` is what its text is taken for."""
    kept: list[Cue] = []
    excluded: list[int] = []
    for cue in track.cues:
        if exclusion(cue) is None:
            kept.append(cue)
        else:
            excluded.append(cue.index)
    groups = groups_of(kept)
    first = [track.cues[group[0]] for group in groups]
    last = [track.cues[group[-1]] for group in groups]
    texts = tuple(_text_of(group, track) for group in groups)
    if language == "zh":
        texts = tuple(map(with_simplified, texts))
    start = np.array([cue.start_ms for cue in first], dtype=float)
    end = np.array(
        [max(a.start_ms, a.end_ms, b.end_ms) for a, b in zip(first, last, strict=True)], dtype=float
    )
    return Side(
        language=language,
        groups=groups,
        excluded=tuple(excluded),
        texts=texts,
        start=start,
        end=end,
        length=np.array([count_units(text) for text in texts], dtype=float),
        numbers=tuple(_numbers(text, language) for text in texts),
        words=tuple(_words(text) for text in texts),
    )


def _text_of(group: Sequence[int], track: Track) -> str:
    """What a group says: the last one of a text that grows has all of it; of lines that roll
    up, what was not shown before; without a number that counts the cues.
    """
    said = [track.cues[n].compared[unsaid_head(track.cues, n) :] for n in group]
    return next((text for text in reversed(said) if text.strip()), track.cues[group[-1]].compared)


def language_in(track: Track) -> Language | None:
    """The language most of a track's text is in, whatever the file declares."""
    tibetan = han = 0
    for cue in track.cues:
        tibetan += len(_TIBETAN.findall(cue.compared))
        han += len(_HAN.findall(cue.compared))
    if not tibetan and not han:
        return None
    return "bo" if tibetan > han else "zh"


def _words(text: str) -> Mapping[str, float]:
    """Latin words in lower case; one that stays Latin on one side alone is common."""
    return {f"@{m.group().rstrip('.-').lower()}": 0.2 for m in _LATIN.finditer(text)}


def _numbers(text: str, language: Language) -> Mapping[str, float]:
    """Number values with the weight a value without partner has (0..1)."""
    found: dict[str, float] = {}
    for quantity in read_numbers(text, language):
        weight = _VAGUE if not quantity.certain else _SPELLED if quantity.spelled else 1.0
        others = (*quantity.alternatives, *quantity.parts)
        # Either reading may be the one the other side has; one is owed.
        for value in (quantity.high, *others):
            if value is not None:
                found.setdefault(f"#{value}", 0.0)
        key = f"#{quantity.value}"
        found[key] = max(found.get(key, 0.0), weight)
    return found
