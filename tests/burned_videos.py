"""Videos with known text in the picture, drawn frame by frame.

Text is drawn by Pillow (raqm, so that Tibetan stacks as it should), the picture
is made of noise, and libx264 compresses it as uploads are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from bilingual.media.ffmpeg import encode

Background = Literal["still", "busy", "bright", "moving", "cuts"]
Style = Literal["outline", "box", "shadow", "yellow"]


@dataclass(frozen=True, kw_only=True)
class Text:
    """Text on the screen from ``start_ms`` to ``end_ms``.

    ``x`` and ``y`` are the middle of its last line's baseline box as shares of the
    picture; ``size`` is the font's as a share of the height; ``dx`` and ``dy``
    move it, in shares a second. Without ``shaped`` each sign is drawn by itself, as
    programs draw Tibetan that apply no rules of the font.
    """

    start_ms: int
    end_ms: int
    text: str
    font: str
    size: float = 0.05
    x: float = 0.5
    y: float = 0.92
    style: Style = "outline"
    fade_ms: int = 0
    dx: float = 0.0
    dy: float = 0.0
    alpha: float = 1.0
    anchor: str = "mm"
    shaped: bool = True


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A video to be drawn."""

    texts: Sequence[Text]
    duration_ms: int
    width: int = 1280
    height: int = 720
    frames: int = 25
    background: Background = "busy"
    seed: int = 0
    crf: int = 24
    extra: dict[str, Any] = field(default_factory=dict)


def draw(scene: Scene, target: Path) -> None:
    """Write the video as MP4 (H.264, 4:2:0)."""
    import ffmpeg

    stream = ffmpeg.input(
        "pipe:0",
        f="rawvideo",
        pix_fmt="rgb24",
        s=f"{scene.width}x{scene.height}",
        framerate=scene.frames,
    ).output(
        str(target.resolve()),
        vcodec="libx264",
        preset="veryfast",
        crf=scene.crf,
        pix_fmt="yuv420p",
        threads=2,
        f="mp4",
        **scene.extra,
    )
    encode(stream, stdin=pictures(scene))


def pictures(scene: Scene) -> Iterator[bytes]:
    """The frames, RGB."""
    behind = _backgrounds(scene)
    stamps = [_stamp(text, scene) for text in scene.texts]
    for number in range(scene.duration_ms * scene.frames // 1000):
        at = number * 1000 / scene.frames
        picture = behind(number).copy()
        for text, (stamp, x, y) in zip(scene.texts, stamps, strict=True):
            if text.start_ms <= at < text.end_ms:
                since = (at - text.start_ms) / 1000
                alpha = text.alpha
                if text.fade_ms:
                    near = min(at - text.start_ms, text.end_ms - at)
                    alpha *= min(1.0, (near + 1000 / scene.frames) / text.fade_ms)
                left = round(x + text.dx * since * scene.width)
                top = round(y + text.dy * since * scene.height)
                _paste(picture, stamp, left, top, alpha)
        yield picture.tobytes()


def _paste(picture: Any, stamp: Any, left: int, top: int, alpha: float) -> None:
    height, width = picture.shape[:2]
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(width, left + stamp.shape[1]), min(height, top + stamp.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    part = stamp[y0 - top : y1 - top, x0 - left : x1 - left].astype(np.float32)
    share = part[..., 3:] * (alpha / 255)
    here = picture[y0:y1, x0:x1]
    picture[y0:y1, x0:x1] = (here * (1 - share) + part[..., :3] * share).astype(np.uint8)


def _stamp(text: Text, scene: Scene) -> tuple[Any, float, float]:
    from PIL import Image, ImageDraw, ImageFont

    size = round(text.size * scene.height)
    name, _, index = text.font.partition("#")
    engine = ImageFont.Layout.RAQM if text.shaped else ImageFont.Layout.BASIC
    font = ImageFont.truetype(name, size, index=int(index or 0), layout_engine=engine)
    edge = {"outline": max(2, size // 16), "yellow": max(2, size // 18)}.get(text.style, 0)
    probe = ImageDraw.Draw(Image.new("RGBA", (8, 8)))
    lines = text.text.split("\n")
    boxes = [probe.textbbox((0, 0), line, font=font, stroke_width=edge) for line in lines]
    ascent, descent = font.getmetrics()
    step = ascent + descent
    pad = size // 3
    width = max(b[2] - b[0] for b in boxes) + 2 * pad
    height = step * len(lines) + 2 * pad
    image = Image.new("RGBA", (int(width), int(height)), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    if text.style == "box":
        image.paste((0, 0, 0, 170), (0, pad // 2, int(width), int(height) - pad // 2))
    fill = (255, 225, 60, 255) if text.style == "yellow" else (255, 255, 255, 255)
    for number, (line, box) in enumerate(zip(lines, boxes, strict=True)):
        x = (width - (box[2] - box[0])) / 2 - box[0]
        y = pad + number * step
        if text.style == "shadow":
            pen.text((x + size // 16, y + size // 16), line, font=font, fill=(0, 0, 0, 220))
        pen.text((x, y), line, font=font, fill=fill, stroke_width=edge, stroke_fill=(0, 0, 0, 255))
    x = text.x * scene.width
    x -= {"m": width / 2, "l": 0, "r": width}[text.anchor[0]]
    return np.asarray(image), x, text.y * scene.height - (height - pad - step / 2)


def _noise(rng: Any, height: int, width: int) -> Any:
    """Smooth noise of several octaves, 0..1, and a few hard edges."""
    from PIL import Image

    total = np.zeros((height, width), np.float32)
    weight = 0.0
    for octave in range(3, 9):
        cells = 2**octave
        small = rng.random((max(2, cells * height // width), cells)).astype(np.float32)
        big = Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)
        total += np.asarray(big) / 1.5 ** (octave - 3)
        weight += 1 / 1.5 ** (octave - 3)
    total /= weight
    for _ in range(25):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        w, h = int(rng.integers(20, width // 4)), int(rng.integers(20, height // 4))
        total[y : y + h, x : x + w] += float(rng.normal(0, 0.12))
    return np.clip((total - 0.25) * 2, 0, 1)


def _backgrounds(scene: Scene) -> Any:
    rng = np.random.default_rng(scene.seed)
    tint = rng.uniform(0.7, 1.0, 3)

    def colour(gray: Any, low: float, high: float) -> Any:
        return ((low + (high - low) * gray)[..., None] * tint * 255).astype(np.uint8)

    h, w = scene.height, scene.width
    if scene.background == "still":
        ramp = np.linspace(0.2, 0.7, h, dtype=np.float32)[:, None] * np.ones((1, w), np.float32)
        picture = colour(ramp, 0.0, 1.0)
        return lambda number: picture
    if scene.background == "bright":
        tint = np.array([1.0, 1.0, 0.98])
        picture = colour(_noise(rng, h, w), 0.72, 1.0)
        return lambda number: picture
    if scene.background == "busy":
        picture = colour(_noise(rng, h, w), 0.0, 0.95)
        return lambda number: picture
    if scene.background == "cuts":
        several = [colour(_noise(rng, h, w), 0.0, 0.5 + 0.1 * n) for n in range(5)]
        return lambda number: several[number // 60 % 5]
    wide = colour(_noise(rng, h + 200, w + 800), 0.0, 0.95)

    def moving(number: int) -> Any:
        x = int(400 + 399 * np.sin(number / 70))
        y = int(100 + 99 * np.sin(number / 45))
        return wide[y : y + h, x : x + w]

    return moving
