"""What the answers to common problems say is tried: the problem is made, and what is advised done."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import re
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from bilingual import Config
from bilingual.cli import run
from bilingual.media.binaries import ffmpeg_binaries
from bilingual.model import Report
from bilingual.model.review import FindingDecision, Review
from bilingual.render.review import finding_keys, review_json
from bilingual.sample.script import script
from tests.docs.checked import ANSWERS, check_of
from tests.docs.found import ROOT, items, text
from tests.docs.scenes import Ran, Scene
from tests.golden.cases import clock, srt

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the docs lie in the checkout")

ZH = tuple((c.start_ms, c.end_ms, c.text) for c in script().track("zh").cues)
BO = tuple((c.start_ms, c.end_ms, c.text) for c in script().track("bo").cues)


def late(by_ms: int) -> str:
    """The Tibetan of the sample, all of it so much later."""
    return srt(tuple((start + by_ms, end + by_ms, words) for start, end, words in BO))


@pytest.fixture
def given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """Runs a command line in a folder with a sound pair, ``bo.srt`` and ``zh.srt``."""
    monkeypatch.chdir(tmp_path)
    Path("bo.srt").write_text(srt(BO), encoding="utf-8")
    Path("zh.srt").write_text(srt(ZH), encoding="utf-8")

    def call(*words: str) -> Ran:
        capsys.readouterr()
        status = run(list(words))
        said = capsys.readouterr()
        return Ran(status=status, out=said.out, err=said.err)

    return call


PAIR = ("verify", "--bo", "bo.srt", "--zh", "zh.srt")


def saved(given: Callable[..., Ran], *more: str) -> Report:
    """The report on the pair."""
    return Report.from_json(given(*PAIR, *more, "--format", "json").out)


def test_every_question_has_its_test() -> None:
    for page in ("docs/faq.md", "docs/faq.zh.md"):
        asked = [item for item in items(page) if item.kind == "question"]
        assert len(asked) == len(ANSWERS)
        assert [check_of(item).by for item in asked] == [by for _, by in ANSWERS]
    assert all(
        item.text.startswith(begins)
        for item, (begins, _) in zip(
            (i for i in items("docs/faq.md") if i.kind == "question"), ANSWERS, strict=True
        )
    )


# Installation


def rows(given: Callable[..., Ran]) -> dict[str, dict[str, Any]]:
    """What ``bilingual doctor`` found, by its id."""
    found = json.loads(given("doctor", "--format", "json").out)["checks"]
    return {row["id"]: row for row in found}


def test_doctor_says_which_ffmpeg_is_used(given: Callable[..., Ran]) -> None:
    (row,) = [row for name, row in rows(given).items() if name.startswith("ffmpeg")]
    assert row["state"] == "ok"
    used = ffmpeg_binaries(Config.load().media.ffmpeg)
    assert used.ffmpeg.is_file()
    assert str(used.ffmpeg) in row["message"]
    assert used.version in row["message"]


def test_torch_is_in_no_set_but_asked_for_by_those_named() -> None:
    """The pinned sets name no torch; openai-whisper, transformers and all need it."""
    import tomllib

    fast = (ROOT / "requirements/fast-asr.txt").read_text(encoding="utf-8")
    assert "\ntorch==" not in fast
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert any(each.startswith("openai-whisper") for each in extras["asr"])
    assert any(each.startswith(("transformers", "torch")) for each in extras["transformers"])
    assert not any("torch" in each or "openai" in each for each in extras["fast-asr"])


def test_the_cache_can_be_elsewhere(
    given: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BILINGUAL_CACHE", str(tmp_path / "usb"))
    (row,) = [row for name, row in rows(given).items() if name.startswith("cache")]
    assert str(tmp_path / "usb") in row["message"]


@pytest.mark.slow
def test_without_a_speech_model_the_command_is_said(
    given: Callable[..., Ran], work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BILINGUAL_CACHE", str(tmp_path / "empty"))
    ran = given("verify", str(work / "video.mp4"), "--zh", "zh.srt", "--lang", "en")
    assert "the speech model is missing" in ran.out
    commands = {row["command"] for row in rows(given).values()}
    assert {f"bilingual models fetch {name}" for name in ("base", "botok-words")} <= commands
    (command,) = [i.text for i in items("docs/faq.md") if "models fetch" in i.text]
    assert command == "bilingual models fetch whisper-base botok-words"


def test_a_page_brings_its_own_tibetan_font(given: Callable[..., Ran]) -> None:
    given(*PAIR, "--out", "report.html")
    page = Path("report.html").read_text(encoding="utf-8")
    assert re.search(r"font-family:[^;{}]*Bilingual Tibetan[^;{}]*;", page)  # texts ask for it
    (packed,) = re.findall(
        r'@font-face\{font-family:"Bilingual Tibetan";[^}]*url\("data:font/woff;base64,([^"]+)',
        page,
    )
    glyphs = TTFont(io.BytesIO(base64.b64decode(packed))).getBestCmap()
    shown = {ord(char) for _, _, words in BO for char in words if "\u0f00" <= char <= "\u0fff"}
    assert len(shown) > 30
    assert shown <= set(glyphs)


# Checking


def test_a_folder_with_two_that_might_be_meant(given: Callable[..., Ran]) -> None:
    Path("work").mkdir()
    for name, words in (("a.srt", srt(BO)), ("b.srt", late(40)), ("zh.srt", srt(ZH))):
        Path("work", name).write_text(words, encoding="utf-8")
    ran = given("verify", "work", "--format", "json")
    assert ran.status == 2
    assert json.loads(ran.out)["error"]["code"] == "inputs-ambiguous"
    assert given("verify", "--bo", "work/a.srt", "--zh", "work/zh.srt").status == 0


def test_one_file_with_both_languages(given: Callable[..., Ran]) -> None:
    both = (
        f"{n}\n{clock(a)} --> {clock(b)}\n{zh}\n{bo}\n"
        for n, ((a, b, zh), (_, _, bo)) in enumerate(zip(ZH, BO, strict=True), 1)
    )
    Path("both.srt").write_text("\n".join(both), encoding="utf-8")
    tracks = json.loads(given("verify", "both.srt", "--format", "json").out)["tracks"]
    assert {side: len(track["cues"]) for side, track in tracks.items()} == {
        "bo": len(BO),
        "zh": len(ZH),
    }


def test_what_is_unknown_is_listed_at_the_end() -> None:
    """In the report on the sample that is narrated in Tibetan, which the goldens keep."""
    for language, heading in (
        ("zh", "未能判断（* 为必查项目）"),
        ("en", "Could not be judged (* "),
    ):
        golden = ROOT / "tests/golden/data/sample-tibetan-narration" / f"report.{language}.txt"
        report = golden.read_text(encoding="utf-8")
        assert {"zh": "结论：无法判断", "en": "Verdict: unknown"}[language] in report
        assert re.search(r"\*[；;\n]", report.partition(heading)[2])


class _ReadError(Exception):
    """Enough was seen."""


OFF = ["--asr", "off"]
_MOMENTS = "bilingual.ocr.read_sample"


@pytest.mark.slow
def test_the_subtitles_alone_take_neither_sound_nor_picture(
    given: Callable[..., Ran], work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As they are in other checks, where the same functions are called."""
    called: list[str] = []

    def noted(name: str) -> Callable[..., None]:
        def call(*_: Any, **__: Any) -> None:
            called.append(name)
            raise _ReadError

        return call

    monkeypatch.setattr("bilingual.ocr.unavailable", lambda: None)
    for name, whole in (("picture", "bilingual.ocr.read_burned_in"), ("moments", _MOMENTS)):
        monkeypatch.setattr(whole, noted(name))
    monkeypatch.setattr("bilingual.asr.listening.choose", noted("sound"))
    for more, read in (([], "sound"), (["--burned-in", "on"], "picture"), (OFF, "moments")):
        with contextlib.suppress(_ReadError):
            given("verify", str(work), *more)
        assert called == [read]
        called.clear()
    ran = given("verify", str(work), *OFF, "--burned-in", "off", "--format", "json")
    assert called == []
    report = json.loads(ran.out)
    assert report["burned_in"] is None or not any((report["burned_in"] or {}).values())
    assert not (report["speech"] or {}).get("segments")
    assert "number-mismatch" in [finding["rule"] for finding in report["findings"]]


