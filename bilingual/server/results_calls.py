"""Calls about what came of a work: report, page, sheet, annex, new files, what has changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from bilingual.batch.model import Submission, WorkResult
from bilingual.batch.state import REPORT, result_of, saved_of
from bilingual.server.access import needs
from bilingual.server.answers import body_of, json_response, media_type_of
from bilingual.server.context import Caller, language_of
from bilingual.server.fixing import ARCHIVE
from bilingual.server.folders import is_id, new_id
from bilingual.server.jobs import (
    AnnexWords,
    Given,
    changes_between,
    config_of,
    form_from,
    make_annex,
    make_fixes,
    make_overview,
    make_page,
    make_sheet,
)
from bilingual.server.making import done_work, own_work, seen_work
from bilingual.server.problems import ServiceError
from bilingual.server.records import Work, own_review
from bilingual.server.service import Service, service_of
from bilingual.server.tokens import SCOPES

SHEET_BYTES: Final = 16 * 1024 * 1024

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_POLICY: Final = re.compile(
    r'<meta http-equiv="Content-Security-Policy" content="([^"<>]{1,1000})">'
)
_SCRIPT: Final = re.compile(r"script-src 'sha256-[A-Za-z0-9+/]{43}='(?:;|$)")
_HEAD_BYTES: Final = 4096
_BLANK: Final = "＿＿＿＿＿＿＿＿"
_WORDS: Final = 200
_OVERVIEWS: Final = 8  # files of them that are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A request about a work that has a report."""

    service: Service
    caller: Caller
    work: Work
    language: str
    folder: Path
    made: Path
    reviewer: str | None = None

    @classmethod
    async def of(cls, request: Request) -> _Asked:
        """:raises ServiceError: there is no such work, or no report of it."""
        service, caller = service_of(request), needs(request, *SCOPES)
        work = await run_in_threadpool(done_work, service, caller, request.path_params["work"])
        return cls(
            service=service,
            caller=caller,
            work=work,
            language=language_of(request),
            folder=service.folders.work(work.id),
            made=service.folders.made(work.id),
            reviewer=request.query_params.get("reviewer"),
        )

    def review(self) -> bytes | None:
        """The caller's own review, as he saved it last; under a name where one is asked for."""
        reviews = self.service.store.reviews(self.work.id)
        found = own_review(reviews, self.caller.name, self.reviewer)
        return None if found is None else found.document

    async def rendered(self, name: str, suffix: str, function: Any, *more: Any) -> Path:
        """What a function of :mod:`bilingual.server.jobs` makes of the report, made once."""
        review = await run_in_threadpool(self.review)
        parts = (name, self.language, review, more)
        key = hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
        target = self.made / f"{name}-{key}{suffix}"
        if not await run_in_threadpool(target.is_file):
            await run_in_threadpool(lambda: self.made.mkdir(mode=0o700, exist_ok=True))
            await self.service.workers.short(
                function, str(self.folder), str(target), review, *more, self.language
            )
        return target

    def given(self) -> Given:
        """The submitted files."""
        folder, files = self.service.folders.input(self.work.id), self.work.record.files
        sides = {role: file for role, file in files.items() if role in ("video", "bo", "zh")}
        return Given(
            paths={role: str(folder / file.file) for role, file in sides.items()},
            names={role: file.name for role, file in sides.items()},
        )


