"""Tibetan cues whose syllables are parted by another mark than the tsheg, or by nothing."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sized
from dataclasses import dataclass
from typing import Any, Final

from bilingual.checks.base import CannotTell, Hit, Words
from bilingual.formats.base import Format
from bilingual.formats.places import judged
from bilingual.formats.registry import formats
from bilingual.hidden import find_hidden, is_unseen
from bilingual.model import Cue, Evidence, Reason, Severity, Suggestion, Track
from bilingual.tsheg import NON_BREAKING_TSHEG, TSHEG, is_unseparated

_SHOWN: Final = 20
_FEWEST: Final = 3
"""Marks in a track below which a space or a dot is no habit."""


def unseparated(track: Track | None) -> tuple[int, ...]:
    """The cues (by index) in which nothing parts the syllables: their words are not judged."""
    if track is None:
        return ()
    return tuple(cue.index for cue in track.cues if is_unseparated(cue.compared))


def without_words(cues: Sized) -> CannotTell:
    """What cannot be told of cues in which nothing parts the syllables."""
    return CannotTell(reason=Reason(code="tsheg-none", params={"count": len(cues)}))


def instead_of_tsheg(cue: Cue, form: str | None) -> tuple[tuple[int, int], ...]:
    """Where in ``Cue.text`` other marks are in place of the tsheg (half open, code points).

    Not a dot among more tshegs than dots, which may be part of a name. The non-breaking
    tsheg is one.

    :param form: the track's format.
    """
    shown = judged(cue, form)
    spans = [span for span in shown.tsheg_spans if cue.text[slice(*span)] != NON_BREAKING_TSHEG]
    if 2 * len(spans) < shown.text.count(TSHEG):
        spans = [span for span in spans if _is_fault_alone(cue.text[slice(*span)])]
    return tuple(spans)


def _is_fault_alone(written: str) -> bool:
    """Whether a mark is no tsheg for certain, however few there are: unseen, or a reference."""
    return written.startswith(("&", "\\")) or is_unseen(written)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """A mark in place of a tsheg: where in which cue.

    ``coded``: it is a reference (``&nbsp;``) that players may show as it is written.
    """

    cue: Cue
    start: int
    end: int
    coded: bool

    @property
    def written(self) -> str:
        """As the file has it."""
        return self.cue.text[self.start : self.end]

    @property
    def char(self) -> str:
        """The character that it is: itself, or the first that a code of the format means."""
        return _CODES.get(self.written) or html.unescape(self.written)[:1]

    @property
    def name(self) -> str:
        """How people are shown it."""
        if self.coded:
            return self.written
        return f"U+{ord(self.char):04X}" if find_hidden(self.char) else self.char

    @property
    def variant(self) -> str:
        if self.coded:
            return "tsheg-coded"
        if self.char.isspace():
            return "tsheg-space"
        return "tsheg-unseen" if is_unseen(self.char) else "tsheg-mark"


_CODES: Final = {"\\h": " "}


def replaced_tshegs(track: Track) -> Iterator[Hit]:
    """A hit for each kind of mark that a track has in place of the tsheg."""
    form = formats().get(track.format or "")
    by_variant: dict[str, list[_Mark]] = {}
    for cue in track.cues:
        for start, end in instead_of_tsheg(cue, track.format):
            coded = form is not None and _is_shown(form, cue.text[start:end])
            mark = _Mark(cue=cue, start=start, end=end, coded=coded)
            by_variant.setdefault(mark.variant, []).append(mark)
    for variant, marks in by_variant.items():
        if variant in ("tsheg-unseen", "tsheg-coded") or len(marks) >= _FEWEST:
            yield _replaced(variant, marks)


def _is_shown(form: Format, written: str) -> bool:
    """Whether players may show a code as it is written, since the format has no such code."""
    unknown = written.startswith("&") and len(written) > 1 and not form.references
    return unknown or _CODE.match(form.plain(written)) is not None


_CODE: Final = re.compile(r"&\w|&#|\\h")


def _replaced(variant: str, marks: list[_Mark]) -> Hit:
    by_cue: dict[int, list[_Mark]] = {}
    for mark in marks:
        by_cue.setdefault(mark.cue.index, []).append(mark)
    # Nothing is drawn for them, or what nobody can read.
    broken = any(mark.coded or find_hidden(mark.char) for mark in marks)
    first, *others = (_edits(own) for own in by_cue.values())
    return Hit(
        bo=tuple(by_cue),
        severity=Severity.ERROR if broken else Severity.WARNING,
        confidence=0.95,
        params={
            "variant": variant,
            "cue": marks[0].cue.index + 1,
            "cues": len(by_cue),
            "count": len(marks),
            "characters": list(dict.fromkeys(mark.name for mark in marks)),
        },
        evidence=tuple(
            Evidence(
                kind="typography", side="bo", cue=mark.cue.index, start=mark.start, end=mark.end
            )
            for mark in marks[:_SHOWN]
        ),
        suggestion=Suggestion(kind="replace", safety="safe", params=first | {"others": others}),
    )


def _edits(marks: list[_Mark]) -> dict[str, Any]:
    """What would be right in one cue."""
    edits = [{"start": mark.start, "end": mark.end, "text": TSHEG} for mark in marks]
    return {"track": "bo", "cue": marks[0].cue.index, "edits": edits}


def missing_tshegs(track: Track) -> Iterator[Hit]:
    """One hit for all cues in which nothing parts the syllables."""
    cues = unseparated(track)
    if cues:
        params = {
            "variant": "tsheg-none",
            "cue": cues[0] + 1,
            "count": len(cues),
            "total": len(track.cues),
        }
        yield Hit(bo=cues, severity=Severity.ERROR, confidence=0.95, params=params)


_REPLACE_ZH: Final = (
    "在藏文字幕里把它们全部换成音节点（་，U+0F0B）。{cli:运行 bilingual fix 并加 --out 新文件夹|用“自动修复”}，可自动改好。"
    "再请译者检查用的输入法和导出步骤，免得以后又被换掉。"
)
_REPLACE_EN: Final = (
    "Replace them all with the tsheg (་, U+0F0B) in the Tibetan track; {cli:bilingual fix with --out FOLDER|“Automatic fixes”} does it. "
    "Let the translator check keyboard and export, so that it does not happen again."
)
REPLACED_REMEDIES: Final = dict.fromkeys(
    ("tsheg-space", "tsheg-mark", "tsheg-unseen", "tsheg-coded"),
    Words(zh=_REPLACE_ZH, en=_REPLACE_EN),
)
REPLACED_MESSAGES: Final = {
    "tsheg-space": Words(
        zh="藏文有 {cues} 条用空格代替音节点（共 {count} 处，第一处在第 {cue} 条）。",
        en="{cues} Tibetan {cues:cue has|cues have} a space in place of the tsheg ({count} in all, the first in cue {cue}).",
    ),
    "tsheg-mark": Words(
        zh="藏文有 {cues} 条用“{characters}”代替音节点（共 {count} 处，第一处在第 {cue} 条）。",
        en="{cues} Tibetan {cues:cue has|cues have} “{characters}” in place of the tsheg ({count} in all, the first in cue {cue}).",
    ),
    "tsheg-unseen": Words(
        zh="藏文有 {cues} 条用看不见的字符（{characters}）代替音节点（共 {count} 处，第一处在第 {cue} 条）：画面上各音节连在一起。",
        en="{cues} Tibetan {cues:cue has|cues have} invisible characters ({characters}) in place of the tsheg ({count} in all, the first in cue {cue}): on screen the syllables run together.",
    ),
    "tsheg-coded": Words(
        zh="藏文有 {cues} 条用代码“{characters}”代替音节点（共 {count} 处，第一处在第 {cue} 条）：播放器可能会把代码照原样显示出来。",
        en="{cues} Tibetan {cues:cue has|cues have} the code “{characters}” in place of the tsheg ({count} in all, the first in cue {cue}): players may show it as it is.",
    ),
}
MISSING_MESSAGE: Final = Words(
    zh="藏文 {total} 条里有 {count} 条没有音节点（第一条是第 {cue} 条）：各音节连在一起，译文也无法核对。",
    en="{count} of {total} Tibetan {total:cue|cues} {count:has|have} no tsheg (the first is cue {cue}): the syllables run together, and the words cannot be checked.",
)
MISSING_REMEDY: Final = Words(
    zh="请译者从原稿重新导出藏文字幕（UTF-8 编码的 SRT），打开看一看各音节之间有没有音节点（་）；原稿里就没有的，请逐条补上，再核查一次。",
    en="Have the Tibetan exported again from the script as SRT in UTF-8, and see that there is a tsheg (་) between the syllables. Where the script has none, add them. Then check again.",
)
