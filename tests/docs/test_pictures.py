"""The pictures of the documentation show the page as it is: made anew, they would be the same.

Compared is what is seen on them in words (``tests/seen.py``), not pixels. Where this fails
because the page was changed on purpose, ``make pictures`` makes them anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import seen
from tests.pictures import HEIGHT, LOCALES, NAMES, OUT, WIDTH, State, staged, states
from tests.render.browser import chromium, needs_chromium, new_page

pytestmark = pytest.mark.skipif(not OUT.is_dir(), reason="the docs lie in the checkout")

EVERY = [(name, language) for name in NAMES for language in LOCALES]


def record(name: str, language: str) -> seen.Record:
    return seen.read(OUT / f"{name}.{language}.json")


@needs_chromium
@pytest.mark.slow
def test_the_page_is_what_the_pictures_show(sample_folder: Path, tmp_path: Path) -> None:
    shown: list[tuple[str, str]] = []
    with staged(sample_folder, tmp_path) as stage:
        for state in states(stage):
            shown.append((state.name, state.language))
            known = record(*shown[-1])
            found = seen.differences(known.parts, state.seen(), width=WIDTH, height=state.height)
            assert (known.width, known.height) == (WIDTH, state.height)
            assert found == [], f"{state.name}.{state.language} has grown old: make pictures"
    assert sorted(shown) == sorted(EVERY)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_record_is_of_its_picture(name: str, language: str) -> None:
    kept = record(name, language)
    picture = (OUT / f"{name}.{language}.webp").read_bytes()
    assert hashlib.sha256(picture).hexdigest() == kept.picture
    assert len(kept.parts) > 5
    assert not [p for p in kept.parts if p.x < -WIDTH or p.y > kept.height]
    assert [seen.masked(part.said) for part in kept.parts] == [part.said for part in kept.parts]


def test_nothing_else_lies_beside_the_pictures() -> None:
    wanted = {f"{n}.{language}.{kind}" for n, language in EVERY for kind in ("webp", "json")}
    assert {path.name for path in OUT.iterdir()} == wanted


PAGE = """<!doctype html><html lang="en"><style>
body { margin: 0; font: 16px sans-serif; color: #111; background: #fff; }
.over { position: absolute; left: 0; top: 300px; width: 900px; height: 40px; background: #eee; }
</style><body>
<h1>A work</h1>
<label class="button"><span>Choose</span><input type="file" style="opacity: 0"></label>
<select><option>one</option><option selected>two</option></select>
<input type="checkbox" checked aria-label="only errors"> <progress value=".25" max="1"></progress>
<p id="p">Made on 2026-11-29 08:30 by bilingual 1.2.3, 112.7 MB</p>
<p hidden>not shown</p>
<p style="position: absolute; left: 0; top: 305px">covered</p><div class="over"></div>
<p style="position: absolute; top: 5000px">far below</p>
<iframe style="position: absolute; top: 400px; left: 50px" srcdoc="<p>within</p>"></iframe>
"""


@pytest.fixture
def page() -> Iterator[Any]:
    with chromium() as browser:
        opened = new_page(browser, WIDTH, HEIGHT)
        opened.set_content(PAGE)
        yield opened


def looked(page: Any) -> list[seen.Part]:
    return State(name="", language="en", page=page, height=HEIGHT).seen()


@needs_chromium
def test_what_is_seen_is_told_in_words(page: Any) -> None:
    parts = looked(page)
    said = {(part.kind, part.said) for part in parts}
    assert said >= {
        ("h1", "A work"),
        ("span", "Choose"),
        ("select", "chosen: two"),
        ("input", "label: only errors"),
        ("input", "checkbox: true"),
        ("progress", "25 %"),
        ("p", "Made on (when) by bilingual (version), # MB"),
        ("p", "within"),
    }
    assert not {"not shown", "covered", "far below"} & {words for _, words in said}
    (within,) = [part for part in parts if part.said == "within"]
    assert within.x > 50
    assert within.y > 400


@needs_chromium
@pytest.mark.parametrize(
    "change",
    [
        "document.querySelector('h1').textContent = 'Another work'",
        "document.querySelector('h1').hidden = true",
        "document.querySelector('h1').style.color = 'red'",
        "document.querySelector('h1').style.marginLeft = '400px'",
        "document.querySelector('select').selectedIndex = 0",
        "document.querySelector('input[type=checkbox]').ariaLabel = 'only warnings'",
        "document.querySelector('progress').value = 1",
        "document.body.append('something new')",
        "document.querySelector('iframe').srcdoc = '<p>without</p>'",
    ],
)
def test_an_altered_page_is_noticed(page: Any, change: str) -> None:
    before = looked(page)
    assert seen.differences(before, looked(page), width=WIDTH, height=HEIGHT) == []
    page.evaluate(f"() => {{ {change} }}")
    if "srcdoc" in change:  # it is loaded; the others are there at once
        page.frame_locator("iframe").get_by_text("without").wait_for()
    now = looked(page)
    assert seen.differences(before, now, width=WIDTH, height=HEIGHT) != []


@needs_chromium
def test_another_font_and_other_lines_at_the_edge_are_no_difference(page: Any) -> None:
    before = looked(page)
    page.add_style_tag(content="body { font-family: monospace; line-height: 1.7; }")
    assert seen.differences(before, looked(page), width=WIDTH, height=HEIGHT) == []


@pytest.mark.parametrize("number", [0, 3])
def test_an_altered_record_is_noticed(number: int) -> None:
    kept = record("home", "zh")
    parts = list(kept.parts)
    parts[number] = parts[number]._replace(said=parts[number].said + "！")
    size = {"width": kept.width, "height": kept.height}
    assert len(seen.differences(parts, kept.parts, **size)) == 2
    assert len(seen.differences(parts[1:], kept.parts, **size)) >= 1
    assert seen.differences(kept.parts, kept.parts, **size) == []
