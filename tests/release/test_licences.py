"""What is installed with the library may be combined with a work under GPL-3."""

from __future__ import annotations

from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

import pytest

from tests.release.licences import (
    COMPATIBLE,
    LOOKED_AT,
    NAMES,
    OPEN,
    ROOT,
    licence_of,
    needed,
    of_users,
    parts,
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
    assert set(LOOKED_AT) | set(OPEN) <= set(HERE)


@pytest.mark.parametrize("name", sorted(HERE))
def test_it_goes_with_gpl_3(name: str) -> None:
    assert trouble(HERE[name]) is None


def test_names_lead_to_the_table() -> None:
    assert set(NAMES.values()) <= set(COMPATIBLE)
    assert not {one for doubts in OPEN.values() for one in doubts} & set(COMPATIBLE)
    assert {part for one in LOOKED_AT.values() for part in parts(one)} <= set(COMPATIBLE)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("License-Expression: MIT",), "MIT"),
        (("License-Expression: Apache-2.0 OR BSD-3-Clause",), "Apache-2.0 OR BSD-3-Clause"),
        (("License: UNKNOWN", "Classifier: License :: OSI Approved :: MIT License"), "MIT"),
        (("License: BSD 3-Clause License  Copyright (c) 2022",), "BSD-3-Clause"),
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
    ],
)
def test_what_does_not_go_is_said(tmp_path: Path, line: str) -> None:
    assert trouble(made(tmp_path, "thing", line)) is not None


def test_the_notice_names_what_the_package_carries() -> None:
    """Each model and font of the tree with a licence of its own stands in NOTICE."""
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    for place in ("models", "bilingual/render/fonts"):
        for path in sorted((ROOT / place).iterdir()):
            if path.is_dir() and path.name not in ("train", "__pycache__"):
                assert f"{place}/{path.name}" in notice, path
    for named in ("Noto Sans SC", "Noto Serif", "narration.ogg", "lexicon-bo-zh", "glossary-zh-bo"):
        assert named in notice
