"""``bilingual terms``: a user's own glossary, added to, checked, mined for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from bilingual.cli.endings import HELP, endings_of, form_of, refuse_other_ending
from bilingual.cli.shared import (
    FILE,
    FOUND,
    OK,
    Lang,
    as_json,
    deliver,
    keep_inputs,
    lang_option,
    say,
)
from bilingual.cli.wording import AtLeast, Choice, group
from bilingual.config import Config
from bilingual.errors import InputError
from bilingual.files import exists
from bilingual.render import terms as rendering
from bilingual.terms.glossary_file import NOTES, Entry, read_glossary
from bilingual.terms.parallel import ParallelWork, term_uses

_FORMS: Final = ("text", "tsv", "json")

_format = click.option(
    "--format",
    "form",
    type=Choice(_FORMS),
    default=None,
    help=HELP,
)
_out = click.option("--out", type=FILE, help="写入文件而不是屏幕 / write to a file")


def _works(function: Callable[..., Any]) -> Callable[..., Any]:
    """Options that name works."""
    for option in (
        click.option(
            "--parallel",
            type=FILE,
            multiple=True,
            help="含 bo、zh 两列的 TSV，每行一对 / TSV with the columns bo and zh",
        ),
        click.option("--zh", type=FILE, multiple=True, help="中文字幕 / Chinese subtitles"),
        click.option("--bo", type=FILE, multiple=True, help="藏文字幕 / Tibetan subtitles"),
        click.option("--config", type=FILE, help="设置文件（TOML） / settings file"),
    ):
        function = option(function)
    return function


def _load(
    files: tuple[Path, ...],
    bo: tuple[Path, ...],
    zh: tuple[Path, ...],
    config: Path | None,
) -> tuple[ParallelWork, ...]:
    from bilingual.pipeline.term_sources import load_works

    if len(bo) != len(zh):
        raise InputError("work-unpaired", bo=len(bo), zh=len(zh))
    return load_works(files, tuple(zip(bo, zh, strict=True)), Config.load(config))


@group()
def terms() -> None:
    """自备词汇表：添加、检查、从作品里提取。 Your own glossary: add, check, mine."""


@terms.command("add")
@click.argument("file", type=FILE, metavar="词汇表 / FILE")
@click.argument("zh", metavar="中文 / ZH")
@click.argument("bo", metavar="藏文 / BO")
@click.option("--variant", multiple=True, help="认可的其他译法 / another accepted form")
@click.option("--field", default="", help="领域 / field")
@click.option("--source", multiple=True, help="出处 / source that attests it")
@click.option("--replace", is_flag=True, help="换掉已有的同一中文词 / replace the existing entry")
@click.option("--force", is_flag=True, help="藏文拼写可疑也加入 / accept a suspicious spelling")
@lang_option
def add(
    file: Path,
    zh: str,
    bo: str,
    variant: tuple[str, ...],
    field: str,
    source: tuple[str, ...],
    replace: bool,
    force: bool,
    lang: Lang,
) -> int:
    """向词汇表加入一条：中文和藏文。文件没有就新建。

    Add an entry to the glossary FILE, which is created if it does not exist.
    """
    from bilingual.render.words import ui, visible
    from bilingual.terms.glossary_adding import add_entry
    from bilingual.terms.glossary_file import clean_bo, clean_zh

    if not exists(file):
        refuse_other_ending(file, ".tsv", ".csv", ".txt")
    forms = tuple(dict.fromkeys(f for f in map(clean_bo, (bo, *variant)) if f))
    entry = Entry(zh=clean_zh(zh), bo=forms, field=field.strip(), attested=source)
    after = add_entry(file, entry, replace=replace, force=force)
    say(
        ui(
            "terms-added",
            lang,
            path=visible(str(file)),
            zh=entry.zh,
            bo=entry.bo[0],
            entries=len(after.entries),
        )
    )
    return OK


@terms.command("check")
@click.argument("file", type=FILE, metavar="词汇表 / FILE")
@_works
@_format
@_out
@lang_option
def check(
    file: Path,
    bo: tuple[Path, ...],
    zh: tuple[Path, ...],
    parallel: tuple[Path, ...],
    config: Path | None,
    form: str | None,
    out: Path | None,
    lang: Lang,
) -> int:
    """检查词汇表；给出字幕或对照文本时，还算出各词译法相符的比例。

    Check the glossary FILE; with works, also how often its Tibetan is used.
    """
    keep_inputs(out, file, *bo, *zh, *parallel)
    form = form_of(form, out, endings_of(_FORMS))
    found = read_glossary(file)
    works: tuple[ParallelWork, ...] = ()
    uses = None
    if bo or zh or parallel:
        works = _load(parallel, bo, zh, config)
        uses = term_uses(found.glossary(), works)
    if form == "json":
        text = as_json(rendering.check_document(found, uses, works))
    elif form == "tsv":
        text = rendering.check_table(found, uses)
    else:
        text = rendering.check_text(found, uses, lang)
    deliver(text, out)
    return FOUND if any(p.code not in NOTES for p in found.problems) else OK


@terms.command("mine")
@click.argument("files", metavar="作品 / WORK", nargs=-1, type=FILE)
@_works
@click.option(
    "--min-count",
    type=AtLeast(2),
    default=3,
    show_default=True,
    help="至少出现几处 / least number of places of a term",
)
@click.option(
    "--no-lexicon",
    is_flag=True,
    help="不参考自带的词汇对照表 / without the embedded lexicon",
)
@click.option(
    "--new",
    is_flag=True,
    help="略去自带词汇表里已有的词 / leave out terms of the embedded glossary",
)
@_format
@_out
@lang_option
def mine(
    files: tuple[Path, ...],
    bo: tuple[Path, ...],
    zh: tuple[Path, ...],
    parallel: tuple[Path, ...],
    config: Path | None,
    min_count: int,
    no_lexicon: bool,
    new: bool,
    form: str | None,
    out: Path | None,
    lang: Lang,
) -> int:
    """从作品里提取可能的术语。作品是已保存的 JSON 报告、双语字幕或 TSV。

    Propose terms from works: saved reports, bilingual subtitles, TSV files, or
    pairs of --bo and --zh. --format tsv writes a glossary to check.
    """
    from bilingual.terms.mining import mine as mine_terms
    from bilingual.translation import lexicon
    from bilingual.translation.glossary import load

    keep_inputs(out, *files, *bo, *zh, *parallel)
    form = form_of(form, out, endings_of(_FORMS))
    works = _load((*parallel, *files), bo, zh, config)
    found = mine_terms(
        works,
        lexicon=None if no_lexicon else lexicon.load(),
        least=min_count,
        known=frozenset(t.zh for t in load().terms) if new else frozenset(),
    )
    if form == "json":
        text = as_json(rendering.mined_document(found, works))
    elif form == "tsv":
        text = rendering.mined_table(found)
    else:
        text = rendering.mined_text(found, works, lang)
    deliver(text, out)
    return OK


@terms.command("consistency")
@click.argument("files", metavar="作品 / WORK", nargs=-1, type=FILE)
@_works
@_format
@_out
@lang_option
def consistency(
    files: tuple[Path, ...],
    bo: tuple[Path, ...],
    zh: tuple[Path, ...],
    parallel: tuple[Path, ...],
    config: Path | None,
    form: str | None,
    out: Path | None,
    lang: Lang,
) -> int:
    """找出几部作品里译法不一的词，列出每一处。作品同 mine。

    List terms with several translations in one or more works, and where.
    """
    from bilingual.terms.consistency import inconsistent_across

    keep_inputs(out, *files, *bo, *zh, *parallel)
    form = form_of(form, out, endings_of(_FORMS))
    works = _load((*parallel, *files), bo, zh, config)
    found = inconsistent_across(works)
    if form == "json":
        text = as_json(rendering.variants_document(found, works))
    elif form == "tsv":
        text = rendering.variants_table(found, works)
    else:
        text = rendering.variants_text(found, works, lang)
    deliver(text, out)
    return FOUND if found else OK


COMMANDS = (terms,)
