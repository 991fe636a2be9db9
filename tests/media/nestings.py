"""Boxes nested in odd ways, some with still pictures among them: what the screen is held against.

``nestings(clip, seed, count)`` makes files from a sound clip (index at the end)
and a fragmented one. ``reached(path)`` asks ffprobe's own trace which boxes it
opened. ``ordinary(folder)`` makes films as cameras and programs lay them out.
"""

from __future__ import annotations

import random
import re
import struct
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bilingual.media.binaries import ffmpeg_binaries
from tests.media.clips import make, picture, tone
from tests.media.hostile import FTYP, box

STILL = (b"iprp", b"ispe", b"iloc", b"iinf", b"iref")
_PARENTS = (
    *(b"moov", b"trak", b"mdia", b"minf", b"dinf", b"stbl", b"edts", b"tref", b"udta", b"moof"),
    *(b"traf", b"mvex", b"ilst", b"wave", b"sinf", b"schi", b"free", b"skip", b"wide", b"hoov"),
    *(b"uuid", b"meta", b"mdat", b"junk", b"pnot", b"stsd", b"gmhd", b"jp2h", b"ipco", b"glbl"),
)
_TYPE = re.compile(rb"type:'(.{4})' parent:'")
_OPENED = re.compile(rb"ipco: index|ipma: property|ispe: item|iloc: item|infe: item|dimg: from")


@dataclass(frozen=True)
class Nesting:
    """A file, and in words how it was made."""

    data: bytes
    made: str


def still_picture(rng: random.Random) -> bytes:
    """One of the boxes of still pictures; most often properties that ffmpeg reads to the end."""
    kind = rng.choice((*(b"iprp",) * 4, *STILL))
    if kind == b"iprp":
        size = box(b"ispe", struct.pack(">III", 0, 64, 64))
        shown = box(b"ipma", struct.pack(">IIHBB", 0, 1, 1, 1, 1))
        return box(b"iprp", box(b"ipco", size), shown)
    if kind == b"iloc":
        return box(b"iloc", struct.pack(">IBBHHHHII", 0, 0x44, 0, 1, 1, 0, 1, 40, 8))
    if kind == b"iinf":
        entry = box(b"infe", struct.pack(">IHH", 2 << 24, 1, 0), b"av01", b"x\0")
        return box(b"iinf", struct.pack(">IH", 0, 1), entry)
    if kind == b"iref":
        return box(b"iref", bytes(4), box(b"cdsc", struct.pack(">HHH", 1, 1, 1)))
    return box(b"ispe", struct.pack(">III", 0, 64, 64))


def _headed(rng: random.Random, kind: bytes, body: bytes) -> tuple[bytes, str]:
    """A box with its size in one of the ways that there are, right and wrong ones."""
    how = rng.choices(
        ("32", "64", "zero", "too-long", "endless", "too-short", "one"), (60, 12, 8, 8, 4, 6, 2)
    )[0]
    length = 8 + len(body)
    if how == "64":
        return struct.pack(">I4sQ", 1, kind, 8 + length) + body, how
    if how == "zero":
        return struct.pack(">I4s", 0, kind) + body, how
    if how == "too-long":
        return struct.pack(">I4s", length + rng.choice((1, 4, 8, 64, 5000)), kind) + body, how
    if how == "endless":
        return struct.pack(">I4sQ", 1, kind, rng.choice(((1 << 63) - 1, 1 << 40))) + body, how
    if how == "too-short":
        return struct.pack(">I4s", max(8, length - rng.choice((1, 4, 8, 12))), kind) + body, how
    if how == "one":
        return struct.pack(">I4s", rng.choice((2, 4, 7)), kind) + body, how
    return struct.pack(">I4s", length, kind) + body, how


def _wrapped(rng: random.Random, inner: bytes) -> tuple[bytes, str]:
    """Some bytes within up to a dozen boxes, with others beside them."""
    words = []
    for _ in range(rng.choices((0, 1, 2, 3, 5, 9, 12), (30, 30, 15, 10, 7, 5, 3))[0]):
        kind = rng.choice(_PARENTS)
        before, after = b"", b""
        if kind == b"meta":
            version = rng.choice((b"", bytes(4), bytes(8), b"\0"))
            handler = box(b"hdlr", bytes(8), rng.choice((b"mdta", b"pict", b"mdir")), bytes(13))
            before = version + rng.choice((handler, handler, b""))
        elif kind in (b"free", b"hoov", b"skip") and rng.random() < 0.6:
            before = box(b"mvhd", bytes(100))
        elif kind == b"uuid":
            before = rng.randbytes(16)
        elif kind == b"stsd":
            entry, how = _headed(rng, rng.choice((b"avc1", b"mp4a", b"tmcd")), bytes(78) + inner)
            words.append(how)
            inner = struct.pack(">II", 0, rng.choice((1, 1, 2))) + entry
        elif rng.random() < 0.3:
            before = box(rng.choice((b"free", b"skip", b"name", b"tkhd")), bytes(rng.randrange(20)))
        if rng.random() < 0.3:
            after = rng.choice((bytes(4), bytes(3), box(b"free", bytes(9)), b"\0\0\0\x03abcd"))
        inner, how = _headed(rng, kind, before + inner + after)
        words.append(f"{kind.decode()}/{how}")
    return inner, " in ".join(words) or "bare"


