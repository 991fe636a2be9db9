"""Brings what is written to where its pages lie on the site."""

from __future__ import annotations

import posixpath
import re
import shutil
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from docs._make.pages import LANGUAGES, ROOT, WRITTEN, Language, Made, Page

# A link or picture of Markdown: its words, its target and its anchor.
_LINK: Final = re.compile(r"(!?\[[^\]]*\])\(([^)\s#]*)(#[^)\s]*)?\)")
# "[English](guide.md)" and what joins it to the sentence before; the site has a switch.
_SWITCH: Final = re.compile(r"(?: · )?\s?\[(?:English|中文|中文说明)\]\([^)]*\)(?: · )?")
# A block of code, also one that is indented within a list.
_FENCE: Final = re.compile(r"^( *)(?:```|~~~).*?^\1(?:```|~~~)\s*$", re.DOTALL | re.MULTILINE)
# A line that ends and one that begins with a Chinese sign: no space between them.
_JOINED: Final = re.compile(
    r"(?<=[\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e])\n(?=[\u201c\u300a\u4e00-\u9fff\uff08])"
)
_HEADING: Final = re.compile(r"^# .+$", re.MULTILINE)
_ELSEWHERE: Final = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)")
_SHOWN_AS_TEXT: Final = {".py", ".toml", ".md", ".cff"}
_STYLE: Final = Path(__file__).parent / "site.css"
# For machines without fonts; both languages of the site use the files of the Chinese one.
_FONTS: Final = {
    "assets/tibetan.ttf": "bilingual/render/fonts/NotoSerifTibetan-Regular.ttf",
    "assets/chinese.ttf": "bilingual/render/fonts/NotoSansSC-Regular.ttf",
}


class BrokenLinkError(ValueError):
    """A link of a written page leads to nothing in the repository or on the site."""


def prose(text: str) -> Iterator[tuple[str, bool]]:
    """The pieces of a page in order, and whether each is outside of blocks of code."""
    end = 0
    for block in _FENCE.finditer(text):
        yield text[end : block.start()], True
        yield block.group(), False
        end = block.end()
    yield text[end:], True


def links(text: str) -> Iterator[tuple[str, str]]:
    """The targets of a page's links and their anchors (``#…`` or nothing)."""
    for piece, outside in prose(text):
        if outside:
            for found in _LINK.finditer(piece):
                yield found[2], found[3] or ""


class Site:
    """Where each page and file of the site lies, in one language."""

    def __init__(self, language: Language, made: Mapping[str, Made], folder: Path) -> None:
        self.language = language
        self.made = made
        self.folder = folder
        self.files: dict[str, str] = {}  # files of the repository, by their place on the site
        self.pages: dict[str, tuple[str, Language]] = {}
        for page in WRITTEN.values():
            for each in (*(x for x in LANGUAGES if x != language), language):
                self.pages[page.source(each)] = (page.place, each)
        self.sources = {one.source: place for place, one in made.items() if one.source}

    def target(self, page: Page, link: str, anchor: str, words: str) -> str:
        """A link of a page of the repository, as it is on the site.

        :raises BrokenLinkError: there is nothing where it leads.
        """
        if _ELSEWHERE.match(link) or not link:
            return f"{words}({link}{anchor})"
        source = page.source(self.language)
        wanted = posixpath.normpath(posixpath.join(posixpath.dirname(source), link))
        if wanted in self.pages:
            place, language = self.pages[wanted]
            if language == self.language or WRITTEN[place].zh == WRITTEN[place].en:
                return f"{words}({_from(page.place, place)}{anchor})"
            if page.zh == page.en:
                # A page of English on the Chinese site leads to Chinese ones; their headings
                # are others.
                return f"{words}({_from(page.place, place)})"
            return self._other(page, place, words)
        if wanted + anchor in self.sources:
            return f"{words}({_from(page.place, self.sources[wanted + anchor])})"
        if not (ROOT / wanted).exists():
            raise BrokenLinkError(f"{source}: {link}")
        if (ROOT / wanted).is_dir():
            return words.strip("[]")
        if words.startswith("!"):
            return self._picture(page, wanted, words)
        place = f"files/{wanted}"
        if Path(place).suffix in _SHOWN_AS_TEXT or not Path(place).suffix:
            place += ".txt"  # browsers show it, and do not save it
        self.files[place] = wanted
        return f"{words}({_from(page.place, place)})"

    def _picture(self, page: Page, wanted: str, words: str) -> str:
        """A picture, which leads to its file: a page shows it smaller than it is."""
        place = wanted.removeprefix("docs/")
        self.files[place] = wanted
        shown = _from(page.place, place)
        return f"[{words}({shown})]({shown})"

    def _other(self, page: Page, place: str, words: str) -> str:
        """A link to a page of the other language, which MkDocs does not follow."""
        up = "../" * page.place.count("/") + ("en/" if self.language == "zh" else "../")
        return f'<a href="{up}{place.removesuffix(".md")}.html">{words.strip("[]")}</a>'

    def staged(self, page: Page) -> str:
        """The text of a written page, its links brought to the site."""
        text = (ROOT / page.source(self.language)).read_text(encoding="utf-8")
        pieces = []
        for piece, outside in prose(text):
            if outside:
                piece = _SWITCH.sub("", piece)
                piece = _LINK.sub(lambda m: self.target(page, m[2], m[3] or "", m[1]), piece)
                piece = _JOINED.sub("", piece)
                piece = re.sub(r"^(\s*[^\s\-*|>#0-9].*)\n(?=- )", r"\1\n\n", piece, flags=re.M)
                piece = re.sub(r"^  (?=- )", "    ", piece, flags=re.M)
            elif piece.startswith(" "):
                # Within a list; MkDocs takes it for the list's end with fewer than four spaces.
                piece = textwrap.indent(textwrap.dedent(piece), "    ")
            pieces.append(piece)
        return _headed("".join(pieces), page, self.language)

    def write(self) -> None:
        """Everything that MkDocs reads, below the folder; what was there goes."""
        shutil.rmtree(self.folder, ignore_errors=True)
        texts = {page.place: self.staged(page) for page in WRITTEN.values()}
        texts |= {place: page.text(self.language) for place, page in self.made.items()}
        for place, text in texts.items():
            target = self.folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        style = _STYLE.read_text(encoding="utf-8")
        above = "." if self.language == "zh" else "../../assets"
        (self.folder / "assets").mkdir(exist_ok=True)
        (self.folder / "assets" / "site.css").write_text(
            style.replace("FONTS", above), encoding="utf-8"
        )
        fonts = _FONTS if self.language == "zh" else {}
        for place, source in {**self.files, **fonts}.items():
            (self.folder / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / source, self.folder / place)


def _headed(text: str, page: Page, language: Language) -> str:
    """The page under its title on the site, and that it is in English where it is not Chinese."""
    heading = _HEADING.search(text)
    if heading is None:
        return text
    title = heading[0] if page.heading is None else f"# {page.heading.get(language)}"
    note = f"\n\n{page.chinese}" if language == "zh" and page.chinese else ""
    return f"{text[: heading.start()]}{title}{note}{text[heading.end() :]}"


def _from(here: str, there: str) -> str:
    return posixpath.relpath(there, posixpath.dirname(here) or ".")
