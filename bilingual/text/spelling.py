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
# Save འོུ, which names from Chinese are written with (ལའོུ).
_TWO_VOWELS: Final = re.compile(
    f"(?!(?<=འ)(?:\u0f7c\u0f74|\u0f74\u0f7c)(?![{_VOWEL_SIGNS}]))[{_VOWEL_SIGNS}]{{2}}"
)
_DOUBLED_STACK: Final = re.compile("([\u0fb1\u0fb2\u0fb3\u0fad])\\1")
# Orders of subjoined letters that neither Tibetan nor Sanskrit writes.
_IMPOSSIBLE_STACK: Final = re.compile(
    "\u0fb1[\u0fb2\u0fb3]|\u0fb2\u0fb3|\u0fb3[\u0fb1\u0fb2]|\u0fad[\u0fb1\u0fb2\u0fb3]"
)
# A vowel sign ahead of a letter that belongs below it, or behind its nasal.
_MISORDERED: Final = re.compile(
    f"[{_VOWEL_SIGNS}][\u0f90-\u0faf\u0fb1-\u0fbc]|[\u0f7e\u0f82\u0f83][{_VOWEL_SIGNS}]"
)
_STRAY: Final = re.compile(f"^[{_VOWELS}\u0f39\u0f7e\u0f7f\u0f82-\u0f84\u0f90-\u0fbc]")
_DEPRECATED: Final = re.compile("[\u0f77\u0f79]")
# Letters that close no Tibetan syllable.
_NO_SUFFIX: Final = "ཀཁཅཆཇཉཏཐཔཕཙཚཛཝཞཟཡཤཧཨ"
_PREFIXED: Final = re.compile("^[གདབམའ][\u0f40-\u0f6c]")
_SUPERSCRIBED: Final = re.compile("^[རལས][\u0f90-\u0f99\u0f9f-\u0fac](?!\u0f71)")
# Letters and signs that only borrowed words have: reversed and aspirated ones,
# long vowels, halanta, nasal and breath marks. Some are two code points.
_BORROWED: Final = re.compile(
    "[ཊཋཌཎཥཝཨ\u0f43\u0f4d\u0f52\u0f57\u0f5c\u0f69\u0f71\u0f73\u0f75-\u0f79\u0f7b\u0f7d-\u0f87"
    "\u0f39\u0f93\u0f9a-\u0f9e\u0fa2\u0fa7\u0fac\u0fb0\u0fb5\u0fb7\u0fb9]|ཧ\u0fa5"
)
# Beginnings that borrowed words do not have: a prefix to a letter with a vowel
# sign or a stack of its own, ར or ལ on top, ས on top of a stack, a ཡ below.
# Borrowed clusters (སྟེན, སྤིརིང, ཀྲེ) begin with ས on a bare letter or with ར below.
_PREFIX_PAIR: Final = "ག[ཅཉཏདནཙཞཟཡཤས]|ད[ཀགངཔབམ]|བ[ཀགཅཏདཙཞཟཤས]|མ[ཁགངཆཇཉཐདནཚཛ]|འ[ཁགཆཇཐདཕབཚཛ]"
_OWN_BEGINNING: Final = re.compile(
    f"(?:{_PREFIX_PAIR})[\u0fb1\u0fb2\u0fad]?(?=[{_VOWEL_SIGNS}]|(?<=[\u0fb1\u0fb2]))"
    "|[གདབམའ][རལས][\u0f90-\u0fac][\u0fb1\u0fb2]?"
    "|ར[\u0f90\u0f92-\u0f94\u0f97\u0f99\u0f9f\u0fa1-\u0fa3\u0fa6\u0fa8-\u0fab]\u0fb1?"
    "|ལ[\u0f90\u0f92\u0f94\u0f95\u0f97\u0f9f\u0fa1\u0fa4\u0fa6\u0fb7]"
    "|ས[\u0f90\u0f92\u0fa4\u0fa6\u0fa8][\u0fb1\u0fb2]"
    "|[ཀཁགཔཕབམ]\u0fb1"
)
# What may follow a native beginning and its vowel, affixes written on included.
_AFFIX: Final = "འི|འིས|འིའོ|འིའང|འོ|འང|འམ|འུ|འུའི|འུར|འུས|འུའོ|འུའང|འུའམ|ར|ས"
_ENDING: Final = re.compile(f"[{_VOWEL_SIGNS}]?(?:[གངབམ]ས|[ནརལ]ད|[གངདནབམརལས]|འ|{_AFFIX}|)")
_COMPLEX: Final = re.compile(f"^(?:{_OWN_BEGINNING.pattern})")
_CLOSED_TWICE: Final = re.compile("[གངབམ]ས$")
# Letters that no script of the language puts on top of others (Sanskrit does with
# many, so only those that it does not), and one letter ahead of a whole syllable.
_NO_TOP: Final = re.compile(
    "[ཁཆཐཕཚཞཟའ][\u0f90-\u0fac\u0fae\u0faf\u0fb4-\u0fbc]|[འཅཆཚཞཟ]\u0fb1|[འཅཆཉཡང]\u0fb2"
)
_LETTER_AHEAD: Final = re.compile(
    "^[\u0f40-\u0f6c](?:[གདབམའ][རལས][\u0f90-\u0fac]|འ[ཁགཆཇཐདཕབཚཛ]|[ཀཁགཔཕབ]\u0fb1|ས[\u0f90\u0f92\u0fa4\u0fa6\u0fa8][\u0fb1\u0fb2])"
)
# Of the prefixes only བ comes before a letter with another on top (མརྒད is borrowed).
_PREFIX_TO_TOPPED: Final = re.compile("(?!མར)[གདམའ][རལས][\u0f90-\u0fac]")
_JOINED: Final = re.compile("^(?:ཀྱི|གྱི|ཀྱིས|གྱིས|གིས)$")
# Open syllables that occur in every text and are never part of a foreign name's
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
    for code, pattern, confidence in _MARKS:
        if pattern.search(syllable):
            return code, confidence
    if is_possible(syllable):
        return None
    if syllable[-1] in _NO_SUFFIX and len(syllable) > 2:
        rest = syllable[:-1]
        # A closed native syllable with one more letter is no foreign name's
        # spelling; an open one with a hard final (པོཀ) often is.
        soft = syllable[-1] in "ཡཝཤཧཨ" and rest in _PARTICLES
        if is_possible(rest) and (_closes_natively(rest) or (_is_native(rest) and not soft)):
            return "impossible-suffix", 0.9
    if _BORROWED.search(syllable):
        return None
    if _without_tsheg(syllable):
        return "tsheg-missing", 0.9
    begun = _OWN_BEGINNING.match(syllable)
    if begun is not None and _ENDING.fullmatch(syllable, begun.end()) is None:
        return "impossible-syllable", 0.85
    if _CLOSED_TWICE.search(syllable) and _PREFIXED.match(syllable):
        return "impossible-syllable", 0.85
    if _NO_TOP.search(syllable):
        return "impossible-stack", 0.85
    if _PREFIX_TO_TOPPED.match(syllable) or _LETTER_AHEAD.match(syllable):
        return "impossible-syllable", 0.85
    return None


