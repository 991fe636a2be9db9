"""Which pages the site has, in which order, and what each is made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")


class Said(NamedTuple):
    """The same in both languages."""

    zh: str
    en: str

    def get(self, language: Language) -> str:
        """What is said in that language."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page that is written: ``place`` on the site, and its files by language.

    A page that there is in English alone has the same file twice.
    """

    place: str
    zh: str
    en: str

    def source(self, language: Language) -> str:
        """The file of that language, from the repository's root."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A page that is made: what its text is in a language."""

    place: str
    text: Callable[[Language], str]


class Titled(NamedTuple):
    """A page in the navigation under another title than its own."""

    title: Said
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A part of the navigation."""

    title: Said
    entries: Sequence[Entry]


Entry = str | Titled | Chapter
"""A page by its place, perhaps with a title, or a chapter."""


def _both(place: str) -> Page:
    """A page of ``docs`` that there is in both languages."""
    stem = place.removesuffix(".md")
    return Page(place=place, zh=f"docs/{stem}.zh.md", en=f"docs/{stem}.md")


def _english(place: str, source: str) -> Page:
    return Page(place=place, zh=source, en=source)


_GUIDES: Final = (
    "index.md",
    "guide.md",
    "batch.md",
    "serve.md",
    "service.md",
    "models.md",
    "threat-model.md",
)
_FIGURES: Final = tuple(
    path.relative_to(ROOT).as_posix()
    for path in sorted(ROOT.glob("tests/bench/*.md")) + sorted(ROOT.glob("models/*.md"))
)

WRITTEN: Final[Mapping[str, Page]] = {
    page.place: page
    for page in (
        *map(_both, _GUIDES),
        Page(place="start.md", zh="README.zh.md", en="README.md"),
        _english("contributing.md", "CONTRIBUTING.md"),
        _english("security.md", "SECURITY.md"),
        _english("changelog.md", "CHANGELOG.md"),
        *(_english(f"figures/{Path(source).name}", source) for source in _FIGURES),
    )
}


def navigation(made: Mapping[str, Made]) -> tuple[Entry, ...]:
    """The pages in the order in which they are shown, written ones and made ones."""

    def below(folder: str) -> list[str]:
        found = [place for place in {**WRITTEN, **made} if place.startswith(f"{folder}/")]
        return sorted(found, key=lambda place: (not place.endswith("/index.md"), place))

    return (
        Titled(Said("首页", "Home"), "index.md"),
        Chapter(
            title=Said("使用", "Use"),
            entries=(Titled(Said("安装与第一份报告", "A first report"), "start.md"), "guide.md"),
        ),
        Chapter(
            title=Said("成批与服务", "Many works, services"),
            entries=(
                "batch.md",
                "serve.md",
                "service.md",
                "models.md",
                "threat-model.md",
                "security.md",
            ),
        ),
        *([Chapter(title=Said("规则", "Rules"), entries=below("rules"))] if below("rules") else []),
        Chapter(
            title=Said("方法与数据", "Method and figures"),
            entries=(
                *below("measured"),
                Chapter(title=Said("全部数据（英文）", "All figures"), entries=below("figures")),
            ),
        ),
        Chapter(
            title=Said("开发", "Development"),
            entries=(
                *below("formats"),
                *below("api"),
                *below("architecture"),
                "contributing.md",
                "changelog.md",
            ),
        ),
    )
