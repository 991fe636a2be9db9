"""``bilingual batch``: many works, a report each, one overview."""

from __future__ import annotations

import contextlib
import logging
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from bilingual.cli.endings import refuse_file_name, refuse_other_ending
from bilingual.cli.running import StageLine, spoken_duration
from bilingual.cli.shared import (
    FILE,
    FOUND,
    NO_REPORT,
    OK,
    Lang,
    audio_stream_option,
    backend_option,
    burned_in_option,
    common,
    fail_fast_option,
    fail_on_option,
    glossary_option,
    keep_inputs,
    memory_limit_option,
    output_folder,
    put,
    say,
    settings_of,
    tell_beforehand,
    time_limit_option,
    warn_of_ffmpeg,
)
from bilingual.cli.wording import AtLeast, Choice, command
from bilingual.errors import DependencyError, InputError
from bilingual.files import is_folder
from bilingual.locale import enumerated, sentence
from bilingual.model import Reason, Severity
from bilingual.showing import logger, shown_lines, visible

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from bilingual.batch.model import Batch, Submission
    from bilingual.batch.table import Works

_NAMED = 20
_APIECE = 3  # rows with the same problem that have a line each
_CONNECT_S = 20
_BAR = 20
_SHOWN = 3


@command()
@click.argument("table", required=False, type=FILE, metavar="作品表|文件夹 / TABLE|FOLDER")
@click.option("--out", type=FILE, help="结果文件夹 / folder for the results")
@click.option("--template", type=FILE, help="生成空表（xlsx） / write an empty table")
@click.option("--force", is_flag=True, help="覆盖已有的空表 / overwrite the template")
@click.option("--workers", type=AtLeast(1, 256), help="同时处理几件 / works at once")
@click.option(
    "--scheduler", metavar="地址 / ADDRESS", help="Dask 调度器地址（多机） / Dask scheduler"
)
@time_limit_option
@memory_limit_option
@click.option(
    "--again",
    type=Choice(["failed", "all"]),
    help="重做失败的或全部 / do failed works, or all, once more",
)
@click.option(
    "--reading-speed",
    type=AtLeast(1, 2000),
    default=120,
    show_default=True,
    metavar="音节 / SYLLABLES",
    help="藏文复核人每分钟核对几个音节，用来估算审读时间"
    " / Tibetan syllables that a reader compares a minute, for the minutes of reading",
)
@click.option(
    "--format",
    "form",
    type=Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="屏幕输出格式 / format of the output",
)
@fail_on_option
@burned_in_option
@audio_stream_option
@fail_fast_option
@backend_option
@glossary_option
@common
def batch(
    table: Path | None,
    out: Path | None,
    template: Path | None,
    force: bool,
    workers: int | None,
    scheduler: str | None,
    timeout: float,
    memory: int,
    again: Literal["failed", "all"] | None,
    reading_speed: int,
    form: Literal["text", "json"],
    fail_on: Literal["error", "warning"],
    lang: Lang,
    **settings: Any,
) -> int:
    """成批核查：作品表（csv、tsv、xlsx、json）或文件夹，每件一份报告，另有总览。

    Check many works: a table, or a folder with a sub-folder for each.
    """
    from bilingual.batch import load_table, verify_many
    from bilingual.batch.engine import PAGES, Bounds

    config = settings_of(**settings)
    refuse_file_name(out)
    if template is not None:
        refuse_other_ending(template, ".xlsx")
        from bilingual.batch.template import write_template

        write_template(template, config.profile, overwrite=force)
        say(sentence("ui", "batch-template-written", {"path": str(template)}, lang))
        if table is None:
            return OK
    if table is None or out is None:
        raise InputError("batch-nothing")
    if is_folder(out):
        for page in PAGES:
            keep_inputs(out / page, table)
    works = load_table(table)
    _say_problems(works, lang)
    tell_beforehand(config, lang)
    warn_of_ffmpeg(config, lang)
    bounds = Bounds.of(workers, timeout_s=timeout, memory_mib=memory, local=scheduler is None)
    with _cluster(scheduler, table, out, lang) as executor, _progress(lang) as on_progress:
        result = verify_many(
            works,
            out=out,
            config=config,
            executor=executor,
            progress=on_progress,
            workers=workers,
            bounds=bounds,
            again=again,
            language=lang,
            reading_speed=reading_speed,
        )
    put(result.to_json() if form == "json" else _text(result, lang))
    say(sentence("ui", "batch-written", {"path": str(out / "index.html")}, lang))
    return _status(result, Severity(fail_on))


def _status(result: Batch, level: Severity) -> int:
    """2: a work has no report; 1: a finding at the fail level; else 0."""
    if any(work.state != "done" for work in result.works):
        return NO_REPORT
    worst = {Severity.ERROR} if level is Severity.ERROR else {Severity.ERROR, Severity.WARNING}
    found = any(work.errors or (work.warnings and len(worst) > 1) for work in result.works)
    return FOUND if found or any(f.severity in worst for f in result.findings) else OK


