"""Readers, their votes, and what stands in for text that cannot be read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual.config import BurnedIn
from bilingual.errors import DependencyError
from bilingual.ocr.base import Reading, vote
from bilingual.ocr.registry import reader_for, reader_kinds
from tests.support import default_signals, unmeasured

readings = st.lists(
    st.builds(Reading, text=st.sampled_from(["", "甲", "乙", "丙"]), confidence=st.floats(0, 1))
)


@given(readings)
def test_a_vote_invents_no_reading(cast: list[Reading]) -> None:
    found = vote(cast)
    assert found.text in {r.text for r in cast} | {""}
    assert 0 <= found.confidence <= max((r.confidence for r in cast), default=0.0) + 1e-9


def test_agreement_outweighs_a_lone_voice() -> None:
    found = vote([Reading(text="甲", confidence=0.7)] * 3 + [Reading(text="乙", confidence=0.9)])
    assert found.text == "甲"
    assert found.others == ("乙",)
    assert found.confidence < 0.7


def test_every_language_has_a_reader() -> None:
    assert {kind.language for kind in reader_kinds()} == {"bo", "zh"}


def test_without_its_package_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    for language, code in (("zh", "ocr-missing"), ("bo", "ocr-tibetan-missing")):
        with pytest.raises(DependencyError, match="pip install") as caught:
            reader_for(language, BurnedIn())  # type: ignore[arg-type]
        assert caught.value.code == code


def test_tesseract_reads_and_outlives_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tesserocr")
    np = pytest.importorskip("numpy")
    from bilingual.ocr.readers import tesseract
    from tests.ocr.drawn import TIBETAN, word

    picture = 255 - word("བོད་ཡིག", TIBETAN, 48)
    # No pixels: tesserocr cannot take it and the process ends there.
    broken = np.zeros((0, 0), np.uint8)
    share = [(0, picture), (1, broken), (2, picture)]
    found = tesseract._read_all(share, running=tesseract._Running())
    assert [r.text.rstrip("་།") for r in found] == ["བོད་ཡིག", "", "བོད་ཡིག"]


# Reads two shares of pictures with a worker that never answers.
WAITING = """
import sys
from pathlib import Path
import numpy as np
from bilingual.cli.starting import stops
from bilingual.config import BurnedIn
from bilingual.ocr.readers import tesseract

tesseract._WORKER = Path(sys.argv[1])
try:
    with stops():
        tesseract._Tesseract(BurnedIn(threads=2))._all([(0, np.zeros((2, 2), np.uint8))] * 2)
except KeyboardInterrupt as stop:
    sys.exit(128 + stop.number)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_workers_at_once(tmp_path: Path, how: signal.Signals) -> None:
    """The pool waits for its threads, and they would for their workers, ten minutes long."""
    pytest.importorskip("numpy")
    program = "import os, sys, time; open(f'{__file__}.{os.getpid()}', 'w'); time.sleep(3600)"
    worker = tmp_path / "worker.py"
    worker.write_text(program, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", WAITING, str(worker)],
        env={**unmeasured(), "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        preexec_fn=default_signals,
    ) as process:
        while len(started := list(tmp_path.glob("worker.py.*"))) < 2:
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(how)
        assert process.wait(timeout=300) == 128 + how
    for note in started:
        with pytest.raises(ProcessLookupError):
            os.kill(int(note.suffix[1:]), 0)


def test_an_impossible_syllable_is_doubted_where_another_reading_has_none() -> None:
    from bilingual.ocr.readers.tesseract import _weighed

    wrong, right = Reading(text="ཕྱིའེ་ལ", confidence=0.9), Reading(text="ཕྱིའི་ལ", confidence=0.8)
    assert vote(_weighed([wrong, right])).text == right.text
    alone = Reading(text="ཧྥེའེ་ལ", confidence=0.9)
    assert _weighed([alone]) == [alone], "nothing better was read"
