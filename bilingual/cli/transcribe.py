"""``bilingual transcribe``: what a recogniser heard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import bilingual
from bilingual.cli.endings import HELP, endings_of, form_of
from bilingual.cli.running import progress
from bilingual.cli.shared import (
    FILE,
    OK,
    Lang,
    Names,
    audio_stream_option,
    common,
    deliver,
    keep_inputs,
    settings_of,
    warn_of_ffmpeg,
)
from bilingual.cli.wording import command
from bilingual.formats.registry import formats
from bilingual.formats.writing import writable


@command()
@click.argument("media", type=FILE, metavar="视频或声音 / MEDIA")
@click.option(
    "--format",
    "form",
    type=Names(lambda: ("text", "json", *writable())),
    default=None,
    help=HELP,
)
@click.option("--out", type=FILE, help="写入文件而不是屏幕 / write to a file")
@audio_stream_option
@common
def transcribe(
    media: Path,
    form: str | None,
    out: Path | None,
    lang: Lang,
    **settings: Any,
) -> int:
    """转写视频或音频里的普通话。 Transcribe the Mandarin of a video or sound file."""
    from bilingual.render.transcript import render_transcript

    keep_inputs(out, media)
    form = form_of(form, out, _endings())
    config = settings_of(**settings)
    warn_of_ffmpeg(config, lang)
    with progress(lang) as on_progress:
        speech = bilingual.transcribe(media, config=config, progress=on_progress)
    deliver(render_transcript(speech, form), out)
    return OK


def _endings() -> dict[str, str]:
    known = formats()
    subtitles = {ending: name for name in writable() for ending in known[name].suffixes}
    return {**subtitles, **endings_of(("text", "json"))}


COMMANDS = (transcribe,)
