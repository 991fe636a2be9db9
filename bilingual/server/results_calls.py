"""Calls about what came of a work: report, page, sheet, annex, new files, what has changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
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

from bilingual._version import __version__
from bilingual.batch.columns import FILES
from bilingual.batch.ids import NO_NAME
from bilingual.batch.model import Submission
from bilingual.batch.state import REPORT
from bilingual.budget import MIB
from bilingual.errors import BilingualError
from bilingual.render.sheet import XLSX
from bilingual.server.access import needs
from bilingual.server.answers import body_of, json_response, media_type_of, unchanged
from bilingual.server.context import Caller, language_of
from bilingual.server.fixing import ARCHIVE
from bilingual.server.folders import OVERVIEW, TRACKS, is_id, new_id
from bilingual.server.jobs import (
    AnnexWords,
    Given,
    changes_between,
    config_of,
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
from bilingual.server.submissions import submission_of
from bilingual.server.tokens import SCOPES
from bilingual.server.views import WORK
from bilingual.showing import visible

SHEET_BYTES: Final = 16 * MIB

_POLICY: Final = re.compile(
    r'<meta http-equiv="Content-Security-Policy" content="([^"<>]{1,1000})">'
)
_SCRIPT: Final = re.compile(r"script-src 'sha256-[A-Za-z0-9+/]{43}='(?:;|$)")
_RANGE: Final = re.compile(r"bytes=\s*(?:(\d{1,18})-(\d{1,18})?|-(\d{1,18}))\s*", re.ASCII)
"""One part of a file, as players ask for it; of several the whole file is sent."""
_HEAD_BYTES: Final = 4096
_BLANK: Final = "＿＿＿＿＿＿＿＿"
_WORDS: Final = 200
_OVERVIEWS: Final = 8  # files of them that are kept
_MOST_WORKS: Final = 100_000


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
        store = self.service.store
        found = own_review(store.reviews(self.work.id), self.caller.name, self.reviewer)
        return None if found is None else store.review_document(found.n) or None

    async def rendered(self, name: str, suffix: str, function: Any, *more: Any) -> Path:
        """What a function of :mod:`bilingual.server.jobs` makes of the report, made once."""
        review = await run_in_threadpool(self.review)
        parts = (__version__, name, self.language, review, more)
        key = hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
        target = self.made / f"{name}-{key}{suffix}"
        async with self.service.turns.of("rendered", target), self.while_there():
            if not await run_in_threadpool(target.is_file):
                await run_in_threadpool(lambda: self.made.mkdir(mode=0o700, exist_ok=True))
                await self.service.workers.short(
                    function, str(self.folder), str(target), review, *more, self.language
                )
        return target

    @asynccontextmanager
    async def while_there(self) -> AsyncIterator[None]:
        """Do what needs the work's folder.

        :raises ServiceError: ``work-unknown``: it failed because the work was deleted meanwhile.
        """
        try:
            yield
        except (OSError, BilingualError):
            if await run_in_threadpool(self.folder.is_dir):
                raise
            raise ServiceError("work-unknown", 404) from None

    def given(self) -> Given:
        """The submitted files."""
        files = {role: one for role, one in self.work.record.files.items() if role in FILES}
        return Given(
            paths=self.service.folders.paths(self.work.id, files),
            names={role: file.name for role, file in files.items()},
        )


async def _file(
    request: Request, path: Path, media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    """A file, or 304 where the caller has it.

    :raises ServiceError: ``work-unknown``: it has been deleted meanwhile.
    """
    try:
        status = await run_in_threadpool(path.stat)
    except FileNotFoundError:
        raise ServiceError("work-unknown", 404) from None
    tag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
    own = {"ETag": tag, "Cache-Control": "private, no-cache", **(headers or {})}
    if unchanged(request, tag):
        return Response(status_code=304, headers=own)
    _part_of(request, tag, status.st_size)
    return FileResponse(path, media_type=media_type, headers=own, stat_result=status)


def _part_of(request: Request, tag: str, size: int) -> None:
    """See which part of a file is asked for; a wish that cannot be read is passed over (RFC 9110).

    :raises ServiceError: ``range-none`` (416): the file ends before it.
    """
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    first, last, end = ("", "", "") if asked is None else asked.groups(default="")
    backwards = first and last and int(first) > int(last)
    if asked is None or backwards or request.headers.get("if-range", tag) != tag:
        kept = [(name, value) for name, value in request.scope["headers"] if name != b"range"]
        request.scope["headers"] = kept
    elif int(first) >= size if first else not int(end):
        raise ServiceError("range-none", 416, headers={"Content-Range": f"bytes */{size}"})


def _named(kind: str, name: str) -> dict[str, str]:
    """The header by which a browser keeps a file under a name, which reorders and hides nothing."""
    safe = NO_NAME.sub("_", visible(name))
    return {"Content-Disposition": f"{kind}; filename*=UTF-8''{quote(safe, safe='')}"}


def _download(name: str) -> dict[str, str]:
    """The header of a file that is kept."""
    return _named("attachment", name)


async def report_json(request: Request) -> Response:
    """The report, ``bilingual.report/1``."""
    asked = await _Asked.of(request)
    return await _file(request, asked.folder / REPORT, "application/json")


async def report_html(request: Request) -> Response:
    """The report as a page, with the caller's review in it."""
    asked = await _Asked.of(request)
    page = await asked.rendered("report", ".html", make_page)
    return await _page(request, page, asked.language)


