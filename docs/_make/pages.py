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

    A page that there is in English alone has the same file twice, and ``chinese`` is what the
    Chinese site says on top of it. ``heading`` is its title on the site, where its own says what
    another page's does, or nothing without the folder that it lies in.
    """

    place: str
    zh: str
    en: str
    chinese: str = ""
    heading: Said | None = None

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


def _english(place: str, source: str, chinese: str, heading: Said | None = None) -> Page:
    return Page(place=place, zh=source, en=source, chinese=chinese, heading=heading)


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

# What they are called in the navigation, by the stems of their files; another has its own title.
_FIGURE_TITLES: Final = {
    "alignment": Said("对齐", "Alignment"),
    "batch": Said("成批核查", "Many works"),
    "burned_in": Said("画面里的字幕", "Subtitles in the picture"),
    "clock": Said("时间换算", "One clock"),
    "coverage": Said("测试运行到多少代码", "What the tests run"),
    "growth": Said("作品变长时的花费", "Growth with the length of a work"),
    "install": Said("安装", "Installing"),
    "media": Said("视频文件", "Media"),
    "narration_unread": Said("留作最后测量的解说", "Narration kept for one measurement"),
    "numbers": Said("数字", "Numbers"),
    "report": Said("网页报告", "The HTML report"),
    "rules": Said("每条规则", "Every rule"),
    "server": Said("服务", "The service"),
    "speech": Said("语音", "Speech"),
    "speed": Said("速度", "Speed"),
    "terms": Said("术语", "Terms"),
    "calibration-zh-bo": Said("模型：汉藏校准", "Model: calibration zh–bo"),
    "glossary-zh-bo": Said("模型：汉藏词汇表", "Model: glossary zh–bo"),
    "labse": Said("模型：LaBSE", "Model: LaBSE"),
    "lexicon-bo-zh": Said("模型：藏汉词典", "Model: lexicon bo–zh"),
    "nllb-200": Said("模型：NLLB-200", "Model: NLLB-200"),
    "risk": Said("模型：译文风险", "Model: risk"),
    "silero-vad": Said("模型：Silero VAD", "Model: Silero VAD"),
    "tesseract-bod": Said("模型：tesseract 藏文", "Model: Tibetan for tesseract"),
    "whisper-base": Said("模型：Whisper base", "Model: Whisper base"),
}

# The page of the Chinese site that has the same figures, by the stem of the file.
_IN_CHINESE: Final = {
    "alignment": "alignment",
    "batch": "service",
    "burned_in": "picture",
    "clock": "files",
    "coverage": "suite",
    "growth": "files",
    "install": "installation",
    "media": "files",
    "numbers": "numbers",
    "report": "files",
    "risk": "translation",
    "rules": "rules",
    "server": "service",
    "speech": "speech",
    "speed": "files",
    "terms": "terms",
}
_HEADINGS: Final = {
    stem: Said(said, said)
    for stem, said in {
        "calibration-zh-bo": "Pairs for the calibration: calibration-zh-bo",
        "glossary-zh-bo": "The glossary: glossary-zh-bo",
        "lexicon-bo-zh": "The lexicon: lexicon-bo-zh",
        "narration_unread": "Narration kept for one measurement: narration_unread",
        "risk": "Risk of a translation: the model",
    }.items()
}


def _figure(source: str) -> Page:
    stem = Path(source).stem
    if topic := _IN_CHINESE.get(stem):
        where = f"数字和中文说明见[实测](../measured/{topic}.md)。"
    elif source.startswith("models/"):
        where = "中文说明见[自备模型](../models.md)和[方法](../method.md)。"
    else:
        where = "中文说明见[方法](../method.md)。"
    return _english(f"figures/{stem}.md", source, f"这一页只有英文。{where}", _HEADINGS.get(stem))


WRITTEN: Final[Mapping[str, Page]] = {
    page.place: page
    for page in (
        *map(_both, _GUIDES),
        Page(
            place="start.md",
            zh="README.zh.md",
            en="README.md",
            heading=Said("第一份报告", "A first report"),
        ),
        Page(place="contributing.md", zh="CONTRIBUTING.zh.md", en="CONTRIBUTING.md"),
        Page(place="security.md", zh="SECURITY.zh.md", en="SECURITY.md"),
        Page(place="conduct.md", zh="CODE_OF_CONDUCT.zh.md", en="CODE_OF_CONDUCT.md"),
        _english(
            "changelog.md",
            "CHANGELOG.md",
            "这一页只有英文。中文见 [0.2.0 新增了什么](news.md)。",
        ),
        *map(_figure, _FIGURES),
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
                "start.md",
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
                    title=Said("数据的英文说明", "The figures in full"),
                    entries=_titled(below("figures")),
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


def _titled(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Pages of figures under titles in the language of the site, which say that they are English."""
    titles = {
        f"figures/{stem}.md": Said(f"{title.zh}（英文）", title.en)
        for stem, title in _FIGURE_TITLES.items()
    }
    return tuple(
        Titled(titles[entry], entry) if isinstance(entry, str) and entry in titles else entry
        for entry in entries
    )