def _top(data: bytes) -> list[tuple[bytes, bytes]]:
    """The boxes of a sound file, by type."""
    found, at = [], 0
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        found.append((data[at + 4 : at + 8], data[at : at + length]))
        at += length
    return found


def _grown(data: bytes, path: tuple[bytes, ...], more: bytes) -> bytes:
    """Boxes with something appended within the one that a path names; sizes made right."""
    out, done = [], False
    for kind, whole in _top(data):
        if kind == path[0] and not done:
            done = True
            body = whole[8:] + more if len(path) == 1 else _grown(whole[8:], path[1:], more)
            whole = box(kind, body)
        out.append(whole)
    return b"".join(out)


def _into_index(rng: random.Random, clip: bytes, inner: bytes) -> tuple[bytes, str]:
    media = (b"moov", b"trak", b"mdia")
    paths: list[tuple[bytes, ...]] = [media[:1], media[:2], media, (*media, b"minf")]
    paths += [(*media, b"minf", b"stbl"), (b"moov", b"udta"), (b"moov", b"trak", b"edts")]
    path = rng.choice(paths)
    return _grown(clip, path, inner), "within " + b".".join(path).decode()


def _beside(rng: random.Random, clip: bytes, inner: bytes) -> tuple[bytes, str]:
    parts = [whole for _, whole in _top(clip)]
    place = rng.randrange(1, len(parts) + 1)
    return b"".join((*parts[:place], inner, *parts[place:])), f"before part {place}"


def _lost_index(rng: random.Random, clip: bytes, inner: bytes) -> tuple[bytes, str]:
    """The index within ``free`` or ``hoov``, where ffmpeg looks again."""
    data, _ = _into_index(rng, clip, inner)
    name = rng.choice((b"free", b"hoov", b"skip", b"wide"))
    return data.replace(b"moov", name, 1), f"index in {name.decode()}"


def _in_media_data(rng: random.Random, clip: bytes, inner: bytes) -> tuple[bytes, str]:
    """Within media data; an index of segments may send ffmpeg there."""
    parts = _top(clip)
    out = b""
    at = None
    for kind, whole in parts:
        if kind == b"mdat" and at is None:
            at = len(out) + len(whole)
            whole = box(b"mdat", whole[8:], inner)
        out += whole
    assert at is not None
    if rng.random() < 0.5:
        return out, "media data"
    shift = rng.choice((0, 0, 0, 8, -8, 4))
    segment = struct.pack(">IIIII", 0, 1, 1000, 0, 0) + struct.pack(">HHIII", 0, 1, 8, 1000, 0)
    index = box(b"sidx", segment)
    far = at + len(index) - (len(FTYP) + len(index)) + shift
    segment = struct.pack(">IIIII", 0, 1, 1000, 0, max(0, far)) + struct.pack(
        ">HHIII", 0, 1, max(0, len(out) - at - shift), 1000, 0
    )
    head = len(parts[0][1])
    return out[:head] + box(b"sidx", segment) + out[head:], f"media data, by sidx {shift:+}"


def _two_indexes(rng: random.Random, clip: bytes, inner: bytes) -> tuple[bytes, str]:
    second, _ = _into_index(rng, clip, inner)
    index = next(whole for kind, whole in _top(second) if kind == b"moov")
    return (clip + index, "second index") if rng.random() < 0.5 else (index + clip, "first index")


def _cut(rng: random.Random, clip: bytes, inner: bytes) -> tuple[bytes, str]:
    """At the end, with a box around it that is cut off by the end of the file."""
    kind = rng.choice(_PARENTS)
    length = 8 + len(inner) + rng.choice((1, 100, 1 << 20))
    return clip + struct.pack(">I4s", length, kind) + inner, f"cut-off {kind.decode()}"


_PLACES: tuple[Callable[[random.Random, bytes, bytes], tuple[bytes, str]], ...] = (
    _into_index,
    _into_index,
    _beside,
    _beside,
    _lost_index,
    _in_media_data,
    _two_indexes,
    _cut,
)


def nestings(clips: list[bytes], seed: int, count: int) -> Iterator[Nesting]:
    """Files from sound clips; nine of ten hold a box of still pictures somewhere."""
    rng = random.Random(seed)
    for _ in range(count):
        inner = still_picture(rng) if rng.random() < 0.9 else box(b"junk", rng.randbytes(24))
        named = inner[4:8].decode()
        inner, how = _wrapped(rng, inner)
        data, where = rng.choice(_PLACES)(rng, rng.choice(clips), inner)
        yield Nesting(data, f"{named}: {how}; {where}")


def fragmented(path: Path) -> Path:
    """A clip in fragments, with an index of its segments."""
    return make(path, picture(), tone(), movflags="+frag_keyframe+empty_moov+dash+global_sidx")


