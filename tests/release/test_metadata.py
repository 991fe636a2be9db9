"""What the project says of itself is true and agrees everywhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet
from trove_classifiers import classifiers

import bilingual
from tests.release.ready import lacking

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_classifiers_exist_and_are_sorted() -> None:
    named = PROJECT["classifiers"]
    assert set(named) <= classifiers
    assert not [one for one in named if one.startswith("License ::")]  # the expression says it
    assert len(set(named)) == len(named)


def test_pythons_are_those_that_are_allowed() -> None:
    named = [c.rsplit(" ", 1)[1] for c in PROJECT["classifiers"] if re.search(r"Python :: 3\.", c)]
    allowed = SpecifierSet(PROJECT["requires-python"])
    assert all(allowed.contains(f"{one}.9") for one in named)
    assert not allowed.contains("3.10.9")
    assert named[0] == "3.11"


def test_the_citation_is_of_this_version_and_licence() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == bilingual.__version__
    assert citation["license"] == PROJECT["license"]
    assert [one["name"] for one in citation["authors"]] == [
        one["name"] for one in PROJECT["authors"]
    ]


@pytest.mark.parametrize("name", ["CODE_OF_CONDUCT.md", "CITATION.cff", "CONTRIBUTING.md"])
def test_the_sdist_has_what_people_look_for(name: str) -> None:
    sdist = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
    assert f"/{name}" in sdist["targets"]["sdist"]["include"]
    assert (ROOT / name).is_file()
    assert "[INSERT" not in (ROOT / name).read_text(encoding="utf-8")


def release(folder: Path, **changed: str) -> Path:
    """A tree that is ready to be released as 1.2.3, but for what is changed."""
    files = {
        "bilingual/_version.py": '__version__ = "1.2.3"\n',
        "CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-11-29\n",
        "CITATION.cff": "cff-version: 1.2.0\nversion: 1.2.3\nlicense: X\n",
        "pyproject.toml": "[project]\n[project.urls]\n"
        + "".join(f'{n} = "u"\n' for n in ("Source", "Documentation", "Issues", "Changelog")),
    }
    (folder / "bilingual").mkdir()
    for name, text in files.items():
        (folder / name).write_text(changed.get(name.split(".")[0], text), encoding="utf-8")
    return folder


def test_a_tree_is_the_release_of_its_tag(tmp_path: Path) -> None:
    assert lacking(release(tmp_path), "v1.2.3") == []


def test_another_tag_is_seen(tmp_path: Path) -> None:
    assert len(lacking(release(tmp_path), "v1.2.4")) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"CHANGELOG": "# Changelog\n\n## [Unreleased]\n"},
        {"CHANGELOG": "# Changelog\n\n## [1.2.3]\n"},
        {"CITATION": "version: 1.2.2\n"},
        {"pyproject": "[project]\n"},
    ],
    ids=str,
)
def test_what_is_lacking_is_said(tmp_path: Path, changed: dict[str, str]) -> None:
    assert len(lacking(release(tmp_path, **changed), "v1.2.3")) == 1