async def _page(request: Request, page: Path, language: str) -> Response:
    """A page that the library rendered, under the policy that it brings.

    :raises ServiceError: ``work-unknown``: it has been deleted meanwhile.
    """
    try:
        policy = await run_in_threadpool(lambda: page_policy(page, page.stat().st_mtime_ns))
    except FileNotFoundError:
        raise ServiceError("work-unknown", 404) from None
    headers = {"Content-Security-Policy": policy, "Content-Language": language}
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
    return await _file(request, path, XLSX, _download(f"{asked.work.record.title}.xlsx"))


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
    """The header of a file that is shown, and may be kept."""
    return _named("inline", name)


# Fixes, and a translator's corrections.


async def _tracks(asked: _Asked, use: str, name: str, source: Path | None = None) -> bytes:
    """A file of the new tracks, which are made once, or anew from each sheet.

    Those of the sheet before are kept until the new ones are whole; the file is read before
    others take their place.

    :raises ServiceError: ``sheet-none``: no sheet has been taken; ``fixed-nothing``: there is
        no archive as nothing was changed; ``work-unknown``: it has been deleted meanwhile.
    """
    done = asked.service.folders.tracks(asked.work.id, use)

    def read() -> bytes:
        try:
            return (done.parent / name).read_bytes()
        except FileNotFoundError:
            if name == ARCHIVE and done.is_file():
                raise ServiceError("fixed-nothing", 404) from None
            raise

    async with asked.service.turns.of(use, asked.work.id), asked.while_there():
        if source is not None or not await run_in_threadpool(done.is_file):
            if source is None and use == "corrected":
                raise ServiceError("sheet-none", 404)
            await _make_tracks(asked, use, source, done.parent)
        return await run_in_threadpool(read)


async def _make_tracks(asked: _Asked, use: str, source: Path | None, folder: Path) -> None:
    config = config_of(asked.service.settings.config, asked.work.record.choices)
    path = None if source is None else str(source)
    draft = asked.made / f"{use}-{new_id()}"
    await run_in_threadpool(lambda: asked.made.mkdir(mode=0o700, exist_ok=True))
    try:
        roles = await asked.service.workers.short(
            make_fixes, asked.given(), path, str(draft), config
        )

        def kept() -> None:
            (draft / TRACKS).write_bytes(msgspec.json.encode(roles))
            asked.service.folders.remove(folder)
            draft.rename(folder)

        await run_in_threadpool(kept)
    finally:
        await run_in_threadpool(asked.service.folders.remove, draft)


async def _shown(request: Request, use: str) -> Response:
    asked = await _Asked.of(request)
    data = await _tracks(asked, use, f"fixes.{asked.language}.json")
    return _whole(request, data, "application/json")


