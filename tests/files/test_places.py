"""The user's own folders: never in the folder that somebody works in."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bilingual.asr.base import by_path
from bilingual.cli import run
from bilingual.errors import ModelError
from bilingual.files import cache_folder, home_expanded, users_folder
from tests.fixes.test_fixing import BO, srt


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
