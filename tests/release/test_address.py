"""One command names the address everywhere, and a tree with it can be released."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest
import yaml

import bilingual
from tests.release.address import main, reports, repository, urls
from tests.release.ready import ADDRESSED, NO_ADDRESS, ROOT, lacking

FILES = ("pyproject.toml", "CITATION.cff", "CHANGELOG.md", "bilingual/_version.py", *ADDRESSED)
ADDRESS = "https://github.com/someone/bilingual"

pytestmark = pytest.mark.skipif(
    not all((ROOT / name).is_file() for name in FILES), reason="the texts lie in the checkout"
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The files of this tree that the address belongs in."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def named(tree: Path, *words: str) -> int:
    return main([*words, "--root", str(tree)])


def test_this_tree_lacks_nothing_but_an_address(tree: Path) -> None:
    tag = f"v{bilingual.__version__}"
    assert named(tree, ADDRESS) == 0
    assert lacking(tree, tag, ADDRESS) == []
    for name in ADDRESSED:
        text = (tree / name).read_text(encoding="utf-8")
        assert f"<{ADDRESS}/security/advisories/new>" in text
        assert not any(
            words in text for words in (NO_ADDRESS, "no public address", "没有公开的地址")
        )


def test_links_of_the_package_lead_to_the_repository(tree: Path) -> None:
    named(tree, ADDRESS)
    text = (tree / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    assert project["urls"] == urls(ADDRESS)
    assert project["urls"]["Documentation"] == "https://someone.github.io/bilingual/"
    elsewhere = urls("https://gitlab.example.org/a/b")["Documentation"]
    for link in (elsewhere, project["urls"]["Changelog"]):
        assert (ROOT / link.partition("/blob/main/")[2]).is_file()
    before = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    before["project"]["urls"] = project["urls"]
    assert tomllib.loads(text) == before  # and nothing else has changed
    citation = yaml.safe_load((tree / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["repository-code"] == ADDRESS


def test_a_second_address_replaces_the_first(tree: Path) -> None:
    named(tree, "https://github.com/first/one")
    named(tree, "https://gitlab.example.org/a/group/two", "--reports-to", "safe@example.org")
    once = {name: (tree / name).read_text(encoding="utf-8") for name in FILES}
    assert "first/one" not in "".join(once.values())
    assert all("<safe@example.org>" in once[name] for name in ADDRESSED)
    named(tree, "https://gitlab.example.org/a/group/two", "--reports-to", "safe@example.org")
    assert {name: (tree / name).read_text(encoding="utf-8") for name in FILES} == once
    assert lacking(tree, f"v{bilingual.__version__}", ADDRESS) == [
        f"[project.urls] leads to https://gitlab.example.org/a/group/two, and this is {ADDRESS}"
    ]


@pytest.mark.parametrize(
    "words",
    [
        ["http://github.com/a/b"],
        ["https://github.com/a"],
        ["https://github.com/a/b?c"],
        ["https://user@github.com/a/b"],
        ['https://github.com/a/b"\n'],
        ["https://github.com/a/b", "--reports-to", "nobody"],
        ["https://gitlab.example.org/a/b"],  # whose advisories we do not know
    ],
)
def test_what_is_no_address_changes_nothing(tree: Path, words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        named(tree, *words)
    assert ended.value.code == 2
    for name in FILES:
        assert (tree / name).read_bytes() == (ROOT / name).read_bytes()


def test_an_address_is_shortened_to_the_repository() -> None:
    assert repository(f"{ADDRESS}.git") == repository(f"{ADDRESS}/") == ADDRESS
    assert reports(ADDRESS, None) == f"{ADDRESS}/security/advisories/new"
