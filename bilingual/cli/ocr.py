"""``bilingual ocr``: the subtitles in a video's picture, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import click

from bilingual.cli.endings import refuse_file_name
from bilingual.cli.running import progress
from bilingual.cli.shared import (
    FILE,
    OK,
    Lang,
    Names,
    as_json,
    common,
    deliver,
    keep_output,
    line,
    output_folder,
    say,
    settings_of,
)
from bilingual.cli.wording import Choice, command
from bilingual.files import write_whole
from bilingual.formats.writing import writable, written
from bilingual.locale import sentence


@command()
@click.argument("video", type=FILE, metavar="视频 / VIDEO")
@click.option(
    "--format",
    "form",
    type=Names(lambda: (*writable(), "json")),
    default="srt",
    show_default=True,
    help="字幕格式 / subtitle format",
)
@click.option("--track", type=Choice(["bo", "zh"]), help="只要一种语言 / one language only")
@click.option("--out", type=FILE, help="写入这个文件夹而不是屏幕 / write into this folder")
@click.option("--force", is_flag=True, help="覆盖已有文件 / overwrite existing files")
@common
def ocr(
    video: Path,
    form: str,
    track: Literal["bo", "zh"] | None,
    out: Path | None,
    force: bool,
    lang: Lang,
    **settings: Any,
) -> int:
    """把画面里的字幕读出来，写成字幕文件。 Read the subtitles in the picture into files.

    读不清的字幕也写出来，内容是最可能的文字，请人工核对。

    Unreliable subtitles are written too, as the most likely text: check them.
    """
    from bilingual.files import checked_path, held
    from bilingual.media.probe import probe
    from bilingual.model.codec import to_builtins
    from bilingual.ocr import read_burned_in

    refuse_file_name(out)
    config = settings_of(**settings)
    path = checked_path(video)
    with held(path), progress(lang) as on_progress:
        found = read_burned_in(path, probe(path, config.media), config, on_progress)
    tracks = {side: t for side, t in found.tracks.items() if track in (None, side)}
    for reason in found.missing.values():
        say(sentence("reasons", reason.code, reason.params, lang))
    if not tracks:
        say(sentence("reasons", "burned-in-none", {}, lang))
    if form == "json":
        document = {side: to_builtins(t) for side, t in tracks.items()}
        _deliver_json(as_json(document), out, path, force)
        return OK
    for side, one in sorted(tracks.items()):
        text = written(one, form)
        if out is None:
            deliver(text, None)
            continue
        target = out / f"{path.stem}.{side}.{form}"
        keep_output(target, force)
        output_folder(out)
        write_whole(target, text)
        line(str(target))
    return OK


def _deliver_json(text: str, out: Path | None, path: Path, force: bool) -> None:
    if out is None:
        deliver(text, None)
        return
    target = out / f"{path.stem}.burned-in.json"
    keep_output(target, force)
    output_folder(out)
    write_whole(target, text)
    line(str(target))


COMMANDS = (ocr,)
