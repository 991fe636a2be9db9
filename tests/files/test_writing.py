"""What is written is there whole, and what stood there stays otherwise."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bilingual.errors import InputError
from bilingual.files import write_new, write_through_draft


def names(folder: Path) -> list[str]:
    return [p.name for p in folder.iterdir()]


def test_a_file_takes_the_place_of_another(tmp_path: Path) -> None:
    path = tmp_path / ("ཉི" * 30 + ".json")
    for data in (b"one", b"two"):
        write_through_draft(path, data)
        assert path.read_bytes() == data
    assert names(tmp_path) == [path.name]


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_permissions_are_the_umasks_and_the_umask_is_left_alone(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_through_draft(tmp_path / "report.html", b"")
        write_through_draft(tmp_path / "key.pem", b"", mode=0o600)
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)
    modes = {p.name: p.stat().st_mode & 0o777 for p in tmp_path.iterdir()}
    assert modes == {"report.html": 0o640, "key.pem": 0o600}


def test_nothing_is_left_where_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(b"before")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_through_draft(path, b"after")
    assert path.read_bytes() == b"before"
    assert names(tmp_path) == ["report.json"]


@pytest.mark.parametrize("name", ["nowhere/report.json", ".", "a\0b.json"])
def test_what_cannot_be_written_is_a_bilingual_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as caught:
        write_new(tmp_path / name, b"", overwrite=True)
    assert caught.value.code == "output-unwritable"
    assert names(tmp_path) == []
