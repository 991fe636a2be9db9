"""What the command line itself says, in one language: help, and what is wrong with a line.

The help of a command and of an option is written beside it in Chinese and English
(``help="藏文字幕 / Tibetan subtitles"``; of a command's text each paragraph is in one of
them). click's own messages are made anew from what it raises, so that nothing depends on
the catalogues of gettext.
"""

from __future__ import annotations

import locale
import math
import os
import re
import shutil
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextvars import ContextVar
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from typing import Any, Final

import click
from click.core import ParameterSource

from bilingual.cli.quoting import pasted
from bilingual.files import exists
from bilingual.locale import FIRST, enumerated, languages, meant, sentence
from bilingual.locale.languages import chain
from bilingual.nearest import nearest
from bilingual.render.text.columns import columns_of, fitted, wrapped

_HAN: Final = re.compile("[\u3400-\u9fff]")
_TWO: Final = re.compile(r"(?<=。) +(?=[A-Z])")
_DASHES: Final = re.compile("[-‐‑‒–—―−－]{1,4}")
_COLUMNS: Final = (60, 100)
_NAMES: Final = 28  # columns of an option's names, beyond which its help is below them

_ALSO_CALLED: Final[Mapping[str, str]] = {
    "--chinese": "--zh",
    "--zho": "--zh",
    "--cn": "--zh",
    "--中文": "--zh",
    "--中文字幕": "--zh",
    "--tibetan": "--bo",
    "--tib": "--bo",
    "--藏文": "--bo",
    "--藏文字幕": "--bo",
    "--语言": "--lang",
    "--output": "--out",
    "--输出": "--out",
    "--格式": "--format",
    "--json": "--format json",
    "--html": "--format html",
    "--text": "--format text",
    "--csv": "--format csv",
    "--xlsx": "--format xlsx",
    "--ocr": "--burned-in",
    "--overwrite": "--force",
    "--browser": "--open",
    "--帮助": "--help",
    "check": "verify",
    "validate": "verify",
    "test": "verify",
    "run": "verify",
    "核查": "verify",
    "检查": "verify",
    "help": "--help",
    "帮助": "--help",
    "version": "--version",
    "report": "show",
    "view": "show",
    "显示": "show",
    "repair": "fix",
    "correct": "fix",
    "修正": "fix",
    "glossary": "terms",
    "词汇表": "terms",
    "规则": "rules",
    "示例": "sample",
    "demo": "sample",
    "pledge": "annex",
    "附表": "annex",
    "status": "doctor",
    "diagnose": "doctor",
}
"""What people type for a name that is unlike it."""

_FOR_OTHERS: Final = "en"
"""For whom none of our languages is the system's."""

_language: ContextVar[str] = ContextVar("language", default=FIRST)


# The language.


def language() -> str:
    """The language of this command line."""
    return _language.get()


def use_language(arguments: Sequence[str]) -> None:
    """Take the language that a command line names, else that of the environment."""
    named = value_of(arguments, "--lang")
    known = named is not None and named in languages()
    _language.set(named if known and named else environment_language(os.environ))


