"""What the library says of the goldens' inputs is what it said before.

The cases that a run asks for are made in a few processes of their own: the fast ones
together when the first of them is asked for, and the slow ones likewise.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.golden.cases import Case, all_cases
from tests.golden.outputs import DATA, Outputs, differences, lacking, make_outputs, read

CASES = {case.name: case for case in all_cases()}


def _asked_for(session: pytest.Session, slow: bool) -> list[Case]:
    """The fast or the slow cases among the tests of this run."""
    names = [getattr(item, "callspec", None) for item in session.items]
    found = [n.params["name"] for n in names if n is not None and "name" in n.params]
    # Tests of other folders may go by the same names.
    return [CASES[n] for n in dict.fromkeys(found) if n in CASES and CASES[n].slow is slow]


@pytest.fixture(scope="session")
def outputs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Outputs]:
    """Gives the outputs of a case by its name."""
    homes: dict[bool, Path] = {}

    def of(name: str) -> Outputs:
        slow = CASES[name].slow
        if slow not in homes:
            homes[slow] = tmp_path_factory.mktemp("golden")
            runnable = [c for c in _asked_for(request.session, slow) if lacking(c) is None]
            if any(c.slow and c.name.startswith("sample-") for c in runnable):
                made = request.getfixturevalue("sample_folder")
                (homes[slow] / "sample").symlink_to(made)
            make_outputs(runnable, homes[slow])
        return read(homes[slow] / name)

    return of


@pytest.mark.skipif(sys.platform != "linux", reason="the goldens were made on Linux")
@pytest.mark.parametrize(
    "name",
    [pytest.param(c.name, marks=pytest.mark.slow if c.slow else ()) for c in CASES.values()],
)
def test_nothing_changed(name: str, outputs: Callable[[str], Outputs]) -> None:
    if reason := lacking(CASES[name]):
        if os.environ.get("BILINGUAL_REQUIRE_MODELS"):
            pytest.fail(reason)
        pytest.skip(reason)
    differs = differences(read(DATA / name), outputs(name), name)
    if differs:
        pytest.fail(
            f"{differs}\n\nWhere this is meant: python -m tests.golden.regenerate {name}",
            pytrace=False,
        )


def test_every_golden_has_its_case() -> None:
    assert sorted(p.name for p in DATA.iterdir() if p.is_dir()) == sorted(CASES)
