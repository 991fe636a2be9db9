"""Links within the pages lead somewhere on GitHub too, and those outside have the right form.

What they lead to on the site, :mod:`tests.docs.test_site` sees.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from docs._make.staging import links
from tests.docs.checked import How, checked
from tests.docs.found import ROOT, Item, anchors, pages, text

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the docs lie in the checkout")


def links_of(how: How) -> list[Item]:
    """The links of all pages that are checked in that way."""
    return [one.item for one in checked() if one.item.kind == "link" and one.how is how]


def assert_leads(item: Item) -> None:
    """The file is there, and has that heading."""
    target, _, anchor = item.text.partition("#")
    linked = ((ROOT / item.page).parent / target if target else ROOT / item.page).resolve()
    assert linked.exists(), (item.page, item.line, target)
    if anchor and linked.suffix == ".md":
        assert anchor in anchors(str(linked.relative_to(ROOT))), (item.page, item.line, anchor)


def test_links_lead_somewhere() -> None:
    found = links_of(How.LEADS)
    assert len(found) > 200
    for item in found:
        assert_leads(item)


@pytest.mark.parametrize("link", ["nonesuch.md", "guide.md#nonesuch", "#nonesuch"])
def test_a_link_that_leads_nowhere_is_noticed(link: str) -> None:
    with pytest.raises(AssertionError):
        assert_leads(Item(page="docs/faq.md", line=1, kind="link", text=link))


def test_every_link_that_the_site_makes_is_among_them() -> None:
    for page in pages():
        made = {target + anchor for target, anchor in links(text(page))}
        assert made == {
            one.item.text for one in checked() if one.item.page == page and one.item.kind == "link"
        } - _by_name(page), page


def _by_name(page: str) -> set[str]:
    """Addresses that are written below the page, "[name]: address"."""
    lines = text(page).splitlines()
    return {line.split("]: ")[1] for line in lines if line.startswith("[") and "]: " in line}


def test_outside_links_have_the_right_form() -> None:
    found = links_of(How.OUTSIDE)
    assert found
    for item in found:
        parts = urlsplit(item.text)
        assert parts.scheme in ("https", "mailto"), item
        assert parts.scheme == "mailto" or "." in parts.netloc, item
        assert item.text.isascii(), item


def test_pictures_are_files_of_ours() -> None:
    for item in links_of(How.LEADS):
        if item.label == "!":
            assert Path(item.text).suffix in (".webp", ".svg"), item
