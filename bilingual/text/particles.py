"""Which form of a Tibetan particle may follow which syllable.

After the rules of the traditional grammar (sum cu pa): the form goes by the last
letter of the syllable before. Only particles whose wrong forms mean nothing else
are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bilingual.text.syllables import TSHEG, split_syllables

# particle -> the closing letters it may follow; "" is an open syllable.
FORMS: Final[dict[str, frozenset[str]]] = {
    "གི": frozenset("གང"),
    "ཀྱི": frozenset("དབས"),
    "གྱི": frozenset("ནམརལ"),
    "གིས": frozenset("གང"),
    "ཀྱིས": frozenset("དབས"),
    "གྱིས": frozenset("ནམརལ"),
}
_ERGATIVE: Final = "ས"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandhi:
    """A particle in a form that does not fit: where, and the form that would."""

    start: int
    end: int
    particle: str
    fitting: str
    before: str
    kind: str


@lru_cache(maxsize=16_384)
def sandhi_faults(text: str) -> tuple[Sandhi, ...]:
    """Genitive and ergative particles that do not fit the syllable before."""
    found = []
    tokens = split_syllables(text)
    for at in range(2, len(tokens)):
        particle, gap, before = tokens[at], tokens[at - 1], tokens[at - 2]
        if particle.text not in FORMS or before.kind != "syllable" or gap.text != TSHEG:
            continue
        last = closing_letter(before.text)
        if last is None or last in FORMS[particle.text]:
            continue
        if last in "ནརལ" and particle.text.startswith("ཀྱི"):
            continue  # an unwritten second suffix ད is heard there by the old rule
        ergative = particle.text.endswith(_ERGATIVE)
        fitting = next(
            p for p, letters in FORMS.items() if last in letters and p.endswith("ས") == ergative
        )
        found.append(
            Sandhi(
                start=particle.start,
                end=particle.end,
                particle=particle.text,
                fitting=fitting,
                before=before.text,
                kind="ergative" if ergative else "genitive",
            )
        )
    return tuple(found)


@lru_cache(maxsize=65_536)
def closing_letter(syllable: str) -> str | None:
    """The suffix that a particle goes by; ``None`` for an open or foreign syllable."""
    from bilingual.text.spelling import suffix_of

    return suffix_of(syllable)