async def _file(
    request: Request, path: Path, media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    """A file, or 304 where the caller has it."""
    status = await run_in_threadpool(path.stat)
    tag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
    own = {"ETag": tag, "Cache-Control": "private, no-cache", **(headers or {})}
    asked = request.headers.get("if-none-match", "")[:2000].split(",")
    if tag in {one.strip().removeprefix("W/") for one in asked}:
        return Response(status_code=304, headers=own)
    return FileResponse(path, media_type=media_type, headers=own, stat_result=status)


def _download(name: str) -> dict[str, str]:
    """The header by which a browser keeps a file under a name."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


async def report_json(request: Request) -> Response:
    """The report, ``bilingual.report/1``."""
    asked = await _Asked.of(request)
    return await _file(request, asked.folder / REPORT, "application/json")


async def report_html(request: Request) -> Response:
    """The report as a page, with the caller's review in it."""
    asked = await _Asked.of(request)
    page = await asked.rendered("report", ".html", make_page)
    policy = await run_in_threadpool(page_policy, page, page.stat().st_mtime_ns)
    headers = {"Content-Security-Policy": policy, "Content-Language": asked.language}
    return await _file(request, page, "text/html; charset=utf-8", headers)


@lru_cache(maxsize=256)
def page_policy(page: Path, _modified: int) -> str:
    """The policy that a page of ours brings, as a header, where it may be shown within ours.

    :raises LookupError: it brings none that names its script by its hash.
    """
    with page.open("rb") as file:
        found = _POLICY.search(file.read(_HEAD_BYTES).decode("utf-8", "replace"))
    if found is None or not _SCRIPT.search(found[1]):
        raise LookupError("the page has no policy")
    own = found[1].replace(" file:", "")
    return f"{own}; object-src 'none'; frame-ancestors 'self'"


async def video(request: Request) -> Response:
    """The film, for the page that plays it."""
    service, caller = service_of(request), needs(request, *SCOPES)
    work = await run_in_threadpool(seen_work, service, caller, request.path_params["work"])
    file = work.record.files.get("video")
    if file is None:
        raise ServiceError("no-video-here", 404)
    path = service.folders.input(work.id) / file.file
    # What it is is for the browser to find out as a film, and as nothing else.
    kind = "video/webm" if file.file.endswith((".webm", ".mkv")) else "video/mp4"
    headers = {"Content-Security-Policy": "sandbox; default-src 'none'"}
    return await _file(request, path, kind, headers)


async def sheet(request: Request) -> Response:
    """The sheet for a translator."""
    asked = await _Asked.of(request)
    path = await asked.rendered("sheet", ".xlsx", make_sheet)
    return await _file(request, path, _XLSX, _download(f"{asked.work.record.title}.xlsx"))


async def annex(request: Request) -> Response:
    """The annex to the pledge, as PDF."""
    asked = await _Asked.of(request)
    form = asked.work.record.form or {}
    words = AnnexWords(
        title=_words(request, "title") or asked.work.record.title or _BLANK,
        party=_words(request, "party") or form.get("unit") or form.get("authors") or _BLANK,
    )
    path = await asked.rendered("annex", ".pdf", make_annex, words)
    return await _file(request, path, "application/pdf", _inline(f"{words.title}.pdf"))


def _words(request: Request, name: str) -> str:
    text = " ".join(request.query_params.get(name, "").split())
    if len(text) > _WORDS:
        raise ServiceError("query-invalid", 422, name=name)
    return text


def _inline(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"inline; filename*=UTF-8''{quote(name, safe='')}"}


# Fixes, and a translator's corrections.


async def _tracks(asked: _Asked, use: str, source: Path | None) -> Path:
    """The folder of the new tracks, which are made once, or anew from each sheet.

    Those of the sheet before are kept until the new ones are whole.
    """
    folder = asked.made / use
    done = folder / "tracks.json"
    if source is None and await run_in_threadpool(done.is_file):
        return folder
    config = config_of(asked.service.settings.config, asked.work.record.choices)
    path = None if source is None else str(source)
    draft = asked.made / f"{use}-{new_id()}"
    await run_in_threadpool(lambda: asked.made.mkdir(mode=0o700, exist_ok=True))
    try:
        roles = await asked.service.workers.short(
            make_fixes, asked.given(), path, str(draft), config
        )

        def kept() -> None:
            (draft / "tracks.json").write_bytes(msgspec.json.encode(roles))
            asked.service.folders.remove(folder)
            draft.rename(folder)

        await run_in_threadpool(kept)
    finally:
        await run_in_threadpool(asked.service.folders.remove, draft)
    return folder


async def _shown(folder: Path, language: str) -> Response:
    return Response(
        await run_in_threadpool((folder / f"fixes.{language}.json").read_bytes),
        media_type="application/json",
    )


async def _archive(request: Request, folder: Path, name: str) -> Response:
    path = folder / ARCHIVE
    if not await run_in_threadpool(path.is_file):
        raise ServiceError("fixed-nothing", 404)
    return await _file(request, path, "application/zip", _download(name))


async def fixes(request: Request) -> Response:
    """What can be fixed for certain, before anybody takes it."""
    asked = await _Asked.of(request)
    return await _shown(await _tracks(asked, "fixed", None), asked.language)


async def fixed_zip(request: Request) -> Response:
    """The new files."""
    asked = await _Asked.of(request)
    folder = await _tracks(asked, "fixed", None)
    return await _archive(request, folder, f"{asked.work.record.title}.fixed.zip")


async def take_sheet(request: Request) -> Response:
    """A translator's sheet, and what becomes of the subtitles with it."""
    asked = await _Asked.of(request)
    service = asked.service
    await run_in_threadpool(own_work, service, asked.caller, asked.work.id)
    needs(request, "submit", "operate")
    kind = media_type_of(request)
    if kind not in (_XLSX, "text/csv"):
        raise ServiceError("sheet-type", 415, expected=f"{_XLSX}, text/csv")
    data = await body_of(request, SHEET_BYTES)
    suffix = ".csv" if kind == "text/csv" else ".xlsx"
    path = service.folders.upload(new_id(), f"sheet{suffix}")
    try:
        await run_in_threadpool(path.write_bytes, data)
        made = await _tracks(asked, "corrected", path)
    finally:
        await run_in_threadpool(service.folders.remove, path)
    return await _shown(made, asked.language)


async def shown_sheet(request: Request) -> Response:
    """What the sheet that was taken last has changed."""
    asked = await _Asked.of(request)
    return await _shown(await _corrected(asked), asked.language)


async def corrected_zip(request: Request) -> Response:
    """The files with the sheet's corrections."""
    asked = await _Asked.of(request)
    folder = await _corrected(asked)
    return await _archive(request, folder, f"{asked.work.record.title}.corrected.zip")


async def _corrected(asked: _Asked) -> Path:
    folder = asked.made / "corrected"
    if not await run_in_threadpool((folder / "tracks.json").is_file):
        raise ServiceError("sheet-none", 404)
    return folder


async def changes(request: Request) -> Response:
    """What is new, gone and the same since the work that this one checks again."""
    asked = await _Asked.of(request)
    other = request.query_params.get("with", asked.work.record.previous)
    if other is None or not is_id(other):
        raise ServiceError("previous-none", 404)
    before = await run_in_threadpool(done_work, asked.service, asked.caller, other)
    folder = str(asked.service.folders.work(before.id))
    found = await asked.service.workers.short(
        changes_between, str(asked.folder), folder, asked.language
    )
    return json_response({"work": asked.work.id, "previous": before.id, **found})


# The overview.


async def overview_html(request: Request) -> Response:
    """The overview of all works in the service, as ``batch`` makes it."""
    path = await _overview(request)
    page = path.with_suffix(".html")
    policy = await run_in_threadpool(page_policy, page, page.stat().st_mtime_ns)
    headers = {"Content-Security-Policy": policy, "Content-Language": language_of(request)}
    return await _file(request, page, "text/html; charset=utf-8", headers)


async def overview_json(request: Request) -> Response:
    """The overview as ``bilingual.batch/1``."""
    path = await _overview(request)
    return await _file(request, path.with_suffix(".json"), "application/json")


async def _overview(request: Request) -> Path:
    """Where the overview lies, made anew where a work has changed since."""
    needs(request, "review", "operate")
    service, language = service_of(request), language_of(request)

    def listed() -> tuple[list[tuple[Submission, WorkResult]], str]:
        found: list[tuple[Submission, WorkResult]] = []
        state = [__name__, language]
        for work in service.store.works(limit=100_000):
            saved = saved_of(service.folders.work(work.id)) if work.state == "done" else None
            result = None if saved is None else result_of(saved)
            if result is not None:
                found.append((_submission(service, work), result))
                state += [work.id, str(service.hub.number(work.id))]
        return found, hashlib.sha256(" ".join(state).encode()).hexdigest()[:32]

    works, key = await run_in_threadpool(listed)
    folder = service.folders.overviews
    target = folder / f"overview-{key}"
    if not await run_in_threadpool(target.with_suffix(".html").is_file):
        await run_in_threadpool(service.folders.empty_overviews, _OVERVIEWS)
        await service.workers.short(
            make_overview, works, str(service.folders.root), str(target),
            service.settings.config, language,
        )  # fmt: skip
    return target


def _submission(service: Service, work: Work) -> Submission:
    """A work as the overview compares it with others."""
    folder, record = service.folders.input(work.id), work.record
    paths = {role: str(folder / file.file) for role, file in record.files.items()}
    form = None if record.form is None else form_from(record.form, folder)
    return Submission(
        id=work.id,
        video=paths.get("video"),
        bo=paths.get("bo"),
        zh=paths.get("zh"),
        category=record.choices.get("category"),
        form=form,
    )


_WORK: Final = "/api/v1/works/{work}"

ROUTES: Final = (
    Route(f"{_WORK}/report.json", report_json, methods=["GET"]),
    Route(f"{_WORK}/report.html", report_html, methods=["GET"]),
    Route(f"{_WORK}/video", video, methods=["GET"]),
    Route(f"{_WORK}/sheet.xlsx", sheet, methods=["GET"]),
    Route(f"{_WORK}/annex.pdf", annex, methods=["GET"]),
    Route(f"{_WORK}/fixes", fixes, methods=["GET"]),
    Route(f"{_WORK}/fixed.zip", fixed_zip, methods=["GET"]),
    Route(f"{_WORK}/sheet", take_sheet, methods=["PUT"]),
    Route(f"{_WORK}/sheet", shown_sheet, methods=["GET"]),
    Route(f"{_WORK}/corrected.zip", corrected_zip, methods=["GET"]),
    Route(f"{_WORK}/changes", changes, methods=["GET"]),
    Route("/api/v1/overview.html", overview_html, methods=["GET"]),
    Route("/api/v1/overview.json", overview_json, methods=["GET"]),
)
