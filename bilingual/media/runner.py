"""The one door to ffmpeg: limits, no shell, no network, nothing left behind.

Arguments are built with ffmpeg-python and run here. An input is a descriptor
that we opened ourselves, read through ffmpeg's ``fd:`` protocol, which is the
only one on the whitelist: whatever a file says, no other is opened and no
connection is made. Demuxers and decoders are allow-listed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from bilingual.config import MediaLimits
from bilingual.errors import MediaError

_GUARD: Final = str(Path(__file__).with_name("_guard.py"))
_BLOCK: Final = 1 << 16
_STDERR_KEPT: Final = 8192

CODECS: Final = (
    "h264,hevc,mpeg4,mpeg2video,vp8,vp9,libdav1d,av1,prores,mjpeg,png,"
    "mov_text,subrip,srt,webvtt,ass,ssa,text,"
    "aac,aac_latm,mp3,mp3float,mp2,mp2float,ac3,eac3,flac,alac,opus,libopus,vorbis,"
    "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_f32le,pcm_u8,pcm_alaw,pcm_mulaw"
)

_FAMILIES: Final = {
    "mov": "mov,mp4,m4a,3gp,3g2,mj2",
    "matroska": "matroska,webm",
    "wav": "wav",
    "flac": "flac",
    "mp3": "mp3",
    "ogg": "ogg",
}
# Box types that an ISO base media or QuickTime file may begin with.
_MOV_BOXES: Final = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a run may take: seconds of wall clock, bytes of memory and output."""

    timeout_s: float = 300
    memory_bytes: int = 2 * 1024**3
    output_bytes: int = 64 * 1024**2
    file_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a finished program left: exit status, output, its last complaints."""

    status: int
    stdout: bytes
    complaint: str


class Process:
    """A running program in a session of its own, killed when the block ends."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        bounds: Bounds,
        descriptors: Sequence[int] = (),
        stdin: bytes | None = None,
    ) -> None:
        self.bounds = bounds
        self.timed_out = False
        self._stdin = stdin
        self._tail = b""
        guard = [sys.executable, "-I", "-S", _GUARD, str(os.getpid())]
        limits = [str(bounds.memory_bytes), str(bounds.file_bytes)]
        self._popen = subprocess.Popen(
            [*guard, *limits, *command] if os.name == "posix" else list(command),
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=tuple(descriptors) if os.name == "posix" else (),
            start_new_session=os.name == "posix",
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"} if os.name == "posix" else None,
            cwd=Path("/") if os.name == "posix" else None,
        )
        self._threads = [threading.Thread(target=self._drain, daemon=True)]
        if stdin is not None:
            self._threads.append(threading.Thread(target=self._feed, daemon=True))
        for thread in self._threads:
            thread.start()
        self._timer = threading.Timer(bounds.timeout_s, self._expire)
        self._timer.daemon = True
        self._timer.start()

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._kill()
        for stream in (self._popen.stdout, self._popen.stdin):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self._popen.wait()
        for thread in self._threads:
            thread.join(timeout=5)
        if self._popen.stderr is not None:
            self._popen.stderr.close()

    def blocks(self) -> Iterator[bytes]:
        """What it writes to stdout, as it comes.

        :raises MediaError: ``media-output-limit``: more than the bounds allow.
        """
        out: IO[bytes] | None = self._popen.stdout
        total = 0
        while out is not None and (block := out.read1(_BLOCK)):  # type: ignore[attr-defined]
            total += len(block)
            if total > self.bounds.output_bytes:
                raise MediaError("media-output-limit", limit=self.bounds.output_bytes)
            yield block

    def finish(self) -> int:
        """Wait for the end; the exit status, negative where a signal ended it.

        :raises MediaError: ``media-timeout``: it took longer than the bounds allow.
        """
        status = self._popen.wait()
        for thread in self._threads:
            thread.join(timeout=5)
        if self.timed_out:
            raise MediaError("media-timeout", seconds=self.bounds.timeout_s)
        return status

    @property
    def complaint(self) -> str:
        """The last that it wrote to stderr."""
        return self._tail.decode("utf-8", "replace").strip()

    def _drain(self) -> None:
        stream = self._popen.stderr
        with contextlib.suppress(OSError, ValueError):
            while stream is not None and (block := stream.read1(_BLOCK)):  # type: ignore[attr-defined]
                self._tail = (self._tail + block)[-_STDERR_KEPT:]

    def _feed(self) -> None:
        stream = self._popen.stdin
        with contextlib.suppress(OSError, ValueError):
            if stream is not None and self._stdin is not None:
                stream.write(self._stdin)
                stream.close()

    def _expire(self) -> None:
        self.timed_out = True
        self._kill()

    def _kill(self) -> None:
        if self._popen.poll() is not None and os.name != "posix":
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.name == "posix":
                os.killpg(self._popen.pid, signal.SIGKILL)
            else:
                self._popen.kill()


