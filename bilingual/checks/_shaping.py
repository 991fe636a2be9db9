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

from bilingual.checks._burned_in import Pair
from bilingual.model import Cue, Track
from bilingual.text.misread import bare
from bilingual.text.spelling import is_possible

_SIGN: Final = "\u0f71-\u0f7e\u0f80-\u0f84\u0f8d-\u0fbc"
_LETTER: Final = "\u0f40-\u0f6c"
_STACK: Final = re.compile(f"([{_LETTER}])([{_SIGN}]+)")
_SYLLABLE: Final = re.compile(f"[{_LETTER}{_SIGN}]+")
_UNIT: Final = re.compile(f"([{_LETTER}])([\u0f8d-\u0fbc]*)")
_GAP: Final = re.compile(f"(?<=[{_LETTER}{_SIGN}]) +(?=[{_LETTER}{_SIGN}])")

_FEW: Final = 3
_NEARER: Final = 0.9
_WRONG: Final = 0.08
_IMPOSSIBLE: Final = 0.25
_PUT_RIGHT: Final = 0.4
_FEW_STACKS: Final = 5
_STACKS_WRONG: Final = 0.09
_AS_OFTEN: Final = 7
"""Of stacks this share is wrong, and as many times that of letters beside them."""
_GAPS: Final = 0.009
_BEHIND_STACKS: Final = 0.4
"""Gaps behind stacks, as a share of all letters and of all gaps within syllables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unshaped:
    """What tells that stacks are drawn wrong: how, and the cues in which it is seen best.

    ``variant`` is ``signs`` where vowels and subscripts are one letter too far right,
    ``stacks`` where the parts of stacks cover each other, and ``apart`` where they stand
    side by side.
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
    known = [(pair, bare(pair.written.compared), bare(pair.seen.compared)) for pair in pairs]
    known = [one for one in known if _STACK.search(one[1]) and one[2]]
    shifted = _shifted(known)
    return shifted or _side_by_side(known) or _broken(known)


def _shifted(known: list[tuple[Pair, str, str]]) -> Unshaped | None:
    """Whether what is read is nearer to what plain drawing shows than to the text."""
    from rapidfuzz.distance import Levenshtein

    as_written = as_drawn = letters = 0
    clear: list[tuple[float, Cue]] = []
    for pair, written, seen in known:
        plain = bare(drawn_plain(pair.written.compared))
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
    """Whether stacks are read as other stacks, and the letters beside them as what they are.

    A picture that is hard to read makes mistakes everywhere: the more letters without
    subscripts are read wrong, the more stacks have to be.
    """
    stacks = stacks_wrong = letters = letters_wrong = 0
    found: dict[int, int] = {}
    for pair, _, _ in known:
        for own, right in _read_units(pair):
            if len(own) > 1:
                stacks, stacks_wrong = stacks + 1, stacks_wrong + (not right)
                found[pair.seen.index] = found.get(pair.seen.index, 0) + (not right)
            else:
                letters, letters_wrong = letters + 1, letters_wrong + (not right)
    if stacks_wrong < _FEW_STACKS or not letters:
        return None
    if stacks_wrong < stacks * (_STACKS_WRONG + _AS_OFTEN * letters_wrong / letters):
        return None
    cues = sorted((pair.seen for pair, _, _ in known), key=lambda c: -found.get(c.index, 0))
    return Unshaped(variant="stacks", cues=tuple(cues), wrong=stacks_wrong, of=stacks)


def _read_units(pair: Pair) -> Iterator[tuple[str, bool]]:
    """Each letter with its subscripts, and whether it was read so.

    None of a line in which there are not as many syllables as were written.
    """
    written = _SYLLABLE.findall(pair.written.compared)
    seen = _SYLLABLE.findall(pair.seen.compared)
    if len(written) != len(seen):
        return
    for syllable, read in zip(written, seen, strict=True):
        own, other = _units(syllable), _units(read)
        for place, unit in enumerate(own):
            yield unit, unit == other[place] if len(own) == len(other) else unit in other


def _units(syllable: str) -> list[str]:
    """The letters of a syllable, each with its subscripts; no vowels."""
    return ["".join(unit) for unit in _UNIT.findall(syllable)]


def _side_by_side(known: list[tuple[Pair, str, str]]) -> Unshaped | None:
    """Whether gaps are read within syllables, and most of them behind stacks.

    Letters that are set wide apart on purpose have gaps behind all of them.
    """
    gaps = behind = letters = 0
    found: list[tuple[int, Cue]] = []
    for pair, written, _ in known:
        letters += len(_UNIT.findall(written))
        before = [_letter_before(pair, gap.start()) for gap in _GAP.finditer(pair.seen.compared)]
        own = sum(len(unit) > 1 for unit in before)
        gaps, behind = gaps + len(before), behind + own
        found.append((own, pair.seen))
    if behind < max(_FEW_STACKS, _GAPS * letters, _BEHIND_STACKS * gaps):
        return None
    best = sorted(found, key=lambda one: -one[0])
    return Unshaped(variant="apart", cues=tuple(c for _, c in best), wrong=behind, of=gaps)


def _letter_before(pair: Pair, place: int) -> str:
    """Which letter, with its subscripts, the text has where the picture has a gap."""
    from rapidfuzz.distance import Levenshtein

    written, seen = pair.written.compared, pair.seen.compared
    at = place
    for block in Levenshtein.opcodes(written, seen):
        if block.dest_start <= place <= block.dest_end:
            at = min(block.src_end, block.src_start + place - block.dest_start)
            break
    units = [unit for unit in _UNIT.finditer(written) if unit.start() < at]
    return units[-1].group() if units else ""


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
        syllables = [s for s in _SYLLABLE.findall(cue.compared) if _STACK.search(s)]
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
