"""Subtitles compared with the sound by voice activity alone, in any language.

Starts and ends of cues are laid over starts and ends of speech at every offset
and over a range of rates. The best place only counts as far as it stands out
from all the others: against another work's sound something is always best too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bilingual.alignment.exclusion import exclusion
from bilingual.alignment.residuals import NAMED_RATES
from bilingual.alignment.speech.word_sync import MIN_ANCHORS, SoundSync, fit
from bilingual.asr.spans import length_ms, merged
from bilingual.config import Sync
from bilingual.model import Span, Speech, Track

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MIN_CUES: Final = 8
"""Fewer cues than this can lie over anything."""

_STEP_MS = 40
_SIGMA_MS = 150.0
_RATES = (1.0, *(rate for _, rate in NAMED_RATES))
_FINE = 0.001
_FINE_STEPS = 30
_APART_MS = 2000
_PEAKS = 8
_SWITCH = 3.0
_NEAR_MS = 600
_HIT_MS = 200
_MIN_GAP_MS = 200


def sync_by_voice(
    track: Track, speech: Speech, max_offset_ms: int = Sync().max_offset_ms
) -> SoundSync | None:
    """The clock of a track compared with when there is speech.

    ``None`` where there are too few cues or too little speech. ``confidence``
    (0..1) says how far the best place stands out: below a half it may be
    chance, and then nothing follows, neither that the track belongs to the
    sound nor that it does not.
    """
    spoken = [cue for cue in track.cues if exclusion(cue) is None]
    starts = [cue.start_ms for cue in spoken if cue.duration_ms > 0]
    spans = merged(speech.spans or (), gap_ms=_MIN_GAP_MS)
    if len(starts) < MIN_CUES or len(spans) < MIN_CUES:
        return None
    length = max(speech.duration_ms, spans[-1].end_ms)
    cues = merged(Span(start_ms=cue.start_ms, end_ms=cue.end_ms) for cue in spoken)
    best = _best_overlay(cues, spans, length, max_offset_ms)
    if best is None:
        return None
    rate, scores = best
    offsets = _peaks(scores, max_offset_ms)
    points = _points(starts, rate, offsets, [s.start_ms for s in spans])
    if len(points) < MIN_ANCHORS:
        return None
    tried = len(_rates()) * max(1, round(2 * max_offset_ms / (2 * _HIT_MS)))
    line = fit(points, cues=len(starts), method="voice")
    return SoundSync(
        clock=line.clock,
        confidence=round(_significance(line, track, spans, length, tried), 4),
        method="voice",
        anchors=len(points),
        residual_ms=line.residual_ms,
    )


def _best_overlay(
    cues: Sequence[Span], spans: Sequence[Span], length_ms: int, max_offset_ms: int
) -> tuple[float, NDArray[np.float64]] | None:
    """The rate at which cues fit speech best, and how well they do at each offset.

    :param length_ms: of the sound.
    """
    import numpy as np

    sound = _events(spans, 1.0, length_ms + 2 * max_offset_ms, max_offset_ms)
    slowest = max(length_ms, round(cues[-1].end_ms / min(_rates()))) + 2 * max_offset_ms
    size = 1 << (slowest // _STEP_MS + sound.size + 1).bit_length()
    transformed = np.conj(np.fft.fft(sound, size))
    best: tuple[float, float, NDArray[np.float64]] | None = None
    for rate in _rates():
        scores = _overlay(cues, rate, transformed, slowest, max_offset_ms)
        if best is None or scores.max() > best[0]:
            best = (float(scores.max()), rate, scores)
    return None if best is None or best[0] <= 0 else best[1:]


def _rates() -> list[float]:
    fine = [1 + k * _FINE for k in range(-_FINE_STEPS, _FINE_STEPS + 1)]
    return sorted({*_RATES, *fine}, key=lambda rate: (abs(rate - 1), rate))


def _events(
    spans: Sequence[Span], rate: float, length_ms: int, margin_ms: int
) -> NDArray[np.complex128]:
    """Smoothed starts (real) and ends (imaginary) of spans on a grid."""
    import numpy as np

    size = length_ms // _STEP_MS + 1
    grid = np.zeros(size, dtype=np.complex128)
    for span in spans:
        for time, unit in ((span.start_ms, 1.0), (span.end_ms, 1.0j)):
            place = round((time / rate + margin_ms) / _STEP_MS)
            if 0 <= place < size:
                grid[place] += unit
    reach = np.arange(-3 * _SIGMA_MS, 3 * _SIGMA_MS + 1, _STEP_MS)
    kernel = np.exp(-0.5 * (reach / _SIGMA_MS) ** 2)
    smooth: NDArray[np.complex128] = np.convolve(grid, kernel, mode="same")
    return smooth


def _overlay(
    cues: Sequence[Span],
    rate: float,
    sound: NDArray[np.complex128],
    reach_ms: int,
    max_offset_ms: int,
) -> NDArray[np.float64]:
    """How many starts and ends agree at each offset, -max to +max in steps.

    The mean over offsets is taken off, so that busy sound has no head start.

    :param sound: the conjugate transform of the sound's events.
    """
    import numpy as np

    mine = np.fft.fft(_events(cues, rate, reach_ms, 0), sound.size)
    # Real part: starts on starts plus ends on ends.
    correlation = np.fft.ifft(mine * sound).real
    steps = max_offset_ms // _STEP_MS
    # sound is shifted by the margin: no offset lies at -margin.
    lags = np.arange(-2 * steps, 1)
    scores: NDArray[np.float64] = correlation[lags % sound.size]
    centred: NDArray[np.float64] = scores - scores.mean()
    return centred


def _peaks(scores: NDArray[np.float64], max_offset_ms: int) -> list[int]:
    """The highest offsets in ms, at least ``_APART_MS`` apart."""
    remaining = scores.copy()
    apart = _APART_MS // _STEP_MS
    found = []
    for _ in range(_PEAKS):
        place = int(remaining.argmax())
        found.append(place * _STEP_MS - max_offset_ms)
        remaining[max(0, place - apart) : place + apart + 1] = remaining.min()
    return found


def _significance(
    sync: SoundSync, track: Track, spans: Sequence[Span], duration_ms: int, tried: int
) -> float:
    """0..1: how sure it is that the agreement found is no chance.

    Under chance each start or end of a cue lies near one of speech as often as
    any moment does; the binomial tail of the count there is, times the places
    that were tried, is the chance of finding such an agreement somewhere. One in
    thirty gives a half, one in a thousand 0.97.
    """
    # The turned map and not the inverse, which puts all times of a gap at its jump: there
    # speech begins, and they would count as agreeing.
    to_sound = sync.clock.inverted()
    hits = trials = 0
    expected = 0.0
    cues = [c for c in track.cues if c.duration_ms > 0 and exclusion(c) is None]
    for times, events in (
        ([c.start_ms for c in cues], [s.start_ms for s in spans]),
        ([c.end_ms for c in cues], [s.end_ms for s in spans]),
    ):
        mapped = [to_sound.forward(float(t)) for t in times]
        inside = [t for t in mapped if 0 <= t <= duration_ms]
        near = merged(Span(start_ms=e - _HIT_MS, end_ms=e + _HIT_MS) for e in events)
        hits += sum(any(s.start_ms <= t <= s.end_ms for s in near) for t in inside)
        # What falls outside the sound agrees with nothing.
        trials += len(times)
        expected += len(times) * min(0.99, length_ms(near) / max(1, duration_ms))
    chance = log10_tail(hits, trials, expected / max(1, trials)) + math.log10(tried)
    chance += len(sync.clock.jumps) * math.log10(max(2, len(track.cues) * _PEAKS))
    return 1 / (1 + 10 ** max(-30.0, min(30.0, chance + 1.5)))


def log10_tail(hits: int, trials: int, share: float) -> float:
    """log10 of the chance of at least so many hits in so many independent trials."""
    if hits <= trials * share or trials == 0:
        return 0.0
    logs = [
        math.lgamma(trials + 1)
        - math.lgamma(k + 1)
        - math.lgamma(trials - k + 1)
        + k * math.log(share)
        + (trials - k) * math.log(1 - share)
        for k in range(hits, trials + 1)
    ]
    top = max(logs)
    return min(0.0, (top + math.log(sum(math.exp(x - top) for x in logs))) / math.log(10))


def _points(
    starts: Sequence[int], rate: float, offsets: Sequence[int], onsets: Sequence[int]
) -> list[tuple[int, int]]:
    """(sound, cue) times of cues that start where speech does, under the offsets.

    Which of the offsets holds when is decided for all cues together: changing
    it costs as much as three cues that agree.
    """
    import numpy as np

    sorted_onsets = np.asarray(onsets, dtype=np.float64)
    nearest = np.empty((len(starts), len(offsets)))
    gain = np.empty_like(nearest)
    for k, offset in enumerate(offsets):
        expected = (np.asarray(starts, dtype=np.float64) / rate) - offset
        after = np.clip(np.searchsorted(sorted_onsets, expected), 1, len(onsets) - 1)
        left, right = sorted_onsets[after - 1], sorted_onsets[after]
        onset = np.where(expected - left <= right - expected, left, right)
        nearest[:, k] = onset
        gain[:, k] = np.exp(-0.5 * ((onset - expected) / (2 * _SIGMA_MS)) ** 2)
    total = gain[0].copy()
    came = []
    for row in gain[1:]:
        best = int(total.argmax())
        stay = total >= total[best] - _SWITCH
        came.append(np.where(stay, np.arange(len(offsets)), best))
        total = np.where(stay, total, total[best] - _SWITCH) + row
    state = int(total.argmax())
    states = [state]
    for back in reversed(came):
        state = int(back[state])
        states.append(state)
    states.reverse()
    points = []
    for i, k in enumerate(states):
        expected_ms = starts[i] / rate - offsets[k]
        if abs(nearest[i, k] - expected_ms) <= _NEAR_MS:
            points.append((round(float(nearest[i, k])), starts[i]))
    return sorted(points)
