"""Calls about works: submitting, listing, following, stopping, deleting."""

from __future__ import annotations

import hashlib
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, Final, Literal

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bilingual.batch.columns import FILES
from bilingual.errors import InputError
from bilingual.server.access import needs
from bilingual.server.answers import (
    JSON_BYTES,
    body_of,
    decoded,
    json_response,
    media_type_of,
    unchanged,
)
from bilingual.server.context import Caller, language_of
from bilingual.server.inspect_calls import Name
from bilingual.server.jobs import Candidate, config_of, inspect
from bilingual.server.making import (
    KEY_LENGTH,
    Choices,
    Draft,
    form_fields,
    form_of_json,
    known_work,
    made,
    own_work,
    previous_of,
    refuse_crowd,
    seen_work,
    turn_of,
)
from bilingual.server.multipart import Parts, parts_of
from bilingual.server.problems import Place, ServiceError
from bilingual.server.records import ENDED, ROLES, STATES, Role, Work
from bilingual.server.service import Service, service_of
from bilingual.server.tokens import SCOPES
from bilingual.server.uploads import Incoming, at_hand, hashed, place_of, whole_upload
from bilingual.server.views import WORK, WORKS, url_of, works_shown

_BEAT_S: Final = 15.0
_PAGE: Final = 200


class _Submit(msgspec.Struct, forbid_unknown_fields=True):
    files: dict[Role, Name] = {}
    form: dict[str, Any] | None = None
    settings: Choices = Choices()
    previous: Name | None = None
    keep: list[Role] = []
    use: Literal["submitted", "fixed", "corrected"] = "submitted"


# Submitting.


async def submit(request: Request) -> Response:
    """A new work: multipart, or JSON that names uploads."""
    service, caller = service_of(request), needs(request, "submit")
    key = request.headers.get("idempotency-key")
    if key is not None and not (0 < len(key) <= KEY_LENGTH and key.isprintable()):
        raise ServiceError("key-invalid", 400, limit=KEY_LENGTH)

    def refused_early() -> None:  # before a film has come in
        if key is None or service.store.key(caller.name, key) is None:
            refuse_crowd(service, caller)

    await run_in_threadpool(refused_early)
    if media_type_of(request) == "multipart/form-data":
        work = await _submitted_whole(request, service, caller, key)
    else:
        work = await _submitted_by_name(request, service, caller, key)
    answer = {"id": work.id, "url": url_of(work), "page": f"/works/{work.id}"}
    return json_response(answer, 202, {"Location": url_of(work)})


async def _submitted_by_name(
    request: Request, service: Service, caller: Caller, key: str | None
) -> Work:
    if media_type_of(request) != "application/json":
        raise ServiceError("not-json", 415)
    body = await body_of(request, JSON_BYTES)
    asked, sent = decoded(body, _Submit), hashlib.sha256(body).hexdigest()
    async with turn_of(service, caller, key):
        known = await run_in_threadpool(known_work, service, caller, Draft(key=key, sent=sent))
        if known is not None:  # its uploads are gone by now
            return known
        with at_hand(service, asked.files.values()):
            draft = await _named(service, caller, asked)
            draft.key, draft.sent = key, sent
            work = await made(service, caller, draft)
            await run_in_threadpool(_forget, service, frozenset(asked.files.values()))
        return work


async def _named(service: Service, caller: Caller, asked: _Submit) -> Draft:
    """What a JSON body asks for.

    :raises ServiceError: an upload is not there, or not whole; the form is none.
    """
    named = {role: name for role, name in asked.files.items() if role != "form"}

    def whole() -> dict[str, Incoming]:
        once: dict[str, Incoming] = {}
        for name in named.values():
            upload = whole_upload(service, caller, name)
            if name not in once:
                once[name] = hashed(place_of(service, upload), upload.name)
        return {str(role): once[name] for role, name in named.items()}

    draft = Draft(
        files=await run_in_threadpool(whole),
        choices=asked.settings,
        previous=await run_in_threadpool(previous_of, service, caller, asked.previous),
        keep=tuple(asked.keep),
        use=asked.use,
    )
    if asked.form is not None:
        draft.form = await form_of_json(service, asked.form)
    elif "form" in asked.files:
        upload = await run_in_threadpool(whole_upload, service, caller, asked.files["form"])
        draft.form = await form_fields(service, place_of(service, upload), upload.name)
    return draft


def _forget(service: Service, uploads: Iterable[str]) -> None:
    """Uploads that have become part of a work."""
    for name in uploads:
        upload = service.store.upload(name)
        if upload is not None:
            service.store.remove_upload(name)
            service.folders.remove(place_of(service, upload))


