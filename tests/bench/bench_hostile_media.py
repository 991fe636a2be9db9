"""Every hostile file through every entry point: what is opened, who is called, at what cost.

    python -m tests.bench.bench_hostile_media [FOLDER]

Runs each file in a process of its own under strace (where it is installed) and
prints one line a file and the totals. Counted are files that ffmpeg opened by a
name, connections by anybody, the slowest file, the most memory that any one
process took, and processes left over.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bilingual.media.binaries import ffmpeg_binaries
from tests.media.clips import make, picture, tone
from tests.media.hostile import SECRET, Case, corpus

# What a static program may look at before it does anything.
HARMLESS = re.compile(r'"(/dev/(null|urandom)|/proc/(self|cpuinfo)|/sys/devices/system/cpu)')
# An attempt counts, whether it went well or not; threads interrupt each other's lines.
OPEN = re.compile(r"^(\d+) +(?:open|openat|openat2)\((.*)")
CALL = re.compile(r"^(\d+) +connect\(.*sa_family=AF_INET")
START = re.compile(r'^(\d+) +execve\("([^"]+)"')
BRANCH = re.compile(r"^(\d+) +(?:<\.\.\. )?(?:clone|clone3|fork|vfork)\b.*= (\d+)$")
TRACED = "trace=open,openat,openat2,connect,execve,clone,clone3,fork,vfork"


def entry_points() -> dict[str, Callable[[Path], object]]:
    """Whatever takes a file from outside, by name."""
    import bilingual
    from bilingual.config import Config, MediaLimits
    from bilingual.media.audio import read_audio
    from bilingual.media.completeness import check
    from bilingual.media.probe import probe
    from bilingual.media.runner import extract_subtitle

    limits = MediaLimits(timeout_s=60)
    quiet = Config.load()
    import msgspec

    quiet = msgspec.structs.replace(
        quiet, asr=msgspec.structs.replace(quiet.asr, engine="off"), media=limits
    )
    return {
        "probe": lambda p: probe(p, limits),
        "check": lambda p: check(p, probe(p, limits), limits),
        "read_audio": lambda p: read_audio(p, limits),
        "extract_subtitle": lambda p: extract_subtitle(p, 0, "mov_text", limits),
        "load_tracks": lambda p: bilingual.load_tracks(p),
        "transcribe": lambda p: bilingual.transcribe(p, config=quiet),
        "verify": lambda p: bilingual.verify(p, config=quiet),
        "verify-as-track": lambda p: bilingual.verify(bo=p, config=quiet),
    }


def say(*words: str) -> None:
    """A line on stdout, at once."""
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def work(path: Path) -> None:
    """Put one file through all entry points and print what came of it."""
    from bilingual.errors import BilingualError

    came: dict[str, Any] = {}
    for name, call in entry_points().items():
        start = time.monotonic()
        try:
            result = call(path)
            what = str(getattr(result, "verdict", None) or "done")
            if name == "check":
                what = f"complete={result.complete} {result.complete_reason or ''}"  # type: ignore[attr-defined]
            if SECRET in repr(result):
                what = "LEAK"
        except BilingualError as error:
            what = error.code
            if SECRET in str(error):
                what = "LEAK"
        except Exception as error:
            what = f"FOREIGN {type(error).__name__}: {error}"
        came[name] = [what, round(time.monotonic() - start, 2)]
    json.dump(came, sys.stdout)


def foreign(log: str) -> tuple[list[str], list[str]]:
    """Names that ffmpeg opened, and connections that anybody made."""
    programs: set[str] = set()
    names, calls = [], []
    for line in log.splitlines():
        if start := START.match(line):
            programs.discard(start[1])
            if "ff" in Path(start[2]).name:
                programs.add(start[1])
        elif (branch := BRANCH.match(line)) and branch[1] in programs:
            programs.add(branch[2])
        elif CALL.match(line):
            calls.append(line)
        elif (opened := OPEN.match(line)) and (
            (opened[1] in programs and not HARMLESS.search(opened[2]))
            or "secret.txt" in opened[2]
            or "segment.mp4" in opened[2]
        ):
            names.append(line)
    return names, calls


def orphans() -> list[str]:
    """Running ffmpeg processes that nobody waits for."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == 1 and (entry / "exe").readlink().name.startswith("ff"):
                    found.append(entry.name)
            except OSError:
                continue
    return found


