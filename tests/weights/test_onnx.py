"""onnxruntime reports what it runs to no server."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import bilingual
from bilingual.weights.onnx import SWITCH

ROOT = Path(bilingual.__file__).parent
DOOR = ROOT / "weights" / "onnx.py"
STARTERS = {"onnxruntime", "rapidocr", "optimum"}
"""Packages that start it."""


def test_no_other_module_starts_it() -> None:
    for path in ROOT.rglob("*.py"):
        if path == DOOR:
            continue
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                names = [a.name for a in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                continue
            started = STARTERS & {name.split(".")[0] for name in names}
            assert started <= {"rapidocr"}, f"{path}: by bilingual.weights.onnx"
            if started:
                before = source.splitlines()[: node.lineno - 1]
                assert any("onnxruntime()" in line for line in before[-3:]), path


def run(program: str, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if name != SWITCH}
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


LISTEN = """
import numpy, os
from bilingual.asr.vad import speech_probabilities
speech_probabilities(numpy.zeros(16000, numpy.float32))
print(os.environ["ORT_DISABLE_TELEMETRY"])
"""


def test_it_is_switched_off_before_it_starts() -> None:
    assert run(LISTEN) == "1"


def test_what_the_user_sets_is_kept() -> None:
    assert run(LISTEN, ORT_DISABLE_TELEMETRY="0") == "0"


KEPT = """
import numpy
from bilingual.asr.vad import speech_probabilities
speech_probabilities(numpy.zeros(16000, numpy.float32))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks where Linux keeps caches")
def test_it_keeps_no_identifier(tmp_path: Path) -> None:
    places = {"HOME": tmp_path, "XDG_CACHE_HOME": tmp_path / "c", "XDG_STATE_HOME": tmp_path / "s"}
    run(KEPT, **{name: str(path) for name, path in places.items()}, TMPDIR=str(tmp_path))
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
