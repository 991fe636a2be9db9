"""What the annex says, as JSON values after ``bilingual.annex/1``.

Codes and parameters only, as in the report: every word on the page is made from
them. Nothing is computed anew but what the reader's ticks make of the findings.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final, Literal

from bilingual.config.thresholds import MAX_REPORT_BYTES
from bilingual.errors import ConfigError, InputError
from bilingual.files import checked_path, display_name, fingerprint
from bilingual.pipeline.provenance import TOOL, created_now
from bilingual.render.canonical import digest_of, sound
from bilingual.render.document import SCHEMA as REPORT_SCHEMA
from bilingual.render.review import Review, ReviewItem, finding_ids, items_of

SCHEMA: Final = "bilingual.annex/1"

MAX_TITLE: Final = 300
"""Characters a title or a party's name may have."""

MAIMED: Final = (
    ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip
"""What comes of a report that somebody changed by hand and that is none any more."""

_KEPT: Final = ("rule", "severity", "confidence", "clause", "bo", "zh", "span_ms", "params")

Role = Literal["video", "bo", "zh"]
ROLES: Final[tuple[Role, ...]] = ("video", "bo", "zh")


@cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema (draft 2020-12) that every annex is valid against."""
    text = resources.files(__package__).joinpath("annex-1.schema.json").read_text("utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFile:
    """A saved report: its document, and the SHA-256 of the file's bytes."""

    document: Mapping[str, Any]
    sha256: str


def read_report(path: Path) -> ReportFile:
    """A report that was saved as JSON, with its hash.

    :raises InputError: it cannot be read (``file-…``) or is no report
        (``report-invalid``).
    """
    shown = display_name(str(path))
    try:
        with checked_path(path).open("rb") as file:
            data = file.read(MAX_REPORT_BYTES + 1)
    except OSError as error:
        raise InputError(
            "file-unreadable", path=shown, detail=error.strerror or str(error)
        ) from error
    return parse_report(data, name=shown)


def parse_report(data: bytes, *, name: str = "report.json") -> ReportFile:
    """A report from the bytes that it is kept as, with their hash.

    :param name: what an error calls it.
    :raises InputError: ``report-invalid``: it is no report, or larger than 256 MiB.
    """
    if len(data) > MAX_REPORT_BYTES:
        raise InputError("report-invalid", path=name)
    try:
        document = sound(json.loads(data.decode("utf-8-sig")))
    except (ValueError, RecursionError) as error:
        raise InputError("report-invalid", path=name) from error
    if not isinstance(document, dict) or document.get("schema") != REPORT_SCHEMA:
        raise InputError("report-invalid", path=name)
    return ReportFile(document=document, sha256=digest_of(data))


def build_annex(
    report: ReportFile,
    *,
    title: str,
    party: str,
    review: Review | None = None,
    files: Mapping[Role, Path] | None = None,
    key_sha256: str | None = None,
    created: str | None = None,
) -> dict[str, Any]:
    """The annex to a pledge, from a saved report.

    :param title: the work's title, as on the form.
    :param party: the person or unit that pledges.
    :param review: a Tibetan reader's saved ticks, which must be on this report.
    :param files: files to hash again and hold against the report.
    :param key_sha256: fingerprint of the key that it will be signed with.
    :param created: when it was made, UTC in ISO 8601; now (or SOURCE_DATE_EPOCH)
        unless given.
    :raises ConfigError: a title or party is empty or too long
        (``annex-text-empty``, ``annex-text-long``), or the report is on a work of
        another category, whose pledge says nothing of a translation
        (``annex-category``).
    :raises InputError: a file is another than the report names
        (``annex-file-differs``, ``annex-file-not-in-report``), the review is on
        another report (``review-…``), or the report lacks what an annex needs
        (``annex-report-incomplete``).
    """
    document = report.document
    try:
        return _annex(
            document,
            report_sha256=report.sha256,
            title=_text("title", title),
            party=_text("party", party),
            review=review,
            again=_hashed_again(document, files or {}),
            key_sha256=key_sha256,
            created=created or created_now(),
        )
    except MAIMED as error:
        raise InputError("annex-report-incomplete", detail=str(error)) from error


def _annex(
    document: Mapping[str, Any],
    *,
    report_sha256: str,
    title: str,
    party: str,
    review: Review | None,
    again: frozenset[str],
    key_sha256: str | None,
    created: str,
) -> dict[str, Any]:
    provenance = document["provenance"]
    config = provenance["config"]
    if config.get("category") == "chinese":
        raise ConfigError("annex-category", category=config["category"])
    said = {} if review is None else items_of(review, document, file_sha256=report_sha256)
    findings = [
        _finding(f, id, said.get(n))
        for n, (f, id) in enumerate(zip(document["findings"], finding_ids(document), strict=True))
    ]
    annex: dict[str, Any] = {
        "schema": SCHEMA,
        "claim": "evidence-of-checks",
        "title": title,
        "party": party,
        "created": created,
        "profile": config.get("profile"),
        "category": config.get("category"),
        "tool": {"name": TOOL, "version": _version()},
        "report": {
            "sha256": report_sha256,
            "created": provenance["created"],
            "tool": provenance["tool"],
            "version": provenance["version"],
            "verdict": document["verdict"],
            "ffmpeg": provenance["ffmpeg"],
            "models": provenance["models"],
        },
        "files": [
            {
                "role": i["role"],
                "name": i["name"],
                "bytes": i["bytes"],
                "sha256": i["sha256"],
                "hashed_again": i["role"] in again,
            }
            for i in document["inputs"]
        ],
        "tracks": {side: _track(track) for side, track in document["tracks"].items()},
        "duration_ms": (document["media"] or {}).get("duration_ms"),
        "measures": list(document["measures"]),
        "checks": list(document["checks"]),
        "findings": {"counts": _counts(findings), "items": findings},
        "review": None if review is None else _review(review, document),
        "signing_key": None
        if key_sha256 is None
        else {"algorithm": "Ed25519", "sha256": key_sha256},
    }
    result: dict[str, Any] = sound(annex)
    return result


def _version() -> str:
    from bilingual._version import __version__

    return __version__


def _text(name: str, text: str) -> str:
    """A line of text from a person, white space put in order."""
    line = " ".join(text.split())
    if not line:
        raise ConfigError("annex-text-empty", name=name)
    if len(line) > MAX_TITLE:
        raise ConfigError("annex-text-long", name=name, length=len(line), limit=MAX_TITLE)
    return line


def _track(track: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if track is None else {"source": track["source"], "cues": len(track["cues"])}


def _finding(finding: Mapping[str, Any], id: str, item: ReviewItem | None) -> dict[str, Any]:
    return {
        "id": id,
        **{key: finding[key] for key in _KEPT},
        "state": "open" if item is None else item.state,
        "note": "" if item is None else item.note,
    }


def _counts(findings: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """By severity, how many are in each state."""
    counts = Counter((f["severity"], f["state"]) for f in findings)
    return {
        severity: {s: counts[severity, s] for s in ("open", "confirmed", "dismissed")}
        for severity in ("error", "warning", "info")
    }


def _review(review: Review, document: Mapping[str, Any]) -> dict[str, Any]:
    alignment = document["alignment"]
    return {
        "sha256": review.sha256,
        "reviewer": review.reviewer,
        "cues": [
            {
                "bo": list(c.bo),
                "zh": list(c.zh),
                "state": c.state,
                "note": c.note,
                **{
                    f"{side}_text": "\n".join(
                        document["tracks"][side]["cues"][i]["plain"] for i in getattr(c, side)
                    )
                    for side in ("bo", "zh")
                },
            }
            for c in review.cues
        ],
        "pairs": None
        if alignment is None
        else sum(1 for b in alignment["beads"] if b["bo"] and b["zh"]),
    }


def _hashed_again(document: Mapping[str, Any], files: Mapping[Role, Path]) -> frozenset[str]:
    """The roles of files that are still what the report names."""
    known = {i["role"]: i for i in document["inputs"]}
    for role, path in files.items():
        if role not in known:
            raise InputError("annex-file-not-in-report", path=display_name(str(path)), role=role)
        found = fingerprint(checked_path(path), role, lambda done, total: None)
        if found.sha256 != known[role]["sha256"]:
            raise InputError(
                "annex-file-differs",
                path=display_name(str(path)),
                role=role,
                expected=known[role]["sha256"],
                found=found.sha256,
            )
    return frozenset(files)
