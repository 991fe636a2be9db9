"""The page of commands: the help of each, as the program prints it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click
from click.testing import CliRunner

from bilingual.cli.group import cli
from bilingual.cli.wording import use_language
from docs._make.pages import Language, Made, Said

_ABOUT: Final = Said(
    "# 命令\n\n每条命令的说明，与 `bilingual 命令 --help` 打印的相同。怎样使用见[使用指南](guide.md)。",
    "# Commands\n\nThe help of each command, as `bilingual COMMAND --help` prints it. How they are used: [guide](guide.md).",
)


def pages() -> Iterator[Made]:
    """The one page."""
    yield Made(place="commands.md", text=_page)


def names(group: click.Group, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command by the words that are typed, groups before what is in them."""
    for name, command in sorted(group.commands.items()):
        yield (*above, name)
        if isinstance(command, click.Group):
            yield from names(command, (*above, name))


def help_of(words: tuple[str, ...], language: Language) -> str:
    """The help of a command, as it is printed on a terminal of 80 columns."""
    use_language(["--lang", language])
    found = CliRunner(env={"COLUMNS": "80"}).invoke(cli, [*words, "--help"], prog_name="bilingual")
    if found.exit_code:
        raise ValueError(f"{' '.join(words)}: {found.output}")
    return found.output


def _page(language: Language) -> str:
    parts = [_ABOUT.get(language)]
    for words in names(cli):
        parts += [f"## {' '.join(words)}", f"```text\n{help_of(words, language).strip()}\n```"]
    return "\n\n".join(parts) + "\n"