def run(
    command: Sequence[str],
    *,
    bounds: Bounds,
    descriptors: Sequence[int] = (),
    stdin: bytes | None = None,
) -> Done:
    """Run a program to its end and keep what it writes.

    :raises MediaError: ``media-timeout`` or ``media-output-limit``.
    """
    with Process(command, bounds=bounds, descriptors=descriptors, stdin=stdin) as process:
        stdout = b"".join(process.blocks())
        status = process.finish()
        return Done(status=status, stdout=stdout, complaint=process.complaint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An opened media file: its descriptor, its family and its name for messages."""

    descriptor: int
    family: str
    name: str
    bytes: int

    def input_options(self, limits: MediaLimits) -> dict[str, Any]:
        """Options before ``-i``, for ffmpeg and ffprobe alike."""
        return {
            "protocol_whitelist": "fd",
            "format_whitelist": _FAMILIES[self.family],
            "codec_whitelist": CODECS,
            "max_alloc": limits.max_alloc_bytes,
            "max_pixels": limits.max_pixels,
            "max_streams": 32,
            "fd": self.descriptor,
        }


@contextlib.contextmanager
def opened(path: Path, limits: MediaLimits) -> Iterator[Source]:
    """Open a media file once, and tell its family by its first bytes.

    :raises MediaError: ``media-not-regular``, ``media-too-big``,
        ``media-unreadable-file`` or ``media-not-media``.
    """
    name = path.name
    flags = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise MediaError("media-unreadable-file", path=name, detail=error.strerror) from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise MediaError("media-not-regular", path=name)
        if status.st_size > limits.max_bytes:
            raise MediaError("media-too-big", path=name, limit=limits.max_bytes)
        family = _family(os.read(descriptor, 64))
        if family is None:
            raise MediaError("media-not-media", path=name)
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield Source(descriptor=descriptor, family=family, name=name, bytes=status.st_size)
    finally:
        os.close(descriptor)


def _family(head: bytes) -> str | None:
    if head[4:8] in _MOV_BOXES:
        return "mov"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith(b"fLaC"):
        return "flac"
    if head.startswith(b"OggS"):
        return "ogg"
    if head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0):
        return "mp3"
    return None


def bounds_of(limits: MediaLimits, **changes: Any) -> Bounds:
    """The bounds that settings ask for."""
    known = {"timeout_s": limits.timeout_s, "memory_bytes": limits.max_memory_bytes}
    return Bounds(**(known | changes))


def ffmpeg_command(
    source: Source, limits: MediaLimits, output: dict[str, Any], target: str = "pipe:1"
) -> list[str]:
    """An ffmpeg command that reads the source and writes one output."""
    import ffmpeg

    from bilingual.media.binaries import ffmpeg_binaries

    os.lseek(source.descriptor, 0, os.SEEK_SET)
    stream = ffmpeg.input("fd:", **source.input_options(limits), threads=2)
    stream = ffmpeg.output(stream, target, **output)
    stream = stream.global_args("-nostdin", "-v", "error")
    compiled: list[str] = stream.compile(cmd=str(ffmpeg_binaries(limits.ffmpeg).ffmpeg))
    return compiled


def extract_subtitle(path: Path, stream_index: int, codec: str, limits: MediaLimits) -> bytes:
    """A text subtitle stream as a file: SRT, WebVTT or ASS after its codec.

    :raises MediaError: ``subtitle-codec`` where it is no text, or it cannot be read.
    """
    forms = {
        "mov_text": "srt",
        "subrip": "srt",
        "srt": "srt",
        "text": "srt",
        "webvtt": "webvtt",
        "ass": "ass",
        "ssa": "ass",
    }
    if codec not in forms:
        raise MediaError("subtitle-codec", path=path.name, codec=codec)
    with opened(path, limits) as source:
        command = ffmpeg_command(
            source,
            limits,
            {"map": f"0:{stream_index}", "f": forms[codec]},
        )
        done = run(command, bounds=bounds_of(limits), descriptors=[source.descriptor])
    if done.status != 0:
        raise MediaError("subtitle-unreadable", path=path.name, detail=done.complaint[-300:])
    return done.stdout
