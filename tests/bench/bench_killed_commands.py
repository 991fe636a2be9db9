"""Two hundred kills of every command that takes time or writes: what is left over?

    python -m tests.bench.bench_killed_commands [COUNT [AT_ONCE [SECONDS]]]

Each command is run once to its end, then over and over, and gets SIGKILL, SIGTERM or SIGINT at
a moment drawn evenly from its whole time (of ``sample``: from its first minute). Counted are descendants that still run two seconds
later, and whatever lies in the folders of inputs, outputs and temporary files, in the cache and
in the home folder that no run to the end leaves: right after, and after the next start of a
command (``bilingual --version``). An output is whole or not there. Exit statuses and tracebacks
are counted as well. After SECONDS no further kill is begun. ``models fetch`` has a package index on this machine that is slow.
"""

from __future__ import annotations

import ctypes
import hashlib
import multiprocessing
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import bilingual
from bilingual.render.notebook.results import Entry
from bilingual.sample.script import ASSETS
from bilingual.weights import store
from tests.bench.bench_kills import family
from tests.bench.results import column, table, write
from tests.burned_videos import Scene, Text, draw
from tests.fixes.test_fixing import BO, ZH, srt
from tests.media.clips import make, picture, tone
from tests.ocr.drawn import CHINESE, TIBETAN
from tests.support import default_signals

HOME: Final = str(Path(bilingual.__file__).parents[1])
SEED: Final = 14
WAYS: Final = ("SIGKILL", "SIGTERM", "SIGINT")
PROGRAM: Final = "from bilingual.cli import main; main()"
# The registry's word list, as if it were the stand-in of this bench.
FETCHING: Final = """
import sys
from msgspec.structs import force_setattr
from bilingual.weights.registry import entry, registry
wheel, (file,) = registry().wheels["bospell"], entry("botok-words").files
for one, data in ((wheel, sys.argv.pop(1)), (file, sys.argv.pop(1))):
    size, sha256 = data.split(":")
    force_setattr(one, "bytes", int(size))
    force_setattr(one, "sha256", sha256)
"""
MEMBER: Final = "bospell/resources/dictionaries/general.txt"
WHEEL: Final = "bospell-0.0.4-py3-none-any.whl"
FIRST_S: Final = 60.0
"""No kill comes later than this; only ``sample`` takes longer."""
OURS: Final = re.compile(r"\.?bilingual-[a-z]+-[0-9a-f]{16}")
TRACKS: Final = ("--bo", "bo.srt", "--zh", "zh.srt")
ANNEX: Final = ("annex", "r.json", "--title", "作品", "--party", "单位")
# Each with its share of the kills; the long ones less often.
COMMANDS: Final[dict[str, tuple[int, tuple[str, ...]]]] = {
    "sample": (4, ("sample", "out/sample")),
    "notebook": (8, ("notebook", *TRACKS, "--asr", "off", "--html", "--out", "out/n.ipynb")),
    "transcribe": (8, ("transcribe", "spoken.mp4", "--out", "out/t.srt", "--format", "srt")),
    "ocr": (10, ("ocr", "burned.mp4", "--out", "out/ocr")),
    "models fetch": (16, ("models", "fetch", "botok-words")),
    "verify, video, html": (
        8,
        ("verify", "film.mp4", *TRACKS, "--asr", "off", "--format", "html", "--embed-clips",
         "--out", "out/r.html"),
    ),
    "verify, json": (20, ("verify", *TRACKS, "--format", "json", "--out", "out/r.json")),
    "fix": (20, ("fix", "--bo", "faulty.srt", "--zh", "zh.srt", "--out", "out/fixed")),
    "annex, signed": (18, (*ANNEX, "--key", "key.pem", "--out", "out/a.html", "--out", "out/a.pdf")),
    "annex --new-key": (20, ("annex", "--new-key", "out/key.pem")),
    "show": (10, ("show", "r.json", "--format", "html", "--out", "out/s.html")),
    "align": (20, ("align", *TRACKS, "--out", "out/al.json", "--format", "json")),
    "terms mine": (20, ("terms", "mine", *TRACKS, "--out", "out/t.tsv", "--format", "tsv")),
    "terms add": (20, ("terms", "add", "out/g.tsv", "太阳", "ཉི་མ")),
}  # fmt: skip


