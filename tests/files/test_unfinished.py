"""What a killed process leaves is removed at the next start, and nothing else is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import bilingual
from bilingual.files import remove_leftovers, scratch_folder, write_through_draft
from bilingual.files.unfinished import new_name, unfinished
from tests.cli.test_cli import BO, ZH
from tests.support import default_signals

HOME = str(Path(bilingual.__file__).parents[1])
posix = pytest.mark.skipif(os.name != "posix", reason="signals and locks of POSIX")

# Makes a draft and a folder, and waits to be killed in the middle.
HOLDER = """
import os, sys, time
from pathlib import Path
from bilingual.files import scratch_folder, write_through_draft
replace = Path.replace
def waiting(self, target):
    print("ready", flush=True)
    time.sleep(600)
Path.replace = waiting
with scratch_folder("test") as folder:
    (folder / "part").write_bytes(b"x")
    write_through_draft(Path(sys.argv[1]) / "report.json", b"data")
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for output; temporary files and notes have folders of their own beside it."""
    for name in ("out", "tmp", "cache"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setenv("BILINGUAL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield tmp_path / "out"
    monkeypatch.setattr(tempfile, "tempdir", None)


def left(place: Path) -> list[str]:
    """Whatever lies in the three folders, by name."""
    found = [p for name in ("out", "tmp", "cache") for p in (place.parent / name).rglob("*")]
    return sorted(p.name for p in found if p.name not in ("unfinished",))


def holder(place: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(place)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": HOME},
        preexec_fn=default_signals,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@posix
def test_a_dead_processs_leftovers_go_and_a_live_ones_stay(place: Path) -> None:
    with holder(place) as dead, holder(place) as alive:
        assert len(left(place)) == 10  # each: folder, part, draft and two notes
        dead.kill()
        dead.wait()
        remove_leftovers()
        assert len(left(place)) == 5
        remove_leftovers()
        assert len(left(place)) == 5
        alive.kill()
        alive.wait()
    remove_leftovers()
    assert left(place) == []


def test_nothing_is_left_in_order(place: Path) -> None:
    with scratch_folder("test") as folder:
        assert folder.stat().st_mode & 0o077 == 0
        write_through_draft(place / "report.json", b"data")
    with pytest.raises(KeyError), scratch_folder("test"):
        raise KeyError
    assert left(place) == ["report.json"]


@posix
@pytest.mark.parametrize("way", ["users-file", "users-name", "link", "relative", "nonsense"])
def test_a_note_has_nothing_of_a_users_removed(place: Path, way: str) -> None:
    """Even one that somebody else has written."""
    kept = place / ("thesis.txt" if way == "users-file" else ".bilingual-draft-0123")
    kept.write_text("years of work", encoding="utf-8")
    named = str(kept)
    if way == "link":
        link = place / new_name("draft")
        link.symlink_to(kept)
        named = str(link)
    if way == "relative":
        named = new_name("draft")
    notes = place.parent / "cache" / "unfinished"
    notes.mkdir(mode=0o700)
    text = "{" if way == "nonsense" else json.dumps({"path": os.fsencode(named).hex()})
    (notes / new_name("note")).write_text(text, encoding="utf-8")
    remove_leftovers()
    assert kept.read_text("utf-8") == "years of work"
    assert not list(notes.iterdir())


@posix
def test_notes_of_a_folder_that_others_can_write_are_not_believed(place: Path) -> None:
    draft = place / f".{new_name('draft')}"
    draft.write_bytes(b"")
    notes = place.parent / "cache" / "unfinished"
    notes.mkdir()
    notes.chmod(0o777)
    note = notes / new_name("note")
    note.write_text(json.dumps({"path": os.fsencode(draft).hex()}), encoding="utf-8")
    remove_leftovers()
    assert draft.exists()
    with unfinished(place / f".{new_name('draft')}"):
        assert list(notes.iterdir()) == [note]  # ours is where temporary files are


def test_without_a_place_for_notes_it_works_as_ever(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BILINGUAL_CACHE", "/dev/null/x")
    monkeypatch.setenv("TMPDIR", "/dev/null/x")
    write_through_draft(place / "report.json", b"data")
    assert left(place) == ["report.json"]


@posix
@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_a_command_that_is_stopped_leaves_nothing(place: Path, how: signal.Signals) -> None:
    """At moments from its first line to its last."""
    (place / "bo.srt").write_text(BO, encoding="utf-8")
    (place / "zh.srt").write_text(ZH, encoding="utf-8")
    program = "print('started', flush=True); from bilingual.cli import main; main()"
    line = ["verify", "--bo", "bo.srt", "--zh", "zh.srt", "--format", "html", "--out", "r.html"]
    for moment in (0.1, 0.5, 1.0, 1.5):
        with subprocess.Popen(
            [sys.executable, "-P", "-c", program, *line],
            cwd=place,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": HOME},
            preexec_fn=default_signals,
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            try:
                process.wait(moment)
            except subprocess.TimeoutExpired:
                process.send_signal(how)
            _, messages = process.communicate()
        # It may have been through by then, or the handlers not yet there.
        expected = {128 + how, 0, 1, -how} if how != signal.SIGKILL else {-how, 0, 1}
        assert process.returncode in expected
        if process.returncode != -signal.SIGINT:
            assert b"Traceback" not in messages
        remove_leftovers()
        assert {*left(place)} <= {"bo.srt", "zh.srt", "r.html"}
