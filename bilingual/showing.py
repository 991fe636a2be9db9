"""Text from outside, made safe to show: on a terminal, in a log, in an error, in JSON.

The name of a file, a cue's text, an id in a report and what a program complained of are
written by somebody else. Escape sequences in them could move the cursor, forge a line or
set a terminal's title; direction controls could turn a sentence around. Here is the one
function that makes them visible, and the doors through which they pass: the catalogue of
sentences (``bilingual.locale.fill``), what is printed (:func:`shown_lines`), pages
(``bilingual.render.templates``), the log (:func:`logger`), JSON (:func:`ascii_controls`).
"""

from __future__ import annotations

import logging
import re
import traceback
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final

_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
"""Unicode categories of what has no shape of its own, moves the cursor or turns lines round."""


_RAW: Final = re.compile(
    "[\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\ud800-\uf8ff\ufeff\ufff9-\ufffb\U000110bd\U000110cd"
    "\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff]"
)
"""The same without characters that are merely unassigned; JSON escapes what is below them."""


def visible(text: str, *, keep_breaks: bool = False) -> str:
    """Text that is safe to show: control, bidi and unseen characters as ⟨U+XXXX⟩.

    Line breaks become a slash unless they are kept. What is left moves no
    cursor and reorders no line. What is visible already stays as it is.
    """
    if text.isprintable():
        return text
    return "".join(map(_kept_breaks if keep_breaks else _one_line, text))


def _one_line(char: str) -> str:
    return " / " if char == "\n" else _kept_breaks(char)


def _kept_breaks(char: str) -> str:
    if char == "\n":
        return char
    if char == "\t":
        return " "
    return f"⟨U+{ord(char):04X}⟩" if unicodedata.category(char) in _UNSEEN else char


def shown_lines(lines: Iterable[str]) -> str:
    """What is printed of these lines: each made visible, with a break at its end."""
    return "".join(f"{visible(line)}\n" for line in lines)


def visible_value(value: Any) -> Any:
    """A parameter of a sentence: text made visible, numbers and ``None`` as they are."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return visible(value if isinstance(value, str) else str(value))


def player_time(ms: float) -> str:
    """A time as people read it off a player: 1:05.3."""
    tenths = round(max(0.0, ms) / 100)
    hours, rest = divmod(tenths, 36000)
    minutes, tenths = divmod(rest, 600)
    lead = f"{hours}:{minutes:02}" if hours else f"{minutes}"
    return f"{lead}:{tenths // 10:02}.{tenths % 10}"


def ascii_controls(text: str) -> str:
    r"""JSON text with nothing unseen in it raw: ``\u009b`` instead of the character itself.

    The value that is read from it is the same.
    """
    return text if text.isprintable() else _RAW.sub(_json_escape, text)


def _json_escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x10000:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def logger(name: str) -> logging.Logger:
    """The logger of that name; whatever is logged through it is made visible first."""
    found = logging.getLogger(name)
    if not any(isinstance(one, VisibleFilter) for one in found.filters):
        found.addFilter(VisibleFilter())
    return found


class VisibleFilter(logging.Filter):
    """Makes the words of a record, and its traceback, safe for every handler."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes, changed where it has to be."""
        if isinstance(record.msg, str):
            record.msg = visible(record.msg)
        if isinstance(record.args, Mapping):
            record.args = {key: visible_value(value) for key, value in record.args.items()}
        elif record.args:
            record.args = tuple(map(visible_value, record.args))
        if record.exc_info and not record.exc_text:
            # A formatter takes the text that is there instead of making it again.
            record.exc_text = visible_traceback(record.exc_info)
        return True


def visible_traceback(info: Any) -> str:
    """A traceback; what its exceptions say is one visible line each."""
    kind, error, trace = info
    shown = [
        # Places in the code come as two lines or more, what was raised in lines of its own.
        visible(part.rstrip("\n"), keep_breaks=part.startswith(("  ", "\n")))
        for part in traceback.format_exception(kind, error, trace)
    ]
    return "\n".join(shown)
