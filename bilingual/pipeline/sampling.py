"""Where files were submitted, the picture is read at some moments and compared with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bilingual.checks.base import Artifacts
from bilingual.errors import BilingualError
from bilingual.model import Bead, Cue, Finding, PictureSample, Reason, Severity, Track
from bilingual.ocr.choosing import Moment
from bilingual.pipeline.collect import Collected, reason_of, take_burned_in
from bilingual.showing import logger

_log = logger(__name__)

MOST: Final = 30
"""So many moments are looked at."""

_FLAGGED: Final = 15  # of those at most for what was flagged, says numbers or carries risk
_DIGIT: Final = re.compile(r"\d")
_LETTER: Final = re.compile("[\u0f20-\u0f6c\u3400-\u9fffA-Za-z0-9]")
_MARK: Final = re.compile("[\u0f08-\u0f14 ]")
_SHORTEST_MS: Final = 160  # both must be shown so long for one moment to show both


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighed:
    moment: Moment
    weight: tuple[int, bool, float]  # how bad a finding is there, numbers, and the risk


def read_picture_at_moments(
    work: Collected, artifacts: Artifacts, findings: Sequence[Finding]
) -> None:
    """Read the picture where something was found or is likely, and here and there.

    What comes of it is put into ``work``: once, whatever is examined afterwards.
    """
    path, work.to_sample = work.to_sample, None
    if path is None or work.media is None:
        return
    if work.media.picture is None:
        work.set_missing("burned-in", reason=Reason(code="burned-in-no-picture"), unknown=False)
        return
    from bilingual import ocr

    moments = _chosen(list(_moments(artifacts, findings, work)))
    try:
        found, chosen = ocr.read_sample(
            path, work.media, work.config, moments, most=MOST, progress=work.progress
        )
    except BilingualError as error:
        _log.warning("subtitles in the picture: %s", error)
        work.set_missing("burned-in", reason=reason_of("burned-in-failed", error))
        return
    work.sampled = PictureSample(moments_ms=chosen, of=len(moments))
    params = {"moments": len(chosen), "of": len(moments)}
    none = Reason(code="burned-in-none-at-moments", params=params)
    take_burned_in(work, found, [], none)


def _moments(
    artifacts: Artifacts, findings: Sequence[Finding], work: Collected
) -> Iterator[_Weighed]:
    """A moment for each pair of cues, in which both are shown if there is one.

    None where neither is shown for as long as a text has to be in the picture to be seen.
    """
    bo, zh = artifacts.bo, artifacts.zh
    if artifacts.alignment is None or bo is None or zh is None:
        return
    worst: dict[tuple[str, int], int] = {}
    for finding in findings:
        if finding.severity.rank >= Severity.WARNING.rank:
            for side, indices in (("bo", finding.bo), ("zh", finding.zh)):
                for index in indices:
                    rank = worst.get((side, index), 0)
                    worst[side, index] = max(rank, finding.severity.rank)
    duration_ms = work.media.duration_ms if work.media else None
    shortest_ms = work.config.burned_in.shortest_ms
    for bead in artifacts.alignment.beads:
        of_bo, of_zh = [bo.cues[n] for n in bead.bo], [zh.cues[n] for n in bead.zh]
        at_ms = _shows_both(of_bo, of_zh, shortest_ms)
        if at_ms is None or (duration_ms and at_ms >= duration_ms):
            continue
        numbers = any(_DIGIT.search(cue.compared) for cue in (*of_bo, *of_zh))
        yield _Weighed(
            moment=Moment(
                at_ms=at_ms,
                around_ms=min(_around(track, at_ms) for track in (bo, zh)),
                letters={"bo": _letters(bo, at_ms), "zh": _letters(zh, at_ms)},
                texts={"bo": _at(bo, at_ms), "zh": _at(zh, at_ms)},
            ),
            weight=(_worst(bead, worst), numbers, float(bead.risk or 0)),
        )


def _around(track: Track, at_ms: int) -> int:
    """How far away (ms) the nearest change of what a track shows is."""
    edges = (edge for cue in track.cues for edge in (cue.start_ms, cue.end_ms))
    return min((abs(edge - at_ms) for edge in edges), default=at_ms)


def _at(track: Track, at_ms: int) -> str:
    """What a track shows at a moment."""
    return "\n".join(cue.compared for cue in track.cues if cue.start_ms <= at_ms < cue.end_ms)


def _letters(track: Track, at_ms: int) -> float:
    """How long that is, in letters; marks between them count half."""
    shown = _at(track, at_ms)
    return len(_LETTER.findall(shown)) + len(_MARK.findall(shown)) / 2


def _worst(bead: Bead, worst: dict[tuple[str, int], int]) -> int:
    keys = [*(("bo", n) for n in bead.bo), *(("zh", n) for n in bead.zh)]
    return max((worst.get(key, 0) for key in keys), default=0)


def _shows_both(bo: Sequence[Cue], zh: Sequence[Cue], shortest_ms: int) -> int | None:
    """The middle of the longest time in which a cue of each is shown, or of a cue alone."""
    both = [(max(a.start_ms, b.start_ms), min(a.end_ms, b.end_ms)) for a in bo for b in zh]
    both = [(start, end) for start, end in both if end - start >= _SHORTEST_MS]
    alone = [(cue.start_ms, cue.end_ms) for cue in (*bo, *zh) if cue.duration_ms >= shortest_ms]
    spans = both or alone
    if not spans:
        return None
    start, end = max(spans, key=lambda span: span[1] - span[0])
    return (start + end) // 2


def _chosen(moments: Sequence[_Weighed]) -> list[Moment]:
    """The moments, in order of time; the worst ones are wanted."""
    worst = sorted(moments, key=lambda m: m.weight, reverse=True)[:_FLAGGED]
    wanted = {weighed.moment.at_ms for weighed in worst}
    return sorted(
        (replace(m.moment, wanted=m.moment.at_ms in wanted) for m in moments),
        key=lambda moment: moment.at_ms,
    )
