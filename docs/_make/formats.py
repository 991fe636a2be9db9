"""A page for each file format, made from its JSON Schema."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from docs._make.documents import short, whole
from docs._make.markdown import literal, table
from docs._make.pages import ROOT, Language, Made, Said

WORDS: Final[Mapping[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "words.toml").read_text(encoding="utf-8")
)

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format by its name (``report/1``), where its schema lies, and what it is for."""

    name: str
    schema: str
    about: Said
    reading: Said
    """A program that reads a file of it, in Python."""

    @property
    def kind(self) -> str:
        """Its name without its version."""
        return self.name.partition("/")[0]

    @property
    def place(self) -> str:
        """Where its page lies."""
        return f"formats/{self.name.replace('/', '-')}.md"


_JSON: Final = "import json\nfrom pathlib import Path\n"


def _read_by(*lines: str) -> Said:
    """A program; where it says ``{language}``, that of the page."""
    program = "\n".join(lines)
    return Said(*(program.replace("{language}", language) for language in ("zh", "en")))


FORMATS: Final = (
    Format(
        name="report/1",
        schema="bilingual/render/report-1.schema.json",
        about=Said(
            "一件作品的报告：`bilingual verify … --format json`，或 `report.to_dict()`。里面只有代码和参数，没有句子；"
            '句子按语言另外生成（`finding.message("zh")`）。时间为整数毫秒，序号从 0 起，没有的值为 null，每个比例都有分子和分母。'
            "`bo_ms = rate × zh_ms + offset_ms`。每条字幕恰好在一个对应组（bead）里；只有一边的组，另一边为空。",
            "The report on one work: `bilingual verify … --format json`, or `report.to_dict()`. It holds codes and params and no prose; "
            'sentences are made from them in each language (`finding.message("en")`). Times are integer milliseconds, indices begin at 0, an '
            "absent value is null, every ratio has numerator and denominator. `bo_ms = rate × zh_ms + offset_ms`. Each cue is in exactly "
            "one bead; a bead of one side has the other empty.",
        ),
        reading=_read_by(
            "from pathlib import Path\n\nfrom bilingual import Report\n",
            'report = Report.from_json(Path("report.json").read_bytes())',
            'print(report.verdict, [finding.message("{language}") for finding in report.findings])',
        ),
    ),
    Format(
        name="batch/1",
        schema="bilingual/batch/batch-1.schema.json",
        about=Said(
            "许多作品的总览：`bilingual batch` 写出的 `batch.json`。",
            "The overview of many works: the `batch.json` that `bilingual batch` writes.",
        ),
        reading=_read_by(
            _JSON,
            'batch = json.loads(Path("batch.json").read_bytes())',
            'print([(work["id"], work["state"], work["verdict"]) for work in batch["works"]])',
        ),
    ),
    Format(
        name="review/2",
        schema="bilingual/render/review/review-2.schema.json",
        about=Said(
            "人的判定：网页里导出，交给 `--review`。每个判定以哈希指明所判定的内容，所以作品改过以后，没有变的判定还在。",
            "A person's decisions: exported from the page, given to `--review`. Each names what was judged by a hash, so that decisions on what "
            "is unchanged come back after the work was changed.",
        ),
        reading=_read_by(
            _JSON,
            'review = json.loads(Path("review.json").read_bytes())',
            'print([(one["rule"], one["state"], one["note"]) for one in review["findings"]])',
        ),
    ),
    Format(
        name="annex/1",
        schema="bilingual/render/annex/annex-1.schema.json",
        about=Said(
            "承诺书附表的机器可读部分：规范化的 JSON（RFC 8785），可以用 Ed25519 签名，用 `bilingual annex --check` 核对。",
            "The annex to the pledge for programs: canonical JSON (RFC 8785), which can be signed with Ed25519 and is checked by "
            "`bilingual annex --check`.",
        ),
        reading=_read_by(
            _JSON,
            'annex = json.loads(Path("annex.json").read_bytes())',
            'print(annex["title"], annex["report"]["verdict"], annex["findings"]["counts"]["error"])',
        ),
    ),
)


def pages() -> Iterator[Made]:
    """A page for each format."""
    for one in FORMATS:
        yield Made(place=one.place, text=partial(_page, one), source=one.schema)


@cache
def schema(path: str) -> Schema:
    """A JSON Schema of the repository."""
    found: Schema = json.loads((ROOT / path).read_text(encoding="utf-8"))
    return found


