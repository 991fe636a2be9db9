"""What a page shows of the video itself: waveform, stills, clips, pictures of cues.

All of it comes as data within the page. None of it is needed: what cannot be
had is left out and logged.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from bilingual.config import Config, MediaLimits
from bilingual.errors import BilingualError
from bilingual.files import checked_path, confirm, held, refuse_other
from bilingual.model import LANGUAGES, Cue, Finding, Media, PageMedia, Report, Severity
from bilingual.render.timeline import SIDES, cues_of
from bilingual.showing import logger

_log = logger(__name__)

MOST_CLIPS: Final = 40
_AROUND_MS: Final = 500
_T = TypeVar("_T")


def media_for_page(
    report: Report, video: Path, config: Config | None = None, *, clips: bool = False
) -> PageMedia:
    """Look into the video of a report.

    :param clips: whether to cut a short clip for each finding with a time (errors
        and warnings, forty at most).
    :returns: what could be had. A file that is gone, broken, hostile or without a
        picture leaves its part empty, and one that is not the report's leaves all of
        it empty; the log says why.
    """
    try:
        config = config or Config.load()
        with held(video), config.limits.budget().active():
            refuse_other(video, report.inputs, "video")
            found = _media_for_page(report, video, config, clips=clips)
            confirm(video)
            return found
    except BilingualError as error:
        _log.warning("left out of the page: %s", error)
        return PageMedia()


def _media_for_page(report: Report, video: Path, config: Config, *, clips: bool) -> PageMedia:
    from bilingual.media.probe import probe
    from bilingual.media.stills import credit_stills
    from bilingual.media.waveform import waveform

    limits = config.media
    listened = None if report.media is None else report.media.audio_stream
    peaks = _tried(lambda: waveform(video, limits, stream=listened), tuple[float, ...]())
    media = _tried(lambda: probe(checked_path(video), limits), None)
    if media is None:
        return PageMedia(peaks=peaks)
    return PageMedia(
        peaks=peaks,
        stills=_tried(lambda: credit_stills(video, media, limits), ()),
        clips=_tried(lambda: _clips(report, video, media, limits), {}) if clips else {},
        pictures=_tried(lambda: _pictures(report, video, media, limits), {}),
    )


def _tried(make: Callable[[], _T], otherwise: _T) -> _T:
    try:
        return make()
    except BilingualError as error:
        _log.warning("left out of the page: %s", error)
        return otherwise


def _clips(report: Report, video: Path, media: Media, limits: MediaLimits) -> dict[int, bytes]:
    from bilingual.media.clips import clips

    spans: dict[int, tuple[int, int]] = {}
    for number, finding in enumerate(report.findings):
        span = _span(finding, report)
        if finding.severity is not Severity.INFO and span is not None and len(spans) < MOST_CLIPS:
            spans[number] = span
    if not spans:
        return {}
    cut = clips(video, media, limits, sorted(set(spans.values())))
    return {number: cut[span] for number, span in spans.items() if span in cut}


def _span(finding: Finding, report: Report) -> tuple[int, int] | None:
    cues = [cue for side in SIDES for cue in cues_of(finding, report, side)]
    if cues:
        start, end = min(cue.start_ms for cue in cues), max(cue.end_ms for cue in cues)
    elif finding.span_ms is not None:
        start, end = finding.span_ms.start_ms, finding.span_ms.end_ms
    else:
        return None
    return max(0, start - _AROUND_MS), end + _AROUND_MS


def _pictures(report: Report, video: Path, media: Media, limits: MediaLimits) -> dict[int, bytes]:
    """What a viewer sees, for findings about cues that were read in the picture."""
    from bilingual.ocr import cue_pictures

    cues: list[Cue] = []
    for number, finding in enumerate(report.findings):
        seen = _seen(finding, report)
        if seen and len(cues) < MOST_CLIPS:
            places = [cue.rows for cue in seen if cue.rows is not None]
            cues.append(
                Cue(
                    index=number,
                    start_ms=seen[0].start_ms,
                    end_ms=seen[0].end_ms,
                    text="",
                    rows=(min(a for a, _ in places), max(b for _, b in places)) if places else None,
                )
            )
    return cue_pictures(video, cues, limits, media=media, width=720)


def _seen(finding: Finding, report: Report) -> list[Cue]:
    """The cues of the picture that a finding is about; those that share its first one's time."""
    seen = [
        cue
        for side in SIDES
        if (track := report.track(side)) is not None and track.source == "burned-in"
        for cue in cues_of(finding, report, side)
    ]
    compared = _compared(finding, report)
    if compared is not None:
        seen.append(compared)
    middle = (seen[0].start_ms + seen[0].end_ms) / 2 if seen else 0
    return [cue for cue in seen if cue.start_ms <= middle <= cue.end_ms]


def _compared(finding: Finding, report: Report) -> Cue | None:
    """The burned-in cue that a submitted file was compared with, where a finding names one."""
    side, number = finding.params.get("language"), finding.params.get("picture_cue")
    track = (report.burned_in or {}).get(side) if side in LANGUAGES else None
    if track is None or not isinstance(number, int) or not 0 <= number < len(track.cues):
        return None
    return track.cues[number]
