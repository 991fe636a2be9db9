"""Media files that mean harm, or look as if they did.

``corpus(folder, clip, trap)`` writes them. ``trap`` is the address of a server
that counts who calls; a file beside them holds a word that must show nowhere.
"""

from __future__ import annotations

import base64
import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

SECRET = "the-secret-word-that-nobody-may-read"


@dataclass(frozen=True)
class Case:
    """A hostile file. ``whole``: it is a sound clip under an odd name."""

    kind: str
    path: Path
    whole: bool = False


def box(kind: bytes, *content: bytes) -> bytes:
    """An ISO base media box."""
    body = b"".join(content)
    return struct.pack(">I", 8 + len(body)) + kind + body


FTYP = box(b"ftyp", b"isom", struct.pack(">I", 512), b"isomiso2avc1mp41")


def patched(data: bytes, kind: bytes, offset: int, value: bytes, *, every: bool = True) -> bytes:
    """The file with bytes within its boxes of that type replaced."""
    out, at = bytearray(data), data.find(b"moov")
    while (at := data.find(kind, at + 1)) >= 0:
        out[at + 4 + offset : at + 4 + offset + len(value)] = value
        if not every:
            break
    return bytes(out)


def stretched(data: bytes, factor: int) -> bytes:
    """The file with every sample lasting that many times as long (``stts``)."""
    out, at = bytearray(data), data.find(b"moov")
    while (at := data.find(b"stts", at + 1)) >= 0:
        (count,) = struct.unpack_from(">I", data, at + 8)
        for row in range(count):
            where = at + 12 + 8 * row + 4
            (delta,) = struct.unpack_from(">I", data, where)
            struct.pack_into(">I", out, where, delta * factor)
    return bytes(out)


def lengthened(data: bytes, factor: int) -> bytes:
    """The file with its headers (``mvhd``, ``tkhd``, ``mdhd``) announcing more time."""
    out = bytearray(data)
    for kind, offset in ((b"mvhd", 16), (b"tkhd", 20), (b"mdhd", 16)):
        at = data.find(b"moov")
        while (at := data.find(kind, at + 1)) >= 0:
            (length,) = struct.unpack_from(">I", data, at + 4 + offset)
            struct.pack_into(">I", out, at + 4 + offset, min(length * factor, 0xFFFFFFFF))
    return bytes(out)


def movie(*tracks: bytes, duration: int = 10_000) -> bytes:
    """A movie box with a header and these tracks."""
    header = struct.pack(">IIIII", 0, 0, 0, 1000, duration) + struct.pack(">IH10x", 0x10000, 0x100)
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    return box(b"moov", box(b"mvhd", header, matrix, bytes(24), struct.pack(">I", 2)), *tracks)


def track(
    *,
    table: bytes = b"",
    reference: bytes | None = None,
    entry: bytes | None = None,
    number: int = 1,
) -> bytes:
    """A video track with the given sample tables, data reference and sample entry."""
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    head = box(
        b"tkhd",
        struct.pack(">IIIII", 3, 0, 0, number, 0),
        struct.pack(">I8xHHHH", 10_000, 0, 0, 0, 0),
        matrix,
        struct.pack(">II", 320 << 16, 180 << 16),
    )
    media = box(b"mdhd", struct.pack(">IIIIIHH", 0, 0, 0, 1000, 10_000, 0x55C4, 0))
    handler = box(b"hdlr", bytes(8), b"vide", bytes(12), b"x\0")
    reference = reference or box(b"url ", struct.pack(">I", 1))
    information = box(b"dinf", box(b"dref", struct.pack(">II", 0, 1), reference))
    if entry is None:
        entry = sample_entry(320, 180)
    described = box(b"stsd", struct.pack(">II", 0, 1), entry)
    tables = box(b"stbl", described, table)
    inner = box(b"minf", box(b"vmhd", bytes(12)), information, tables)
    return box(b"trak", head, box(b"mdia", media, handler, inner))


def sample_entry(width: int, height: int, kind: bytes = b"mp4v", more: bytes = b"") -> bytes:
    """A visual sample entry."""
    start = bytes(6) + struct.pack(">H", 1) + bytes(16)
    size = struct.pack(">HH", width & 0xFFFF, height & 0xFFFF)
    rest = struct.pack(">III", 0x480000, 0x480000, 0) + struct.pack(">H", 1)
    return box(kind, start, size, rest, bytes(32), struct.pack(">Hh", 24, -1), more)


