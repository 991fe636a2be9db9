"""``bilingual notebook``: a reviewer's notebook for a submission, written and run."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import click

from bilingual.cli.endings import refuse_other_ending
from bilingual.cli.inputs import submitted
from bilingual.cli.running import progress
from bilingual.cli.shared import (
    FILE,
    OK,
    Lang,
    common,
    keep_inputs,
    keep_output,
    say,
    settings_of,
)
from bilingual.cli.wording import command, refuse_beside
from bilingual.errors import InputError
from bilingual.files import checked_path, exists, unwritable
from bilingual.locale import sentence, shown_in

_FOR_A_WORK: Final = (
    "files", "bo", "zh", "report", "review", "profile", "category", "asr", "asr_model",
)  # fmt: skip
"""What the notebook on a work takes and that on the method does not."""
_PAGES: Final = (".html", ".htm")


@command()
@click.argument("files", nargs=-1, type=FILE, metavar="视频|文件夹|文件 / VIDEO|FOLDER|FILE")
@click.option("--bo", type=FILE, help="藏文字幕 / Tibetan subtitles")
@click.option("--zh", type=FILE, help="中文字幕 / Chinese subtitles")
@click.option(
    "--out",
    type=FILE,
    help="写出的笔记本，默认 verification.ipynb；给出 .html 的名字，则另存网页"
    " / the notebook to write; with a name in .html, a page as well",
)
@click.option("--html", is_flag=True, help="另存为一个不联网的网页 / also as an HTML page")
@click.option("--report", type=FILE, help="报告另存为 JSON / also write the report as JSON")
@click.option(
    "--review",
    type=FILE,
    help="接着这份复核记录复核 / a saved review to go on with",
)
@click.option(
    "--method", is_flag=True, help="改为写出方法说明 / write the notebook on the method instead"
)
@click.option("--force", is_flag=True, help="覆盖已有的文件 / overwrite existing files")
@common
def notebook(
    files: tuple[Path, ...],
    bo: Path | None,
    zh: Path | None,
    out: Path | None,
    html: bool,
    report: Path | None,
    review: Path | None,
    method: bool,
    force: bool,
    lang: Lang,
    config: Path | None,
    profile: str,
    category: Literal["bilingual", "chinese"],
    asr: str | None,
    asr_model: str | None,
) -> int:
    """写出并运行一份作品的评审笔记本（图表、声音、复核表）。

    可以给出一个文件夹，或几个文件：哪个是视频、哪个是藏文字幕、哪个是中文字幕，由内容认出。

    Write and run a reviewer's notebook: figures, sound, a review sheet.

    Give a folder, or several files: their content shows which is the video, which the
    Tibetan and which the Chinese subtitles.
    """
    from bilingual.render.notebook.running import export_html, run_notebook
    from bilingual.render.review import load_review

    if method:
        refuse_beside("--method", *_FOR_A_WORK)
    name = "method.ipynb" if method else "verification.ipynb"
    out = out or Path(name)
    if not out.name:
        raise unwritable(out, IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR)))
    refuse_other_ending(out, ".ipynb", *_PAGES)
    refuse_other_ending(report, ".json")
    out, page = _written(out, html=html)
    settings = settings_of(config, profile, category, asr, asr_model)  # wrong ones show now
    roles: dict[str, Path | None] = {"video": None, "bo": bo, "zh": zh}
    if files:
        found = submitted(files, {"bo": bo, "zh": zh, "form": None}, settings, lang)
        roles = {"video": found.video, "bo": found.bo, "zh": found.zh}
    written = [p for p in (out, None if method else report, page) if p is not None]
    for target in written:
        keep_inputs(target, *roles.values(), config, review)
        keep_output(target, force)
    language = shown_in(lang).code
    parameters: dict[str, object] = {"language": language}
    if not method:
        _require_input(roles)
        if review is not None:
            load_review(review)  # a wrong one shows now
        parameters |= _paths(**roles, config=config, review=review)
        parameters |= {"profile": profile, "category": category, "asr": asr or "auto"}
        parameters["report_json"] = None if report is None else str(report.resolve())
        parameters |= _model(asr_model)
    with progress(lang) as on_progress:
        run_notebook(
            name, out, parameters, progress=on_progress, memory_mib=settings.limits.memory_mib
        )
    for target in written:
        if target == page:
            export_html(out, page, language=language)
        say(sentence("ui", "fix-written", {"path": str(target)}, lang))
    return OK


def _written(out: Path, *, html: bool) -> tuple[Path, Path | None]:
    """The notebook to write and, if there is to be one, the page beside it."""
    if out.suffix.lower() in _PAGES:  # who names a page gets one
        return out.with_suffix(".ipynb"), out
    return out, out.with_suffix(".html") if html else None


def _require_input(files: Mapping[str, Path | None]) -> None:
    if not any(files.values()):
        raise InputError("nothing-handed-in")


def _paths(**files: Path | None) -> dict[str, str | None]:
    """The absolute paths of files that the notebook is to read.

    :raises InputError: one of them cannot be read.
    """
    return {
        role: None if path is None else str(checked_path(path).resolve())
        for role, path in files.items()
    }


def _model(name: str | None) -> dict[str, object]:
    """The parameter that names a model, or has the absolute path of one."""
    if name is None:
        return {}
    path = Path(name)
    return {"asr_model": str(path.resolve()) if exists(path) else name}


COMMANDS = (notebook,)
