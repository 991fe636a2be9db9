"""The one door: limits, kills, nothing left behind."""

from __future__ import annotations

import ast
import dataclasses
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import bilingual
from bilingual.config import MediaLimits
from bilingual.errors import MediaError
from bilingual.media.audio import read_audio
from bilingual.media.binaries import ffmpeg_binaries
from bilingual.media.ffmpeg import bounds_of, encode, extract_subtitle, ffmpeg_command
from bilingual.media.probe import probe
from bilingual.media.process import Bounds, Process, run
from bilingual.media.sources import opened
from tests.support import default_signals

ROOT = Path(bilingual.__file__).parent
posix = pytest.mark.skipif(os.name != "posix", reason="process groups and limits of POSIX")
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and PR_SET_PDEATHSIG")


def endless(*more: str) -> list[str]:
    """An ffmpeg that would run for ever."""
    command = [str(ffmpeg_binaries().ffmpeg), "-nostdin", "-v", "error"]
    return [*command, "-f", "lavfi", "-i", "testsrc=size=64x64", *more, "-f", "null", "-"]


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until_gone(pid: int) -> None:
    for _ in range(6000):  # five minutes: a busy machine may be slow to end it
        if not alive(pid):
            return
        time.sleep(0.05)
    pytest.fail(f"process {pid} is still there")


def test_a_time_out_kills() -> None:
    process = Process(endless(), bounds=Bounds(timeout_s=0.5))
    with process:
        assert b"".join(process.blocks()) == b""
        with pytest.raises(MediaError) as raised:
            process.finish()
    assert raised.value.code == "media-timeout"
    assert not alive(process.pid)


@posix
def test_what_we_do_with_its_output_is_not_its_time() -> None:
    command = ["/bin/sh", "-c", "for n in 1 2 3; do head -c 100000 /dev/zero; done"]
    with Process(command, bounds=Bounds(timeout_s=3)) as process:
        taken = 0
        for block in process.blocks():
            if not taken:
                time.sleep(3.5)  # longer than it may take, and it waits for us
            taken += len(block)
        assert process.finish() == 0
    assert taken == 300_000


@posix
def test_processor_time_is_bounded_too() -> None:
    # The wall clock alone would let a stopped and resumed process go on.
    with pytest.raises(MediaError) as raised:
        run(["/bin/sh", "-c", "ulimit -t; kill -XCPU $$"], bounds=Bounds(timeout_s=300))
    assert raised.value.code == "media-timeout"


@posix
def test_processor_time_in_all_is_bounded() -> None:
    with pytest.raises(MediaError) as raised:
        run(["/bin/sh", "-c", "while :; do :; done"], bounds=Bounds(timeout_s=300, cpu_s=1))
    assert raised.value.code == "media-heavy"
    assert raised.value.params == {"seconds": 1}


def test_too_much_output_is_stopped() -> None:
    command = [str(ffmpeg_binaries().ffmpeg), "-v", "error", "-f", "lavfi", "-i", "anullsrc"]
    with pytest.raises(MediaError) as raised:
        run([*command, "-f", "s16le", "pipe:1"], bounds=Bounds(timeout_s=300, output_bytes=1 << 20))
    assert raised.value.code == "media-output-limit"


@linux
def test_memory_is_bounded() -> None:
    bounds = Bounds(timeout_s=300, memory_bytes=256 << 20)
    done = run([sys.executable, "-c", "b = bytearray(1 << 30)"], bounds=bounds)
    assert done.status != 0
    assert "MemoryError" in done.complaint


@posix
def test_it_may_write_no_file(tmp_path: Path) -> None:
    target = tmp_path / "x"
    done = run(
        ["/bin/sh", "-c", f"echo much > '{target}'"], bounds=bounds_of(MediaLimits(timeout_s=300))
    )
    assert done.status != 0
    assert not target.read_bytes()


@posix
def test_both_pipes_are_drained() -> None:
    noise = "import sys\nfor _ in range(3000): sys.stderr.write('x' * 100); print('y' * 100)"
    done = run([sys.executable, "-c", noise], bounds=Bounds(timeout_s=300))
    assert done.status == 0
    assert len(done.stdout) == 303_000
    assert 0 < len(done.complaint) <= 8192