def test_a_false_alarm_is_remembered(given: Callable[..., Ran]) -> None:
    wrong = srt(BO).replace("༡༠༩", "༡༩༠")
    assert wrong != srt(BO)
    Path("bo.srt").write_text(wrong, encoding="utf-8")
    report = saved(given)
    (number,) = [n for n, f in enumerate(report.findings) if f.rule == "number-mismatch"]
    decision = FindingDecision(key=finding_keys(report)[number], state="dismissed", by="卓玛")
    Path("review.json").write_text(review_json(Review(findings=(decision,))), encoding="utf-8")
    # Another line is changed meanwhile: the decision holds in the report on the new version.
    Path("bo.srt").write_text(wrong.replace(BO[0][2], BO[0][2] + " "), encoding="utf-8")
    Path("new.json").write_text(saved(given).to_json(), encoding="utf-8")
    ran = given("show", "new.json", "--review", "review.json", "--format", "json")
    reviewed = Report.from_json(ran.out).review
    assert reviewed is not None
    assert reviewed.changed == ()
    assert reviewed.settled.verdict == "pass"
    assert Report.from_json(ran.out).verdict == "fail"


def test_a_threshold_is_changed_in_a_settings_file(given: Callable[..., Ran]) -> None:
    settings = Path("s.toml")
    settings.write_text("[quality]\nmin_cue_ms = 60_000\n", encoding="utf-8")
    assert len(saved(given, "--config", "s.toml").findings) > len(saved(given).findings)


