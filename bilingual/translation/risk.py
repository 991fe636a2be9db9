"""How much a reader should look at each bead, and on what grounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from bilingual.model import (
    Alignment,
    BeadEvidence,
    Measure,
    MissedTerm,
    Stretch,
    Track,
)
from bilingual.text.bead import BeadTexts
from bilingual.text.script import count_scripts
from bilingual.text.units import MAX_RUN, bo_pieces
from bilingual.translation import glossary as terms
from bilingual.translation import lexicon as lexicons
from bilingual.translation import weighing
from bilingual.translation.features import Features, measure
from bilingual.translation.glossary import Glossary
from bilingual.translation.lexicon import Lexicon
from bilingual.translation.weighing import Weighing

# Beads judged together; comparing all with all in a work of thousands costs too much.
_BLOCK: Final = 160
# A syllable that cannot exist is to be looked at, whatever the line means; and of lines
# whose numbers do not agree, about half as many are wrong as the clash by itself would
# have it. Higher, and they would hide what is wrong in other ways.
_MISSPELT: Final = 0.3
_MISNUMBERED: Final = 0.5
# Texts that may not belong together come before those that no evidence speaks against.
# As evidence among others it made alarms of what the aligner finds hard, short lines above all.
_UNPAIRED: Final = 0.15
# Probability from which on it is said where a text breaks off.
_SHOWN: Final = 0.1
# Of a bead; the same term a thousand times is no use to a reader.
_MOST_TERMS: Final = 40
# Nothing that is only likely is certain.
_SUREST: Final = 0.9999


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskResult:
    """What is known of the beads of an alignment, by their numbers.

    ``risk`` (0..1) is the probability that the Tibetan of a bead says something
    else than its Chinese, or half of it, or that what stands alone should not. Numbers
    that do not agree raise it to up to .45, a syllable that cannot exist to up to .3, a
    doubtful alignment to up to .15.
    Beads without words, or left out by rule, are not judged and not in it.
    """

    risk: Mapping[int, float] = field(default_factory=dict)
    evidence: Mapping[int, BeadEvidence] = field(default_factory=dict)
    measures: tuple[Measure, ...] = ()


def assess(
    bo: Track,
    zh: Track,
    alignment: Alignment,
    *,
    lexicon: Lexicon | None = None,
    glossary: Glossary | None = None,
    own: Glossary | None = None,
    model: Weighing | None = None,
) -> RiskResult:
    """Weigh every bead of an alignment.

    :param lexicon: the embedded one unless given.
    :param glossary: the embedded one unless given.
    :param own: of the glossary, the terms that are the user's own.
    :param model: the embedded one unless given.
    :raises ModelError: a file that comes with the library is missing or damaged.
    """
    knowledge = _Knowledge(
        lexicon=lexicons.load() if lexicon is None else lexicon,
        glossary=terms.load() if glossary is None else glossary,
        own=own,
        model=weighing.load() if model is None else model,
    )
    evidence = dict(_one_sided(alignment))
    risk = {number: sum(found.kinds.values()) for number, found in evidence.items()}
    judged = {
        number: texts
        for number, bead in enumerate(alignment.beads)
        if bead.two_sided and _has_words(texts := BeadTexts.of(bo, zh, bead))
    }
    for block in _blocks(list(judged)):
        weighed = _weighed(knowledge, [judged[n] for n in block])
        for number, (wrong, found) in zip(block, weighed, strict=True):
            evidence[number] = found
            risk[number] = risk_of(
                wrong,
                misspelt=found.misspelt,
                misnumbered=found.misnumbered,
                paired=alignment.beads[number].confidence,
            )
    return RiskResult(risk=risk, evidence=evidence)


def _one_sided(alignment: Alignment) -> Iterator[tuple[int, BeadEvidence]]:
    """What stands alone, as surely as the aligner says so."""
    for number, bead in enumerate(alignment.beads):
        # Cues left out by rule stand alone too, but they are not in doubt.
        if not bead.two_sided and bead.confidence is not None:
            kind = "missing" if bead.zh else "extra"
            yield number, BeadEvidence(kind=kind, kinds={kind: bead.confidence})


def _weighed(
    knowledge: _Knowledge, texts: Sequence[BeadTexts]
) -> Iterator[tuple[float, BeadEvidence]]:
    """How likely each bead is wrong, and on what grounds; they are judged together."""
    rows = measure(
        [t.bo.compared for t in texts],
        [t.zh.compared for t in texts],
        knowledge.lexicon,
        knowledge.glossary,
    )
    model = knowledge.model
    matrix = model.matrix(rows)
    chances = model.probabilities(matrix).tolist()
    for own, row, weighed, chance in zip(texts, rows, matrix, chances, strict=True):
        kinds = _placed(dict(zip(model.kinds[1:], chance[1:], strict=True)), row)
        shares = model.shares(weighed, max(kinds, key=lambda kind: kinds[kind]))
        yield sum(kinds.values()), _evidence(knowledge, row, kinds, shares, own)


def _placed(kinds: dict[str, float], row: Features) -> dict[str, float]:
    """The chances of the kinds, where the likeliest is that two texts changed places.

    Of two wrong ones beside each other the model expects just that, since neither fits where
    it is. They did where one fits the other's place; else they are other texts.
    """
    if row["beside"] > 0 or kinds["neighbour"] < max(kinds.values()):
        return kinds
    return kinds | {"neighbour": 0.0, "other": kinds["other"] + kinds["neighbour"]}


def risk_of(
    wrong: float, *, misspelt: float, misnumbered: float, paired: float | None = None
) -> float:
    """How much a reader should look at a bead, 0..1.

    :param wrong: how likely its translation is another, or half of one.
    :param misspelt: how surely its Tibetan has a syllable that cannot exist.
    :param misnumbered: how surely a number is another one.
    :param paired: how surely its texts belong together, ``None`` where nothing says.
    """
    unpaired = 0.0 if paired is None else _UNPAIRED * (1 - paired)
    spots = max(_MISNUMBERED * misnumbered, _MISSPELT * misspelt, unpaired)
    return round(min(_SUREST, max(wrong, spots)), 4)


def _has_words(texts: BeadTexts) -> bool:
    """Whether there are Chinese words, and anything that could be their Tibetan."""
    theirs = count_scripts(texts.bo.text)
    return count_scripts(texts.zh.text).han > 0 and theirs.letters > 0


def _blocks(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """Even runs of beads, none longer than a block."""
    count = -(-len(numbers) // _BLOCK)
    for k in range(count):
        yield numbers[k * len(numbers) // count : (k + 1) * len(numbers) // count]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Knowledge:
    """What beads are weighed by; ``own`` are the terms that are the user's own."""

    lexicon: Lexicon
    glossary: Glossary
    own: Glossary | None
    model: Weighing


