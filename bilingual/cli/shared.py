"""What the commands share: options, settings, delivery, progress."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from bilingual.cli.endings import form_of
from bilingual.cli.wording import AtLeast, Choice, Positive, WrongUsage, language, shown_name
from bilingual.config import Config, profiles
from bilingual.errors import BilingualError, InputError
from bilingual.files import check_place, is_there, unwritable, write_new, write_whole
from bilingual.locale import enumerated, languages, sentence
from bilingual.model import Form
from bilingual.plugins import Plugins
from bilingual.showing import ascii_controls, visible

if TYPE_CHECKING:
    from bilingual.render.base import Options, Renderer

Lang = str
"""A language's code; one of ``bilingual.locale.languages()``."""

OK, FOUND, NO_REPORT, INTERRUPTED = 0, 1, 2, 130


class _AnyPath(click.ParamType[Path]):
    """A path as it is given: whoever reads or writes there says what is wrong with it."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path; ``click.Path`` would look at it, and fail where it can have no such name.

        :raises WrongUsage: it is empty, as a variable of a shell that nobody has set: pathlib
            takes that for the folder one is in, and all that lies there would be checked.
        """
        if not os.fspath(value):
            raise WrongUsage("no-path", ctx, name="" if param is None else shown_name(param))
        return Path(value)


FILE = _AnyPath()


class Names(Choice):
    """One of the names of what is installed, looked for when they are needed."""

    def __init__(self, names: Callable[[], Iterable[str]]) -> None:
        self._names = names
        super().__init__(())

    @property
    def choices(self) -> tuple[str, ...]:
        """The names, in their order."""
        return tuple(self._names())

    @choices.setter
    def choices(self, _: Sequence[str]) -> None: ...

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name.

        :raises PluginError: it is a plug-in's that cannot be loaded.
        """
        names = self._names()
        if isinstance(names, Plugins):
            names.named(value)
        return super().convert(value, param, ctx)


lang_option = click.option(
    "--lang",
    type=Names(languages),
    default=language,
    help="输出语言，默认按系统 / language of the output, the system's by default",
)

text_or_json_option = click.option(
    "--format",
    "form",
    type=Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="输出格式 / output format",
)

glossary_option = click.option(
    "--glossary",
    type=FILE,
    multiple=True,
    help="自备词汇表（TSV/CSV），可重复 / your own glossary; may be repeated",
)

backend_option = click.option(
    "--backend",
    metavar="名字 / NAME",
    multiple=True,
    help="附加核查：labse、nllb、judge 或自备模型，可重复 / labse, nllb, judge or a model you"
    " added; may be repeated",
)


def tell_beforehand(config: Config, lang: Lang) -> None:
    """What a user has to know before the backends run: where text goes, licences."""
    if not config.backends.use:
        return
    from bilingual.translation.backends.registry import notices

    for notice in notices(config.backends):
        say(sentence("ui", notice.code, notice.params, lang))


def read_form(path: Path, lang: Lang) -> Form:
    """The entry form in a file; fields that no form has are said on stderr.

    :raises InputError: it is no form.
    """
    from bilingual.form import load_form

    form = load_form(path)
    if form.unknown:
        names = enumerated(form.unknown, lang)
        say(sentence("ui", "form-unknown-fields", {"names": names}, lang))
    return form


def warn_of_ffmpeg(config: Config, lang: Lang) -> None:
    """Say on stderr where the ffmpeg that would be run has published vulnerabilities.

    One that is not there at all is the run's to report, where it needs one.
    """
    from bilingual.media.binaries import ffmpeg_binaries

    try:
        found = ffmpeg_binaries(config.media.ffmpeg)
    except BilingualError:
        return
    if found.weaknesses:
        params = {
            "version": found.version,
            "path": str(found.ffmpeg),
            "weaknesses": found.weaknesses,
        }
        code = "ffmpeg-weak" if found.source == "wheel" else "ffmpeg-weak-own"
        say(sentence("ui", code, params, lang))


def settings_of(
    config: Path | None,
    profile: str,
    category: Literal["bilingual", "chinese"],
    asr: str | None,
    asr_model: str | None,
    glossary: tuple[Path, ...] = (),
    backend: tuple[str, ...] = (),
    burned_in: Literal["auto", "on", "off"] | None = None,
    audio_stream: int | Literal["auto"] | None = None,
    fail_fast: bool = False,
) -> Config:
    """The settings that the options of :func:`common` name."""
    import msgspec

    loaded = Config.load(config, profile=profile, category=category)
    changes: dict[str, Any] = {}
    if asr is not None:
        changes["engine"] = asr
    if asr_model is not None:
        changes["model"] = asr_model
    if changes:
        loaded = msgspec.structs.replace(loaded, asr=msgspec.structs.replace(loaded.asr, **changes))
    if burned_in is not None:
        picture = msgspec.structs.replace(loaded.burned_in, mode=burned_in)
        loaded = msgspec.structs.replace(loaded, burned_in=picture)
    if fail_fast:
        loaded = msgspec.structs.replace(loaded, fail_fast=True)
    if audio_stream is not None:
        media = msgspec.structs.replace(loaded.media, audio_stream=audio_stream)
        loaded = msgspec.structs.replace(loaded, media=media)
    if backend:
        use = tuple(dict.fromkeys((*loaded.backends.use, *backend)))
        backends = msgspec.structs.replace(loaded.backends, use=use)
        loaded = msgspec.structs.replace(loaded, backends=backends)
    if glossary:
        named = (*map(str, glossary), *loaded.accuracy.glossary)
        accuracy = msgspec.structs.replace(loaded.accuracy, glossary=named)
        loaded = msgspec.structs.replace(loaded, accuracy=accuracy)
    return loaded


class _StreamNumber(click.ParamType[int | Literal["auto"]]):
    """A stream's number, or ``auto``."""

    name = "N|auto"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | Literal["auto"]:
        """The number."""
        if value == "auto" or isinstance(value, int):
            return "auto" if value == "auto" else int(value)
        if not str(value).isascii() or not str(value).isdigit():
            name = "" if param is None else shown_name(param)
            raise WrongUsage("no-stream", ctx, name=name, value=value)
        return int(value)


