"""Text subtitle streams inside a video."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from bilingual.config import MediaLimits, ReadingLimits
from bilingual.errors import BilingualError, FormatError, OverBudgetError
from bilingual.formats.base import Format
from bilingual.formats.bilingual_split import split
from bilingual.formats.reading import read_track
from bilingual.formats.registry import formats
from bilingual.media.ffmpeg import extract_subtitle
from bilingual.media.probe import probe
from bilingual.media.text_streams import measured
from bilingual.model import Language, Problem, SubtitleStream, Track

_TAGS: Final[dict[str, Language]] = {
    **dict.fromkeys(("bo", "bod", "tib"), "bo"),
    **dict.fromkeys(("zh", "zho", "chi", "cmn"), "zh"),
}


def embedded_tracks(
    path: Path, limits: ReadingLimits | None, media_limits: MediaLimits | None = None
) -> tuple[Track, ...]:
    """The text streams as tracks, in the file's order; pictures of text are left to OCR.

    The language is the script's where the text has one, else the stream's tag;
    a note on each track gives which, and a problem where the two differ. A
    stream that cannot be read is a track without cues and with a problem.

    :raises MediaError: the file is no video that we can probe.
    """
    bounds = media_limits or MediaLimits()
    tracks: list[Track] = []
    for stream in probe(path, bounds).subtitles:
        form = _form_of(stream.codec)
        if form is not None:
            tracks += _stream_tracks(path, stream, form, limits, bounds)
    return tuple(tracks)


def _form_of(codec: str) -> Format | None:
    """The format that a text stream of that codec is read in."""
    for form in formats().values():
        if codec in form.codecs and form.muxer is not None:
            return form
    return None


def _stream_tracks(
    path: Path,
    stream: SubtitleStream,
    form: Format,
    limits: ReadingLimits | None,
    bounds: MediaLimits,
) -> tuple[Track, ...]:
    tag = _TAGS.get((stream.language or "").lower().split("-")[0])
    most = limits or ReadingLimits()
    try:
        _refuse_too_much(path, stream, most, bounds)
        data = extract_subtitle(path, stream.index, stream.codec, bounds, muxer=form.muxer)
        if not data.strip():
            return (_bare(path, stream, form.name, tag),)
        track = read_track(
            data, name=path.name, limits=limits, encoding="utf-8", form=form.name, source="embedded"
        )
    except OverBudgetError:
        raise
    except BilingualError as error:
        params = {"stream": stream.index, "reason": error.code, "of": error.params}
        problem = Problem(line=None, code="stream-unreadable", params=params)
        return (replace(_bare(path, stream, form.name, tag), problems=(problem,)),)
    track = replace(track, stream=stream.index)
    parts = split(track)
    if len(parts) > 1:
        return parts
    return (_named(track, stream, tag),)


def _refuse_too_much(
    path: Path, stream: SubtitleStream, most: ReadingLimits, bounds: MediaLimits
) -> None:
    """Turn a stream away that is too big for a file of subtitles, before it is decoded."""
    # Between two cues there may be an empty packet, which is none.
    packets = 2 * most.max_cues
    count, size = measured(path, stream.index, bounds, most=packets, most_bytes=most.max_bytes)
    if size > most.max_bytes:
        megabytes, limit = (round(n / 1_000_000, 1) for n in (size, most.max_bytes))
        raise FormatError("subtitle-too-large", path=path.name, megabytes=megabytes, limit=limit)
    if count > packets:
        raise FormatError("too-many-cues", path=path.name, limit=most.max_cues)


def _bare(path: Path, stream: SubtitleStream, form: str, tag: Language | None) -> Track:
    return Track(
        cues=(),
        language=tag,
        source="embedded",
        name=path.name,
        format=form,
        stream=stream.index,
    )


def _named(track: Track, stream: SubtitleStream, tag: Language | None) -> Track:
    params = {"stream": stream.index, "tag": stream.language, "language": track.language or tag}
    if track.language is not None and tag is not None and track.language != tag:
        code = "language-tag-differs"
    elif track.language is not None and tag is None:
        code = "language-by-script"
    elif tag is not None:
        code = "language-by-tag"
    else:
        return track
    note = Problem(line=None, code=code, params=params)
    return replace(track, language=track.language or tag, problems=(note, *track.problems))
