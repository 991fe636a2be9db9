"""From what has come in to a work that waits: checked, moved into its folder, written down."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from starlette.concurrency import run_in_threadpool

from bilingual.batch.columns import FILES
from bilingual.batch.state import REPORT
from bilingual.budget import MIB
from bilingual.errors import BilingualError, InputError
from bilingual.form import FIELDS, without_personal
from bilingual.server.context import Caller
from bilingual.server.folders import Folders, is_id, new_id, suffix_of
from bilingual.server.jobs import read_form
from bilingual.server.logs import log_event
from bilingual.server.problems import Place, ServiceError
from bilingual.server.records import File, Record, Work
from bilingual.server.service import Service
from bilingual.server.space import unwritable
from bilingual.server.uploads import Incoming, refuse_full

KEY_LENGTH: Final = 200

_RETRY_S: Final = 30


class Choices(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The settings that a caller may choose: none of them names a path or a model."""

    category: Literal["bilingual", "chinese"] | None = None
    asr: Literal["auto", "off"] | None = None
    burned_in: Literal["auto", "on", "off"] | None = None
    fail_fast: bool = False
    audio_stream: Annotated[int, msgspec.Meta(ge=0, le=99)] | Literal["auto"] | None = None
    webhook: Annotated[str, msgspec.Meta(max_length=2000)] | None = None


@dataclass(slots=True, kw_only=True)
class Draft:
    """A work that is to be made.

    ``files`` by role; the form's file is not among them. ``keep`` are roles whose files are
    taken over from ``previous``, in the version that ``use`` names.
    """

    files: dict[str, Incoming] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    choices: Choices = field(default_factory=Choices)
    previous: Work | None = None
    keep: Sequence[str] = ()
    use: Literal["submitted", "fixed", "corrected"] = "submitted"
    key: str | None = None
    sent: str | None = None

    def digest(self) -> str:
        """A hash of what was sent, by which a repeated call is known."""
        if self.sent is not None:
            return self.sent
        document = {
            "files": {role: (one.name, one.sha256) for role, one in self.files.items()},
            "form": self.form,
            "choices": msgspec.to_builtins(self.choices),
            "previous": None if self.previous is None else self.previous.id,
            "keep": sorted(self.keep),
            "use": self.use,
        }
        return hashlib.sha256(msgspec.json.encode(document, order="sorted")).hexdigest()


def refuse_crowd(service: Service, caller: Caller) -> None:
    """See that the queue has room.

    :raises ServiceError: ``queue-full`` (429).
    """
    waiting = service.store.waiting()
    own = sum(owner == caller.name for _, owner in waiting)
    full = len(waiting) >= service.settings.queue_limit
    if full or (service.settings.needs_token and own >= service.settings.owner_limit):
        headers = {"Retry-After": str(_RETRY_S)}
        raise ServiceError("queue-full", 429, headers=headers, waiting=len(waiting))


async def form_fields(service: Service, path: Path, where: str) -> dict[str, str]:
    """The fields of a form's file, nothing personal among them. The file stays where it is.

    :raises ServiceError: ``work-invalid``: it is no form.
    """
    try:
        fields, _ = await service.workers.short(read_form, str(path))
    except BilingualError as error:
        if isinstance(error, ServiceError):
            raise
        params = {name: value for name, value in error.params.items() if name != "path"}
        shown = type(error)(error.code, **(params | {"path": where}))
        raise ServiceError("work-invalid", 422, places=[Place(where=where, error=shown)]) from None
    return fields