async def _submitted_whole(
    request: Request, service: Service, caller: Caller, key: str | None
) -> Work:
    known = (*ROLES, "settings", "files")
    parts = await parts_of(request, service, known=known)
    try:
        draft = await _draft(service, parts, key)
        async with turn_of(service, caller, key):
            return await made(service, caller, draft)
    finally:
        await run_in_threadpool(parts.remove_files, service.folders)


async def _draft(service: Service, parts: Parts, key: str | None) -> Draft:
    """What a multipart body asks for.

    :raises ServiceError: ``work-invalid``, with every place.
    """
    draft = Draft(key=key)
    loose: list[Incoming] = []
    wrong: list[Place] = []
    for role, one in parts.files:
        if role == "files":
            loose.append(one)
        elif role == "form":
            draft.form = await form_fields(service, one.path, one.name)
        elif role not in ROLES:
            wrong.append(Place(where=role, error=InputError("field-no-file", field=role)))
        elif role in draft.files:
            wrong.append(Place(where=role, error=InputError("inputs-role-twice", role=role)))
        else:
            draft.files[role] = one
    for name, text in parts.texts.items():
        if name == "settings":
            draft.choices = decoded(text or b"{}", Choices)
        elif name == "form":
            if text.strip():
                fields = decoded(text, dict[str, Any])
                draft.form = await form_of_json(service, fields)
        else:
            wrong.append(Place(where=name, error=InputError("field-file", field=name)))
    if wrong:
        raise ServiceError("work-invalid", 422, places=wrong)
    if loose:
        await _find_roles(service, draft, loose)
    return draft


async def _find_roles(service: Service, draft: Draft, loose: Sequence[Incoming]) -> None:
    """Find out which file is which.

    :raises ServiceError: ``work-invalid``: it cannot be told.
    """
    candidates = [
        Candidate(key=str(n), path=str(one.path), name=one.name) for n, one in enumerate(loose)
    ]
    candidates += [
        Candidate(key=role, path=str(one.path), name=one.name, role=role)
        for role, one in draft.files.items()
        if role in FILES
    ]
    config = config_of(service.settings.config, msgspec.to_builtins(draft.choices))
    found = await service.workers.short(inspect, candidates, draft.form, config, "en")
    if found["problems"]:
        places = [
            Place(where="files", error=InputError(one["code"], **one["params"]))
            for one in found["problems"]
        ]
        raise ServiceError("work-invalid", 422, places=places)
    for one in found["files"]:
        if not one["key"].isdigit():
            continue
        file, role = loose[int(one["key"])], one["role"]
        if role == "both":
            draft.files["bo"] = draft.files["zh"] = file
        elif role == "form" and draft.form is None:
            draft.form = await form_fields(service, file.path, file.name)
        elif role in FILES:
            draft.files[role] = file


# Works.


async def listed(request: Request) -> Response:
    """The works that the caller sees, the newest first."""
    service, caller = service_of(request), needs(request, *SCOPES)
    query = request.query_params
    state, after = query.get("state"), query.get("after")
    if state is not None and state not in STATES:
        raise ServiceError("query-invalid", 422, name="state")
    limit = query.get("limit", str(_PAGE))
    if not (limit.isascii() and limit.isdigit() and 0 < int(limit[:9]) <= 1000):
        raise ServiceError("query-invalid", 422, name="limit")
    language = language_of(request)

    def found() -> Mapping[str, Any]:
        before = None if after is None else seen_work(service, caller, after).place
        works = service.store.works(
            owner=None if caller.sees_all else caller.name,
            state=state,
            before=before,
            limit=int(limit) + 1,
        )
        shown = works[: int(limit)]
        following = shown[-1].id if len(works) > len(shown) else None
        return {
            "works": works_shown(service, shown, language),
            "next": following,
        }

    return json_response(await run_in_threadpool(found))


def _shown(service: Service, caller: Caller, name: str, language: str) -> dict[str, Any]:
    return works_shown(service, [seen_work(service, caller, name)], language)[0]


async def show(request: Request) -> Response:
    """A work: its state, how far it is, what came of it."""
    service, caller = service_of(request), needs(request, *SCOPES)
    language = language_of(request)
    name = request.path_params["work"]
    work = await run_in_threadpool(_shown, service, caller, name, language)
    tag = f'"{work["rev"]}-{work["position"] or 0}-{language}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Content-Language": language}
    if unchanged(request, tag):
        return Response(status_code=304, headers=headers)
    return json_response(work, headers=headers)


