"""Speech: where somebody speaks, in which language, and the words of Mandarin."""

from __future__ import annotations

from os import PathLike

from bilingual.arguments import CALLBACK, PATH, checked
from bilingual.asr.listening import listen
from bilingual.config import SETTINGS, Config
from bilingual.model import Speech
from bilingual.progress import Callback
from bilingual.progress import Progress as _Progress

__all__ = ["listen", "transcribe"]


@checked(video_or_audio=PATH, config=SETTINGS, progress=CALLBACK)
def transcribe(
    video_or_audio: str | PathLike[str],
    *,
    config: Config | None = None,
    progress: Callback | None = None,
) -> Speech:
    """Detect speech in a video or sound file, and transcribe it if it is Mandarin.

    The result's ``segments`` are ``None`` if the narration is not Mandarin. Segments that are
    probably misrecognised have ``reliable=False`` and the reasons in ``doubts``.

    :param config: settings; default ``Config.load()``.
    :param progress: called as in :func:`bilingual.verify`, with the stages ``audio``,
        ``speech`` and ``transcribe``.
    :raises ArgumentError: ``argument-invalid``: an argument has the wrong type.
    :raises InputError: the file is missing or unreadable, or has no sound stream with the
        number that the settings name.
    :raises MediaError: the file has no sound that can be decoded.
    :raises DependencyError: no speech recogniser is installed; the message has the command
        that installs one.
    :raises ModelError: the speech model is missing, was altered or cannot be loaded.
    :raises ConfigError: no speech recogniser has the name in the settings.
    :raises PluginError: the recogniser of another package cannot be loaded, or fails.
    """
    from bilingual.asr.listening import transcribe_audio
    from bilingual.asr.registry import known_engine
    from bilingual.asr.streams import choose_sound
    from bilingual.errors import MediaError
    from bilingual.files import checked_path
    from bilingual.media.probe import probe

    settings = config or Config.load()
    tell = _Progress(progress)
    path = checked_path(video_or_audio)
    known_engine(settings.asr)  # before the sound is decoded
    with settings.limits.budget().active():
        media = probe(path, settings.media)
        if not media.audio:
            raise MediaError("media-no-audio", path=path.name, detail="")
        sound = choose_sound(path, media, settings, tell).sound
        if not sound.decoded_ms:
            raise MediaError("media-audio-undecodable", path=path.name, detail=sound.complaint)
        return transcribe_audio(sound.samples, settings, tell)
