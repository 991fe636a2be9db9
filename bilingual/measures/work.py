"""Every figure of a work, each worked out once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bilingual.alignment.speech.comparison import SoundComparison
from bilingual.measures.consistency import glossary_measure, number_measure, term_measure
from bilingual.measures.coverage import coverage_measures, weakest_measure
from bilingual.measures.speech import speech_measures, transcript_similarity
from bilingual.model import Alignment, Measure, Speech, Track
from bilingual.text.bead import BeadTexts
from bilingual.translation.glossary import Glossary


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What figures are taken of; ``None`` or empty where a work has none of it.

    ``own_terms`` is the glossary with the user's own terms, ``reference`` the figures of a
    comparison with a second version, ``back_translation`` those of the backends.
    """

    bo: Track | None = None
    zh: Track | None = None
    alignment: Alignment | None = None
    speech: Speech | None = None
    sound: SoundComparison | None = None
    own_terms: Glossary | None = None
    reference: tuple[Measure, ...] = ()
    back_translation: tuple[Measure, ...] = ()


def work_measures(subject: Subject) -> tuple[Measure, ...]:
    """The figures that a work allows, by their ids.

    The same figure from a second source has the source in its id. The last of all,
    ``coverage.weakest_link``, repeats the lowest link of the chain of coverage.
    """
    bo, zh, alignment, speech = subject.bo, subject.zh, subject.alignment, subject.speech
    measures = [
        *subject.reference,
        *_renamed(subject.back_translation, subject.reference, "back_translation"),
        *coverage_measures(bo, zh, alignment, speech),
        *_consistency(subject),
    ]
    if speech is not None:
        measures += speech_measures(speech, bo, zh, subject.sound)
        measures += _renamed(transcript_similarity(subject.sound), measures, "transcript")
    measures += weakest_measure(measures)
    return tuple(sorted(measures, key=lambda m: m.id))


def _consistency(subject: Subject) -> list[Measure]:
    """Figures of the words of both languages, where all of them can be relied on."""
    bo, zh, alignment = subject.bo, subject.zh, subject.alignment
    if bo is None or zh is None or alignment is None:
        return []
    beads = tuple(b for b in alignment.beads if BeadTexts.of(bo, zh, b).readable)
    read = replace(alignment, beads=beads)
    measures = [
        number_measure(bo, zh, read),
        term_measure(bo, zh, read),
        glossary_measure(bo, zh, read),
    ]
    if subject.own_terms is not None:
        measures.append(glossary_measure(bo, zh, read, subject.own_terms))
    return measures


def _renamed(own: Sequence[Measure], others: Sequence[Measure], source: str) -> list[Measure]:
    """Figures with their source in their name where another's have the name already."""
    taken = {m.id for m in others}
    return [
        replace(m, id=m.id.replace("similarity.", f"similarity.{source}_")) if m.id in taken else m
        for m in own
    ]
