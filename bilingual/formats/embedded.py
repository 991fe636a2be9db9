"""Text subtitle streams inside a video."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from bilingual.config import MediaLimits, ReadingLimits
from bilingual.formats.reading import read_tracks
from bilingual.media.probe import probe
from bilingual.media.runner import extract_subtitle
from bilingual.model import Language, Track

_TAGS: Final[dict[str, Language]] = {
    **dict.fromkeys(("bo", "bod", "tib"), "bo"),
    **dict.fromkeys(("zh", "zho", "chi", "cmn"), "zh"),
}
_TEXT: Final = frozenset({"mov_text", "subrip", "srt", "text", "webvtt"})


def embedded_tracks(path: Path, limits: ReadingLimits) -> tuple[Track, ...]:
    """The text streams as tracks; pictures of text are left to OCR.

    The language is the script's where the text has one, else the stream's tag.
    """
    media_limits = MediaLimits()
    tracks: list[Track] = []
    for stream in probe(path, media_limits).subtitles:
        if stream.codec not in _TEXT:
            continue
        data = extract_subtitle(path, stream.index, stream.codec, media_limits)
        if b"-->" not in data:
            continue
        (track,) = read_tracks(data, name=path.name, limits=limits)
        tag = _TAGS.get((stream.language or "").lower().split("-")[0])
        tracks.append(
            replace(
                track, source="embedded", stream=stream.index, language=track.language or tag
            )
        )
    return tuple(tracks)
