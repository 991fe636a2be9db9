"""One work, from its submission to its report on disk: what every executor is handed.

It takes and returns small values; files go by path, results are written here. It may run
anywhere that sees the same paths: in a local process, on a machine of a cluster, in the
service's own workers.
"""

from __future__ import annotations

import os
import platform
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec

from bilingual.batch.model import Submission, WorkResult
from bilingual.batch.names import Called, Names
from bilingual.batch.state import (
    PAGE,
    PRINTS,
    REPORT,
    keep,
    looks,
    made_from,
    result_of,
    same_hashes,
    saved_of,
    still_right,
)
from bilingual.batch.summary import identity, summary_of
from bilingual.budget import MIB, resident_bytes, threads_held
from bilingual.config import Config
from bilingual.errors import BilingualError, CancelledError, DeadlineError, InputError
from bilingual.files import display_name, no_room, write_whole
from bilingual.hooks import provided
from bilingual.model import Reason
from bilingual.progress import Callback
from bilingual.showing import logger

_log = logger(__name__)

OVER_MEMORY: Final = 91
"""Exit status of a process that took more memory than a work may."""

OVER_TIME: Final = 92
"""Exit status of a process that did not stop when its time was over."""

_LOOK_S: Final = 0.2
_GRACE_S: Final = 20.0  # from being asked to stop to being ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A work to be done. ``made_from`` as :func:`bilingual.batch.state.made_from` gives it.

    ``seen``: the files that the caller sees, so that a machine which does not see them is
    told apart from a file that is not there. ``threads``: how many each engine may use.
    ``host`` and ``process``: the caller's, which is never ended by a bound. ``names``: by
    role, what a submitted file is called where its path does not say. ``page``: whether the
    report's page is written beside it. ``marker``: a folder that the caller has made beside
    the results, so that a machine whose folder of that name is another one is known.
    """

    work: Submission
    out: str
    config: Config
    timeout_s: float
    memory_mib: int
    threads: int
    again: bool = False
    seen: tuple[str, ...] = ()
    host: str = ""
    process: int = 0
    attempts: int = 1
    names: tuple[tuple[str, str], ...] = ()
    page: bool = True
    marker: str = ""


def folder_of(out: Path, name: str) -> Path:
    """Where the report of a work lies."""
    return out / "works" / name


def category_config(config: Config, work: Submission) -> Config:
    """The settings in the work's own category."""
    if work.category in (None, config.category):
        return config
    return msgspec.structs.replace(config, category=work.category)


def do_work(task: Task, progress: Callback | None = None) -> WorkResult:
    """Check a work, write report, page and fingerprints, and say what became of it.

    A work that cannot be checked is ``failed`` with its reason, and nothing is raised for
    it. What an earlier run has written is kept where it is still right.

    :param progress: as :func:`bilingual.verify` calls it.
    :raises CancelledError: the caller wants to stop.
    """
    if task.marker and not Path(task.marker).is_dir():
        return failed(task, Reason(code="work-not-shared", params={"host": platform.node()}))
    config = category_config(task.config, task.work)
    folder = folder_of(Path(task.out), task.work.id)
    wanted = made_from(task.work, config)
    saved = None if task.again else saved_of(folder)
    if saved is not None:
        kept = result_of(saved)
        right = still_right(folder, saved, wanted, task.work.files)
        if right is None:
            right = same_hashes(saved, task.work.files)
        if right and kept is not None:
            return replace(kept, kept=True, row=task.work.row, problems=task.work.problems)
    started = time.monotonic()
    with threads_held(task.threads), _watched(task):
        try:
            return _done(task, config, folder, wanted, progress)
        except CancelledError:
            raise
        except BilingualError as error:
            return failed(task, _reason(error, task), time.monotonic() - started)
        except MemoryError:
            reason = Reason(code="work-memory", params={"mib": task.memory_mib})
            return failed(task, reason, time.monotonic() - started)
        except (Exception, SystemExit) as error:  # a library's exit is not the process's
            full = no_room(error)
            if full is not None:
                return failed(task, _reason(full, task), time.monotonic() - started)
            _log.exception("work %s", task.work.id)
            reason = Reason(code="work-broke", params={"kind": type(error).__name__})
            return failed(task, reason, time.monotonic() - started)


