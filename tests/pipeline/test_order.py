"""What is cheap comes first, and is told before a film is read from end to end."""

from __future__ import annotations

import pickle
from pathlib import Path

import msgspec
import pytest

import bilingual
from bilingual.cli import run
from bilingual.config import Config
from bilingual.model import CheckVerdict, FirstLook, Report
from tests.media.clips import make, picture, tone

ZH = (
    "1\n00:00:00,000 --> 00:00:01,000\n太阳很大。\n\n2\n00:00:01,200 --> 00:00:02,000\n月亮很小。\n"
)
BO = (
    "1\n00:00:00,000 --> 00:00:01,000\nཉི་མ་ཆེན་པོ་ཡིན།\n\n"
    "2\n00:00:01,200 --> 00:00:02,000\nཟླ་བ་ཆུང་ངུ་ཡིན།\n"
)
ASR_OFF = msgspec.structs.replace(
    Config.load(), asr=msgspec.structs.replace(Config.load().asr, engine="off")
)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("order") / "film.mp4", picture(seconds=3), tone(3))


@pytest.fixture
def tracks(tmp_path: Path) -> dict[str, Path]:
    (tmp_path / "bo.srt").write_text(BO, "utf-8")
    (tmp_path / "zh.srt").write_text(ZH, "utf-8")
    return {"bo": tmp_path / "bo.srt", "zh": tmp_path / "zh.srt"}


def watched(
    film: Path, tracks: dict[str, Path], config: Config
) -> tuple[Report, list[str], list[FirstLook]]:
    stages: list[str] = []
    looks: list[FirstLook] = []

    def watch(stage: str, done: float, total: float | None) -> None:
        stages.append(str(stage))
        if isinstance(stage, FirstLook):
            looks.append(stage)
            assert (done, total) == (
                sum(f.severity.value == "error" for f in stage.findings),
                len(stage.findings),
            )

    report = bilingual.verify(film, **tracks, config=config, progress=watch)  # type: ignore[arg-type]
    return report, list(dict.fromkeys(stages)), looks


def test_the_files_facts_are_told_before_anything_long(film: Path, tracks: dict[str, Path]) -> None:
    report, stages, looks = watched(film, tracks, ASR_OFF)
    assert stages.index("first-look") < stages.index("align") < stages.index("audio")
    told = {finding.rule for finding in looks[0].findings}
    assert told == {"duration", "file-size", "resolution"}
    assert all(finding in report.findings for look in looks for finding in look.findings)
    # The film is read all the same.
    whole = {check.rule: check.verdict for check in report.checks}
    assert whole["media-truncated"] is CheckVerdict.PASS


def test_fail_fast_ends_there(film: Path, tracks: dict[str, Path]) -> None:
    config = msgspec.structs.replace(ASR_OFF, fail_fast=True)
    report, stages, _ = watched(film, tracks, config)
    assert not {"audio", "speech", "burned-in", "transcribe"} & set(stages)
    reasons = {c.rule: c.reason.code for c in report.checks if c.reason is not None}
    for rule in ("media-truncated", "media-hole", "no-audio", "audio-channels", "speech-uncovered"):
        assert reasons[rule] == "fail-fast"
    assert report.verdict == "fail"
    assert report.alignment is not None


def test_without_an_error_fail_fast_goes_on(film: Path, tracks: dict[str, Path]) -> None:
    rules = msgspec.structs.replace(ASR_OFF.rules, off=("duration", "file-size", "resolution"))
    config = msgspec.structs.replace(ASR_OFF, fail_fast=True, rules=rules)
    report, stages, _ = watched(film, tracks, config)
    assert "audio" in stages
    assert report.speech is not None


def test_findings_cross_to_another_process() -> None:
    look = FirstLook(())
    again = pickle.loads(pickle.dumps(look))
    assert (again, again.findings) == ("first-look", ())


def test_the_terminal_says_it_at_once(
    film: Path, tracks: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["verify", str(film), "--bo", str(tracks["bo"]), "--zh", str(tracks["zh"])]
    assert run([*arguments, "--asr", "off", "--fail-fast", "--lang", "en"]) == 1
    shown = capsys.readouterr().err
    first, last = shown.index("3.0 s; 120 to 300 s"), shown.index("Applying")
    assert first < last


# What such files begin with; the rest does not matter, for they are not opened.
NAMED = {
    "asf": bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"),
    "rm": b".RMF\0\0\0\x12\0\0",
    "mpeg": b"\0\0\x01\xba\x44\0\x04\0",
}


@pytest.mark.parametrize("container", NAMED)
def test_other_containers_are_named_and_the_rest_is_checked(
    container: str, tracks: dict[str, Path], tmp_path: Path
) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(NAMED[container] + bytes(5000))
    report, _, _ = watched(path, tracks, ASR_OFF)
    found = {finding.rule: finding for finding in report.findings}
    assert found["container"].params["found"] == container
    assert {"file-size"} <= set(found)
    assert report.media is not None
    assert report.media.complete is None
    reasons = {c.rule: c.reason.code for c in report.checks if c.reason is not None}
    for rule in ("duration", "media-truncated", "no-audio", "speech-uncovered"):
        assert reasons[rule] == "container-unread"
    assert {c.rule for c in report.checks if c.verdict is CheckVerdict.PASS} >= {
        "missing-translation",
        "cue-overlap",
    }


@pytest.mark.parametrize(
    ("ending", "codec"), [("avi", "mpeg4"), ("flv", "libx264"), ("ts", "libx264")]
)
def test_these_containers_are_named_and_read(
    ending: str, codec: str, tracks: dict[str, Path], tmp_path: Path
) -> None:
    options = {"vcodec": codec, "acodec": "libmp3lame" if ending == "avi" else "aac"}
    sound = tone(3).filter_("aresample", 44_100)
    path = make(tmp_path / f"x.{ending}", picture(seconds=3), sound, **options)
    report, _, _ = watched(path, tracks, ASR_OFF)
    container = {"ts": "mpegts"}.get(ending, ending)
    (found,) = [f for f in report.findings if f.rule == "container"]
    assert found.params["found"] == container
    assert report.media is not None
    assert report.media.complete is True
    assert report.media.duration_ms == pytest.approx(3000, abs=120)
    assert report.speech is not None
