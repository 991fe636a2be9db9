"""How many people or units a field of names holds. Who they are is shown nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_BETWEEN: Final = re.compile(r"[、，,;；\n\r]+")
# Between two names, or between two spellings of one: 扎西/卓玛, 藏语频道/KBTV.
_STROKES: Final = re.compile(r"[/／|｜\u0f0d\u0f0e]+")
_AND: Final = re.compile(r"[和及与]")
_BRACKETS: Final = re.compile(r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|【[^【】]*】")
_BRACKET: Final = re.compile(r"[()（）\[\]【】]")
_MORE: Final = re.compile(r"(?:等|等人|等\d+人|等\d+[名位]|et al\.?)$")

_HAN: Final = "\u3400-\u9fff"
_SYLLABLE: Final = "[\u0f40-\u0fbc]+"
_UNITS: Final = re.compile(f"[{_HAN}]|{_SYLLABLE}")
_SCRIPT: Final = re.compile(f"([{_HAN}])|([\u0f40-\u0fbc])")
_PADDED: Final = re.compile(rf"(?<!\S)([{_HAN}])\s+([{_HAN}])(?!\S)")
_WHOLE: Final = (2, 4)  # Han characters or Tibetan syllables of a person's name
_OFFICE: Final = re.compile(
    "(?:[局厅委部处科所室院馆台站社会团队组厂店园校系]|中心|公司|集团|频道|卫视|学校|大学|中学|小学|学院)$"
)
_PLACE: Final = re.compile("[省市州县区盟旗乡镇村]$")
_DUTY: Final = (
    "(?:[总副主]|执行|联合|责任)?"
    "(?:编导|导演|编剧|撰稿|文案|策划|制片人?|监制|出品人?|主创|摄影|摄像|拍摄|剪辑|后期|制作|动画|美术|设计|音乐|录音|旁白"
    "|配音|解说|翻译|译制|校对|审校|审核|主持人?|主播|出镜|字幕|编辑|责编|总编|记者|作者|顾问|指导|教授|研究员|博士|老师|先生|女士)"
    "(?:员|师)?"
)
_DUTIES: Final = re.compile(f"{_DUTY}(?:[和及与兼]{_DUTY})?[:：]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many are named: at the least, and at the most (``None``: there may be any number).

    ``outside``: at the most where nothing in brackets is counted.
    """

    least: int
    most: int | None
    outside: int | None


def named_in(text: str) -> Counted:
    """How many people or units are named.

    They are separated by 、 ， , ; ； or lines. Those in brackets behind a unit may be counted
    or not, and there may be any number of others behind 等. A space, 和, 及, 与, a stroke or a
    shad may be between two names or within one: it counts towards the most alone, and only
    where what is on both sides of it can be a name.
    """
    without = _BRACKETS.sub("", text)
    least = names(without)
    outside = _at_most(without, len(least))
    most = _at_most(_BRACKET.sub("、", _BRACKETS.sub(_opened, text)), len(least))
    return Counted(least=len(least), most=most, outside=outside)


def names(text: str) -> tuple[str, ...]:
    """The names in the text that are separated for certain, each once, in their order."""
    found = (" ".join(name.split()) for name in _BETWEEN.split(text))
    return tuple(dict.fromkeys(name for name in found if name))


def _opened(found: re.Match[str]) -> str:
    """What is in brackets, on its own: a list, or perhaps the name once more in another script."""
    within = found[0][1:-1]
    mark = "、" if _BETWEEN.search(within) else "/"
    return f"{mark}{within}{mark}"


def _at_most(text: str, least: int) -> int | None:
    listed = names(text)
    found = {name for one in listed for name in _of_one(one)}
    parts = (part.strip() for one in listed for part in _STROKES.split(one))
    if any(_MORE.search(name) for name in (*parts, *found)):
        return None
    return max(least, len(found))


def _of_one(listed: str) -> Iterator[str]:
    """The names that may be in what stands between two separators."""
    pieces = [piece for part in _STROKES.split(listed) if (piece := part.strip())]
    for piece in pieces[:1] if _one_in_scripts(pieces) else pieces:
        words = [w for w in _PADDED.sub(r"\1\2", piece).split() if not _DUTIES.fullmatch(w)]
        for name in words[:1] if _one_in_scripts(words) else _spaced(words):
            yield from _joined(name)


def _one_in_scripts(parts: Sequence[str]) -> bool:
    """Whether these can be one name in several scripts."""
    scripts = [found.lastindex if (found := _SCRIPT.search(part)) else 0 for part in parts]
    return len(parts) > 1 and len(set(scripts)) == len(scripts)


def _spaced(words: Sequence[str]) -> list[str]:
    """The words as names: a space lies between two where both are long enough for one."""
    found: list[str] = []
    for word in words:
        apart = not found or (
            _size(found[-1]) > 1
            and _size(word) > 1
            and not (_PLACE.search(found[-1]) and _OFFICE.search(word))
        )
        if apart:
            found.append(word)
        else:
            found[-1] += f" {word}"
    return found


def _joined(name: str) -> list[str]:
    """The names that 和, 及 or 与 may join in this one; an office's name holds such words."""
    parts = _AND.split(name)
    if len(parts) == 1 or (_OFFICE.search(name) and _size(parts[-1]) > _WHOLE[0]):
        return [name]
    starts = [0]
    for part in parts:
        starts.append(starts[-1] + len(part) + 1)
    # Of the first so many parts: the greatest number of names, and where the last of them begins.
    best: list[tuple[int, int] | None] = [(0, 0)]
    for end in range(1, len(parts) + 1):
        ways = [
            (before[0] + 1, first)
            for first in range(max(0, end - _WHOLE[1] - 1), end)
            if (before := best[first])
            and _WHOLE[0] <= _size(name[starts[first] : starts[end] - 1]) <= _WHOLE[1]
        ]
        best.append(max(ways, default=None))
    found: list[str] = []
    end = len(parts)
    while end and (last := best[end]):
        found.append(name[starts[last[1]] : starts[end] - 1])
        end = last[1]
    return found or [name]


def _size(name: str) -> int:
    """Han characters and Tibetan syllables."""
    return len(_UNITS.findall(name))
