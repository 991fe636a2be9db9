"""Whether Tibetan in the picture was drawn letter by letter instead of as stacks.

A program that does not apply a font's rules for Tibetan puts each sign where the font's
plain glyph has it. With one kind of font vowels and subscripts come under and over the
next letter; with the other the parts of a stack cover each other or stand side by side.
What is read then is wrong in just these places, and right everywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from bilingual.checks._burned_in import Pair, bare
from bilingual.model import Cue, Track
from bilingual.text.spelling import is_possible

_SIGN: Final = "\u0f71-\u0f7e\u0f80-\u0f84\u0f8d-\u0fbc"
_LETTER: Final = "\u0f40-\u0f6c"
_STACK: Final = re.compile(f"([{_LETTER}])([{_SIGN}]+)")
_SYLLABLE: Final = re.compile(f"[{_LETTER}{_SIGN}]+")
_SUBSCRIPT: Final = re.compile("[\u0f90-\u0fbc]")

_FEW: Final = 3
_NEARER: Final = 0.9
_WRONG: Final = 0.08
_IMPOSSIBLE: Final = 0.25
_PUT_RIGHT: Final = 0.4
_STACKS_WRONG: Final = 0.12
_FEW_STACKS: Final = 4
_MORE_OFTEN: Final = 4
"""So many times as often as other syllables those with stacks are read wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unshaped:
    """What tells that stacks are drawn wrong: how, and the cues in which it is seen best.

    ``variant`` is ``signs`` where vowels and subscripts are one letter too far right, and
    ``stacks`` where the parts of stacks are not joined.
    """

    variant: str
    cues: tuple[Cue, ...]
    wrong: int
    of: int


def drawn_plain(text: str) -> str:
    """A text as it looks where each sign is drawn over the letter after its own."""
    result: list[str] = []
    carried = ""
    for letter, signs in re.findall(f"([^{_SIGN}])([{_SIGN}]*)", text):
        is_letter = re.match(f"[{_LETTER}]", letter) is not None
        if carried and not is_letter:
            result.append(carried)  # over the mark between syllables: read as before it
            carried = ""
        result.append(letter + carried)
        carried = signs
    return "".join(result) + carried


def put_right(text: str) -> str:
    """A text with each sign one letter further left, where there is a letter in its syllable."""
    return _SYLLABLE.sub(lambda m: _to_the_left(m.group()), text)


def _to_the_left(syllable: str) -> str:
    parts = re.findall(f"([{_LETTER}])([{_SIGN}]*)", syllable)
    letters = [letter for letter, _ in parts]
    signs = [*(signs for _, signs in parts[1:]), ""]
    return "".join(letter + own for letter, own in zip(letters, signs, strict=True))


def unshaped_against(pairs: Iterable[Pair]) -> Unshaped | None:
    """What cues of the picture show where it is known what they should say."""
    known = [(pair, bare(pair.written.plain), bare(pair.seen.plain)) for pair in pairs]
    known = [one for one in known if _STACK.search(one[1]) and one[2]]
    shifted = _shifted(known)
    return shifted or _broken(known)


def _shifted(known: list[tuple[Pair, str, str]]) -> Unshaped | None:
    """Whether what is read is nearer to what plain drawing shows than to the text."""
    from rapidfuzz.distance import Levenshtein

    as_written = as_drawn = letters = 0
    clear: list[tuple[float, Cue]] = []
    for pair, written, seen in known:
        plain = bare(drawn_plain(pair.written.plain))
        one, other = Levenshtein.distance(seen, written), Levenshtein.distance(seen, plain)
        as_written, as_drawn, letters = as_written + one, as_drawn + other, letters + len(written)
        if other < one:
            clear.append(((one - other) / len(written), pair.seen))
    wrong = as_written > _WRONG * letters
    if len(clear) < _FEW or not wrong or as_drawn > _NEARER * as_written:
        return None
    best = sorted(clear, key=lambda found: -found[0])
    return Unshaped(
        variant="signs",
        cues=tuple(cue for _, cue in best),
        wrong=len(clear),
        of=len(known),
    )


def _broken(known: list[tuple[Pair, str, str]]) -> Unshaped | None:
    """Whether syllables with stacks are read wrong, and hardly any others."""
    stacks = stacks_wrong = others = others_wrong = 0
    found: dict[int, Cue] = {}
    for pair, _, _ in known:
        for written, seen in _syllables(pair):
            wrong = written != seen
            if _SUBSCRIPT.search(written):
                stacks += 1
                stacks_wrong += wrong
                if wrong:
                    found.setdefault(pair.seen.index, pair.seen)
            else:
                others += 1
                others_wrong += wrong
    if stacks_wrong < max(_FEW_STACKS, _STACKS_WRONG * stacks):
        return None
    if stacks_wrong * others < _MORE_OFTEN * max(1, others_wrong) * stacks:
        return None
    return Unshaped(variant="stacks", cues=tuple(found.values()), wrong=stacks_wrong, of=stacks)


def _syllables(pair: Pair) -> Iterator[tuple[str, str]]:
    """Syllables that stand for each other; none where the two have not as many."""
    written = _SYLLABLE.findall(pair.written.plain)
    seen = _SYLLABLE.findall(pair.seen.plain)
    return iter(zip(written, seen, strict=True)) if len(written) == len(seen) else iter(())


def pairs_in_time(written: Track, seen: Track) -> Iterator[Pair]:
    """Each cue of the picture, and what the file shows in its middle."""
    for cue in seen.cues:
        at_ms = (cue.start_ms + cue.end_ms) // 2
        own = next((w for w in written.cues if w.start_ms <= at_ms < w.end_ms), None)
        if own is not None:
            yield Pair(own, cue, 1.0)


def unshaped_alone(cues: Iterable[Cue]) -> Unshaped | None:
    """What cues show of which nothing else is known: syllables that cannot be, and that can
    where each sign is put one letter to the left.
    """
    found: list[tuple[int, Cue]] = []
    of = impossible = possible = 0
    for cue in cues:
        syllables = [s for s in _SYLLABLE.findall(cue.plain) if _STACK.search(s)]
        wrong = [s for s in syllables if not is_possible(s)]
        right = [s for s in wrong if is_possible(put_right(s))]
        of, impossible = of + len(syllables), impossible + len(wrong)
        possible += len(right)
        if right:
            found.append((len(right), cue))
    if len(found) < _FEW or impossible < _IMPOSSIBLE * of or possible < _PUT_RIGHT * impossible:
        return None
    best = sorted(found, key=lambda one: -one[0])
    return Unshaped(variant="signs", cues=tuple(c for _, c in best), wrong=impossible, of=of)
