"""The group of all commands, and what becomes of the errors that they end with.

One module a command: a click command that it names in ``COMMAND`` (or several in
``COMMANDS``) is found by a scan of this folder.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import math
import pkgutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import click

from bilingual._version import __version__
from bilingual.cli.shared import (
    INTERRUPTED,
    NO_REPORT,
    OK,
    StreamGoneError,
    as_json,
    flush,
    put,
    say,
    stdout_error,
)
from bilingual.cli.wording import explained, group, language, use_language, value_of
from bilingual.errors import BilingualError, CancelledError, InputError, InternalError
from bilingual.files import no_room, remove_leftovers
from bilingual.locale import error_sentence, sentence
from bilingual.plugins import left_out
from bilingual.showing import VisibleFilter, logger

USAGE: Final = "usage"
"""The code of an error in the command line itself, in JSON; its words are click's."""

_log = logger(__name__)


def run_group(arguments: list[str]) -> int:
    """Run a command line; its exit status. An interrupt passes through."""
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show Tibetan shall not break the run.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    use_language(arguments)
    remove_leftovers()
    try:
        status = _run(arguments)
        flush()
    except StreamGoneError:
        # The reader of our output has gone: there is nobody left to write to.
        return NO_REPORT
    except BilingualError as error:  # of the last bytes on their way out
        _show(error, arguments)
        return NO_REPORT
    finally:
        # The log, which says it too, is shown with -v only.
        for broken in left_out():
            say(error_sentence("plugin-broken", asdict(broken), language()))
    return status


def _run(arguments: list[str]) -> int:
    try:
        status = cli.main(args=arguments, prog_name="bilingual", standalone_mode=False)
    except click.exceptions.Abort as error:
        if isinstance(error.__cause__, KeyboardInterrupt):
            raise error.__cause__ from None
        return INTERRUPTED  # a question was answered with the end of the input
    except click.ClickException as error:
        return _wrong_usage(error, arguments)
    except CancelledError as error:
        return interrupted(error)
    except BilingualError as error:
        _raise_stop(error)
        _show(error, arguments)
        return NO_REPORT
    except StreamGoneError:
        raise
    except Exception as error:
        _raise_stop(error)
        # An error of the operating system is stdout's own where click wrote its help.
        own = stdout_error() if isinstance(error, OSError) else None
        gone = own or no_room(error)  # which a library may have turned into an error of its own
        if gone is None:
            _log.info("%s", type(error).__name__, exc_info=error)
        _show(gone or InternalError.of(error), arguments)
        return NO_REPORT
    except SystemExit:
        return NO_REPORT  # click's word for a closed pipe
    return status if isinstance(status, int) else OK


def _wrong_usage(error: click.ClickException, arguments: Sequence[str]) -> int:
    """Say what is wrong with a command line, or its help where it is a command's name alone."""
    context = getattr(error, "ctx", None)
    if isinstance(error, click.exceptions.NoArgsIsHelpError) and context is not None:
        say(context.get_help())
        return NO_REPORT
    wrong = explained(error)
    say(wrong.message)
    path = "bilingual" if context is None else context.command_path
    say(sentence("ui", "usage-more", {"command": path}, language()))
    params = {"kind": wrong.code, **wrong.params, "detail": wrong.message}
    _put_error(USAGE, params, wrong.message, arguments)
    return NO_REPORT


def _raise_stop(error: BaseException) -> None:
    """Raise the interrupt that a library has turned into this error, where one has.

    :raises KeyboardInterrupt: it.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, KeyboardInterrupt):
            raise cause from None
        cause = cause.__cause__ or cause.__context__


def _show(error: BilingualError, arguments: Sequence[str]) -> None:
    message = error_sentence(error.code, error.params, language())
    say(message)
    _put_error(error.code, error.params, message, arguments)


def _put_error(
    code: str, params: Mapping[str, Any], message: str, arguments: Sequence[str]
) -> None:
    """An error as JSON on stdout, where JSON was asked for; it is written on stderr besides."""
    if value_of(arguments, "--format") != "json":
        return
    error = {"code": code, "params": _plain(params), "message": message}
    with contextlib.suppress(InputError, StreamGoneError):  # nobody can read it
        put(as_json({"error": error}))
        flush()


def _plain(value: Any) -> Any:
    """A parameter as JSON can hold it; what it cannot, by the text that stands for it."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def interrupted(stop: BaseException) -> int:
    """Say that a signal or the caller ended the run; its exit status."""
    say(sentence("ui", "interrupted", {}, language()))
    return 128 + getattr(stop, "number", INTERRUPTED - 128)


@group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    __version__,
    prog_name="bilingual",
    message="%(prog)s %(version)s",
    help="显示版本 / show the version",
)
@click.option("-v", "--verbose", count=True, help="在标准错误输出日志 / log to stderr")
def cli(verbose: int) -> None:
    """核查藏汉双语字幕：覆盖、一致、时间，并给出证据。

    Check Tibetan–Chinese bilingual subtitles: coverage, consistency, timing.
    """
    if verbose:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        handler.addFilter(VisibleFilter())  # other packages log, too
        level = logging.INFO if verbose == 1 else logging.DEBUG
        logging.basicConfig(level=level, handlers=[handler])
    else:
        # What a user must know the commands say in their words; the log is for -v.
        logging.getLogger("bilingual").addHandler(logging.NullHandler())


_HELPERS: Final = (
    "carried",
    "endings",
    "group",
    "inputs",
    "paths",
    "quoting",
    "running",
    "shared",
    "starting",
    "wording",
)
"""Modules of this folder without commands."""


def _scan() -> None:
    """Give the group the commands of every module of this folder."""
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name in _HELPERS:
            continue
        for command in importlib.import_module(f"{__package__}.{module.name}").COMMANDS:
            cli.add_command(command)


_scan()
