"""How far the two languages agree on what can be counted."""

from __future__ import annotations

from typing import Final

from bilingual.config.thresholds import NUMBER_CLASH_NATS
from bilingual.measures.figures import ratio
from bilingual.model import Alignment, Measure, Track
from bilingual.terms.consistency import agreeing
from bilingual.terms.parallel import work_of
from bilingual.text.bead import BeadTexts
from bilingual.text.numbers import compare_numbers
from bilingual.translation import glossary as terms

NUMBERS: Final = "consistency.numbers"
TERMS: Final = "consistency.terms"
GLOSSARY: Final = "agreement.glossary_terms"
OWN_TERMS: Final = "consistency.own_terms"


def number_measure(bo: Track, zh: Track, alignment: Alignment) -> Measure:
    """Beads whose numbers agree, of those where both languages name a number.

    A bead counts where the two agree on a number or clash over one; one-sided
    beads, and those without a number, are excluded and counted as such.
    """
    agreeing = named = without = one_sided = 0
    for bead in alignment.beads:
        if not bead.two_sided:
            one_sided += 1
            continue
        texts = BeadTexts.of(bo, zh, bead)
        found = compare_numbers(texts.bo.compared, texts.zh.compared)
        clashes = found.weight >= NUMBER_CLASH_NATS
        if not found.matches and not clashes:
            without += 1
            continue
        named += 1
        agreeing += not clashes
    return ratio(NUMBERS, agreeing, named, {"no-number": without, "one-sided": one_sided})


def term_measure(bo: Track, zh: Track, alignment: Alignment) -> Measure:
    """Places in which a recurring term has the work's own translation of it.

    Of the places that have this one or the second one which the rule ``term-inconsistent``
    reports, so that the two say the same: without such a finding all agree. Without a
    recurring term that has a translation of its own there is no figure.
    """
    same, whole = agreeing(work_of("", bo, zh, alignment))
    one_sided = sum(not bead.two_sided for bead in alignment.beads)
    return ratio(TERMS, same, whole, {"one-sided": one_sided})


def glossary_measure(
    bo: Track, zh: Track, alignment: Alignment, own: terms.Glossary | None = None
) -> Measure:
    """Uses of the glossary's Chinese terms whose Tibetan is in the same bead.

    Any accepted form of the term counts. One-sided beads are excluded and
    counted as such. With a glossary of the user's own the figure is of that one,
    and a measure of its own.
    """
    glossary = terms.load() if own is None else own
    used = found = one_sided = 0
    for bead in alignment.beads:
        if not bead.two_sided:
            one_sided += 1
            continue
        texts = BeadTexts.of(bo, zh, bead)
        for use in glossary.uses(texts.zh.compared):
            used += 1
            found += terms.form_in(use.term, texts.bo.compared) is not None
    return ratio(GLOSSARY if own is None else OWN_TERMS, found, used, {"one-sided": one_sided})
