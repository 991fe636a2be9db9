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
from tests.release.ready import ADDRESSED, NO_ADDRESS, lacking

ROOT = Path(__file__).parents[2]
WORKFLOW = ROOT / ".github/workflows/test.yml"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def by_number(classifier: str) -> list[tuple[int, str]]:
    """What classifiers are sorted by: text, with numbers by their value (3.9 before 3.10)."""
    parts = re.split(r"(\d+)", classifier)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def test_classifiers_exist_and_are_sorted() -> None:
    named = PROJECT["classifiers"]
    assert set(named) <= classifiers
    assert named == sorted(named, key=by_number)
    assert not [one for one in named if one.startswith("License ::")]  # the expression says it
    assert len(set(named)) == len(named)


@pytest.mark.skipif(not WORKFLOW.is_file(), reason="the workflows lie in the checkout")
def test_pythons_are_those_that_are_allowed() -> None:
    """From the oldest that may be installed to the newest that is tried, none left out."""
    named = [c.rsplit(" ", 1)[1] for c in PROJECT["classifiers"] if re.search(r"Python :: 3\.", c)]
    allowed = SpecifierSet(PROJECT["requires-python"])
    minors = [int(one.partition(".")[2]) for one in named]
    assert minors == list(range(minors[0], minors[-1] + 1))
    assert allowed.contains(f"3.{minors[0]}.0")
    assert not allowed.contains(f"3.{minors[0] - 1}.99")
    # No upper bound: pip would take an older release of the library with a newer Python.
    assert str(allowed) == f">={named[0]}"
    tried = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["pythons"]
    assert named == tried["strategy"]["matrix"]["python"]


def test_the_citation_is_of_this_version_and_licence() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == bilingual.__version__
    assert citation["license"] == PROJECT["license"]
    assert [one["name"] for one in citation["authors"]] == [
        one["name"] for one in PROJECT["authors"]
    ]


@pytest.mark.parametrize(
    "name",
    [
        *(
            f"{name}{language}.md"
            for name in ("CODE_OF_CONDUCT", "CONTRIBUTING", "SECURITY")
            for language in ("", ".zh")
        ),
        "CITATION.cff",
    ],
)
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
        **dict.fromkeys(ADDRESSED, "Write to reports@example.org.\n"),
    }
    (folder / "bilingual").mkdir()
    for name, text in files.items():
        (folder / name).write_text(changed.get(name.rpartition(".")[0], text), encoding="utf-8")
    return folder


def test_a_tree_is_the_release_of_its_tag(tmp_path: Path) -> None:
    assert lacking(release(tmp_path), "v1.2.3") == []


@pytest.mark.parametrize("name", ADDRESSED)
def test_who_reports_finds_an_address_or_that_there_is_none(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = re.search(r"\b[\w.+-]+@[\w-]+\.[\w.]+", text)
    assert (NO_ADDRESS in text) != (named is not None)


def test_another_tag_is_seen(tmp_path: Path) -> None:
    assert len(lacking(release(tmp_path), "v1.2.4")) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"CHANGELOG": "# Changelog\n\n## [Unreleased]\n"},
        {"CHANGELOG": "# Changelog\n\n## [1.2.3]\n"},
        {"CITATION": "version: 1.2.2\n"},
        {"pyproject": "[project]\n"},
        *({name.removesuffix(".md"): f"Write to {NO_ADDRESS}.\n"} for name in ADDRESSED),
    ],
    ids=str,
)
def test_what_is_lacking_is_said(tmp_path: Path, changed: dict[str, str]) -> None:
    assert len(lacking(release(tmp_path, **changed), "v1.2.3")) == 1
