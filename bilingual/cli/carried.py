"""The settings of a command line as words for the next command, so that both judge alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
from click.core import ParameterSource

_NAMES: Final = (
    "config", "profile", "category", "asr", "asr_model", "audio_stream", "burned_in",
    "fail_fast", "backend", "glossary", "reference",
)  # fmt: skip
"""Options on which findings and verdict depend, besides the files of the work."""


def carried(command: str) -> list[str | Path]:
    """The settings that the running command was given, as words for another command.

    Only those that were on the command line and that the other command takes, too. Files
    stay as :class:`~pathlib.Path`, so that they are quoted as such.
    """
    context = click.get_current_context(silent=True)
    if context is None:
        return []
    root = context.find_root()
    other = (
        root.command.get_command(root, command) if isinstance(root.command, click.Group) else None
    )
    known = {param.name for param in other.params} if other is not None else set()
    words: list[str | Path] = []
    for param in context.command.params:
        if param.name in known and param.name in _NAMES and isinstance(param, click.Option):
            words += _words(param, context)
    return words


def _words(option: click.Option, context: click.Context) -> Iterator[str | Path]:
    name = str(option.name)
    if context.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
        return
    value = context.params[name]
    for one in value if option.multiple else (value,):
        yield option.opts[0]
        if not option.is_flag:
            yield one if isinstance(one, Path) else str(one)