def _evidence(
    knowledge: _Knowledge,
    row: Features,
    kinds: Mapping[str, float],
    shares: Mapping[str, float],
    texts: BeadTexts,
) -> BeadEvidence:
    kind = max(kinds, key=lambda k: kinds[k])
    return BeadEvidence(
        kind=kind,
        kinds={k: round(p, 4) for k, p in kinds.items()},
        parts={name: round(share, 2) for name, share in shares.items() if abs(share) >= 0.005},
        unanswered=tuple(_unanswered(texts, knowledge.lexicon)),
        terms=tuple(islice(_missed(texts, knowledge.glossary, knowledge.own), _MOST_TERMS)),
        breaks_off=_breaks_off(texts, row, kinds),
        misspelt=row["misspelt"],
        misnumbered=row["misnumbered"],
    )


def _breaks_off(texts: BeadTexts, row: Features, kinds: Mapping[str, float]) -> Stretch | None:
    """The last word where the rest is likelier missing than not, else what answers nothing."""
    pieces = bo_pieces(texts.bo.text)
    if not pieces or max(kinds["half"], kinds["mixed"]) < _SHOWN:
        return None
    if kinds["half"] >= kinds["mixed"]:
        first = len(pieces) - 1
        while pieces[first].joined and len(pieces) - first < MAX_RUN:
            first -= 1
    else:
        first = int(row["bo_tail_at"])
    if first < 0:
        return None
    return texts.bo.place(pieces[first].start, pieces[-1].end)


def _unanswered(texts: BeadTexts, lexicon: Lexicon) -> Iterator[Stretch]:
    """Chinese words that no Tibetan answers to, placed in their cues."""
    for found in lexicon.unanswered(texts.bo.compared, texts.zh.compared):
        yield texts.zh.place(found.start, found.end, weight=found.surprise)


def _missed(texts: BeadTexts, glossary: Glossary, own: Glossary | None) -> Iterator[MissedTerm]:
    """Attested terms whose Tibetan is in the bead in no accepted form.

    None where nothing is translated: that has a rule of its own.
    """
    if not count_scripts(texts.bo.text).tibetan:
        return
    for use in glossary.uses(texts.zh.compared):
        term = use.term
        # A user's own term is binding, of whatever field.
        theirs = own is not None and own.has(term.zh)
        if not (theirs or term.binding) or terms.answered(term, texts.bo.text):
            continue
        if theirs:
            yield MissedTerm(zh=term.zh, bo=term.bo, source="、".join(term.attested))
        else:
            yield MissedTerm(zh=term.zh, bo=term.bo)
