"""A Chinese track compared with a transcript, cue by cue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bilingual.alignment.speech.word_sync import SoundSync, sync_by_words
from bilingual.asr.cer import least_errors_within, normalized
from bilingual.asr.characters import TimedCharacters, timed_characters, unreliable_spans
from bilingual.asr.spans import overlap_ms
from bilingual.config import Sync
from bilingual.model import Cue, Span, Speech, Track

if TYPE_CHECKING:
    from rapidfuzz.distance._initialize import Opcode

NotCompared = Literal["empty", "unreliable", "no-speech"]
"""Why a cue's words were not compared."""

REACH_MS = 1500
"""How far before and after a cue its words may be said."""

_MIN_SPOKEN = 0.3
_MIN_INSIDE = 0.5
"""So much of a cue has to lie within the sound: a film that was cut says nothing of the rest."""
_MAX_UNRELIABLE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class CueAgreement:
    """One cue compared with the words heard around its time.

    ``errors`` is the least edit distance of its ``length`` characters to any
    stretch of them. ``left_out`` says why they were not compared, and then
    ``errors`` is 0. ``span`` is the cue's time by the sound's clock, and of a cue that was compared
    within the sound. ``heard`` is what was heard during the cue, normalised.
    """

    cue: int
    length: int
    errors: int
    heard: str
    span: Span
    left_out: NotCompared | None = None

    @property
    def rate(self) -> float | None:
        """Errors by length; ``None`` where nothing was compared."""
        return self.errors / self.length if self.length and self.left_out is None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A Chinese track compared with the sound. ``sync`` is ``None`` where words fit nowhere.

    ``wanted`` and ``heard`` are the compared cues' text and the words heard,
    normalised.
    """

    cues: tuple[CueAgreement, ...]
    sync: SoundSync | None

    wanted: str
    heard: str

    @property
    def length(self) -> int:
        """Characters of all cues that were compared."""
        return len(self.wanted)

    @property
    def errors(self) -> int:
        """Edit distance of those cues as one text to what was heard as one text.

        What was heard during cues that were left out is left out too; words
        that no cue has count as errors.
        """
        from rapidfuzz.distance import Levenshtein

        return Levenshtein.distance(self.wanted, self.heard)

    def stretches(self, characters: int = 120) -> tuple[tuple[str, str], ...]:
        """The two texts cut at the same places, into about so many characters each.

        The places are ends of cues, carried over by the least edits; together
        the pieces are the whole of both texts. Metrics that compare sentences
        take hours for a text in one piece.
        """
        from rapidfuzz.distance import Levenshtein

        blocks = Levenshtein.opcodes(self.wanted, self.heard)
        pieces, at, there, length = [], 0, 0, 0
        for cue in self.cues:
            length += cue.length if cue.left_out is None else 0
            if length - at >= characters or (length == len(self.wanted) and length > at):
                end = _carried(length, blocks) if length < len(self.wanted) else len(self.heard)
                pieces.append((self.wanted[at:length], self.heard[there:end]))
                at, there = length, end
        return tuple(pieces)

    @property
    def left_out(self) -> dict[str, int]:
        """How many cues were left out, by reason."""
        counts: dict[str, int] = {}
        for cue in self.cues:
            if cue.left_out is not None:
                counts[cue.left_out] = counts.get(cue.left_out, 0) + 1
        return counts


def _carried(place: int, blocks: Iterable[Opcode]) -> int:
    """Where a place between characters of one text lies in the other."""
    for block in blocks:
        if block.src_start <= place <= block.src_end:
            return min(block.dest_end, block.dest_start + place - block.src_start)
    return 0


def agreement(
    track: Track, speech: Speech, max_rate_deviation: float = Sync().max_rate_deviation
) -> Agreement:
    """Compare every cue of a Chinese track with the words heard around its time.

    The difference of the clocks is taken off first, where the words show it. Cues
    without letters, without speech, or where the transcript is unreliable are left
    out of the figures, with the reason.
    """
    heard = timed_characters(speech)
    sync = sync_by_words(track, speech, max_rate_deviation)
    doubtful = unreliable_spans(speech)
    cues = tuple(_compare(cue, heard, sync, speech, doubtful) for cue in track.cues)
    holes = [c.span for c in cues if c.left_out is not None]
    return Agreement(
        cues=cues,
        sync=sync,
        wanted="".join(
            normalized(cue.compared)
            for cue, found in zip(track.cues, cues, strict=True)
            if found.left_out is None
        ),
        heard="".join(
            character
            for character, time in zip(heard.text, heard.times_ms, strict=True)
            if not any(hole.start_ms <= time < hole.end_ms for hole in holes)
        ),
    )


def _compare(
    cue: Cue,
    heard: TimedCharacters,
    sync: SoundSync | None,
    speech: Speech,
    doubtful: tuple[Span, ...],
) -> CueAgreement:
    wanted = normalized(cue.compared)
    shift = sync.clock.shift_at(cue.start_ms) if sync else 0.0
    span = Span(start_ms=round(cue.start_ms - shift), end_ms=round(cue.end_ms - shift))
    around = heard.between(span.start_ms - REACH_MS, span.end_ms + REACH_MS)
    during = heard.text[heard.between(span.start_ms - 200, span.end_ms)]
    length = max(1, span.duration_ms)
    sound = Span(start_ms=0, end_ms=speech.duration_ms)
    outside = overlap_ms(span, (sound,)) < _MIN_INSIDE * span.duration_ms
    if not outside:  # what is reported of it can be played
        span = Span(start_ms=max(span.start_ms, 0), end_ms=min(span.end_ms, speech.duration_ms))
    left_out: NotCompared | None = None
    if not wanted:
        left_out = "empty"
    elif outside:
        left_out = "no-speech"
    elif overlap_ms(span, doubtful) > _MAX_UNRELIABLE * length:
        left_out = "unreliable"
    elif overlap_ms(span, speech.spans or ()) < _MIN_SPOKEN * length and not heard.text[around]:
        left_out = "no-speech"
    errors = 0 if left_out else least_errors_within(wanted, heard.text[around])[0]
    return CueAgreement(
        cue=cue.index, length=len(wanted), errors=errors, heard=during, span=span, left_out=left_out
    )
