"""What is personal in a free text: taken out before anything is kept of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Final

GONE: Final = "…"
"""What stands where something was taken out."""

_LEAST: Final = 5  # characters of a value that is looked for to the letter
_MOST_PARTS: Final = 1000  # of all values: what a form of a few lines has is a few dozen
_SHORTEST: Final = 2  # and of one that is looked for beside a word or number that makes it personal
_BETWEEN: Final = re.compile(
    r"[\s,，、;；:：|/(){}\[\]（）'\"]+|联系人?|联络人?|负责人|电话|手机|邮箱|邮编|地址|微信"
)
_NAME: Final = "\0"  # stands for a short value while its neighbours are looked at
_AS_CONTACT: Final = re.compile(
    r"""
    (?P<before> (?:联系人?|联络人?|负责人|contact(?:[ ]person)?|电话|手机) [:：是为\s]{0,3}
      | … [\s:：,，、()（）]{0,3} ) \0
    | \0 (?P<after> [\s:：,，、()（）]{0,3} (?:电话|手机|邮箱|e-?mail|phone)? [\s:：]{0,2} … )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PERSONAL: Final = re.compile(
    r"""
    [\w.+-]{1,64}[@＠][\w-]{1,63}(?:\.[\w-]{1,63}){1,5}   # an e-mail address
    | (?<![0-9A-Za-z])
      (?: [1-9]\d{5}\s?\d{8}\s?\d{3}[\dXx]                # an identity card, new and old
        | [1-9]\d{7}[01]\d[0-3]\d{4}
        | [0-9A-HJ-NP-RTUW-Y]{2}\d{6}[0-9A-HJ-NP-RTUW-Y]{10}  # a unit's credit code
      ) (?![0-9A-Za-z])
    | (?<!\d) (?:(?:\+|00)?86[-\s]?)? 1[3-9]\d[-.–—\s]?\d{4}[-.–—\s]?\d{4} (?!\d)  # mobile
    | (?<![A-Za-z]) (?i: (?:QQ|扣扣|微信|v信|we[ ]?chat|[vw]x) (?:号码?|群号?|\s?(?:id|no\.?))?
      (?: \s{0,3} [:=] \s{0,3} | \s{0,3} [是为]? \s{0,3} (?=[a-z]{0,19}[0-9_-]) )
      [a-z0-9] [a-z0-9_-]{4,19} (?![a-z0-9_-]) )          # a number of a messenger
    | (?<!\d) (?:\(0\d{2,3}\)\s?|0\d{2,3}[-–—\s]|0(?:10|2\d|[3-9]\d{2})) \d{7,8} (?!\d)  # landline
    """,
    re.VERBOSE,
)
_WIDE: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def without_personal(text: str, values: Iterable[str] = ()) -> str:
    """The text without phone numbers, e-mail addresses, identity and messengers' numbers.

    :param values: what was filled in where personal things are asked for. Each that has
        five characters or more is taken out, too, and of several things in one cell those
        with a number in them; a shorter one, or a part without a number, which may be an
        author's or a place's name, where a contact is named by it: behind such a word, or
        beside what else was taken out. Of a form with thousands of things where contacts
        are asked for no text is kept at all: each would have to be looked for in it.
    """
    bare = [*dict.fromkeys(value.strip() for value in values)]
    split = (part for value in bare for part in _BETWEEN.split(value) if part != value)
    parts = [*islice(dict.fromkeys(split), _MOST_PARTS + 1)]
    if len(bare) + len(parts) > _MOST_PARTS:
        return GONE if text else text
    numbered = (part for part in parts if any(map(str.isdigit, part)))
    for value in sorted((*bare, *numbered), key=len, reverse=True):
        if len(value) >= _LEAST:
            text = text.replace(value, GONE)
    text = _without_patterns(text)
    for value in (*bare, *parts):
        if len(value) >= _SHORTEST and value in text:
            marked = text.replace(_NAME, "").replace(value, _NAME)
            text = _AS_CONTACT.sub(_without_name, marked).replace(_NAME, value)
    return text


def _without_name(match: re.Match[str]) -> str:
    return f"{match['before'] or ''}{GONE}{match['after'] or ''}"


def _without_patterns(text: str) -> str:
    # Of full width characters the places are the same.
    places = [match.span() for match in _PERSONAL.finditer(text.translate(_WIDE))]
    for start, end in reversed(places):
        text = text[:start] + GONE + text[end:]
    return text