def _page(one: Format, language: Language) -> str:
    found = schema(one.schema)
    keys = WORDS["formats"][one.kind]
    place = 0 if language == "zh" else 1
    rows = [
        [f"`{key}`", type_of(part, found), literal(keys[key][place])]
        for key, part in found["properties"].items()
    ]
    head = Said("键 | 类型 | 内容", "key | type | what it holds").get(language).split(" | ")
    every = Said("键 | 类型 | 必有", "key | type | always there").get(language).split(" | ")
    parts = [
        f"# bilingual.{one.name}",
        one.about.get(language),
        Said(
            "读取时遇到不认识的键，请忽略：以后可能增加。",
            "Accept keys that you do not know: there may be more.",
        ).get(language),
        table(head, rows),
    ]
    if one.kind == "report":
        parts += [Said("## 一处发现", "## A finding").get(language), _finding()]
    else:
        parts += [
            Said("## 例子", "## An example").get(language),
            Said(
                "由六条字幕的一件作品生成，其中月亮的距离译错了。每个列表最多列出两项，全部设置里只列出前两项。",
                "Made from a work of six cues, in which the distance of the moon is translated wrongly. Of each list two items are left at "
                "most, and of the settings the first two.",
            ).get(language),
            f"```json\n{json.dumps(short(whole()[one.kind]), ensure_ascii=False, indent=2)}\n```",
        ]
    parts += [
        Said("## 用 Python 读取", "## Read in Python").get(language),
        f"```python\n{one.reading.get(language)}\n```",
        Said("## 全部的键", "## All keys").get(language),
        Said(
            "`[]` 是列表的每一项，`*` 是任意的键。", "`[]` is each item of a list, `*` any key."
        ).get(language),
        table(
            every,
            [
                [f"`{key}`", kind, "✓" if always else ""]
                for key, kind, always in _flat(found, found)
            ],
        ),
        Said("## JSON Schema", "## JSON Schema").get(language),
        f"```json\n{json.dumps(found, ensure_ascii=False, indent=1)}\n```",
    ]
    return "\n\n".join(parts) + "\n"


def _finding() -> str:
    """A finding as it is in a report."""
    shown = next(f for f in whole()["report"]["findings"] if f["rule"] == "number-mismatch")
    return f"```json\n{json.dumps(shown, ensure_ascii=False, indent=2)}\n```"


def meant(part: Schema, whole: Schema) -> Schema:
    """A schema, or the one that it refers to."""
    while "$ref" in part:
        part = whole["$defs"][part["$ref"].rpartition("/")[2]]
    return part


def _choices(part: Schema, whole: Schema) -> list[Schema]:
    if "properties" in part:  # its choices bound these further
        return [part]
    found = part.get("oneOf") or part.get("anyOf") or [part]
    return [meant(one, whole) for one in found]


def type_of(part: Schema, whole: Schema) -> str:
    """The type of a value, as Markdown."""
    part = meant(part, whole)
    if "const" in part:
        return f"`{json.dumps(part['const'], ensure_ascii=False)}`"
    if "enum" in part:
        return ", ".join(f"`{json.dumps(one, ensure_ascii=False)}`" for one in part["enum"])
    choices = _choices(part, whole)
    if len(choices) > 1:
        return ", ".join(dict.fromkeys(type_of(one, whole) for one in choices))
    kinds = part.get("type", "object" if "properties" in part else "any")
    name = ", ".join(kinds) if isinstance(kinds, list) else str(kinds)
    bounds = [f"≥ {part['minimum']}"] if "minimum" in part else []
    bounds += [f"> {part['exclusiveMinimum']}"] if "exclusiveMinimum" in part else []
    bounds += [f"≤ {part['maximum']}"] if "maximum" in part else []
    return " ".join((name, *bounds))


def _flat(part: Schema, whole: Schema, at: str = "") -> Iterator[tuple[str, str, bool]]:
    """The keys of an object and of what is in it: where, of which type, whether required."""
    for choice in _choices(meant(part, whole), whole):
        if "items" in choice and at:
            yield from _flat(choice["items"], whole, f"{at}[]")
        always = set(choice.get("required", ()))
        for key, value in choice.get("properties", {}).items():
            name = f"{at}.{key}".lstrip(".")
            yield name, type_of(value, whole), key in always
            yield from _flat(value, whole, name)
        more = choice.get("additionalProperties")
        if isinstance(more, Mapping) and more:
            yield f"{at}.*".lstrip("."), type_of(more, whole), False
            yield from _flat(more, whole, f"{at}.*")
