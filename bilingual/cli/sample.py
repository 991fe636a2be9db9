"""``bilingual sample``: sample submissions."""

from __future__ import annotations

from pathlib import Path

import click

from bilingual.cli.endings import refuse_file_name
from bilingual.cli.running import progress
from bilingual.cli.shared import (
    FILE,
    OK,
    Lang,
    lang_option,
    line,
)
from bilingual.cli.wording import command


@command()
@click.argument("folder", type=FILE, metavar="文件夹 / FOLDER")
@lang_option
def sample(folder: Path, lang: Lang) -> int:
    """写出示例作品（一份没有问题，一份埋有错误，一份藏语旁白）。

    Write sample works: one correct, one with faults, one narrated in Tibetan.
    """
    from bilingual.sample import write_sample

    refuse_file_name(folder)
    with progress(lang) as on_progress:
        write_sample(folder, progress=on_progress)
    line(str(folder))
    return OK


COMMANDS = (sample,)
