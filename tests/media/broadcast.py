"""Transport streams, FLV and AVI that mean harm: indexes, tables, clocks and names that lie.

``broadcast(folder)`` yields files by name. Each is made of a sound clip of four seconds
(``sound_clips``) or of bytes put together here, from ISO/IEC 13818-1, Adobe's "Video File
Format Specification 10.1" with Enhanced RTMP, and Microsoft's "AVI RIFF File Reference"
with the OpenDML extensions.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.media.clips import make, picture, tone

PACKET = 188
_PAT, _SDT, _NULL = 0, 0x11, 0x1FFF
_FIRST_TABLE, _FIRST_STREAM = 0x20, 0x100
_LATER_S = 156
LOOPS = 40

Files = Iterator[tuple[str, bytes]]
Built = Callable[..., bytes]


def sound_clips(folder: Path) -> dict[str, bytes]:
    """Four seconds of picture and sound in each of the three containers."""
    folder.mkdir(parents=True, exist_ok=True)
    h264 = {"vcodec": "libx264", "preset": "ultrafast", "pix_fmt": "yuv420p", "g": 10}
    mpeg4 = {"vcodec": "mpeg4", "acodec": "libmp3lame", "g": 10}
    return {
        "ts": make(folder / "clip.ts", picture(), tone(), acodec="aac", **h264).read_bytes(),
        "flv": make(
            folder / "clip.flv", picture(), tone(), acodec="aac", ar=44100, **h264
        ).read_bytes(),
        "avi": make(folder / "clip.avi", picture(), tone(), **mpeg4).read_bytes(),
    }


def broadcast(folder: Path) -> Files:
    """All of them; ``ordinary.*`` are whole, and nothing is wrong with them."""
    clips = sound_clips(folder)
    for kind, data in clips.items():
        yield f"ordinary.{kind}", data
        yield f"half.{kind}", data[: len(data) // 2]
        yield f"head-only.{kind}", data[:600]
        yield f"zeros-within.{kind}", _zeros(data)
        yield f"clip-then-playlist.{kind}", data + b"#EXTM3U\n#EXTINF:9,\nfile:///etc/passwd\n"
        for number in range(3):
            yield f"flipped-{number}.{kind}", flipped(data, random.Random(f"{kind} {number}"))
    yield from _transport(clips["ts"])
    yield from _flash(clips["flv"])
    yield from _interleaved(clips["avi"])


def flipped(data: bytes, rnd: random.Random) -> bytes:
    """One to forty bits turned, more of them in the first four kilobytes than elsewhere."""
    out = bytearray(data)
    for _ in range(rnd.choice((1, 1, 2, 5, 40))):
        at = rnd.randrange(min(4096, len(out)) if rnd.random() < 0.4 else len(out))
        out[at] ^= 1 << rnd.randrange(8)
    return bytes(out)


def _zeros(data: bytes) -> bytes:
    """The middle half of the payload as a download's gaps leave it."""
    low, high = len(data) // 4, 3 * len(data) // 4
    return data[:low] + bytes(high - low) + data[high:]


# Transport streams


