"""``bilingual models``: the registered models and word lists."""

from __future__ import annotations

from pathlib import Path

import click

from bilingual.cli.running import progress
from bilingual.cli.shared import (
    FILE,
    OK,
    Lang,
    lang_option,
    line,
)
from bilingual.cli.wording import group
from bilingual.locale import sentence


@group()
def models() -> None:
    """语音模型和词表：列出、下载、位置。 Models and word lists: list, fetch, path."""


@models.command("list")
@lang_option
def models_list(lang: Lang) -> int:
    """列出登记的模型。 List the registered models."""
    from bilingual import weights

    for entry in weights.entries():
        there = weights.is_present(entry.name)
        state = sentence("ui", "models-present" if there else "models-absent", {}, lang)
        size = f"{entry.bytes / 1e6:.1f}"
        line(
            f"{entry.name:<16} {size:>8} MB  {state:<6}  {entry.licence:<16} "
            f"{entry.title.get(lang)}"
        )
    return OK


@models.command("fetch")
@click.argument("names", nargs=-1, required=True, metavar="模型名 / NAME")
@click.option(
    "--form", metavar="格式 / FORM", help="哪种格式（ctranslate2、openai） / model format"
)
@click.option(
    "--from",
    "folder",
    type=FILE,
    help="从这个文件夹取已下载的文件 / take downloaded files from this folder",
)
@lang_option
def models_fetch(names: tuple[str, ...], form: str | None, folder: Path | None, lang: Lang) -> int:
    """下载并核对模型。 Fetch models and check their hashes."""
    from bilingual import weights

    for name in names:
        with progress(lang) as on_progress:
            path = weights.fetch(name, progress=on_progress, form=form, folder=folder)
        line(str(path))
    return OK


@models.command("path")
@click.argument("name", metavar="模型名 / NAME")
@click.option(
    "--form", metavar="格式 / FORM", help="哪种格式（ctranslate2、openai） / model format"
)
@lang_option
def models_path(name: str, form: str | None, lang: Lang) -> int:
    """显示模型在本机的位置。 Show where a model is on this machine."""
    from bilingual import weights

    line(str(weights.path(name, form)))
    return OK


COMMANDS = (models,)
