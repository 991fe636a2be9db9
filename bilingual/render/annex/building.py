"""Making an annex from a saved report.

Nothing is computed anew but what a reader's review makes of the findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from bilingual.errors import ConfigError, InputError
from bilingual.files import checked_path, display_name, fingerprint, size_of
from bilingual.model import Language, Report, Track
from bilingual.pipeline.provenance import TOOL, created_now
from bilingual.render.annex.document import (
    MAX_TITLE,
    Annex,
    AnnexCues,
    AnnexFile,
    AnnexFinding,
    AnnexPoint,
    AnnexReview,
    KeyUse,
    ReportUse,
    Role,
    Tool,
    TrackUse,
)
from bilingual.render.canonical import digest_of
from bilingual.render.document import ReportFile
from bilingual.render.review import (
    Applied,
    CueDecision,
    FindingDecision,
    Review,
    SavedReview,
    apply_review,
    finding_ids,
    review_json,
)
from bilingual.render.timeline import bead_list
from bilingual.text.bead import BeadText


def build_annex(
    saved: ReportFile,
    *,
    title: str,
    party: str,
    review: Review | SavedReview | None = None,
    files: Mapping[Role, Path] | None = None,
    key: KeyUse | None = None,
    created: str | None = None,
) -> Annex:
    """The annex to a pledge, from a saved report.

    :param title: the work's title, as on the form.
    :param party: the person or unit that pledges.
    :param review: a Tibetan reader's saved review, of this work; one that the report carries
        is taken unless another is given.
    :param files: files to hash again and to compare with the report.
    :param key: the public half of the key that it will be signed with.
    :param created: when it was made, UTC in ISO 8601; now (or SOURCE_DATE_EPOCH)
        unless given.
    :raises ConfigError: a title or party is empty or too long
        (``annex-text-empty``, ``annex-text-long``), or the report is on a work of
        another category, whose pledge says nothing of a translation
        (``annex-category``).
    :raises InputError: a file is another than the report names
        (``annex-file-differs``, ``annex-file-not-in-report``), the review is of
        the first version and on another report (``review-…``), or the report holds
        what an annex cannot (``annex-report-incomplete`` with the place).
    """
    report, provenance = saved.report, saved.report.provenance
    category = provenance.config.get("category")
    if category == "chinese":
        raise ConfigError("annex-category", category=category)
    applied, review_sha256 = _applied(review, saved)
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
        findings=_findings(report, applied),
        review=None if applied is None else _review(applied, review_sha256, report),
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
    sizes = {i.role: i.bytes for i in report.inputs}
    for role, path in again.items():
        if role not in known:
            raise InputError("annex-file-not-in-report", path=display_name(str(path)), role=role)
        own = checked_path(path)
        same = size_of(own) == sizes[role]  # before gigabytes are hashed
        if not same or fingerprint(own, role, lambda done, total: None).sha256 != known[role]:
            shown = display_name(str(path))
            raise InputError("annex-file-differs", path=shown, role=role, expected=known[role])
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


def _applied(given: Review | SavedReview | None, saved: ReportFile) -> tuple[Applied | None, str]:
    """The review on the report, and the SHA-256 of its file (or of what it would be)."""
    report = saved.report
    if given is None and report.review is not None:
        given = report.review.decisions
    if given is None:
        return None, ""
    if isinstance(given, SavedReview):
        return apply_review(given.on(report, saved.sha256), report), given.sha256
    return apply_review(given, report), digest_of(review_json(given).encode())


def _findings(report: Report, applied: Applied | None) -> tuple[AnnexFinding, ...]:
    found = []
    for number, (finding, name) in enumerate(
        zip(report.findings, finding_ids(report), strict=True)
    ):
        decision = None if applied is None else applied.findings.get(number)
        if applied is None or decision is None:
            decision = FindingDecision(key=name)
            by = ""
        else:
            by = applied.review.by(decision)
        found.append(
            AnnexFinding(id=name, finding=finding, state=decision.state, note=decision.note, by=by)
        )
    return tuple(found)


def _review(applied: Applied, sha256: str, report: Report) -> AnnexReview:
    beads, review = bead_list(report), applied.review

    def cues(number: int, decision: CueDecision) -> AnnexCues:
        bead = beads[number]
        return AnnexCues(
            bo=bead.bo,
            zh=bead.zh,
            state=decision.state,
            note=decision.note,
            by=review.by(decision),
            bo_text=_text(report, "bo", bead.bo),
            zh_text=_text(report, "zh", bead.zh),
        )

    return AnnexReview(
        sha256=sha256,
        reviewer=review.reviewer.name,
        cues=tuple(cues(number, decision) for number, decision in applied.cues.items()),
        pairs=None
        if report.alignment is None
        else sum(bead.two_sided for bead in report.alignment.beads),
        points=tuple(
            AnnexPoint(rule=rule, state=d.state, note=d.note, by=review.by(d))
            for rule, d in applied.points.items()
        ),
        settled=applied.settled,
        changed=len(applied.changed),
    )


def _text(report: Report, side: Language, indices: tuple[int, ...]) -> str:
    track = report.track(side)
    return "" if track is None else BeadText.of(side, track, indices).text
