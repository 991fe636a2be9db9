"""Which ffmpeg, and what is known of it."""

from __future__ import annotations

import dataclasses
import logging
import tomllib
from importlib import resources
from pathlib import Path

import pytest

from bilingual.errors import DependencyError
from bilingual.media import binaries
from bilingual.media.binaries import Binaries, ffmpeg_binaries, weaknesses


def test_the_bundled_build_is_static_and_known() -> None:
    found = ffmpeg_binaries("bundled")
    assert found.source == "wheel"
    assert found.ffmpeg.name.startswith("ffmpeg-")
    assert "ubuntu" not in found.ffmpeg.name
    assert found.numbers is not None
    assert found.numbers >= (8, 1)
    assert found.has_fd
    assert found.weaknesses == ()


def made(version: str, configuration: str = "") -> Binaries:
    return Binaries(
        ffmpeg=Path("/f"), ffprobe=Path("/p"), version=version, source="path",
        configuration=configuration,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("5.1.9-0+deb12u1", ("CVE-2026-40962",)),
        ("n7.1", ("CVE-2026-40962",)),
        ("8.0.1", ("CVE-2026-40962",)),
        ("8.1", ()),
        ("8.1.2", ()),
        ("N-112233-gabcdef", ()),
    ],
)
def test_versions(version: str, expected: tuple[str, ...]) -> None:
    assert made(version).weaknesses == expected


def test_what_a_build_does_not_have_does_not_count() -> None:
    assert made("8.1.2", "--enable-liblcevc-dec").weaknesses == ("CVE-2026-125262",)
    assert "CVE-2026-125201" in [w.id for w in made("8.1.2").published]


def test_the_table_is_dated_and_sourced() -> None:
    text = (resources.files("bilingual.media") / "weaknesses.toml").read_text("utf-8")
    as_of = tomllib.loads(text)["as_of"]
    assert as_of.year >= 2026
    assert max(w.looked_at for w in weaknesses()) == as_of
    ids = [w.id for w in weaknesses()]
    assert len(ids) == len(set(ids))
    for weakness in weaknesses():
        assert weakness.source.startswith("https://")
        assert weakness.reached in ("yes", "demuxer", "decoder", "use", "screened")
        assert "CVE record" in weakness.known or "advisory" in weakness.known
        assert weakness.looked_at.year >= 2026
        assert all(low < high for low, high in weakness.affected)


def test_a_weak_one_draws_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(binaries, "_described", lambda _: ("5.1.9", "", True))
    monkeypatch.setattr(binaries, "_on_path", lambda: (Path("/f"), Path("/p")))
    with caplog.at_level(logging.WARNING):
        found = ffmpeg_binaries.__wrapped__("path")
    assert found.weaknesses == ("CVE-2026-40962",)
    assert "CVE-2026-40962" in caplog.text


def test_none_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DependencyError, match="were not found"):
        ffmpeg_binaries.__wrapped__("path")
    with pytest.raises(DependencyError, match="were not found"):
        ffmpeg_binaries.__wrapped__(str(tmp_path))


def test_without_the_wheel_the_path_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    bundled = ffmpeg_binaries("bundled")
    monkeypatch.setattr(binaries, "_bundled", lambda: None)
    monkeypatch.setattr(binaries, "_on_path", lambda: (bundled.ffmpeg, bundled.ffprobe))
    assert dataclasses.replace(ffmpeg_binaries.__wrapped__("bundled"), source="wheel") == bundled


def test_a_folder(tmp_path: Path) -> None:
    bundled = ffmpeg_binaries("bundled")
    for name, target in (("ffmpeg", bundled.ffmpeg), ("ffprobe", bundled.ffprobe)):
        (tmp_path / name).symlink_to(target)
    assert ffmpeg_binaries.__wrapped__(str(tmp_path)).source == "folder"


def test_a_program_that_is_no_ffmpeg(tmp_path: Path) -> None:
    for name in ("ffmpeg", "ffprobe"):
        (tmp_path / name).write_text("#!/bin/sh\necho hello\n")
        (tmp_path / name).chmod(0o755)
    with pytest.raises(DependencyError, match="does not run"):
        ffmpeg_binaries.__wrapped__(str(tmp_path))
