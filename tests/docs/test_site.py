"""The site of the documentation: it builds strictly, every link in it leads somewhere, and
it asks nobody else for anything."""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import markdown  # type: ignore[import-untyped]
import pytest
from mkdocs.commands.build import build
from mkdocs.exceptions import Abort

from docs._make.__main__ import make
from docs._make.config import settings
from docs._make.made import pages
from docs._make.pages import LANGUAGES, WRITTEN, Page
from docs._make.staging import BrokenLinkError, Site, links
from tests.render.browser import chromium, needs_chromium, new_page

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the docs lie in the checkout"),
]

# What a browser fetches by itself, and not when somebody clicks.
FETCHED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
NOT_FETCHED = {"canonical", "next", "prev", "alternate"}


@dataclass
class Read(HTMLParser):
    """The links, the names and what is fetched of a page."""

    links: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    """Links to the page in the other language."""
    fetched: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.names |= {said[key] for key in ("id", "name") if key in said}
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
            if "bilingual-language" in said.get("class", "").split():
                self.other.append(said["href"])
        elif tag in FETCHED and said.get("rel") not in NOT_FETCHED:
            self.fetched += [said[FETCHED[tag]]] if FETCHED[tag] in said else []


def read(path: Path) -> Read:
    page = Read()
    page.feed(path.read_text(encoding="utf-8"))
    return page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    make(folder / "out", staging=folder / "staged")
    return folder / "out"


@pytest.fixture(scope="module")
def read_pages(site: Path) -> dict[Path, Read]:
    # A page that is not found is shown at any address: its links begin at the root.
    return {p: read(p) for p in sorted(site.rglob("*.html")) if p.name != "404.html"}


def led(found: dict[Path, Read], targets: str) -> Iterator[tuple[Path, str, Path, str]]:
    """Each link within the site: its page, itself, the file and the name that it leads to."""
    for path, page in found.items():
        for link in getattr(page, targets):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            yield path, link, target, unquote(parts.fragment)


def test_every_link_leads_somewhere(site: Path, read_pages: dict[Path, Read]) -> None:
    def there(target: Path, name: str) -> bool:
        known = not name or target not in read_pages or name in read_pages[target].names
        return known and target.is_relative_to(site) and target.is_file()

    broken = [
        (path.name, link)
        for path, link, target, name in led(read_pages, "links")
        if not there(target, name)
    ]
    assert broken == []
    assert len(read_pages) > 200


def test_nothing_is_fetched_from_elsewhere(site: Path, read_pages: dict[Path, Read]) -> None:
    for path, link, target, _ in led(read_pages, "fetched"):
        assert target.is_file(), f"{path.name}: {link}"
    elsewhere = [
        (path.name, link)
        for path, page in read_pages.items()
        for link in page.fetched
        if urlsplit(link).scheme not in ("", "data") or link.startswith("//")
    ]
    assert elsewhere == []
    for style in site.rglob("*.css"):
        addresses = re.findall(r"url\(\s*[\"']?([^)\"']+)", style.read_text(encoding="utf-8"))
        for address in addresses:
            assert address.startswith("data:") or (style.parent / address).is_file(), address


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("api/values.html", ("start_ms</code>: <code>int", "cues</code>: <code>tuple[Cue")),
        ("api/params.html", ("cue</code>: <code>int", "seconds</code>: <code>float")),
    ],
)
def test_the_fields_of_values_are_listed_with_their_types(
    site: Path, page: str, fields: tuple[str, ...]
) -> None:
    for folder in (site, site / "en"):
        text = (folder / page).read_text(encoding="utf-8")
        for shown in fields:
            assert shown in text, shown


def test_both_languages_have_the_same_pages(site: Path, read_pages: dict[Path, Read]) -> None:
    english = {p.relative_to(site / "en") for p in read_pages if p.is_relative_to(site / "en")}
    chinese = {p.relative_to(site) for p in read_pages if not p.is_relative_to(site / "en")}
    assert english == chinese
    for path, page in read_pages.items():
        (switch,) = page.other
        place = path.relative_to(site)
        wanted = Path(*place.parts[1:]) if place.parts[0] == "en" else Path("en") / place
        assert (path.parent / switch).resolve() == (site / wanted).resolve()


