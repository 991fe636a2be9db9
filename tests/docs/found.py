"""What a page of the documentation shows: commands, outputs, code, links, questions.

Nothing is decided here; :mod:`tests.docs.checked` says of each how it is checked.
"""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from docs._make.pages import LANGUAGES, WRITTEN
from docs._make.staging import prose

ROOT: Final = Path(__file__).parents[2]

Kind = Literal["command", "output", "code", "option", "call", "value", "link", "question"]

PROGRAMS: Final = (
    *("bilingual", "make", "pip", "python", "python3"),
    *("dask", "curl", "podman", "sqlite3", "journalctl"),
)
"""What begins a command, also with the folder that the program is in."""
_SHELLS: Final = ("", "bash", "bat", "sh")
"""Languages of blocks whose every line may be a command."""
_COMMAND: Final = re.compile(
    rf"(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?(?:{'|'.join(PROGRAMS)}|pre-commit)(?: |$)"
)
_CALL: Final = re.compile(r"(?:(?:GET|POST|PUT|PATCH|DELETE) |/(?:api/|healthz$|metrics$))\S*")
_INLINE: Final = re.compile(r"(?<!`)(`+)(?!`)((?:[^\n]|\n(?!\n))+?)(?<!`)\1(?!`)")
_LINK: Final = re.compile(r"(?<!\\)(!?)\[[^\]]*\]\(([^)\s]*)\)")
_NAMED: Final = re.compile(r"\[[^\]]+\]\[([^\]]+)\]")
_DEFINED: Final = re.compile(r"^\[([^\]]+)\]: (\S+)$", re.MULTILINE)
_QUESTION: Final = re.compile(r"^\*\*(.+?)\*\* ", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something on a page that is right or wrong.

    ``page`` is its file from the root, ``line`` counts from 1. ``label`` is the language of
    the block that it is in, empty in a sentence; ``after`` the command that an output is of.
    """

    page: str
    line: int
    kind: Kind
    text: str
    label: str = ""
    after: str = ""

    @property
    def language(self) -> str:
        """That of the page: ``zh`` or ``en``."""
        return "zh" if ".zh." in self.page else "en"


@cache
def pages() -> tuple[str, ...]:
    """The files of all pages that are written, each once."""
    return tuple(
        dict.fromkeys(page.source(language) for page in WRITTEN.values() for language in LANGUAGES)
    )


@cache
def text(page: str) -> str:
    """What is written there."""
    return (ROOT / page).read_text(encoding="utf-8")


@cache
def items(page: str) -> tuple[Item, ...]:
    """All that is found on a page, in order."""
    return tuple(_items(page, text(page)))


def _items(page: str, written: str) -> Iterator[Item]:
    line = 1
    for piece, outside in prose(written):
        yield from _of_prose(page, line, piece) if outside else _of_block(page, line, piece)
        line += piece.count("\n")


def _of_prose(page: str, first: int, piece: str) -> Iterator[Item]:
    def line(at: int) -> int:
        return first + piece.count("\n", 0, at)

    for mark in _INLINE.finditer(piece):
        code = re.sub(r"\s+", " ", mark[2])
        kind = inline_kind(code)
        if kind == "command":
            code = started(code)
        if kind is not None:
            yield Item(page=page, line=line(mark.start()), kind=kind, text=code)
    bare = _INLINE.sub(lambda mark: "x" * len(mark[0]), piece)  # places stay as they are
    defined = dict(_DEFINED.findall(piece))
    for link in _LINK.finditer(bare):
        yield Item(page=page, line=line(link.start()), kind="link", text=link[2], label=link[1])
    for name in _NAMED.finditer(bare):
        target = defined.get(name[1], "")
        yield Item(page=page, line=line(name.start()), kind="link", text=target)
    if page.startswith("docs/faq"):
        for asked in _QUESTION.finditer(piece):
            yield Item(page=page, line=line(asked.start()), kind="question", text=asked[1])


def inline_kind(code: str) -> Kind | None:
    """What a piece of code within a sentence is; ``None`` for a name alone.

    What has a space and is nothing of the others is a ``value``.
    """
    if " " in code and _COMMAND.match(code):
        return "command"
    if re.match(r"--[a-z]", code):
        return "option"
    if _CALL.fullmatch(code):
        return "call"
    if " " not in code.strip():
        return None
    if re.match(r"(bench_[a-z]+|[a-z]+) [-a-zA-Z\u4e00-\u9fff]", code) and _of_ours(code):
        return "command"
    return "value"


def _of_ours(code: str) -> bool:
    """It begins as a command of ours does whose program is left out."""
    from bilingual.cli.group import cli

    first, second = code.split()[:2]
    below = {name for group in cli.commands.values() for name in getattr(group, "commands", ())}
    return (
        first.startswith("bench_") or first in below or (first in cli.commands and first != second)
    )


def _of_block(page: str, first: int, piece: str) -> Iterator[Item]:
    opening, *lines, _ = textwrap.dedent(piece).rstrip("\n").splitlines()
    label = opening.strip("`~")
    if label == "bat":  # cmd's own word, which keeps its window open
        lines = [line for line in lines if line != "pause"]
    if label == "console":
        yield from _of_console(page, first + 1, lines)
    elif label not in _SHELLS or not all(_COMMAND.match(line) for line in lines):
        code = "".join(f"{line}\n" for line in lines)
        yield Item(page=page, line=first, kind="code", text=code, label=label or "(none)")
    else:
        for number, line in enumerate(lines, first + 1):
            yield Item(
                page=page, line=number, kind="command", text=started(line), label=label or "(none)"
            )


def _of_console(page: str, first: int, lines: list[str]) -> Iterator[Item]:
    """Commands behind ``$ ``, and what they print."""
    command, at, output = "", first, list[str]()

    def ended() -> Iterator[Item]:
        if output:
            shown = "".join(f"{line}\n" for line in output)
            yield Item(
                page=page, line=at, kind="output", text=shown, label="console", after=command
            )

    going_on = False
    for number, line in enumerate(lines, first):
        if going_on:
            command += f" {line.strip()}"
        elif line.startswith("$ "):
            yield from ended()
            command, output = line[2:], []
        else:
            output.append(line)
            continue
        going_on = command.endswith("\\")
        command = command.removesuffix("\\").rstrip()
        if not going_on:
            at = number + 1
            yield Item(
                page=page, line=number, kind="command", text=started(command), label="console"
            )
    yield from ended()


def anchors(page: str) -> set[str]:
    """The names by which a page's headings are linked to, as GitHub makes them."""
    outside = "".join(piece for piece, is_outside in prose(text(page)) if is_outside)
    titles = re.findall("^#+ (.+)$", outside, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


_STARTED: Final = re.compile(r"^(?:\S*/)?(?:python3? (?:-P )?-m )?(?=(?:bilingual|pip)(?: |$))")


def started(command: str) -> str:
    """A command without the Python or the folder that starts our program or pip."""
    return _STARTED.sub("", command)


def words_of(command: str) -> list[str]:
    """The words of a command, without its comment; "…" is the reader's part."""
    return [word for word in shlex.split(command, comments=True) if word != "…"]
