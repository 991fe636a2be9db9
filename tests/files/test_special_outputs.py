"""No output takes the place of a device, a pipe or a socket, nor of a link to one."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest

from bilingual.cli import run
from bilingual.errors import InputError
from bilingual.files import write_new, write_whole

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and devices have no paths")


def special(folder: Path, kind: str) -> Path:
    path = folder / f"{kind}.json"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as opened:
            opened.bind(str(path))
    else:
        path.symlink_to("/dev/null")
    return path


@pytest.mark.parametrize("kind", ["pipe", "socket", "link-to-a-device"])
def test_it_stays(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    path = special(Path(), kind)
    before = path.lstat()
    with pytest.raises(InputError, match="regular"):
        write_new(path, b"x", overwrite=True)
    with pytest.raises(InputError, match="regular"):
        write_whole(path, "x")
    Path("zh.srt").write_text("1\n00:00:00,100 --> 00:00:00,900\n太阳。\n", encoding="utf-8")
    assert run(["verify", "--zh", "zh.srt", "--out", str(path)]) == 2
    assert "普通文件" in capsys.readouterr().err
    after = path.lstat()
    assert (after.st_ino, stat.S_IFMT(after.st_mode)) == (
        before.st_ino,
        stat.S_IFMT(before.st_mode),
    )
    assert sorted(p.name for p in Path().iterdir()) == [path.name, "zh.srt"]
