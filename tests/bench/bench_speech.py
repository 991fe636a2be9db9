r"""Speech: who speaks when, what is said, what is hallucinated, and how late subtitles are.

    python -m tests.bench.bench_speech vad     [--narration DIR]
    python -m tests.bench.bench_speech cer     [--narration DIR] [--engines NAME,...] [--sounds NAME,...]
    python -m tests.bench.bench_speech hallucinations
    python -m tests.bench.bench_speech sync    [--narration DIR] [--timings DIR] [--peer]

DIR holds sentences as ``NAME.wav`` (16 kHz, mono, 16 bits) with their words in
``NAME.txt``; they are strung together with known gaps of 0.4–3 s. Without it the
sample's own narration is taken (two minutes). Noise and music are made here from
a fixed seed. TIMINGS is a folder of JSON lists of ``[start_ms, end_ms, ...]``,
real subtitles of other works. ``--peer`` runs ffsubsync (from PyPI) on the same
sound and the same subtitles. tests/bench/speech.md shows the figures.
"""

# ruff: noqa: T201 (a program: its output is its purpose)

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from bilingual.alignment.speech.comparison import is_sure
from bilingual.alignment.speech.voice_sync import sync_by_voice
from bilingual.alignment.speech.word_sync import SoundSync, sync_by_words
from bilingual.asr import guards, listen, vad
from bilingual.asr.cer import character_error_rate, normalized
from bilingual.asr.characters import TimedCharacters, timed_characters
from bilingual.asr.registry import engines
from bilingual.config import Config
from bilingual.model import Cue, Span, Speech, Track
from bilingual.render.notebook.results import Entry, Figure
from tests.bench.results import column, table, write

RATE = 16_000
Audio = NDArray[np.float32]
SAMPLE = "the sample's narration"
Move = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Narration:
    """Known words at known times."""

    audio: Audio
    spans: tuple[Span, ...]
    words: tuple[str, ...]

    @property
    def seconds(self) -> float:
        return self.audio.size / RATE


