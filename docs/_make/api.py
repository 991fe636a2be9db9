"""The pages of the API: which names they show; their text is the docstrings'."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, partial
from importlib import import_module
from pkgutil import resolve_name
from types import ModuleType
from typing import Final, NamedTuple

from bilingual.checks.engine import rules
from bilingual.params import PARAMS
from docs._make.formats import WORDS
from docs._make.pages import Language, Made, Said


class Part(NamedTuple):
    """Names that are shown together, by the modules that define them."""

    place: str
    title: Said
    names: tuple[str, ...]


PARTS: Final = (
    Part(
        "index",
        Said("函数", "Functions"),
        (
            "bilingual.pipeline.verify.verify",
            "bilingual.pipeline.asynchronous.averify",
            "bilingual.alignment.align",
            "bilingual.formats.load_track",
            "bilingual.formats.load_tracks",
            "bilingual.asr.transcribe",
            "bilingual.config.Config",
        ),
    ),
    Part(
        "values",
        Said("报告和字幕", "Reports and subtitles"),
        (
            "bilingual.model.report.Report",
            "bilingual.model.finding.Finding",
            "bilingual.model.finding.Check",
            "bilingual.model.report.Measure",
            "bilingual.model.cue.Track",
            "bilingual.model.cue.Cue",
            "bilingual.model.alignment.Alignment",
            "bilingual.model.alignment.Bead",
            "bilingual.model.speech.Speech",
            "bilingual.model.form.Form",
        ),
    ),
    Part(
        "batch",
        Said("许多作品", "Many works"),
        (
            "bilingual.batch.engine.verify_many",
            "bilingual.batch.table.load_table",
            "bilingual.batch.model.Submission",
            "bilingual.batch.model.Batch",
        ),
    ),
    Part("errors", Said("错误", "Errors"), ("bilingual.errors",)),
    Part("params", Said("各条规则的参数", "Params of each rule"), ("bilingual.params",)),
    Part(
        "testing",
        Said("测试自己的规则", "Testing rules"),
        (
            "bilingual.testing.faults_of",
            "bilingual.testing.findings_of",
            "bilingual.testing.work_of",
            "bilingual.testing.track",
            "bilingual.testing.burned_track",
        ),
    ),
)
_ABOUT: Final = Said(
    "每一项先用一句中文说明，下面的英文由源代码里的说明（docstring）生成，写明参数、单位、范围和错误。能保持不变的只有 "
    "`bilingual`、`bilingual.batch`、`bilingual.params`、`bilingual.testing` 里的名称。本页各项这样导入：",
    "Made from the docstrings. Only names of `bilingual`, `bilingual.batch`, `bilingual.params` and `bilingual.testing` are stable. What this page shows is imported so:",
)
_VALUES: Final = Said(
    "报告里的值（`report.findings`、`report.checks`、`report.measures`、`report.alignment.beads`）从报告取得；`bilingual.model` 里的类型只在写类型标注时需要导入，"
    "它们的位置可能改变。",
    "What a report holds (`report.findings`, `report.checks`, `report.measures`, `report.alignment.beads`) is reached through the report; its types "
    "in `bilingual.model` need to be imported for annotations only, and their place may change.",
)
# Where names are imported from: the packages, not the modules that define them. The last has
# names of the others in it, which it needs itself.
_HOMES: Final = (
    *("bilingual", "bilingual.batch", "bilingual.params"),
    *("bilingual.model", "bilingual.errors", "bilingual.testing"),
)


def pages() -> Iterator[Made]:
    """A page for each part."""
    for part in PARTS:
        yield Made(
            place=f"api/{part.place}.md",
            text=partial(_page, part),
            source="bilingual/__init__.py" if part.place == "index" else "",
        )


@cache
def chinese() -> Mapping[str, str]:
    """A sentence of Chinese for each name of these pages, by where it is defined."""
    known = rules()
    return {
        **WORDS["api"]["names"],
        **{
            f"{kind.__module__}.{kind.__name__}": f"规则“{known[name].title.zh}”（`{name}`）的参数。"
            for name, kind in PARAMS.items()
        },
    }


def imports(part: Part) -> list[str]:
    """The statements that import what a part shows, from where it is stable if it is."""
    found: dict[str, list[str]] = {}
    modules = []
    for name in part.names:
        shown = resolve_name(name)
        if isinstance(shown, ModuleType):
            modules.append(f"import {name}")
            for each in import_module("bilingual").__all__:
                if getattr(resolve_name(f"bilingual.{each}"), "__module__", "") == name:
                    found.setdefault("bilingual", []).append(each)
            continue
        last = name.rpartition(".")[2]
        home = next(place for place in _HOMES if getattr(import_module(place), last, None) is shown)
        found.setdefault(home, []).append(last)
    order = [home for home in _HOMES if home in found]
    return [*(f"from {home} import {', '.join(sorted(found[home]))}" for home in order), *modules]


def _page(part: Part, language: Language) -> str:
    shown = [
        f"# {part.title.get(language)}",
        Said(*WORDS["api"]["pages"][part.place]).get(language),
        _ABOUT.get(language),
    ]
    shown.append("```python\n" + "\n".join(imports(part)) + "\n```")
    if part.place == "values":
        shown.append(_VALUES.get(language))
    shown += [f"::: {name}" for name in part.names]
    return "\n\n".join(shown) + "\n"
