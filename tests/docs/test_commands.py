"""The commands of the pages: each can be given, those for a user are run, and print what is shown."""

from __future__ import annotations

import contextlib
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bilingual.cli import run
from tests.docs import commands, scenes
from tests.docs.checked import COMMANDS, RUNS, Checked, How, checked
from tests.docs.found import items, pages

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the docs lie in the checkout")

VARIES = (re.compile(r"\d+\.\d MB$"),)
"""What may differ from what a page shows: the size of the film, which is the encoder's."""
LEFT_OUT = "…"


def given() -> list[Checked]:
    """The commands that are run here."""
    return [
        one for one in checked() if one.item.kind == "command" and one.by == f"{COMMANDS}::{RUNS}"
    ]


def pages_of(found: list[Checked]) -> list[str]:
    """The pages that these are on, in order."""
    return list(dict.fromkeys(one.item.page for one in found))


@pytest.mark.parametrize("page", pages())
def test_what_can_be_given(page: str) -> None:
    """Programs, their options and arguments are there."""
    parsed = (How.PARSED, How.RUN, How.ONCE, How.MODELS)
    for one in checked():
        if one.item.page != page:
            continue
        if one.item.kind == "command" and one.how in parsed:
            commands.check(one.item.text)
        elif one.item.kind == "option" and one.how is How.NAMED:
            commands.option(one.item.text)


def test_options_of_the_examples_of_plug_ins_are_given() -> None:
    """Those that need the files of CONTRIBUTING.md, where these are tried."""
    found = [one for one in checked() if one.item.kind == "option" and one.how is How.EXAMPLE]
    assert found
    for one in found:
        source = (ROOT / one.by.partition("::")[0]).read_text(encoding="utf-8")
        option, value = one.item.text.split()
        assert f'"{option}", "{value}"' in source, one.item


def test_what_cannot_be_given_is_noticed() -> None:
    for wrong in (
        "bilingual verify --nonesuch",
        "bilingual nonesuch",
        "bilingual verify --format pdf x",
        "make nonesuch",
        'pip install ".[nonesuch]"',
        "pip install torch==1.0",
        "dask worker --nonesuch",
        "python -m tests.bench.bench_nonesuch",
        "python -m tests.bench.bench_alignment --nonesuch",
        "python -m tests.bench.bench_server nonesuch",
        "podman run -p 1:1 IMAGE --nonesuch",
        "annex --nonesuch x",
    ):
        with pytest.raises((click.ClickException, click.exceptions.NoSuchOption, AssertionError)):
            commands.check(wrong)
    for wrong in ("--nonesuch", "--burned-in perhaps"):
        with pytest.raises(AssertionError):
            commands.option(wrong)


def fetched(command: str) -> bool:
    """Whether the models are here; fetching others would ask a package index."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return all(run(["models", "path", name]) == 0 for name in command.split()[3:])


_once: dict[str, scenes.Ran] = {}
"""What those gave that are run once for all pages."""


def same(command: str, printed: bool, language: str) -> str:
    """What commands have in common of which one is enough: their words in either language.

    What is printed, where a page shows it, is in the language of the page.
    """
    words = command.split("#")[0].strip().replace("文件夹", "FOLDER").replace("结果", "season")
    return f"{language}: {words}" if printed else words


def ran(scene: scenes.Scene, one: Checked, printed: bool) -> tuple[scenes.Ran | None, bool]:
    """What a command gave, and whether it was run now; ``None`` where it would fetch something."""
    command = one.item.text.split("#")[0].strip()
    if one.how is How.MODELS:
        return (scene.run(command), True) if fetched(command) else (None, False)
    key = same(command, printed, scene.language)
    now = one.how is How.RUN or key not in _once
    if not now:
        return _once[key], False
    scenes.chosen(scenes.BEFORE, one.item, lambda scene: None)(scene)
    made = scene.serve(command) if command.split()[1] == "serve" else scene.run(command)
    if one.how is How.ONCE:
        _once[key] = made
    return made, True


@pytest.mark.slow
@pytest.mark.parametrize("page", pages_of(given()))
def test_commands_run(
    page: str, work: Path, sample_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As printed, one after another, in the folder that the page speaks of."""
    if not fetched("bilingual models fetch whisper-base botok-words"):
        if os.environ.get("BILINGUAL_REQUIRE_MODELS"):
            pytest.fail("the models have not been fetched")
        pytest.skip("the models have not been fetched")
    scene = scenes.Scene(page, tmp_path, work, monkeypatch)
    (tmp_path / "sample").symlink_to(sample_folder)
    if "models." in page:
        monkeypatch.setenv("BILINGUAL_CACHE", str(tmp_path / "cache"))
    outputs = {i.after: i.text for i in items(page) if i.kind == "output"}
    for one in given():
        item = one.item
        if item.page != page:
            continue
        made, now = ran(scene, one, item.text in outputs)
        if made is None:
            continue
        if now:
            assert made.status == scenes.chosen(scenes.STATUS, item, 0), (item.text, made)
            assert "Traceback" not in made.err
            for path in re.findall(r"--(?:out|template|new-key) (\S+)", item.text):
                assert (tmp_path / path).exists(), item.text
            if "--open" in item.text:
                assert scene.opened
            scenes.chosen(scenes.AFTER, item, lambda scene: None)(scene)
        if item.text in outputs:
            assert_shown(outputs[item.text], made.out)


def assert_shown(shown: str, printed: str) -> None:
    """A page shows what is printed, in order; "…" on a line of its own is what it leaves out.

    Empty lines are not compared.
    """
    lines = iter(_plain(printed))
    left_out = False
    for line in _plain(shown):
        if line.strip() == LEFT_OUT:
            left_out = True
            continue
        assert line in (lines if left_out else [next(lines, None)]), line
        left_out = False
    assert left_out or list(lines) == [], "the page ends before the output"


def _plain(output: str) -> Iterator[str]:
    for line in filter(str.strip, output.splitlines()):
        plain = line.rstrip()
        for pattern in VARIES:
            plain = pattern.sub("(varies)", plain)
        yield plain


def test_an_output_that_differs_is_noticed() -> None:
    assert_shown("a\n…\nc\n", "a\nb\nc\n")
    assert_shown("…\nc  3.5 MB\n", "a\nb\nc  3.6 MB\n")
    for shown in ("a\nc\n", "a\nb\n", "…\nb\n", "b\n…\n", "a\n…\nd\n", "c\n…\na\n"):
        with pytest.raises(AssertionError):
            assert_shown(shown, "a\nb\nc\n")