@posix
def test_complaints_hold_no_control_characters() -> None:
    done = run(["/bin/sh", "-c", r"printf 'a\033[31mb\ac' >&2"], bounds=Bounds(timeout_s=300))
    assert done.complaint == "a\ufffd[31mb\ufffdc"


@posix
def test_its_surroundings_are_bare() -> None:
    os.environ["MEDIA_TEST_SECRET"] = "x"
    try:
        done = run(["/bin/sh", "-c", "env; pwd; ulimit -c"], bounds=Bounds(timeout_s=300))
    finally:
        del os.environ["MEDIA_TEST_SECRET"]
    lines = done.stdout.decode().splitlines()
    assert not any("SECRET" in line or line.startswith("HOME=") for line in lines)
    assert lines[-2:] == ["/", "0"]


def test_leaving_the_block_kills() -> None:
    with Process(endless(), bounds=Bounds(timeout_s=300)) as process:
        pid = process.pid
        assert process.timed_out is False
    assert not alive(pid)


def test_an_interrupt_kills() -> None:
    pids = []

    def interrupted() -> None:
        with Process(endless("-progress", "pipe:1"), bounds=Bounds(timeout_s=300)) as process:
            pids.append(process.pid)
            for _ in process.blocks():
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not alive(pids[0])


@linux
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_dies_with_us(how: signal.Signals) -> None:
    script = (
        "import sys\n"
        "from bilingual.media.process import Bounds, Process\n"
        f"with Process({endless('-progress', 'pipe:1')!r}, bounds=Bounds(timeout_s=300)) as p:\n"
        "    next(iter(p.blocks()))\n"
        "    print(p.pid, flush=True)\n"
        "    for _ in p.blocks(): pass\n"
    )
    ours = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT.parent,
        preexec_fn=default_signals,
    )
    assert ours.stdout is not None
    pid = int(ours.stdout.readline())
    assert alive(pid)
    ours.send_signal(how)
    ours.wait(timeout=300)
    ours.stdout.close()
    wait_until_gone(pid)


def test_many_at_once_from_threads(clip: Path) -> None:
    lengths: list[int] = []
    threads = [
        threading.Thread(target=lambda: lengths.append(len(read_audio(clip, MediaLimits()))))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(lengths)) == 1
    assert len(lengths) == 6


def test_the_command_opens_nothing_but_our_descriptor(clip: Path) -> None:
    limits = MediaLimits()
    with opened(clip, limits) as source:
        command = ffmpeg_command(source, limits, ["a:0"], {"f": "s16le"})
    before = command[: command.index("-i")]
    options = dict(zip(before[1::2], before[2::2], strict=False))
    if ffmpeg_binaries().has_fd:
        assert command[command.index("-i") + 1] == "fd:"
        assert options["-protocol_whitelist"] == "fd"
    assert options["-format_whitelist"] == "mov,mp4,m4a,3gp,3g2,mj2"
    assert options["-f"] == "mov"
    assert {"-codec_whitelist", "-max_alloc", "-max_pixels", "-max_streams"} <= set(options)
    assert "-nostdin" in command
    assert str(clip) not in " ".join(command)


def test_the_flags_take_effect(clip: Path) -> None:
    few = MediaLimits(max_pixels=1000)
    with opened(clip, few) as source:
        command = ffmpeg_command(source, few, ["v:0"], {"f": "null"}, target="-")
        done = run(command, bounds=bounds_of(few), descriptors=[source.descriptor])
    assert done.status != 0
    with pytest.raises(MediaError):
        probe(clip, MediaLimits(max_streams=1))


def test_encoding_that_fails_says_so(tmp_path: Path) -> None:
    import ffmpeg

    with pytest.raises(MediaError, match="did not create"):
        encode(ffmpeg.input("nonsense", f="lavfi").output(str(tmp_path / "x.mp4")))


