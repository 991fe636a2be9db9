"""The pages of the API: which names they show; their text is the docstrings'."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final, NamedTuple

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
)
_ABOUT: Final = Said(
    "由源代码里的说明生成（英文）。能保持不变的只有 `bilingual`、`bilingual.batch`、`bilingual.params` 里的名称；各项下面注明它们定义在哪里，导入时请用 "
    "`from bilingual import …`。",
    "Made from the docstrings. Only names of `bilingual`, `bilingual.batch` and `bilingual.params` are stable: import them from there "
    "(`from bilingual import …`).",
)


def pages() -> Iterator[Made]:
    """A page for each part."""
    for part in PARTS:
        yield Made(place=f"api/{part.place}.md", text=partial(_page, part))


def _page(part: Part, language: Language) -> str:
    shown = [f"# {part.title.get(language)}", _ABOUT.get(language)]
    shown += [f"::: {name}" for name in part.names]
    return "\n\n".join(shown) + "\n"
