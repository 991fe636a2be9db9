"""Commands that a person is to paste: what arrives is what was meant, in each shell."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bilingual.cli import quoting, run
from bilingual.cli.quoting import pasted, quoted, shell_of
from tests.cli.test_cli import BO, ZH

NAMES = (
    "a.mp4",
    "影片 最终版.mp4",
    "it's.srt",
    "a & b;c|d.srt",
    "$HOME`id`$(id).srt",
    "100%PATH%.srt",
    "a^b!c#d~e.srt",
    "“片名”‘字幕’.srt",
    "(1)[2]{3},4=5@6.srt",
    "-x.srt",
    "བོད་ཡིག།.srt",
)
POSIX_ONLY = (
    'say "x".srt',
    "a\\b*?<>.srt",
    "a\tb\nc.srt",
    "\x1b[31m.srt",
    "a\u202eb'\\.srt",
    "\udcff.srt",
)


@pytest.mark.parametrize("name", [*NAMES, *POSIX_ONLY])
def test_a_shell_gives_back_the_name(name: str) -> None:
    line = pasted("printf", "%s", Path(name))
    assert line.isprintable()
    made = subprocess.run(["/bin/bash", "-c", line], capture_output=True, check=True).stdout
    assert made == os.fsencode(f"./{name}" if name.startswith("-") else name)


def test_no_word_begins_with_what_zsh_expands() -> None:
    assert quoted(Path("=ls"), "posix") == "'=ls'"
    assert quoted(Path("a-b.srt"), "posix") == "a-b.srt"


@pytest.mark.parametrize("name", [*NAMES, r"C:\作品 1\bo.srt"])
def test_cmd_gives_back_the_name(name: str) -> None:
    assert _cmd(f"x {quoted(Path(name), 'cmd')}") == ["x", f"./{name}" if name[0] == "-" else name]


def _cmd(line: str) -> list[str]:
    """The words that a program gets of a line typed at cmd's prompt.

    cmd puts %NAME% of its variables in everywhere, then, outside of quotes only, ends the
    command at & and | and takes ^ for an escape; the program divides what is left.
    """
    line = re.sub("%(PATH|HOME)%", "CHANGED", line)
    words, word, within = [], "", False
    chars = iter(line)
    for char in chars:
        if char == '"':
            within = not within
        elif within:
            word += char
        elif char == "^":
            word += next(chars)
        elif char in "&|<>":
            break
        elif char == " ":
            words.append(word)
            word = ""
        else:
            word += char
    return [*words, word]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.mp4", "a.mp4"),
        ("a $b`c%d%.srt", "'a $b`c%d%.srt'"),
        ("it's.srt", "'it''s.srt'"),
        ("“片名”‘字幕’.srt", "'“片名”‘‘字幕’’.srt'"),
        ("a & b;c.srt", "'a & b;c.srt'"),
        ("@a,b.srt", "'@a,b.srt'"),
        ("-x.srt", "./-x.srt"),
    ],
)
def test_powershell_takes_nothing_in_single_quotes(name: str, expected: str) -> None:
    assert quoted(Path(name), "powershell") == expected


def test_a_program_with_a_space_is_called_in_powershell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quoting, "shell_of", lambda *_: "powershell")
    assert pasted(Path("C:/Program Files/python.exe"), "-m", "pip").startswith("& 'C:/Program")


OF_WINDOWS = (
    r"C:\Program Files\WindowsPowerShell\Modules;C:\Windows\system32\WindowsPowerShell\v1.0\Modules"
)
OF_SQL = r"C:\Program Files (x86)\Microsoft SQL Server\160\Tools\PowerShell\Modules"


@pytest.mark.parametrize(
    ("environment", "platform", "shell"),
    [
        ({"PSModulePath": "a;b;c"}, "linux", "posix"),
        ({"PSModulePath": "a;b;c", "MSYSTEM": "MINGW64"}, "win32", "posix"),
        ({"PSModulePath": r"C:\Program Files\WindowsPowerShell\Modules;C:\x"}, "win32", "cmd"),
        ({}, "win32", "cmd"),
        ({"PSModulePath": r"C:\Users\a\Documents\PowerShell\Modules;b;c"}, "win32", "powershell"),
        ({"PSModulePath": f"{OF_WINDOWS};{OF_SQL}"}, "win32", "cmd"),
        ({"PSModulePath": f"{OF_SQL};{OF_WINDOWS}"}, "win32", "cmd"),
        ({"PSModulePath": rf"C:\VMware\PowerCLI\Modules;{OF_WINDOWS}"}, "win32", "cmd"),
        (
            {
                "PSModulePath": rf"E:\Apps\PowerShell\Modules;{OF_WINDOWS}",
                "ProgramFiles": r"e:\apps",
            },
            "win32",
            "cmd",
        ),
        (
            {"PSModulePath": rf"\\home\a\文档\WindowsPowerShell\Modules;{OF_WINDOWS}"},
            "win32",
            "powershell",
        ),
    ],
)
def test_which_shell(environment: dict[str, str], platform: str, shell: str) -> None:
    assert shell_of(environment, platform) == shell


@pytest.mark.parametrize("name", ["it's 100% $HOME & 片名", "-作品"])
def test_what_the_commands_propose_can_be_pasted(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / name
    folder.mkdir()
    (folder / "bo.srt").write_text(BO.replace("1\n", "1\r\n", 1), encoding="utf-16")
    (folder / "zh.srt").write_text(ZH, encoding="utf-8")
    (folder / "form.toml").write_text('title = "片名"\n', encoding="utf-8")
    assert run(["fix", "--out", "new's", "--", name]) == 0
    _ends_well(capsys.readouterr().err, "bilingual verify", "form.toml")
    report = f"{name}/r.json"
    assert run(["verify", f"--out={report}", "--", name]) in (0, 1)
    _ends_well(capsys.readouterr().err, "bilingual show", "r.html")
    assert (folder / "r.html").exists()
    if not name.startswith("-"):
        assert run([f"{name}/bo.srt"]) == 2
        _ends_well(capsys.readouterr().err, "bilingual verify", "bo.srt")


def _ends_well(said: str, start: str, part: str) -> None:
    """The command that is proposed runs, as it is written, to its end."""
    line = next(line for line in said.splitlines() if start in line)
    command = line[line.index(start) :]
    assert part in command
    ours = f'bilingual() {{ "{sys.executable}" -m bilingual "$@"; }}\n{command}'
    assert subprocess.run(["/bin/bash", "-c", ours], capture_output=True).returncode in (0, 1)
