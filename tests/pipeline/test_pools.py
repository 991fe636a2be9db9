"""A caller's own pool of processes: the same reports, however its processes are started."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest

import bilingual
from tests.fixes.test_fixing import BO, ZH, srt
from tests.media import clips

SCRIPT = """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

import bilingual


def report_of(folder):
    config = bilingual.Config.load(folder / "settings.toml")
    tracks = {"bo": folder / "bo.srt", "zh": folder / "zh.srt"}
    return bilingual.verify(folder / "v.mp4", **tracks, config=config).to_json()


if __name__ == "__main__":
    folder = Path(__file__).parent
    here = report_of(folder)  # what it loads and opens is there when another is forked
    for start in multiprocessing.get_all_start_methods():
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(start)) as pool:
            found = list(pool.map(report_of, [folder] * 2))
        print(start, found == [here] * 2)
"""


@pytest.mark.slow
def test_a_pool_of_any_kind_makes_the_same_reports(tmp_path: Path) -> None:
    """Fork copies what the process has loaded and opened, the others load it anew."""
    clips.make(tmp_path / "v.mp4", clips.picture(seconds=2), clips.tone(2))
    (tmp_path / "bo.srt").write_text(srt((BO[0], ZH[1], *BO[2:])), encoding="utf-8")
    (tmp_path / "zh.srt").write_text(srt(ZH), encoding="utf-8")
    (tmp_path / "settings.toml").write_text('[asr]\nengine = "off"\n', encoding="utf-8")
    (tmp_path / "pools.py").write_text(SCRIPT, encoding="utf-8")
    changes = {
        "SOURCE_DATE_EPOCH": "1700000000",
        "PYTHONPATH": str(Path(bilingual.__file__).parents[1]),
    }
    done = subprocess.run(
        [sys.executable, str(tmp_path / "pools.py")],
        env={**os.environ, **changes},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,  # a pool that hangs is what is looked for
    )
    starts = [f"{start} True" for start in multiprocessing.get_all_start_methods()]
    assert done.stdout.splitlines() == starts, done.stderr[-2000:]
