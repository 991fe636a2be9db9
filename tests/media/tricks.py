"""Files whose container promises more than there is in them: length, shape, cues, names.

``tricks(clip, folder)`` yields each by name. The clip is MP4, four seconds of
picture and sound, with its index at the end.
"""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from bilingual.media.binaries import ffmpeg_binaries
from tests.media.clips import make, picture, tone
from tests.media.hostile import box

Edit = tuple[int, int, int]
"""Length in the movie's ticks, media time in the track's (-1: nothing), rate in 16.16."""

LOOPS = 40


def boxes(data: bytes) -> list[tuple[bytes, bytes]]:
    """The boxes of a sound stretch of a file: types and contents."""
    found, at = [], 0
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big") or len(data) - at
        found.append((data[at + 4 : at + 8], data[at + 8 : at + length]))
        at += length
    return found


def changed(data: bytes, path: tuple[bytes, ...], change: Callable[[bytes], bytes]) -> bytes:
    """The file with the contents of every box that a path names changed; sizes made right."""
    out = []
    for kind, content in boxes(data):
        if kind == path[0]:
            content = change(content) if len(path) == 1 else changed(content, path[1:], change)
        out.append(box(kind, content))
    return b"".join(out)


_TRAK = (b"moov", b"trak")
_TABLES = (*_TRAK, b"mdia", b"minf", b"stbl")


def edited(data: bytes, edits: list[Edit]) -> bytes:
    """The file with that edit list in every track."""
    rows = b"".join(struct.pack(">IiI", *edit) for edit in edits)
    listed = box(b"edts", box(b"elst", struct.pack(">II", 0, len(edits)), rows))

    def change(track: bytes) -> bytes:
        kept = [(k, c) for k, c in boxes(track) if k != b"edts"]
        head, rest = kept[0], kept[1:]
        return box(*head) + listed + b"".join(box(*one) for one in rest)

    return changed(data, _TRAK, change)


def ticks(data: bytes, kind: tuple[bytes, ...], scale: int) -> bytes:
    """The file with another number of ticks a second in its header boxes (version 0)."""
    return changed(data, kind, lambda c: c[:12] + struct.pack(">I", scale) + c[16:])


def last_frame_held(data: bytes, delta: int) -> bytes:
    """The file with the last frame (of picture and sound) lasting that many ticks."""

    def change(table: bytes) -> bytes:
        (count,) = struct.unpack_from(">I", table, 4)
        rows = [struct.unpack_from(">II", table, 8 + 8 * n) for n in range(count)]
        rows[-1:] = [(rows[-1][0] - 1, rows[-1][1]), (1, delta)]
        rows = [row for row in rows if row[0]]
        return struct.pack(">II", 0, len(rows)) + b"".join(struct.pack(">II", *r) for r in rows)

    return changed(data, (*_TABLES, b"stts"), change)


def samples_again(data: bytes, times: int, kinds: tuple[bytes, ...] = (b"vide", b"soun")) -> bytes:
    """The file with its sample tables, of tracks of these kinds, saying all that many times."""

    def again(kind: bytes, table: bytes) -> bytes:
        if kind == b"stsz":
            (uniform, count) = struct.unpack_from(">II", table, 4)
            return struct.pack(">III", 0, uniform, count * times) + table[12:] * times
        if kind in (b"stco", b"stts", b"ctts"):
            (count,) = struct.unpack_from(">I", table, 4)
            return table[:4] + struct.pack(">I", count * times) + table[8:] * times
        if kind == b"stss":
            (count,) = struct.unpack_from(">I", table, 4)
            keys = struct.unpack_from(f">{count}I", table, 8)
            shifted = [key + number * _samples for number in range(times) for key in keys]
            return struct.pack(f">II{len(shifted)}I", 0, len(shifted), *shifted)
        if kind == b"stsc":
            (count,) = struct.unpack_from(">I", table, 4)
            rows = [struct.unpack_from(">III", table, 8 + 12 * n) for n in range(count)]
            out = [(r[0] + n * _chunks, *r[1:]) for n in range(times) for r in rows]
            return struct.pack(">II", 0, len(out)) + b"".join(struct.pack(">III", *r) for r in out)
        return table

    _samples = _chunks = 0

    def change(tables: bytes) -> bytes:
        nonlocal _samples, _chunks
        known = dict(boxes(tables))
        (_samples,) = struct.unpack_from(">I", known[b"stsz"], 8)
        (_chunks,) = struct.unpack_from(">I", known[b"stco"], 4)
        return b"".join(box(kind, again(kind, content)) for kind, content in boxes(tables))

    # No edit list and headers that agree, so that nothing else is wrong.

    def lasting(at: int) -> Callable[[bytes], bytes]:
        def change(head: bytes) -> bytes:
            (length,) = struct.unpack_from(">I", head, at)
            return head[:at] + struct.pack(">I", length * times) + head[at + 4 :]

        return change

    def track(content: bytes) -> bytes:
        handler = dict(boxes(dict(boxes(content))[b"mdia"]))[b"hdlr"]
        if handler[8:12] not in kinds:
            return content
        content = b"".join(box(k, c) for k, c in boxes(content) if k != b"edts")
        content = changed(content, _TABLES[2:], change)
        content = changed(content, (b"mdia", b"mdhd"), lasting(16))
        return changed(content, (b"tkhd",), lasting(20))

    return changed(changed(data, _TRAK, track), (b"moov", b"mvhd"), lasting(16))


