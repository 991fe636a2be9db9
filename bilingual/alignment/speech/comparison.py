"""The written tracks compared with the sound, once for everybody who asks.

Which words of the Chinese track were spoken, and how the clock of each track differs
from the sound's. A clock comes from the words heard where there are any, from
the voice alone where not, and from the other track where the two are aligned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bilingual.alignment.speech.agreement import Agreement, agreement
from bilingual.alignment.speech.voice_sync import sync_by_voice
from bilingual.alignment.speech.word_sync import SoundSync
from bilingual.asr import language
from bilingual.config import Sync
from bilingual.model import Alignment, Language, Speech, Track

SURE: Final[Mapping[str, float]] = {"words": 0.6, "voice": 0.99}
"""From this confidence on a clock counts as known, by what it rests on."""

_NEAR_MS: Final = 3000
_SAME_MS: Final = 250

Clocks = dict[Language, SoundSync]


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundComparison:
    """The written tracks compared with the sound.

    ``agreement`` is of a written Chinese track with Mandarin words heard;
    ``None`` where there is not one or the other. ``measured`` holds the clock
    that each track has of its own, sure or not (a track without one fits
    nowhere, or has too few cues); ``clocks`` those that are sure, one of them
    perhaps by way of the other track. ``reference`` is the track whose own
    clock is the surest.
    """

    agreement: Agreement | None = None
    measured: Mapping[Language, SoundSync] = field(default_factory=dict)
    clocks: Mapping[Language, SoundSync] = field(default_factory=dict)
    reference: Language | None = None


def compare_with_sound(
    bo: Track | None,
    zh: Track | None,
    speech: Speech,
    alignment: Alignment | None = None,
    *,
    settings: Sync | None = None,
) -> SoundComparison:
    """Compare the tracks with the sound.

    :param zh: the Chinese track, or the transcript that is used in its place: it
        is the sound itself, and has no clock of its own.
    :param alignment: of the two tracks, where there is one. Below the settings'
        ``foreign_confidence`` it is of unrelated tracks, and no clock is taken from it.
    :param settings: how far clocks may be apart, the defaults unless given.
    """
    settings = settings or Sync()
    related = alignment if _is_related(alignment, settings) else None
    found, measured = _chinese(bo, zh, speech, related, settings)
    words = any(sync.method == "words" for sync in measured.values())
    # With words for one track and the two aligned, the voice has nothing to add.
    settled = "bo" in measured or (words and related is not None)
    if bo is not None and bo.source != "transcript" and not settled:
        _add_voice(measured, "bo", bo, speech, settings)
    clocks: Clocks = {side: sync for side, sync in measured.items() if is_sure(sync)}
    reference = _surest(clocks)
    if reference is not None and related is not None and _both_written(bo, zh):
        other: Language = "zh" if reference == "bo" else "bo"
        clocks[other] = through_alignment(clocks[reference], related, other)
    return SoundComparison(agreement=found, measured=measured, clocks=clocks, reference=reference)


def _surest(clocks: Clocks) -> Language | None:
    """The track whose clock is the surest: by words before by voice."""
    return max(
        clocks,
        key=lambda side: (clocks[side].method == "words", clocks[side].confidence),
        default=None,
    )


def _both_written(bo: Track | None, zh: Track | None) -> bool:
    return bo is not None and zh is not None and zh.source != "transcript"


def _is_related(alignment: Alignment | None, settings: Sync) -> bool:
    confidence = None if alignment is None else alignment.confidence
    return confidence is not None and confidence >= settings.foreign_confidence


def _chinese(
    bo: Track | None,
    zh: Track | None,
    speech: Speech,
    related: Alignment | None,
    settings: Sync,
) -> tuple[Agreement | None, Clocks]:
    """How the Chinese words agree, and the clocks that follow from the Chinese side.

    A Tibetan track aligned with a transcript has its clock from that.
    """
    measured: Clocks = {}
    if zh is None or not zh.cues:
        return None, measured
    if zh.source == "transcript":
        if related is not None and bo is not None:
            measured["bo"] = _as_sync(related)
        return None, measured
    found: Agreement | None = None
    if speech.segments and language.judge(speech) == "mandarin":
        found = agreement(zh, speech, max_rate_deviation=settings.max_rate_deviation)
        if found.sync is not None and is_sure(found.sync):
            measured["zh"] = found.sync
    if "zh" not in measured:
        _add_voice(measured, "zh", zh, speech, settings)
    return found, measured


def _add_voice(
    measured: Clocks, side: Language, track: Track, speech: Speech, settings: Sync
) -> None:
    sync = sync_by_voice(track, speech, settings.max_offset_ms)
    if sync is not None:
        measured[side] = sync


def is_sure(sync: SoundSync) -> bool:
    """Whether findings may rest on a clock."""
    return sync.confidence >= SURE[sync.method]


def through_alignment(sync: SoundSync, alignment: Alignment, side: Language) -> SoundSync:
    """The clock of the track of language ``side``, from the other's and the alignment.

    Jumps of both come together; two that lie within three seconds are one.
    """
    between = alignment.clock if side == "bo" else alignment.clock.inverted()
    clock = sync.clock.then(between).simplified(near_ms=_NEAR_MS, same_ms=_SAME_MS)
    return replace(sync, clock=clock)


def on_sound_clock(track: Track, sync: SoundSync | None) -> Track:
    """The track with its cues moved to where the sound has them; as it is without a clock."""
    if sync is None:
        return track
    return replace(
        track,
        cues=tuple(
            replace(
                cue,
                start_ms=round(sync.clock.inverse(cue.start_ms)),
                end_ms=round(sync.clock.inverse(cue.end_ms)),
            )
            for cue in track.cues
        ),
    )


def _as_sync(alignment: Alignment) -> SoundSync:
    """An alignment with a transcript is one with the sound."""
    return SoundSync(
        clock=alignment.clock,
        confidence=alignment.confidence or 0.0,
        method="words",
        anchors=sum(1 for bead in alignment.beads if bead.two_sided),
        residual_ms=0,
    )
