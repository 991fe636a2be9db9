"""A caller's own pool of processes: the same reports, however its processes are started."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

import bilingual
from tests.fixes.test_fixing import BO, ZH, srt
from tests.media import clips


def report_of(folder: Path) -> str:
    """The report on what lies in a folder, as JSON."""
    config = bilingual.Config.load(folder / "settings.toml")
    return bilingual.verify(
        folder / "v.mp4", bo=folder / "bo.srt", zh=folder / "zh.srt", config=config
    ).to_json()


@pytest.mark.parametrize("start", multiprocessing.get_all_start_methods())
def test_however_a_pool_starts_its_processes(
    start: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fork copies what this process has loaded and opened, the others load it anew."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    clips.make(tmp_path / "v.mp4", clips.picture(seconds=2), clips.tone(2))
    (tmp_path / "bo.srt").write_text(srt((BO[0], ZH[1], *BO[2:])), encoding="utf-8")
    (tmp_path / "zh.srt").write_text(srt(ZH), encoding="utf-8")
    (tmp_path / "settings.toml").write_text('[asr]\nengine = "off"\n', encoding="utf-8")
    here = report_of(tmp_path)
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(start)) as pool:
        assert list(pool.map(report_of, [tmp_path] * 4)) == [here] * 4
