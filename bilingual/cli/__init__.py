"""The command line: prints and exits, and nothing else.

Only what was asked for goes to stdout; progress and messages go to stderr.
Exit status: 0 no finding at or above the fail level, 1 some, 2 no report could
be made or wrong usage, 130 interrupted (a run started with SIGINT ignored, as a
shell's background job is, goes on). One module a command: a click command
that it names in ``COMMAND`` (or several in ``COMMANDS``) is found by a scan of
this folder.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import pkgutil
import sys
from collections.abc import Sequence
from dataclasses import asdict

import click

from bilingual._version import __version__
from bilingual.cli.shared import INTERRUPTED, NO_REPORT, OK
from bilingual.errors import BilingualError, CancelledError
from bilingual.locale import error_sentence, sentence
from bilingual.plugins import left_out


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    sys.exit(run(argv))


def run(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status instead of an exit."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(arguments)
    finally:
        # The log, which says it too, is shown with -v only.
        for broken in left_out():
            message = error_sentence("plugin-broken", asdict(broken), _language(arguments))
            click.echo(message, err=True)


def _run(arguments: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show Tibetan shall not break the run.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = cli.main(args=arguments, prog_name="bilingual", standalone_mode=False)
    except click.exceptions.Abort:
        return _interrupted()
    except (KeyboardInterrupt, CancelledError):
        return _interrupted()
    except click.ClickException as error:
        error.show()
        return NO_REPORT
    except BilingualError as error:
        click.echo(error_sentence(error.code, error.params, _language(arguments)), err=True)
        return NO_REPORT
    except BrokenPipeError:
        # The reader of our output has gone: there is nobody left to write to.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return NO_REPORT
    return status if isinstance(status, int) else OK


def _interrupted() -> int:
    click.echo(sentence("ui", "interrupted", {}, "zh"), err=True)
    return INTERRUPTED


def _language(arguments: Sequence[str]) -> str:
    """The --lang of a command line, wherever it is; zh without one."""
    for word, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if word.startswith("--lang="):
            return word.partition("=")[2]
        if word == "--lang":
            return following
    return "zh"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="bilingual")
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
    else:
        # What a user must know the commands say in their words; the log is for -v.
        logging.getLogger("bilingual").addHandler(logging.NullHandler())


def _scan() -> None:
    """Give the group the commands of every module of this folder."""
    for module in pkgutil.iter_modules(__path__):
        if module.name == "shared":
            continue
        for command in importlib.import_module(f"{__name__}.{module.name}").COMMANDS:
            cli.add_command(command)


_scan()