def _done(
    task: Task, config: Config, folder: Path, wanted: str, progress: Callback | None
) -> WorkResult:
    from bilingual.batch.prints import prints_of
    from bilingual.pipeline.verify import verify

    work, started = task.work, time.monotonic()
    before = looks(work.files)
    report = verify(
        work.video,
        bo=work.bo,
        zh=work.zh,
        form=work.form,
        config=config,
        progress=progress,
        timeout_s=task.timeout_s,
    )
    names = Names(work)
    report = names.in_report(called(task).in_report(report))
    _make(folder)
    prints = prints_of(report, work.video, config)
    write_whole(folder / PRINTS, msgspec.json.encode(prints).decode())
    if task.page:
        video = None if "video" in names.roles else work.video
        href = None if video is None else _href(Path(video), folder)
        provided("report.save_html")(report, folder / PAGE, video_href=href)
    write_whole(folder / REPORT, report.to_json() + "\n")
    path = (Path("works") / work.id / REPORT).as_posix()
    result = summary_of(
        report, work, config.category, seconds=time.monotonic() - started, path=path
    )
    result = replace(result, attempts=task.attempts)
    keep(folder, result, wanted, before, {file.role: file.sha256 for file in report.inputs})
    return result


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        raise InputError(
            "output-unwritable", path=display_name(folder.name), detail=detail
        ) from None


def _href(video: Path, folder: Path) -> str | None:
    """Where the page finds the film; ``None`` where no relative path leads there."""
    from urllib.parse import quote

    try:
        return quote(os.fsencode(Path(os.path.relpath(video, folder)).as_posix()))
    except ValueError:  # another drive
        return None


def failed(task: Task, reason: Reason, seconds: float = 0.0) -> WorkResult:
    """The result of a work of which no report could be made."""
    return WorkResult(
        **identity(task.work, task.config.category),
        state="failed",
        reason=reason,
        seconds=round(seconds, 3),
        attempts=task.attempts,
    )


def called(task: Task) -> Called:
    """The names of the work's files as they were submitted."""
    own, files = dict(task.names), task.work.files
    return Called((path, own[role]) for role, path in files.items() if role in own)


def _reason(error: BilingualError, task: Task) -> Reason:
    """An error as a reason: its params are names, never a path on somebody's disk."""
    if isinstance(error, DeadlineError):
        return Reason(code="work-timeout", params={"seconds": round(task.timeout_s)})
    unseen = error.code in ("file-missing", "file-unreadable") and task.host != platform.node()
    if unseen and any(str(error.params.get("path")) in (p, Path(p).name) for p in task.seen):
        return Reason(code="work-not-shared", params={"host": platform.node()})
    params = Names(task.work).in_params(called(task).in_params(error.params))
    return Reason(code="work-error", params={"code": error.code, "params": params})


@contextmanager
def _watched(task: Task) -> Iterator[None]:
    """End this process where the work takes more memory or time than it may.

    The caller's own process is never ended: there the bounds hold between steps only.
    """
    if (task.host, task.process) == (platform.node(), os.getpid()):
        yield
        return
    with watched(timeout_s=task.timeout_s, memory_mib=task.memory_mib):
        yield


@contextmanager
def watched(*, timeout_s: float, memory_mib: int) -> Iterator[None]:
    """End this process where the block takes more memory or time than that.

    Time in seconds by the clock, and a grace in which the block may end itself.
    """
    over = threading.Event()
    bounds = (time.monotonic() + timeout_s + _GRACE_S, memory_mib * MIB, over)
    watch = threading.Thread(target=_watch, args=bounds, daemon=True)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


def _watch(end: float, memory_bytes: int, over: threading.Event) -> None:
    parent = os.getppid()
    while True:
        if resident_bytes() > memory_bytes:
            os._exit(OVER_MEMORY)
        if time.monotonic() > end:
            os._exit(OVER_TIME)
        if os.getppid() != parent:  # nobody is there who wants to know
            os._exit(1)
        if over.wait(_LOOK_S):
            return
