"""Which cues belong together, how the clocks relate, and what a pair's risk rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bilingual.arguments import COUNT, NUMBER, checked, one_of
from bilingual.hooks import provided
from bilingual.model.clock import ClockMap, Jump
from bilingual.model.codec import Plain, without_empty, written_as
from bilingual.model.cue import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Bead:
    """Cues of both tracks that translate each other, by index; one side may be empty.

    ``confidence`` (0..1) is the probability of this grouping. ``risk`` (0..1) estimates that
    the translation is faulty, ``None`` if it was not judged; ``evidence`` is what it rests on.
    """

    bo: tuple[int, ...]
    zh: tuple[int, ...]
    confidence: float | None = None
    risk: float | None = None
    evidence: BeadEvidence | None = None

    @property
    def two_sided(self) -> bool:
        """Whether both languages have a cue in it."""
        return bool(self.bo and self.zh)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of a cue's text that evidence points at.

    ``start`` and ``end`` are code points into ``Cue.text``, ``None`` where tags
    hide the place. ``weight`` (0..1) is how much an answer was to be expected.
    """

    side: Language
    cue: int
    text: str
    start: int | None = None
    end: int | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedTerm:
    """A term of a glossary that is missing from a bead's Tibetan.

    ``bo`` are the accepted translations. ``source`` is the file's name where the
    glossary is the user's own, ``None`` where it is the library's.
    """

    zh: str
    bo: tuple[str, ...]
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BeadEvidence:
    """What a bead's risk is made of.

    ``kind`` is the likeliest fault, should there be one, ``kinds`` the probability
    (0..1) of each. ``parts`` are nats that each sort of evidence adds for that
    kind over none: above 0 it speaks for the fault, below against. ``unanswered``
    are the Chinese words that no Tibetan word answers to, as far as the lexicon
    knows them, ``terms`` the attested terms of the glossary that are missing from the Tibetan.
    ``breaks_off`` is the Tibetan's last word where its rest seems to be missing, and the
    part of it that answers nothing where that seems to come from elsewhere.
    ``misspelt`` is how surely (0..1) the Tibetan has a syllable that cannot exist,
    ``misnumbered`` how surely it has another number; neither is part of ``kinds``.
    ``backends`` is what backends added, ``None`` where none had a score for this bead;
    ``embedded_risk`` (0..1) is then the risk without them.
    """

    kind: str | None = None
    kinds: Mapping[str, float] = field(default_factory=dict)
    parts: Mapping[str, float] = field(default_factory=dict)
    unanswered: tuple[Stretch, ...] = ()
    terms: tuple[MissedTerm, ...] = ()
    breaks_off: Stretch | None = None
    misspelt: float = 0.0
    misnumbered: float = 0.0
    backends: tuple[BackendScore, ...] | None = None
    embedded_risk: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendScore:
    """A backend's score of a bead; ``params`` hold what a reader may want to see.

    ``value`` is its own figure in its own unit. ``nats`` speak for a fault above 0 and
    against one below: they are no more than a rule of thumb where ``calibration`` is
    ``none``, and never below 0 where it has not been ``validated`` on Tibetan.
    """

    backend: str
    value: float | None
    nats: float
    calibration: str = "none"
    validated: bool = True
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """Which cues belong together, and how the two clocks relate.

    ``bo_ms = rate * zh_ms + offset_ms`` up to the first of ``jumps``, each of which changes
    the offset from its time on. Every cue of both tracks is in exactly one bead.
    ``confidence`` (0..1) is the probability that both tracks belong to the same work.
    """

    offset_ms: int = 0
    rate: float = 1.0
    jumps: tuple[Jump, ...] = ()
    confidence: float | None = None
    beads: tuple[Bead, ...]

    @property
    def clock(self) -> ClockMap:
        """The map from the Chinese track's times to the Tibetan one's."""
        return ClockMap(rate=self.rate, offset_ms=self.offset_ms, jumps=self.jumps)

    @checked(zh_ms=NUMBER)
    def to_bo_ms(self, zh_ms: float) -> float:
        """The Tibetan track's time for a time of the Chinese one."""
        return self.clock.forward(zh_ms)

    @checked(bo_ms=NUMBER)
    def to_zh_ms(self, bo_ms: float) -> float:
        """The Chinese track's time for a time of the Tibetan one.

        Where a jump makes two times possible, the later; where it makes none, the time
        of the jump (:class:`~bilingual.model.clock.ClockMap`).
        """
        return self.clock.inverse(bo_ms)

    def _repr_html_(self) -> str:
        """How a notebook shows it: the clocks and the beads by number."""
        html: str = provided("alignment.html")(self)
        return html

    @checked(side=one_of("bo", "zh"), index=COUNT)
    def bead_of(self, side: Language, index: int) -> Bead:
        """The bead that holds a cue.

        :param index: the cue's index in its track, from 0.
        :raises KeyError: there is no such cue.
        """
        for bead in self.beads:
            if index in (bead.bo if side == "bo" else bead.zh):
                return bead
        raise KeyError(f"no {side} cue {index}")


@written_as(MissedTerm)
def _term_written(_: MissedTerm, plain: Plain) -> Plain:
    return without_empty(plain, "source")


@written_as(BeadEvidence)
def _evidence_written(_: BeadEvidence, plain: Plain) -> Plain:
    return without_empty(plain, "breaks_off", "backends", "embedded_risk")
