"""A transcript by itself, as ``bilingual transcribe`` shows it."""

from __future__ import annotations

import json
from typing import Literal

from bilingual.model import Speech
from bilingual.report.document import speech_document
from bilingual.report.words import clock, visible


def render_transcript(speech: Speech, form: Literal["text", "json", "srt"]) -> str:
    """The transcript as text with times, as the report's JSON, or as SRT.

    Segments that the guards distrust are marked with ``?`` in text; SRT, which
    has no place for a doubt, leaves them out.
    """
    if form == "json":
        return json.dumps(speech_document(speech), ensure_ascii=False, indent=2) + "\n"
    if form == "srt":
        from bilingual.formats.writing import to_srt
        from bilingual.speech.track import transcript_track

        track = transcript_track(speech)
        return "" if track is None else to_srt(track)
    return "".join(
        f"{clock(s.start_ms)} {' ' if s.reliable else '?'} {visible(s.text)}\n"
        for s in speech.segments or ()
    )
