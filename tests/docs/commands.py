"""Whether a command of the documentation can be given: its program, options and arguments are there."""

from __future__ import annotations

import argparse
import ast
import re
import runpy
import sys
import tomllib
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import pairwise, product
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import click

from bilingual.cli.group import cli
from tests.docs.found import ROOT, words_of

OF_OTHERS: Final = {
    "dask": {"--host", "--nworkers", "--nthreads", "--memory-limit"},
    "podman": {"--secret", "--network"},
    "pip": {
        *("--no-deps", "--require-hashes", "--index-url"),
        *("--wheel-dir", "--no-index", "--find-links"),
    },
    "tests.release": {"--reports-to"},
    "tests.golden": {"--list"},
    "tests.bench": {"--foreign", "--growth", "--real-times"},
}
"""Options of other programs that sentences name by themselves."""


def check(command: str) -> None:
    """Raise what is wrong with a command: of click, or an ``AssertionError``."""
    words = words_of(command)
    while words and re.match(r"[A-Z_]+=", words[0]):
        words = words[1:]
    program, *rest = words
    program = program.rpartition("/")[2]
    if program in _PROGRAMS:
        _PROGRAMS[program](rest)
    elif program.startswith("bench_"):
        python(["-m", f"tests.bench.{program}", *rest])
    else:
        of_ours_without_program(words)


def bilingual(words: Sequence[str]) -> None:
    """The command is there, and it takes these options and so many arguments."""
    choices = [word.split("|") if re.fullmatch(r"[a-z|]+", word) else [word] for word in words]
    for each in product(*choices):
        _bilingual(list(each))


def _bilingual(words: list[str]) -> None:
    command: click.Command = cli
    context = click.Context(cli, info_name="bilingual")
    ours = {name for param in cli.params for name in param.opts}
    while words and words[0] in ours:  # `bilingual -v`, before any command
        words = words[1:]
    while isinstance(command, click.Group):
        found = command.get_command(context, words[0]) if words else None
        if found is None:
            assert not words, f"no command {words[0]}"
            return
        command, words = found, words[1:]
        context = click.Context(command, info_name=command.name, parent=context)
    if words:  # a bare name in a sentence is no call
        try:
            command.parse_args(click.Context(command, parent=context.parent), list(words))
        except click.MissingParameter:  # "`ocr --format json`": the reader adds the rest
            pass
        except click.UsageError as error:
            # "`bilingual annex --check`" names an option, whose value the reader adds.
            if isinstance(error, click.NoSuchOption) or not _lacks_value(command, words):
                raise


def _lacks_value(command: click.Command, words: Sequence[str]) -> bool:
    """An option that takes a value is the last word, or another option is behind it."""
    valued = {
        name
        for p in command.params
        if isinstance(p, click.Option) and not p.is_flag
        for name in p.opts
    }
    return any(a in valued and b.startswith("--") for a, b in pairwise([*words, "--"]))


def of_ours_without_program(words: Sequence[str]) -> None:
    """A command whose first words the sentence before it has: "`models list`, `show NAME`"."""
    groups = [[name] for name, group in cli.commands.items() if hasattr(group, "commands")]
    wrong: list[Exception] = []
    for before in ([], *groups):
        try:
            bilingual([*before, *words])
        except (click.ClickException, AssertionError) as error:
            wrong.append(error)
        else:
            return
    raise wrong[0]


def make(words: Sequence[str]) -> None:
    """The Makefile has the target."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"\n{words[0]}:" in makefile, words


def pip(words: Sequence[str]) -> None:
    """Its extras are declared, and the files that it names are there."""
    assert words[0] in ("install", "uninstall", "check", "wheel"), words
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
        "optional-dependencies"
    ]
    for word in words[1:]:
        if named := re.search(r"\[([a-z,-]+)\]$", word):
            assert set(named[1].split(",")) <= set(extras), word
        if word.startswith("--"):
            assert word in OF_OTHERS["pip"], word
        if word.startswith("requirements/"):
            assert (ROOT / word).is_file(), word
        if pinned := re.fullmatch(r"([a-z]+)==([\d.]+)", word):
            constraints = (ROOT / ".ci/constraints.txt").read_text(encoding="utf-8")
            assert f"\n{pinned[1]}=={pinned[2]}" in constraints, word


def dask(words: Sequence[str]) -> None:
    """The installed Dask takes these options."""
    from distributed.cli import dask_scheduler, dask_worker

    known = {"scheduler": dask_scheduler.main, "worker": dask_worker.main}
    command = known[words[0]]
    command.make_parser(click.Context(command)).parse_args(list(words[1:]))


def curl(words: Sequence[str]) -> None:
    """Options that :mod:`tests.docs.test_calls` reads."""
    assert {word for word in words if word.startswith("-")} <= {"-H", "-F", "-X"}


def podman(words: Sequence[str]) -> None:
    """``run`` with an image, whose entry point takes what is behind it."""
    assert words[0] == "run"
    image = next(n for n, word in enumerate(words) if re.fullmatch("IMAGE|镜像", word))
    bilingual(["serve", *words[image + 1 :]])


def sqlite3(words: Sequence[str]) -> None:
    """A file of the service's, and a command of the shell of SQLite."""
    assert words[0] == "works.sqlite3"
    assert words[1].startswith(".backup ")


