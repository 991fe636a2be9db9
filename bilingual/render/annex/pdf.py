"""The annex as PDF, set by Typst: HarfBuzz-class shaping, fonts embedded as subsets.

The same annex, fonts and Typst give the same bytes. Texts go in as JSON and
are inserted as values, so nothing in them is ever read as markup.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from bilingual.errors import DependencyError, InputError
from bilingual.model import Verdict
from bilingual.render.annex.document import Annex
from bilingual.render.annex.fonts import FontFile, fonts_for, showable
from bilingual.render.annex.html import page_file
from bilingual.render.annex.view import ROOM, Room, view_of

_TRIES: Final = 6
"""How often what is written out is made less, before it takes as many pages as it takes."""

_LONGEST: Final = 24
"""Characters in a row without a place to break the line, before one is made."""

_BREAKS: Final = re.compile(r"[\s\u0f0b\u0f0d-\u0f11\u2010-\u2014\u200b\u2e80-\u9fff\uff00-\uffef]")


def render_annex_pdf(annex: Annex, digest: str, language: str = "zh") -> bytes:
    """An annex as PDF/A-2a, tagged for screen readers (PDF/UA-1).

    One page for a work in order, two otherwise: what is written out is halved until it
    fits; what is not, is counted there and stands in the appendix.

    :param digest: SHA-256 of the annex's canonical bytes, in hex.
    :param language: ``zh`` or ``en``.
    :raises DependencyError: ``annex-needs-typst``, or ``annex-font-missing``.
    :raises InputError: ``annex-not-set``: Typst could not set the page.
    """
    typst = _library()
    room = ROOM
    in_order = annex.report.verdict == Verdict.PASS
    for _ in range(_TRIES):
        try:
            asked = _compiler(typst, annex, digest, language, room)
            if int(asked.query("<pages>", field="value", one=True)) <= (1 if in_order else 2):
                break
        except typst.TypstError as error:
            raise InputError("annex-not-set", detail=error.message) from error
        room = room.less()
    try:  # a compiler that was asked for something finds its own text no more
        compiler = _compiler(typst, annex, digest, language, room)
        data: bytes = compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"])
    except typst.TypstError as error:
        raise InputError("annex-not-set", detail=error.message) from error
    return data


def _compiler(typst: Any, annex: Annex, digest: str, language: str, room: Room) -> Any:
    view = asdict(view_of(annex, digest, language, room))
    fonts = fonts_for(_texts(view))
    view = _breakable(showable(view, fonts))
    view["made"] = _moment(annex.moment())
    found, families = _families(typst, fonts)
    view["fonts"] = families
    return typst.Compiler(
        page_file("annex.typ").encode(),
        font_paths=found,
        ignore_system_fonts=True,
        sys_inputs={"view": json.dumps(view, ensure_ascii=False)},
    )


def _library() -> Any:
    try:
        import typst
    except ImportError as error:
        raise DependencyError.of_extra("annex-needs-typst", "annex") from error
    return typst


def _families(typst: Any, fonts: tuple[FontFile, ...]) -> tuple[Any, list[str]]:
    """The fonts as Typst takes them, and their families in order of preference.

    Of a collection's families the simplified Chinese one is meant.
    """
    found = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=sorted({str(font.path.parent) for font in fonts}),
    )
    order = {str(font.path): number for number, font in enumerate(fonts)}
    ours = sorted((order[f.path], f.family) for f in found.fonts() if f.path in order)
    names = list(dict.fromkeys(family for _, family in ours))
    return found, [n for n in names if "CJK" not in n or n.endswith("SC")]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts(one)


def _breakable(value: Any) -> Any:
    """Texts that fit any column: long runs get places where a line may break."""
    if isinstance(value, str):
        return _broken(value) if len(value) > _LONGEST else value
    if isinstance(value, Mapping):
        return {key: _breakable(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_breakable(one) for one in value]
    return value


def _broken(text: str) -> str:
    pieces, run = [], 0
    for char in text:
        # Never before a mark: it belongs to the letter that went before.
        if run >= _LONGEST and not unicodedata.category(char).startswith("M"):
            pieces.append("\u200b")
            run = 0
        pieces.append(char)
        run = 0 if _BREAKS.match(char) else run + 1
    return "".join(pieces)


def _moment(moment: datetime) -> dict[str, int]:
    """The parts of a moment, as Typst's ``datetime`` takes them."""
    parts = ("year", "month", "day", "hour", "minute", "second")
    return {part: getattr(moment, part) for part in parts}