def _whole(
    request: Request, data: bytes, media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    """What was made, or 304 where the caller has it."""
    tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    own = {"ETag": tag, "Cache-Control": "private, no-cache", **(headers or {})}
    if unchanged(request, tag):
        return Response(status_code=304, headers=own)
    return Response(data, media_type=media_type, headers=own)


async def _archive(request: Request, use: str) -> Response:
    asked = await _Asked.of(request)
    data = await _tracks(asked, use, ARCHIVE)
    named = _download(f"{asked.work.record.title}.{use}.zip")
    return _whole(request, data, "application/zip", named)


async def fixes(request: Request) -> Response:
    """What can be fixed for certain, before anybody takes it."""
    return await _shown(request, "fixed")


async def fixed_zip(request: Request) -> Response:
    """The new files."""
    return await _archive(request, "fixed")


async def take_sheet(request: Request) -> Response:
    """A translator's sheet, and what becomes of the subtitles with it."""
    asked = await _Asked.of(request)
    service = asked.service
    await run_in_threadpool(own_work, service, asked.caller, asked.work.id)
    needs(request, "submit", "operate")
    kind = media_type_of(request)
    if kind not in (XLSX, "text/csv"):
        raise ServiceError("sheet-type", 415, expected=f"{XLSX}, text/csv")
    data = await body_of(request, SHEET_BYTES)
    suffix = ".csv" if kind == "text/csv" else ".xlsx"
    path = service.folders.upload(new_id(), f"sheet{suffix}")
    try:
        await run_in_threadpool(path.write_bytes, data)
        data = await _tracks(asked, "corrected", f"fixes.{asked.language}.json", path)
    finally:
        await run_in_threadpool(service.folders.remove, path)
    service.hub.changed(asked.work.id)
    return Response(data, media_type="application/json")


async def shown_sheet(request: Request) -> Response:
    """What the sheet that was taken last has changed."""
    return await _shown(request, "corrected")


async def corrected_zip(request: Request) -> Response:
    """The files with the sheet's corrections."""
    return await _archive(request, "corrected")


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
    answer = json_response({"work": asked.work.id, "previous": before.id, **found})
    return _whole(request, bytes(answer.body), "application/json")


# The overview.


async def overview_html(request: Request) -> Response:
    """The overview of all works in the service, as ``batch`` makes it."""
    path = await _overview(request)
    return await _page(request, path.with_suffix(".html"), language_of(request))


async def overview_json(request: Request) -> Response:
    """The overview as ``bilingual.batch/1``."""
    path = await _overview(request)
    return await _file(request, path.with_suffix(".json"), "application/json")


async def _overview(request: Request) -> Path:
    """Where the overview lies, made anew where a work has changed since."""
    needs(request, "review", "operate")
    service, language = service_of(request), language_of(request)

    def state() -> str:
        changes = [f"{name} {service.hub.number(name)}" for name in service.store.done()]
        parts = (__version__, language, *changes)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]

    def listed() -> list[tuple[Submission, dict[str, str] | None, str]]:
        return [
            (submission_of(service.folders, work), work.record.form, work.record.title)
            for work in service.store.works(state="done", limit=_MOST_WORKS)
        ]

    target = service.folders.overviews / f"{OVERVIEW}{await run_in_threadpool(state)}"
    async with service.turns.of("overview"):
        if not await run_in_threadpool(target.with_suffix(".html").is_file):
            await run_in_threadpool(service.folders.empty_overviews, _OVERVIEWS)
            await service.workers.short(
                make_overview, await run_in_threadpool(listed), str(service.folders.root),
                str(target), service.settings.config, language,
            )  # fmt: skip
    return target


ROUTES: Final = (
    Route(f"{WORK}/report.json", report_json, methods=["GET"]),
    Route(f"{WORK}/report.html", report_html, methods=["GET"]),
    Route(f"{WORK}/video", video, methods=["GET"]),
    Route(f"{WORK}/sheet.xlsx", sheet, methods=["GET"]),
    Route(f"{WORK}/annex.pdf", annex, methods=["GET"]),
    Route(f"{WORK}/fixes", fixes, methods=["GET"]),
    Route(f"{WORK}/fixed.zip", fixed_zip, methods=["GET"]),
    Route(f"{WORK}/sheet", take_sheet, methods=["PUT"]),
    Route(f"{WORK}/sheet", shown_sheet, methods=["GET"]),
    Route(f"{WORK}/corrected.zip", corrected_zip, methods=["GET"]),
    Route(f"{WORK}/changes", changes, methods=["GET"]),
    Route("/api/v1/overview.html", overview_html, methods=["GET"]),
    Route("/api/v1/overview.json", overview_json, methods=["GET"]),
)
