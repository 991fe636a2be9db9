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
from tests.docs.checked import COMMANDS, How, checked
from tests.docs.found import Item, items, pages

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the docs lie in the checkout")

VARIES = (re.compile(r"\d+\.\d MB$"),)
"""What may differ from what a page shows: the size of the film, which is the encoder's."""
LEFT_OUT = "…"


def of_kind(how: How) -> list[Item]:
    """What is checked in that way here."""
    return [one.item for one in checked() if one.how is how and one.by.startswith(COMMANDS)]


def named(found: list[Item]) -> list[str]:
    """The pages that these are on, in order."""
    return list(dict.fromkeys(item.page for item in found))


@pytest.mark.parametrize("page", pages())
def test_what_can_be_given(page: str) -> None:
    """Programs, their options and arguments are there."""
    parsed = (How.PARSED, How.RUN)
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


_served: dict[str, scenes.Ran] = {}


def given(scene: scenes.Scene, item: Item) -> scenes.Ran | None:
    """What a command gave; ``None`` where it was run before, or would need the network."""
    command = item.text.split("#")[0].strip()
    words = command.split()
    if words[1:3] == ["models", "fetch"]:
        return scene.run(command) if fetched(command) else None
    if words[1] not in scenes.ONCE:
        return scene.run(command)
    if command in _served:
        return None
    _served[command] = scene.serve(command) if words[1] == "serve" else scene.run(command)
    return _served[command]


@pytest.mark.slow
@pytest.mark.parametrize("page", named(of_kind(How.RUN)))
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
    for item in of_kind(How.RUN):
        if item.page != page:
            continue
        scenes.chosen(scenes.BEFORE, item, lambda scene: None)(scene)
        ran = given(scene, item)
        if ran is None:
            continue
        expected = scenes.chosen(scenes.STATUS, item, 0)
        assert ran.status == expected, (item.text, ran)
        assert "Traceback" not in ran.err
        for path in re.findall(r"--(?:out|template|new-key) (\S+)", item.text):
            assert (tmp_path / path).exists(), item.text
        if "--open" in item.text:
            assert scene.opened
        scenes.chosen(scenes.AFTER, item, lambda scene: None)(scene)
        if item.text in outputs:
            assert_shown(outputs[item.text], ran.out)


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
