"""A report that somebody sent, with text that is code elsewhere wherever reading takes text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from bilingual.errors import BilingualError
from bilingual.model import Report
from bilingual.render.annex import (
    build_annex,
    parse_report,
    render_annex_appendix,
    render_annex_html,
    render_annex_pdf,
)
from bilingual.render.html.page import render_html
from bilingual.render.sheet import render_sheet
from bilingual.render.text.report import render as render_text

SAVED = Path(__file__).parent / "saved"
MARK = "q9z"
"""In every payload and nowhere else."""
PAYLOAD = (
    f"{MARK}\"><img src=x onerror=alert(1)></script><script>alert(2)</script>'`{{{{7*7}}}}{{% x %}}"
    '#eval("1")#link("http://127.0.0.1:9")[a]\u202e\x1b]0;x\x07\n=HYPERLINK("http://127.0.0.1:9")'
)
FORMULA = f'=HYPERLINK("http://127.0.0.1:9","{MARK}")'
DIGEST = "0" * 64
UNSEEN = frozenset("\u202e\x1b\x07")


def texts(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all strings in a document."""
    if isinstance(value, str):
        yield path
    for key, one in value.items() if isinstance(value, dict) else ():
        yield from texts(one, (*path, key))
    for number, one in enumerate(value) if isinstance(value, list) else ():
        yield from texts(one, (*path, number))


@cache
def hostile(name: str, payload: str, *, annex: bool = False) -> str:
    """A saved report, with the payload in every kind of place where it is still a report.

    :param annex: whether an annex must still be made of it.
    """
    document = json.loads((SAVED / f"{name}.report.json").read_text("utf-8"))
    places: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for place in texts(document):
        kind = tuple("*" if isinstance(key, int) else key for key in place)
        places.setdefault(kind, []).append(place)
    taken = 0
    for own in places.values():
        before = json.dumps(document)
        for *way, last in own[:3]:
            parent = document
            for key in way:
                parent = parent[key]
            parent[last] = payload
        try:
            Report.from_dict(document)
            if annex:
                annexed(json.dumps(document))
            taken += 1
        except BilingualError:
            document = json.loads(before)
    assert taken > len(places) / 3
    return json.dumps(document)


def annexed(text: str) -> Any:
    return build_annex(
        parse_report(text.encode()),
        title="阳光",
        party="科普工作室",
        created="2024-08-01T02:03:04Z",
    )


class Elements(HTMLParser):
    """What a page is made of: elements with their attributes, and texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.images: list[str] = []
        self.scripts = 0
        self.handlers: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.scripts += tag == "script"
        self.handlers += [name for name in given if name.startswith("on")]
        if tag == "img":
            self.images.append(given.get("src") or "")
        self.links += [str(given[name]) for name in ("href", "action") if name in given]


def page_of(name: str, language: str) -> str:
    return render_html(Report.from_json(hostile(name, PAYLOAD)), language)


def annex_page(name: str, language: str) -> str:
    annex = annexed(hostile(name, PAYLOAD, annex=True))
    return render_annex_html(annex, DIGEST, language)


@pytest.mark.parametrize("name", ["pair-mixed", "video-burned-in-and-file"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("made", [page_of, annex_page])
def test_nothing_of_it_is_markup(made: Callable[[str, str], str], name: str, language: str) -> None:
    page = made(name, language)
    assert MARK in page
    assert not UNSEEN & set(page)
    sound = render_html(
        Report.from_json((SAVED / f"{name}.report.json").read_text("utf-8")), language
    )
    elements = Elements(page)
    assert elements.scripts == (Elements(sound).scripts if made is page_of else 0)
    assert elements.handlers == []
    assert all(source.startswith("data:") for source in elements.images)
    assert all(link.startswith(("#", "blob:", "data:")) for link in elements.links)


@pytest.mark.parametrize("language", ["zh", "en", "bo"])
def test_a_terminal_gets_it_visible(language: str) -> None:
    text = render_text(Report.from_json(hostile("pair-mixed", PAYLOAD)), language)
    assert MARK in text
    assert not UNSEEN & set(text)
    assert "\n=HYPERLINK" not in text  # a line of its own could be taken for one of ours


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_annex_and_its_appendix_get_it_visible(language: str) -> None:
    saved = parse_report(hostile("pair-mixed", PAYLOAD, annex=True).encode())
    annex = annexed(hostile("pair-mixed", PAYLOAD, annex=True))
    appendix = render_annex_appendix(annex, saved, DIGEST, language)
    assert MARK in appendix
    assert not UNSEEN & set(appendix)
    pdf = render_annex_pdf(annex, DIGEST, language)
    assert pdf.startswith(b"%PDF")
    assert not any(word in pdf for word in (b"/URI", b"/JavaScript", b"/Launch", b"/OpenAction"))


@pytest.mark.parametrize("payload", [PAYLOAD, FORMULA])
def test_a_sheet_holds_no_formula_and_no_link(payload: str) -> None:
    report = Report.from_json(hostile("pair-mixed", payload))
    book = load_workbook(BytesIO(render_sheet(report, "xlsx")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(MARK in str(cell.value) for cell in cells)
    assert {cell.data_type for cell in cells if MARK in str(cell.value)} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
