"""Subtitles compared with the sound: how far the two clocks are apart.

Where words were heard and the track is Chinese, the words show it; otherwise
only the times of speech do. Both give a map from the sound's clock to the
track's: a positive offset means the subtitles come late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from bilingual.asr.cer import normalized
from bilingual.asr.characters import TimedCharacters, timed_characters
from bilingual.config import Sync
from bilingual.model import ClockMap, Jump, Speech, Track

MIN_ANCHORS = 4
"""Fewer cues than this whose words were found are no evidence about the clock."""

_MIN_MATCHED = 4
_MIN_MATCHED_SHARE = 0.5
_MIN_REACH_MS = 30_000
_NEAR_MS = 700
"""Anchors this near to a line agree with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundSync:
    """How a track's clock differs from the sound's.

    ``clock`` maps the sound's times to the track's, in whole milliseconds.
    ``confidence`` (0..1) is how much of the evidence agrees; ``anchors`` how many
    cues it rests on. ``residual_ms`` is the median distance of those from the map.
    """

    clock: ClockMap
    confidence: float
    method: Literal["words", "voice"]
    anchors: int
    residual_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A cue whose words were heard: when it starts, and when they were said."""

    cue: int
    cue_ms: int
    sound_ms: int
    matched: int


def word_anchors(track: Track, heard: TimedCharacters) -> tuple[Anchor, ...]:
    """Cues of a Chinese track whose words are in the transcript, in order.

    The two texts are aligned as wholes, whatever their times.
    """
    from rapidfuzz.distance import Levenshtein

    texts = [normalized(cue.compared) for cue in track.cues]
    whole = "".join(texts)
    owners = [(i, k) for i, text in enumerate(texts) for k in range(len(text))]
    matches: dict[int, list[tuple[int, int]]] = {}
    for block in Levenshtein.opcodes(whole, heard.text):
        if block.tag != "equal":
            continue
        for source, target in zip(
            range(block.src_start, block.src_end),
            range(block.dest_start, block.dest_end),
            strict=True,
        ):
            cue, place = owners[source]
            matches.setdefault(cue, []).append((place, target))
    anchors = []
    for cue, pairs in sorted(matches.items()):
        length = len(texts[cue])
        if len(pairs) < max(_MIN_MATCHED, _MIN_MATCHED_SHARE * length):
            continue
        begun = _begin(pairs, heard)
        anchors.append(
            Anchor(cue=cue, cue_ms=track.cues[cue].start_ms, sound_ms=begun, matched=len(pairs))
        )
    return tuple(anchors)


def _begin(pairs: list[tuple[int, int]], heard: TimedCharacters) -> int:
    """When the cue's first character was said, or would have been."""
    place, target = pairs[0]
    if place == 0:
        return heard.times_ms[target]
    last_place, last_target = pairs[-1]
    span = heard.times_ms[last_target] - heard.times_ms[target]
    pace = span / max(1, last_place - place)
    return round(heard.times_ms[target] - place * min(pace, 400.0))


def sync_by_words(
    track: Track, speech: Speech, max_rate_deviation: float = Sync().max_rate_deviation
) -> SoundSync | None:
    """The clock of a Chinese track against the words heard.

    ``None`` where too few cues' words were heard. ``confidence`` is the share
    of anchors that the result explains, times how many of the track's cues
    became anchors (all of them needed only up to a half).
    """
    anchors = word_anchors(track, timed_characters(speech))
    if len(anchors) < MIN_ANCHORS:
        return None
    spoken = sum(1 for cue in track.cues if len(normalized(cue.compared)) >= _MIN_MATCHED)
    points = [(a.sound_ms, a.cue_ms) for a in anchors]
    return fit(
        points,
        cues=max(spoken, len(anchors)),
        method="words",
        max_rate_deviation=max_rate_deviation,
    )