def environment_language(environment: Mapping[str, str]) -> str:
    """The language of a user's system; Chinese where it says none, English where another.

    POSIX's variables in their order, then what Windows shows its own texts in.
    """
    tags = [environment.get(name, "") for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")]
    codes = [re.split("[_.@-]", tag)[0].casefold() for tag in ":".join(tags).split(":")]
    wanted = [code for code in codes if code not in ("", "c", "posix")]
    if wanted:
        return next((code for code in wanted if code in languages()), _FOR_OTHERS)
    if sys.platform == "win32":  # pragma: no cover - nothing else has the function
        import ctypes

        number = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        code = locale.windows_locale.get(number, FIRST).split("_")[0]
        return code if code in languages() else _FOR_OTHERS
    return FIRST


def said(text: str) -> str:
    """Of a text that is there in Chinese and in English, the part in the language."""
    side = next((t.code for t in chain(language()) if t.code in ("zh", "en")), FIRST)
    kept = []
    for paragraph in dedent(text).strip().split("\n\n"):
        parts = paragraph.split(" / ", 1) if " / " in paragraph else _TWO.split(paragraph, 1)
        chosen = parts[0 if side == "zh" else -1] if len(parts) == 2 else paragraph
        if len(parts) == 2 or bool(_HAN.search(chosen)) == (side == "zh"):
            kept.append(" ".join(chosen.split()))
    return "\n\n".join(kept) or text.strip()


def value_of(arguments: Sequence[str], option: str) -> str | None:
    """What a command line gives an option, the last time where several; also a wrong line."""
    found = None
    for word, following in zip(arguments, [*arguments[1:], ""], strict=False):
        if word.startswith(f"{option}="):
            found = word.partition("=")[2]
        elif word == option:
            found = following
    return found


def _ui(code: str, **params: Any) -> str:
    return sentence("ui", code, params, language())


# What is wrong with a line.


class WrongUsage(click.UsageError):
    """A wrong command line: a code and params, and the sentence made of them."""

    def __init__(self, code: str, /, ctx: click.Context | None = None, **params: Any) -> None:
        self.code, self.params = code, params
        super().__init__(self._sentence(), ctx)

    def _sentence(self) -> str:
        shown = {
            name: enumerated(map(str, value), language()) if isinstance(value, list) else value
            for name, value in self.params.items()
        }
        text = _ui(f"usage-{self.code}", **shown)
        return text + meant(self.params.get("nearest", []), language())


def explained(error: click.ClickException) -> WrongUsage:
    """What click found wrong with a command line, in our words."""
    ctx = getattr(error, "ctx", None)
    if isinstance(error, WrongUsage):
        return error
    if isinstance(error, click.NoSuchOption):
        name = error.option_name
        return WrongUsage("no-option", ctx, name=name, nearest=_options_like(name, ctx))
    if isinstance(error, click.BadOptionUsage):
        takes_none = _flag(error.option_name, ctx)
        code = "option-without-value" if takes_none else "option-needs-value"
        return WrongUsage(code, ctx, name=error.option_name)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        missing, kind = error.param, error.param.param_type_name
        return WrongUsage(f"missing-{kind}", ctx, name=shown_name(missing), command=_path(ctx))
    if isinstance(error, click.BadParameter) and error.param is not None:
        name = shown_name(error.param)
        return WrongUsage("bad-value", ctx, name=name, detail=error.message)
    return WrongUsage("other", ctx, detail=error.format_message())


def refuse_beside(option: str, *names: str) -> None:
    """See that beside an option none of some parameters is given, which would be passed over.

    :raises WrongUsage: ``not-with``.
    """
    if others := _given(names):
        raise WrongUsage("not-with", click.get_current_context(), name=option, others=others)


def refuse_without(option: str, *names: str) -> None:
    """See that some parameters are not given without an option, the only one that takes them.

    :raises WrongUsage: ``only-with``.
    """
    if others := _given(names):
        raise WrongUsage("only-with", click.get_current_context(), name=option, others=others)


def _given(names: Collection[str]) -> list[str]:
    """Those parameters that are on the command line, as they are typed."""
    ctx = click.get_current_context()
    return [
        shown_name(one)
        for one in ctx.command.params
        if one.name in names and ctx.get_parameter_source(one.name) is ParameterSource.COMMANDLINE
    ]


def _flag(name: str, ctx: click.Context | None) -> bool:
    options = [] if ctx is None else ctx.command.get_params(ctx)
    return any(
        isinstance(one, click.Option) and name in one.opts and one.is_flag for one in options
    )


def _refuse_options_as_values(
    params: Iterable[click.Parameter], words: Sequence[str], ctx: click.Context
) -> None:
    """See that no option is taken for the value of the one before it, as click does.

    :raises WrongUsage: ``option-needs-value``.
    """
    options = {name: one for one in params if isinstance(one, click.Option) for name in one.opts}
    for word, following in pairwise(words):
        if word == "--":
            return
        one = options.get(word)
        takes_value = one is not None and not one.is_flag and not one.count
        if takes_value and following[:2] == "--" and following.split("=")[0] in options:
            raise WrongUsage("option-needs-value", ctx, name=word)


def _path(ctx: click.Context | None) -> str:
    return "bilingual" if ctx is None else ctx.command_path


def _options_like(name: str, ctx: click.Context | None) -> list[str]:
    if ctx is None:
        return []
    known = [word for one in ctx.command.get_params(ctx) for word in one.opts if word[:2] == "--"]
    also = _ALSO_CALLED.get(name.casefold())
    if also is not None and also.split()[0] in known:
        return [also]
    return nearest(name, known)


def shown_name(param: click.Parameter) -> str:
    """A parameter as it is typed: an option's name, an argument's word."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return said(param.metavar) if param.metavar else (param.name or "").upper()


# Kinds of values.


class Choice(click.Choice[str]):
    """One of several words."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word.

        :raises WrongUsage: it is none of them.
        """
        if value not in self.choices:
            name = "" if param is None else shown_name(param)
            known = list(map(str, self.choices))
            like = nearest(str(value), known)
            raise WrongUsage("no-choice", ctx, name=name, value=value, known=known, nearest=like)
        return value


class AtLeast(click.ParamType[int]):
    """A whole number between two others; without a ``most`` it only has to be large enough."""

    name = "N"

    def __init__(self, least: int, most: int | None = None) -> None:
        self._least, self._most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number.

        :raises WrongUsage: it is none, too small or too large.
        """
        text = str(value).strip()
        most = 10**9 if self._most is None else self._most
        if re.fullmatch(r"[+-]?\d{1,9}", text) and self._least <= int(text) <= most:
            return int(text)
        name = "" if param is None else shown_name(param)
        if self._most is None:
            raise WrongUsage("no-number", ctx, name=name, value=value, least=self._least)
        params = {"name": name, "value": value, "least": self._least, "most": self._most}
        raise WrongUsage("no-number-within", ctx, **params)


class Positive(click.ParamType[float]):
    """A number above 0."""

    name = "N"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number.

        :raises WrongUsage: it is none, or not above 0.
        """
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not 0 < number < math.inf:
            name = "" if param is None else shown_name(param)
            raise WrongUsage("no-positive", ctx, name=name, value=value)
        return number


# Commands, and their help.


class _Worded(click.Command):
    """A command whose help and whose complaints are in the language."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take in the words of a command line.

        :raises WrongUsage: some of them are wrong.
        """
        # A group's words after the first are those of the command.
        own = args[:1] if isinstance(self, click.Group) else args
        for word in own:
            if (dashes := _DASHES.match(word)) and not dashes[0].isascii():
                name = f"--{word[dashes.end() :].split('=')[0]}"
                if like := _options_like(name, ctx):
                    raise WrongUsage("no-option", ctx, name=word, nearest=like)
        _refuse_options_as_values(self.get_params(ctx), own, ctx)
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # the parser knows of none
            raise
        if ctx.args and not isinstance(self, click.Group) and not ctx.resilient_parsing:
            raise WrongUsage("extra", ctx, words=list(ctx.args), command=ctx.command_path)
        return rest

    def get_help(self, ctx: click.Context) -> str:
        """The help."""
        return help_text(self, ctx)

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first paragraph of the help."""
        return said(self.help or "").split("\n\n")[0]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option ``--help``, described in the language."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _ui("usage-help-option")
        return option


class Command(_Worded):
    """A command."""

    def __init__(self, name: str | None, **more: Any) -> None:
        # Words that are too many are counted by us (parse_args).
        more["context_settings"] = {
            "allow_extra_args": True,
            **(more.get("context_settings") or {}),
        }
        super().__init__(name, **more)


class Group(_Worded, click.Group):
    """A command with others below it."""

    command_class: type[click.Command] | None = Command
    group_class: type[click.Group] | type[type] | None = type

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is named.

        :raises WrongUsage: there is none of that name.
        """
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            if ctx.parent is None and (Path(name).suffix or exists(Path(name))):
                command = pasted("bilingual", "verify", Path(name))
                raise WrongUsage("no-command-file", ctx, name=name, command=command)
            known = self.list_commands(ctx)
            also = _ALSO_CALLED.get(name.casefold())
            own = also is not None and (also in known or also.startswith("-"))
            like = [also] if also is not None and own else nearest(name, known)
            if like:
                raise WrongUsage("no-command", ctx, name=name, nearest=like)
            path = ctx.command_path
            raise WrongUsage("no-command-like", ctx, name=name, path=path, known=known)
        return super().resolve_command(ctx, args)


_Function = Callable[..., Any]


def command() -> Callable[[_Function], Command]:
    """Decorator: the function as a command."""
    return click.command(cls=Command)


def group(**settings: Any) -> Callable[[_Function], Group]:
    """Decorator: the function as a command with others below it."""
    return click.group(cls=Group, **settings)


def help_text(shown: click.Command, ctx: click.Context) -> str:
    """The help of a command, in the language, as wide as the terminal."""
    width = max(_COLUMNS[0], min(_COLUMNS[1], shutil.get_terminal_size((80, 24)).columns))
    lines = [_usage(shown, ctx)]
    for paragraph in said(shown.help or "").split("\n\n"):
        lines += ["", *wrapped(paragraph, width, indent="  ")]
    options = [record for one in shown.get_params(ctx) if (record := _record(one, ctx))]
    if options:
        lines += ["", _ui("usage-options"), *_table(options, width)]
    if isinstance(shown, click.Group):
        below = [(name, shown.commands[name]) for name in shown.list_commands(ctx)]
        rows = [(name, one.get_short_help_str()) for name, one in below if not one.hidden]
        lines += ["", _ui("usage-commands"), *_table(rows, width)]
    return "\n".join(lines)


def _usage(shown: click.Command, ctx: click.Context) -> str:
    words = [ctx.command_path, _ui("usage-some-options")]
    for one in shown.get_params(ctx):
        if isinstance(one, click.Argument):
            word = shown_name(one).strip("[]") + ("…" if one.nargs == -1 else "")
            words.append(word if one.required else f"[{word}]")
    if isinstance(shown, click.Group):
        words.append(_ui("usage-some-command"))
    return _ui("usage-line", line=" ".join(words))


def _record(param: click.Parameter, ctx: click.Context) -> tuple[str, str] | None:
    """An option's names with the value that it takes, and its help."""
    if not isinstance(param, click.Option) or param.hidden:
        return None
    names = ", ".join(sorted(param.opts, key=len))
    if not param.is_flag and not param.count:
        names += " " + (said(param.metavar) if param.metavar else _value_name(param))
    notes = [said(param.help)] if param.help else []
    if param.required:
        notes.append(_ui("usage-required"))
    default = param.get_default(ctx)
    if param.show_default and default not in (None, "", ()):
        notes.append(_ui("usage-default", value=default))
    return names, "".join(notes)


def _value_name(param: click.Option) -> str:
    if isinstance(param.type, click.Choice):
        return "|".join(map(str, param.type.choices))
    kind = param.type.name
    return _ui(f"usage-value-{kind}") if kind in ("path", "text") else kind


def _table(rows: Iterable[tuple[str, str]], width: int) -> Iterable[str]:
    """Names, and beside them what they are; below them where they are long."""
    rows = list(rows)
    wide = min(_NAMES, max((columns_of(name) for name, _ in rows), default=0))
    for name, text in rows:
        lines = wrapped(text, width - wide - 4, indent="") or [""]
        if columns_of(name) > wide:
            yield f"  {name}"
        else:
            yield f"  {fitted(name, wide)}  {lines.pop(0)}".rstrip()
        yield from (f"{' ' * (wide + 4)}{line}" for line in lines)