def reached(path: Path) -> bool:
    """Whether ffprobe opens a box of still pictures in a file, by its own trace."""
    command = [str(ffmpeg_binaries().ffprobe), "-v", "trace", "-f", "mov", "-show_packets"]
    command += ["-of", "csv=p=0", "-show_entries", "packet=size", f"file:{path}"]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    if any(kind in STILL for kind in _TYPE.findall(done.stderr)):
        return True
    return _OPENED.search(done.stderr) is not None


def _keys() -> bytes:
    """Metadata as an iPhone writes it: ``meta`` without a version, keys and values."""
    names = (b"com.apple.quicktime.make", b"com.apple.quicktime.model")
    keys = b"".join(box(b"mdta", name) for name in names)
    values = b"".join(
        struct.pack(">II", 8 + 16 + 5, n + 1) + box(b"data", struct.pack(">II", 1, 0), b"Apple")
        for n in range(len(names))
    )
    handler = box(b"hdlr", bytes(8), b"mdta", bytes(12), b"\0")
    return box(b"meta", handler, box(b"keys", struct.pack(">II", 0, 2), keys), box(b"ilst", values))


def ordinary(folder: Path) -> dict[str, bytes]:
    """Films as they come: by cameras, phones, editing programs and streaming services."""
    both = (picture(), tone())

    def made(name: str, *streams: object, **options: object) -> bytes:
        return make(folder / name, *(streams or both), **options).read_bytes()

    clip = made("plain.mp4")
    chapters = folder / "chapters.txt"
    chapters.write_text(
        ";FFMETADATA1\n"
        + "".join(
            f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={n * 1000}\nEND={n * 1000 + 1000}\ntitle={n}\n"
            for n in range(4)
        )
    )
    ffmpeg = [str(ffmpeg_binaries().ffmpeg), "-v", "error", "-y", "-i", str(folder / "plain.mp4")]

    def copied(name: str, *arguments: str) -> bytes:
        subprocess.run([*ffmpeg, *arguments, "-c", "copy", str(folder / name)], check=True)
        return (folder / name).read_bytes()

    still = str(folder / "cover.jpg")
    subprocess.run([*ffmpeg, "-frames:v", "1", "-update", "1", still], check=True)
    files = {
        "plain": clip,
        "faststart": made("faststart.mp4", movflags="+faststart"),
        "quicktime": made("quicktime.mov"),
        "fragments": made("frag.mp4", movflags="+frag_keyframe+empty_moov+default_base_moof"),
        "fragments with an index": fragmented(folder / "dash.mp4").read_bytes(),
        "fragments with a table at the end": made("ism.mp4", movflags="+frag_keyframe"),
        "fragment a frame": made("every.mp4", movflags="+frag_every_frame+empty_moov"),
        "late sound": made("late.mp4", picture(), tone().filter("asetpts", "PTS+1/TB")),
        "frames of B": made("b.mp4", preset="medium", bf=3),
        "time code": made("timecode.mov", timecode="01:00:00:00"),
        "chapters": copied("chapters.mp4", "-i", str(chapters), "-map", "0", "-map_chapters", "1"),
        "cover": copied(
            "cover.mp4", "-i", still, "-map", "0", "-map", "1", "-disposition:v:1", "attached_pic"
        ),
    }
    wide = _top(clip)
    files["iPhone"] = _grown(clip, (b"moov",), _keys())
    files["GoPro"] = _grown(
        clip,
        (b"moov", b"udta"),
        box(b"FIRM", b"HD9.01.01.60.00") + box(b"LENS", bytes(13)) + box(b"GPMF", bytes(64)),
    )
    files["user data that ends in zeros"] = _grown(
        clip, (b"moov",), box(b"udta", box(b"\xa9mak", b"\0\5\0\0Canon"), bytes(4))
    )
    files["metadata of a movie"] = _grown(
        clip, (b"moov",), box(b"meta", bytes(4), box(b"hdlr", bytes(8), b"ID32", bytes(13)))
    )
    files["wide before the media data"] = b"".join(
        (box(b"wide") if kind == b"mdat" else b"") + whole for kind, whole in wide
    )
    files["free everywhere"] = b"".join(whole + box(b"free", bytes(4096)) for _, whole in wide)
    files["an old index, freed"] = clip + next(
        whole for kind, whole in wide if kind == b"moov"
    ).replace(b"moov", b"free", 1)
    files["an XMP packet"] = clip + box(
        b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), b"<x:xmpmeta/>" * 50
    )
    files["media data to the end"] = b"".join(
        [whole for kind, whole in _top(files["faststart"]) if kind != b"mdat"]
        + [
            struct.pack(">I4s", 0, kind) + whole[8:]
            for kind, whole in _top(files["faststart"])
            if kind == b"mdat"
        ]
    )
    files["sizes of 64 bits"] = b"".join(
        struct.pack(">I4sQ", 1, kind, len(whole) + 8) + whole[8:] if kind == b"mdat" else whole
        for kind, whole in wide
    )
    files["a word in the title"] = _grown(
        clip, (b"moov", b"udta"), box(b"\xa9nam", b"\0\x0f\0\0", b"iprp, iloc, iinf")
    )
    return files
