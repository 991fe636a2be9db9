"""Bytes to text: UTF by its rules; a guess only where UTF-8 is impossible.

A guess is taken only where it gives plausible subtitles of the expected
scripts, and is always reported. Anything else is an error, for a wrong guess
turns every word into another without a trace.
"""

from __future__ import annotations

import codecs
from collections import Counter
from dataclasses import dataclass
from typing import Final

from bilingual.errors import FormatError
from bilingual.text.script import is_han, is_tibetan_letter

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MARK: Final = "\ufeff"
_LOST: Final = "\ufffd"
# What the codecs say of data that end within a character.
_ENDS_WITHIN: Final = frozenset(
    {"unexpected end of data", "truncated data", "incomplete multibyte sequence"}
)
_MARKS: Final = ("-->", "Dialogue:", "WEBVTT")
_PLAUSIBLE: Final = 0.95
"""Least share of expected characters among those that are not ASCII."""
_COMMON: Final = 0.3
"""Least share of everyday characters among Han. Chinese prose has about 0.7;
Korean, Japanese or Cyrillic bytes taken for GB18030 have below 0.1."""
_EVERYDAY: Final = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年"
    "过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心"
    "她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间"
    "由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给"
    "世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变"
    "四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社"
    "便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北"
    "边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运吗呢吧啊谢请叫爱吃喝谁哪早晚"
    "這個們來為國說時會對過發後種經現當沒動還進樣開從實軍無與長機聲東體學點業問將兩間關應戰頭見"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text and the codec that gave it; ``assumed`` where nothing in the file specifies it.

    ``marks`` are the byte order marks that were taken off its beginning. ``cut``: the
    file ends in the middle of a character, in whose place the text has U+FFFD.
    """

    text: str
    encoding: str
    assumed: bool = False
    marks: int = 0
    cut: bool = False


def decode(data: bytes, name: str, encoding: str | None = None) -> Decoded:
    """The text of a subtitle file, byte order marks at its beginning taken off.

    :param encoding: the caller knows: read it so, and no other way.
    :raises FormatError: ``encoding-name``: there is no such encoding;
        ``encoding-damaged``: the file is not in the encoding that it or the caller
        names; ``encoding-unknown``: nothing names its encoding and no guess is
        plausible.
    """
    if encoding is not None:
        return _as_specified(data, name, encoding)
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return _strict(data, name, codec)
    try:
        text, cut = _read(data, "utf-8")
    except UnicodeDecodeError as error:
        bad = error.start
    else:
        # ASCII text in UTF-16 is UTF-8 full of NULs.
        if text.count("\0") * 5 <= len(text) or any(mark in text for mark in _MARKS):
            return Decoded(text=text, encoding="utf-8", cut=cut)
        bad = data.index(b"\0")
    for codec in (*_wide(data), "gb18030"):
        guess = _attempt(data, codec)
        if guess is None or not _expected(guess.text.rstrip(_LOST)):
            continue
        if codec == "gb18030" or any(mark in guess.text for mark in _MARKS):
            return guess
    raise FormatError("encoding-unknown", path=name, line=_line(data, bad))


def _wide(data: bytes) -> tuple[str, ...]:
    """UTF-16 without a mark has an even length; an arrow has NULs in it."""
    if len(data) % 2:
        return ()
    return tuple(
        codec
        for codec in ("utf-16-le", "utf-16-be")
        if any(mark.encode(codec) in data for mark in _MARKS)
    )


def _as_specified(data: bytes, name: str, encoding: str) -> Decoded:
    try:
        codec = codecs.lookup(encoding)
    except (LookupError, ValueError, UnicodeError):
        raise FormatError("encoding-name", path=name, encoding=encoding) from None
    if not getattr(codec, "_is_text_encoding", True):
        raise FormatError("encoding-name", path=name, encoding=encoding)
    return _strict(data, name, codec.name)


def _strict(data: bytes, name: str, codec: str) -> Decoded:
    try:
        text, cut = _read(data, codec)
    except (UnicodeError, ValueError) as error:
        at = error.start if isinstance(error, UnicodeDecodeError) else 0
        raise FormatError(
            "encoding-damaged", path=name, encoding=codec, line=_line(data, at)
        ) from None
    bare = text.lstrip(_MARK)
    return Decoded(text=bare, encoding=codec, marks=len(text) - len(bare), cut=cut)


def _attempt(data: bytes, codec: str) -> Decoded | None:
    try:
        text, cut = _read(data, codec)
    except UnicodeDecodeError:
        return None
    return Decoded(text=text, encoding=codec, assumed=True, cut=cut)


def _read(data: bytes, codec: str) -> tuple[str, bool]:
    """The text, and whether it ends in the middle of a character.

    :raises UnicodeDecodeError: it is damaged elsewhere, or nothing but that.
    """
    try:
        return data.decode(codec), False
    except UnicodeDecodeError as error:
        ends = error.reason in _ENDS_WITHIN and error.end == len(data)
        if not ends or not data[: error.start].strip():
            raise
        return data[: error.start].decode(codec) + _LOST, True


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1


def _expected(text: str) -> bool:
    """Whether it is ASCII, Tibetan and everyday Chinese, and hardly anything else."""
    foreign = han = common = expected = 0
    for char, times in Counter(text).items():
        if char.isascii():
            continue
        foreign += times
        if is_han(char):
            han += times
            common += times * (char in _EVERYDAY)
        if is_han(char) or is_tibetan_letter(char) or _is_punctuation(ord(char)):
            expected += times
    if not foreign:
        return True
    return expected >= _PLAUSIBLE * foreign and common >= _COMMON * han


def everyday_share(text: str) -> float:
    """Everyday characters among the Chinese ones, simplified and traditional; 0 without any."""
    han = [char for char in text if is_han(char)]
    return sum(char in _EVERYDAY for char in han) / len(han) if han else 0.0


def _is_punctuation(code: int) -> bool:
    return (
        0x0F00 <= code <= 0x0FFF
        or 0x2010 <= code <= 0x2027
        or 0x2030 <= code <= 0x205E
        or 0x3000 <= code <= 0x301F
        or 0xFF00 <= code <= 0xFF65
        or 0x2460 <= code <= 0x24FF
        or code in (0xB0, 0xB7, 0xD7, 0xA0, 0x2103, 0x2642, 0x2640, 0x266A, 0x266B, 0xFEFF)
    )
