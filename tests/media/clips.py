"""Small clips, made by the ffmpeg that the library brings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ffmpeg

from bilingual.media.ffmpeg import encode


def picture(size: str = "320x180", seconds: float = 4, rate: int = 10) -> Any:
    """A moving test picture."""
    return ffmpeg.input(f"testsrc=size={size}:rate={rate}:duration={seconds}", f="lavfi")


def tone(seconds: float = 4, volume: float = 1.0) -> Any:
    """A sine of 440 Hz; its peak is 1/8 of full scale times ``volume``."""
    source = ffmpeg.input(f"sine=frequency=440:sample_rate=16000:duration={seconds}", f="lavfi")
    return source.filter("volume", volume) if volume != 1.0 else source


def silence(seconds: float = 4) -> Any:
    """Digital silence."""
    return ffmpeg.input("anullsrc=r=16000:cl=mono", f="lavfi", t=seconds)


def make(path: Path, *streams: Any, **options: Any) -> Path:
    """Encode streams into a file; the ending names the container."""
    known: dict[str, Any] = {"map_metadata": -1}
    if path.suffix in (".mp4", ".mov", ".mkv", ".m4v") and len(streams) > 0:
        known |= {"vcodec": "libx264", "preset": "ultrafast", "pix_fmt": "yuv420p", "g": 10}
        known |= {"acodec": "aac"}
    encode(ffmpeg.output(*streams, str(path), **(known | options)))
    return path