def fit(
    points: Sequence[tuple[int, int]],
    *,
    cues: int,
    method: Literal["words", "voice"],
    max_rate_deviation: float = Sync().max_rate_deviation,
) -> SoundSync:
    """A line, or pieces of one, through (sound, cue) times, robust to strays."""
    rate, pieces = min(
        (
            (rate, pieces, cost)
            for rate in _rates(points, max_rate_deviation)
            for pieces, cost in [_pieces(points, rate)]
        ),
        # At equal cost no drift: 1 comes first, and min keeps the first.
        key=lambda found: found[2],
    )[:2]
    offsets = [median(c - rate * s for s, c in piece) for piece in pieces]
    agreeing, distances = 0, []
    for piece, offset in zip(pieces, offsets, strict=True):
        for sound, cue in piece:
            distance = abs(cue - rate * sound - offset)
            distances.append(distance)
            agreeing += distance <= _NEAR_MS
    jumps = tuple(
        Jump(at_ms=piece[0][0], offset_ms=round(offset))
        for piece, offset in zip(pieces[1:], offsets[1:], strict=True)
    )
    share = min(1.0, 2 * len(points) / max(1, cues))
    return SoundSync(
        clock=ClockMap(rate=round(rate, 6), offset_ms=round(offsets[0]), jumps=jumps),
        confidence=round(agreeing / len(points) * share, 4),
        method=method,
        anchors=len(points),
        residual_ms=round(median(distances)),
    )


def _rates(points: Sequence[tuple[int, int]], max_deviation: float) -> list[float]:
    """Rates worth trying: 1, and median slopes (Theil–Sen) of the whole and halves.

    A jump falsifies the slope of the whole, but not that of both halves.
    """
    rates = [1.0]
    middle = len(points) // 2
    for part in (points, points[:middle], points[middle:]):
        if len(part) < MIN_ANCHORS or part[-1][0] - part[0][0] < _MIN_REACH_MS:
            continue
        reach = part[-1][0] - part[0][0]
        slopes = [
            (c2 - c1) / (s2 - s1)
            for i, (s1, c1) in enumerate(part)
            for s2, c2 in part[i + 1 :]
            if s2 - s1 >= reach / 4
        ]
        rate = median(slopes)
        # What 0.3 s over the stretch would explain is the noise of cue times.
        if abs(rate - 1.0) * reach >= 300 and abs(rate - 1.0) <= max_deviation:
            rates.append(rate)
    return rates


def _pieces(
    points: Sequence[tuple[int, int]], rate: float
) -> tuple[list[list[tuple[int, int]]], float]:
    """The points cut where the offset changes for good, and what that costs.

    A point costs up to one by its distance from its piece's offset, a cut of a
    second or more three, a smaller one nine: those are rarely real. Exact over
    offsets in quarter seconds, by dynamic programming.
    """
    offsets = [c - rate * s for s, c in points]
    candidates = sorted({round(o / 250) * 250 for o in offsets})
    cost = dict.fromkeys(candidates, 0.0)
    came: list[dict[int, int]] = []
    for offset in offsets:
        cheapest = min(cost, key=cost.__getitem__)
        step: dict[int, float] = {}
        back: dict[int, int] = {}
        for c in candidates:
            switch = cost[cheapest] + 3.0 if abs(cheapest - c) >= 1000 else cost[cheapest] + 9.0
            stay = cost[c]
            back[c] = c if stay <= switch else cheapest
            step[c] = min(stay, switch) + min(1.0, abs(offset - c) / _NEAR_MS)
        came.append(back)
        cost = step
    state = min(cost, key=cost.__getitem__)
    total = cost[state]
    states = [state]
    for back in reversed(came[1:]):
        state = back[state]
        states.append(state)
    states.reverse()
    pieces = [[points[0]]]
    for i in range(1, len(points)):
        if states[i] != states[i - 1]:
            pieces.append([])
        pieces[-1].append(points[i])
    return pieces, total