def test_what_is_early_or_late_as_a_whole(given: Callable[..., Ran]) -> None:
    """By two files alone which is wrong cannot be known: listed, and made with --unsafe."""
    Path("bo.srt").write_text(late(2500), encoding="utf-8")
    fix = ("fix", "--bo", "bo.srt", "--zh", "zh.srt", "--out", "fixed")
    given(*fix)
    assert not Path("fixed/bo.fixed.srt").exists()
    given(*fix, "--unsafe")
    assert Path("fixed/bo.fixed.srt").read_text(encoding="utf-8").split() == srt(BO).split()


@pytest.mark.slow
def test_the_narration_shows_what_is_late(given: Callable[..., Ran], work: Path) -> None:
    Path("bo.srt").write_text(late(2500), encoding="utf-8")
    given("fix", str(work / "video.mp4"), "--bo", "bo.srt", "--zh", "zh.srt", "--out", "fixed")
    first = Path("fixed/bo.fixed.srt").read_text(encoding="utf-8").splitlines()[1]
    begins = int(first[6:8]) * 1000 + int(first[9:12])
    assert abs(begins - BO[0][0]) < 400


# Results


def test_a_pass_says_what_it_does_not_mean(given: Callable[..., Ran]) -> None:
    for language, said in (("en", "does not certify the translation"), ("zh", "不证明翻译准确")):
        ran = given(*PAIR, "--lang", language)
        assert ran.status == 0
        assert said in ran.out


@pytest.mark.slow
def test_nothing_is_sent(
    given: Callable[..., Ran], work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By Python, on a film with all that is looked for; ffmpeg may open what it is given alone.

    That it cannot open an address is shown in ``tests/media/test_process.py``:
    ``test_the_command_opens_nothing_but_our_descriptor``.
    """
    commands: list[list[str]] = []
    started = subprocess.Popen.__init__

    def start(self: Any, args: Any, *more: Any, **named: Any) -> None:
        commands.append([str(word) for word in args])
        started(self, args, *more, **named)

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a connection")

    monkeypatch.setattr(subprocess.Popen, "__init__", start)
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    ran = given("verify", str(work), "--format", "json")
    assert ran.status == 1, ran.err
    assert json.loads(ran.out)["speech"]["spans"]  # the sound was decoded
    reading = [words for words in commands if "-i" in words]
    assert len(reading) > 1
    for words in reading:
        assert words[words.index("-protocol_whitelist") + 1] in ("fd", "file"), words


def test_the_same_files_give_the_same(given: Callable[..., Ran]) -> None:
    one, other = (json.loads(given(*PAIR, "--format", "json").out) for _ in range(2))
    assert {"version", "dependencies", "models"} <= set(one["provenance"])
    for report in (one, other):
        report["provenance"].pop("created")
    assert one == other


def test_an_annex_that_was_changed(given: Callable[..., Ran]) -> None:
    given(*PAIR, "--out", "report.json")
    annex = ("annex", "report.json", "--title", "太阳", "--party", "组", "--out", "annex.pdf")
    assert given("annex", "--new-key", "key.pem").status == 0
    assert given(*annex, "--key", "key.pem").status == 0
    check = ("annex", "--check", "annex.json", "--sig", "annex.json.sig")
    assert given(*check, "--public-key", "key.pub.pem").status == 0
    assert given(*check).status == 3  # by whom is not known
    changed = Path("annex.json").read_text(encoding="utf-8").replace("太阳", "月亮")
    Path("annex.json").write_text(changed, encoding="utf-8")
    assert given(*check, "--public-key", "key.pub.pem").status == 1


def test_what_the_faq_names_is_on_other_pages() -> None:
    """Codes of 429 and 503 are in a table, and what is kept in another."""
    page = text("docs/serve.md")
    assert "| 429 `queue-full` |" in page
    assert "## What is kept, where, how long" in page


@pytest.fixture
def scene(work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The folder of the page."""
    (tmp_path / "scene").mkdir()
    return Scene("docs/faq.md", tmp_path / "scene", work, monkeypatch)


@pytest.mark.slow
def test_the_picture_is_read(scene: Scene) -> None:
    """By the command of the page, into a file of subtitles."""
    pytest.importorskip("rapidocr", reason="needs the extra ocr")
    from tests.burned_videos import Scene as Film
    from tests.burned_videos import Text, draw
    from tests.ocr.drawn import CHINESE

    shutil.rmtree(scene.folder / "FOLDER")
    shown = [
        Text(start_ms=start, end_ms=start + 1200, text=words, font=CHINESE, size=0.06)
        for start, words in ((400, "太阳每天从东方升起"), (1800, "水在零度结成冰"))
    ]
    film = Film(texts=shown, duration_ms=4000, background="moving", width=960, height=540)
    draw(film, scene.folder / "video.mp4")
    (command,) = [i.text for i in items("docs/faq.md") if " ocr video" in i.text]
    ran = scene.run(command)
    assert ran.status == 0, ran
    written = "".join(p.read_text(encoding="utf-8") for p in Path("FOLDER").iterdir())
    assert "太阳每天从东方升起" in written
