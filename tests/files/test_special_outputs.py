"""No output takes the place of a device, a pipe or a socket, nor of a link to one."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bilingual.cli import run
from bilingual.errors import InputError
from bilingual.files import write_new, write_whole

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and devices have no paths")


def special(folder: Path, kind: str, descriptor: Path) -> Path:
    path = folder / f"{kind}.json"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as opened:
            opened.bind(str(path))
    elif kind == "link-to-a-device":
        path.symlink_to("/dev/null")
    elif kind == "link-to-a-descriptor":
        path.symlink_to(descriptor.readlink())
    else:
        path.symlink_to(os.path.relpath(descriptor, folder))
    return path


KINDS = ["pipe", "socket", "link-to-a-device", "link-to-a-descriptor", "link-to-such-a-link"]


@pytest.fixture
def standard_output(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A link as ``/dev/stdout`` is one: to a descriptor of a plain file."""
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("descriptors have no paths")
    folder = tmp_path_factory.mktemp("dev")
    with (folder / "redirected").open("wb") as file:
        link = folder / "stdout"
        link.symlink_to(f"/proc/self/fd/{file.fileno()}")
        yield link


@pytest.mark.parametrize("kind", KINDS)
def test_it_stays(
    tmp_path: Path,
    kind: str,
    standard_output: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    path = special(Path(), kind, standard_output)
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
