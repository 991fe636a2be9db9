"""A work as the calls show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bilingual.batch.rules import reason_words
from bilingual.locale import sentence
from bilingual.model import Reason
from bilingual.server.answers import moment
from bilingual.server.records import Work
from bilingual.server.service import Service

WORKS: Final = "/api/v1/works"
WORK: Final = f"{WORKS}/{{work}}"
"""The address of a work, as a pattern."""

_RESULTS: Final = (
    "report.json",
    "report.html",
    "annex.pdf",
    "sheet.xlsx",
    "fixed.zip",
    "fixes",
    "review",
    "reviews",
)


def works_shown(service: Service, works: Sequence[Work], language: str) -> list[dict[str, Any]]:
    """All that is said of each work; the database is asked once for all of them."""
    names = [work.id for work in works]
    following, reviewers = service.store.next_of(names), service.store.reviewers(names)
    return [
        {
            **_shown(service, work, language),
            "next": following[work.id],
            "reviews": reviewers[work.id],
        }
        for work in works
    ]


def _shown(service: Service, work: Work, language: str) -> dict[str, Any]:
    record, note = work.record, service.dispatcher.note(work.id)
    running, done = work.state == "running", work.state == "done"
    stage = note.get("stage") if running else None
    return {
        "id": work.id,
        "url": url_of(work),
        "page": f"/works/{work.id}",
        "state": work.state,
        "state_text": sentence("ui", f"work-{work.state}", {}, language),
        "stage": stage,
        "stage_text": _words(f"stage-{stage}", language) if stage else None,
        "done": note.get("done") if running else None,
        "total": note.get("total") if running else None,
        "left_s": note.get("left_s") if running else None,
        "position": service.dispatcher.place(work.id) if work.state == "queued" else None,
        "verdict": record.verdict,
        "verdict_text": _words(f"outcome-{record.verdict}", language) if record.verdict else None,
        "title": record.title,
        "owner": work.owner,
        "created": moment(work.created),
        "started": moment(work.started),
        "finished": moment(work.finished),
        "files": [
            {"role": role, "name": file.name, "bytes": file.bytes, "sha256": file.sha256}
            for role, file in record.files.items()
        ],
        "category": record.choices.get("category") or service.settings.config.category,
        "counts": {
            "errors": record.errors,
            "warnings": record.warnings,
            "unknown_required": record.unknown_required,
        }
        if done
        else None,
        "reason": _reason(work, language),
        "first": [one.get(language) for one in note.get("first", ())] if running else [],
        "previous": record.previous,
        "rev": service.hub.number(work.id),
        "links": _links(service, work),
    }


def _words(code: str, language: str) -> str:
    return sentence("ui", code, {}, language)


def url_of(work: Work) -> str:
    """The address of a work."""
    return f"{WORKS}/{work.id}"


def _links(service: Service, work: Work) -> dict[str, str]:
    url = url_of(work)
    links = {"self": url, "page": f"/works/{work.id}", "events": f"{url}/events"}
    if work.state in ("queued", "running"):
        links["cancel"] = f"{url}/cancel"
    if work.state == "done":
        links |= {name: f"{url}/{name}" for name in _RESULTS}
        if work.record.previous is not None:
            links["changes"] = f"{url}/changes"
        if service.folders.tracks(work.id, "corrected").is_file():
            links["sheet"] = f"{url}/sheet"
    if "video" in work.record.files:
        links["video"] = f"{url}/video"
    return links


def _reason(work: Work, language: str) -> dict[str, Any] | None:
    """Why a work failed, with the names that its files have for their owner."""
    cause = work.record.reason
    if cause is None:
        return None
    names = {file.file: file.name for file in work.record.files.values()}
    params = _renamed(cause.params, names)
    reason = Reason(code=cause.code, params=params)
    words = reason_words(reason, language, cli=False)
    return {"code": cause.code, "params": params, "message": words}


def _renamed(params: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in params.items():
        if isinstance(value, str):
            found[key] = names.get(value, value)
        elif isinstance(value, Mapping):
            found[key] = _renamed(value, names)
        else:
            found[key] = value
    return found
