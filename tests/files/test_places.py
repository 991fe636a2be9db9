"""The user's own folders: never in the folder that somebody works in."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from bilingual.asr.base import by_path
from bilingual.cli import run
from bilingual.errors import InputError, ModelError
from bilingual.files import cache_folder, home_expanded, users_folder
from bilingual.server.folders import Folders
from tests.fixes.test_fixing import BO, srt


@pytest.fixture
def homeless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without a home; the folder for temporary files."""

    def user_path(*_: str, **__: bool) -> Path:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setattr("platformdirs.user_cache_path", user_path)
    monkeypatch.setattr("platformdirs.user_data_path", user_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_the_services_data_among_the_temporary_files_is_this_users_alone(homeless: Path) -> None:
    for _ in range(2):
        Folders(users_folder("data") / "service").make()
    made = [path for path in homeless.rglob("*") if path.is_dir()]
    assert {"service", "works", "uploads"} < {path.name for path in made}
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o700}


@pytest.mark.skipif(os.name != "posix", reason="owners and modes of POSIX")
@pytest.mark.parametrize("theirs", ["owner", "writable", "link"])
def test_a_folder_that_another_user_made_is_not_taken(
    theirs: str, homeless: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = users_folder("data")
    if theirs == "link":
        (homeless / "elsewhere").mkdir()
        folder.symlink_to(homeless / "elsewhere")
    else:
        folder.mkdir()
        folder.chmod(0o777 if theirs == "writable" else 0o755)
    if theirs == "owner":
        mine = os.geteuid()
        monkeypatch.setattr("bilingual.files.places.among_temporary", lambda _: folder)
        monkeypatch.setattr("os.geteuid", lambda: mine + 1)
    with pytest.raises(InputError) as caught:
        Folders(folder / "service").make()
    assert caught.value.code == "data-unusable"
    assert "another user" in caught.value.params["detail"]
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("answer", ["~/.cache/bilingual", None])
def test_without_a_home_nothing_is_kept_in_the_working_directory(
    answer: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container's user often has none: an exception with new versions of platformdirs; with
    old ones a folder «~» in the working directory, a submission's own, was the cache."""

    def user_path(*_: str, **__: bool) -> Path:
        if answer is None:
            raise RuntimeError("could not determine the home directory")
        return Path(answer)

    monkeypatch.setattr("platformdirs.user_cache_path", user_path)
    monkeypatch.setattr("platformdirs.user_data_path", user_path)
    monkeypatch.delenv("BILINGUAL_CACHE", raising=False)
    kept = tmp_path / "tmp"
    kept.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(kept))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bo.srt").write_text(srt(BO), encoding="utf-8")
    before = {path.name for path in tmp_path.iterdir()}
    for folder in (users_folder("cache"), users_folder("data"), cache_folder()):
        assert folder.parent == kept
    assert run(["verify", "--bo", "bo.srt", "--out", "r.json"]) in (0, 1)
    assert run(["models", "list"]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {*before, "r.json"}
    for folder in kept.iterdir():
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_home_that_nobody_has_is_no_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    """pathlib raises RuntimeError for it."""
    assert home_expanded("~nobody-of-this-name/x") == Path("~nobody-of-this-name/x")
    monkeypatch.setenv("BILINGUAL_CACHE", "~nobody-of-this-name/x")
    assert cache_folder() == users_folder("cache")
    with pytest.raises(ModelError) as caught:
        by_path("~nobody-of-this-name/x")
    assert caught.value.code == "model-path-missing"