def strung(folder: Path, seed: int = 1) -> Narration:
    """Sentences from a folder, peak at half scale, with gaps between."""
    rng = np.random.default_rng(seed)
    parts: list[Audio] = [np.zeros(RATE, np.float32)]
    spans, words, at = [], [], RATE
    for file in sorted(folder.glob("*.wav")):
        sound = trimmed(read_wav(file))
        gap = int(rng.choice([0.4, 0.6, 0.8, 1.5, 3.0]) * RATE)
        spans.append(Span(start_ms=at // 16, end_ms=(at + sound.size) // 16))
        words.append(file.with_suffix(".txt").read_text(encoding="utf-8").strip())
        parts += [sound, np.zeros(gap, np.float32)]
        at += sound.size + gap
    audio = np.concatenate(parts) + rng.normal(0, 1e-4, at).astype(np.float32)
    return Narration(audio.astype(np.float32), tuple(spans), tuple(words))


def as_float32(sound: NDArray[np.floating]) -> Audio:
    return sound.astype(np.float32)


def trimmed(sound: Audio) -> Audio:
    loud = np.nonzero(np.convolve(np.abs(sound), np.ones(320) / 320, "same") > 0.01)[0]
    cut = sound[loud[0] : loud[-1]]
    return as_float32(cut / np.abs(cut).max() * 0.5)


def read_wav(path: Path) -> Audio:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        data = file.readframes(file.getnframes())
    return np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32768)


def write_wav(path: Path, audio: Audio) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((np.clip(audio, -1, 1) * 32767).astype("<i2").tobytes())


def own() -> Narration:
    """The sample's narration."""
    from bilingual.media.audio import read_audio
    from bilingual.sample import write_sample
    from bilingual.sample.script import script

    with tempfile.TemporaryDirectory() as folder:
        write_sample(Path(folder))
        video = next(Path(folder).glob("sound/*.mp4"))
        audio = read_audio(video, Config.load().media)
    said = script().sentences
    return Narration(audio, tuple(s.span for s in said), tuple(s.zh for s in said))


def music(seconds: int, kind: str, seed: int = 3) -> Audio:
    """Plucked notes, slow chords, or notes with drums, in a pentatonic scale."""
    rng = np.random.default_rng(seed)
    out = np.zeros(seconds * RATE)
    step = 2.0 if kind == "chords" else 0.4
    for i in range(int(seconds / step)):
        start = int(i * step * RATE)
        size = min(int(step * 1.5 * RATE), out.size - start)
        time_s = np.arange(size) / RATE
        pitch = 220 * 2 ** (rng.choice([0, 2, 4, 7, 9, 12, 14, 16]) / 12)
        shape = np.hanning(size) if kind == "chords" else np.exp(-3 * time_s)
        for harmonic in range(1, 7):
            tone = np.sin(2 * np.pi * pitch * harmonic * time_s)
            out[start : start + size] += shape * tone / harmonic**1.3
        if kind == "drums" and i % 2 == 0:
            hit = min(RATE // 10, out.size - start)
            beat = rng.normal(0, 1.5, hit) * np.exp(-40 * np.arange(hit) / RATE)
            out[start : start + hit] += beat
    return as_float32(0.3 * out / np.abs(out).max())


def noise(seconds: int, kind: str, seed: int = 5) -> Audio:
    """White or pink noise."""
    rng = np.random.default_rng(seed)
    white = rng.normal(size=seconds * RATE)
    if kind == "pink":
        spectrum = np.fft.rfft(white)
        white = np.fft.irfft(spectrum / np.sqrt(np.arange(spectrum.size) + 1), white.size)
    return as_float32(0.05 * white / white.std())


def sounds(seconds: int = 60) -> Mapping[str, Audio]:
    """Sounds without speech."""
    return {
        "silence": np.zeros(seconds * RATE, np.float32),
        "white noise": noise(seconds, "white"),
        "pink noise": noise(seconds, "pink"),
        "music, plucked": music(seconds, "plucked"),
        "music, chords": music(seconds, "chords"),
        "music, drums": music(seconds, "drums"),
    }


def conditions(narration: Narration, db: float = 10) -> Iterator[tuple[str, Audio]]:
    """The narration alone, and with music and noise so many dB below its voice."""
    background = {
        "music": np.concatenate([music(60, k) for k in ("plucked", "chords", "drums")]),
        "pink noise": noise(60, "pink"),
        "white noise": noise(60, "white"),
    }
    voiced = true_frames(narration)
    power = float((narration.audio[np.repeat(voiced, vad.FRAME_SAMPLES).nonzero()[0]] ** 2).mean())
    yield "quiet", narration.audio
    for name, sound in background.items():
        long = np.tile(sound, narration.audio.size // sound.size + 1)[: narration.audio.size]
        gain = np.sqrt(power / float((long**2).mean()) / 10 ** (db / 10))
        yield f"{name} at {db:g} dB", (narration.audio + gain * long).astype(np.float32)


def true_frames(narration: Narration) -> NDArray[np.bool_]:
    """Frames of 32 ms with a voice: above -35 dB of the peak, pauses under 0.3 s filled."""
    frames = narration.audio.size // vad.FRAME_SAMPLES
    block = narration.audio[: frames * vad.FRAME_SAMPLES].reshape(frames, -1)
    voiced: NDArray[np.bool_] = np.sqrt((block**2).mean(1)) > 0.5 * 10 ** (-35 / 20)
    places = np.nonzero(voiced)[0]
    for one, other in pairwise(places):
        if 1 < other - one <= 9:
            voiced[one:other] = True
    return voiced


def bench_vad(narration: Narration, data: str) -> None:
    """Frame accuracy, missed speech, false speech; then speech detected where there is none."""
    settings, truth = Config.load().vad, true_frames(narration)
    rows: list[list[Entry]] = []
    for name, audio in conditions(narration):
        begun = time.perf_counter()
        spans = vad.speech_spans(audio, RATE, settings)
        spent = (time.perf_counter() - begun) / narration.seconds * 60
        found = np.zeros(truth.size, dtype=bool)
        for span in spans:
            found[round(span.start_ms / 32) : round(span.end_ms / 32)] = True
        missed = float((~found & truth).sum() / truth.sum())
        false = float((found & ~truth).sum() / max(1, (~truth).sum()))
        rows.append([name, float((found == truth).mean()), missed, false, spent])
    columns = (
        column("sound", "{}"),
        column("frame accuracy", "{:.3f}", accuracy="ratio"),
        column("missed", "{:.3f}", missed="ratio"),
        column("false", "{:.3f}", false="ratio"),
        column("seconds a minute", "{:.2f}", time="s/min"),
    )
    silent = [
        (name, sum(s.duration_ms for s in vad.speech_spans(audio, RATE, settings)) / 1000)
        for name, audio in sounds().items()
    ]
    without = (column("sound"), column("seconds of 60 detected as speech", "{:.1f}", time="s"))
    tables = {
        "frames": table("Voice activity: frames of 32 ms", columns, rows, n=truth.size),
        "silence": table("Voice activity where there is no speech", without, silent),
    }
    result = "speech-vad" if data != SAMPLE else "speech-vad-sample"
    write(result, tables=tables, seeds=[1, 3, 5], data=[data])


def bench_cer(narration: Narration, names: list[str], only: list[str], data: str) -> None:
    """Character error rate, time and CPU time by duration, a row an engine and sound.

    Prints what each engine heard of each sentence in quiet, side by side.
    """
    heard: dict[str, TimedCharacters] = {}
    rows: list[list[Entry]] = []
    for name in names:
        for sound, audio in conditions(narration):
            if any(sound.startswith(word) for word in only):
                row, speech = cer_of(narration, name, sound, audio)
                rows.append(row)
                if sound == "quiet":
                    heard[name] = timed_characters(speech)
    for span, words in zip(narration.spans, narration.words, strict=True):
        said = [f.text[f.between(span.start_ms - 200, span.end_ms)] for f in heard.values()]
        print("\t".join([normalized(words), *said]))
    columns = (
        column("engine"),
        column("sound"),
        column("CER", "{:.3f} ({}/{})", CER="ratio", errors="characters", n="characters"),
        column("CPU time", "{:.2f}", CPU_time="ratio to duration"),
        column("unreliable segments", "{} of {}", unreliable="segments", n="segments"),
        column("characters in gaps", characters="count"),
        column("elapsed time", "{:.2f}", time="ratio to duration"),
    )
    result = "speech-cer" if data != SAMPLE else "speech-cer-sample"
    tables = {"engines": table("Character error rate", columns, rows)}
    write(result, tables=tables, seeds=[1, 3, 5], data=[data])


def cer_of(
    narration: Narration, engine: str, sound: str, audio: Audio
) -> tuple[list[Entry], Speech]:
    """The row of one engine and sound, and what it heard."""
    reference = "".join(narration.words)
    begun, worked = time.perf_counter(), time.process_time()
    speech, lacking = listen(audio, configured(engine=engine, cache=False))
    spent = (time.perf_counter() - begun) / narration.seconds
    worked = (time.process_time() - worked) / narration.seconds
    segments = speech.segments or ()
    kept = [s.text for s in segments if s.reliable]
    errors, length = character_error_rate(reference, "".join(kept))
    if lacking:
        sys.stdout.write(f"{engine}, {sound}: {lacking.code}\n")
    row: list[Entry] = [engine, sound, (errors / length, errors, length), worked]
    row += [(len(segments) - len(kept), len(segments)), len(outside(speech, narration)), spent]
    return row, speech


def outside(speech: Speech, narration: Narration) -> str:
    """Reliable characters more than half a second from any sentence: hallucinated."""
    heard = timed_characters(speech)
    return "".join(
        character
        for character, at in zip(heard.text, heard.times_ms, strict=True)
        if not any(s.start_ms - 500 <= at <= s.end_ms + 500 for s in narration.spans)
    )


def configured(**asr: object) -> Config:
    whole = Config.load()
    return msgspec.structs.replace(whole, asr=msgspec.structs.replace(whole.asr, **asr))


def bench_hallucinations(names: list[str]) -> None:
    """Characters a minute without speech: as recognised, after the guards, and end to end."""
    rows: list[list[Entry]] = []
    for name in names:
        engine = engines()[name]
        recogniser = engine.load(engine.weights("base"), Config.load().asr)
        for sound, audio in sounds().items():
            raw = [
                segment
                for start in (0, 28 * RATE)
                for segment in recogniser.recognise(audio[start : start + 28 * RATE], "zh")
            ]
            judged = [guards.judge(s, Config.load().asr) for s in raw]
            counts = [
                sum(len(guards.squeezed(s.text)) for s in part) * 60 / 56
                for part in (raw, [s for s in judged if s.reliable])
            ]
            speech, _ = listen(audio, configured(engine=name))
            whole = sum(len(guards.squeezed(s.text)) for s in speech.segments or () if s.reliable)
            rows.append([name, sound, *counts, whole])
    unit = {"characters": "characters/min"}
    columns = [column("engine"), column("sound")]
    columns += [
        column(n, "{:.0f}", **unit) for n in ("as recognised", "after the guards", "end to end")
    ]
    title = "Hallucinated characters a minute"
    tables = {"engines": table(title, columns, rows)}
    write("speech-hallucinations", tables=tables, seeds=[3, 5], data=["sounds made here"])


SHIFTS = (0.2, 0.5, 1, 2, 5, 10)


def moves() -> Mapping[str, Move]:
    """Ways in which subtitles get off their sound."""

    def shift(by: float, t: float) -> float:
        return t + by

    def jump(t: float) -> float:
        return t + (5000 if t > 60_000 else 0)

    found: dict[str, Move] = {"none": partial(shift, 0)}
    for seconds in SHIFTS:
        found[f"{seconds:g} s late"] = partial(shift, 1000 * seconds)
        found[f"{seconds:g} s early"] = partial(shift, -1000 * seconds)
    return found | {
        "drift 1 %": lambda t: 1.01 * t,
        "drift 0.1 %": lambda t: 1.001 * t,
        "25/24": lambda t: t * 25 / 24,
        "jump of 5 s": jump,
    }


def moved(narration: Narration, move: Move) -> Track:
    cues = (
        (max(0, round(move(s.start_ms))), max(1, round(move(s.end_ms))), w)
        for s, w in zip(narration.spans, narration.words, strict=True)
    )
    return Track(
        cues=tuple(Cue(index=i, start_ms=a, end_ms=b, text=t) for i, (a, b, t) in enumerate(cues)),
        language="zh",
    )


def left_over(sync: SoundSync | None, narration: Narration, track: Track) -> Entry:
    """Median and maximum distance of corrected cues from where they belong, in seconds."""
    if sync is None:
        return "no result"
    errors = [
        abs(sync.clock.inverse(cue.start_ms) - span.start_ms) / 1000
        for cue, span in zip(track.cues, narration.spans, strict=True)
        if cue.start_ms > 0
    ]
    return float(np.median(errors)), max(errors)


def bench_sync(narration: Narration, timings: Path | None, data: str, *, peer: bool) -> None:
    """What is left of a shift after each estimate, and what unrelated subtitles are taken for."""
    first = cut(narration, 0, 300_000)
    speech, _ = listen(first.audio, Config.load())
    methods = ["ours, by words", "ours, by voice", *(["ffsubsync"] if peer else [])]
    rows: list[list[Entry]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_wav(folder / "sound.wav", first.audio)
        for label, move in moves().items():
            track = moved(first, move)
            row: list[Entry] = [label]
            row.append(left_over(sync_by_words(track, speech), first, track))
            row.append(left_over(sync_by_voice(track, speech), first, track))
            if peer:
                row.append(theirs(folder, first, track))
            rows.append(row)
        figures = unrelated(narration, timings, folder, peer=peer)
    columns = [column("subtitles")]
    columns += [column(method, "{:.2f}/{:.2f}", median="s", max="s") for method in methods]
    title = "Seconds left over after the correction, median/max of the cues"
    tables = {"sync": table(title, columns, rows)}
    result = "speech-sync" if data != SAMPLE else "speech-sync-sample"
    write(result, tables=tables, figures=figures, seeds=[1], data=[data])


def unrelated(
    narration: Narration, timings: Path | None, folder: Path, *, peer: bool
) -> dict[str, Figure]:
    """Subtitles of other works on this sound: how many of 50 pairings each method accepts."""
    rng = random.Random(1)
    works: list[list[list[int]]] = []
    for file in sorted(timings.glob("*.json")) if timings else []:
        found = json.loads(file.read_text(encoding="utf-8"))
        works.append(found["cues"] if isinstance(found, dict) else found)
    sounds = [
        (start, listen(part.audio, configured(engine="off"))[0], part)
        for start in range(0, round(1000 * narration.seconds) - 180_000, 100_000)
        for part in [cut(narration, start, start + 240_000)]
    ]
    called = sure = success = tried = 0
    for k in range(50):
        if not works or not sounds:
            break
        start, speech, part = sounds[k % len(sounds)]
        work = works[k % len(works)]
        at = rng.randrange(0, max(1, work[-1][1] - 240_000))
        cues = [(a - at, b - at) for a, b, *_ in work if at <= a and b < at + 240_000]
        track = Track(
            cues=tuple(
                Cue(index=i, start_ms=a, end_ms=b, text="字幕") for i, (a, b) in enumerate(cues)
            ),
            language="zh",
        )
        sync = sync_by_voice(track, speech)
        tried += 1
        called += sync is not None and sync.confidence >= 0.5
        sure += sync is not None and is_sure(sync)
        if peer:
            write_wav(folder / "sound.wav", part.audio)
            success += run_peer(folder, track) is not None
        del start
    counts = {"likely_by_voice": called, "sure_by_voice": sure}
    if peer:
        counts["success_by_ffsubsync"] = success
    return {name: Figure(value=n, unit="pairings", n=tried) for name, n in counts.items()}


def cut(narration: Narration, start_ms: int, end_ms: int) -> Narration:
    kept = [
        (Span(start_ms=s.start_ms - start_ms, end_ms=s.end_ms - start_ms), w)
        for s, w in zip(narration.spans, narration.words, strict=True)
        if start_ms <= s.start_ms and s.end_ms <= end_ms
    ]
    audio = narration.audio[start_ms * 16 : end_ms * 16]
    return Narration(audio, tuple(s for s, _ in kept), tuple(w for _, w in kept))


def theirs(folder: Path, narration: Narration, track: Track) -> Entry:
    times = run_peer(folder, track)
    if times is None or len(times) != len(track.cues):
        return "no result"
    errors = [
        abs(found - span.start_ms) / 1000
        for found, span, cue in zip(times, narration.spans, track.cues, strict=True)
        if cue.start_ms > 0
    ]
    return float(np.median(errors)), max(errors)


def run_peer(folder: Path, track: Track) -> list[int] | None:
    """Cue starts as ffsubsync corrects them; ``None`` where it reports that it failed."""
    from bilingual.media.binaries import ffmpeg_binaries

    program = shutil.which("ffsubsync", path=str(Path(sys.executable).parent))
    if program is None:
        sys.exit("ffsubsync is not installed")
    (folder / "in.srt").write_text(srt(track), encoding="utf-8")
    (folder / "out.srt").unlink(missing_ok=True)
    tools = ffmpeg_binaries()
    links = folder / "bin"
    links.mkdir(exist_ok=True)
    for name, path in (("ffmpeg", tools.ffmpeg), ("ffprobe", tools.ffprobe)):
        if not (links / name).exists():
            (links / name).symlink_to(path)
    done = subprocess.run(
        [program, str(folder / "sound.wav"), "-i", str(folder / "in.srt"), "-o",
         str(folder / "out.srt"), "--ffmpeg-path", str(links), "--vad", "webrtc"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode or not (folder / "out.srt").exists():
        return None
    import pysrt

    found = pysrt.from_string((folder / "out.srt").read_text(encoding="utf-8"))
    return [cue.start.ordinal for cue in found]


def srt(track: Track) -> str:
    def clock(ms: int) -> str:
        return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}"

    return "\n".join(
        f"{c.index + 1}\n{clock(c.start_ms)} --> {clock(c.end_ms)}\n{c.text}\n" for c in track.cues
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", choices=["vad", "cer", "hallucinations", "sync"])
    parser.add_argument("--narration", type=Path)
    parser.add_argument("--timings", type=Path)
    parser.add_argument("--engines", default="faster-whisper,whisper")
    parser.add_argument("--sounds", default="quiet,music,pink noise,white noise")
    parser.add_argument("--peer", action="store_true")
    options = parser.parse_args()
    names = options.engines.split(",")
    if options.what == "hallucinations":
        bench_hallucinations(names)
        return
    narration = strung(options.narration) if options.narration else own()
    data = options.narration.name if options.narration else SAMPLE
    if options.what == "vad":
        bench_vad(narration, data)
    elif options.what == "cer":
        bench_cer(narration, names, options.sounds.split(","), data)
    else:
        bench_sync(narration, options.timings, data, peer=options.peer)


if __name__ == "__main__":
    main()