def _crc(data: bytes) -> int:
    """CRC-32/MPEG-2 (ISO/IEC 13818-1, annex A)."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ 0x04C11DB7) & 0xFFFFFFFF if value >> 31 else value << 1
    return value


def section(table: int, number: int, body: bytes, *, index: int = 0, last: int = 0) -> bytes:
    """A section of a table with its checksum."""
    length = len(body) + 9
    head = struct.pack(
        ">BHHBBB", table, 0xB000 | length, number, 0xC1 | index % 32 << 1, index, last
    )
    return head + body + struct.pack(">I", _crc(head + body))


def packets(pid: int, payload: bytes, *, pointer: bool = True) -> bytes:
    """A payload in transport packets; the last one is filled up."""
    data = (b"\0" if pointer else b"") + payload
    out = []
    for count, at in enumerate(range(0, len(data), PACKET - 4)):
        part = data[at : at + PACKET - 4]
        head = struct.pack(">BHB", 0x47, (0x4000 if at == 0 else 0) | pid, 0x10 | count % 16)
        out.append(head + part.ljust(PACKET - 4, b"\xff"))
    return b"".join(out)


def _programs(numbers: list[tuple[int, int]]) -> bytes:
    """A PAT: numbers of programs and where their tables are; as many sections as it takes."""
    parts = [numbers[at : at + 250] for at in range(0, len(numbers), 250)]
    return b"".join(
        packets(
            _PAT,
            section(
                0,
                1,
                b"".join(struct.pack(">HH", n, 0xE000 | pid) for n, pid in part),
                index=k,
                last=len(parts) - 1,
            ),
        )
        for k, part in enumerate(parts)
    )


def _map(program: int, streams: list[tuple[int, int, bytes]], more: bytes = b"") -> bytes:
    """A PMT: type, place and descriptors of each stream."""
    body = struct.pack(">HH", 0xE000 | _FIRST_STREAM, 0xF000 | len(more)) + more
    for kind, pid, described in streams:
        body += struct.pack(">BHH", kind, 0xE000 | pid, 0xF000 | len(described)) + described
    return section(2, program, body)


def _split(data: bytes) -> list[bytes]:
    return [data[at : at + PACKET] for at in range(0, len(data) - PACKET + 1, PACKET)]


def _pid(packet: bytes) -> int:
    return int.from_bytes(packet[1:3], "big") & 0x1FFF


def _stamp(value: int, mark: int) -> bytes:
    """A time stamp of 33 bits as PES headers write it."""
    return struct.pack(
        ">BHH",
        mark << 4 | value >> 29 & 0x0E | 1,
        value >> 14 & 0xFFFE | 1,
        value << 1 & 0xFFFE | 1,
    )


def _read_stamp(data: bytes) -> int:
    a, b, c = data[0], int.from_bytes(data[1:3], "big"), int.from_bytes(data[3:5], "big")
    return (a & 0x0E) << 29 | (b & 0xFFFE) << 14 | c >> 1


def retimed(data: bytes, change: Callable[[int], int]) -> bytes:
    """The stream with every PTS and DTS (90 kHz) put through ``change``; PCR as it is."""
    out = []
    for packet in _split(data):
        at = 5 + packet[4] if packet[3] & 0x20 else 4
        if packet[1] & 0x40 and packet[at : at + 3] == b"\0\0\x01" and packet[at + 3] >= 0xC0:
            flags = packet[at + 7] >> 6
            for k in range(min(2, flags.bit_count() if flags != 1 else 0)):
                where = at + 9 + 5 * k
                stamp = change(_read_stamp(packet[where : where + 5])) & (1 << 33) - 1
                mark = packet[where] >> 4
                packet = packet[:where] + _stamp(stamp, mark) + packet[where + 5 :]
        out.append(packet)
    return b"".join(out)


def _transport(clip: bytes) -> Files:
    each = _split(clip)
    video = next(p for p in map(_pid, each) if p >= _FIRST_STREAM)
    yield "copied-again.ts", clip * LOOPS
    yield (
        "copied-again-later.ts",
        b"".join(retimed(clip, (4 * 90_000 * n).__add__) for n in range(LOOPS)),
    )
    yield "stretched.ts", retimed(clip, lambda t: t * LOOPS)
    top = 4 * 90_000
    first = min(_read_stamp(p[i : i + 5]) for p in each if (i := _place(p)))
    yield (
        "last-frames-late.ts",
        retimed(clip, lambda t: t + _LATER_S * 90_000 if t > first + top * 0.9 else t),
    )
    yield "clock-goes-back.ts", retimed(clip, lambda t: t - 120_000 if t > first + top / 2 else t)
    yield "clock-wraps.ts", retimed(clip, lambda t: t - first + (1 << 33) - 180_000)
    yield "clock-of-a-day.ts", retimed(clip, lambda t: t + 24 * 3600 * 90_000)
    many = [(n, _FIRST_TABLE + n % 7000) for n in range(1, 5001)]
    yield "programs-by-5000.ts", _programs(many) + clip
    tables = b"".join(
        packets(pid, _map(n, [(0x1B, 0x1000 + n % 4000, b"")])) for n, pid in many[:3000]
    )
    yield "maps-by-3000.ts", _programs(many[:3000]) + tables + clip
    wide = [(kind % 256, 0x200 + kind, b"") for kind in range(180)]
    yield (
        "a-program-of-180-streams.ts",
        _programs([(1, 0x1000)]) + packets(0x1000, _map(1, wide)) + clip,
    )
    growing = b"".join(
        packets(0x1000, _map(1, [(0x1B, 0x200 + n * 9 + k, b"") for k in range(9)]))
        for n in range(800)
    )
    yield "streams-that-change-by-7200.ts", _programs([(1, 0x1000)]) + growing + clip
    yield (
        "map-in-its-own-place.ts",
        _programs([(1, 0), (2, 0x1000)])
        + packets(0x1000, _map(2, [(0x1B, 0x1000, b""), (0x0F, 0, b"")]))
        + clip,
    )
    # A class-descriptor tree (ISO/IEC 14496-1) as deep as a section holds.
    deep = b""
    while len(deep) < 220:
        deep = b"\x03" + bytes([len(deep) + 3]) + b"\0\1\0" + deep
    nested = b"\x1d" + bytes([len(deep) + 2]) + b"\x11\x01" + deep
    yield (
        "descriptors-within-descriptors.ts",
        _programs([(1, 0x1000)])
        + packets(0x1000, _map(1, [(0x12, 0x101, b"\x1e\2\0\1"), (0x13, 0x102, b"")], nested[:250]))
        + packets(0x102, section(5, 1, deep * 4))
        + clip,
    )
    yield "one-packet-of-30-million.ts", clip[: 3 * PACKET] + _endless(video, 160_000)
    yield (
        "nothing-but-fill.ts",
        clip[: 3 * PACKET]
        + struct.pack(">BHB", 0x47, _NULL, 0x10).ljust(PACKET, b"\xff") * 100_000,
    )
    yield "garbage-for-20-million.ts", clip[: 40 * PACKET] + bytes(20_000_000) + clip
    yield (
        "scrambled.ts",
        b"".join(
            p if _pid(p) < _FIRST_STREAM else p[:3] + bytes([p[3] | 0xC0]) + p[4:] for p in each
        ),
    )
    yield (
        "adaptation-of-255.ts",
        b"".join(p if k % 9 else p[:3] + b"\x3f\xff" + p[5:] for k, p in enumerate(each)),
    )
    yield (
        "sizes-mixed.ts",
        b"".join(
            p if k < 200 else bytes(4) + p if k % 2 else p + bytes(16) for k, p in enumerate(each)
        ),
    )
    yield "with-time-stamps-of-4.m2ts", b"".join(bytes(4) + p for p in each)
    service = b"\x48" + bytes([255]) + b"\x01\xfc" + b"A" * 0xFC
    services = b"".join(
        packets(
            _SDT,
            section(
                0x42, n, b"\0\1\xff" + struct.pack(">HBH", n, 0xFC, 0x8000 | len(service)) + service
            ),
        )
        for n in range(3000)
    )
    yield "services-by-3000.ts", services + clip
    yield "packets-in-another-order.ts", b"".join(random.Random(3).sample(each, len(each)))


def _place(packet: bytes) -> int:
    """Where a packet's first time stamp is; 0 without any."""
    at = 5 + packet[4] if packet[3] & 0x20 else 4
    starts = packet[1] & 0x40 and packet[at : at + 3] == b"\0\0\x01" and packet[at + 3] >= 0xC0
    return at + 9 if starts and packet[at + 7] & 0x80 else 0


