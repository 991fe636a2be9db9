"""``bilingual models``: registered models and word lists, and models of the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from bilingual.cli.running import progress
from bilingual.cli.shared import (
    FILE,
    FOUND,
    OK,
    Lang,
    as_json,
    lang_option,
    line,
    put,
    text_or_json_option,
)
from bilingual.cli.wording import Choice, group
from bilingual.locale import sentence

if TYPE_CHECKING:
    from bilingual.weights.added import Added

NAME: Final = click.argument("name", metavar="模型名 / NAME")


@group()
def models() -> None:
    """模型和词表：列出、下载、添加自备模型。 Models and word lists: list, fetch, add your own."""


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
    for record in _records():
        there = all((record.path / name).is_file() for name in record.files)
        state = sentence("ui", "models-present" if there else "models-absent", {}, lang)
        line(
            f"{record.name:<16} {record.bytes / 1e6:>8.1f} MB  {state:<6}  "
            f"{record.licence or '?':<16} {_title(record, lang)}"
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
    from bilingual.weights.added import added

    record = added(name)
    line(str(weights.path(name, form) if record is None else record.path))
    return OK


@models.command("add")
@NAME
@click.argument("source", metavar="来源 / SOURCE")
@click.option(
    "--kind",
    type=Choice(["encoder", "translator"]),
    help="编码器或翻译模型，默认自动判断 / what it is, found out by default",
)
@click.option(
    "--sha256",
    metavar="SHA-256",
    help="压缩包（或文件夹各文件合计）应有的哈希 / what the archive, or the folder's files"
    " together, must hash to",
)
@click.option(
    "--in-place",
    is_flag=True,
    help="不复制，就在原文件夹使用 / use the folder where it is, without a copy",
)
@click.option(
    "--licence",
    default="",
    metavar="许可 / LICENCE",
    help="模型的许可，默认读取模型自带的说明 / its licence, read from its card by default",
)
@text_or_json_option
@lang_option
def models_add(
    name: str,
    source: str,
    kind: Any,
    sha256: str | None,
    in_place: bool,
    licence: str,
    form: str,
    lang: Lang,
) -> int:
    """添加自备模型：记录哈希，校准，以后可用 --backend 模型名。

    来源可以是文件夹、压缩包（zip、tar）或 https 网址；权重须为 ONNX、safetensors 或 ctranslate2
    格式。退出码：0 可用；1 已记录，但它分不清译文对错，不会采用；2 无法添加。

    Add a model of your own: record its hash, calibrate it, for --backend NAME.

    The source is a folder, an archive (zip, tar) or an https address; the weights are ONNX,
    safetensors or ctranslate2. Exit status: 0 ready; 1 recorded, but it cannot tell right
    translations from wrong ones and is not used; 2 not added.
    """
    from bilingual.translation.backends.added import Wish, add
    from bilingual.translation.backends.registry import backends

    wish = Wish(
        name=name, source=source, kind=kind, sha256=sha256, in_place=in_place, licence=licence
    )
    with progress(lang) as on_progress:
        record = add(wish, backends(), on_progress)
    return _show(record, form, lang)


@models.command("show")
@NAME
@text_or_json_option
@lang_option
def models_show(name: str, form: str, lang: Lang) -> int:
    """显示自备模型的记录，并核对它的文件。

    退出码：0 文件无误且可用，1 文件有变或模型不可用。

    Show the record of a model you added, and check its files.

    Exit status: 0 unchanged and ready, 1 changed, or not used.
    """
    return _show(_record(name), form, lang)


@models.command("calibrate")
@NAME
@text_or_json_option
@lang_option
def models_calibrate(name: str, form: str, lang: Lang) -> int:
    """用这一版的样本重新校准自备模型。 Calibrate a model again on this version's sample."""
    from bilingual.translation.backends.added import recalibrate

    with progress(lang) as on_progress:
        record = recalibrate(_record(name), on_progress)
    return _show(record, form, lang)


@models.command("remove")
@click.argument("names", nargs=-1, required=True, metavar="模型名 / NAME")
@lang_option
def models_remove(names: tuple[str, ...], lang: Lang) -> int:
    """删除自备模型；原文件夹不动。 Remove models you added; a folder used in place stays."""
    from bilingual.weights.added import forget

    for name in names:
        forget(name)
        line(sentence("ui", "models-removed", {"name": name}, lang))
    return OK


def _records() -> list[Added]:
    from bilingual.weights.added import added, names

    return [record for name in names() if (record := added(name)) is not None]


def _record(name: str) -> Added:
    from bilingual.errors import ModelError
    from bilingual.weights.added import added, names

    record = added(name)
    if record is None:
        raise ModelError("model-not-added", name=name, known=list(names()) or ["-"])
    return record


def _title(record: Added, lang: Lang) -> str:
    from bilingual.translation.backends.added import usable

    kind = sentence("ui", f"models-kind-{record.kind}", {}, lang)
    code = "models-usable" if usable(record.calibration) else "models-not-usable"
    auc = f"{record.calibration.auc['other']:.3f}"
    return sentence("ui", code, {"kind": kind, "auc": auc}, lang)


def _show(record: Added, form: str, lang: Lang) -> int:
    """What is recorded of a model, whether its files are still that, and what it is good for."""
    from bilingual.translation.backends.added import state_of, usable

    state, found = state_of(record), record.calibration
    if form == "json":
        import msgspec

        plain = {
            **msgspec.to_builtins(record),
            "sha256": record.sha256,
            "bytes": record.bytes,
            "state": state,
            "usable": usable(found),
        }
        put(as_json(plain))
    else:
        for words in _said(record, state, lang):
            line(words)
    return OK if state == "ready" and usable(found) else FOUND


def _said(record: Added, state: str, lang: Lang) -> list[str]:
    from bilingual.translation.backends.added import usable
    from bilingual.translation.backends.calibration import LEAST_AUC

    found = record.calibration
    params: dict[str, Any] = {
        "name": record.name,
        "kind": sentence("ui", f"models-kind-{record.kind}", {}, lang),
        "runtime": record.runtime,
        "count": len(record.files),
        "size": f"{record.bytes / 1e6:.1f}",
        "sha256": record.sha256,
        "path": str(record.path),
        "source": record.source,
        "added": record.added,
        "pairs": found.pairs,
        "unread": f"{found.unread:.0%}",
        "least": LEAST_AUC,
        "licence": record.licence
        or sentence("ui", "models-licence-unknown", {"name": record.name}, lang),
        **{kind: f"{auc:.3f}" for kind, auc in found.auc.items()},
    }
    codes = ["models-about", "models-files", "models-source", "models-licence"]
    if state != "ready":
        codes.append(f"models-state-{state}")
    codes += ["models-calibrated", "models-auc"]
    if found.unread > 0.2:
        codes.append("models-unread")
    if not usable(found):
        codes.append("models-knows-none")
    elif state == "ready":
        codes.append("models-next")
    return [sentence("ui", code, params, lang) for code in codes]


COMMANDS = (models,)