def test_the_reference_is_explained_in_chinese(site: Path) -> None:
    """Below the heading of each name a sentence of Chinese comes first."""
    bases = r'(?:<p class="doc doc-class-bases">.*?</p>\s*)?'
    first = re.compile(rf"doc-contents[^>]*>\s*{bases}<p>(.*?)</p>", re.DOTALL)
    found = []
    for path in sorted((site / "api").glob("*.html")):
        text = path.read_text(encoding="utf-8")
        headings = re.split(r"<h\d id=\"(bilingual[\w.]+)\" class=\"doc doc-heading\">", text)[1:]
        for name, below in zip(headings[::2], headings[1::2], strict=True):
            (sentence,) = first.findall(below)[:1]
            assert re.search("[一-鿿]{2,}", sentence), name
            found.append(name)
    assert len(found) > 130
    assert "bilingual.alignment.align" in found


def search(page: Any, typed: str, found: Any) -> None:
    """Look for something until it is found: what is typed before the page listens is lost.

    The page looks at the box when it gets the focus and when a key is let go, which filling it
    alone is not.
    """
    from playwright.sync_api import TimeoutError as TooLate

    for _ in range(60):
        page.locator(".md-search__input").fill(typed)
        page.keyboard.press("End")
        with contextlib.suppress(TooLate):
            found.first.wait_for(timeout=5000)
            return
    raise AssertionError(f"not found: {typed}")


@needs_chromium
def test_it_is_searched_from_a_folder_without_a_network(site: Path) -> None:
    asked: list[str] = []
    with chromium() as browser:
        page = new_page(browser, 1280, 900)
        page.on("request", lambda request: asked.append(request.url))
        page.goto((site / "index.html").as_uri())
        first = page.locator(".md-search-result__article").first
        search(page, "数字", first.locator("h1").get_by_text("两种语言的数字不一致"))
        # Both characters are looked for, not the first alone.
        assert {"数", "字"} <= set("".join(first.locator("mark").all_inner_texts()))
        assert first.locator(".md-search-result__terms").count() == 0  # none of them is missing
        page.keyboard.press("Escape")  # what is found lies over the page
        page.get_by_role("link", name="English", exact=True).click()
        page.get_by_role("heading", name="Where to start").wait_for()
        found = page.locator(".md-search-result__article h1").get_by_text("Numbers differ")
        search(page, "numbers", found)
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


@needs_chromium
@pytest.mark.parametrize(
    ("language", "looked_for"),
    [
        ("", {"离线": "install", "max_cue_characters": "settings"}),
        ("en/", {"offline": "install", "max_cue_characters": "settings"}),
    ],
)
def test_a_name_is_found_by_itself(site: Path, language: str, looked_for: dict[str, str]) -> None:
    """What a rule is called leads to its page first, and a name of Python is one word."""
    names = ("sync-offset", "number-mismatch", "cue-gap", "file-size", "credits", "duration")
    wanted = {name: f"rules/{name}" for name in names} | looked_for
    with chromium() as browser:
        page = new_page(browser, 1280, 900)
        for typed, place in wanted.items():
            page.goto((site / language / "index.html").as_uri())
            first = page.locator(".md-search-result__item a").first
            search(page, typed, first)
            assert f"/{language}{place}.html" in first.get_attribute("href"), typed


