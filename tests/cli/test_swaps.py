"""A file that is replaced between two looks at it: no command mixes what was in it with what is.

A hook that sees every opening puts another file in the place of an input just before it would be
opened a second time. What a command prints and writes must be what it makes of the first file,
or it must say that the file has changed.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bilingual import verify
from bilingual.cli import run
from bilingual.config import Config
from bilingual.files import holding
from bilingual.render.review import report_digest
from tests.media.clips import make, picture, silence, tone

pytestmark = pytest.mark.skipif(os.name != "posix", reason="open files are replaced as on POSIX")

BO = "1\n00:00:00,100 --> 00:00:00,900\nཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།\n"
ZH = "1\n00:00:00,100 --> 00:00:00,900\n太阳是一颗恒星，3倍。\n"


@dataclass
class Watch:
    """Counts the openings of one path; before the second one it acts."""

    path: str = ""
    act: Callable[[], None] = lambda: None
    count: int = 0
    done: bool = False

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open" or not self.path:
            return
        given = arguments[0]
        named = isinstance(given, str | bytes | os.PathLike)
        if named and os.path.abspath(os.fsdecode(given)) == self.path:  # noqa: PTH100
            self.count += 1
            if self.count == 2:
                path, self.path = self.path, ""  # what it opens itself does not count
                self.act()
                self.path, self.done = path, True


WATCH = Watch()
sys.addaudithook(WATCH.hook)  # there is no way to take one away again


@contextlib.contextmanager
def replaced_on_the_way(path: Path, other: bytes) -> Iterator[Watch]:
    """Within the block the file becomes another one before it is opened a second time."""

    def act() -> None:
        new = path.with_name("other")
        new.write_bytes(other)
        new.replace(path)

    WATCH.path, WATCH.act, WATCH.count, WATCH.done = str(path), act, 0, False
    try:
        yield WATCH
    finally:
        WATCH.path = ""


@dataclass(frozen=True)
class Given:
    """The folder with the inputs of the commands."""

    folder: Path

    def __getitem__(self, name: str) -> Path:
        return self.folder / name


@pytest.fixture(scope="module")
def originals(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Every input by its name, and what is put in its place."""
    folder = tmp_path_factory.mktemp("swaps")
    made: list[dict[str, bytes]] = []
    for name, bo, zh, film in (
        ("a", BO, ZH, (picture("64x36", 3), tone(3))),
        ("b", BO.replace("ཉི་མ", "ཟླ་བ"), ZH.replace("3", "5"), (picture("64x36", 1), silence(1))),
    ):
        here = folder / name
        here.mkdir()
        (here / "bo.srt").write_text(bo, encoding="utf-8")
        (here / "zh.srt").write_text(zh, encoding="utf-8")
        make(here / "film.mp4", *film)
        settings = here / "c.toml"
        settings.write_text('[asr]\nengine = "off"\n[burned_in]\nmode = "off"\n')
        report = verify(
            here / "film.mp4",
            bo=here / "bo.srt",
            zh=here / "zh.srt",
            config=Config.load(settings),
        )
        (here / "report.json").write_text(report.to_json(), encoding="utf-8")
        review = {
            "schema": "bilingual.review/1",
            "report_sha256": report_digest(report),
            "reviewer": name,
            "items": [{"finding": 0, "state": "confirmed", "note": name}],
        }
        (here / "review.json").write_text(json.dumps(review), encoding="utf-8")
        sheet = f"zh_cue,zh_text,zh_corrected\n1,{ZH.splitlines()[2]},太阳{name}。\n"
        (here / "sheet.csv").write_text(sheet, encoding="utf-8")
        (here / "glossary.tsv").write_text(f"zh\tbo\n太阳\tཉི་མ\n恒星{name}\tསྐར\n", encoding="utf-8")
        made.append({p.name: p.read_bytes() for p in here.iterdir()})
    return made[0], made[1]


