"""The tracks' clocks compared with the sound, for the sync rules.

A fault is reported once: for two tracks that agree with each other and are both off
the sound, for both together; where they disagree, the sound decides which of them is
off, and the comparison of the two is not reported as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import sqrt
from typing import Any, Final, Literal

from bilingual.alignment.residuals import named_rate
from bilingual.alignment.speech.word_sync import SoundSync
from bilingual.checks._tracks import player_time, seconds, severity_of
from bilingual.checks.base import Artifacts, CannotTell, Hit, Words
from bilingual.model import ClockMap, Evidence, Language, Reason, Severity, Span, Suggestion, Track

Who = Literal["both", "bo", "zh"]

_SLACK_MS: Final[Mapping[str, int]] = {"words": 150, "voice": 200}
"""Subtitles may begin so much before or after the voice, and recognisers and
voice detection are off by about as much."""
_CERTAIN: Final = 0.999
"""A clock by voice alone is no error below this confidence."""
_SAME_PLACE_MS: Final = 4000

WHO: Final[Mapping[str, tuple[str, str]]] = {
    "both": ("两条字幕", "both tracks are"),
    "bo": ("藏文字幕", "the Tibetan track is"),
    "zh": ("中文字幕", "the Chinese track is"),
}


def sound_doubt(artifacts: Artifacts) -> CannotTell | None:
    """Why the tracks' clocks against the sound are not known.

    ``None`` where they are, or where no sound was submitted.
    """
    speech = artifacts.speech
    if artifacts.sound is None or speech is None or not any(True for _ in artifacts.tracks()):
        return None
    if not speech.spans:
        return CannotTell(reason=Reason(code="no-speech"))
    if _known(artifacts):
        return None
    return CannotTell(reason=Reason(code="sound-clock-unknown"))


def _known(artifacts: Artifacts) -> dict[Language, tuple[Track, SoundSync]]:
    sound = artifacts.sound
    if sound is None:
        return {}
    return {
        side: (track, sound.clocks[side])
        for side, track in artifacts.tracks()
        if side in sound.clocks and track.cues
    }


def offset_hits(artifacts: Artifacts) -> list[Hit]:
    """Tracks that are late or early against the sound from their first cue on."""
    known = _known(artifacts)
    sizes = {
        side: sync.clock.shift_at(min(c.start_ms for c in track.cues))
        for side, (track, sync) in known.items()
    }
    hits = []
    for who, side in _whose(artifacts, sizes):
        _, sync = known[side]
        margin = _SLACK_MS[sync.method] + 2 * _error_ms(sync)
        severity = _severity(artifacts, max(0.0, abs(sizes[side]) - margin), sync)
        if severity is None:
            continue
        hits.append(
            Hit(
                severity=severity,
                confidence=_confidence(sync),
                params={
                    "variant": f"sound-{who}-" + ("late" if sizes[side] > 0 else "early"),
                    "seconds": seconds(abs(sizes[side])),
                    "offset_ms": round(sizes[side]),
                    "margin_ms": round(margin),
                    **_basis(who, sync),
                },
                evidence=_witness(artifacts, who),
                suggestion=_shift(artifacts, who, side),
            )
        )
    return hits


def drift_hits(artifacts: Artifacts) -> list[Hit]:
    """Tracks whose clock runs faster or slower than the sound's."""
    known = _known(artifacts)
    lengths = {
        side: max(c.start_ms for c in track.cues) - min(c.start_ms for c in track.cues)
        for side, (track, _) in known.items()
    }
    sizes = {side: (sync.clock.rate - 1) * lengths[side] for side, (_, sync) in known.items()}
    hits = []
    for who, side in _whose(artifacts, sizes):
        _, sync = known[side]
        # The error of a slope through anchors spread evenly over the track.
        margin = 3 * _error_ms(sync) * sqrt(12) / max(1, lengths[side])
        size = max(0.0, abs(sync.clock.rate - 1) - margin) * lengths[side]
        severity = _severity(artifacts, size, sync)
        if severity is None:
            continue
        name = named_rate(sync.clock.rate, margin)
        hits.append(
            Hit(
                severity=severity,
                confidence=_confidence(sync),
                params={
                    "variant": f"sound-{who}",
                    "percent": round(abs(sync.clock.rate - 1) * 100, 2),
                    "rate": round(sync.clock.rate, 6),
                    "margin": round(margin, 6),
                    "ratio": name,
                    "seconds": seconds(abs(sizes[side])),
                    **_basis(who, sync),
                },
                evidence=_witness(artifacts, who),
                suggestion=_shift(artifacts, who, side),
            )
        )
    return hits