def pixel_aspect(data: bytes, across: int, down: int) -> bytes:
    """The file with pixels of another shape."""
    at = data.index(b"pasp")
    return data[: at + 4] + struct.pack(">II", across, down) + data[at + 12 :]


def matrix(data: bytes, *values: int) -> bytes:
    """The file with another matrix in every track header."""
    made = struct.pack(">9i", *values)
    return changed(data, (*_TRAK, b"tkhd"), lambda head: head[:40] + made + head[76:])


def fragments_again(data: bytes, times: int) -> bytes:
    """A fragmented file with its fragments repeated, each later in time by the whole of them."""
    found = boxes(data)
    head = [(k, c) for k, c in found if k not in (b"moof", b"mdat", b"mfra", b"sidx")]
    parts = [(k, c) for k, c in found if k in (b"moof", b"mdat")]
    out = [box(*one) for one in head]
    for number in range(times):
        for kind, content in parts:
            out.append(_later(content, number) if kind == b"moof" else box(kind, content))
    return b"".join(out)


def _later(moof: bytes, number: int) -> bytes:
    """A fragment moved by so many times four seconds, in its own track's ticks."""
    scales = {1: 10240, 2: 16000}

    def track(content: bytes) -> bytes:
        head = dict(boxes(content))[b"tfhd"]
        scale = scales[int.from_bytes(head[4:8], "big")]

        def later(time: bytes) -> bytes:
            wide = time[0] == 1
            start = int.from_bytes(time[4 : 12 if wide else 8], "big") + 4 * scale * number
            return time[:4] + start.to_bytes(8 if wide else 4, "big")

        return changed(content, (b"tfdt",), later)

    return changed(box(b"moof", moof), (b"moof", b"traf"), track)


