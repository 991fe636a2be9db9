"""``bilingual align``: the beads of two tracks."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

import bilingual
from bilingual.cli.endings import HELP, endings_of, form_of
from bilingual.cli.shared import (
    FILE,
    OK,
    Lang,
    as_json,
    common,
    deliver,
    keep_inputs,
    settings_of,
)
from bilingual.cli.wording import Choice, command

_FORMS: Final = ("text", "json")


@command()
@click.option("--bo", type=FILE, required=True, help="藏文字幕 / Tibetan subtitles")
@click.option("--zh", type=FILE, required=True, help="中文字幕 / Chinese subtitles")
@click.option("--format", "form", type=Choice(_FORMS), default=None, help=HELP)
@click.option("--out", type=FILE, help="写入文件而不是屏幕 / write to a file")
@common
def align(
    bo: Path,
    zh: Path,
    form: str | None,
    out: Path | None,
    lang: Lang,
    **settings: Any,
) -> int:
    """对齐两条字幕，列出每一组。 Pair the cues of two tracks and list the beads."""
    from bilingual.formats import load_track
    from bilingual.render.beads import beads_document, render_beads

    keep_inputs(out, bo, zh)
    form = form_of(form, out, endings_of(_FORMS))
    config = settings_of(**settings)
    tibetan = load_track(bo, language="bo", limits=config.reading)
    chinese = load_track(zh, language="zh", limits=config.reading)
    beads = bilingual.align(tibetan, chinese, config=config)
    if form == "json":
        deliver(as_json(beads_document(tibetan, chinese, beads)), out)
    else:
        deliver(render_beads(tibetan, chinese, beads, lang), out)
    return OK


COMMANDS = (align,)