def commands(given: Given, out: Path) -> dict[str, tuple[list[str | Path], list[str]]]:
    """Command lines, and the inputs of each that are replaced."""
    both: list[str | Path] = ["--bo", given["bo.srt"], "--zh", given["zh.srt"]]
    off: list[str | Path] = ["--asr", "off", "--config", given["c.toml"]]
    film, report = given["film.mp4"], given["report.json"]
    annex: list[str | Path] = ["annex", report, "--title", "题", "--party", "人", "--out"]
    return {
        "align": (["align", *both], ["bo.srt", "zh.srt"]),
        "fix": (["fix", *both, *off, "--out", out], ["bo.srt", "zh.srt"]),
        "fix with a sheet": (
            [
                "fix",
                "--zh",
                given["zh.srt"],
                *off,
                "--from-sheet",
                given["sheet.csv"],
                "--out",
                out,
            ],
            ["zh.srt", "sheet.csv"],
        ),
        "terms mine": (["terms", "mine", *both], ["bo.srt", "zh.srt"]),
        "terms check": (["terms", "check", given["glossary.tsv"]], ["glossary.tsv"]),
        "transcribe": (["transcribe", film, *off], ["film.mp4"]),
        "verify": (
            ["verify", film, *both, *off, "--format", "json", "--out", out / "report.json"],
            ["film.mp4", "bo.srt", "zh.srt", "c.toml"],
        ),
        "show": (
            ["show", report, "--review", given["review.json"], "--out", out / "page.html"],
            ["report.json", "review.json"],
        ),
        "annex": (
            [*annex, out / "annex.html", "--review", given["review.json"], "--video", film, *both],
            ["report.json", "review.json", "film.mp4", "bo.srt", "zh.srt"],
        ),
    }


WHAT = [
    (name, target)
    for name, (_, targets) in commands(Given(Path("/")), Path("/")).items()
    for target in targets
]


Outcome = tuple[int, str, dict[str, str]]


def outcome(line: list[str | Path], out: Path) -> Outcome:
    """Exit status, what was printed, what was written; without times and folders."""
    out.mkdir()
    said, wrong = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(wrong):
        status = run([str(word) for word in line])
    files = {p.name: _plain(p.read_text("utf-8")) for p in sorted(out.iterdir())}
    return status, _plain(said.getvalue() + (wrong.getvalue() if status == 2 else "")), files


def _plain(text: str) -> str:
    text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[:\d.+Z]*", "TIME", text)
    return re.sub(r"/[^\s\"'<>，。]*?/(work|out-\d)", "FOLDER", text)


@pytest.fixture(scope="module")
def plain(
    originals: tuple[dict[str, bytes], dict[str, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Outcome]:
    """What each command makes of the first files, nothing being replaced."""
    known: dict[str, Outcome] = {}

    def of(name: str) -> Outcome:
        if name not in known:
            known[name] = tried(name, originals[0], tmp_path_factory.mktemp("plain"))
        return known[name]

    return of


def tried(
    name: str, files: dict[str, bytes], folder: Path, target: str = "", other: bytes = b""
) -> Outcome:
    """A command on these files, one of which is replaced on the way."""
    work = folder / "work"
    work.mkdir()
    for file, data in files.items():
        (work / file).write_bytes(data)
    line, _ = commands(Given(work), folder / "out-1")[name]
    if not target:
        return outcome(line, folder / "out-1")
    with replaced_on_the_way(work / target, other) as watch:
        found = outcome(line, folder / "out-1")
    assert watch.count >= 1  # it is an input of this command
    assert watch.done or found[0] != 2
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("name", "target"), WHAT)
def test_a_file_that_is_replaced_on_the_way(
    name: str,
    target: str,
    originals: tuple[dict[str, bytes], dict[str, bytes]],
    plain: Callable[[str], Outcome],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    monkeypatch.setattr(holding, "COPIED_BYTES", 0)  # kept open, as large files are
    before = plain(name)
    after = tried(name, originals[0], tmp_path, target, originals[1][target])
    assert before[0] in (0, 1), before[1]
    if after[0] == 2:
        # It changed while it was read, or is not the report's before it is read.
        assert "改" in after[1] or "已不是报告所核查的文件" in after[1], after[1]
        assert after[2] == {}
    else:
        assert after == before