def _run(*arguments: str | Path) -> None:
    command = [str(ffmpeg_binaries().ffmpeg), "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True)


def looped(clip: Path, target: Path, times: int) -> bytes:
    """The packets of a clip copied over and over, by ffmpeg; the ending names the container."""
    _run("-stream_loop", str(times - 1), "-i", clip, "-c", "copy", target)
    return target.read_bytes()


def with_subtitles(clip: Path, target: Path, srt: str) -> bytes:
    """A clip with a track of subtitles inside."""
    text = target.with_suffix(".srt")
    text.write_text(srt, encoding="utf-8")
    codec = "mov_text" if target.suffix == ".mp4" else "copy"
    _run("-i", clip, "-i", text, "-map", "0", "-map", "1", "-c", "copy", "-c:s", codec, target)
    return target.read_bytes()


def with_chapters(clip: Path, target: Path, count: int) -> bytes:
    """A clip with that many chapters of a millisecond."""
    listed = target.with_suffix(".txt")
    rows = (f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={n}\nEND={n + 1}\ntitle=c\n" for n in range(count))
    listed.write_text(";FFMETADATA1\n" + "".join(rows), encoding="utf-8")
    _run("-i", clip, "-i", listed, "-map", "0", "-map_chapters", "1", "-c", "copy", target)
    return target.read_bytes()


def _srt(count: int, text: str = "字幕") -> str:
    return "".join(
        f"{n + 1}\n{_clock(n * 10)} --> {_clock(n * 10 + 9)}\n{text}\n\n" for n in range(count)
    )


def _clock(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02},{rest:03}"


def long_by_tricks(clip: Path, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Four seconds that a container shows for minutes; the ending is that of the container."""
    folder.mkdir(parents=True, exist_ok=True)
    data = clip.read_bytes()
    yield "edits-again.mp4", edited(data, [(4000, 0, 0x10000)] * LOOPS)
    steps = [(1000 + 37 * n % 2900, 40 * n % 9000, 0x10000) for n in range(2 * LOOPS)]
    yield "edits-here-and-there.mp4", edited(data, steps)
    yield "samples-again.mp4", samples_again(data, LOOPS)
    yield "copied-again.mp4", looped(clip, folder / "loop.mp4", LOOPS)
    yield "copied-again.mkv", looped(clip, folder / "loop.mkv", LOOPS)
    fragments = make(
        folder / "fragments.mp4",
        *(picture(), tone()),
        movflags="+frag_keyframe+empty_moov+default_base_moof",
    )
    yield "fragments-again.mp4", fragments_again(fragments.read_bytes(), LOOPS)
    yield "last-frame-held.mp4", last_frame_held(data, 10240 * 160)
    yield "edit-held.mp4", edited(data, [(4000, 0, 0x10000), (156_000, 0, 0)])
    yield (
        "edit-empty-between.mp4",
        edited(data, [(2000, 0, 0x10000), (156_000, -1, 0x10000), (2000, 20480, 0x10000)]),
    )
    yield "edit-slow.mp4", edited(data, [(160_000, 0, 0x10000 // 40)])


def odd(clip: Path, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Shapes, clocks, cues and names beyond all measure."""
    folder.mkdir(parents=True, exist_ok=True)
    data = clip.read_bytes()
    media = (*_TRAK, b"mdia", b"mdhd")
    yield "pixels-of-65535-to-1.mp4", pixel_aspect(data, 65535, 1)
    yield "pixels-of-1-to-65535.mp4", pixel_aspect(data, 1, 65535)
    yield "pixels-of-0.mp4", pixel_aspect(data, 0, 0)
    yield "turned-by-45.mp4", matrix(data, 46341, 46341, 0, -46341, 46341, 0, 0, 0, 1 << 30)
    yield "matrix-of-zeros.mp4", matrix(data, *[0] * 9)
    yield "matrix-huge.mp4", matrix(data, *[(1 << 31) - 1] * 9)
    yield "empty-edit-of-an-hour.mp4", edited(data, [(3_600_000, -1, 0x10000), (4000, 0, 0x10000)])
    yield (
        "empty-edit-of-a-month.mp4",
        edited(data, [(2_592_000_000, -1, 0x10000), (4000, 0, 0x10000)]),
    )
    yield "edit-before-the-start.mp4", edited(data, [(4000, -90_000, 0x10000)])
    yield "edits-by-100000.mp4", edited(data, [(1, n % 9000, 0x10000) for n in range(100_000)])
    yield "ticks-of-0.mp4", ticks(ticks(data, media, 0), (b"moov", b"mvhd"), 0)
    yield "ticks-huge.mp4", ticks(data, media, 0x7FFFFFFF)
    yield "ticks-of-1.mp4", ticks(data, media, 1)
    yield "ticks-negative.mp4", ticks(data, media, 0x80000001)
    slow = _TIMES_SLOWED * 1_000_000
    yield "frame-in-a-million-seconds.mp4", last_frame_held(data, min(slow, 0x7FFFFFFF))
    yield "frame-of-negative-length.mp4", last_frame_held(data, 0xFFFFFFF0)
    few = with_subtitles(clip, folder / "cues.mp4", _srt(40))
    yield "cues-by-400000.mp4", samples_again(few, 10_000, (b"sbtl", b"text"))
    yield (
        "cue-of-50-million.mkv",
        with_subtitles(clip, folder / "cue.mkv", _srt(1, "字" * 17_000_000)),
    )
    yield "chapters-by-100000.mkv", with_chapters(clip, folder / "chapters.mkv", 100_000)
    yield "chapters-by-60000.mp4", with_chapters(clip, folder / "chapters.mp4", 60_000)


def unordered(clip: Path, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Clocks that go back, and a picture of 3840 by 2160 in HEVC."""
    folder.mkdir(parents=True, exist_ok=True)
    back = folder / "back.mkv"
    jump = "setts=pts='if(gt(N,20),PTS-1500,PTS)':dts='if(gt(N,20),DTS-1500,DTS)'"
    _run("-i", clip, "-c", "copy", "-bsf:v", jump, back)
    yield "clock-goes-back.mkv", back.read_bytes()
    yield (
        "clock-goes-back.mp4",
        changed(
            clip.read_bytes(),
            (*_TABLES, b"stts"),
            lambda table: struct.pack(">IIIIII", 0, 2, 20, 1024, 20, 0xFFFFFC00),
        ),
    )
    large = make(
        folder / "large.mp4",
        picture("3840x2160", seconds=1, rate=4),
        tone(1),
        vcodec="libx265",
        **{"x265-params": "log-level=none"},
    )
    yield "hevc-of-3840-by-2160.mp4", large.read_bytes()


_TIMES_SLOWED = 10_240
