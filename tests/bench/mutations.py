"""What people and programs do to files, and worse: seeded mutations of a file's bytes.

For JSON also of its values: what no writer writes but a parser lets through.
"""

from __future__ import annotations

import copy
import io
import json
import random
import zipfile
from collections.abc import Callable
from typing import Any, Final

NUMBERS: Final = (
    "NaN", "Infinity", "1e999", "1e308", "-1e308", "5e-324", "-0.0", "9" * 30, "9" * 400, "9" * 5000,
    "-1", "0", "1", "1.5", "7", "2147483648", "9007199254740993", "9223372036854775807",
    "-9223372036854775808", "9223372036854775808", "86400000", "1000000000000000",
)  # fmt: skip
STRINGS: Final = (
    '""', '"1"', '"\\ud800"', '"\\udfff\\ud800"', '"\\u0000"', '"\\u001b[2J"', '"\\u202e\\u2028"',
    '"' + "藏" * 3000 + '"', '"</script>{0}{bo}%s"', '"no-such-code"', '"number-mismatch"', '" "',
)  # fmt: skip
OTHERS: Final = (
    "null", "true", "[]", "{}", "[null]", "[[[[]]]]", "[0, 1, 2, 3, 4, 5]", '{"a": "b"}',
    "[" * 200 + "]" * 200, '{"a":' * 100 + "1" + "}" * 100,
)  # fmt: skip
"""JSON that stands where a value was; mostly of the value's own kind, to be let through."""

_BYTES: Final = (
    b"\x00", b"\x1b[31m", b"\xff\xfe", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\r", b"\n", b"\n\n\n",
    b'"', b"'", b",", b"\t", b"{", b"}", b"[", b"]", b"\\", b"\\ud800", b"=1+1", b"&#0;", b"<!ENTITY",
    "།་༄༅".encode(), "‮".encode(), b"9" * 400, b"-1", b"e", b"a" * 9000, b'"' * 3000,
)  # fmt: skip


def mutated(data: bytes, rnd: random.Random) -> bytes:
    """The file with one to three changes of its bytes."""
    for _ in range(rnd.randint(1, 3)):
        data = rnd.choice(_CHANGES)(data, rnd)
    return data


def mutated_json(data: bytes, rnd: random.Random) -> bytes:
    """The document with one to three values changed; now and then its bytes."""
    if rnd.random() < 0.3:
        return mutated(data, rnd)
    document = json.loads(data)
    document, raw = copy.deepcopy(document), {}
    for number in range(rnd.randint(1, 3)):
        holder, key = _place(document, rnd)
        if holder is None:
            continue
        if isinstance(holder, dict) and rnd.random() < 0.2:
            del holder[key]
        elif rnd.random() < 0.15:
            other, place = _place(document, rnd)
            holder[key] = None if other is None else copy.deepcopy(other[place])
        else:
            mark = f"\ue000{number}\ue000"
            raw[json.dumps(mark, ensure_ascii=False)] = _instead(holder[key], rnd)
            holder[key] = mark
    text = json.dumps(document, ensure_ascii=False)
    for mark, value in raw.items():
        text = text.replace(mark, value)
    if rnd.random() < 0.05:
        text = text.replace("{", '{"schema": 1, ', 1)
    return text.encode("utf-8", "surrogatepass")


def mutated_zip(data: bytes, rnd: random.Random) -> bytes:
    """The archive with one of its parts changed; now and then its own bytes."""
    if rnd.random() < 0.2:
        return mutated(data, rnd)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        names = before.namelist()
        chosen = rnd.choice([n for n in names if "sheet" in n or rnd.random() < 0.3] or names)
        for name in names:
            part = before.read(name)
            after.writestr(name, mutated(part, rnd) if name == chosen else part)
    return out.getvalue()


def _instead(value: Any, rnd: random.Random) -> str:
    kind = STRINGS if isinstance(value, str) else NUMBERS if isinstance(value, int | float) else ()
    return rnd.choice(kind if kind and rnd.random() < 0.7 else (*NUMBERS, *STRINGS, *OTHERS))


def _place(document: Any, rnd: random.Random) -> tuple[Any, Any]:
    """Some container and a key in it, at any depth."""
    holder, key = None, None
    here = document
    while isinstance(here, dict | list) and here:
        holder = here
        key = rnd.choice(list(here)) if isinstance(here, dict) else rnd.randrange(len(here))
        here = here[key]
        if rnd.random() < 0.15:
            break
    return holder, key


def _flip(data: bytes, rnd: random.Random) -> bytes:
    if not data:
        return data
    at = rnd.randrange(len(data))
    return data[:at] + bytes([rnd.randrange(256)]) + data[at + 1 :]


def _insert(data: bytes, rnd: random.Random) -> bytes:
    at = rnd.randint(0, len(data))
    return data[:at] + rnd.choice(_BYTES) + data[at:]


def _delete(data: bytes, rnd: random.Random) -> bytes:
    at = rnd.randint(0, len(data))
    return data[:at] + data[at + rnd.choice((1, 3, 40, 1000)) :]


def _repeat(data: bytes, rnd: random.Random) -> bytes:
    at = rnd.randint(0, len(data))
    return data[:at] + data[at : at + rnd.choice((1, 40, 400))] * rnd.choice((2, 9)) + data[at:]


def _cut(data: bytes, rnd: random.Random) -> bytes:
    return data[: rnd.randint(0, len(data))]


def _swap(data: bytes, rnd: random.Random) -> bytes:
    lines = data.split(b"\n")
    a, b = rnd.randrange(len(lines)), rnd.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


_CHANGES: Final[tuple[Callable[[bytes, random.Random], bytes], ...]] = (
    _flip, _insert, _insert, _delete, _repeat, _cut, _swap,
)  # fmt: skip
