"""What a work is known again by: its sound, its picture, its texts.

No package of PyPI fingerprints sound without a library of the system (pyacoustid binds
Chromaprint), so sound has a small one here, of peaks in the spectrum taken four at a time:
what survives another codec, a cut and a change of speed. Texts are compared by MinHash
(rensa; where it is not installed only the same words are known again), key frames by the
perceptual hash pHash. The libraries with that hash bring SciPy for one cosine transform of 32
by 32 values, 150 MB; NumPy does it here.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from bilingual.config import Config
from bilingual.errors import BilingualError
from bilingual.model import LANGUAGES, Report, Track
from bilingual.showing import logger

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_log = logger(__name__)

VERSION: Final = 2
"""Prints of two versions cannot be compared."""

SAMPLE_RATE: Final = 8000
HOP_S: Final = 0.025
"""Seconds from one spectrum to the next."""

_WINDOW: Final = 1024
_LOW_HZ, _HIGH_HZ = 500.0, 3400.0
_NEAR_BINS, _NEAR_FRAMES = 6, 8
_PEAKS_A_SECOND: Final = 5
_FIRST, _LAST = 12, 80  # frames from a peak to those that it is joined with
_JOINED: Final = 5
_SILENT: Final = -2.0  # of the logarithm of a bin's size; quiet speech has 1 and more
_KEPT: Final = 8  # one hash of so many is kept, by its value: the same ones in every work
# Steps of what is hashed, as ratios: of two tones, of two gaps in time, and of the tone itself.
_TONE_STEP, _GAP_STEP, _PLACE_STEP = 1.03, 1.2, 1.5
_MOST_FRAMES: Final = 60
_SIDE: Final = 32  # pixels of a picture that is hashed, across and down
_FREQUENCIES: Final = 8  # the lowest of each direction
# Of brightness, 0 to 255: a picture of one shade is like every other. A line of white letters on
# black still has 8.9 when it is so small.
_FLAT: Final = 8.0
_SHINGLE: Final = 5
PERMUTATIONS: Final = 128
_SEED: Final = 1


class Prints(msgspec.Struct, frozen=True, kw_only=True):
    """The fingerprints of a work; ``None`` where there is nothing to take them from.

    ``files``: SHA-256 by role. ``sound``: hashes, and the tenths of a second at which each
    begins, in ``sound_at``. ``pictures``: 64-bit perceptual hashes in hexadecimal. ``words``:
    SHA-256 of the letters alone, ``text``: MinHash values, both by language;
    ``shingles``: how many there are.
    """

    version: int = VERSION
    files: dict[str, str] = {}
    sound: tuple[int, ...] | None = None
    sound_at: tuple[int, ...] = ()
    pictures: tuple[str, ...] | None = None
    words: dict[str, str] = {}
    text: dict[str, tuple[int, ...]] = {}
    shingles: dict[str, int] = {}


def prints_of(report: Report, video: str | None, config: Config) -> Prints:
    """The fingerprints of a work that was checked.

    :param video: the film's path. What of it cannot be read has no fingerprint.
    """
    path = None if video is None or report.media is None else Path(video)
    sound = None if path is None else _sound(path, report, config)
    texts = {side: letters_of(report.track(side)) for side in LANGUAGES}
    texts = {side: text for side, text in texts.items() if text}
    return Prints(
        files={file.role: file.sha256 for file in report.inputs},
        sound=None if sound is None else tuple(int(h) for h in sound[0]),
        sound_at=() if sound is None else tuple(int(t) for t in sound[1]),
        pictures=None if path is None else _pictures(path, report, config),
        words={s: hashlib.sha256(t.encode()).hexdigest() for s, t in texts.items()},
        text={s: found for s, t in texts.items() if (found := _minhash(t))},
        shingles={s: len(set(shingles(t))) for s, t in texts.items()},
    )


def letters_of(track: Track | None) -> str:
    """The letters and digits of a track's cues: neither styles nor marks nor lines."""
    if track is None or track.source == "transcript":
        return ""
    text = "".join(cue.compared for cue in track.cues)
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if unicodedata.category(char)[0] in "LNM")


def shingles(text: str) -> Iterable[str]:
    """Every run of five characters."""
    return (text[n : n + _SHINGLE] for n in range(max(1, len(text) - _SHINGLE + 1)))


def _minhash(text: str) -> tuple[int, ...]:
    try:
        from rensa import RMinHash
    except ImportError:
        return ()
    found = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    found.update(sorted(set(shingles(text))))
    return tuple(found.digest())


def _sound(
    path: Path, report: Report, config: Config
) -> tuple[NDArray[np.uint32], NDArray[np.uint16]] | None:
    from bilingual.media.audio import read_audio

    stream = None if report.media is None else report.media.audio_stream
    try:
        samples = read_audio(path, config.media, stream=stream, sample_rate=SAMPLE_RATE)
    except BilingualError as error:
        _log.info("no fingerprint of the sound: %s", error.code)
        return None
    return sound_hashes(samples)


