"""A transcript by itself, as ``bilingual transcribe`` shows it."""

from __future__ import annotations

import json
from dataclasses import replace

from bilingual.model import Speech
from bilingual.model.codec import to_builtins
from bilingual.render.words import clock, visible
from bilingual.showing import ascii_controls


def render_transcript(speech: Speech, form: str) -> str:
    """The transcript as text with times, as the report's JSON, or as a subtitle
    file in the format of that name.

    Segments that the guards distrust are marked with ``?`` in text; a subtitle file,
    which has no place for a doubt, leaves them out. Where there are no Mandarin words,
    those of a plugged-in Tibetan recogniser stand here, if there are any.
    """
    heard = speech.tibetan if speech.segments is None else None
    if form == "json":
        return ascii_controls(json.dumps(to_builtins(speech), ensure_ascii=False, indent=2)) + "\n"
    if form != "text":
        from bilingual.asr.transcript_track import transcript_track
        from bilingual.formats.writing import written

        track = transcript_track(
            speech if heard is None else replace(speech, segments=heard.segments),
            "zh" if heard is None else "bo",
        )
        return "" if track is None else written(track, form)
    return "".join(
        f"{clock(s.start_ms)} {' ' if s.reliable else '?'} {visible(s.text)}\n"
        for s in (speech.segments if heard is None else heard.segments) or ()
    )
