"""Which form of a Tibetan particle may follow which syllable.

After the rules of the traditional grammar (sum cu pa): the form goes by the last
letter of the syllable before, ས and ད as second suffixes included. Only forms are
looked at whose wrong use cannot be a word of its own: སུ and རུ after an open
syllable (who, horn), ཞིང and ཤིང (field, wood), དེ (that), དམ ནམ རམ ལམ (oath, when,
way) are left alone, and so are the fixed words of ``FIXED``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from bilingual.text.syllables import TSHEG, split_syllables

Kind = Literal["genitive", "ergative", "la-don", "indefinite", "converb", "question"]

# kind -> particle -> the closing letters it may follow; "" is an open syllable.
FORMS: Final[dict[Kind, dict[str, str]]] = {
    "genitive": {"གི": "གང", "ཀྱི": "དབས", "གྱི": "ནམརལ"},
    "ergative": {"གིས": "གང", "ཀྱིས": "དབས", "གྱིས": "ནམརལ"},
    "la-don": {"ཏུ": "གབ", "དུ": "ངདནམརལ", "སུ": "ས"},
    "indefinite": {"ཅིག": "གདབ", "ཞིག": "ངནམརལ", "ཤིག": "ས"},
    "converb": {"ཏེ": "ནརལས", "སྟེ": "གངབམ", "ཅིང": "གདབ"},
    "question": {"གམ": "ག", "ངམ": "ང", "བམ": "བ", "མམ": "མ", "སམ": "ས"},
}
# What a closing letter asks for where no form above does.
_ELSE: Final[dict[Kind, dict[str, str]]] = {
    "converb": {"ད": "དེ"},
    "question": {"ད": "དམ", "ན": "ནམ", "ར": "རམ", "ལ": "ལམ"},
}
_CINGS: Final = {**dict.fromkeys("ངནམརལ", "ཞིང"), "ས": "ཤིང"}
# An unwritten second suffix ད is heard after ན ར ལ, and the form goes by it.
_DRAG: Final = frozenset("ནརལ")
_BY_DRAG: Final = frozenset({"ཀྱི", "ཀྱིས", "ཏུ", "ཅིག", "ཅིང"})
# Words that end or begin in what looks like a particle.
FIXED: Final = frozenset(
    {
        ("ལྷན", "ཅིག"),
        ("ཐབས", "ཅིག"),
        ("ཐམས", "ཅིག"),
        ("སྐད", "ཅིག"),
        ("ཁྲོམ", "གམ"),
        ("མཉམ", "ཅིག"),
        ("ཆབས", "ཅིག"),
        ("ཀིར", "གིས"),
    }
)
# Words that begin with what looks like a particle: many, near, who, whoever.
FIXED_AHEAD: Final = frozenset(
    {("དུ", "མ"), ("དུ", "མའི"), ("དུ", "མས"), ("དུ", "མར"), ("གམ", "དུ"), ("སུ", "ཞིག"), ("སུ", "ཡིས")}
    | {("སུ", "ཡི"), ("སུ", "ཡང"), ("སུ", "ཡིན"), ("སུ", "ལ"), ("སུ", "ཡིག"), ("དུ", "བ"), ("དུ", "བའི")}
)
_KIND_OF: Final[dict[str, Kind]] = {
    particle: kind for kind, forms in FORMS.items() for particle in forms
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandhi:
    """A particle in a form that does not fit: where, and the form that would."""

    start: int
    end: int
    particle: str
    fitting: str
    before: str
    kind: Kind


@lru_cache(maxsize=16_384)
def sandhi_faults(text: str) -> tuple[Sandhi, ...]:
    """Particles that do not fit the syllable before, in order."""
    found = []
    tokens = split_syllables(text)
    for at in range(2, len(tokens)):
        particle, gap, before = tokens[at], tokens[at - 1], tokens[at - 2]
        kind = _KIND_OF.get(particle.text)
        if kind is None or before.kind != "syllable" or gap.text != TSHEG:
            continue
        fitting = _fitting(particle.text, kind, before.text)
        after = tokens[at + 2].text if at + 2 < len(tokens) else ""
        if fitting is None or (particle.text, after) in FIXED_AHEAD:
            continue
        found.append(
            Sandhi(
                start=particle.start,
                end=particle.end,
                particle=particle.text,
                fitting=fitting,
                before=before.text,
                kind=kind,
            )
        )
    return tuple(found)


def _fitting(particle: str, kind: Kind, before: str) -> str | None:
    """The form that ``before`` asks for, ``None`` where this one will do."""
    last = closing_letter(before)
    if last is None or last in FORMS[kind][particle] or (before, particle) in FIXED:
        return None
    if last in _DRAG and particle in _BY_DRAG:
        return None
    if particle == "ཅིང":
        return _CINGS[last]
    for form, letters in FORMS[kind].items():
        if last in letters and form != "ཅིང":
            return form
    return _ELSE.get(kind, {}).get(last)


@lru_cache(maxsize=65_536)
def closing_letter(syllable: str) -> str | None:
    """The suffix that a particle goes by; ``None`` for an open or foreign syllable."""
    from bilingual.text.spelling import suffix_of

    return suffix_of(syllable)