def jump_hits(artifacts: Artifacts) -> list[Hit]:
    """Tracks that part from the sound by another amount from some time on."""
    known = _known(artifacts)
    jumps = {side: dict(sync.clock.steps()) for side, (_, sync) in known.items()}
    hits = []
    for side, (_, sync) in known.items():
        other: Language = "zh" if side == "bo" else "bo"
        for at, size in jumps[side].items():
            shared = any(
                abs(at - there) <= _SAME_PLACE_MS and severity_of(artifacts, size - same) is None
                for there, same in jumps.get(other, {}).items()
            )
            if shared and side == "bo":
                continue  # reported once, for both, with the Chinese track
            who: Who = "both" if shared else side
            severity = _severity(artifacts, max(0.0, abs(size) - 2 * _error_ms(sync)), sync)
            if severity is None:
                continue
            hits.append(
                Hit(
                    severity=severity,
                    confidence=_confidence(sync),
                    span_ms=Span(start_ms=at, end_ms=at),
                    params={
                        "variant": f"sound-{who}-" + ("late" if size > 0 else "early"),
                        "at": player_time(at),
                        "seconds": seconds(abs(size)),
                        "size_ms": size,
                        **_basis(who, sync),
                    },
                    evidence=_witness(artifacts, who),
                    suggestion=_shift(artifacts, who, side),
                )
            )
    return sorted(hits, key=lambda hit: hit.span_ms.start_ms if hit.span_ms else 0)


def _whose(artifacts: Artifacts, sizes: Mapping[Language, float]) -> list[tuple[Who, Language]]:
    """Which tracks a fault is reported for: both as one where they share it, else each."""
    sound = artifacts.sound
    if len(sizes) == 2 and severity_of(artifacts, sizes["bo"] - sizes["zh"]) is None:
        first: Language = sound.reference if sound and sound.reference else "zh"
        return [("both", first)]
    return [(side, side) for side in sizes]


def _severity(artifacts: Artifacts, ms: float, sync: SoundSync) -> Severity | None:
    """By the voice alone no error is raised unless chance is all but excluded."""
    severity = severity_of(artifacts, ms)
    rests_on_alignment = artifacts.zh is not None and artifacts.zh.source == "transcript"
    weak = sync.method == "voice" and sync.confidence < _CERTAIN
    if severity is Severity.ERROR and (weak or rests_on_alignment):
        return Severity.WARNING
    return severity


def _error_ms(sync: SoundSync) -> float:
    """One standard error of the clock's offset."""
    return 1.4826 * sync.residual_ms / sqrt(max(1, sync.anchors))


def _confidence(sync: SoundSync) -> float:
    return min(0.99, sync.confidence)


def _basis(who: Who, sync: SoundSync) -> dict[str, Any]:
    return {"against": "sound", "track": who, "by": sync.method, "anchors": sync.anchors}


def _witness(artifacts: Artifacts, who: Who) -> tuple[Evidence, ...]:
    """The track that the clock was taken from, where it was not this one."""
    sound = artifacts.sound
    if sound is None or sound.reference in (None, who) or who == "both":
        return ()
    return (Evidence(kind="clock-by-way-of", side=sound.reference),)


def _shift(artifacts: Artifacts, who: Who, side: Language) -> Suggestion:
    """The correction that puts a track, or both, on the sound's clock.

    Safe where the words heard say it and the clock they give does not jump.
    """
    known = _known(artifacts)
    reference = artifacts.sound.reference if artifacts.sound else None
    source = known[reference][1] if reference in known else None
    safe = source is not None and source.method == "words" and not source.clock.jumps
    first, *others = [side, *(s for s in known if who == "both" and s != side)]
    params = _correction(first, known[first][1])
    if others:
        params["others"] = [_correction(s, known[s][1]) for s in others]
    return Suggestion(kind="retime-track", safety="safe" if safe else "unsafe", params=params)


def _correction(side: Language, sync: SoundSync) -> dict[str, Any]:
    margin = _SLACK_MS[sync.method] + 2 * _error_ms(sync)
    return {"track": side} | correction(sync.clock, margin).to_dict()


def correction(clock: ClockMap, margin_ms: float) -> ClockMap:
    """The map that corrects a track which lies by this clock: it moves only what is off.

    :param clock: from the clock it should have to the one it has.
    :param margin_ms: a stretch that is off by no more is right. What it is measured to be
        off by is then an error of the measurement, and is taken from all stretches alike.
    """
    inverse = clock.inverted()
    offsets = [inverse.offset_ms, *(jump.offset_ms for jump in inverse.jumps)]
    error = min(offsets, key=abs)
    if inverse.rate != 1.0 or abs(error) > margin_ms:
        return inverse
    exact = [0 if abs(o - error) <= margin_ms else round(o - error) for o in offsets]
    return ClockMap(
        offset_ms=exact[0],
        jumps=tuple(
            replace(jump, offset_ms=offset)
            for jump, before, offset in zip(inverse.jumps, exact, exact[1:], strict=False)
            if before != offset
        ),
    )


def variants(
    zh: Callable[[str, str], str],
    en: Callable[[str, str], str],
    ends: Mapping[str, tuple[str, str]],
) -> dict[str, Words]:
    """One message for each track it is reported for and each ending of the variant."""
    return {
        f"sound-{who}{ending}": Words(zh=zh(names[0], words[0]), en=en(names[1], words[1]))
        for who, names in WHO.items()
        for ending, words in ends.items()
    }


def sound_remedies(zh: str, en: str, ends: Mapping[str, tuple[str, str]]) -> dict[str, Words]:
    """One remedy for each variant of :func:`variants`; ``{who}`` and ``{how}`` are filled in."""
    return {
        f"sound-{who}{ending}": Words(
            zh=zh.format(who=names[0], how=words[0]),
            en=en.format(who=names[1].rpartition(" ")[0], how=words[1]),
        )
        for who, names in WHO.items()
        for ending, words in ends.items()
    }
