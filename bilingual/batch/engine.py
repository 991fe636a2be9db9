"""Works handed to an executor, each with its bounds; what comes back becomes a batch."""

from __future__ import annotations

import errno
import os
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

import filelock

from bilingual._version import __version__
from bilingual.arguments import (
    CALLBACK,
    FLAG,
    ITERABLE,
    PATH,
    POSITIVE,
    TEXT,
    Wanted,
    checked,
    many,
    one_of,
    well_typed,
)
from bilingual.batch.across import findings_across
from bilingual.batch.cluster import marker_in
from bilingual.batch.ids import folded, is_file_name
from bilingual.batch.local import LocalProcesses, cause_of
from bilingual.batch.model import READING_SPEED, Batch, BatchStage, Submission, WorkResult
from bilingual.batch.reviews import with_reviews
from bilingual.batch.state import (
    keep,
    looks,
    made_from,
    result_of,
    saved_of,
    small_hashes,
    still_right,
)
from bilingual.batch.summary import identity
from bilingual.batch.work import Task, category_config, do_work, failed, folder_of
from bilingual.budget import Budget, current
from bilingual.config import SETTINGS, Config
from bilingual.errors import BilingualError, InputError
from bilingual.files import StrPath, display_name, exists, unwritable, write_whole
from bilingual.form import masked
from bilingual.model import Reason
from bilingual.pipeline.provenance import TOOL, created_now
from bilingual.progress import Callback, Progress

Again = Literal["failed", "all"]

DEFAULT_TIMEOUT_S: Final = 3600.0
"""A work of five minutes takes a few; what takes an hour has gone wrong."""

_LOOK_S: Final = 0.25
_AHEAD: Final = 4  # works that are handed to an executor beforehand, for each that it does at once
_LOCK: Final = ".batch.lock"

PAGES: Final = ("batch.json", "index.html", "batch.xlsx")
"""What is written of all works together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What each work may take: seconds by the clock, MiB of memory, threads an engine."""

    timeout_s: float = DEFAULT_TIMEOUT_S
    memory_mib: int = 4096
    threads: int = 0

    @classmethod
    def of(
        cls,
        workers: int | None = None,
        *,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        memory_mib: int = 4096,
        local: bool = True,
    ) -> Bounds:
        """Bounds with each local process's share of the processors as its threads.

        Of what an executor has nothing is known: there each engine uses one, so that as
        many workers as processors do not hinder each other.

        :param workers: how many processes; one a processor unless given.
        """
        processors = os.cpu_count() or 1
        threads = max(1, processors // (workers or processors)) if local else 1
        return cls(timeout_s=timeout_s, memory_mib=memory_mib, threads=threads)


@dataclass(slots=True, kw_only=True)
class _Run:
    """What is known while a batch goes on."""

    total: int
    report: Progress
    results: dict[str, WorkResult] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)
    made: int = 0

    def take(self, result: WorkResult, running: Sequence[str], left: int) -> None:
        """A work has ended."""
        self.results[result.id] = result
        self.made += not result.kept
        self.say(running, left, result)

    def say(self, running: Sequence[str], left: int, ended: WorkResult | None = None) -> None:
        """Report how far it is."""
        seconds = time.monotonic() - self.began
        left_s = seconds / self.made * left if self.made else None
        self.report(BatchStage.of(tuple(running), left_s, ended), len(self.results), self.total)


