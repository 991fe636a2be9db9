"""What is installed with the library may be combined with a work under GPL-3."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path, PurePosixPath

import pytest

from tests.release.licences import (
    COMPATIBLE,
    DECIDED,
    LOOKED_AT,
    NAMES,
    ROOT,
    UnreadableError,
    lacking,
    licence_of,
    needed,
    of_users,
    trouble,
)

NEEDED = needed(of_users())
HERE = {name: found for name, found in NEEDED.items() if found is not None}


def made(folder: Path, name: str, *lines: str) -> Distribution:
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    head = f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n"
    (info / "METADATA").write_text(head + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return PathDistribution(info)


def test_the_whole_of_it_is_looked_at() -> None:
    """What a user's extras need, and what that needs; the laboratory alone is not in tests."""
    assert {"pysrt", "numpy", "torch", "starlette", "regex", "protobuf"} <= set(HERE)
    assert len(HERE) > 90
    assert [name for name, found in NEEDED.items() if found is None] in ([], ["jupyterlab"])
    assert set(LOOKED_AT) | set(DECIDED) <= set(HERE)


@pytest.mark.parametrize("name", sorted(HERE))
def test_it_goes_with_gpl_3(name: str) -> None:
    assert trouble(HERE[name]) is None


def test_names_lead_to_the_table() -> None:
    assert set(NAMES.values()) <= set(COMPATIBLE)
    assert not {one for licences in DECIDED.values() for one in licences} & set(COMPATIBLE)
    assert [one for one in LOOKED_AT.values() if lacking(one, COMPATIBLE)] == []


@pytest.mark.parametrize("name", ["BSD License", "BSD", "LGPL", "Apache Software License", "GPLv3"])
def test_a_name_that_says_no_version_is_no_licence(tmp_path: Path, name: str) -> None:
    lines = (f"License: {name}", f"Classifier: License :: OSI Approved :: {name}")
    assert licence_of(made(tmp_path, "thing", *lines)) is None


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("A", ()),
        ("X", ("X",)),
        ("A AND X AND X", ("X",)),
        ("X OR A", ()),
        ("A AND X OR B", ()),  # AND binds before OR
        ("B OR X AND A", ()),
        ("A AND (X OR B)", ()),
        ("(A OR B) AND (X OR Y WITH e)", ("X",)),
        ("X WITH e", ()),
        ("A WITH e", ("A WITH e",)),
        ("X OR Y", ("X",)),
    ],
)
def test_an_expression_is_read_as_spdx_does(expression: str, found: tuple[str, ...]) -> None:
    assert lacking(expression, {"A", "B", "X WITH e"}) == found


@pytest.mark.parametrize(
    "expression", ["", "A AND", "OR A", "(A", "A)", "A B", "A WITH", "A / B", "AND", "()", "A, B"]
)
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(UnreadableError):
        lacking(expression, {"A", "B"})


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("License-Expression: MIT",), "MIT"),
        (("License-Expression: Apache-2.0 OR BSD-3-Clause",), "Apache-2.0 OR BSD-3-Clause"),
        (("License: UNKNOWN", "Classifier: License :: OSI Approved :: MIT License"), "MIT"),
        (("License: BSD 3-Clause License  Copyright (c) 2022",), "BSD-3-Clause"),
        (
            ("License: BSD-2-Clause", "Classifier: License :: OSI Approved :: MIT License"),
            "BSD-2-Clause",
        ),
        (("License: See the file",), None),
        ((), None),
    ],
)
def test_a_licence_is_read(tmp_path: Path, lines: tuple[str, ...], found: str | None) -> None:
    assert licence_of(made(tmp_path, "thing", *lines)) == found


@pytest.mark.parametrize(
    "line",
    [
        "License-Expression: LicenseRef-NVIDIA-Proprietary",
        "License-Expression: MIT AND CC-BY-NC-4.0",
        "License-Expression: GPL-2.0-only",
        "License: All rights reserved",
        "License-Expression: MIT AND (GPL-2.0-only OR CC-BY-NC-4.0)",
        "License-Expression: MIT OR",
        "License-Expression: CNRI-Python",
    ],
)
def test_what_does_not_go_is_said(tmp_path: Path, line: str) -> None:
    assert trouble(made(tmp_path, "thing", line)) is not None


def carried() -> list[str]:
    """Each model, list and font of the package, by the name that NOTICE has to have."""
    found = []
    for place in ("models", "bilingual/render/fonts"):
        for path in sorted((ROOT / place).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            # Code and words about it are the project's, as the whole is.
            words = path.suffix in (".md", ".py") or path.name == "registry.toml"
            if path.is_file() and "__pycache__" not in name and not words:
                found.append(name)
    return found


def test_the_notice_names_what_the_package_carries() -> None:
    """Each model and font of the tree with a licence of its own stands in NOTICE."""
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    files = carried()
    for suffix in (".ttf", ".json", ".tsv", ".npz", ".onnx", ".traineddata"):
        assert [name for name in files if name.endswith(suffix)], suffix
    assert [name for name in files if not named_in(notice, name)] == []
    for named in (
        "bilingual/sample/assets/narration.ogg",
        "CODE_OF_CONDUCT.md",
        "CODE_OF_CONDUCT.zh.md",
    ):
        assert named in notice


@pytest.mark.parametrize(
    "name",
    ["models/other.json", "models/risk.tsv", "bilingual/render/fonts/Other.otf", "models/x/w.onnx"],
)
def test_a_file_that_the_notice_does_not_name_is_seen(name: str) -> None:
    assert not named_in((ROOT / "NOTICE").read_text(encoding="utf-8"), name)


def named_in(notice: str, name: str) -> bool:
    """Whether an entry of NOTICE is about a file: by its path, ``name.*``, or its folder.

    Of the folder of fonts it says which faces; a face is named with spaces.
    """
    entries = re.findall(r"^- (.*?)   ", notice, re.MULTILINE)
    places = {place for entry in entries for place in entry.split(", ")}
    path = PurePosixPath(name)
    if path.suffix in (".ttf", ".otf"):
        face = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", path.stem.partition("-")[0])
        return face in re.sub(r"\s+", " ", notice) and f"{path.parent}/" in places
    below = f"{path.parent}/" in places and path.parent.as_posix() != "models"
    return name in places or f"{path.with_suffix('')}.*" in places or below
