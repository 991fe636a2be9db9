"""What can be seen on a part of a page, in words: to notice that a picture of it has grown old.

Not pixels, which differ with fonts and machines. A record has every visible text, label, choice
and control with its looks (size, weight, colours) and about where it is.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

_LOOK: Final = (Path(__file__).parent / "seen.js").read_text(encoding="utf-8")

# How far a part may be from where it was, as a share of the picture: lines break elsewhere in
# other fonts.
TOLERANCE: Final = 0.2
# What begins in this share of the picture at the right may have been cut off: how wide a table is
# depends on the figures in it.
RIGHT: Final = 0.05

# What differs from run to run, and what stands for it.
MASKS: Final = {
    r"\b\d\d/\d\d(?:/\d{4})?,? \d\d:\d\d(?::\d\d)?": "(when)",
    r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?\S*": "(when)",
    r"\b[a-z]{22}\b": "(work)",
    r"\b[0-9a-f]{12,64}(?=…|\b)": "(hash)",
    r"\b\d+(?:\.\d+)? (?=(?:[kMG]B|B)\b)": "# ",  # of a film, which each ffmpeg makes as it can
    r"\bbilingual \d+(?:\.\w+)+": "bilingual (version)",
}


class Part(NamedTuple):
    """Something that is seen: its kind and words, how it looks, and where it begins in pixels."""

    kind: str
    said: str
    look: str
    x: int
    y: int

    @property
    def same(self) -> tuple[str, str, str]:
        """What has to be equal."""
        return self.kind, self.said, self.look


def masked(said: str) -> str:
    """Words without what differs from run to run, and with single spaces."""
    said = " ".join(said.split())
    for pattern, instead in MASKS.items():
        said = re.sub(pattern, instead, said)
    return said


def seen(page: Any, width: int, height: int) -> list[Part]:
    """What is seen in the upper left part of a window, frames included."""
    found = []
    for frame in page.frames:
        left = top = 0.0
        if frame.parent_frame is not None:
            box = frame.frame_element().bounding_box()
            if box is None:
                continue
            left, top = box["x"], box["y"]
        found += [
            Part(one["kind"], masked(one["said"]), one["look"], one["x"], one["y"])
            for one in frame.evaluate(_LOOK, [width, height, left, top])
        ]
    return sorted(found, key=lambda part: (part.y, part.x, part.same))


def differences(
    before: Sequence[Part], now: Sequence[Part], *, width: int, height: int
) -> list[str]:
    """What of a record is not seen any more or elsewhere, and what is seen that is not in it.

    What is so near the lower or the right edge that it may have been cut off counts in neither.
    """

    def unmatched(parts: Iterable[Part], others: Iterable[Part]) -> list[Part]:
        left = list(others)
        lacking = []
        for part in parts:
            near = [
                o
                for o in left
                if o.same == part.same
                and abs(o.x - part.x) <= TOLERANCE * width
                and abs(o.y - part.y) <= TOLERANCE * height
            ]
            if near:
                left.remove(min(near, key=lambda o: abs(o.x - part.x) + abs(o.y - part.y)))
            elif part.y < (1 - TOLERANCE) * height and part.x < (1 - RIGHT) * width:
                lacking.append(part)
        return lacking

    return [
        *(f"not seen any more: {part}" for part in unmatched(before, now)),
        *(f"not on the picture: {part}" for part in unmatched(now, before)),
    ]


def write(path: Path, picture: bytes, parts: Sequence[Part], *, width: int, height: int) -> None:
    """Keep what is seen on a picture, a line a part."""
    head = {
        "picture": hashlib.sha256(picture).hexdigest(),
        "width": width,
        "height": height,
    }
    lines = [json.dumps(part, ensure_ascii=False) for part in ([*part] for part in parts)]
    text = json.dumps(head)[:-1] + ', "seen": [\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, encoding="utf-8")


class Record(NamedTuple):
    """A record that was kept."""

    picture: str
    width: int
    height: int
    parts: list[Part]


def read(path: Path) -> Record:
    """A record that :func:`write` has kept."""
    found = json.loads(path.read_text(encoding="utf-8"))
    parts = [Part(*part) for part in found["seen"]]
    return Record(found["picture"], found["width"], found["height"], parts)
