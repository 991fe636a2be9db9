"""Every regular expression of the library, and what bounds the text that it sees."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any, Final

import bilingual

ROOT: Final = Path(bilingual.__file__).parent
_MOST: Final = 5000  # entries of a container; larger ones hold words
_LETTERS: Final = "aZ1 \n._-:,/'\"<>&;{}[]()（）。，第一十年ཀཉི་།༡\u200b"


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern and where it is: module and name, or module and line."""

    where: str
    pattern: re.Pattern[Any]


def modules() -> Iterator[str]:
    """All modules that may be imported: not those that are programs by themselves."""
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        if not (path.name.startswith("_") and _is_program(path)):
            yield ".".join(parts).removesuffix(".__init__")


def _is_program(path: Path) -> bool:
    return (
        path.name != "__init__.py"
        and re.search(r"^main\(\)|__main__", path.read_text("utf-8"), re.M) is not None
    )


def compiled() -> list[Found]:
    """Patterns in module variables, also within tuples, dicts and dataclasses; and in calls."""
    by_text: dict[tuple[Any, int], Found] = {}
    for name in modules():
        for key, value in vars(importlib.import_module(name)).items():
            for pattern in _within(value, set()):
                found = Found(f"{name}.{key}", pattern)
                by_text.setdefault((pattern.pattern, pattern.flags), found)
    for where, written in _in_calls():
        if written is not None and not isinstance(written, re.Pattern):
            pattern = re.compile(written)
            by_text.setdefault((pattern.pattern, pattern.flags), Found(where, pattern))
    return sorted(by_text.values(), key=lambda found: found.where)


def made_on_the_way() -> list[str]:
    """Places of patterns that are put together from what is known only there."""
    return sorted({where.partition(":")[0] for where, written in _in_calls() if written is None})


def _within(value: Any, seen: set[int]) -> Iterator[re.Pattern[Any]]:
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict) and len(value) < _MOST:
        for one in (*value, *value.values()):
            yield from _within(one, seen)
    elif isinstance(value, list | tuple | set | frozenset) and len(value) < _MOST:
        for one in value:
            yield from _within(one, seen)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _within(getattr(value, field.name, None), seen)


def _in_calls() -> Iterator[tuple[str, Any]]:
    """``re.sub("…", …)`` and the like: module and line, and what is written there."""
    for name in modules():
        module = importlib.import_module(name)
        tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = ast.unparse(node.func)
            if called.startswith("re.") and called != "re.escape":
                try:
                    written = eval(ast.unparse(node.args[0]), dict(vars(module)))
                except NameError:
                    written = None
                yield f"{name}:{node.lineno}", written


def letters_of(pattern: re.Pattern[Any]) -> list[str]:
    """Some characters that a pattern names, and some that it may not."""
    found: dict[str, None] = {}

    def walk(part: Any) -> None:
        if isinstance(part, _parser.SubPattern | list | tuple):
            if len(part) == 2 and part[0] in (_constants.LITERAL, _constants.NOT_LITERAL):
                found[chr(part[1])] = None
            elif len(part) == 2 and part[0] is _constants.RANGE:
                found[chr(part[1][0])] = found[chr(part[1][1])] = None
            elif len(part) == 2 and part[0] is _constants.CATEGORY:
                found.update(dict.fromkeys("1 a"))
            else:
                for one in part:
                    walk(one)

    written = pattern.pattern
    walk(
        _parser.parse(
            written if isinstance(written, str) else written.decode("latin-1"),
            pattern.flags & ~re.DEBUG,
        )
    )
    named = sorted(found, key=lambda c: (len(found) > 40 and c not in _LETTERS, c))[:24]
    return named or list(_LETTERS)


BOUNDS: Final = {
    "cue": "2,000 characters a cue, 2,000,000 a track (settings `reading`)",
    "line": "8,192 characters a line, 16 MiB a file",
    "form": "20,000 characters a field, 1 MiB a file",
    "cell": "16 MiB a sheet, 96 MiB unpacked, 200,000 rows; a cell of a glossary 16 MiB a file",
    "word": "words of our own, of the settings or of a command line",
    "tool": "what our own programs print: 8 KiB of complaints, lines of packets",
    "page": "what we write ourselves, and check before it is delivered",
    "card": "64 KiB of a model's card, and words of a command line",
    "answer": "an answer of a recogniser or a model, of the length of what was asked",
}
"""What bounds a text before a regular expression sees it."""

SEES: Final = {
    "bilingual.alignment": "cue",
    "bilingual.asr.cer": "cue",
    "bilingual.asr.convert": "tool",
    "bilingual.asr.guards": "answer",
    "bilingual.asr.tibetan": "word",
    "bilingual.batch": "cell",
    "bilingual.checks": "cue",
    "bilingual.checks.form": "form",
    "bilingual.cli": "word",
    "bilingual.files": "word",
    "bilingual.fixes": "cue",
    "bilingual.hidden": "cue",
    "bilingual.fixes.sheet": "cell",
    "bilingual.form": "form",
    "bilingual.formats": "line",
    "bilingual.locale": "page",
    "bilingual.media": "tool",
    "bilingual.ocr.readers": "answer",
    "bilingual.pipeline": "cue",
    "bilingual.render": "page",
    "bilingual.server": "form",
    "bilingual.showing": "cue",
    "bilingual.terms.glossary_file": "cell",
    "bilingual.testing": "word",
    "bilingual.text": "cue",
    "bilingual.translation": "cue",
    "bilingual.tsheg": "cue",
    "bilingual.weights": "card",
}
"""By package or module, the longest that fits: which of the bounds holds for its patterns."""


def bound_of(where: str) -> str:
    """The bound of a pattern's input, by the module that it is in.

    :raises KeyError: the module is in no row of ``SEES``.
    """
    parts = where.partition(":")[0].split(".")
    for count in range(len(parts), 0, -1):
        if (found := SEES.get(".".join(parts[:count]))) is not None:
            return found
    raise KeyError(where)