def control(strace: str, folder: Path, cases: list[Case]) -> tuple[int, int]:
    """What the watch sees when ffmpeg is let loose: files and connections, both > 0."""
    log, names, calls = folder / "control.log", 0, 0
    for case in cases:
        if case.kind in ("hls-video", "hls-http", "hls-map"):
            loose = [str(ffmpeg_binaries().ffprobe), "-v", "quiet", "-allowed_extensions", "ALL"]
            loose += ["-extension_picky", "0", "-protocol_whitelist", "file,http,tcp,crypto,data"]
            loose += ["-f", "hls", "-i", str(case.path)]
            watched = [strace, "-f", "--seccomp-bpf", "-qq", "-e", TRACED, "-o", str(log), *loose]
            subprocess.run(watched, check=False, timeout=60)
            found = foreign(log.read_text(errors="replace"))
            names, calls = names + len(found[0]), calls + len(found[1])
    return names, calls


def main(folder: Path) -> None:
    """Make the corpus, run it, print the figures."""
    visits: list[str] = []

    class Trap(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            visits.append(self.path)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Trap)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    clip = make(folder / "clip.mp4", picture(), tone())
    cases = corpus(folder / "corpus", clip, f"http://127.0.0.1:{server.server_port}")
    strace = shutil.which("strace")
    log = folder / "strace.log"
    if strace:
        names_seen, calls_seen = control(strace, folder, cases)
        say(f"control: ffprobe let loose on three: {names_seen} files, {calls_seen} connections")
        visits.clear()
    opened_foreign = connections = leaks = alien = passed = 0
    slowest, biggest = (0.0, ""), (0, "")
    for case in cases:
        command = [
            sys.executable,
            "-m",
            "tests.bench.bench_hostile_media",
            "--work",
            str(case.path),
        ]
        if strace:
            command = [
                strace,
                "-f",
                "--seccomp-bpf",
                "-qq",
                "-e",
                TRACED,
                "-o",
                str(log),
                *command,
            ]
        start = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert child.stdout is not None
        out = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = status
        seconds, memory = time.monotonic() - start, usage.ru_maxrss // 1024
        came: dict[str, Any] = json.loads(out) if out else {"process": [f"died {status}", seconds]}
        names, calls = foreign(log.read_text(errors="replace")) if strace else ([], [])
        opened_foreign += len(names)
        connections += len(calls)
        leaks += sum(what == "LEAK" for what, _ in came.values())
        alien += sum(what.startswith(("FOREIGN", "died")) for what, _ in came.values())
        passed += not case.whole and came.get("verify", ["?"])[0] == "pass"
        slowest = max(slowest, *((spent, f"{case.kind}, {at}") for at, (_, spent) in came.items()))
        biggest = max(biggest, (memory, case.kind))
        shown = " ".join(f"{name}={what}" for name, (what, _) in came.items())
        say(f"{case.kind:30} {seconds:5.1f} s {memory:5d} MiB {shown}", *names[:2], *calls[:2])
    say(
        f"{len(cases)} files x {len(entry_points())} entry points: {opened_foreign} foreign files "
        f"opened, {connections} connections, {len(visits)} visits to the trap, {leaks} leaks, "
        f"{alien} foreign exceptions, {passed} passed, {len(orphans())} orphans; slowest "
        f"{slowest[0]:.1f} s ({slowest[1]}), most memory {biggest[0]} MiB ({biggest[1]})"
        + ("" if strace else "; strace is not installed: opened files were not watched")
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        work(Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch))