audio_stream_option = click.option(
    "--audio-stream",
    type=_StreamNumber(),
    help="听哪条声音轨（报告里的流编号），默认自动 / sound stream to listen to",
)


class _ProfileOption(click.Option):
    """``--profile``, whose help names the profiles that are installed."""

    @property
    def help(self) -> str | None:
        """The help text, with the names of the profiles."""
        return self._help and self._help.format(names=", ".join(profiles()))

    @help.setter
    def help(self, text: str | None) -> None:
        self._help = text


def common(function: Callable[..., Any]) -> Callable[..., Any]:
    """Options that every command which loads settings takes."""
    for option in (
        click.option("--config", type=FILE, help="设置文件（TOML） / settings file"),
        click.option(
            "--profile",
            cls=_ProfileOption,
            default="sichuan-2024",
            show_default=True,
            help="评选规则，有 {names} / award rules: {names}",
        ),
        click.option(
            "--category",
            type=Choice(["bilingual", "chinese"]),
            default="bilingual",
            show_default=True,
            help="参评类别 / category",
        ),
        click.option(
            "--asr",
            metavar="auto|off|引擎 / auto|off|ENGINE",
            help="语音识别引擎 / speech recogniser",
        ),
        click.option(
            "--asr-model", metavar="名字|路径 / NAME|PATH", help="语音识别模型 / speech model"
        ),
        lang_option,
    ):
        function = option(function)
    return function


def _renderers() -> Iterable[str]:
    from bilingual.render.registry import renderers

    return renderers()


time_limit_option = click.option(
    "--timeout",
    type=Positive(),
    default=3600,
    show_default=True,
    metavar="秒 / SECONDS",
    help="每件作品的时限 / time limit of a work",
)

memory_limit_option = click.option(
    "--memory",
    type=AtLeast(1),
    default=4096,
    show_default=True,
    metavar="MIB",
    help="每件作品的内存上限 / memory limit of a work",
)

fail_on_option = click.option(
    "--fail-on",
    type=Choice(["error", "warning"]),
    default="error",
    show_default=True,
    help="从哪一级起退出码为 1 / severity from which the exit status is 1",
)

burned_in_option = click.option(
    "--burned-in",
    type=Choice(["auto", "on", "off"]),
    help="读取画面里的字幕：缺字幕时、总是、从不 / read subtitles in the picture",
)

fail_fast_option = click.option(
    "--fail-fast",
    is_flag=True,
    help="格式、时长、大小或字幕已有错误时，不再读完影片 / do not read the film to its end"
    " if the quick checks find errors",
)

format_option = click.option(
    "--format",
    "form",
    type=Names(_renderers),
    default=None,
    help="报告格式，默认按 --out 的扩展名，没有则为 text"
    " / report format (default: by the ending of --out, else text)",
)


def format_of(form: str | None, out: Path | None) -> str:
    """The name of the renderer that was asked for, or that writes files like ``out``.

    :raises ConfigError: ``output-ending``: none writes such a file.
    """
    from bilingual.render.registry import renderers

    endings: dict[str, str] = {}
    for name, renderer in renderers().items():
        endings.setdefault(renderer.suffix, name)
    if ".html" in endings:
        endings.setdefault(".htm", endings[".html"])
    return form_of(form, out, endings)