@dataclass
class Counts:
    """What was seen of one command."""

    kills: int = 0
    running: int = 0
    processes: int = 0
    after: int = 0
    later: int = 0
    halves: int = 0
    tracebacks: int = 0
    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    seconds: float = 0.0


class _Index(BaseHTTPRequestHandler):
    """A package index with one wheel, which comes in slow pieces."""

    wheel: Path

    def do_GET(self) -> None:
        """Answer pip."""
        page = self.path.endswith("/")
        data = f'<a href="/{WHEEL}">{WHEEL}</a>'.encode() if page else self.wheel.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if page else "application/octet-stream")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        step = len(data) // 20 + 1
        try:
            for n in range(0, len(data), step):
                self.wfile.write(data[n : n + step])
                time.sleep(0 if page else 0.05)
        except OSError:  # it was killed
            return

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing."""


class Place:
    """The folders of one command."""

    def __init__(self, root: Path, inputs: Path) -> None:
        self.root = root
        self.work, self.tmp, self.cache, self.home = (
            root / name for name in ("work", "tmp", "cache", "home")
        )
        self.home.mkdir(parents=True)
        shutil.copytree(inputs, self.work)

    def clear(self, *, models: bool) -> None:
        """Outputs, temporary files and the cache as before the first run."""
        for folder in (self.work / "out", self.tmp, self.cache):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)
        model = store.folder_of("base", "ctranslate2")
        if models and model.is_dir():
            target = self.cache / "models" / "base" / "ctranslate2"
            target.mkdir(parents=True)
            for path in model.iterdir():
                _same(path, target / path.name)

    def environment(self, index: str) -> dict[str, str]:
        """Everything of a user's lies in these folders."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "MPL", "PIP_"))}
        return kept | {
            "PYTHONPATH": HOME,
            "HOME": str(self.home),
            "TMPDIR": str(self.tmp),
            "BILINGUAL_CACHE": str(self.cache),
            "BILINGUAL_KEY_PASSPHRASE": "bench",
            "PIP_INDEX_URL": index,
            "PIP_NO_CACHE_DIR": "1",
            "NO_PROXY": "127.0.0.1",
        }

    def files(self) -> dict[str, int]:
        """Every file, and folders with a name of ours (as one), with sizes; by path."""
        found: dict[str, int] = {}
        for base, folders, names in os.walk(self.root):
            here = Path(base)
            for name in [n for n in folders if OURS.fullmatch(n)]:
                folders.remove(name)
                found[str((here / name).relative_to(self.root))] = -1
            for name in names:
                path = here / name
                if "__pycache__" not in path.parts and os.path.lexists(path):
                    found[str(path.relative_to(self.root))] = path.lstat().st_size
        return found


def _same(path: Path, target: Path) -> None:
    try:
        target.hardlink_to(path)
    except OSError:  # another file system
        shutil.copyfile(path, target)


def shape(path: str) -> str:
    """A path without what is different in each run."""
    if OURS.search(path):
        return path
    return re.sub(r"[0-9a-f]{12,}", "#", path)


def descendants() -> list[int]:
    """Processes that run and descend from this one, which takes in the orphans."""
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                break
        except ChildProcessError:
            break
    return family(os.getpid())


def taken_in() -> None:
    """Orphans of this process's children become its children (Linux)."""
    pr_set_child_subreaper = 36
    ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0)


