"""Sound against subtitles and the award's languages: other works' words, no narration, Mandarin."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bilingual import verify
from bilingual.asr.vad import SAMPLE_RATE, speech_spans
from bilingual.config import Config
from bilingual.media.audio import read_audio
from bilingual.model import Segment, Span, Speech
from tests.bench.batch_scale import ffmpeg
from tests.bench.rules_run import CORPORA, Bench, Measured, keep
from tests.bench.rules_works import HAN, Tally, Work, timed
from tests.support import examined, track

_WORKS: Final = 6
_CUES: Final = 12
_MISHEARD: Final = (0.05, 0.15, 0.3)
_SECONDS: Final = 20


def heard(work: Work, share: float, rnd: random.Random, letters: Sequence[str]) -> Speech:
    """A made transcript of a work's Chinese with so many characters misheard."""
    segments = [
        Segment(
            start_ms=line.start,
            end_ms=line.end,
            text="".join(
                rnd.choice(letters) if HAN.match(c) and rnd.random() < share else c
                for c in line.text
            ),
            confidence=0.9,
            avg_logprob=-0.2,
            no_speech_prob=0.05,
            compression_ratio=1.0,
            reliable=True,
            doubts=(),
        )
        for line in work.zh
    ]
    return Speech(
        duration_ms=work.zh[-1].end + 5000,
        spans=tuple(Span(start_ms=s.start_ms, end_ms=s.end_ms) for s in segments),
        segments=tuple(segments),
        language="zh",
        language_scores={"zh": 0.99},
        engine="faster-whisper",
        model="base",
        vad="silero-vad",
    )


def _foreign(bench: Bench, measured: Measured) -> None:
    chance = bench.chance("foreign-subtitles")
    pairs = [p for p in bench.pairs(CORPORA["news"]) if 8 <= len(HAN.findall(p[1])) <= 30]
    letters = HAN.findall("".join(zh for _, zh in pairs))
    for share in _MISHEARD:
        others, own = Tally(), Tally()
        for _ in range(min(bench.planted, _WORKS)):
            drawn = chance.sample(pairs, 2 * _CUES)
            work, other = timed(drawn[:_CUES], chance), timed(drawn[_CUES:], chance)
            speech = heard(work, share, chance, letters)
            for lines, tally in ((other.zh, others), (work.zh, own)):
                zh = track("zh", [(line.start, line.end, line.text) for line in lines])
                report = examined(zh=zh, speech=speech)
                found = any(f.rule == "foreign-subtitles" for f in report.findings)
                tally.add(found, lines[0].text)
        said = f"{share:.0%} of the characters misheard"
        keep(bench, measured.planted, "foreign-subtitles", f"another work's, {said}", others)
        keep(bench, measured.right, "foreign-subtitles", said, own, right=True)


def sounds() -> dict[str, NDArray[np.float32]]:
    """Sound without a voice."""
    at = np.arange(_SECONDS * SAMPLE_RATE) / SAMPLE_RATE
    rnd = np.random.default_rng(20)
    white = rnd.standard_normal(at.size)
    notes = sum(np.sin(2 * np.pi * f * at) for f in (220.0, 277.2, 329.6)) * (1 - at % 0.5)
    found = {
        "silence": np.zeros(at.size),
        "white noise": 0.1 * white,
        "low noise": 0.02 * np.cumsum(white) / np.sqrt(np.arange(1, at.size + 1)),
        "a note": 0.3 * np.sin(2 * np.pi * 440 * at),
        "chords twice a second": 0.2 * notes,
        "clicks": np.where(at % 0.7 < 0.002, 0.8, 0.0),
        "a rising tone": 0.3 * np.sin(2 * np.pi * (200 + 40 * at) * at),
    }
    return {name: sound.astype(np.float32) for name, sound in found.items()}


def _reported(rule: str, audio: NDArray[np.float32], scores: dict[str, float]) -> bool:
    spans = speech_spans(audio)
    speech = Speech(
        duration_ms=audio.size * 1000 // SAMPLE_RATE,
        spans=spans,
        vad="silero-vad",
        language_scores=scores,
    )
    bo = track("bo", [(0, 2000, "ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།")])
    return any(f.rule == rule for f in examined(bo=bo, speech=speech).findings)


def measure_speech(bench: Bench, measured: Measured) -> None:
    """Foreign subtitles, sound without a voice, and real recordings of Mandarin."""
    if bench.wants("foreign-subtitles"):
        _foreign(bench, measured)
    voices = sorted((bench.data / "speech").glob("*.wav"))
    config = Config.load()
    if bench.wants("language-pair"):
        for name, audio in sounds().items():
            tally = Tally()
            tally.add(_reported("language-pair", audio, {}), name)
            keep(bench, measured.planted, "language-pair", name, tally)
        tally = Tally()
        for path in voices:
            audio = read_audio(path, config.media)
            tally.add(_reported("language-pair", audio, {"zh": 0.99}), path.name)
        keep(bench, measured.right, "language-pair", "recordings of Mandarin", tally, right=True)
    if bench.wants("narration-language"):
        _mandarin(bench, measured, voices)


def _mandarin(bench: Bench, measured: Measured, voices: Sequence[Path]) -> None:
    """Real recordings, recognised, in the category that requires Mandarin."""
    config, tally = Config.load(category="chinese"), Tally()
    film = bench.scratch / "spoken.mp4"
    for path in voices:
        picture = ["-f", "lavfi", "-i", "testsrc2=size=64x36:rate=2:duration=60"]
        ffmpeg(*picture, "-i", str(path), "-shortest", "-c:v", "libx264", "-c:a", "aac", str(film))
        found = verify(film, config=config).findings
        tally.add(any(f.rule == "narration-language" for f in found), path.name)
    keep(bench, measured.right, "narration-language", "recordings of Mandarin", tally, right=True)