def _say_problems(works: Works, lang: Lang) -> None:
    """What is wrong in the table, before anything takes long: a line each, or one for many rows."""
    from bilingual.batch.rules import reason_words

    for note in works.notes:
        say(reason_words(note, lang))
    alike: dict[tuple[str, str], list[tuple[Submission, Reason]]] = defaultdict(list)
    for work in works:
        for reason in (*((work.wrong,) if work.wrong else ()), *work.problems):
            others = {k: v for k, v in sorted(reason.params.items()) if k != "row"}
            alike[reason.code, repr(others)].append((work, reason))
    for found in alike.values():
        rows = [int(reason.params.get("row") or 0) for _, reason in found]
        if len(found) > _APIECE and all(rows):
            first = found[0][1]
            shown = replace(first, params={**first.params, "row": _stretches(rows, lang)})
            say(f"{reason_words(shown, lang)} ({len(rows)})")
        else:
            for work, reason in found:
                say(f"{_name(work)}: {reason_words(reason, lang)}")


def _stretches(numbers: Sequence[int], lang: Lang) -> str:
    """Rising numbers, those that follow each other as a stretch: 2–7、9."""
    ends: list[list[int]] = []
    for number in numbers:
        if ends and number == ends[-1][1] + 1:
            ends[-1][1] = number
        else:
            ends.append([number, number])
    parts = [str(a) if a == b else f"{a}–{b}" for a, b in ends]
    return enumerated((*parts[:_NAMED], *(["…"] if len(parts) > _NAMED else [])), lang)


def _name(work: Submission) -> str:
    return visible(work.id)


def _text(result: Batch, lang: Lang) -> str:
    """The batch for a terminal: the tally, what is wrong between works, works without a report."""
    from bilingual.batch.rules import batch_message, reason_words, title_of

    counts = result.counts
    lines = [sentence("ui", "batch-summary", {"total": len(result.works), **counts}, lang)]
    kept = [work for work in result.works if work.kept]
    if done := sum(work.state == "done" for work in kept):
        lines.append(sentence("ui", "batch-kept", {"kept": done}, lang))
    if rest := len(kept) - done:
        lines.append(sentence("ui", "batch-kept-failed", {"count": rest}, lang))
    failed = [work for work in result.works if work.state != "done"]
    for work in failed[:_NAMED]:
        why = reason_words(work.reason, lang) if work.reason else ""
        lines.append(
            f"  {visible(work.id)}  {sentence('ui', f'batch-{work.state}', {}, lang)}  {why}"
        )
    for finding in [f for f in result.findings if f.severity is not Severity.INFO][:_NAMED]:
        mark = sentence("ui", f"severity-{finding.severity}", {}, lang)
        names = " ".join(visible(name) for name in finding.works[:_NAMED])
        lines.append(
            f"  {mark}  {title_of(finding.rule, lang)}  {batch_message(finding, lang)}  {names}"
        )
    return shown_lines(lines)


@contextlib.contextmanager
def _cluster(address: str | None, table: Path, out: Path, lang: Lang) -> Iterator[Executor | None]:
    """The executor of a Dask cluster; ``None`` without an address.

    :raises DependencyError: ``batch-no-cluster``: the extra ``cluster`` is not installed.
    :raises InputError: ``batch-scheduler``: it cannot be reached; ``batch-no-machine``: none
        of its workers can do the works; ``output-unwritable``.
    """
    if address is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError as error:
        raise DependencyError.of_extra("batch-no-cluster", "cluster", detail=str(error)) from None
    from bilingual.batch.cluster import executor_of
    from bilingual.batch.rules import reason_words

    output_folder(out)
    # What it loses is said in a sentence of ours, not in its tracebacks.
    logger("distributed.client").setLevel(logging.CRITICAL)
    try:
        client: Any = Client(address, timeout=_CONNECT_S)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError, TypeError) as error:
        raise InputError("batch-scheduler", address=address, detail=str(error)[:200]) from None
    try:
        yield executor_of(client, table, out, lambda reason: say(reason_words(reason, lang)))
    finally:
        client.close(timeout=_CONNECT_S)


@contextlib.contextmanager
def _progress(lang: Lang) -> Iterator[Callable[[str, float, float | None], None]]:
    """One bar over all works on a terminal, a line a work elsewhere; always on stderr."""
    from bilingual.batch.model import BatchStage

    line = StageLine(lang, time.monotonic) if sys.stderr.isatty() else None

    def on_progress(stage: str, done: float, total: float | None) -> None:
        if not isinstance(stage, BatchStage) or not total:
            return
        params: dict[str, Any] = {"done": int(done), "total": int(total)}
        if line is not None:
            filled = round(_BAR * min(1.0, done / total))
            left = "?" if stage.left_s is None else spoken_duration(stage.left_s, lang)
            params |= {"left": left, "running": stage.running[:_SHOWN]}
            bar = f"[{'█' * filled}{'·' * (_BAR - filled)}] "
            line.write(bar + sentence("ui", "batch-bar", params, lang))
        elif stage.finished is not None and not stage.finished.kept:
            work = stage.finished
            state = f"verdict-{work.verdict}" if work.verdict else work.state
            params |= {"id": work.id, "state": sentence("ui", f"batch-{state}", {}, lang)}
            say(sentence("ui", "batch-line", params, lang))

    try:
        yield on_progress
    finally:
        if line is not None:
            line.clear()


COMMANDS = (batch,)
