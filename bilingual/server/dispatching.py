"""The queue: which work is next, how far each is, what becomes of those that end."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from concurrent.futures import CancelledError as FutureCancelledError
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Literal

from starlette.concurrency import run_in_threadpool

from bilingual.batch.local import cause_of
from bilingual.batch.model import WorkResult
from bilingual.batch.state import result_of, saved_of
from bilingual.batch.work import Task
from bilingual.model import Reason
from bilingual.server.folders import Folders, is_id
from bilingual.server.hub import Hub
from bilingual.server.jobs import config_of, run_work
from bilingual.server.logs import log_event, log_failure
from bilingual.server.metrics import Metrics
from bilingual.server.records import Cause, Work
from bilingual.server.settings import Settings
from bilingual.server.space import is_full, says_full
from bilingual.server.store import Store
from bilingual.server.submissions import submission_of
from bilingual.server.telling import delivery_of
from bilingual.server.workers import Workers

_LOOK_S: Final = 0.25
_FULL_S: Final = 30.0  # until it is tried again where the disk is full
_ATTEMPTS: Final = 2  # of a work whose process died


class Dispatcher:
    """Hands out the works that wait, to as many processes as there are."""

    def __init__(
        self,
        *,
        settings: Settings,
        store: Store,
        folders: Folders,
        hub: Hub,
        metrics: Metrics,
        workers: Workers,
    ) -> None:
        self._settings, self._store, self._folders = settings, store, folders
        self._hub, self._metrics, self._workers = hub, metrics, workers
        self._going: dict[str, Future[WorkResult] | None] = {}
        self._notes: dict[str, Mapping[str, Any]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._waiting: list[str] = []
        self._full_until = 0.0
        self._unkept: set[str] = set()  # works that could not be put back for want of room
        self._ending = False

    # What is known of works besides what is kept.

    def note(self, name: str) -> Mapping[str, Any]:
        """How far a running work is."""
        return self._notes.get(name, {})

    def place(self, name: str) -> int | None:
        """A work's place among those that wait, from 1."""
        with suppress(ValueError):
            return self._waiting.index(name) + 1
        return None

    # Calls of others.

    def wake(self) -> None:
        """There is a new work."""
        self._wake.set()

    async def cancel(self, name: str) -> bool:
        """Stop a work; whether it had not ended yet."""
        cancelled = await run_in_threadpool(self._end_named, name, "cancelled", {})
        future = self._going.get(name)
        if future is not None:
            future.cancel()
        if cancelled:
            self._ended(name, "cancelled", 0.0)
        self._wake.set()
        return cancelled

    # The queue.

    def resume(self) -> None:
        """Settle what a service that was stopped was doing; what waited goes on waiting."""
        for work in self._store.cut_off():
            saved = saved_of(self._folders.work(work.id))
            result = None if saved is None else result_of(saved)
            if result is not None and result.state == "done":
                self._keep(work, result)
            else:
                self._end(work, "failed", {"reason": Cause(code="work-interrupted")})
            log_event("resumed", work=work.id, finished=result is not None)
        for note in self._folders.progress.iterdir():
            if is_id(note.stem):
                self._folders.remove(note)

    async def run(self) -> None:
        """Hand out works until the service ends."""
        while not self._ending:
            try:
                await run_in_threadpool(self._workers.check)
                await self._started()
                await run_in_threadpool(self._read_notes)
            except Exception as error:  # the queue goes on
                if is_full(error):
                    self._full_until = time.monotonic() + _FULL_S
                else:
                    log_failure(error)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _LOOK_S if self._going else 2.0)
            self._wake.clear()

    async def end(self) -> None:
        """Hand out nothing more; what runs is cut off."""
        self._ending = True
        self._wake.set()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _started(self) -> None:
        for name in tuple(self._unkept) if time.monotonic() >= self._full_until else ():
            await run_in_threadpool(partial(self._store.put_back, name, attempted=False))
            self._unkept.discard(name)
        waiting = await run_in_threadpool(self._store.waiting)
        self._waiting = _in_turn(waiting)
        for name in self._waiting:
            if len(self._going) >= self._settings.workers or time.monotonic() < self._full_until:
                break
            if name in self._going:
                continue
            self._going[name] = None
            task = asyncio.get_running_loop().create_task(self._done(name))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._waiting = [name for name in self._waiting if name not in self._going]

    async def _done(self, name: str) -> None:
        """Do a work, from the queue to its end."""
        began = time.monotonic()
        try:
            if not await run_in_threadpool(self._store.begin, name):
                return
            work = await run_in_threadpool(self._store.work, name)
            if work is None:
                return
            self._hub.changed(name)
            log_event("begun", work=name)
            task, form, note = self._task(work)
            future = self._workers.work(
                run_work, task, form, str(note), timeout_s=self._settings.timeout_s
            )
            self._going[name] = future
            # Whoever stops it from here on finds the future; who did so before has said it here.
            now = await run_in_threadpool(self._store.work, name)
            if now is None or now.state != "running":
                future.cancel()
            state = await self._outcome(work, task, future)
            if state is not None:
                self._ended(name, state, time.monotonic() - began)
        except Exception as error:
            await self._broke(name, error)
        finally:
            self._going.pop(name, None)
            self._notes.pop(name, None)
            for note in (self._note_of(name), self._note_of(name).with_suffix(".new")):
                note.unlink(missing_ok=True)
            self._wake.set()

    async def _broke(self, name: str, error: Exception) -> None:
        """What could not be begun or written down waits where the disk is full, else it failed."""
        if is_full(error):
            self._wait_for_room(name)
            self._unkept.add(name)
            return
        log_failure(error)
        reason = Cause(code="work-lost", params={"kind": type(error).__name__})
        with suppress(Exception):
            await run_in_threadpool(self._end_named, name, "failed", {"reason": reason})
        self._hub.changed(name)

    def _wait_for_room(self, name: str) -> None:
        self._full_until = time.monotonic() + _FULL_S
        log_event("disk-full", work=name)

    async def _outcome(self, work: Work, task: Task, future: Future[WorkResult]) -> str | None:
        """The state that a work has come to; ``None``: somebody else has ended it."""
        try:
            result = await asyncio.wrap_future(future)
        except (FutureCancelledError, asyncio.CancelledError):
            if self._ending:
                raise
            now = await run_in_threadpool(self._store.work, work.id)
            if now is None or now.state != "running":
                return None  # whoever stopped it has written that down
            return await self._died(work, Reason(code="work-lost", params={"kind": "?"}))
        except Exception as error:
            reason = cause_of(error, timeout_s=task.timeout_s, memory_mib=task.memory_mib)
            return await self._died(work, reason)
        if result.state == "done":
            return "done" if await run_in_threadpool(self._keep, work, result) else None
        reason = result.reason or Reason(code="work-lost", params={"kind": "?"})
        if _is_full(reason):
            self._wait_for_room(work.id)
            await run_in_threadpool(partial(self._store.put_back, work.id, attempted=False))
            return "queued"
        return await self._failed(work, reason)

    async def _died(self, work: Work, reason: Reason) -> str | None:
        """A work whose process is gone waits again, once; one that took too much has failed."""
        if reason.code in ("work-died", "work-lost") and work.attempts < _ATTEMPTS:
            await run_in_threadpool(self._store.put_back, work.id)
            self._hub.changed(work.id)
            return "queued"
        return await self._failed(work, reason)

    async def _failed(self, work: Work, reason: Reason) -> str | None:
        cause = Cause(code=reason.code, params=dict(reason.params))
        ended = await run_in_threadpool(self._end, work, "failed", {"reason": cause})
        return "failed" if ended else None

    def _end(
        self,
        work: Work,
        state: Literal["done", "failed", "cancelled"],
        changes: Mapping[str, Any],
        verdict: str | None = None,
    ) -> bool:
        """Write down that a work has ended, and whom that is to be told; whether it had not."""
        told = delivery_of(work, state, verdict, self._settings.webhooks)
        return self._store.end(work.id, state, changes, told=told)

    def _end_named(
        self, name: str, state: Literal["failed", "cancelled"], changes: Mapping[str, Any]
    ) -> bool:
        """The same of a work by its id; it may be gone."""
        work = self._store.work(name)
        return work is not None and self._end(work, state, changes)

    def _keep(self, work: Work, result: WorkResult) -> bool:
        """Keep the result of a work that was done; whether it had not ended before."""
        changes = {
            "verdict": str(result.verdict),
            "errors": result.errors,
            "warnings": result.warnings,
            "unknown_required": result.unknown_required,
            "seconds": result.seconds,
        }
        return self._end(work, "done", changes, str(result.verdict))

    def _ended(self, name: str, state: str, seconds: float) -> None:
        self._hub.changed(name)
        if state != "queued":
            self._metrics.worked(state, seconds)
        log_event("ended", work=name, state=state, seconds=round(seconds, 1))

    def _task(self, work: Work) -> tuple[Task, Mapping[str, str] | None, Path]:
        """What a process is handed, and the file that it notes its progress in."""
        record = work.record
        task = Task(
            work=submission_of(self._folders, work),
            out=str(self._folders.root),
            config=config_of(self._settings.config, record.choices),
            timeout_s=self._settings.timeout_s,
            memory_mib=self._settings.memory_mib,
            threads=self._workers.threads,
            names=tuple((role, file.name) for role, file in record.files.items()),
            attempts=work.attempts,
            page=False,  # each caller's is made when he asks for it, with his review
        )
        return task, record.form, self._note_of(work.id)

    # How far works are.

    def _note_of(self, name: str) -> Path:
        return self._folders.progress / f"{name}.json"

    def _read_notes(self) -> None:
        for name in tuple(self._going):
            with suppress(OSError, ValueError):
                found = json.loads(self._note_of(name).read_bytes())
                if isinstance(found, dict) and found != self._notes.get(name):
                    self._notes[name] = found
                    self._hub.changed(name)


def _in_turn(waiting: list[tuple[str, str]]) -> list[str]:
    """The works that wait, in an order in which no owner waits for all works of another."""
    by_owner: dict[str, list[str]] = {}
    for name, owner in waiting:
        by_owner.setdefault(owner, []).append(name)
    ranked = [
        (turn, place, name)
        for place, names in enumerate(by_owner.values())
        for turn, name in enumerate(names)
    ]
    return [name for _, group in groupby(sorted(ranked), lambda one: one[0]) for *_, name in group]


def _is_full(reason: Reason) -> bool:
    """Whether a work failed for want of space alone."""
    inner = reason.params.get("params")
    detail = inner.get("detail") if isinstance(inner, Mapping) else None
    return reason.code == "work-error" and says_full(detail)