def sound_hashes(
    samples: NDArray[np.float32],
) -> tuple[NDArray[np.uint32], NDArray[np.uint16]] | None:
    """Hashes of the sound, and the tenths of a second at which each begins.

    :param samples: mono, shape (samples,), float32, :data:`SAMPLE_RATE` a second.
    """
    import numpy as np

    spectra = _spectra(samples)
    if spectra is None:
        return None
    times, heights, strengths = _peaks(spectra)
    chosen = _joined(times, strengths)
    if not len(chosen):
        return None
    anchor, *others = chosen.T
    tones = np.log(heights)
    parts = [(np.round(tones[anchor] / np.log(_PLACE_STEP)), 32)]
    for other in others:
        interval = np.round((tones[other] - tones[anchor]) / np.log(_TONE_STEP)) + 128
        gap = np.round(np.log((times[other] - times[anchor]) / _FIRST) / np.log(_GAP_STEP))
        parts += [(interval, 256), (gap, 16)]
    code = np.zeros(len(chosen), np.uint64)
    for values, size in parts:
        code = code * np.uint64(size) + values.astype(np.uint64)
    mixed = code * np.uint64(0x9E3779B97F4A7C15)  # Fibonacci hashing: modulo 2 ** 64
    kept = (mixed >> np.uint64(60)) % np.uint64(_KEPT) == 0
    hashes = (mixed[kept] >> np.uint64(24)).astype(np.uint32)
    starts = np.minimum(times[anchor[kept]] * HOP_S * 10, 65535).astype(np.uint16)
    return hashes, starts


def _joined(times: NDArray[np.int64], strengths: NDArray[np.float32]) -> NDArray[np.int64]:
    """Peaks four at a time, shape (n, 4): each with any three of the strongest that follow.

    Two are shared by chance by any two films of five minutes, and three still by a hundred
    places of each.
    """
    import numpy as np

    begins = np.searchsorted(times, times + _FIRST, side="left")
    ends = np.searchsorted(times, times + _LAST, side="right")
    found = []
    for anchor, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        zone = np.arange(begin, end)
        if len(zone) > _JOINED:
            zone = np.sort(zone[np.argsort(-strengths[zone], kind="stable")[:_JOINED]])
        found += [(anchor, *three) for three in combinations(zone.tolist(), 3)]
    return np.array(found, np.int64).reshape(-1, 4)


def _spectra(samples: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """Loudness by frame and bin of the spectrum, logarithmic; ``None`` of too little sound."""
    import numpy as np

    hop = int(SAMPLE_RATE * HOP_S)
    count = (len(samples) - _WINDOW) // hop + 1
    if count < 2 * _LAST:
        return None
    low, high = (int(hz * _WINDOW / SAMPLE_RATE) for hz in (_LOW_HZ, _HIGH_HZ))
    window = np.hanning(_WINDOW).astype(np.float32)
    rows = []
    for begin in range(0, count, 2000):  # fifty seconds at once
        places = np.arange(begin, min(begin + 2000, count))[:, None] * hop + np.arange(_WINDOW)
        spectrum = np.abs(np.fft.rfft(samples[places] * window, axis=1))[:, low:high]
        rows.append(np.log(spectrum + 1e-3).astype(np.float32))
    return np.concatenate(rows)


def _peaks(
    spectra: NDArray[np.float32],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float32]]:
    """Times (frames), frequencies (Hz) and strengths of the peaks, in order of time."""
    import numpy as np

    highest = spectra.copy()
    for axis, reach in ((0, _NEAR_FRAMES), (1, _NEAR_BINS)):
        source = highest.copy()
        for step in range(1, reach + 1):
            ahead: list[slice] = [slice(None), slice(None)]
            behind = list(ahead)
            ahead[axis], behind[axis] = slice(step, None), slice(None, -step)
            for to, out in ((ahead, behind), (behind, ahead)):
                np.maximum(highest[tuple(to)], source[tuple(out)], out=highest[tuple(to)])
    loud = max(float(np.median(spectra)) + 1.0, _SILENT)
    times, bins = np.nonzero((spectra >= highest) & (spectra > loud))
    inner = (bins > 0) & (bins < spectra.shape[1] - 1)
    times, bins = times[inner], bins[inner]
    strengths = spectra[times, bins]
    seconds = (times * HOP_S).astype(int)
    order = np.lexsort((-strengths, seconds))
    rank = np.arange(len(order)) - np.searchsorted(seconds[order], seconds[order], side="left")
    kept = np.sort(order[rank < _PEAKS_A_SECOND])
    times, bins, strengths = times[kept], bins[kept], strengths[kept]
    below, above = spectra[times, bins - 1], spectra[times, bins + 1]
    bend = np.minimum(below - 2 * strengths + above, -1e-6)
    exact = bins + np.clip(0.5 * (below - above) / bend, -0.5, 0.5)
    hertz = _LOW_HZ + exact.astype(np.float64) * SAMPLE_RATE / _WINDOW
    return times, hertz, strengths


def _pictures(path: Path, report: Report, config: Config) -> tuple[str, ...] | None:
    from bilingual.ocr.frames import key_frames

    if report.media is None or report.media.picture is None:
        return None
    found: list[str] = []
    frames = key_frames(
        path, report.media, config.media, height=_SIDE, width=_SIDE, most=_MOST_FRAMES
    )
    try:
        found += (picture_hash(frame) for frame in frames if frame.std() >= _FLAT)
    except BilingualError as error:
        _log.info("no fingerprint of the picture: %s", error.code)
    return tuple(found)


def picture_hash(frame: NDArray[np.uint8]) -> str:
    """The perceptual hash pHash: 64 bits in hexadecimal.

    A bit for each of the 8 by 8 lowest frequencies of the discrete cosine transform (type II):
    whether there is more of it than the median. After N. Krawetz, "Looks Like It" (2011), with
    the median in place of the mean, as ImageHash has it; the bits are those of ImageHash where no
    two of the frequencies are as strong as each other, as they are in symmetrical pictures.

    :param frame: brightness, shape (32, 32), uint8.
    """
    import numpy as np

    places = (2 * np.arange(_SIDE) + 1) * np.pi / (2 * _SIDE)
    waves = np.cos(np.outer(np.arange(_FREQUENCIES), places))
    lowest = waves @ frame.astype(np.float64) @ waves.T
    return np.packbits(lowest > np.median(lowest)).tobytes().hex()
