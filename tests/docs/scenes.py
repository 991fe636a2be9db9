"""The folder that a page's commands are run in, with the files that the page speaks of.

The work is the faulty sample with a small film: the same narration and subtitles, a picture
that is soon read. Where a page shows what is printed, it is the sample itself.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import as_file
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest

from bilingual.cli import run
from bilingual.media.ffmpeg import encode
from bilingual.model import Report
from bilingual.model.review import CueDecision, FindingDecision, PointDecision, Review, Reviewer
from bilingual.render.review import finding_keys, pair_keys, point_keys, review_json
from bilingual.sample.faults import plant
from bilingual.sample.script import ASSETS, script
from tests.docs.found import Item, words_of
from tests.server.running import HOME
from tests.support import unmeasured

FOLDERS: Final = {"zh": "文件夹", "en": "FOLDER"}
"""What pages call the folder of a work."""
HIDDEN: Final = "\u200b"
_SERVED_S: Final = 120
CORRECTED: Final = "你想过太阳离我们有多远吗？"


def small_film(path: Path) -> None:
    """The narration of the sample, decoded to the same sound, over a picture without anything."""
    import ffmpeg

    words = script()
    with as_file(ASSETS / "narration.ogg") as narration:
        picture = ffmpeg.input("color=c=navy:size=320x180:rate=5", f="lavfi")
        options = {
            "c:v": "libx264",
            "preset": "ultrafast",
            "pix_fmt": "yuv420p",
            "g": 10,
            "c:a": "aac",
            "b:a": 128_000,
            "ac": 2,
            "ar": 48_000,
            "bitexact": None,
            "t": words.duration_ms / 1000,
            "map_metadata": -1,
        }
        sound = ffmpeg.input(str(narration)).audio
        encode(ffmpeg.output(picture, sound, str(path), **options))


def write_work(folder: Path) -> None:
    """A work with planted faults, and a character that can be taken out for certain."""
    folder.mkdir(parents=True)
    small_film(folder / "video.mp4")
    words = script()
    bo, _ = plant(words.track("bo"), words.track("zh"))
    text = bo.to_srt().replace("\u0f0b", f"\u0f0b{HIDDEN}", 1)
    (folder / "bo.srt").write_text(text, encoding="utf-8")
    (folder / "zh.srt").write_text(words.track("zh").to_srt(), encoding="utf-8")


def review_of(report: Report) -> str:
    """A reviewer's decision of each kind on a report."""
    point = next(iter(point_keys(report).values()))
    made = Review(
        reviewer=Reviewer(name="卓玛"),
        findings=(FindingDecision(key=finding_keys(report)[-1], state="dismissed", note="对"),),
        cues=(CueDecision(key=pair_keys(report)[0], state="confirmed-correct"),),
        points=(PointDecision(key=point, state="holds"),),
    )
    return review_json(made)


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a command gave."""

    status: int
    out: str
    err: str


class Scene:
    """A folder in which the commands of one page are run, one after another."""

    def __init__(self, page: str, folder: Path, work: Path, patch: pytest.MonkeyPatch) -> None:
        self.language = "zh" if ".zh." in page else "en"
        self.folder, self._work = folder, work
        self.opened: list[str] = []
        patch.setattr("webbrowser.open", self._open)
        patch.setenv("LANGUAGE", "zh" if self.language == "zh" else "en")
        patch.chdir(folder)
        self._lay(folder)
        self._lay(folder / FOLDERS[self.language])
        for side in ("bo", "zh"):
            self._copy(f"{side}.srt", folder / f"film.{side}.srt")
        for name in ("report.json", "review.json"):
            self._copy(name, folder / name)

    def _open(self, address: str, *_: object) -> bool:
        self.opened.append(address)
        return True

    def _copy(self, name: str, target: Path) -> None:
        shutil.copyfile(self._work / name, target)

    def _lay(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        for name in ("video.mp4", "bo.srt", "zh.srt"):
            self._copy(name, folder / name)

    def run(self, command: str) -> Ran:
        """Run a command as it is printed."""
        program, *words = words_of(command)
        assert program == "bilingual"
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            home = f"{self.folder}/home/"
            status = run([re.sub("^~/", home, word) for word in words])
        return Ran(status=status, out=out.getvalue(), err=err.getvalue())

    def serve(self, command: str) -> Ran:
        """Start a service as it is printed, but on loopback with a folder here; ask it; end it."""
        program, *words = shlex.split(command, comments=True)
        assert program == "bilingual"
        here = {"--host": "127.0.0.1", "--data": str(self.folder / "data")}
        for option, value in here.items():
            if option in words:
                words[words.index(option) + 1] = value
            else:
                words += [option, value]
        if "--token-file" in words:
            tokens = "office submit,operate o1-only-for-this-test-0001\n"
            (self.folder / words[words.index("--token-file") + 1]).write_text(tokens, "utf-8")
        command_line = [sys.executable, "-P", "-m", "bilingual", *words, "--port", "0"]
        with subprocess.Popen(
            command_line,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**unmeasured(), "PYTHONPATH": HOME, "PYTHONUTF8": "1"},
        ) as process:
            # A service that says nothing or does not end is ended, and so what is read from it.
            late = threading.Timer(_SERVED_S, process.kill)
            late.start()
            try:
                assert process.stdout is not None
                said = process.stdout.readline()
                address = said.partition("http://")[2].strip()
                if address:
                    url = f"http://{address.rstrip('/')}/healthz"
                    with urllib.request.urlopen(url, timeout=_SERVED_S) as answer:
                        assert answer.status == 200
                process.terminate()
                out, err = process.communicate(timeout=_SERVED_S)
            finally:
                late.cancel()
                process.kill()
        return Ran(status=process.returncode if address else 2, out=said + out, err=err)


def write_report(work: Path) -> Report:
    """Check the work once for all pages; its report and a review of it lie beside it."""
    with contextlib.chdir(work):
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            words = ["verify", "video.mp4", "--bo", "bo.srt", "--zh", "zh.srt"]
            assert run([*words, "--out", "report.json"]) == 1
        report = Report.from_json(Path("report.json").read_text(encoding="utf-8"))
        Path("review.json").write_text(review_of(report), encoding="utf-8")
    return report


# What a reader does between two commands.


def fill_table(scene: Scene) -> None:
    """A row of the template's for the work; the example goes."""
    path = scene.folder / "works.xlsx"
    if not path.exists():
        scene.run("bilingual batch --template works.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[1]}
    values = {"编号": "1", "视频文件": "video.mp4", "藏文字幕": "bo.srt", "中文字幕": "zh.srt"}
    row = sheet.max_row + 1
    for head, value in values.items():
        sheet.cell(row=row, column=heads[head], value=value)
    book.save(path)


def sign_annex(scene: Scene) -> None:
    """Whoever sent the annex has signed it."""
    scene.run("bilingual annex --new-key key.pem")
    words = "--title T --party P --key key.pem --out annex.pdf --force"
    assert scene.run(f"bilingual annex report.json {words}").status == 0


def small_encoder(scene: Scene) -> None:
    """In the place of LaBSE's folder, an encoder of the same layout that knows these texts."""
    from tests.translation import real_models

    folder = scene.folder / "home" / "models" / "LaBSE"
    folder.parent.mkdir(parents=True)
    real_models.table(folder)


def fill_sheet(scene: Scene) -> None:
    """The translator corrects a text."""
    book = openpyxl.load_workbook("sheet.xlsx")
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[1]}
    head = "改正后的中文" if scene.language == "zh" else "Corrected Chinese"
    sheet.cell(row=2, column=heads[head], value=CORRECTED)
    book.save("sheet.xlsx")