@checked(
    works=ITERABLE,
    out=PATH,
    config=SETTINGS,
    executor=Wanted("concurrent.futures.Executor", lambda e: callable(getattr(e, "submit", None))),
    progress=CALLBACK,
    workers=POSITIVE,
    bounds=well_typed(Bounds),
    again=one_of("failed", "all"),
    pages=FLAG,
    language=TEXT,
    reading_speed=POSITIVE,
)
def verify_many(  # noqa: PLR0913 - each is named in the call
    works: Iterable[Submission],
    *,
    out: StrPath,
    config: Config | None = None,
    executor: Executor | None = None,
    progress: Callback | None = None,
    workers: int | None = None,
    bounds: Bounds | None = None,
    again: Again | None = None,
    pages: bool = True,
    language: str = "zh",
    reading_speed: int = READING_SPEED,
) -> Batch:
    """Check many works, write a report for each, and compare the works with each other.

    Works that already have an up-to-date report (same files, form, settings and versions) are
    not checked again. Works that failed are tried again if their files or settings changed,
    if a disk was full or a machine did not see the files, or if ``again`` asks for it.

    :param works: the result of :func:`bilingual.batch.load_table`, or your own submissions.
    :param out: the folder for ``works/ID/report.json``, ``batch.json``, ``index.html``
        and ``batch.xlsx``. All workers must see it by the same path.
    :param executor: any ``concurrent.futures.Executor``; default: local processes.
    :param progress: called as ``progress(stage, done, total)``, ``stage`` being a
        :class:`bilingual.batch.BatchStage`. If it raises a stop (as in
        :func:`bilingual.verify`), the batch ends; finished works are kept and the next run
        continues from there.
    :param workers: number of local processes; default: one per processor.
    :param bounds: time and memory that each work may use.
    :param again: ``failed``: try the failed works again; ``all``: make all reports anew.
    :param pages: whether to write ``batch.json``, ``index.html`` and ``batch.xlsx``.
    :param language: language of the overview, ``zh`` or ``en``.
    :param reading_speed: Tibetan syllables that a reader compares in a minute, for the estimated
        minutes of reading. No report is made anew for it.
    :raises ArgumentError: ``argument-invalid``: an argument is of another type.
    :raises InputError: ``output-unwritable``: nothing can be written to ``out``;
        ``batch-running``: another batch writes there; ``batch-id``: an id names no folder
        of its own below ``works``; ``batch-executor-gone``: the executor has given up the
        works that it had, as Dask does when its scheduler is lost. What is finished stays.
    :raises CancelledError: ``progress`` raised it.
    """
    if not os.fspath(out):  # pathlib takes it for the folder one is in
        raise InputError("output-unwritable", path="“”", detail=os.strerror(errno.ENOENT))
    config = config or Config.load()
    folder = Path(out).absolute()
    notes = tuple(getattr(works, "notes", ()))
    listed = tuple(works)
    many(well_typed(Submission)).check("verify_many", "works", listed)
    _check_ids(listed)
    listed = tuple(_masked(work) for work in listed)
    count = workers or os.cpu_count() or 1
    bounds = bounds or Bounds.of(workers, local=executor is None)
    elsewhere = nullcontext("") if executor is None else marker_in(folder)
    with Budget().active(), _locked(folder), elsewhere as marker:
        run = _Run(total=len(listed), report=Progress(progress))
        tasks = [
            replace(task, marker=str(marker))
            for task in _tasks(listed, folder, config, bounds, again, run)
        ]
        if tasks:
            _do(tasks, executor, min(count, len(tasks)), bounds, run)
        results = tuple(run.results[work.id] for work in listed)
        batch = batch_of(results, listed, folder, config, notes, reading_speed)
        if pages:
            write_pages(batch, folder, language=language)
    return batch


def _check_ids(works: Sequence[Submission]) -> None:
    """Nothing is written outside of ``works``, and no report over another.

    :raises InputError: ``batch-id``.
    """
    taken: set[str] = set()
    for work in works:
        name = folded(work.id)
        if name in taken or not is_file_name(work.id):
            raise InputError("batch-id", id=work.id)
        taken.add(name)


def _masked(work: Submission) -> Submission:
    """The work without what looks personal in its form, which a program may have made."""
    return work if work.form is None else replace(work, form=masked(work.form))


