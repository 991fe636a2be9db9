"""The figures of speech against subtitles, each with its denominator."""

from __future__ import annotations

from collections.abc import Sequence

from bilingual.alignment.speech.comparison import SoundComparison
from bilingual.alignment.speech.word_sync import SoundSync
from bilingual.asr.characters import unreliable_spans
from bilingual.asr.spans import length_ms
from bilingual.asr.tibetan import syllable_errors
from bilingual.measures.figures import clock_figures, ratio, unknown
from bilingual.measures.speech_time import coverage
from bilingual.model import Language, Measure, Speech, Track, Transcript
from bilingual.translation.scores import similarity_measures


def speech_measures(
    speech: Speech, bo: Track | None, zh: Track | None, sound: SoundComparison | None
) -> tuple[Measure, ...]:
    """What can be measured of the written tracks compared with the sound.

    ``coverage.speech_subtitled`` is the share of speaking time with a subtitle
    of any written track, ``coverage.subtitle_spoken`` the share of subtitled
    time with speech (both with half a second's grace). ``agreement.transcript_cer``
    is of the written Chinese track against reliable Mandarin words,
    ``agreement.tibetan_ser`` of the written Tibetan one, in syllables, against what
    a plugged-in recogniser heard: it is for information.
    ``timing.bo_sound_offset_ms`` and ``timing.bo_sound_rate`` (``zh`` likewise)
    are how the track's clock differs from the sound's: positive is late; the
    denominator counts the cues they rest on. A figure that cannot be had has the
    value ``None``, or is left out where its subject was not submitted.
    """
    sides: tuple[tuple[Language, Track | None], ...] = (("bo", bo), ("zh", zh))
    written = {
        side: track
        for side, track in sides
        if track is not None and track.source != "transcript" and track.cues
    }
    measures: list[Measure] = []
    if speech.spans is not None and written:
        measures += _times(list(written.values()), speech)
        for side in written:
            measures += _clock(side, None if sound is None else sound.clocks.get(side))
    if "zh" in written and speech.segments is not None:
        measures.append(_cer(written["zh"], speech, sound))
    if "bo" in written and speech.tibetan is not None:
        measures.append(_ser(written["bo"], speech.tibetan))
    return tuple(measures)


def _clock(side: Language, sync: SoundSync | None) -> tuple[Measure, Measure]:
    prefix = f"timing.{side}_sound_"
    if sync is None:
        return clock_figures(prefix, None, None)
    return clock_figures(prefix, sync.clock, sync.anchors)


def _times(written: Sequence[Track], speech: Speech) -> list[Measure]:
    found = coverage(written, speech)
    return [
        ratio("coverage.speech_subtitled", found.subtitled_ms, found.speech_ms),
        ratio("coverage.subtitle_spoken", found.spoken_ms, found.cue_ms),
    ]


def _cer(zh: Track, speech: Speech, sound: SoundComparison | None) -> Measure:
    found = None if sound is None else sound.agreement
    if found is None:
        # Words that were not Mandarin agree or disagree with nothing.
        return unknown("agreement.transcript_cer", {"language": len(zh.cues)})
    excluded = found.left_out
    if doubtful := length_ms(unreliable_spans(speech)):
        excluded["unreliable_ms"] = doubtful
    return ratio("agreement.transcript_cer", found.errors, found.length, excluded)


def _ser(bo: Track, heard: Transcript) -> Measure:
    found = syllable_errors(bo, heard)
    name = "agreement.tibetan_ser"
    if found is None:
        return unknown(name)
    excluded = {"unreliable_ms": found.unreliable_ms} if found.unreliable_ms else {}
    return ratio(name, found.errors, found.length, excluded)


def transcript_similarity(sound: SoundComparison | None) -> tuple[Measure, ...]:
    """How similar the written Chinese is to what was heard, by sacrebleu's metrics.

    The reference is the track, both without punctuation and with numbers alike;
    what was not heard reliably is left out of both.
    """
    compared = None if sound is None else sound.agreement
    if compared is None or not compared.wanted or not compared.heard:
        return ()
    wanted, heard = zip(*compared.stretches(), strict=True)
    return similarity_measures(heard, wanted, "zh")
