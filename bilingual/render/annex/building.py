"""Making an annex from a saved report.

Nothing is computed anew but what a reader's review makes of the findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from bilingual.errors import ConfigError, InputError
from bilingual.files import checked_path, display_name, fingerprint
from bilingual.model import Language, Report, Track
from bilingual.pipeline.provenance import TOOL, created_now
from bilingual.render.annex.document import (
    MAX_TITLE,
    Annex,
    AnnexCues,
    AnnexFile,
    AnnexFinding,
    AnnexReview,
    KeyUse,
    ReportUse,
    Role,
    Tool,
    TrackUse,
)
from bilingual.render.canonical import digest_of
from bilingual.render.document import ReportFile
from bilingual.render.review import Review, ReviewItem, finding_ids, items_of
from bilingual.text.bead import BeadText


def build_annex(
    saved: ReportFile,
    *,
    title: str,
    party: str,
    review: Review | None = None,
    files: Mapping[Role, Path] | None = None,
    key: KeyUse | None = None,
    created: str | None = None,
) -> Annex:
    """The annex to a pledge, from a saved report.

    :param title: the work's title, as on the form.
    :param party: the person or unit that pledges.
    :param review: a Tibetan reader's saved review, which must be on this report.
    :param files: files to hash again and to compare with the report.
    :param key: the public half of the key that it will be signed with.
    :param created: when it was made, UTC in ISO 8601; now (or SOURCE_DATE_EPOCH)
        unless given.
    :raises ConfigError: a title or party is empty or too long
        (``annex-text-empty``, ``annex-text-long``), or the report is on a work of
        another category, whose pledge says nothing of a translation
        (``annex-category``).
    :raises InputError: a file is another than the report names
        (``annex-file-differs``, ``annex-file-not-in-report``), the review is on
        another report (``review-…``), or the report holds what an annex cannot
        (``annex-report-incomplete`` with the place).
    """
    report, provenance = saved.report, saved.report.provenance
    category = provenance.config.get("category")
    if category == "chinese":
        raise ConfigError("annex-category", category=category)
    judged = {} if review is None else items_of(review, report, file_sha256=saved.sha256)
    listened = None if report.media is None else report.media.audio_stream
    annex = Annex(
        title=_line("title", title),
        party=_line("party", party),
        created=created or created_now(),
        profile=provenance.config.get("profile"),
        category=category,
        tool=Tool(name=TOOL, version=_version()),
        report=ReportUse(
            sha256=saved.sha256,
            created=provenance.created,
            tool=provenance.tool,
            version=provenance.version,
            verdict=report.verdict,
            ffmpeg=provenance.ffmpeg,
            models=provenance.models,
        ),
        files=_files(report, files or {}),
        tracks={"bo": _track(report.bo), "zh": _track(report.zh)},
        duration_ms=None if report.media is None else report.media.duration_ms,
        audio=() if listened is None or report.media is None else report.media.audio,
        audio_stream=listened,
        measures=report.measures,
        checks=report.checks,
        findings=_findings(report, judged),
        review=None if review is None else _review(review, report),
        signing_key=key,
    )
    try:
        # What is shown is what its bytes say, and a damaged report shows here.
        return Annex.from_dict(annex.to_dict())
    except InputError as error:
        raise InputError("annex-report-incomplete", **error.params) from None


def _version() -> str:
    from bilingual._version import __version__

    return __version__


def _line(name: str, text: str) -> str:
    """A line of text from a person, white space put in order."""
    line = " ".join(text.split())
    if not line:
        raise ConfigError("annex-text-empty", name=name)
    if len(line) > MAX_TITLE:
        raise ConfigError("annex-text-long", name=name, length=len(line), limit=MAX_TITLE)
    return line


def _track(track: Track | None) -> TrackUse | None:
    return None if track is None else TrackUse(source=track.source, cues=len(track.cues))


def _files(report: Report, again: Mapping[Role, Path]) -> tuple[AnnexFile, ...]:
    """The report's files; those in ``again`` are hashed and compared with it."""
    known = {i.role: i.sha256 for i in report.inputs}
    for role, path in again.items():
        if role not in known:
            raise InputError("annex-file-not-in-report", path=display_name(str(path)), role=role)
        found = fingerprint(checked_path(path), role, lambda done, total: None)
        if found.sha256 != known[role]:
            raise InputError(
                "annex-file-differs",
                path=display_name(str(path)),
                role=role,
                expected=known[role],
                found=found.sha256,
            )
    return tuple(
        AnnexFile(
            role=cast(Role, i.role),  # any other is refused when the annex is read
            name=i.name,
            bytes=i.bytes,
            sha256=i.sha256,
            hashed_again=i.role in again,
        )
        for i in report.inputs
    )


def _findings(report: Report, judged: Mapping[int, ReviewItem]) -> tuple[AnnexFinding, ...]:
    found = []
    for number, (finding, name) in enumerate(
        zip(report.findings, finding_ids(report), strict=True)
    ):
        item = judged.get(number, ReviewItem(finding=name))
        found.append(AnnexFinding(id=name, finding=finding, state=item.state, note=item.note))
    return tuple(found)


def _review(review: Review, report: Report) -> AnnexReview:
    return AnnexReview(
        sha256=review.sha256 or digest_of(review.to_json().encode()),
        reviewer=review.reviewer,
        cues=tuple(
            AnnexCues(
                bo=c.bo,
                zh=c.zh,
                state=c.state,
                note=c.note,
                bo_text=_text(report, "bo", c.bo),
                zh_text=_text(report, "zh", c.zh),
            )
            for c in review.cues
        ),
        pairs=None
        if report.alignment is None
        else sum(bead.two_sided for bead in report.alignment.beads),
    )


def _text(report: Report, side: Language, indices: tuple[int, ...]) -> str:
    track = report.track(side)
    return "" if track is None else BeadText.of(side, track, indices).text
