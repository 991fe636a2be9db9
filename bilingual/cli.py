"""The command line: prints and exits, and nothing else.

Only what was asked for goes to stdout; progress and messages go to stderr.
Exit status: 0 no finding at or above the fail level, 1 some, 2 no report could
be made or wrong usage, 130 interrupted.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import click

import bilingual
from bilingual.config import Config, profiles
from bilingual.errors import BilingualError, ConfigError, InputError
from bilingual.locale import error_sentence, sentence
from bilingual.report.files import write_whole
from bilingual.result import Report, Severity

Lang = Literal["zh", "en", "bo"]

OK, FOUND, NO_REPORT, INTERRUPTED = 0, 1, 2, 130

_FILE = click.Path(path_type=Path)

_lang = click.option(
    "--lang",
    type=click.Choice(["zh", "en", "bo"]),
    default="zh",
    show_default=True,
    help="输出语言 / language of what is printed",
)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    sys.exit(run(argv))


def run(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status instead of an exit."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show Tibetan shall not break the run.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = cli.main(args=arguments, prog_name="bilingual", standalone_mode=False)
    except click.exceptions.Abort:
        return _interrupted()
    except KeyboardInterrupt:
        return _interrupted()
    except click.ClickException as error:
        error.show()
        return NO_REPORT
    except BilingualError as error:
        click.echo(error_sentence(error.code, error.params, _language(arguments)), err=True)
        return NO_REPORT
    except BrokenPipeError:
        # Whoever read our output has gone; nothing more is to be said there.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return NO_REPORT
    return status if isinstance(status, int) else OK


def _interrupted() -> int:
    click.echo(sentence("ui", "interrupted", {}, "zh"), err=True)
    return INTERRUPTED


def _language(arguments: Sequence[str]) -> str:
    """The --lang of a command line, wherever it stands; zh without one."""
    for word, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if word.startswith("--lang="):
            return word.partition("=")[2]
        if word == "--lang":
            return following
    return "zh"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(bilingual.__version__, prog_name="bilingual")
@click.option("-v", "--verbose", count=True, help="在标准错误输出日志 / log to stderr")
def cli(verbose: int) -> None:
    """核查藏汉双语字幕：覆盖、一致、时间，并给出证据。

    Check Tibetan–Chinese bilingual subtitles: coverage, consistency, timing.
    """
    if verbose:
        logging.basicConfig(
            level=logging.INFO if verbose == 1 else logging.DEBUG,
            stream=sys.stderr,
            format="%(levelname)s %(name)s: %(message)s",
        )


def _settings(
    config: Path | None,
    profile: str,
    category: Literal["bilingual", "chinese"],
    asr: str | None,
    asr_model: str | None,
) -> Config:
    import msgspec

    loaded = Config.load(config, profile=profile, category=category)
    changes: dict[str, Any] = {}
    if asr is not None:
        changes["engine"] = asr
    if asr_model is not None:
        changes["model"] = asr_model
    if not changes:
        return loaded
    return msgspec.structs.replace(loaded, asr=msgspec.structs.replace(loaded.asr, **changes))


def _common(function: Callable[..., Any]) -> Callable[..., Any]:
    """Options that every command which loads settings takes."""
    for option in (
        click.option("--config", type=_FILE, help="设置文件（TOML） / settings file"),
        click.option(
            "--profile",
            default="sichuan-2024",
            show_default=True,
            help=f"评选规则 / award rules: {', '.join(profiles())}",
        ),
        click.option(
            "--category",
            type=click.Choice(["bilingual", "chinese"]),
            default="bilingual",
            show_default=True,
            help="参评类别 / category",
        ),
        click.option("--asr", metavar="auto|off|ENGINE", help="语音识别引擎 / speech recogniser"),
        click.option("--asr-model", metavar="NAME|PATH", help="语音识别模型 / speech model"),
        _lang,
    ):
        function = option(function)
    return function


@cli.command()
@click.argument("video", required=False, type=_FILE)
@click.option("--bo", type=_FILE, help="藏文字幕 / Tibetan subtitles")
@click.option("--zh", type=_FILE, help="中文字幕 / Chinese subtitles")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
    help="报告格式 / report format",
)
@click.option("--out", type=_FILE, help="写入文件而不是屏幕 / write to a file")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning"]),
    default="error",
    show_default=True,
    help="从哪一级起退出码为 1 / severity from which the exit status is 1",
)
@_common
def verify(
    video: Path | None,
    bo: Path | None,
    zh: Path | None,
    form: Literal["text", "json", "html"],
    out: Path | None,
    fail_on: Literal["error", "warning"],
    lang: Lang,
    **settings: Any,
) -> int:
    """核查一份作品：视频、藏文字幕、中文字幕，有什么查什么。

    Check a work: its video and its subtitles, or what there is of them.
    """
    _keep_inputs(out, video, bo, zh)
    with _progress(lang) as tell:
        report = bilingual.verify(video, bo=bo, zh=zh, config=_settings(**settings), progress=tell)
    _deliver(_rendered(report.to_dict(), form, lang, video, out), out)
    return FOUND if _failed(report, Severity(fail_on)) else OK


@cli.command()
@click.argument("report", type=_FILE)
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text")
@click.option("--video", type=_FILE, help="HTML 里播放的视频 / the video the page plays")
@click.option("--out", type=_FILE, help="写入文件而不是屏幕 / write to a file")
@_lang
def show(
    report: Path,
    form: Literal["text", "json", "html"],
    video: Path | None,
    out: Path | None,
    lang: Lang,
) -> int:
    """显示已保存的 JSON 报告。 Show a report that was saved as JSON."""
    from bilingual.report.document import read_document

    _keep_inputs(out, report)
    _deliver(_rendered(read_document(report), form, lang, video, out), out)
    return OK


def _rendered(
    document: dict[str, Any], form: str, lang: Lang, video: Path | None, out: Path | None
) -> str:
    if form == "json":
        return _json(document)
    if form == "text":
        from bilingual.report.text import render

        return render(document, lang)
    from bilingual.report.html import render_html

    href = None
    if video is not None:
        base = Path.cwd() if out is None else out.resolve().parent
        href = quote(Path(os.path.relpath(video.resolve(), base)).as_posix())
    return render_html(document, lang, href)


def _warn_of_weak_ffmpeg(config: Config, lang: Lang) -> None:
    from bilingual.media.binaries import ffmpeg_binaries

    binaries = ffmpeg_binaries(config.media.ffmpeg)
    if binaries.weaknesses:
        params = {"version": binaries.version, "weaknesses": ", ".join(binaries.weaknesses)}
        click.echo(sentence("ui", "ffmpeg-weak", params, lang), err=True)


def _failed(report: Report, level: Severity) -> bool:
    worst = report.worst()
    return worst is not None and worst.rank >= level.rank


@cli.command()
@click.option("--bo", type=_FILE, required=True, help="藏文字幕 / Tibetan subtitles")
@click.option("--zh", type=_FILE, required=True, help="中文字幕 / Chinese subtitles")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--out", type=_FILE, help="写入文件而不是屏幕 / write to a file")
@_common
def align(
    bo: Path,
    zh: Path,
    form: Literal["text", "json"],
    out: Path | None,
    lang: Lang,
    **settings: Any,
) -> int:
    """对齐两条字幕，列出每一组。 Pair the cues of two tracks and list the beads."""
    from bilingual.formats import load_track
    from bilingual.report.beads import beads_document, render_beads

    _keep_inputs(out, bo, zh)
    config = _settings(**settings)
    tibetan = load_track(bo, language="bo", limits=config.reading)
    chinese = load_track(zh, language="zh", limits=config.reading)
    document = beads_document(tibetan, chinese, bilingual.align(tibetan, chinese, config=config))
    text = _json(document) if form == "json" else render_beads(document, lang)
    _deliver(text, out)
    return OK


@cli.command()
@click.argument("media", type=_FILE)
@click.option("--format", "form", type=click.Choice(["text", "json", "srt"]), default="text")
@click.option("--out", type=_FILE, help="写入文件而不是屏幕 / write to a file")
@_common
def transcribe(
    media: Path,
    form: Literal["text", "json", "srt"],
    out: Path | None,
    lang: Lang,
    **settings: Any,
) -> int:
    """转写视频或音频里的普通话。 Transcribe the Mandarin of a video or sound file."""
    from bilingual.report.transcript import render_transcript

    _keep_inputs(out, media)
    with _progress(lang) as tell:
        speech = bilingual.transcribe(media, config=_settings(**settings), progress=tell)
    _deliver(render_transcript(speech, form), out)
    return OK


@cli.group()
def models() -> None:
    """语音模型和词表：列出、下载、位置。 Models and word lists: list, fetch, path."""


@models.command("list")
@_lang
def models_list(lang: Lang) -> int:
    """列出登记的模型。 List the registered models."""
    from bilingual import weights

    for entry in weights.entries():
        there = weights.is_present(entry.name)
        state = sentence("ui", "models-present" if there else "models-absent", {}, lang)
        size = f"{entry.bytes / 1e6:.1f}"
        click.echo(
            f"{entry.name:<16} {size:>8} MB  {state:<6}  {entry.licence:<16} "
            f"{entry.title.en if lang == 'en' else entry.title.zh}"
        )
    return OK


@models.command("fetch")
@click.argument("names", nargs=-1, required=True)
@click.option("--form", metavar="FORM", help="哪种格式（ctranslate2、openai） / which layout")
@click.option(
    "--from", "folder", type=_FILE, help="从这个文件夹取已下载的文件 / take downloads from a folder"
)
@_lang
def models_fetch(names: tuple[str, ...], form: str | None, folder: Path | None, lang: Lang) -> int:
    """下载并核对模型。 Fetch models and check their hashes."""
    from bilingual import weights

    for name in names:
        with _progress(lang) as tell:
            path = weights.fetch(name, progress=tell, form=form, folder=folder)
        click.echo(str(path))
    return OK


@models.command("path")
@click.argument("name")
@click.option("--form", metavar="FORM", help="哪种格式（ctranslate2、openai） / which layout")
@_lang
def models_path(name: str, form: str | None, lang: Lang) -> int:
    """显示模型在本机的位置。 Show where a model lies on this machine."""
    from bilingual import weights

    click.echo(str(weights.path(name, form)))
    return OK


@cli.command()
@click.argument("rule_id", metavar="[ID]", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@_lang
def rules(rule_id: str | None, form: Literal["text", "json"], lang: Lang) -> int:
    """列出规则，或解释其中一条。 List the rules, or explain one."""
    from bilingual.report.rules import render_rule, render_rules, rules_document

    if rule_id is None:
        click.echo(_json(rules_document()) if form == "json" else render_rules(lang), nl=False)
        return OK
    documents = {d["id"]: d for d in rules_document()}
    if rule_id not in documents:
        raise ConfigError("rule-unknown", name=rule_id)
    document = documents[rule_id]
    click.echo(_json(document) if form == "json" else render_rule(document, lang), nl=False)
    return OK


@cli.command()
@click.argument("folder", type=_FILE)
@_lang
def sample(folder: Path, lang: Lang) -> int:
    """写出示例作品（一份没有问题，一份埋有错误，一份藏语旁白）。

    Write sample submissions: a sound one, a faulty one, one narrated in Tibetan.
    """
    from bilingual.sample import write_sample

    with _progress(lang) as tell:
        write_sample(folder, progress=tell)
    click.echo(str(folder))
    return OK


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _keep_inputs(out: Path | None, *inputs: Path | None) -> None:
    """Refuse to write over what is read."""
    if out is None or not out.exists():
        return
    if any(i is not None and i.exists() and out.samefile(i) for i in inputs):
        raise InputError("output-is-input", path=str(out))


def _deliver(text: str, out: Path | None) -> None:
    """To stdout, or whole or not at all into a file."""
    if out is None:
        click.echo(text, nl=False)
        return
    write_whole(out, text)


@contextlib.contextmanager
def _progress(lang: Lang) -> Iterator[Callable[[str, float, float | None], None]]:
    """A bar on a terminal, a line a stage elsewhere; always on stderr."""
    terminal = sys.stderr.isatty()
    stage_now = ""

    def tell(stage: str, done: float, total: float | None) -> None:
        nonlocal stage_now
        label = sentence("ui", f"stage-{stage}", {}, lang)
        if terminal:
            share = min(1.0, done / total) if total else 0.0
            filled = round(30 * share)
            bar = f"[{'█' * filled}{'·' * (30 - filled)}] {share:>4.0%}" if total else "…"
            click.echo(f"\r\x1b[2K{label} {bar}", err=True, nl=False)
        elif stage != stage_now:
            click.echo(label, err=True)
        stage_now = stage

    try:
        yield tell
    finally:
        if terminal and stage_now:
            click.echo("\r\x1b[2K", err=True, nl=False)


if __name__ == "__main__":
    main()