def _tasks(
    works: Sequence[Submission],
    folder: Path,
    config: Config,
    bounds: Bounds,
    again: Again | None,
    run: _Run,
) -> list[Task]:
    """What has to be done; what is done, or cannot be, goes into the results at once.

    The largest films come first, so that none of them is left alone at the end.
    """
    tasks = []
    for work in works:
        known = _known(work, folder, config, again)
        if known is not None:
            run.take(known, (), 0)
            continue
        tasks.append(
            Task(
                work=work,
                out=str(folder),
                config=config,
                timeout_s=bounds.timeout_s,
                memory_mib=bounds.memory_mib,
                threads=bounds.threads,
                again=again is not None,
                seen=tuple(p for p in work.files.values() if exists(Path(p))),
                host=platform.node(),
                process=os.getpid(),
            )
        )
    return sorted(tasks, key=lambda task: -sum(look[0] for look in looks(task.work.files).values()))


def _known(
    work: Submission, folder: Path, config: Config, again: Again | None
) -> WorkResult | None:
    """What became of a work without anything being done; ``None`` where it has to be done."""
    if work.wrong is not None:
        own = identity(work, config.category)
        return WorkResult(**own, state="skipped", reason=work.wrong, attempts=0)
    place = folder_of(folder, work.id)
    saved = saved_of(place)
    if saved is None or again == "all":
        return None
    kept = result_of(saved)
    if kept is None or (again == "failed" and kept.state == "failed"):
        return None
    wanted = made_from(work, category_config(config, work))
    if not still_right(place, saved, wanted, work.files):
        return None
    return replace(kept, kept=True, row=work.row, problems=work.problems)


def _do(
    tasks: Sequence[Task], executor: Executor | None, workers: int, bounds: Bounds, run: _Run
) -> None:
    """Do the works; those that took their process with them once more, each alone."""
    died: list[tuple[Task, Reason]] = []
    if executor is not None:
        at_once = _capacity(executor)
        died += _handed(tasks, _submitter(executor), at_once, run)
    else:
        with _processes(workers, bounds.threads) as local:
            died += _handed(tasks, local.submit, workers, run)
    for task, _ in died:
        with _processes(1, bounds.threads) as local:
            alone = replace(task, attempts=2)
            for lost, reason in _handed([alone], local.submit, 1, run, left=len(died)):
                result = failed(lost, reason)
                _keep_failed(lost, result)
                run.take(result, (), 0)


def _submitter(executor: Executor) -> Callable[[Task], Future[WorkResult]]:
    def submit(task: Task) -> Future[WorkResult]:
        try:
            return executor.submit(do_work, task)
        except Exception as error:  # a broken executor: the work is done alone, here
            lost: Future[WorkResult] = Future()
            lost.set_exception(error)
            return lost

    return submit


def _capacity(executor: Executor) -> int:
    """How many works an executor does at once, as far as it says."""
    for name in ("_max_workers", "max_workers"):
        found = getattr(executor, name, None)
        if isinstance(found, int) and found > 0:
            return found
    client = getattr(executor, "_client", None)
    threads = getattr(client, "nthreads", None)
    if callable(threads):
        return max(1, sum(int(count) for count in threads().values()))
    return 64


@contextmanager
def _processes(workers: int, threads: int) -> Iterator[LocalProcesses]:
    """Local processes, ended at once where anything goes wrong."""
    local = LocalProcesses(workers, threads)
    try:
        yield local
    except BaseException:
        local.close(at_once=True)
        raise
    local.close()


def _handed(
    tasks: Sequence[Task],
    submit: Callable[[Task], Future[WorkResult]],
    at_once: int,
    run: _Run,
    left: int = 0,
) -> list[tuple[Task, Reason]]:
    """Hand out the works and take what comes back; those whose process is gone."""
    waiting = list(reversed(tasks))
    going: dict[Future[WorkResult], Task] = {}
    died: list[tuple[Task, Reason]] = []
    try:
        while waiting or going:
            while waiting and len(going) < at_once * _AHEAD:
                task = waiting.pop()
                going[submit(task)] = task
            ended, _ = wait(going, timeout=_LOOK_S, return_when=FIRST_COMPLETED)
            rest = len(waiting) + len(going) + left
            for future in ended:
                task = going.pop(future)
                _taken(future, task, died, run, _running(going), rest)
            if not ended:
                run.say(_running(going), rest)
    except BaseException:
        for future in going:
            future.cancel()
        raise
    return died


