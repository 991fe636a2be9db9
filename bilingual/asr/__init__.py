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
    """Listen to a video or sound file: who speaks when, and the Mandarin words.

    ``segments`` is ``None`` where the narration is not Mandarin; those that the
    guards distrust are marked and say why.

    :param config: settings; ``Config.load()`` unless given.
    :param progress: called as ``progress(stage, done, total)`` with the stages
        ``audio``, ``speech`` and ``transcribe``; a stop that it raises ends the work
        (see :class:`bilingual.progress.Progress`), anything else is logged once.
    :raises ArgumentError: ``argument-invalid``: an argument is of another type.
    :raises InputError: the file is missing or unreadable, or has no sound stream of
        the number in the settings.
    :raises MediaError: it has no sound that decodes.
    :raises DependencyError: no recogniser is installed; it names the command.
    :raises ModelError: the model is absent, altered or cannot be loaded.
    """
    from bilingual.asr.listening import transcribe_audio
    from bilingual.asr.streams import choose_sound
    from bilingual.errors import MediaError
    from bilingual.files import checked_path
    from bilingual.media.probe import probe

    settings = config or Config.load()
    tell = _Progress(progress)
    path = checked_path(video_or_audio)
    with settings.limits.budget().active():
        media = probe(path, settings.media)
        if not media.audio:
            raise MediaError("media-no-audio", path=path.name, detail="")
        sound = choose_sound(path, media, settings, tell).sound
        if not sound.decoded_ms:
            raise MediaError("media-audio-undecodable", path=path.name, detail=sound.complaint)
        return transcribe_audio(sound.samples, settings, tell)
