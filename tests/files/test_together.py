"""Files that belong together are written all or not at all; what a full disk comes to."""

from __future__ import annotations

import errno
import os
import tempfile
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


@pytest.mark.parametrize("stop", [PermissionError(errno.EACCES, "no"), KeyboardInterrupt()])
@pytest.mark.parametrize("links", [True, False])
def test_what_was_there_comes_back_where_the_second_cannot_be_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: BaseException, links: bool
) -> None:
    places = [tmp_path / name for name in "abc"]
    places[0].write_bytes(b"before")
    places[0].chmod(0o600)
    places[2].symlink_to("elsewhere")
    real: Any = Path.replace

    def replace(path: Path, target: Path) -> Any:
        if target == places[2]:
            raise stop
        return real(path, target)

    def none(path: Path, target: Path) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(Path, "replace", replace)
    if not links:
        monkeypatch.setattr(Path, "hardlink_to", none)
    with pytest.raises((InputError, KeyboardInterrupt)) as caught:
        write_together([(place, b"new") for place in places], overwrite=True)
    if isinstance(caught.value, InputError):
        assert (caught.value.code, caught.value.params["path"]) == (
            "output-unwritable",
            str(places[2]),
        )
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "c"]
    assert places[0].read_bytes() == b"before"
    if os.name == "posix":
        assert places[0].stat().st_mode & 0o777 == 0o600
    assert str(places[2].readlink()) == "elsewhere"


def test_a_folder_in_the_place_of_the_second(tmp_path: Path) -> None:
    one, two = tmp_path / "a", tmp_path / "b"
    one.write_bytes(b"before")
    two.mkdir()
    with pytest.raises(InputError) as caught:
        write_together([(one, b"1"), (two, b"2")], overwrite=True)
    assert (caught.value.code, caught.value.params["path"]) == ("output-unwritable", str(two))
    assert one.read_bytes() == b"before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]


def test_an_interrupt_between_two_new_files_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = tmp_path / "a", tmp_path / "b"
    real: Any = Path.hardlink_to

    def interrupted(path: Path, target: Path) -> None:
        if path == two:
            raise KeyboardInterrupt
        real(path, target)

    monkeypatch.setattr(Path, "hardlink_to", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_together([(one, b"1"), (two, b"2")])
    assert list(tmp_path.iterdir()) == []


def test_the_cleaning_up_hides_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = tmp_path / "a", tmp_path / "b"
    real: Any = Path.hardlink_to

    def full(path: Path, target: Path) -> None:
        if path == two:
            monkeypatch.setattr(Path, "unlink", refused)
            two.write_bytes(b"of somebody")
        real(path, target)

    def refused(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(errno.EACCES, "no", str(path))

    monkeypatch.setattr(Path, "hardlink_to", full)
    with pytest.raises(InputError) as caught:
        write_together([(one, b"1"), (two, b"2")])
    assert caught.value.code == "output-exists"


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
    assert nameless.params["path"] == tempfile.gettempdir()
    descriptor = no_room(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), 7))
    assert descriptor is not None
    assert descriptor.params["path"] == tempfile.gettempdir()
