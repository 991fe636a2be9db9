"""``bilingual fix``: what can be fixed safely, or a sheet's corrections, in new files."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from bilingual.cli.carried import carried
from bilingual.cli.endings import refuse_file_name, refuse_other_ending
from bilingual.cli.inputs import submitted
from bilingual.cli.quoting import pasted
from bilingual.cli.running import progress, work_words
from bilingual.cli.shared import (
    FILE,
    FOUND,
    OK,
    Lang,
    common,
    keep_inputs,
    output_folder,
    put,
    say,
    settings_of,
)
from bilingual.cli.wording import command, refuse_beside
from bilingual.errors import ConfigError, InputError
from bilingual.files import exists, held, is_folder, write_together
from bilingual.fixes import Fixed, FixedTrack, fix_tracks
from bilingual.fixes.files import (
    changed_tracks,
    corrected_by_sheet,
    new_names,
    own_files,
    sides_of,
)
from bilingual.formats.registry import formats
from bilingual.locale import sentence
from bilingual.model import Language
from bilingual.pipeline.submitted import Submitted
from bilingual.pipeline.verify import collect, examine
from bilingual.render.text.fixes import render_fixes


@command()
@click.argument("files", nargs=-1, type=FILE, metavar="视频|文件夹|文件 / VIDEO|FOLDER|FILE")
@click.option("--bo", type=FILE, help="藏文字幕 / Tibetan subtitles")
@click.option("--zh", type=FILE, help="中文字幕 / Chinese subtitles")
@click.option(
    "--out",
    type=FILE,
    help="写出修正后的新文件（文件名，或文件夹） / write the fixed files (a file or a folder)",
)
@click.option(
    "--from-sheet",
    "sheet",
    type=FILE,
    help="把表格里改好的文字写回字幕 / put the corrected texts of a sheet back into the subtitles",
)
@click.option("--diff", is_flag=True, help="另外逐行列出改动 / show the changes as a diff too")
@click.option("--unsafe", is_flag=True, help="也做可能改变意思的修正 / also make unsafe fixes")
@click.option("--force", is_flag=True, help="覆盖已有的输出文件 / overwrite existing output files")
@common
def fix(
    files: tuple[Path, ...],
    bo: Path | None,
    zh: Path | None,
    out: Path | None,
    sheet: Path | None,
    diff: bool,
    unsafe: bool,
    force: bool,
    lang: Lang,
    **settings: Any,
) -> int:
    """修正字幕里能可靠修正的问题：先显示改动，加 --out 写出新文件；原文件不动。

    可以给出一个文件夹，或几个文件：哪个是视频、哪个是藏文字幕、哪个是中文字幕，由内容认出。

    Fix what can be fixed safely: show the changes, or write new files with
    --out. The originals are never changed.

    Give a folder, or several files: their content shows which is the video, which the
    Tibetan and which the Chinese subtitles.
    """
    config = settings_of(**settings)
    found = submitted(files, {"bo": bo, "zh": zh, "form": None}, config, lang)
    video, bo, zh = found.video, found.bo, found.zh
    if sheet is not None:
        refuse_beside("--from-sheet", "unsafe")
        with held(*(path for path in (video, bo, zh) if path is not None)):
            fixed = corrected_by_sheet(sheet, {"video": video, "bo": bo, "zh": zh}, config)
        put(render_fixes(fixed, lang, diff=diff))
        written = deliver_tracks(fixed, out, force, lang, (video, bo, zh, sheet))
        _say_next(written, found, lang)
        return FOUND if fixed.refused else OK
    given = [path for path in (video, bo, zh) if path is not None]
    with held(*given), progress(lang) as on_progress:
        named = {"video": video, "bo": bo, "zh": zh}
        work = collect(named, config=config, progress=on_progress)
        fixed = fix_tracks(
            work,
            examine(work),
            files=own_files(work.files.get("bo"), work.files.get("zh"), config),
            unsafe=unsafe,
            progress=on_progress,
        )
    if not fixed.tracks:
        raise InputError("fix-needs-track")
    put(render_fixes(fixed, lang, diff=diff))
    written = deliver_tracks(fixed, out, force, lang, (video, bo, zh))
    _say_next(written, found, lang)
    if not written:
        _say_ways(fixed, found, lang)
    return OK


def _say_ways(fixed: Fixed, found: Submitted, lang: Lang) -> None:
    """The commands that go on from a list of what is left: unsafe fixes, the translator's sheet."""
    hands, work = {one.hand for one in fixed.left}, work_words(found)
    if "unsafe" in hands:
        beside = next(path for path in (found.bo, found.zh, found.video) if path is not None)
        words = ["bilingual", "fix", *work, *carried("fix"), "--unsafe", "--out", beside.parent]
        say(sentence("ui", "fix-next-unsafe", {"command": pasted(*words)}, lang))
    if "translator" in hands:
        sheet = Path(sentence("ui", "fix-sheet-name", {}, lang))
        words = ["bilingual", "verify", *work, *carried("verify"), "--out", sheet]
        say(sentence("ui", "fix-next-sheet", {"command": pasted(*words)}, lang))


def _say_next(written: Mapping[Language, Path], found: Submitted, lang: Lang) -> None:
    """The command that checks the work with the files that were written."""
    if not written:
        return
    words: list[str | Path] = ["bilingual", "verify"]
    if found.video is not None:
        words.append(found.video)
    for side, path in (("bo", found.bo), ("zh", found.zh)):
        made = written.get(side, path)  # type: ignore[call-overload]
        if made is not None:
            words += [f"--{side}", made]
    if found.form is not None:
        words += ["--form", found.form]
    words += carried("verify")
    say(sentence("ui", "fix-next", {"command": pasted(*words)}, lang))


def deliver_tracks(
    fixed: Fixed, out: Path | None, force: bool, lang: Lang, inputs: tuple[Path | None, ...]
) -> dict[Language, Path]:
    """Write the tracks that changed, each to a new file, all or none; or say that nothing was.

    :return: the file of each language that was written.
    """
    changed = changed_tracks(fixed)
    if not changed:
        if out is not None:
            say(sentence("ui", "fix-no-file", {"path": str(out)}, lang))
        return {}
    if out is None:
        say(sentence("ui", "fix-nothing-written", {}, lang))
        return {}
    new = not exists(out)
    paths = targets(changed, fixed.tracks, out)
    try:
        for target in paths:
            keep_inputs(target, *inputs)
        files = [(path, track.to_bytes()) for track, path in zip(changed, paths, strict=True)]
        write_together(files, overwrite=force)
    except InputError:
        if new and is_folder(out):
            with contextlib.suppress(OSError):  # somebody has put something there
                out.rmdir()
        raise
    for target in paths:
        say(sentence("ui", "fix-written", {"path": str(target)}, lang))
    written = zip(changed, paths, strict=True)
    return {side: path for track, path in written for side in sides_of(track, changed)}


def targets(tracks: Sequence[FixedTrack], every: Sequence[FixedTrack], out: Path) -> list[Path]:
    """A file of its own for each: the one named, or beside each other in a folder."""
    known = {suffix for form in formats().values() for suffix in form.suffixes}
    if out.suffix.lower() in known | {".txt"} and not is_folder(out):
        if len(tracks) > 1:
            raise ConfigError("fix-out-needs-folder", path=str(out))
        refuse_other_ending(out, *formats()[tracks[0].form].suffixes, ".txt")
        return [out]
    refuse_file_name(out)
    output_folder(out)
    return [out / name for name in new_names(tracks, every)]


COMMANDS = (fix,)
