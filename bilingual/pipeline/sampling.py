"""Where files were submitted, the picture is read at some moments and compared with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bilingual.checks.base import Artifacts
from bilingual.errors import BilingualError
from bilingual.model import Bead, Cue, Finding, PictureSample, Reason, Severity
from bilingual.pipeline.collect import Collected, reason_of, take_burned_in
from bilingual.showing import logger

_log = logger(__name__)

MOST: Final = 30
"""So many moments are looked at."""

_FLAGGED: Final = 15  # of those at most for what was flagged; the others are evenly spread
_SHORTEST_MS: Final = 160  # both must be shown so long for one moment to show both


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    at_ms: int
    weight: tuple[int, float]  # how bad a finding is there, and the risk


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

    all_moments = list(_moments(artifacts, findings, work.media.duration_ms))
    chosen = _chosen(all_moments)
    try:
        found = ocr.read_sample(path, work.media, work.config, chosen, work.progress)
    except BilingualError as error:
        _log.warning("subtitles in the picture: %s", error)
        work.set_missing("burned-in", reason=reason_of("burned-in-failed", error))
        return
    work.sampled = PictureSample(moments_ms=tuple(chosen), of=len(all_moments))
    params = {"moments": len(chosen), "of": len(all_moments)}
    none = Reason(code="burned-in-none-at-moments", params=params)
    take_burned_in(work, found, [], none)


def _moments(
    artifacts: Artifacts, findings: Sequence[Finding], duration_ms: int | None
) -> Iterator[_Moment]:
    """A moment for each pair of cues, in which both are shown if there is one."""
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
    for bead in artifacts.alignment.beads:
        at_ms = _shows_both([bo.cues[n] for n in bead.bo], [zh.cues[n] for n in bead.zh])
        if at_ms is None or (duration_ms and at_ms >= duration_ms):
            continue
        yield _Moment(at_ms=at_ms, weight=(_worst(bead, worst), float(bead.risk or 0)))


def _worst(bead: Bead, worst: dict[tuple[str, int], int]) -> int:
    keys = [*(("bo", n) for n in bead.bo), *(("zh", n) for n in bead.zh)]
    return max((worst.get(key, 0) for key in keys), default=0)


def _shows_both(bo: Sequence[Cue], zh: Sequence[Cue]) -> int | None:
    """The middle of the longest time in which a cue of each is shown, or of a cue alone."""
    both = [(max(a.start_ms, b.start_ms), min(a.end_ms, b.end_ms)) for a in bo for b in zh]
    both = [(start, end) for start, end in both if end - start >= _SHORTEST_MS]
    spans = both or [(cue.start_ms, cue.end_ms) for cue in (*bo, *zh)]
    if not spans:
        return None
    start, end = max(spans, key=lambda span: span[1] - span[0])
    return (start + end) // 2


def _chosen(moments: Sequence[_Moment]) -> list[int]:
    """The times to look at: the worst ones, and of the others some that are evenly spread."""
    flagged = sorted(moments, key=lambda m: m.weight, reverse=True)[:_FLAGGED]
    chosen = {moment.at_ms for moment in flagged}
    others = [moment.at_ms for moment in moments if moment.at_ms not in chosen]
    room = MOST - len(chosen)
    if len(others) > room:
        others = [others[round((n + 0.5) * len(others) / room - 0.5)] for n in range(room)]
    return sorted(chosen | set(others))