def test_encoding_takes_frames_block_by_block(tmp_path: Path) -> None:
    import ffmpeg

    frames = (bytes([n * 10]) * (64 * 36 * 3) for n in range(20))
    raw = ffmpeg.input("pipe:0", f="rawvideo", pix_fmt="rgb24", s="64x36", r=5)
    encode(raw.output(str(tmp_path / "x.mp4"), pix_fmt="yuv420p"), stdin=frames)
    assert probe(tmp_path / "x.mp4", MediaLimits()).duration_ms == 4000


@pytest.mark.parametrize(
    ("codec", "ending", "mark"),
    [("mov_text", ".mp4", b"-->"), ("webvtt", ".webm", b"WEBVTT"), ("subrip", ".mkv", b"-->")],
)
def test_subtitles_come_out_as_they_went_in(
    tmp_path: Path, codec: str, ending: str, mark: bytes
) -> None:
    import ffmpeg

    text = "1\n00:00:00,500 --> 00:00:01,500\nབོད་ཡིག\n\n2\n00:00:02,000 --> 00:00:03,000\n中文\n"
    (tmp_path / "in.srt").write_text(text, encoding="utf-8")
    path = tmp_path / f"out{ending}"
    encode(ffmpeg.input(str(tmp_path / "in.srt")).output(str(path), scodec=codec, vn=None, an=None))
    with opened(path, MediaLimits()) as source:
        assert source.family in ("mov", "matroska")
    data = extract_subtitle(
        path, 0, codec, MediaLimits(), muxer="webvtt" if codec == "webvtt" else "srt"
    )
    assert mark in data
    assert "བོད་ཡིག" in data.decode()
    assert "中文" in data.decode()


def test_pictures_of_text_are_refused(clip: Path) -> None:
    with pytest.raises(MediaError, match="not text"):
        extract_subtitle(clip, 0, "dvd_subtitle", MediaLimits())


def test_no_other_module_runs_ffmpeg() -> None:
    """ffmpeg-python's own run, run_async and probe have no limits at all."""
    forbidden = {"run", "run_async", "probe", "view"}
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                called = node.value.id == "ffmpeg" and node.attr in forbidden
                assert not called, f"{path}:{node.lineno} runs ffmpeg by itself"
            if isinstance(node, ast.ImportFrom) and node.module == "ffmpeg":
                assert not forbidden & {a.name for a in node.names}, f"{path}:{node.lineno}"
            if isinstance(node, ast.Attribute) and node.attr.startswith(("spawn", "posix_spawn")):
                assert ast.unparse(node.value) != "os", f"{path}:{node.lineno} starts programs"


@linux
def test_a_build_without_the_fd_protocol_reads_the_same(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_fd = read_audio(clip, MediaLimits())
    bundled = ffmpeg_binaries()
    old = dataclasses.replace(bundled, has_fd=False)
    monkeypatch.setattr("bilingual.media.ffmpeg.ffmpeg_binaries", lambda _: old)
    monkeypatch.setattr("bilingual.media.probe.ffmpeg_binaries", lambda _: old)
    assert (read_audio(clip, MediaLimits()) == with_fd).all()
    assert probe(clip, MediaLimits()).duration_ms == 4000
    with opened(clip, MediaLimits()) as source:
        command = ffmpeg_command(source, MediaLimits(), ["a:0"], {"f": "s16le"})
    assert f"file:/dev/fd/{source.descriptor}" in command
    assert "-fd" not in command


def test_a_server_that_embeds_python(monkeypatch: pytest.MonkeyPatch) -> None:
    from bilingual.media import process as runner

    monkeypatch.setattr(sys, "executable", "/usr/sbin/uwsgi")
    found = runner._python.__wrapped__()
    assert found is None or Path(found).name.startswith("python")


# A reader that is left half-way, in a circle that is only taken apart as Python ends.
LEFT = """
import sys
from bilingual.media.process import Bounds, Process

def blocks():
    with Process(["/bin/sh", "-c", "echo x; exec sleep 3600"], bounds=Bounds()) as process:
        print(process.pid, flush=True)
        yield from process.blocks()

class Circle:
    pass

circle = Circle()
circle.itself, circle.reader = circle, blocks()
next(circle.reader)
del circle
sys.exit(143)
"""


@posix
def test_a_reader_left_half_way_does_not_abort_the_end() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LEFT],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (143, "")
    wait_until_gone(int(done.stdout))
