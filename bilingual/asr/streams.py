"""Which of a film's sound streams is listened to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bilingual.asr import vad
from bilingual.asr.spans import length_ms
from bilingual.config import Config
from bilingual.errors import InputError, MediaError
from bilingual.media.audio import Sound, read_sound
from bilingual.model import AudioStream, Media
from bilingual.progress import Callback

_SPOKEN_MS: Final = 2000
"""With less speech than this in it a stream holds no narration."""
_SILENT_DB: Final = -60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The sound that is listened to, and the media with what was tried on the way."""

    media: Media
    sound: Sound


def choose_sound(
    path: Path, media: Media, config: Config, progress: Callback | None = None
) -> Choice:
    """Decode the stream that the settings name, or the first that holds speech.

    Streams that players take by default come first, then the others in their order.
    Where none holds speech it is the first in which there is anything to hear, then the
    first that decodes; where nothing decodes, a sound without samples.

    :param media: with at least one sound stream.
    :param progress: called with the stage ``audio`` and seconds decoded.
    :raises InputError: ``audio-stream-absent``: there is no such sound stream.
    :raises MediaError: a limit was hit.
    :raises ModelError: the voice detection's model is missing or altered.
    """
    wanted = config.media.audio_stream
    streams = sorted(media.audio, key=lambda stream: not stream.default)
    if wanted != "auto":
        streams = [named_stream(media, wanted)]
    best: tuple[int, Sound] | None = None
    for stream in streams:
        sound = read_sound(path, config.media, stream, progress=progress)
        media = _tried(media, stream, sound)
        rank = _rank(sound, config) if len(streams) > 1 else 0
        if best is None or rank > best[0]:
            best = (rank, sound)
        if rank == _SPEAKS:
            break
    if best is None:
        raise MediaError("media-no-audio", path=path.name, detail="")
    return Choice(media=replace(media, audio_stream=best[1].stream), sound=best[1])


def named_stream(media: Media, index: int) -> AudioStream:
    """The sound stream with that index in the file.

    :raises InputError: ``audio-stream-absent``, with those that there are.
    """
    found = media.sound_stream(index)
    if found is None:
        there = [f"{s.index} ({s.codec})" for s in media.audio]
        raise InputError("audio-stream-absent", path=media.name, stream=index, streams=there)
    return found


_SPEAKS: Final = 3


def _rank(sound: Sound, config: Config) -> int:
    """3: somebody speaks; 2: there is something to hear; 1: it decodes; 0: it does not."""
    if not sound.decoded_ms:
        return 0
    if sound.max_db is None or sound.max_db <= _SILENT_DB:
        return 1
    spans = vad.speech_spans(sound.samples, settings=config.vad)
    return _SPEAKS if length_ms(spans) >= _SPOKEN_MS else 2


def _tried(media: Media, stream: AudioStream, sound: Sound) -> Media:
    decodes = sound.decoded_ms > 0
    return replace(
        media,
        audio=tuple(
            replace(s, decodes=decodes) if s.index == stream.index else s for s in media.audio
        ),
    )