def journalctl(words: Sequence[str]) -> None:
    """The log of the unit that the page of the service shows."""
    assert words == ["-u", "bilingual"]
    for page in ("docs/serve.md", "docs/serve.zh.md"):
        assert "/bilingual.service" in (ROOT / page).read_text(encoding="utf-8"), page


def pre_commit(words: Sequence[str]) -> None:
    """There are hooks to install."""
    assert words == ["install"]
    assert (ROOT / ".pre-commit-config.yaml").is_file()


class _ParsedError(Exception):
    """The arguments were read."""


@contextmanager
def _only_parsed() -> Iterator[None]:
    """A program ends when it has read its arguments."""
    whole = argparse.ArgumentParser.parse_args

    def parse(self: argparse.ArgumentParser, args: Any = None, namespace: Any = None) -> Any:
        whole(self, args, namespace)
        raise _ParsedError

    def fail(self: argparse.ArgumentParser, message: str) -> None:
        raise AssertionError(f"{self.prog}: {message}")

    with (
        patch.object(argparse.ArgumentParser, "parse_args", parse),
        patch.object(argparse.ArgumentParser, "error", fail),
    ):
        yield


def python(words: Sequence[str]) -> None:
    """The module is there and takes the arguments; code can be read."""
    words = [word for word in words if word != "-P"]
    if words[0] == "-c":
        ast.parse(words[1])
        return
    assert words[0] == "-m", words
    if len(words) == 1:  # "`python -m`", of any module
        return
    name, arguments = words[1], list(words[2:])
    spec = find_spec(name)
    assert spec is not None, f"no module {name}"
    if name == "bilingual":
        bilingual(arguments)
    elif name == "pip":
        pip(arguments)
    elif name == "venv":
        assert len(arguments) == 1
    elif name == "pytest":
        assert all((ROOT / word).exists() for word in arguments if word.startswith("tests/"))
    else:
        assert spec.origin is not None
        _program(name, Path(spec.origin).read_text(encoding="utf-8"), arguments)


def _program(name: str, source: str, arguments: list[str]) -> None:
    """A program of the repository: where argparse reads its arguments, it takes these."""
    if not arguments:  # a name
        return
    for number, word in enumerate(arguments):  # of two commands, the first
        if word.endswith(";"):
            arguments = [*arguments[:number], word[:-1]]
            break
    if "ArgumentParser(" in source and re.search(r"parse_args\((argv)?\)", source):
        with (
            patch.object(sys, "argv", [name, *arguments]),
            _only_parsed(),
            warnings.catch_warnings(action="ignore", category=RuntimeWarning),  # imported before
        ):
            try:
                runpy.run_module(name, run_name="__main__")
            except _ParsedError:
                return
        raise AssertionError(f"{name} read no arguments")
    modes = {word for word in arguments if re.fullmatch(r"[a-z][a-z-]*", word)}
    known = {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert modes <= known, (name, modes - known)


_PROGRAMS: Final[Mapping[str, Callable[[Sequence[str]], None]]] = {
    "bilingual": bilingual,
    "make": make,
    "pip": pip,
    "python": python,
    "python3": python,
    "dask": dask,
    "curl": curl,
    "podman": podman,
    "sqlite3": sqlite3,
    "journalctl": journalctl,
    "pre-commit": pre_commit,
}


def commands() -> Iterator[click.Command]:
    """Every command of ours."""
    for command in cli.commands.values():
        yield from getattr(command, "commands", {"": command}).values()


def option(code: str) -> None:
    """An option that a sentence names is one of ours or another program's, and takes the value."""
    name, *values = code.replace("\\|", "|").split()
    found = [p for c in commands() for p in c.params if name in (*p.opts, *p.secondary_opts)]
    assert found or any(name in known for known in OF_OTHERS.values()), code
    for value in (each for word in values for each in word.split("|")):
        assert not found or any(_takes(parameter, value) for parameter in found), code


def _takes(parameter: click.Parameter, value: str) -> bool:
    if not isinstance(parameter.type, click.Choice) or not re.fullmatch("[a-z0-9]+", value):
        return True  # a stand-in for the reader's own, or free
    try:
        parameter.type.convert(value, parameter, None)
    except click.UsageError:
        return False
    return True
