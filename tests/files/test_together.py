"""Files that belong together are written all or not at all; what a full disk comes to."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from bilingual.errors import InputError
from bilingual.files import no_room, write_together


def test_all_are_written(tmp_path: Path) -> None:
    files = [(tmp_path / name, name.encode()) for name in ("a.srt", "b.srt")]
    write_together(files)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {
        "a.srt": b"a.srt",
        "b.srt": b"b.srt",
    }
    write_together([(files[0][0], b"new")], overwrite=True)
    assert files[0][0].read_bytes() == b"new"
    write_together([(tmp_path / "key", b"")], modes=[0o600])
    if os.name == "posix":
        assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    write_together([])


@pytest.mark.parametrize("overwrite", [False, True])
def test_none_where_the_disk_is_full_at_the_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overwrite: bool
) -> None:
    one, two = tmp_path / "a.srt", tmp_path / "b.srt"
    if overwrite:
        one.write_bytes(b"before")
    real, asked = os.fsync, []

    def full(descriptor: int) -> None:
        asked.append(descriptor)
        if len(asked) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(InputError) as caught:
        write_together([(one, b"1"), (two, b"2")], overwrite=overwrite)
    assert (caught.value.code, caught.value.params["path"]) == ("output-unwritable", str(two))
    assert [p.read_bytes() for p in tmp_path.iterdir()] == ([b"before"] if overwrite else [])


def test_none_where_one_is_there_already(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = tmp_path / "a.srt", tmp_path / "b.srt"
    two.write_bytes(b"of somebody")
    with pytest.raises(InputError) as caught:
        write_together([(one, b"1"), (two, b"2")])
    assert caught.value.code == "output-exists"
    two.unlink()
    real: Any = Path.hardlink_to

    def meanwhile(path: Path, target: Path) -> None:
        if path == two:
            two.write_bytes(b"of somebody")
        real(path, target)

    monkeypatch.setattr(Path, "hardlink_to", meanwhile)
    with pytest.raises(InputError) as caught:
        write_together([(one, b"1"), (two, b"2")])
    assert caught.value.code == "output-exists"
    assert [p.name for p in tmp_path.iterdir()] == ["b.srt"]


def test_no_room_is_known_however_deep_it_lies(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(tmp_path / "x"))
    try:
        try:
            raise full
        except OSError as error:
            raise RuntimeError("of a library") from error
    except RuntimeError as error:
        found = no_room(error)
    assert found is not None
    assert found.params["path"] == str(tmp_path / "x")
    assert no_room(OSError(errno.EACCES, "no")) is None
    nameless = no_room(OSError(errno.EDQUOT, os.strerror(errno.EDQUOT)))
    assert nameless is not None
    assert nameless.params["path"]
