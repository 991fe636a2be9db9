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
    """A page that is made: what its text is in a language, and the chapter it is in.

    ``source``: the file or folder of the repository that it is made from, perhaps with an
    anchor. Pages that are written link to that, and on the site to the page.
    """

    place: str
    text: Callable[[Language], str]
    chapter: Said | None = None
    source: str = ""


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
    "install.md",
    "creators.md",
    "reviewers.md",
    "units.md",
    "guide.md",
    "batch.md",
    "serve.md",
    "service.md",
    "models.md",
    "method.md",
    "glossary.md",
    "faq.md",
    "threat-model.md",
    "news.md",
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
        Page(place="contributing.md", zh="CONTRIBUTING.zh.md", en="CONTRIBUTING.md"),
        Page(place="security.md", zh="SECURITY.zh.md", en="SECURITY.md"),
        Page(place="conduct.md", zh="CODE_OF_CONDUCT.zh.md", en="CODE_OF_CONDUCT.md"),
        _english("changelog.md", "CHANGELOG.md"),
        *(_english(f"figures/{Path(source).name}", source) for source in _FIGURES),
    )
}


def navigation(made: Mapping[str, Made]) -> tuple[Entry, ...]:
    """The pages in the order in which they are shown, written ones and made ones."""

    def below(folder: str) -> list[Entry]:
        """The pages of a folder as they come, those of a chapter together."""
        entries: list[Entry] = []
        chapters: dict[Said, list[Entry]] = {}
        for place in (*WRITTEN, *made):
            if place.startswith(f"{folder}/"):
                chapter = made[place].chapter if place in made else None
                if chapter is None:
                    entries.append(place)
                elif chapter not in chapters:
                    chapters[chapter] = [place]
                    entries.append(Chapter(title=chapter, entries=chapters[chapter]))
                else:
                    chapters[chapter].append(place)
        return entries

    return (
        Titled(Said("首页", "Home"), "index.md"),
        Chapter(
            title=Said("使用", "Use"),
            entries=(
                Titled(Said("第一份报告", "A first report"), "start.md"),
                "install.md",
                "creators.md",
                "reviewers.md",
                "units.md",
                "guide.md",
                "commands.md",
                "settings.md",
                "faq.md",
                "news.md",
            ),
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
        Chapter(title=Said("规则", "Rules"), entries=below("rules")),
        Chapter(
            title=Said("方法与数据", "Method and figures"),
            entries=(
                "method.md",
                *below("measured"),
                "glossary.md",
                Chapter(
                    title=Said("数据的英文说明", "The figures in full"), entries=below("figures")
                ),
            ),
        ),
        Chapter(
            title=Said("开发", "Development"),
            entries=(
                "architecture.md",
                Chapter(title=Said("格式", "Formats"), entries=below("formats")),
                Chapter(title=Said("Python 接口", "Python"), entries=below("api")),
                "contributing.md",
                "conduct.md",
                Titled(Said("更新记录（英文）", "Changelog"), "changelog.md"),
            ),
        ),
    )