@needs_chromium
def test_commands_are_copied_without_prompts_and_outputs(site: Path) -> None:
    def copied(number: int) -> str:
        """What the button of that block puts into the clipboard."""
        page.locator(".md-code__button").nth(number).click(force=True)
        page.evaluate(
            "() => { document.querySelector('textarea')?.remove();"
            "document.body.append(document.createElement('textarea'));"
            "document.querySelector('textarea').focus() }"
        )
        page.keyboard.press("Control+V")
        text: str = page.evaluate("() => document.querySelector('textarea').value")
        return text

    with chromium() as browser:
        page = new_page(browser, 1280, 900)
        page.goto((site / "install.html").as_uri())
        assert copied(0) == 'python -m pip install ".[fast-asr,ocr,server]"'
        assert copied(1) == "python -P -m bilingual models fetch whisper-base botok-words"
        assert copied(2) == "python -P -m bilingual doctor"
        assert copied(4).splitlines()[0] == "python3 -m venv ~/bilingual"
        page.goto((site / "guide.html").as_uri())
        every = [copied(n) for n in range(page.locator(".md-code__button").count())]
        assert not any(text.startswith("$ ") or "\n$ " in text for text in every)
        # A block with an output: its command alone.
        (shown,) = [text for text in every if "sample/faulty" in text]
        assert "\n" not in shown
        assert shown.startswith("bilingual verify ")


# Of two colours that are not transparent, as WCAG has it.
CONTRAST = """([selector, behind]) => {
    const parts = text => text.match(/[0-9.]+/g).map(Number);
    const light = text => {
        const [r, g, b] = parts(text).slice(0, 3).map(v => v / 255)
            .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const style = getComputedStyle(document.querySelector(selector));
    const below = getComputedStyle(document.querySelector(behind)).backgroundColor;
    const [low, high] = [light(style.color), light(below)].sort((a, b) => a - b);
    return [style.opacity, (high + 0.05) / (low + 0.05)];
}"""


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_links_and_tabs_can_be_read(site: Path, scheme: str) -> None:
    with chromium() as browser:
        page = new_page(browser, 1280, 900, color_scheme=scheme)
        page.goto((site / "index.html").as_uri())
        for selector, behind in (
            (".md-typeset td a", "body"),
            (".md-tabs__item:not(.md-tabs__item--active) .md-tabs__link", ".md-tabs"),
            (".md-header__title", ".md-header"),
        ):
            opacity, contrast = page.evaluate(CONTRAST, [selector, behind])
            assert opacity == "1", selector
            assert contrast >= 4.5, selector


def test_headings_do_not_skip_a_level(site: Path) -> None:
    for path in sorted(site.rglob("*.html")):
        text = re.sub(r"<svg.*?</svg>|data:[^\"]*", "", path.read_text("utf-8"), flags=re.DOTALL)
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", text)]
        assert levels[0] == 1, path
        steps = [after - before for before, after in itertools.pairwise(levels)]
        assert max(steps, default=0) <= 1, path


def test_no_two_pages_have_the_same_title(site: Path) -> None:
    for folder in (site, site / "en"):
        titles = [
            re.findall("<title>(.*?)</title>", path.read_text("utf-8"))[0]
            for path in folder.glob("*.html")
        ]
        assert len(set(titles)) == len(titles)


def test_a_page_of_english_says_so_on_the_chinese_site(site: Path) -> None:
    english = [page for page in WRITTEN.values() if page.zh == page.en]
    assert len(english) > 20
    for page in english:
        place = page.place.replace(".md", ".html")
        said = "这一页只有英文。"
        assert said in (site / place).read_text("utf-8"), place
        assert said not in (site / "en" / place).read_text("utf-8"), place
    # And its links stay on that site.
    changes = read(site / "changelog.html")
    assert [link for link in changes.links if link.startswith("./en/")] == changes.other


def test_a_picture_leads_to_its_file(site: Path) -> None:
    found = read(site / "creators.html")
    pictures = [link for link in found.fetched if "pictures/" in link]
    assert len(pictures) > 5
    assert set(pictures) <= set(found.links)


def test_what_is_not_there_leads_on(site: Path) -> None:
    assert not (site / "en" / "404.html").exists()
    found = read(site / "404.html")
    assert {"/index.html", "/en/index.html"} <= set(found.links)
    assert found.other == ["/en/index.html"]
    assert "没有这一页" in (site / "404.html").read_text("utf-8")


