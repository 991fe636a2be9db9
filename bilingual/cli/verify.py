"""``bilingual verify`` and ``bilingual show``: the report, made and shown again."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Literal

import click

import bilingual
from bilingual.cli.endings import TEXT
from bilingual.cli.inputs import say_what_is_missing, submitted
from bilingual.cli.running import open_page, progress, say_outcome
from bilingual.cli.shared import (
    FILE,
    FOUND,
    OK,
    Lang,
    audio_stream_option,
    backend_option,
    burned_in_option,
    common,
    deliver,
    fail_fast_option,
    fail_on_option,
    format_of,
    format_option,
    glossary_option,
    keep_inputs,
    lang_option,
    read_form,
    renderer_of,
    settings_of,
    tell_beforehand,
    warn_of_ffmpeg,
)
from bilingual.cli.wording import command
from bilingual.errors import InputError
from bilingual.files import held, refuse_other
from bilingual.model import Report, Severity


@command()
@click.argument("files", nargs=-1, type=FILE, metavar="视频|文件夹|文件 / VIDEO|FOLDER|FILE")
@click.option("--bo", type=FILE, help="藏文字幕 / Tibetan subtitles")
@click.option("--zh", type=FILE, help="中文字幕 / Chinese subtitles")
@format_option
@click.option(
    "--reference",
    type=FILE,
    help="同一字幕的另一译本，报告相似度 / another version of a track, to compare with",
)
@click.option(
    "--form",
    "entry",
    type=FILE,
    help="申报表（TOML 或 JSON） / entry form",
)
@click.option("--out", type=FILE, help="写入文件而不是屏幕 / write to a file")
@click.option(
    "--open",
    "opens",
    is_flag=True,
    help="写成网页报告并用浏览器打开 / make a page of the report and open it in the browser",
)
@fail_on_option
@burned_in_option
@click.option(
    "--embed-clips",
    is_flag=True,
    help="HTML 附有问题的片段 / include clips of the findings in the HTML",
)
@audio_stream_option
@fail_fast_option
@backend_option
@glossary_option
@common
def verify(
    files: tuple[Path, ...],
    bo: Path | None,
    zh: Path | None,
    form: str | None,
    reference: Path | None,
    entry: Path | None,
    out: Path | None,
    opens: bool,
    fail_on: Literal["error", "warning"],
    embed_clips: bool,
    lang: Lang,
    **settings: Any,
) -> int:
    """核查一份作品：视频、藏文字幕、中文字幕，有什么查什么。

    可以给出一个文件夹，或几个文件：哪个是视频、哪个是藏文字幕、哪个是中文字幕，由内容认出。

    Check a work: its video and its subtitles, or only some of them.

    Give a folder, or several files: their content shows which is the video, which the
    Tibetan and which the Chinese subtitles.
    """
    from bilingual.render.base import Options

    config = settings_of(**settings)
    work = submitted(files, {"bo": bo, "zh": zh, "form": entry}, config, lang)
    keep_inputs(out, *(path for _, path in work.taken()), reference)
    form = format_of(form, out)
    if opens:
        form, out = _page(form, out)
    options = Options(language=lang, out=out, video=work.video, clips=embed_clips)
    renderer = renderer_of(form, options)
    filled = None if work.form is None else read_form(work.form, lang)
    tell_beforehand(config, lang)
    if work.video is not None:
        warn_of_ffmpeg(config, lang)
    with progress(lang) as on_progress:
        report = bilingual.verify(
            work.video,
            bo=work.bo,
            zh=work.zh,
            reference=reference,
            form=filled,
            config=config,
            progress=on_progress,
        )
    # A subtitle file may be given where a video is: a page does not play it.
    film = work.video if any(file.role == "video" for file in report.inputs) else None
    deliver(renderer.render(report, replace(options, config=config, video=film)), out)
    say_what_is_missing(files, report, lang)
    if out is not None:
        say_outcome(report, work, out, form, lang)
    if opens and out is not None:
        open_page(out, lang)
    return FOUND if _failed(report, Severity(fail_on)) else OK


def _page(form: str, out: Path | None) -> tuple[str, Path]:
    """The form of a page that is opened, and where it is written.

    :raises InputError: ``option-needs-html``: another form was asked for.
    """
    if form not in (TEXT, "html"):
        raise InputError("option-needs-html", option="--open")
    return "html", out or Path(mkdtemp(prefix="bilingual-")) / "report.html"


def _failed(report: Report, level: Severity) -> bool:
    worst = report.worst()
    return worst is not None and worst.rank >= level.rank


@command()
@click.argument("report", type=FILE, metavar="报告 / REPORT")
@format_option
@click.option("--video", type=FILE, help="HTML 里播放的视频 / the video that the HTML plays")
@click.option("--review", type=FILE, help="已保存的复核记录 / a saved review")
@click.option(
    "--embed-clips",
    is_flag=True,
    help="HTML 附有问题的片段 / include clips of the findings in the HTML",
)
@click.option("--out", type=FILE, help="写入文件而不是屏幕 / write to a file")
@lang_option
def show(
    report: Path,
    form: str | None,
    video: Path | None,
    review: Path | None,
    embed_clips: bool,
    out: Path | None,
    lang: Lang,
) -> int:
    """显示已保存的 JSON 报告。 Show a report that was saved as JSON."""
    from bilingual.render.base import Options
    from bilingual.render.document import load_report

    keep_inputs(out, report, video, review)
    options = Options(language=lang, out=out, video=video, clips=embed_clips, review=review)
    renderer = renderer_of(format_of(form, out), options, shows_video=True)
    saved = load_report(report)
    with contextlib.ExitStack() as stack:
        if video is not None:
            stack.enter_context(held(video))
            refuse_other(video, saved.inputs, "video")  # the page would play another film
        deliver(renderer.render(saved, options), out)
    return OK


COMMANDS = (verify, show)