async def form_of_json(service: Service, form: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a form that came as JSON.

    :raises ServiceError: ``work-invalid``.
    """
    path = service.folders.upload(new_id(), "form.json")
    try:
        await run_in_threadpool(path.write_bytes, msgspec.json.encode(form))
        return await form_fields(service, path, "form")
    finally:
        await run_in_threadpool(service.folders.remove, path)


async def made(service: Service, caller: Caller, draft: Draft) -> Work:
    """The work of a draft; where its key is known, the one that was made with it before.

    Of calls with one key it has to be the turn of this one (:func:`turn_of`).

    :raises ServiceError: it cannot be made, and why.
    """

    def make() -> tuple[Work, bool]:
        known = known_work(service, caller, draft)
        if known is not None:
            return known, False
        refuse_crowd(service, caller)
        _refuse_wrong(service, draft)
        refuse_full(service, 0)
        return _made(service, caller, draft), True

    async with _turn_of_tracks(service, draft):
        work, new = await run_in_threadpool(make)
    if new:
        log_event("queued", work=work.id, files=sorted(work.record.files))
        service.hub.changed(work.id)
        if work.record.previous is not None:
            service.hub.changed(work.record.previous)
        service.dispatcher.wake()
    return work


@asynccontextmanager
async def _turn_of_tracks(service: Service, draft: Draft) -> AsyncIterator[None]:
    """Wait for a call that makes the new tracks which a draft takes over."""
    if draft.previous is None or draft.use == "submitted":
        yield
        return
    async with service.turns.of(draft.use, draft.previous.id):
        yield


@asynccontextmanager
async def turn_of(service: Service, caller: Caller, key: str | None) -> AsyncIterator[None]:
    """Wait for a call with the same idempotency key that is being answered."""
    if key is None:
        yield
        return
    async with service.turns.of("key", caller.name, key):
        yield


def known_work(service: Service, caller: Caller, draft: Draft) -> Work | None:
    """The work that the same call with the same key has made before.

    :raises ServiceError: ``key-used`` (422): the key came with something else.
    """
    if draft.key is None:
        return None
    found = service.store.key(caller.name, draft.key)
    if found is None:
        return None
    if found[0] != draft.digest():
        raise ServiceError("key-used", 422)
    return service.store.work(found[1])


def _refuse_wrong(service: Service, draft: Draft) -> None:
    """See that a work can be made of it.

    :raises ServiceError: ``work-invalid`` (422) with every place; ``upload-large`` (413).
    """
    wrong = [
        Place(where=role, error=InputError("file-empty", path=one.name))
        for role, one in draft.files.items()
        if not one.bytes
    ]
    kept = () if draft.previous is None else draft.keep
    if not any(role in FILES for role in (*draft.files, *kept)):
        wrong.append(Place(where="files", error=InputError("nothing-handed-in")))
    hook, hooks = draft.choices.webhook, service.settings.webhooks
    if hook is not None and (hooks is None or hook not in hooks.addresses):
        wrong.append(Place(where="settings.webhook", error=InputError("webhook-unlisted")))
    if wrong:
        raise ServiceError("work-invalid", 422, places=wrong)
    total = sum(one.bytes for one in draft.files.values())
    if total > service.settings.max_upload_bytes:
        limit = service.settings.max_upload_bytes // MIB
        raise ServiceError("upload-large", 413, limit_mb=limit, bytes=total)


def _made(service: Service, caller: Caller, draft: Draft) -> Work:
    name = new_id()
    folder = service.folders.input(name)
    service.making.add(name)
    try:
        folder.mkdir(mode=0o700, parents=True)
        files = {role: _placed(one, role, folder) for role, one in draft.files.items()}
        if draft.previous is not None:
            files = _taken_over(service.folders, draft.previous, draft, folder) | files
        form = _form(draft, files)
        record = Record(
            files=files,
            choices=msgspec.to_builtins(draft.choices),
            form=form,
            title=_title(form, files),
            previous=None if draft.previous is None else draft.previous.id,
            webhook=draft.choices.webhook,
        )
        key = None if draft.key is None else (draft.key, draft.digest())
        # Before the check can begin: that a file has one name less counts as a change of it.
        for one in draft.files.values():
            one.path.unlink(missing_ok=True)
        return service.store.add_work(name, caller.name, record, key=key)
    except BaseException as error:
        _given_back(draft, folder)
        service.folders.remove(service.folders.work(name))
        if isinstance(error, FileNotFoundError):  # deleted meanwhile
            gone = "upload-unknown" if draft.previous is None else "work-unknown"
            raise ServiceError(gone, 404) from None
        if isinstance(error, OSError):
            raise unwritable(error) from None
        raise
    finally:
        service.making.discard(name)


def _placed(one: Incoming, role: str, folder: Path) -> File:
    """A file that has come in, at its place in the work; where it came in it is still, too."""
    stored = _stored(one, role)
    _linked(one.path, folder / stored)
    return File(name=one.name, file=stored, bytes=one.bytes, sha256=one.sha256)


def _stored(one: Incoming, role: str) -> str:
    return f"{role}{suffix_of(one.name)}"


def _given_back(draft: Draft, folder: Path) -> None:
    """Files of a work that could not be made are again where they came in."""
    for role, one in draft.files.items():
        placed = folder / _stored(one, role)
        if placed.is_file() and not one.path.exists():
            with suppress(OSError):
                _linked(placed, one.path)


def _linked(source: Path, target: Path) -> None:
    """The same file by a second name; a copy where the file system has no links."""
    with suppress(OSError):
        os.link(source, target)
        return
    shutil.copyfile(source, target)


def _taken_over(folders: Folders, previous: Work, draft: Draft, folder: Path) -> dict[str, File]:
    """The files of an earlier work that are kept, as submitted, as fixed or as corrected.

    :raises ServiceError: ``work-invalid``: it has no such file.
    """
    own = folders.input(previous.id)
    changed = _new_tracks(folders, previous, draft.use)
    files: dict[str, File] = {}
    for role in draft.keep:
        if role in draft.files:
            continue
        known = previous.record.files.get(role)
        new = changed.get(role)
        if new is not None:
            source = folders.made(previous.id) / draft.use / new["file"]
            data = source.read_bytes()
            one = Incoming(
                path=source,
                name=new["name"],
                bytes=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
            )
            files[role] = _placed(one, role, folder)
        elif known is not None:
            # A copy: of a file with two names, deleting one work would change the other's.
            shutil.copyfile(own / known.file, folder / known.file)
            files[role] = known
        elif role != "form":
            error = InputError("work-without-file", role=role)
            raise ServiceError("work-invalid", 422, places=[Place(where="keep", error=error)])
    return files


def _new_tracks(folders: Folders, work: Work, use: str) -> Mapping[str, Mapping[str, str]]:
    """The new tracks of a work by role, as they were written when they were looked at.

    :raises ServiceError: ``fixed-nothing``: there are none.
    """
    if use == "submitted":
        return {}
    try:
        data = folders.tracks(work.id, use).read_bytes()
    except FileNotFoundError:
        raise ServiceError("fixed-nothing", 404) from None
    return msgspec.json.decode(data, type=dict[str, dict[str, str]])


def _form(draft: Draft, files: Mapping[str, File]) -> dict[str, str] | None:
    """The fields of the form; the pledge is the file that came with it.

    A form that is taken over from an earlier work names no pledge where that work had the file
    and this one is without.
    """
    form, before = draft.form, draft.previous
    if form is None and before is not None and "form" in draft.keep:
        form = before.record.form
        if form is not None and "pledge" in before.record.files:
            form = {name: text for name, text in form.items() if name != "pledge"}
    if form is None:
        return None
    fields = {name: text for name, text in form.items() if name in FIELDS}
    if "pledge" in files:
        fields["pledge"] = files["pledge"].file
    return fields


def _title(form: Mapping[str, str] | None, files: Mapping[str, File]) -> str:
    """What a work is called in lists: its title, else the name of its video or subtitles."""
    title = ((form or {}).get("title") or "").strip()
    if title:
        return title[:200]
    named = next((files[role].name for role in FILES if role in files), "")
    return without_personal(named)[:200]


def previous_of(service: Service, caller: Caller, name: str | None) -> Work | None:
    """The work that another one checks again.

    :raises ServiceError: ``work-unknown``.
    """
    return None if name is None else own_work(service, caller, name)


def seen_work(service: Service, caller: Caller, name: str) -> Work:
    """A work that the caller may see: his own, or any where he reviews or operates.

    :raises ServiceError: ``work-unknown``: others are not told that there is one.
    """
    work = service.store.work(name) if is_id(name) else None
    if work is None or not (work.owner == caller.name or caller.sees_all):
        raise ServiceError("work-unknown", 404)
    return work


def own_work(service: Service, caller: Caller, name: str) -> Work:
    """A work that the caller may change: his own, or any where he operates.

    :raises ServiceError: ``work-unknown``; ``scope-needed``: he may only see it.
    """
    work = seen_work(service, caller, name)
    if work.owner != caller.name and "operate" not in caller.scopes:
        raise ServiceError("scope-needed", 403, scopes=["operate"])
    return work


def done_work(service: Service, caller: Caller, name: str) -> Work:
    """A work that has a report.

    :raises ServiceError: ``work-unknown``; ``not-ready`` (409); ``no-report`` (404).
    """
    work = seen_work(service, caller, name)
    if work.state in ("queued", "running"):
        raise ServiceError("not-ready", 409, headers={"Retry-After": "2"}, state=work.state)
    if work.state != "done" or not (service.folders.work(name) / REPORT).is_file():
        raise ServiceError("no-report", 404, state=work.state)
    return work