async def cancel(request: Request) -> Response:
    """Stop a work that waits or runs."""
    service, caller = service_of(request), needs(request, "submit", "operate")
    name = request.path_params["work"]
    work = await run_in_threadpool(own_work, service, caller, name)
    if work.state in ENDED or not await service.dispatcher.cancel(name):
        raise ServiceError("work-ended", 409, state=work.state)
    language = language_of(request)
    return json_response(await run_in_threadpool(_shown, service, caller, name, language), 202)


async def delete(request: Request) -> Response:
    """Delete a work: its files, its results, its reviews."""
    service, caller = service_of(request), needs(request, "submit", "operate")
    name = request.path_params["work"]
    await run_in_threadpool(own_work, service, caller, name)
    await service.dispatcher.cancel(name)
    await run_in_threadpool(service.forget, name)
    return Response(status_code=204)


# Following.


async def events(request: Request) -> Response:
    """The states of a work as they come, as server-sent events."""
    service, caller = service_of(request), needs(request, *SCOPES)
    name, language = request.path_params["work"], language_of(request)
    work = await run_in_threadpool(_shown, service, caller, name, language)
    if request.headers.get("last-event-id") == str(work["rev"]) and work["state"] in ENDED:
        return Response(status_code=204)  # there is no more, and the browser need not ask

    async def stream() -> AsyncIterator[str]:
        with service.hub.listener() as listener:
            yield "retry: 2000\n\n"
            known = 0
            async for changed in _batches(service, listener, name):
                if changed is None:
                    yield ": still here\n\n"
                    continue
                try:
                    now = await run_in_threadpool(_shown, service, caller, name, language)
                except ServiceError:
                    yield _event("gone", None, {"id": name})
                    return
                if now["rev"] != known:
                    known = now["rev"]
                    yield _event("work", known, now)
                if now["state"] in ENDED:
                    return

    return _stream(stream())


class _Beat:
    """When a stream says that it is still there: after a while in which it said nothing itself.

    What changes meanwhile elsewhere, and is not for this caller, is no sign of life to him.
    """

    def __init__(self) -> None:
        self.said()

    def said(self) -> None:
        """Something was said."""
        self._last = time.monotonic()

    def due(self, changed: frozenset[str]) -> bool:
        """Whether it is time, when nothing was said of these changes; then it counts as said."""
        if changed and time.monotonic() - self._last < _BEAT_S:
            return False
        self.said()
        return True


async def _batches(service: Service, listener: Any, name: str) -> AsyncIterator[bool | None]:
    """True at first and whenever the work has changed, ``None`` for a sign of life."""
    yield True
    beat = _Beat()
    async for changed in listener.batches(_BEAT_S):
        if service.ending:
            return
        if name in changed:
            beat.said()
            yield True
        elif beat.due(changed):
            yield None


async def all_events(request: Request) -> Response:
    """The states of every work that the caller sees, as they change."""
    service, caller = service_of(request), needs(request, *SCOPES)
    language = language_of(request)

    def found(name: str) -> dict[str, Any] | None:
        try:
            return _shown(service, caller, name, language)
        except ServiceError:
            return None

    async def stream() -> AsyncIterator[str]:
        with service.hub.listener() as listener:
            yield "retry: 2000\n\n"
            seen: set[str] = set()
            beat = _Beat()
            async for changed in listener.batches(_BEAT_S):
                if service.ending:
                    return
                for name in changed:
                    work = await run_in_threadpool(found, name)
                    if work is not None:
                        seen.add(name)
                        beat.said()
                        yield _event("work", work["rev"], work)
                    elif name in seen:
                        seen.discard(name)
                        beat.said()
                        yield _event("gone", None, {"id": name})
                if beat.due(changed):
                    yield ": still here\n\n"

    return _stream(stream())


def _event(kind: str, number: int | None, data: Any) -> str:
    head = "" if number is None else f"id: {number}\n"
    return f"event: {kind}\n{head}data: {msgspec.json.encode(data).decode()}\n\n"


def _stream(content: AsyncIterator[str]) -> StreamingResponse:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(content, media_type="text/event-stream", headers=headers)


ROUTES: Final = (
    Route(WORKS, submit, methods=["POST"]),
    Route(WORKS, listed, methods=["GET"]),
    Route("/api/v1/events", all_events, methods=["GET"]),
    Route(WORK, show, methods=["GET"]),
    Route(WORK, delete, methods=["DELETE"]),
    Route(f"{WORK}/cancel", cancel, methods=["POST"]),
    Route(f"{WORK}/events", events, methods=["GET"]),
)
