"""How the library is built: its packages, drawn from their imports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from html import escape
from typing import Final

from docs._make.formats import WORDS
from docs._make.markdown import literal, table
from docs._make.pages import Language, Made, Said
from tests.imports import GRAPH, LAYERS

# Too small, or imported by nearly all: they would hide the others.
_LEFT_OUT: Final = {
    "_version",
    "nearest",
    "hooks",
    "showing",
    "arguments",
    "progress",
    "resources",
    "hidden",
    "tsheg",
    "__main__",
}
_ROW: Final = 34
_BOX: Final = (330, 120, 24)
"""Where boxes begin, their width and height."""


def pages() -> Iterator[Made]:
    """The one page."""
    yield Made(place="architecture.md", text=_page)


def package_of(module: str) -> str:
    """The package of a module below ``bilingual`` (``bilingual.asr.vad``: ``asr``)."""
    return module.split(".")[1] if "." in module else "__init__"


def packages() -> Mapping[str, set[str]]:
    """Which package imports which others, inside functions and through plug-ins too."""
    found: dict[str, set[str]] = defaultdict(set)
    for module, imported in GRAPH.items():
        found[package_of(module)] |= {package_of(one) for one in imported}
    return {name: others - {name} for name, others in found.items()}


def reduced(graph: Mapping[str, set[str]]) -> Mapping[str, set[str]]:
    """The same without what follows from the rest: a to c, where a to b and b to c."""

    def reached(name: str) -> set[str]:
        found, todo = set[str](), list(graph[name])
        while todo:
            if (one := todo.pop()) not in found:
                found.add(one)
                todo += graph[one]
        return found

    below = {name: reached(name) for name in graph}
    return {
        name: {one for one in others if not any(one in below[by] for by in others - {one})}
        for name, others in graph.items()
    }


def _page(language: Language) -> str:
    graph = packages()
    said = Said(
        "# 架构\n\n一件作品只走一个方向：**文件 → 字幕轨 → 各种事实 → 数据和发现 → 报告 → 各种形式**。每一步是一个包，收有类型的值，交有类型的值。"
        "上层可以导入下层，反过来不行，函数里面的导入也算；次序写在 `tests/imports.py`，由 `tests/test_directions.py` 核对。\n\n"
        "下图由源代码里的导入生成：越往下越基础，弧线从导入者指向被导入者；能由别的弧线推出的不画，{left}也不画。",
        "# Architecture\n\nA work goes one way: **files → tracks → facts → figures and findings → report → renderings**. Each step is a "
        "package that takes typed values and returns typed values. A package imports lower ones and never the reverse, inside functions "
        "too; `tests/imports.py` has the order and `tests/test_directions.py` holds it.\n\nThe drawing is made from the imports in the source: the lower, the more basic; "
        "an arc leads from who imports to what is imported. What follows from other arcs is left out, and so are {left}.",
    ).get(language)
    left = Said("、", ", ").get(language).join(f"`{name}`" for name in sorted(_LEFT_OUT))
    head = (
        Said(
            "包 | 内容 | 直接导入 | 被几个包导入", "package | what it holds | imports | imported by"
        )
        .get(language)
        .split(" | ")
    )
    users = {name: sum(name in others for others in graph.values()) for name in graph}
    order = {name: level for level, names in enumerate(LAYERS) for name in names}
    rows = [
        [
            f"`{name}`",
            literal(_about(name, language)),
            ", ".join(f"`{_named(o)}`" for o in sorted(graph[name])) or "—",
            str(users[name]),
        ]
        for name in sorted(graph, key=lambda name: (-order[name], name))
    ]
    return "\n\n".join([said.format(left=left), drawing(language), table(head, rows)])


def _about(name: str, language: Language) -> str:
    return str(WORDS["packages"][name][0 if language == "zh" else 1])


def _named(package: str) -> str:
    return "bilingual" if package == "__init__" else package


def drawing(language: Language) -> str:
    """The packages from the highest to the lowest, with arcs for their imports, as SVG."""
    graph = {n: others - _LEFT_OUT for n, others in packages().items() if n not in _LEFT_OUT}
    order = [name for names in reversed(LAYERS) for name in sorted(names) if name in graph]
    row = {name: place * _ROW + 18 for place, name in enumerate(order)}
    x, width, height = _BOX
    parts = []
    for name, others in reduced(graph).items():
        for one in others:
            start, end = row[name], row[one]
            far = 14 + min(210, 1.1 * (end - start))
            right = x + width
            parts.append(
                f'<path d="M{right} {start} C{right + far:.0f} {start} {right + far:.0f} {end} {right + 5} {end}" '
                f'fill="none" stroke="#0072B2" stroke-opacity="0.65"/>'
                f'<path d="M{right + 8} {end - 3}L{right} {end}L{right + 8} {end + 3}z" fill="#0072B2"/>'
            )
    for name in order:
        top = row[name]
        parts.append(
            f'<text x="{x - 10}" y="{top + 4}" text-anchor="end" font-size="12">{escape(_about(name, language))}</text>'
            f'<rect x="{x}" y="{top - height / 2}" width="{width}" height="{height}" rx="4" fill="#009E73" fill-opacity="0.15" stroke="#009E73"/>'
            f'<text x="{x + width / 2}" y="{top + 4}" text-anchor="middle" font-size="13">{_named(name)}</text>'
        )
    title = Said("各个包的导入关系", "The imports between packages").get(language)
    size = (700, len(order) * _ROW + 4)
    return (
        # Within a block of HTML, so that Markdown leaves names with underscores alone.
        f'<div><svg class="drawing" role="img" aria-label="{title}" viewBox="0 0 {size[0]} {size[1]}" '
        f'width="{size[0]}" height="{size[1]}">{"".join(parts)}</svg></div>'
    )
