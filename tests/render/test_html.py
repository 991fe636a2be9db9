"""The HTML page: self-contained, and hostile text stays text."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bilingual.render.html.page import render_html
from bilingual.render.words import clock, visible
from tests.support import examined, track

PAYLOADS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<!--<script>",
    "{{ 7 * 7 }}",
    "]]>",
    "\u202egnp.exe",
    "\x1b[31mred",
]


class Elements(HTMLParser):
    """Every element with its attributes, and the text of scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def page(text: str, language: str = "zh") -> str:
    report = examined(
        track("bo", [(1000, 3000, "བཀྲ་ཤིས་བདེ་ལེགས། " + text)]),
        track("zh", [(1000, 3000, "大家好，" + text)]),
    )
    return render_html(report, language)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_stays_text(payload: str) -> None:
    plain, hostile = Elements(), Elements()
    plain.feed(page("x"))
    hostile.feed(page(payload))
    tags = [tag for tag, _ in hostile.found if tag in ("script", "img", "iframe", "object")]
    assert tags == [tag for tag, _ in plain.found if tag in ("script", "img", "iframe", "object")]
    for _, attributes in hostile.found:
        assert not [name for name in attributes if name.startswith("on")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_fetched(language: str) -> None:
    elements = Elements()
    elements.feed(page("x", language))
    for tag, attributes in elements.found:
        for name in ("src", "href", "data", "action"):
            value = attributes.get(name)
            assert value is None or value.startswith("#"), (tag, name, value)
    assert set(re.findall(r"url\(['\"]?(.{5})", page("x"))) <= {"data:"}
    assert "@import" not in page("x")


def test_policy_lets_the_one_script_run() -> None:
    html = page("x")
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert (
        f"script-src &#39;sha256-{digest}&#39;" in html or f"script-src 'sha256-{digest}'" in html
    )


def test_written_to_a_file(tmp_path: Path) -> None:
    report = examined(track("bo", [(0, 1000, "བཀྲ་ཤིས་བདེ་ལེགས།")]))
    report.to_html(tmp_path / "r.html", video_href="video.mp4")
    assert 'src="video.mp4"' in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_unseen_characters_are_shown() -> None:
    assert visible("a\u202eb\x1bc\u200bd") == "a⟨U+202E⟩b⟨U+001B⟩c⟨U+200B⟩d"
    assert visible("a\nb") == "a / b"


@pytest.mark.parametrize(
    ("ms", "shown"),
    [(0, "00:00:00.0"), (83_460, "00:01:23.5"), (-1500, "-00:00:01.5"), (3_599_960, "01:00:00.0")],
)
def test_clock(ms: int, shown: str) -> None:
    assert clock(ms) == shown


def test_stills_are_shown_beside_what_a_person_must_look_at() -> None:
    from bilingual.checks._media import SOUND
    from tests.support import examined_example

    report = examined_example(SOUND)
    jpeg = b"\xff\xd8 no picture, but its bytes \xff\xd9"
    page = render_html(report, "zh", stills=[(1000, jpeg), (172_000, jpeg)])
    shown = f'<img src="data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"'
    assert page.count(shown) == 2
    assert 'alt="视频 00:02:52.0 处的画面"' in page
    assert "<img" not in render_html(report, "zh")