def tried(name: str, count: int, root: Path, inputs: Path, until_s: float) -> Counts:
    """One command, run to its end and then killed so many times, none after a moment."""
    taken_in()
    dice = random.Random(f"{SEED} {name}")
    place = Place(root, inputs)
    _, line = COMMANDS[name]
    command = [sys.executable, "-P", "-c", PROGRAM, *line]
    index = "http://127.0.0.1:1/"
    if name == "models fetch":
        wheel = inputs.parent / WHEEL
        _Index.wheel = wheel
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Index)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        index = f"http://127.0.0.1:{server.server_port}/simple/"
        member = zipfile.ZipFile(wheel).read(MEMBER)
        sizes = [f"{len(d)}:{hashlib.sha256(d).hexdigest()}" for d in (wheel.read_bytes(), member)]
        command = [sys.executable, "-P", "-c", FETCHING + PROGRAM, *sizes, *line]

    def start(line: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            line,
            cwd=place.work,
            env=place.environment(index),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=default_signals,
        )

    counts = Counts()
    # Of the notebook's the first makes caches of other libraries.
    for _ in range(2 if name == "notebook" else 1):
        place.clear(models=name == "transcribe")
        before = time.monotonic()
        with start(command) as process:
            _, messages = process.communicate()
        counts.seconds = time.monotonic() - before
        if process.returncode not in (0, 1):
            raise RuntimeError(f"{name}: {process.returncode}\n{messages.decode()}")
    whole = place.files()
    usual = {shape(path): size for path, size in whole.items()}
    if ours := [path for path in whole if OURS.search(path)]:
        raise RuntimeError(f"{name} leaves {ours} without a kill")
    for number in range(count):
        if time.time() > until_s:
            break
        how = WAYS[number % len(WAYS)]
        place.clear(models=name == "transcribe")
        with start(command) as process:
            time.sleep(dice.uniform(0, min(counts.seconds, FIRST_S)))
            counts.running += len(family(process.pid)) > 0
            if how == "SIGINT" and dice.random() < 0.5:
                os.killpg(process.pid, signal.SIGINT)  # as a terminal does
            else:
                process.send_signal(signal.Signals[how])
            _, messages = process.communicate()
        until = time.monotonic() + 2
        while (left := descendants()) and time.monotonic() < until:
            time.sleep(0.05)
        counts.kills += 1
        counts.processes += len(left)
        counts.statuses.setdefault(how, Counter())[process.returncode] += 1
        text = messages.decode(errors="replace")
        if "Traceback" in text:
            counts.tracebacks += 1
            sys.stdout.write(f"{name}, {how}, exit {process.returncode}:\n{text}\n")
        seen = place.files()
        counts.after += sum(shape(path) not in usual for path in seen)
        for path, size in seen.items():
            expected = usual.get(shape(path), 0)
            if path.startswith("work/out") and 0 <= size < 0.9 * expected:
                counts.halves += 1
                sys.stdout.write(f"{name}, {how}: {path} has {size} of {expected} bytes\n")
        with start([sys.executable, "-P", "-c", PROGRAM, "--version"]) as again:
            again.communicate()
        rest = [path for path in place.files() if shape(path) not in usual]
        counts.later += len(rest)
        if rest or left:
            sys.stdout.write(f"{name}, {how}: left {rest}, running {left}\n")
    sys.stdout.write(f"{name}: {counts}\n")
    sys.stdout.flush()
    shutil.rmtree(root)
    return counts