# What is so when a command has run.


def fixed_beside(scene: Scene) -> None:
    """The fixed file lies beside the original, which is as it was."""
    folder = scene.folder / FOLDERS[scene.language]
    assert HIDDEN in (folder / "bo.srt").read_text(encoding="utf-8")
    assert HIDDEN not in (folder / "bo.fixed.srt").read_text(encoding="utf-8")


def corrected(scene: Scene) -> None:
    """The translator's text is in the new subtitles."""
    found = [path.read_text(encoding="utf-8") for path in Path("fixed").glob("zh*.srt")]
    assert any(CORRECTED in text for text in found)


def signed(scene: Scene) -> None:
    """The annex and all that the guide says is beside it."""
    for name in ("annex.pdf", "annex.appendix.txt", "annex.json", "annex.json.sig"):
        assert Path(name).stat().st_size > 50


def works_of_batch(scene: Scene) -> None:
    """The overview, and a report of the work."""
    (folder,) = (p.parent for p in scene.folder.glob("*/batch.json"))
    for name in ("index.html", "batch.xlsx", "works/1/report.html", "works/1/report.json"):
        assert (folder / name).is_file(), name


BEFORE: Final[Mapping[tuple[str, str], Any]] = {
    ("*", "batch works.xlsx"): fill_table,
    ("reviewers", "annex --check"): sign_annex,
    ("faq", "annex --check"): sign_annex,
    ("models", "models add"): small_encoder,
    ("guide", "fix --bo bo.srt --zh zh.srt --from-sheet"): fill_sheet,
}
"""What is done before a command, by page (``*``: any) and beginning."""

AFTER: Final[Mapping[tuple[str, str], Any]] = {
    ("creators", f"fix {FOLDERS['zh']} --out"): fixed_beside,
    ("creators", f"fix {FOLDERS['en']} --out"): fixed_beside,
    ("guide", "fix --bo bo.srt --zh zh.srt --from-sheet"): corrected,
    ("guide", "annex --check"): signed,
    ("*", "batch works.xlsx"): works_of_batch,
}
"""What is so after a command."""

STATUS: Final[Mapping[tuple[str, str], int]] = {
    ("*", "verify"): 1,  # faults are planted
    ("*", "batch works.xlsx"): 1,
    ("*", "serve"): 143,
}
"""Exit statuses other than 0."""


def chosen(table: Mapping[tuple[str, str], Any], item: Item, default: Any) -> Any:
    """What a table has for a command of a page."""
    stem = Path(item.page).name.split(".")[0]
    words = " ".join(words_of(item.text)[1:])
    for (page, beginning), value in table.items():
        if page in ("*", stem) and words.startswith(beginning):
            return value
    return default
