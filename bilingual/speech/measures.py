"""The figures of speech against subtitles, each with its denominator."""

from __future__ import annotations

from collections.abc import Sequence

from bilingual.config import Config
from bilingual.model import Speech, Track
from bilingual.result import Measure
from bilingual.speech import language
from bilingual.speech.agreement import agreement
from bilingual.speech.coverage import coverage
from bilingual.speech.heard import length_ms, unreliable_spans


def speech_measures(
    speech: Speech, bo: Track | None, zh: Track | None, config: Config
) -> tuple[Measure, ...]:
    """What can be measured of the written tracks against the sound.

    ``coverage.speech_subtitled`` is the share of speaking time with a subtitle
    of any written track, ``coverage.subtitle_spoken`` the share of subtitled
    time with speech (both with half a second's grace). ``agreement.transcript_cer``
    is of the written Chinese track against reliable Mandarin words. A figure
    that cannot be had has the value ``None``, or is left out where what it is
    of was not handed in.
    """
    written = [t for t in (bo, zh) if t is not None and t.source != "transcript" and t.cues]
    measures: list[Measure] = []
    if speech.spans is not None and written:
        measures += _times(written, speech)
    if zh is not None and zh.source != "transcript" and zh.cues and speech.segments is not None:
        measures.append(_cer(zh, speech))
    return tuple(measures)


def _times(written: Sequence[Track], speech: Speech) -> list[Measure]:
    found = coverage(written, speech)
    return [
        _ratio("coverage.speech_subtitled", found.subtitled_ms, found.speech_ms),
        _ratio("coverage.subtitle_spoken", found.spoken_ms, found.cue_ms),
    ]


def _cer(zh: Track, speech: Speech) -> Measure:
    excluded: dict[str, int] = {}
    if language.judge(speech) != "mandarin":
        # Words that were not Mandarin agree or disagree with nothing.
        return Measure(
            id="agreement.transcript_cer",
            value=None,
            unit="ratio",
            excluded={"language": len(zh.cues)},
        )
    found = agreement(zh, speech)
    excluded = found.left_out
    if doubtful := length_ms(unreliable_spans(speech)):
        excluded["unreliable_ms"] = doubtful
    return _ratio("agreement.transcript_cer", found.errors, found.length, excluded)


def _ratio(
    name: str, numerator: int, denominator: int, excluded: dict[str, int] | None = None
) -> Measure:
    return Measure(
        id=name,
        value=round(numerator / denominator, 4) if denominator else None,
        unit="ratio",
        numerator=numerator,
        denominator=denominator,
        excluded=excluded or {},
    )
