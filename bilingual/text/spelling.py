"""Which Tibetan syllables cannot exist.

A syllable is judged by its build, after botok's table of components (prefix,
stack, vowel, suffix, second suffix). Transliterated names break that build by
right, so what only looks foreign is left alone: reported is what no spelling of
any word explains.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from bilingual.text import botok
from bilingual.text.syllables import split_syllables

if TYPE_CHECKING:
    from botok.textunits.sylcomponents import SylComponents

_VOWELS: Final = "\u0f71-\u0f7d\u0f80\u0f81"
_VOWEL_SIGNS: Final = "\u0f72\u0f74\u0f7a\u0f7c"
_DOUBLED_VOWEL: Final = re.compile("([\u0f72\u0f74\u0f7a\u0f7c])\\1")
_DOUBLED_STACK: Final = re.compile("([\u0fb1\u0fb2\u0fb3\u0fad])\\1")
_STRAY: Final = re.compile(f"^[{_VOWELS}\u0f90-\u0fbc]")
_DEPRECATED: Final = re.compile("[\u0f77\u0f79]")
# Letters that close no Tibetan syllable.
_NO_SUFFIX: Final = "ཀཁཅཆཇཉཏཐཔཕཙཚཛཝཞཟཡཤཧཨ"
_PREFIXED: Final = re.compile("^[གདབམའ][\u0f40-\u0f6c]")
_SUPERSCRIBED: Final = re.compile("^[རལས][\u0f90-\u0f99\u0f9f-\u0fac](?!\u0f71)")
# Open syllables that stand in every text and are never part of a foreign name's
# spelling with a closing letter.
_PARTICLES: Final = frozenset(
    [
        "ཀྱི",
        "གྱི",
        "གི",
        "ནི",
        "དེ",
        "ཏེ",
        "སྟེ",
        "ལྟ",
        "བྱ",
        "ཡི",
        "ཏུ",
        "དུ",
        "སུ",
        "ལ",
        "པ",
        "བ",
        "པོ",
        "བོ",
        "མི",
        "མ",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Misspelling:
    """A syllable that cannot exist: where, why (a code), and how sure (0..1)."""

    start: int
    end: int
    text: str
    why: str
    confidence: float


@lru_cache(maxsize=16_384)
def misspellings(text: str) -> tuple[Misspelling, ...]:
    """Syllables of a text that cannot exist, in order."""
    found = []
    for token in split_syllables(text):
        if token.kind != "syllable":
            continue
        fault = _fault(token.text)
        if fault is not None:
            why, confidence = fault
            found.append(
                Misspelling(
                    start=token.start,
                    end=token.end,
                    text=token.text,
                    why=why,
                    confidence=confidence,
                )
            )
    return tuple(found)


@lru_cache(maxsize=65_536)
def _fault(syllable: str) -> tuple[str, float] | None:
    if _DOUBLED_VOWEL.search(syllable):
        return "doubled-vowel", 0.98
    if _DOUBLED_STACK.search(syllable):
        return "doubled-stack", 0.98
    if _STRAY.search(syllable):
        return "stray-mark", 0.95
    if _DEPRECATED.search(syllable):
        return "deprecated-character", 0.9
    if is_possible(syllable):
        return None
    if syllable[-1] in _NO_SUFFIX and len(syllable) > 2:
        rest = syllable[:-1]
        # A closed native syllable with one more letter is no foreign name's
        # spelling; an open one with a hard final (པོཀ) often is.
        if is_possible(rest) and (_is_closed(rest) or _is_native(rest)):
            return "impossible-suffix", 0.9
    return None


def _is_native(syllable: str) -> bool:
    """Whether an open syllable is no foreign one: a particle, one with an affix
    written onto it, or one with a prefix or a superscribed letter.
    """
    return (
        syllable in _PARTICLES
        or "འི" in syllable
        or _PREFIXED.match(syllable) is not None
        or _SUPERSCRIBED.match(syllable) is not None
    )


@lru_cache(maxsize=65_536)
def suffix_of(syllable: str) -> str | None:
    """The last suffix letter of a native syllable; ``None`` if open or foreign."""
    parts = _components().get_parts(syllable)
    if not isinstance(parts, tuple) or len(parts) < 2 or "འ" in parts[1]:
        return None
    rest: str = parts[1].strip(_VOWEL_SIGNS)
    return rest[-1] if rest and rest[-1] in "གངདནབམརལས" else None


def _is_closed(syllable: str) -> bool:
    """Whether its last letter is a suffix and not its root."""
    parts = _components().get_parts(syllable)
    return isinstance(parts, tuple) and len(parts) > 1 and bool(parts[1].strip(_VOWEL_SIGNS))


@lru_cache(maxsize=65_536)
def is_possible(syllable: str) -> bool:
    """Whether botok's table of components can build it."""
    return _components().get_parts(syllable) is not None


@cache
def _components() -> SylComponents:
    made: SylComponents = botok.module("textunits.sylcomponents").SylComponents()
    return made
