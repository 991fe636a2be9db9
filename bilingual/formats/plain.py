"""From a raw payload to text for comparison: tags gone, entities decoded.

WebVTT after the W3C cue text tokenizer (section 6.4). SubRip has no standard:
only the tags that players know go, so that ``a < b`` stays what it is.
"""

from __future__ import annotations

import html
import re
from typing import Final

_VTT_TAG: Final = re.compile(r"<([^>]*)(>|\Z)")
_VTT_NAME: Final = re.compile(r"/?([^\s./]*)")
_VTT_KNOWN: Final = frozenset({"c", "i", "b", "u", "ruby", "rt", "v", "lang"})
_VTT_TIME: Final = re.compile(r"[0-9]")
_REFERENCE: Final = re.compile(
    r"&(?:#(?:([0-9]+)|[xX]([0-9a-fA-F]+));?|[A-Za-z][A-Za-z0-9]{0,31};?)"
)

_SRT_NAMES = "i|b|u|s|em|strong|font|span|c|v|lang|ruby|rt|br|p"
_SRT_TAG: Final = re.compile(rf"</?({_SRT_NAMES})(?=[\s>/.])[^<>]{{0,500}}>", re.IGNORECASE)
_OVERRIDE: Final = re.compile(r"\{\\[^{}]{0,2000}\}")
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ASS_BLOCK: Final = re.compile(r"\{([^}]*)\}")
_DRAWING: Final = re.compile(r"\\p([0-9]+)")


def vtt_plain(text: str) -> str:
    """What a viewer of WebVTT sees, ruby text included."""
    return vtt_tokens(text)[0] if "<" in text or "&" in text else text


def vtt_tokens(text: str) -> tuple[str, list[str], list[str], str | None]:
    """Plain text, known tags, unknown tags, and a tail that an open tag swallowed."""
    parts: list[str] = []
    known: list[str] = []
    unknown: list[str] = []
    swallowed: str | None = None
    end = 0
    for tag in _VTT_TAG.finditer(text):
        parts.append(_decoded(text[end : tag.start()]))
        end = tag.end()
        inside = tag.group(1)
        found = _VTT_NAME.match(inside)
        name = found.group(1) if found else ""
        if name in _VTT_KNOWN:
            if not inside.startswith("/"):
                known.append(name)
        elif not _VTT_TIME.match(name) and inside:
            unknown.append(tag.group())
        if not tag.group(2):
            swallowed = tag.group()
    parts.append(_decoded(text[end:]))
    return "".join(parts), known, unknown, swallowed


def srt_plain(text: str) -> str:
    """The text without the tags and overrides that players of SubRip know."""
    return srt_tokens(text)[0] if any(mark in text for mark in "<{&\\") else text


def srt_tokens(text: str) -> tuple[str, list[str]]:
    r"""Plain text and the tags met; ``\N`` and ``<br>`` break lines."""
    tags: list[str] = []

    def drop(tag: re.Match[str]) -> str:
        name = tag.group(1).lower()
        if not tag.group().startswith("</"):
            tags.append(name)
        return "\n" if name == "br" else ""

    def override(tag: re.Match[str]) -> str:
        tags.append("{\\}")
        return ""

    plain = _SRT_TAG.sub(drop, text)
    plain = _OVERRIDE.sub(override, plain)
    plain = plain.replace("\\N", "\n").replace("\\h", " ")
    return _ENTITY.sub(lambda m: html.unescape(m.group()), plain), tags


def ass_plain(text: str) -> str:
    r"""Text of a dialogue line: overrides and drawings gone, ``\N`` a line break."""
    parts: list[str] = []
    drawing = False
    end = 0
    for block in _ASS_BLOCK.finditer(text):
        if not drawing:
            parts.append(text[end : block.start()])
        end = block.end()
        for scale in _DRAWING.findall(block.group(1)):
            drawing = scale.strip("0") != ""
    if not drawing:
        parts.append(text[end:])
    plain = "".join(parts).replace("\\N", "\n").replace("\\n", "\n")
    return plain.replace("\\h", " ")


def _decoded(text: str) -> str:
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(reference: re.Match[str]) -> str:
    """A character reference as HTML reads it in text."""
    digits, base = (reference.group(1), 10) if reference.group(1) else (reference.group(2), 16)
    if not digits:
        return html.unescape(reference.group())
    # int() refuses thousands of digits; leading zeros are no size.
    digits = digits.lstrip("0") or "0"
    number = int(digits, base) if len(digits) < 9 else 0x110000
    if 0x80 <= number <= 0x9F or number in (0, 0x0D) or not _is_scalar(number):
        return html.unescape(f"&#{min(number, 0x110000)};")
    # html.unescape() drops control characters and noncharacters; HTML does not.
    return chr(number)


def _is_scalar(number: int) -> bool:
    return number < 0xD800 or 0xE000 <= number <= 0x10FFFF
