"""When two Tibetan runs are the same word: particles, endings and verb stems aside.

A rough fold and no morphology: it is there so that a word in another case or tense
is not taken for another translation. Words that it holds for the same wrongly are
differences that go unseen, the better of the two mistakes for a hint.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

Gram = tuple[str, ...]
"""A run of syllables (or ideographs)."""


def _set(syllables: str) -> frozenset[str]:
    return frozenset(syllables.split())


ENDINGS: Final = _set("པ བ མ པོ བོ མོ པས བས པར བར པའི བའི")
"""Syllables that make a noun and come and go."""

PARTICLES: Final = _set(
    "གི ཀྱི གྱི ཡི གིས ཀྱིས གྱིས ཡིས ལ དུ ཏུ སུ རུ ར ན ནས ལས དང ནི ཡང ཀྱང འང ཏེ སྟེ དེ འདི "
    "ཞིག ཅིག ཤིག ཞིང ཅིང ཤིང ཚོ ཚོས ཚོར རྣམས དག ཙམ སོགས བཅས ཡིན ཡོད རེད འདུག མིན མེད"
)
"""Syllables that join and point, and come at no end of a term."""

NEGATIONS: Final = _set("མ མི")
"""Syllables that turn a verb, and are words besides; alone they translate no term."""

_CASES: Final = ("ར", "ས")
_VOWELS: Final = {"\u0f7c": "", "\u0f72": "\u0f72", "\u0f7a": "\u0f72"}
_PREFIXES: Final = "གདབམའ"
_ASPIRATES: Final = str.maketrans("ཁཆཐཕཚ", "ཀཅཏཔཙ")
# The present stem with འ has the voiced letter where the past has the other: འགོད, བཀོད.
_VOICED: Final = str.maketrans("གཇདབཛ", "ཀཅཏཔཙ")
# Present, past, future and imperative of verbs that change more than that.
_STEMS: Final = {
    form: verb
    for verb, *forms in (
        line.split()
        for line in (
            "འགྲོ ཕྱིན སོང",
            "ཡོང འོང ཤོག",
            "འཇོག བཞག གཞག ཞོག",
            "བྱེད བྱས བྱ བྱོས བྱེ",
            "གཏོང བཏང གཏང ཐོངས ཐོང",
            "ལེན བླངས བླང ལོངས",
            "འཛིན བཟུང གཟུང ཟུངས",
            "འདེབས བཏབ གདབ ཐོབས",
            "འཆི ཤི",
            "རྩོམ བརྩམས བརྩམ རྩོམས",
            "འཆད བཤད ཤོད",
            "འཐུང བཏུང བཏུངས འཐུངས",
        )
    )
    for form in (verb, *forms)
}


def trimmed(gram: Gram) -> Gram:
    """A run without the particles around it; one syllable is left at least."""
    first, stop = 0, len(gram)
    while first < stop - 1 and gram[first] in PARTICLES:
        first += 1
    while stop - 1 > first and gram[stop - 1] in PARTICLES:
        stop -= 1
    return gram[first:stop]


def stem(gram: Gram) -> Gram:
    """A run without the particles around it and the ending of its noun."""
    own = trimmed(gram)
    return own[:-1] if len(own) > 1 and own[-1] in ENDINGS else own


def is_whole(gram: Gram) -> bool:
    """Whether a run may be a term: no particle at either end."""
    return trimmed(gram) == gram and gram[0] not in PARTICLES and gram[0] not in ENDINGS


@lru_cache(maxsize=65_536)
def fold(syllable: str) -> str:
    """A syllable for «is it the same word»: tense, case and second suffix aside.

    Prefixes go, and the letters that aspirate with them; the vowel of the
    imperative counts as that of the present; ས and ད at the end of a stem go.
    Two words of one fold are the same or, seldom, merely alike.
    """
    if syllable in _STEMS:
        return _STEMS[syllable]
    base = syllable
    if len(base) > 2 and base[-1] in _CASES:
        base = base[:-1]
        if base in _STEMS:
            return _STEMS[base]
    if len(base) > 2 and base[0] in _PREFIXES and _is_letter(base[1]):
        rest = base[1:]
        # A prefix comes before a letter that has a vowel, a stack or a suffix.
        if len(rest) > 1:
            base = rest[0].translate(_VOICED) + rest[1:] if syllable[0] == "འ" else rest
    base = "".join(_VOWELS.get(c, c) for c in base).translate(_ASPIRATES)
    if len(base) > 2 and base[-1] in "སད" and not _is_mark(base[-1]):
        base = base[:-1]
    return base


def akin(one: Gram, other: Gram) -> bool:
    """Whether two runs share a word: then they are no two translations."""
    return bool(_folds(one) & _folds(other))


def same(one: Gram, other: Gram) -> bool:
    """Whether two runs are one word, or one of them holds the other."""
    a, b = _folds(one), _folds(other)
    return bool(a and b) and (a <= b or b <= a)


@lru_cache(maxsize=65_536)
def _folds(gram: Gram) -> frozenset[str]:
    return frozenset(map(fold, stem(gram)))


def _is_letter(char: str) -> bool:
    return "\u0f40" <= char <= "\u0f6c"


def _is_mark(char: str) -> bool:
    return "\u0f71" <= char <= "\u0fbc"