def _endless(pid: int, count: int) -> bytes:
    """One PES packet without a length, over that many packets."""
    head = b"\0\0\x01\xe0\0\0\x80\x80\x05" + _stamp(90_000, 2) + b"\0\0\0\1\x65"
    first = struct.pack(">BHB", 0x47, 0x4000 | pid, 0x10) + head.ljust(PACKET - 4, b"\x11")
    rest = b"".join(
        struct.pack(">BHB", 0x47, pid, 0x10 | n % 16) + b"\x22" * (PACKET - 4) for n in range(1, 17)
    )
    return first + rest * (count // 16)


# FLV

_SCRIPT, _VIDEO, _AUDIO = 18, 9, 8


def flv_tag(kind: int, at_ms: int, body: bytes) -> bytes:
    """A tag and its length behind it."""
    length = min(len(body), 0xFFFFFF)
    head = bytes([kind]) + length.to_bytes(3, "big")
    head += (at_ms & 0xFFFFFF).to_bytes(3, "big") + bytes([at_ms >> 24 & 0xFF]) + bytes(3)
    return head + body + struct.pack(">I", 11 + length)


def flv_tags(data: bytes) -> list[tuple[int, int, bytes]]:
    """The tags of a sound file: kind, time in milliseconds, body."""
    found, at = [], 13
    while at + 11 <= len(data):
        length = int.from_bytes(data[at + 1 : at + 4], "big")
        time = int.from_bytes(data[at + 4 : at + 7], "big") | data[at + 7] << 24
        found.append((data[at], time, data[at + 11 : at + 11 + length]))
        at += 15 + length
    return found


def _flv(tags: list[tuple[int, int, bytes]], head: bytes = b"FLV\1\5\0\0\0\x09\0\0\0\0") -> bytes:
    return head + b"".join(flv_tag(*tag) for tag in tags)


def _name(text: bytes) -> bytes:
    return struct.pack(">H", len(text)) + text


def _number(value: float) -> bytes:
    return b"\0" + struct.pack(">d", value)


def _described(**values: bytes) -> bytes:
    """``onMetaData`` with these values, already in AMF 0."""
    listed = b"".join(_name(key.encode()) + value for key, value in values.items())
    return (
        b"\2"
        + _name(b"onMetaData")
        + b"\x08"
        + struct.pack(">I", len(values))
        + listed
        + b"\0\0\x09"
    )


def _flash(clip: bytes) -> Files:
    tags = flv_tags(clip)
    media = [t for t in tags if t[0] != _SCRIPT]
    heads, frames = media[:2], media[2:]

    def told(**values: bytes) -> bytes:
        return _flv([(_SCRIPT, 0, _described(**values)), *media])

    yield "length-lies.flv", told(duration=_number(160))
    for name, value in (("nan", float("nan")), ("endless", float("inf")), ("negative", -1e300)):
        yield f"length-{name}.flv", told(duration=_number(value), framerate=_number(value))
    yield "size-lies.flv", told(width=_number(1e9), height=_number(-5), filesize=_number(1e18))
    yield (
        "copied-again.flv",
        _flv(heads + [(k, t + 4000 * n, b) for n in range(LOOPS) for k, t, b in frames]),
    )
    yield "stretched.flv", _flv(heads + [(k, t * LOOPS, b) for k, t, b in frames])
    late = [(k, t + 1000 * _LATER_S if t > 3600 else t, b) for k, t, b in frames]
    yield "last-frames-late.flv", _flv(heads + late)
    yield (
        "last-frame-in-a-month.flv",
        _flv(heads + frames[:-1] + [(frames[-1][0], 0x7FFFFFFF, frames[-1][2])]),
    )
    yield (
        "clock-goes-back.flv",
        _flv(heads + [(k, t - 1500 if t > 2000 else t, b) for k, t, b in frames]),
    )
    yield "clock-negative.flv", _flv(heads + [(k, t - 0x70000000, b) for k, t, b in frames])
    yield "clock-at-zero.flv", _flv(heads + [(k, 0, b) for k, _, b in frames])
    array = b"\x0a" + struct.pack(">I", 900_000) + _number(13) * 900_000
    listed = b"\3" + _name(b"filepositions") + array + _name(b"times") + array + b"\0\0\x09"
    yield "index-of-900000.flv", told(keyframes=listed)
    lies = b"\3" + _name(b"filepositions") + b"\x0a\xff\xff\xff\xff" + _number(13)
    yield "index-of-4-billion.flv", told(keyframes=lies + b"\0\0\x09")
    deep = _number(1)
    for _ in range(20_000):
        deep = b"\3" + _name(b"a") + deep
    yield "objects-within-objects.flv", told(a=deep)
    strict = b"\x0a\0\0\0\1" * 100_000
    yield "arrays-within-arrays.flv", told(a=strict)
    yield (
        "title-of-15-million.flv",
        told(title=b"\x0c" + struct.pack(">I", 15_000_000) + b"A" * 15_000_000),
    )
    values = {f"k{n}": _number(n) for n in range(200_000)}
    yield "values-by-200000.flv", told(**values)
    script = flv_tag(_SCRIPT, 0, _described(duration=_number(1)))
    yield "scripts-by-100000.flv", _flv(heads) + script * 100_000 + _flv(frames, b"")
    texts = [
        (
            _SCRIPT,
            n % 4000,
            b"\2"
            + _name(b"onTextData")
            + b"\3"
            + _name(b"text")
            + b"\2"
            + _name("字幕".encode())
            + b"\0\0\x09",
        )
        for n in range(50_000)
    ]
    yield "texts-by-50000.flv", _flv(heads + texts + frames)
    yield "head-of-4-billion.flv", b"FLV\1\5\xff\xff\xff\xff\0\0\0\0" + clip[13:]
    yield "tag-of-16-million.flv", _flv(heads) + b"\x09\xff\xff\xff" + bytes(7) + clip[13:]
    yield "tags-of-nothing.flv", _flv(heads) + flv_tag(_VIDEO, 0, b"") * 1_000_000
    yield (
        "lengths-behind-lie.flv",
        _flv(heads) + b"".join(flv_tag(*tag)[:-4] + b"\xff\xff\xff\xff" for tag in frames),
    )
    codecs = [(k, t, bytes([b[0] & 0xF0 | n % 16]) + b[1:]) for n, (k, t, b) in enumerate(frames)]
    yield "codec-changes.flv", _flv(heads + codecs)
    tracks = [
        (
            _VIDEO,
            n % 4000,
            bytes([0x96, 0x01 | n % 3 << 4]) + b"hvc1" + bytes([n % 256]) + b"\0\0\x05hello",
        )
        for n in range(5000)
    ]
    yield "tracks-within-a-tag.flv", _flv(heads + tracks + frames)
    yield (
        "fourcc-of-nothing.flv",
        _flv(
            [
                (_VIDEO, 0, b"\x90" + code + bytes(20))
                for code in (b"hvc1", b"av01", b"vp09", b"zzzz")
            ]
            + frames
        ),
    )
    yield "encrypted.flv", _flv([(k | 0x20, t, b) for k, t, b in media])


# AVI


def chunk(kind: bytes, body: bytes, length: int | None = None) -> bytes:
    """A RIFF chunk, filled to an even length."""
    size = len(body) if length is None else length
    return kind + struct.pack("<I", size & 0xFFFFFFFF) + body + b"\0" * (len(body) % 2)


def riff_list(kind: bytes, *parts: bytes) -> bytes:
    """A ``LIST`` of chunks."""
    return chunk(b"LIST", kind + b"".join(parts))


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks of a sound stretch."""
    found, at = [], 0
    while at + 8 <= len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        found.append((data[at : at + 4], data[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    return found


def _avi(*parts: bytes) -> bytes:
    return chunk(b"RIFF", b"AVI " + b"".join(parts))


def _interleaved(clip: bytes) -> Files:
    top = chunks(clip[12:])
    head = next(body for kind, body in top if kind == b"LIST" and body[:4] == b"hdrl")
    movie = next(body for kind, body in top if kind == b"LIST" and body[:4] == b"movi")
    index = next(body for kind, body in top if kind == b"idx1")
    hdrl, movi, idx1 = chunk(b"LIST", head), chunk(b"LIST", movie), chunk(b"idx1", index)
    inner = chunks(head[4:])
    avih = next(body for kind, body in inner if kind == b"avih")
    streams = [body for kind, body in inner if kind == b"LIST" and body[:4] == b"strl"]

    def built(headers: list[bytes], *rest: bytes, main: bytes = avih) -> bytes:
        lists = (chunk(b"LIST", body) for body in headers)
        return _avi(riff_list(b"hdrl", chunk(b"avih", main), *lists), *(rest or (movi, idx1)))

    def strh(stream: bytes, at: int, value: bytes) -> bytes:
        """The stream with bytes of its header replaced."""
        where = stream.index(b"strh") + 8 + at
        return stream[:where] + value + stream[where + len(value) :]

    yield "index-again.avi", _avi(hdrl, movi, chunk(b"idx1", index * LOOPS))
    yield "copied-again.avi", _avi(hdrl, chunk(b"LIST", movie[:4] + movie[4:] * LOOPS))
    rate = struct.pack("<II", 1000 * LOOPS, 10_000)
    yield "stretched.avi", built([strh(streams[0], 20, rate), *streams[1:]])
    for name, pair in (
        ("0", (0, 0)),
        ("huge", (1, 0xFFFFFFFF)),
        ("tiny", (0xFFFFFFFF, 1)),
        ("negative", (0x80000000, 25)),
    ):
        yield (
            f"ticks-of-{name}.avi",
            built([strh(s, 20, struct.pack("<II", *pair)) for s in streams]),
        )
    long = struct.pack("<I", 0xFFFFFFFF)
    yield "length-lies.avi", built([strh(s, 32, struct.pack("<I", 1600)) for s in streams])
    yield "length-of-4-billion.avi", built([strh(s, 32, long) for s in streams])
    yield "starts-late.avi", built([strh(s, 28, struct.pack("<I", 40_000)) for s in streams])
    yield "samples-of-4-billion.avi", built([strh(s, 44, long) for s in streams])
    yield "streams-by-1000.avi", built(streams * 500)
    yield "index-of-a-million.avi", _avi(hdrl, movi, chunk(b"idx1", index[:16] * 1_000_000))
    yield (
        "index-beyond-the-end.avi",
        _avi(
            hdrl,
            movi,
            chunk(
                b"idx1",
                b"".join(
                    struct.pack("<4sIII", b"00dc", 16, 0x7FFFFFFF - n, 64) for n in range(5000)
                ),
            ),
        ),
    )
    yield "no-index.avi", _avi(hdrl, movi)
    yield "index-first.avi", _avi(hdrl, idx1, movi)
    yield "lists-within-lists.avi", _avi(_nested(b"hdrl", 20_000), hdrl, movi, idx1)
    yield (
        "lists-within-the-movie.avi",
        _avi(hdrl, chunk(b"LIST", b"movi" + _nested(b"rec ", 20_000) + movie[4:])),
    )
    yield (
        "chunks-by-the-million.avi",
        _avi(hdrl, chunk(b"LIST", b"movi" + chunk(b"JUNK", b"") * 1_000_000 + movie[4:])),
    )
    yield (
        "frames-of-nothing.avi",
        _avi(hdrl, chunk(b"LIST", movie + chunk(b"00dc", b"") * 1_000_000)),
    )
    yield "parts-by-100000.avi", clip + chunk(b"RIFF", b"AVIX" + riff_list(b"movi")) * 100_000
    yield "size-of-0.avi", b"RIFF" + bytes(4) + clip[8:]
    yield "size-of-4-billion.avi", b"RIFF\xff\xff\xff\xff" + clip[8:]
    yield "movie-of-4-billion.avi", _avi(hdrl, b"LIST\xff\xff\xff\xff" + movie)
    yield "header-of-4-billion.avi", _avi(b"LIST\xff\xff\xff\xff" + head, movi, idx1)
    yield (
        "format-of-4-billion.avi",
        built([s.replace(b"strf" + struct.pack("<I", 40), b"strf" + long, 1) for s in streams]),
    )
    shape = streams[0].index(b"strf") + 8 + 4
    for name, size in (("65535", (65535, 65535)), ("negative", (-320, -180)), ("0", (0, 0))):
        entry = streams[0][:shape] + struct.pack("<ii", *size) + streams[0][shape + 8 :]
        yield f"picture-of-{name}.avi", built([entry, *streams[1:]])
    yield (
        "name-of-20-million.avi",
        built([streams[0] + chunk(b"strn", b"A" * 20_000_000), *streams[1:]]),
    )
    tags = riff_list(b"INFO", *(chunk(b"INAM", b"title") for _ in range(200_000)))
    yield "tags-by-200000.avi", _avi(hdrl, tags, movi, idx1)
    names = (chunk(struct.pack(">I", 0x41000000 + n), b"x") for n in range(60_000))
    yield "tags-of-60000-names.avi", _avi(hdrl, riff_list(b"INFO", *names), movi, idx1)
    yield from _great_index(streams, built, movie)
    text = b"1\n00:00:01,000 --> 00:00:02,000\n" + "字幕".encode() + b"\n"
    yield "subtitles-inside.avi", _with_subtitles(streams, text, built, movie)
    yield "avi-as-its-own-subtitles.avi", _with_subtitles(streams, clip, built, movie)
    playlist = b"#EXTM3U\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
    yield "playlist-as-its-subtitles.avi", _with_subtitles(streams, playlist, built, movie)
    digital = strh(strh(streams[0], 0, b"iavs"), 4, b"dvsd")
    yield "digital-video-inside.avi", built([digital])
    yield "codec-of-nothing.avi", built([strh(streams[0], 4, b"ZZZZ"), *streams[1:]])
    palettes = chunk(b"00pc", struct.pack("<BBH", 0, 0, 0) + bytes(1024)) * 20_000
    yield "palettes-by-20000.avi", _avi(hdrl, chunk(b"LIST", b"movi" + palettes + movie[4:]))


def _nested(kind: bytes, depth: int) -> bytes:
    deep = b""
    for _ in range(depth):
        deep = b"LIST" + struct.pack("<I", len(deep) + 4) + kind + deep
    return deep


def _great_index(streams: list[bytes], built: Built, movie: bytes) -> Files:
    """OpenDML indexes: into themselves, into each other, by the million."""

    def super_index(entries: int, offset: int) -> bytes:
        head = struct.pack("<HBBI4s12x", 4, 0, 0, entries, b"00dc")
        return chunk(b"indx", head + struct.pack("<QII", offset, 32, 40) * entries)

    for name, offset in (("itself", 300), ("the-end", 0x7FFFFFFFFFFF), ("the-start", 0)):
        yield (
            f"great-index-of-{name}.avi",
            built([streams[0] + super_index(4000, offset), *streams[1:]]),
        )
    rows = b"".join(struct.pack("<II", at + 8, size) for at, size in _frames(movie)) * LOOPS

    def index(count: int, base: int) -> bytes:
        head = struct.pack("<HBBI4sQ4x", 2, 0, 1, count, b"00dc", base)
        return chunk(b"indx", head + rows)

    count = len(rows) // 8
    base = built([streams[0] + index(count, 0), *streams[1:]]).index(b"movi")
    yield "great-index-again.avi", built([streams[0] + index(count, base), *streams[1:]])
    huge = index(0x7FFFFFFF, base)
    yield "great-index-of-2-billion.avi", built([streams[0] + huge, *streams[1:]])


def _frames(movie: bytes) -> list[tuple[int, int]]:
    """Where the pictures of a movie list are, from its own type on, and how long."""
    found, at = [], 4
    while at + 8 <= len(movie):
        length = int.from_bytes(movie[at + 4 : at + 8], "little")
        if movie[at : at + 4] == b"00dc":
            found.append((at, length))
        at += 8 + length + length % 2
    return found


def _with_subtitles(streams: list[bytes], text: bytes, built: Built, movie: bytes) -> bytes:
    """A third stream in the form GAB2, which holds a whole file of subtitles."""
    strh = (
        b"txts"
        + bytes(16)
        + struct.pack("<II", 1, 1000)
        + bytes(4)
        + struct.pack("<I", 1)
        + bytes(20)
    )
    listed = b"strl" + chunk(b"strh", strh) + chunk(b"strf", bytes(40))
    packed = b"GAB2\0" + struct.pack("<HI", 2, 4) + "t\0".encode("utf-16-le")
    packed += struct.pack("<HI", 4, len(text)) + text
    return built([*streams, listed], chunk(b"LIST", movie + chunk(b"02tx", packed)))