_MARKS: Final = (
    ("doubled-vowel", _DOUBLED_VOWEL, 0.98),
    ("two-vowels", _TWO_VOWELS, 0.95),
    ("doubled-stack", _DOUBLED_STACK, 0.98),
    ("impossible-stack", _IMPOSSIBLE_STACK, 0.95),
    ("misordered-mark", _MISORDERED, 0.95),
    ("stray-mark", _STRAY, 0.95),
    ("deprecated-character", _DEPRECATED, 0.9),
)


def _closes_natively(syllable: str) -> bool:
    """Whether it is closed by a suffix, and of letters that are not borrowed ones."""
    return _is_closed(syllable) and not _BORROWED.search(syllable)


def _without_tsheg(syllable: str) -> bool:
    """Whether it is two native syllables with no tsheg between them."""
    for at in range(2, len(syllable) - 1):
        if not "\u0f40" <= syllable[at] <= "\u0f6c":
            continue
        first, second = syllable[:at], syllable[at:]
        if not (is_possible(first) and is_possible(second)):
            continue
        marked = sum(map(bool, (_COMPLEX.match(first), _COMPLEX.match(second))))
        if marked == 2 or _JOINED.match(first) or _JOINED.match(second):
            return True
        if marked and (_CLOSED_TWICE.search(first) or (_is_closed(first) and _is_closed(second))):
            return True
        if _COMPLEX.match(second) and _is_closed(first):
            return True
    return False


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
