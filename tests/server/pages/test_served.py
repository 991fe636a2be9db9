"""The pages without a browser: what they are made of, and in which language."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import resources

import pytest

from bilingual.locale import catalogue
from bilingual.render.fontfiles import faces
from bilingual.server.pages.served import asset
from tests.server.client import Client, bearer
from tests.server.conftest import TOKENS

PAGES = ("/", "/works/some-id", "/overview", "/login")
FOLDER = resources.files("bilingual.server.pages") / "assets"
PARTS = {part.name: part.read_text("utf-8") for part in FOLDER.iterdir()}
TEXT = "\n".join(PARTS.values()).replace("t('web-", "t('")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_nothing_inline_and_asks_for_nothing_elsewhere(
    client: Client, path: str
) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "'unsafe-inline'" not in page.headers["content-security-policy"]
    assert re.findall(r"<script(?![^>]*(?:\bsrc=|application/json))", page.text) == []
    assert re.findall(r"\son\w+=|<style|\sstyle=", page.text) == []
    assert re.findall(r"(?:https?:)?//[\w.]+", page.text) == []


def test_what_a_page_links_to_is_there_and_named_by_its_content(client: Client) -> None:
    links = re.findall(r'"(/assets/[^"]+)"', client.get("/").text)
    links += re.findall(r'url\("([^"]+)"\)', asset("service.css").body.decode())  # type: ignore[union-attr]
    assert len(links) == 2 + sum(face.path.suffix == ".ttf" for face in faces())
    for link in links:
        found = client.get(link)
        assert found.status_code == 200
        assert "immutable" in found.headers["cache-control"]
        tag = found.headers["etag"]
        assert tag.strip('"') in link
        assert client.get(link, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "name", ["service.txt", "base.html.j2", "common.js", "..%2f__init__.py", "%00", "../served.py"]
)
def test_no_other_file_is_sent(client: Client, name: str) -> None:
    assert client.get(f"/assets/{name}").status_code == 404


def test_the_language_is_chosen_once(client: Client) -> None:
    assert 'lang="zh' in client.get("/", headers={"Accept-Language": ""}).text
    assert 'lang="en' in client.get("/", headers={"Accept-Language": "en-GB,zh;q=0.5"}).text
    chosen = client.get("/works/some-id?lang=en", headers={"Accept-Language": "zh"})
    assert 'href="/works/some-id?lang=zh"' in chosen.text
    assert "samesite=lax" in chosen.headers["set-cookie"].casefold()
    kept = client.get("/overview", headers={"Accept-Language": "zh"})
    assert 'lang="en' in kept.text
    assert kept.headers["content-language"] == "en"
    client.cookies.set("lang", "<script>")
    assert 'lang="zh' in client.get("/", headers={"Accept-Language": "zh"}).text


def test_where_the_files_are_kept_is_said(serving: Callable[..., Client], client: Client) -> None:
    assert "文件只在这台电脑上处理" in client.get("/").text
    client.__exit__(None, None, None)
    from tests.server.conftest import tokens

    office = serving(tokens=tokens(), keep_days=30.0)
    page = office.get("/", headers=bearer(TOKENS["maker"][1])).text
    assert "30 天后自动删除" in page
    assert "/overview" not in page  # is for those who may see every work
    assert "/overview" in office.get("/", headers=bearer(TOKENS["reader"][1])).text
    assert office.get("/login").status_code == 200


def used() -> tuple[set[str], set[str]]:
    """Codes of words in scripts and templates, and how those made of parts begin."""
    whole = set(re.findall(r"""\bt\(\s*["']([\w-]+)["']""", TEXT))
    whole |= set(re.findall(r'"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)"', TEXT))  # t(one ? "a" : "b")
    return whole, set(re.findall(r"""["']([\w-]+-)["']""", TEXT))


def test_every_word_of_the_pages_is_used_and_every_used_one_is_there() -> None:
    codes = {c.removeprefix("web-") for c in catalogue()["ui"] if c.startswith("web-")}
    whole, beginnings = used()
    assert {c for c in codes if c not in whole and not c.startswith(tuple(beginnings))} == set()
    asked = set(re.findall(r"""\bt\(\s*["']([\w-]+)["']\s*[,)]""", TEXT))
    assert asked - codes == set()
    assert len(asked) > 100


def test_words_are_filled_with_what_the_pages_give_them() -> None:
    """A place in a sentence that no call fills would show as it is."""
    for code, said in catalogue()["ui"].items():
        name = code.removeprefix("web-")
        if not code.startswith("web-") or f'"{name}"' not in TEXT:
            continue
        for place in re.findall(r"\{(\w+)\}", said["zh"]):
            calls = re.findall(rf"""t\([^()]*["']{name}["'][^{{)]*(\{{[^}}]*\}}|)""", TEXT)
            assert calls
            for call in calls:
                assert place in call, (name, place)
