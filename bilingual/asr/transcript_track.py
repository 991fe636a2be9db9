"""A Mandarin transcript as a track, in place of Chinese subtitles."""

from __future__ import annotations

from bilingual.model import Cue, Language, Speech, Track


def transcript_track(speech: Speech, language: Language = "zh") -> Track | None:
    """The reliable words as a track of that language; ``None`` where there are none.

    Cues are utterances with the times at which they were said and the
    recogniser's confidence. What the guards distrust is left out: a stand-in
    that invents would put faults on the other track.
    """
    if not speech.segments:
        return None
    said = [s for s in speech.segments if s.reliable and s.text]
    if not said:
        return None
    cues = tuple(
        Cue(
            index=i,
            start_ms=segment.start_ms,
            end_ms=segment.end_ms,
            text=segment.text,
            confidence=segment.confidence,
        )
        for i, segment in enumerate(said)
    )
    return Track(cues=cues, language=language, source="transcript")