def _taken(
    future: Future[WorkResult],
    task: Task,
    died: list[tuple[Task, Reason]],
    run: _Run,
    running: Sequence[str],
    left: int,
) -> None:
    if future.cancelled():  # by whoever hands out the works: a scheduler that is lost does so
        raise InputError("batch-executor-gone", done=len(run.results), total=run.total)
    error = future.exception()
    if error is None:
        result = future.result()
        if result.state == "failed" and _once_more(result, task):
            died.append((task, result.reason or Reason(code="work-lost")))
            return
        if result.state == "failed":
            _keep_failed(task, result)
        run.take(result, running, left)
    else:
        why = cause_of(error, timeout_s=task.timeout_s, memory_mib=task.memory_mib)
        died.append((task, why))


def _once_more(result: WorkResult, task: Task) -> bool:
    """Whether what a work lacked may be there when it is done alone."""
    code = result.reason.code if result.reason else ""
    return task.attempts == 1 and code in ("work-memory", "work-timeout", "work-not-shared")


def _running(going: Mapping[Future[WorkResult], Task]) -> list[str]:
    """The works that are being done; those that only wait are not told by every executor."""
    started = [task.work.id for future, task in going.items() if future.running()]
    return started[:8]


def _keep_failed(task: Task, result: WorkResult) -> None:
    """Write that a work failed, so that the next run knows; an older report goes."""
    folder = folder_of(Path(task.out), task.work.id)
    config = category_config(task.config, task.work)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("work.json", "report.json", "report.html", "prints.json"):
            (folder / name).unlink(missing_ok=True)
        before = looks(task.work.files)
        hashes = small_hashes(task.work.files)
        keep(folder, result, made_from(task.work, config), before, hashes)
    except (BilingualError, OSError):
        return  # the folder itself is what failed; the batch says so


def batch_of(
    results: Sequence[WorkResult],
    works: Sequence[Submission],
    folder: Path,
    config: Config,
    notes: tuple[Reason, ...] = (),
    reading_speed: int = READING_SPEED,
) -> Batch:
    """Works with their results as a batch: with what reviews say of them, and compared.

    :param folder: where ``works/ID`` lie.
    :param reading_speed: as :func:`verify_many` takes it.
    """
    current().check_stop()
    results = tuple(
        result
        if result.reading is None
        else replace(result, reading_minutes=result.reading.minutes(reading_speed))
        for result in with_reviews(results, folder)
    )
    findings, terms = findings_across(works, results, folder, config)
    plain = config.to_dict()
    return Batch(
        provenance={
            "tool": TOOL,
            "version": __version__,
            "created": created_now(),
            "profile": plain["profile"],
            "config": plain,
            "reading_speed": reading_speed,
        },
        works=results,
        findings=findings,
        terms=terms,
        notes=notes,
        forms={work.id: work.form for work in works if work.form is not None},
        out=folder,
    )


def write_pages(batch: Batch, folder: Path, *, language: str = "zh") -> None:
    """Write ``batch.json``, ``index.html`` and, where openpyxl is installed, ``batch.xlsx``.

    :raises InputError: ``output-unwritable``.
    """
    from bilingual.errors import DependencyError

    write_whole(folder / PAGES[0], batch.to_json())
    batch.to_html(folder / PAGES[1], language=language)
    try:
        batch.to_xlsx(folder / PAGES[2], language=language)
    except DependencyError:
        return


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """The folder for results, made where it is not there, for this batch alone.

    :raises InputError: ``output-unwritable``, ``batch-running``.
    """
    try:
        (folder / "works").mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(folder / _LOCK, timeout=0)
        lock.acquire()
    except filelock.Timeout:
        raise InputError("batch-running", path=display_name(str(folder))) from None
    except (OSError, ValueError) as error:
        raise unwritable(folder, error) from error
    try:
        yield
    finally:
        lock.release()
