"""The written tracks held against the sound, worked out once for everybody who asks.

Which words of the Chinese track were said, and how the clock of each track lies
against the sound. A clock comes from the words heard where there are any, from
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
from bilingual.model import Alignment, Language, Speech, Track

SURE: Final[Mapping[str, float]] = {"words": 0.6, "voice": 0.99}
"""From this confidence on a clock counts as known, by what it rests on."""

_NEAR_MS: Final = 3000
_SAME_MS: Final = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainstSound:
    """What the sound says of the written tracks.

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


def against_sound(
    bo: Track | None,
    zh: Track | None,
    speech: Speech,
    alignment: Alignment | None = None,
    *,
    min_kinship: float = 0.5,
) -> AgainstSound:
    """Hold the tracks against the sound.

    :param zh: the Chinese track, or the transcript that stands in for one: it
        is the sound itself, and has no clock of its own.
    :param alignment: of the two tracks, where there is one.
    :param min_kinship: below this confidence the alignment is of tracks that do
        not belong together, and says nothing of the clocks.
    """
    measured: dict[Language, SoundSync] = {}
    found: Agreement | None = None
    kin = (
        alignment
        if alignment is not None
        and alignment.confidence is not None
        and alignment.confidence >= min_kinship
        else None
    )
    if zh is not None and zh.source == "transcript":
        if kin is not None and bo is not None:
            measured["bo"] = _as_clock(kin)
    elif zh is not None and zh.cues:
        if speech.segments and language.judge(speech) == "mandarin":
            found = agreement(zh, speech)
            if found.sync is not None and is_sure(found.sync):
                measured["zh"] = found.sync
        if "zh" not in measured and (sync := sync_by_voice(zh, speech)) is not None:
            measured["zh"] = sync
    words = any(sync.method == "words" for sync in measured.values())
    # With words for one track and the two aligned, the voice has nothing to add.
    if bo is not None and bo.source != "transcript" and not (words and kin is not None):
        sync = sync_by_voice(bo, speech)
        if sync is not None and "bo" not in measured:
            measured["bo"] = sync
    clocks: dict[Language, SoundSync] = {s: c for s, c in measured.items() if is_sure(c)}
    reference = max(
        clocks,
        key=lambda side: (clocks[side].method == "words", clocks[side].confidence),
        default=None,
    )
    written = zh is not None and zh.source != "transcript" and bo is not None
    if reference is not None and kin is not None and written:
        other: Language = "zh" if reference == "bo" else "bo"
        clocks[other] = by_way_of(clocks[reference], kin, other)
    return AgainstSound(agreement=found, measured=measured, clocks=clocks, reference=reference)


def is_sure(sync: SoundSync) -> bool:
    """Whether findings may rest on a clock."""
    return sync.confidence >= SURE[sync.method]


def by_way_of(sync: SoundSync, alignment: Alignment, side: Language) -> SoundSync:
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


def _as_clock(alignment: Alignment) -> SoundSync:
    """An alignment with a transcript is one with the sound."""
    return SoundSync(
        clock=alignment.clock,
        confidence=alignment.confidence or 0.0,
        method="words",
        anchors=sum(1 for bead in alignment.beads if bead.two_sided),
        residual_ms=0,
    )