def prepared(folder: Path) -> Path:
    """The inputs of all commands."""
    import ffmpeg

    from bilingual.cli import run
    from bilingual.media.ffmpeg import encode

    inputs = folder / "inputs"
    inputs.mkdir()
    (inputs / "bo.srt").write_text(srt(BO), encoding="utf-8")
    (inputs / "faulty.srt").write_text(srt(BO).replace("།", "།\u200b"), encoding="utf-8")
    (inputs / "zh.srt").write_text(srt(ZH), encoding="utf-8")
    make(inputs / "film.mp4", picture(seconds=20), tone(seconds=20))
    texts = [
        Text(start_ms=500, end_ms=4500, text=text, font=font, size=0.08, y=y)
        for text, font, y in ((BO[0], TIBETAN, 0.78), (ZH[0], CHINESE, 0.9))
    ]
    draw(Scene(texts=texts, duration_ms=5000, width=640, height=360, crf=20), inputs / "burned.mp4")
    sound = ffmpeg.input(str(ASSETS / "narration.ogg"), t=15).audio
    encode(ffmpeg.output(sound, str(inputs / "spoken.mp4"), **{"c:a": "aac"}))
    os.environ["BILINGUAL_KEY_PASSPHRASE"] = "bench"
    tracks = ["--bo", str(inputs / "bo.srt"), "--zh", str(inputs / "zh.srt")]
    run(["verify", *tracks, "--format", "json", "--out", str(inputs / "r.json")])
    run(["annex", "--new-key", str(inputs / "key.pem")])
    with zipfile.ZipFile(folder / WHEEL, "w") as wheel:
        wheel.writestr(MEMBER, random.Random(SEED).randbytes(4_000_000).hex())
        wheel.writestr(f"{WHEEL[:13]}.dist-info/WHEEL", "Wheel-Version: 1.0\n")
        about = "Metadata-Version: 2.1\nName: bospell\nVersion: 0.0.4\n"
        wheel.writestr(f"{WHEEL[:13]}.dist-info/METADATA", about)
        wheel.writestr(f"{WHEEL[:13]}.dist-info/RECORD", "")
    return inputs


def shown(counters: Sequence[dict[str, Counter[int]]], how: str) -> str:
    """The exit statuses that a signal was followed by, with their numbers."""
    total: Counter[int] = Counter()
    for one in counters:
        total += one.get(how, Counter())
    return ", ".join(f"{status}: {n}" for status, n in sorted(total.items()))


def main(count: int, at_once: int = 2, seconds: float = 86_400) -> None:
    """Every command, some at a time; one row each."""
    until_s = time.time() + seconds
    full = sum(share for share, _ in COMMANDS.values())
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch).resolve()
        inputs = prepared(folder)
        names = list(COMMANDS)
        if not store.folder_of("base", "ctranslate2").is_dir():
            names.remove("transcribe")
        pool = ProcessPoolExecutor(at_once, mp_context=multiprocessing.get_context("spawn"))
        with pool:
            waiting = {
                name: pool.submit(
                    tried,
                    name,
                    max(1, round(COMMANDS[name][0] * count / full)),
                    folder / str(number),
                    inputs,
                    until_s,
                )
                for number, name in enumerate(names)
            }
            results = {name: future.result() for name, future in waiting.items()}
    rows: list[Sequence[Entry]] = [
        [
            name,
            c.kills,
            c.running,
            c.processes,
            c.after,
            c.later,
            c.halves,
            c.tracebacks,
            *(shown([c.statuses], how) for how in WAYS),
        ]
        for name, c in results.items()
    ]
    every = list(results.values())
    sums = [sum(getattr(c, k) for c in every) for k in (
        "kills", "running", "processes", "after", "later", "halves", "tracebacks")]  # fmt: skip
    rows.append(["all", *sums, *(shown([c.statuses for c in every], how) for how in WAYS)])
    titles = ("kills", "with programs running", "processes left", "left right after",
              "left after the next start", "half outputs", "tracebacks")  # fmt: skip
    columns = [
        column("command"),
        *(column(t, "{:,}", **{t.replace(" ", "_"): "count"}) for t in titles),
        *(column(f"exit after {how}: number") for how in WAYS),
    ]
    write(
        "killed-commands",
        tables={"commands": table("Kills of every command", columns, rows, n=sums[0])},
        seeds=[SEED],
    )


if __name__ == "__main__":
    words = sys.argv[1:]
    main(*map(int, words or ["200"]))