def one_sample_table(offset: int, length: int, count: int = 1) -> bytes:
    """Sample tables of ``count`` samples of one length, one to a chunk at one place."""
    return b"".join(
        (
            box(b"stts", struct.pack(">IIII", 0, 1, count, 1000)),
            box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 1, 1)),
            box(b"stsz", struct.pack(">III", 0, length, count)),
            box(b"stco", struct.pack(">II", 0, 1), struct.pack(">I", offset)),
        )
    )


def corpus(folder: Path, clip: Path, trap: str) -> list[Case]:
    """Write the files and name them; the clip is MP4 with its index at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    secret = folder / "secret.txt"
    secret.write_text(SECRET)
    (folder / "segment.mp4").write_bytes(clip.read_bytes())
    cases: list[Case] = []
    for make in (_playlists, _polyglots, _references, _bombs, _forgeries):
        for kind, data in make(clip.read_bytes(), secret, trap):
            path = folder / f"{kind}.mp4"
            path.write_bytes(data)
            cases.append(Case(kind, path))
    cases += _names(folder / "names", clip.read_bytes())
    cases += _special(folder / "special", secret)
    return cases


Files = Iterator[tuple[str, bytes]]
Maker = Callable[[bytes, Path, str], Files]


def _playlists(clip: bytes, secret: Path, trap: str) -> Files:
    head = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n"
    tail = "\n#EXT-X-ENDLIST\n"
    here = f"file://{secret.parent}/segment.mp4"
    coded = base64.b64encode(clip[:3000]).decode()
    for kind, text in {
        "hls-local": f"{head}#EXTINF:9,\nfile://{secret}{tail}",
        "hls-relative": f"{head}#EXTINF:9,\nsecret.txt{tail}",
        "hls-video": f"{head}#EXTINF:9,\n{here}{tail}",
        "hls-http": f"{head}#EXTINF:9,\n{trap}/segment.ts{tail}",
        "hls-key": f'{head}#EXT-X-KEY:METHOD=AES-128,URI="{trap}/key"\n#EXTINF:9,\n{here}{tail}',
        "hls-map": f'{head}#EXT-X-MAP:URI="{trap}/init.mp4"\n#EXTINF:9,\n{here}{tail}',
        "hls-data": f"{head}#EXTINF:9,\ndata:video/mp4;base64,{coded}{tail}",
        "hls-concat": f"{head}#EXTINF:9,\nconcat:{secret}|{trap}/x{tail}",
        "hls-subfile": f"{head}#EXTINF:9,\nsubfile,,start,0,end,30,,:{secret}{tail}",
        "hls-master": f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{trap}/list.m3u8\n",
        "ffconcat": f"ffconcat version 1.0\nfile '{secret.parent}/segment.mp4'\n",
        "ffconcat-http": f"ffconcat version 1.0\nfile {trap}/a.mp4\n",
        "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        f'mediaPresentationDuration="PT9S"><BaseURL>{trap}/</BaseURL><Period><AdaptationSet>'
        f'<Representation id="0" bandwidth="1" mimeType="video/mp4"><BaseURL>{here}</BaseURL>'
        "</Representation></AdaptationSet></Period></MPD>",
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
        "m=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
        "asx": f'<asx version="3.0"><entry><ref href="{trap}/a.wmv"/></entry></asx>',
        "smil": f'<smil><body><video src="{trap}/a.mp4"/></body></smil>',
        "imf": '<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/'
        f'schemas/2067-3/2016"><Id>{trap}</Id></CompositionPlaylist>',
        "rtsp-text": "[Reference]\nRef1=rtsp://127.0.0.1:9/x\n",
        "vobsub": "# VobSub index file, v7\nid: en, index: 0\n",
        "svg": f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{trap}/a.png"/></svg>',
    }.items():
        yield kind, text.encode()


def _polyglots(clip: bytes, secret: Path, trap: str) -> Files:
    playlist = f"#EXTM3U\n#EXTINF:9,\n{trap}/a.ts\n#EXTINF:9,\nfile://{secret}\n".encode()
    yield "ftyp-then-playlist", FTYP + playlist
    yield "free-then-playlist", box(b"free", playlist) + playlist
    yield "id3-then-playlist", b"ID3\x04\0\0\0\0\0\0" + playlist
    yield "wave-then-playlist", b"RIFF" + struct.pack("<I", len(playlist) + 4) + b"WAVE" + playlist
    yield "ebml-then-playlist", b"\x1a\x45\xdf\xa3" + playlist
    yield "playlist-then-clip", playlist + clip
    yield "zip", b"PK\x03\x04" + clip
    yield "avi", b"RIFF\x00\x10\x00\x00AVI LIST" + bytes(64)


def _references(clip: bytes, secret: Path, trap: str) -> Files:
    table = one_sample_table(0, 64)
    for kind, url in (("dref-file", f"file://{secret}"), ("dref-http", f"{trap}/x")):
        reference = box(b"url ", struct.pack(">I", 0), url.encode() + b"\0")
        yield kind, FTYP + movie(track(table=table, reference=reference)) + box(b"mdat", bytes(64))
    name = str(secret).encode()
    alias = struct.pack(">I", 0) + bytes(6) + struct.pack(">H", 2) + bytes(142) + bytes(16)
    alias += struct.pack(">HH", 2, len(name)) + name + struct.pack(">HH", 0xFFFF, 0)
    yield (
        "dref-alias",
        FTYP + movie(track(table=table, reference=box(b"alis", alias))) + box(b"mdat", bytes(64)),
    )
    for kind, url in (("rmra-file", f"file://{secret}"), ("rmra-http", f"{trap}/x")):
        target = url.encode() + b"\0"
        link = box(b"rdrf", bytes(4), b"url ", struct.pack(">I", len(target)), target)
        yield kind, FTYP + box(b"moov", box(b"rmra", box(b"rmda", link)))


def _bombs(clip: bytes, secret: Path, trap: str) -> Files:
    def file(*tracks: bytes) -> bytes:
        return FTYP + box(b"mdat", bytes(4096)) + movie(*tracks)

    many = 0x0FFFFFFF
    yield "samples-by-the-million", file(track(table=one_sample_table(36, 16, many)))
    huge = b"".join(
        (
            box(b"stts", struct.pack(">IIII", 0, 1, many, 0x7FFFFFFF)),
            box(b"stsc", struct.pack(">IIIII", 0, 1, 1, many, 1)),
            box(b"stsz", struct.pack(">III", 0, 0, many)),
            box(b"stco", struct.pack(">II", 0, many)),
            box(b"ctts", struct.pack(">IIII", 0, 1, many, 1)),
        )
    )
    yield "tables-of-nothing", file(track(table=huge))
    yield (
        "picture-of-a-gigapixel",
        file(track(table=one_sample_table(36, 64), entry=sample_entry(65535, 65535))),
    )
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR"
    png += struct.pack(">IIBBBBB", 60000, 60000, 8, 6, 0, 0, 0) + bytes(64)
    yield (
        "png-of-a-gigapixel",
        FTYP
        + box(b"mdat", png + bytes(4096))
        + movie(
            track(
                table=one_sample_table(36, len(png) + 64), entry=sample_entry(60000, 60000, b"png ")
            )
        ),
    )
    yield (
        "a-thousand-tracks",
        file(*(track(table=one_sample_table(36, 16), number=n + 1) for n in range(1000))),
    )
    deep = b""
    for _ in range(20_000):
        deep = struct.pack(">I", 8 + len(deep)) + b"moov" + deep
    yield "boxes-within-boxes", FTYP + deep
    yield "boxes-by-the-million", FTYP + box(b"free") * 1_000_000
    title = box(b"data", struct.pack(">II", 1, 0), b"A" * 20_000_000)
    tags = box(b"udta", box(b"meta", bytes(4), box(b"ilst", box(b"\xa9nam", title))))
    at = clip.rfind(b"moov") - 4
    yield (
        "a-title-of-20-million-letters",
        (clip[:at] + struct.pack(">I", len(clip) - at + len(tags)) + clip[at + 4 :] + tags),
    )
    cover = box(b"covr", box(b"data", struct.pack(">II", 14, 0), png))
    tags = box(b"udta", box(b"meta", bytes(4), box(b"ilst", cover)))
    yield (
        "cover-of-a-gigapixel",
        (clip[:at] + struct.pack(">I", len(clip) - at + len(tags)) + clip[at + 4 :] + tags),
    )
    yield (
        "index-compressed",
        FTYP
        + box(b"mdat", bytes(64))
        + box(b"moov", box(b"cmov", box(b"dcom", b"zlib"), box(b"cmvd", bytes(64)))),
    )
    grid = box(b"ipco", box(b"ispe", struct.pack(">III", 0, 0x80000001, 0x80000001)))
    yield (
        "still-picture-grid",
        FTYP
        + box(b"meta", bytes(4), box(b"iprp", grid), box(b"iinf", bytes(6)))
        + clip[len(FTYP) :],
    )
    yield "random", b"\0\0\0\x18ftypisom" + bytes((i * 7919 + i * i) % 256 for i in range(65536))


def _forgeries(clip: bytes, secret: Path, trap: str) -> Files:
    yield "headers-announce-more", lengthened(clip, 40)
    yield "samples-stretched", stretched(clip, 40)
    yield "samples-stretched-over-an-hour", stretched(clip, 899)
    yield "headers-without-end", lengthened(clip, 1 << 30)
    at = clip.find(b"mdat") + 4
    yield (
        "media-of-zeros",
        clip[: at + 200]
        + bytes(len(clip[at + 200 : clip.rfind(b"moov") - 4]))
        + clip[clip.rfind(b"moov") - 4 :],
    )
    yield (
        "media-size-too-big",
        patched(clip, b"none", 0, b"").replace(clip[at - 8 : at], b"\x7f\xff\xff\xff" + b"mdat", 1),
    )
    yield "no-index", clip[: clip.rfind(b"moov") - 4]
    yield "half", clip[: len(clip) // 2]
    yield "header-only", clip[:40]
    yield "index-only", FTYP + clip[clip.rfind(b"moov") - 4 :]
    yield "chunks-beyond-the-end", patched(clip, b"stco", 8, b"\x7f\xff\xff\x00")
    yield "negative-sizes", FTYP + b"\0\0\0\x04moov" + clip
    yield "tables-torn", clip[:-3] + b"\xff\xff\xff"


def _names(folder: Path, clip: bytes) -> list[Case]:
    folder.mkdir()
    names: list[str | bytes] = [
        "-i.mp4",
        "-f",
        "--help",
        "-protocol_whitelist file,http.mp4",
        "a:b.mp4",
        "file:clip.mp4",
        "pipe:0",
        "fd:",
        "concat:a.mp4|b.mp4",
        "data:video;base64,AAAA",
        "clip%03d.mp4",
        "%d.mp4",
        "glob*?[a-z].mp4",
        "quote'\".mp4",
        "$(touch gone);`id`&.mp4",
        "line\nbreak.mp4",
        "tab\tand\x1b[31mcolour.mp4",
        "\u202egnp.4pm",
        "བོད་ཡིག 中文字幕.mp4",
        "nul\\0.mp4",
        " ",
        "n" * 251 + ".mp4",
        b"not-utf8-\xff\xfe.mp4",
    ]
    cases = []
    for number, name in enumerate(names):
        path = folder / os.fsdecode(name)
        path.write_bytes(clip)
        cases.append(Case(f"name-{number}", path, whole=True))
    inside = folder / "http:" / "127.0.0.1:9"
    inside.mkdir(parents=True)
    (inside / "x.mp4").write_bytes(clip)
    return [*cases, Case("name-like-a-url", inside / "x.mp4", whole=True)]


def _special(folder: Path, secret: Path) -> list[Case]:
    folder.mkdir()
    links = {"link-to-secret": secret, "link-to-zero": Path("/dev/zero"), "link-to-itself": None}
    for name, target in links.items():
        (folder / name).symlink_to(target or folder / name)
    os.mkfifo(folder / "fifo")
    (folder / "folder").mkdir()
    (folder / "empty").touch()
    with (folder / "sparse").open("wb") as file:
        file.write(FTYP + b"\0\0\0\x01mdat" + struct.pack(">Q", 16 + (3 << 30)))
        file.truncate(len(FTYP) + 16 + (3 << 30))
    (folder / "locked").write_bytes(b"x")
    (folder / "locked").chmod(0)
    return [Case(p.name, p) for p in sorted(folder.iterdir())] + [Case("device", Path("/dev/null"))]
