"""A page of all settings, made from the types that read them."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from typing import Final

import msgspec

from bilingual.config import Config
from docs._make.docstrings import plain
from docs._make.formats import WORDS, Schema, meant, type_of
from docs._make.markdown import literal, table
from docs._make.pages import Language, Made, Said

_ABOUT: Final = Said(
    "# 全部设置\n\n由源代码生成。写进一个 TOML 文件，用 `--config 文件` 交给命令，或用 `Config.load(文件)` 读取；"
    "没有写的用默认值，不认识的键、超出范围的值都是错误。报告里写明用了什么设置。",
    "# All settings\n\nMade from the source. Put them into a TOML file and give it to a command by `--config FILE`, or to `Config.load(FILE)`. "
    "What is left out keeps its default; an unknown key or a value out of range is an error. A report says under which settings it was made.",
)
_EXAMPLE: Final = "```toml\n[quality]\nmin_cue_ms = 1000\n\n[accuracy]\nwrong_risk = 0.4\n```"
# What a notice asks for is no setting: a file takes the name of its profile.
_PROFILE: Final = "profile"
_DEFAULT_PROFILE: Final = "sichuan-2024"


def pages() -> Iterator[Made]:
    """The one page."""
    yield Made(place="settings.md", text=_page, source="bilingual/config/__init__.py")


def sections() -> dict[str, tuple[str, dict[str, Schema]]]:
    """Of each table of a settings file: what its type says, and the schema of each key.

    The first, without a name, is what goes above all tables.
    """
    whole: Schema = msgspec.json.schema(Config)
    found: dict[str, tuple[str, dict[str, Schema]]] = {}

    def gather(part: Schema, name: str) -> None:
        keys: dict[str, Schema] = {}
        found[name] = (plain(inspect.cleandoc(part["description"])), keys)
        for key, value in part["properties"].items():
            inner = meant(value, whole)
            if key == _PROFILE:
                keys[key] = {"type": "string", "default": _DEFAULT_PROFILE}
            elif "properties" in inner:
                gather(inner, f"{name}.{key}".lstrip("."))
            else:
                keys[key] = value

    gather(meant(whole, whole), "")
    return found


def _page(language: Language) -> str:
    parts = [_ABOUT.get(language), _EXAMPLE]
    head = (
        Said("键 | 意思 | 类型 | 默认值", "key | meaning | type | default")
        .get(language)
        .split(" | ")
    )
    for name, (about, keys) in sections().items():
        words = Said(*WORDS["settings"][name or "top"]).get(language)
        parts.append(f"## {words}" + (f" `[{name}]`" if name else ""))
        parts.append(WORDS["settings_about"][name or "top"] if language == "zh" else about)
        meanings = WORDS["settings_keys"][name or "top"]
        rows = [
            [
                f"`{key}`",
                literal(Said(*meanings[key]).get(language)),
                _type(value),
                _default(value),
            ]
            for key, value in keys.items()
        ]
        if rows:
            parts.append(table(head, rows))
    return "\n\n".join(parts) + "\n"


def _type(value: Schema) -> str:
    """The type of a setting; null is no value of TOML."""
    kinds = type_of(value, {}).split(", ")
    items = value.get("items")
    inner = f" ({type_of(items, {})})" if items else ""
    return ", ".join(kind for kind in kinds if kind != "null") + inner


def _default(value: Schema) -> str:
    default = value.get("default")
    if default is None or (not default and not isinstance(default, bool | int | float)):
        return "—"
    return literal(json.dumps(default, ensure_ascii=False))