@needs_chromium
@pytest.mark.parametrize(("scheme", "shown"), [("light", "default"), ("dark", "slate")])
def test_its_colours_are_the_readers(site: Path, scheme: str, shown: str) -> None:
    with chromium() as browser:
        page = new_page(browser, 390, 844, color_scheme=scheme)
        page.goto((site / "index.html").as_uri())
        body = page.locator("body")
        assert body.get_attribute("data-md-color-scheme") == shown
        page.get_by_title("换成深色" if scheme == "light" else "换成浅色").click()
        other = {"default": "slate", "slate": "default"}[shown]
        page.locator(f"body[data-md-color-scheme={other}]").wait_for()


def test_a_link_that_leads_nowhere_fails(tmp_path: Path) -> None:
    page = Page(place="x.md", zh="docs/guide.zh.md", en="docs/guide.md")
    site = Site("zh", pages(), tmp_path)
    assert site.target(page, "batch.zh.md", "#结果", "[x]") == "[x](batch.md#结果)"
    with pytest.raises(BrokenLinkError):
        site.target(page, "nonesuch.md", "", "[x]")


def test_a_list_goes_on_after_a_block_of_code_within_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = "1. Do:\n\n   ```console\n   $ make\n   ```\n\n2. See.\n"
    (tmp_path / "x.md").write_text(written, encoding="utf-8")
    monkeypatch.setattr("docs._make.staging.ROOT", tmp_path)
    staged = Site("en", {}, tmp_path).staged(Page(place="x.md", zh="x.md", en="x.md"))
    shown = markdown.markdown(staged, extensions=["pymdownx.superfences"])
    assert shown.count("<ol>") == 1
    assert re.search(r"make.*</pre>.*</li>\s*<li>\s*<p>See", shown, re.DOTALL)


@pytest.mark.parametrize(
    ("link", "anchor", "place"),
    [
        ("../bilingual/checks", "", "rules/index.md"),
        ("../bilingual/checks", "#number-mismatch", "rules/number-mismatch.md"),
        ("../bilingual/batch/rules.py", "#unit-quota", "rules/unit-quota.md"),
        ("../tests/bench", "", "measured/index.md"),
        ("../bilingual/render/report-1.schema.json", "", "formats/report-1.md"),
        ("../bilingual/__init__.py", "", "api/index.md"),
    ],
)
def test_a_link_to_a_source_leads_to_the_page_made_from_it(
    tmp_path: Path, link: str, anchor: str, place: str
) -> None:
    page = Page(place="units.md", zh="docs/units.zh.md", en="docs/units.md")
    assert (ROOT / "docs" / link).exists()
    for language in LANGUAGES:
        site = Site(language, pages(), tmp_path)
        assert site.target(page, link, anchor, "[x]") == f"[x]({place})"


def test_no_two_made_pages_have_the_same_source() -> None:
    named = [page.source for page in pages().values() if page.source]
    assert len(named) == len(set(named)) > 60


@pytest.mark.parametrize(("link", "there"), [("x.md#one", True), ("x.md#two", False)])
def test_an_anchor_that_is_not_there_fails(tmp_path: Path, link: str, there: bool) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "index.md").write_text(f"# Home\n\n[x]({link})\n", encoding="utf-8")
    (sources / "x.md").write_text("# X\n\n## One\n", encoding="utf-8")
    config = settings("en", {}, sources=sources, out=tmp_path / "out")
    config.nav = ["index.md", "x.md"]
    config.extra_css = []
    config.plugins.on_startup(command="build", dirty=False)
    if there:
        build(config)
    else:
        with pytest.raises(Abort):
            build(config)
    config.plugins.on_shutdown()


@pytest.mark.parametrize(
    "page", [p for p in WRITTEN.values() if p.zh != p.en and p.place != "start.md"]
)
def test_both_languages_link_to_the_same(page: Page) -> None:
    def targets(path: str) -> list[str]:
        found = links((ROOT / path).read_text(encoding="utf-8"))
        return sorted(
            {
                # Headings are in the language of their page, pictures too.
                link.replace(".zh.md", ".md") if link.endswith(".md") else link + anchor
                for link, anchor in found
                if link and not link.startswith("pictures/")
            }
        )

    switch = {Path(page.zh).name.replace(".zh.md", ".md")}
    assert set(targets(page.zh)) - switch == set(targets(page.en)) - switch