def renderer_of(form: str, options: Options, *, shows_video: bool = False) -> Renderer:
    """The renderer of that name.

    :param shows_video: whether the video was given for the rendering alone.
    :raises InputError: ``option-needs-html``: it can do nothing with an option that
        was given; to pass over it would be to promise it.
    """
    from bilingual.render.registry import renderers

    renderer = renderers()[form]
    given = (
        ("--video", "video", shows_video and options.video is not None),
        ("--review", "review", options.review is not None),
        ("--embed-clips", "clips", options.clips),
    )
    for option, name, there in given:
        if there and name not in renderer.takes:
            raise InputError("option-needs-html", option=option)
    return renderer


class StreamGoneError(Exception):
    """Whoever read our output has gone."""


def say(text: str, *, nl: bool = True) -> None:
    """A message, on stderr, with nothing in it that a terminal would obey."""
    with contextlib.suppress(OSError, ValueError):  # nothing is left to say it with
        click.echo(visible(text, keep_breaks=True), err=True, nl=nl)


def say_in_place(text: str) -> None:
    """A line of ours on stderr, over the one that a terminal shows: from its beginning."""
    with contextlib.suppress(OSError, ValueError):
        click.echo(f"\r{text}", err=True, nl=False)


def put(text: str | bytes, *, nl: bool = False) -> None:
    """Output, on stdout: exact where it is piped, made visible on a terminal.

    :raises StreamGoneError: whoever read it has gone.
    :raises InputError: ``output-unwritable``: stdout is closed, or its disk is full.
    """
    if sys.stdout is None:
        raise _unwritable(OSError(errno.EBADF, os.strerror(errno.EBADF)))
    if isinstance(text, str) and sys.stdout.isatty():
        text = visible(text, keep_breaks=True)
    try:
        click.echo(text, nl=nl)
    except OSError as error:
        raise _unwritable(error) from None


def line(text: str) -> None:
    """A line of output with a name or a path in it, always visible, on stdout.

    :raises StreamGoneError: as :func:`put`.
    :raises InputError: as :func:`put`.
    """
    put(visible(text), nl=True)


def flush() -> None:
    """Bring out what stdout still holds.

    :raises StreamGoneError: as :func:`put`.
    :raises InputError: as :func:`put`.
    """
    if sys.stdout is not None:
        try:
            sys.stdout.flush()
        except OSError as error:
            raise _unwritable(error) from None


def stdout_error() -> InputError | None:
    """What is wrong with stdout, where something is."""
    try:
        flush()
    except InputError as error:
        return error
    return None


def _unwritable(error: OSError) -> InputError:
    """The error of stdout; from here on its descriptor leads nowhere, so that the end is quiet."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    if isinstance(error, BrokenPipeError):
        raise StreamGoneError from None
    detail = error.strerror or str(error)
    return InputError("output-unwritable", path="stdout", detail=detail)


def as_json(value: Any) -> str:
    """JSON as it is printed: readable, with its own script, nothing unseen raw."""
    return ascii_controls(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"


def keep_inputs(out: Path | None, *inputs: Path | None) -> None:
    """Refuse to write over what is read, or where nothing can be written, before anything is done.

    The settings and glossaries that this command line names are inputs, too.

    :raises InputError: ``output-is-input``; ``output-unwritable``, ``file-special``.
    """
    if out is None:
        return
    check_place(out)
    if not is_there(out):
        return
    context = click.get_current_context(silent=True)
    given = {} if context is None else context.params
    for one in (*inputs, given.get("config"), *(given.get("glossary") or ())):
        with contextlib.suppress(OSError, ValueError):  # an input's own error comes later
            if one is not None and out.samefile(one):
                raise InputError("output-is-input", path=str(out))


def keep_output(target: Path, force: bool) -> None:
    """Refuse to write over a file that is there, unless it is forced.

    :raises InputError: ``output-exists``, or ``output-unwritable``.
    """
    if not force and is_there(target):
        raise InputError("output-exists", path=str(target))


def output_folder(folder: Path) -> None:
    """Make a folder for output, unless it is there.

    :raises InputError: ``output-unwritable``.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise unwritable(folder, error) from error


def deliver(text: str | bytes, out: Path | None) -> None:
    """To stdout, or whole or not at all into a file."""
    if out is None:
        if isinstance(text, bytes) and text.startswith(b"PK") and sys.stdout.isatty():
            raise InputError("sheet-needs-out")
        put(text)
        return
    if isinstance(text, bytes):
        write_new(out, text, overwrite=True)
        return
    write_whole(out, text)
