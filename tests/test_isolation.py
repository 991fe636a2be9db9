"""Nothing of a submission is code: no file beside an input or output, or where we start, runs.

A module of every name that can be imported here is planted in the folder of the inputs, in
that of the outputs and in the working directory, with the settings and templates that the
programs we use look for where they are started. Each module notes that it was imported.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

import bilingual
from bilingual.cli.paths import leave_import_path
from bilingual.media.binaries import ffmpeg_binaries
from bilingual.render.notebook.kernel import import_folders
from bilingual.text.chinese import to_simplified
from tests.fixes.test_fixing import BO, ZH, srt
from tests.media import clips
from tests.support import default_signals, unmeasured

HOME = str(Path(bilingual.__file__).parents[1])
PLANTED = """
import os
with open({note!r}, "a") as file:
    file.write({name!r} + " in " + {place!r} + chr(10))
raise ImportError("planted")
"""
OTHERS = {
    "matplotlibrc": "backend: module://planted_backend\n",
    "t2s.json": "{}",
    "basic/conf.json": json.dumps(
        {"preprocessors": {"1": {"type": "planted_backend.P", "enabled": True}}}
    ),
    "basic/index.html.j2": "{{ ''.__class__ }} planted template",
    "basic/base.html.j2": "planted template",
    "custom/custom.css": "/* planted style */",
    "profile_default/startup/00.py": "import planted_backend",
    "ipython_config.py": "import planted_backend",
    "jupyter_config.py": "import planted_backend",
    "jupyter_nbconvert_config.py": "import planted_backend",
    "kernels/python3/kernel.json": json.dumps({"argv": ["false"], "language": "python"}),
    "pip.conf": "[global]\nindex-url = http://127.0.0.1:1/planted\n",
    ".env": "PYTHONPATH=.\n",
    "planted.pth": "import planted_backend\n",
    "config.yaml": "planted: true\n",
    "libx264-planted.ffpreset": "planted",
}


def names() -> set[str]:
    """Every top-level module that could be imported, and some that are started by name."""
    found = {*sys.stdlib_module_names, *packages_distributions()}
    found |= {"ipykernel_launcher", "sitecustomize", "usercustomize", "planted_backend", "pip"}
    return {name for name in found if name.isidentifier()}


def plant(folder: Path, note: Path, leave: frozenset[str] = frozenset()) -> None:
    """Fill a folder with modules and settings that note who has read them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names() - leave:
        text = PLANTED.format(note=str(note), name=name, place=folder.name)
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    for place, text in OTHERS.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")
    for program in ("ffmpeg", "ffprobe", "git"):
        (folder / program).write_text(f"#!/bin/sh\necho {program} >> {note}\n", encoding="utf-8")
        (folder / program).chmod(0o755)


class Trap:
    """Three planted folders and the file that says what of them was run."""

    def __init__(self, root: Path, leave: frozenset[str] = frozenset()) -> None:
        self.note = root / "imported.txt"
        self.inputs, self.outputs, self.here = (root / n for n in ("in", "out", "cwd"))
        for folder in (self.inputs, self.outputs, self.here):
            plant(folder, self.note, leave)
        for folder in (self.inputs, self.here):
            (folder / "bo.srt").write_text(srt((BO[0], ZH[1], *BO[2:])), encoding="utf-8")
            (folder / "zh.srt").write_text(srt(ZH), encoding="utf-8")
        self.starter = root / "bin" / "bilingual"
        self.starter.parent.mkdir()

    def run(self, script: str, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """Run a script as an installed program is run: its own folder leads the path."""
        self.starter.write_text(script, encoding="utf-8")
        return self.started([sys.executable, str(self.starter), *arguments], **changes)

    def environment(self, **changes: str) -> dict[str, str]:
        """Variables that lead into the working directory, as far as a user's do."""
        environment = {k: v for k, v in unmeasured().items() if not k.startswith("PYTHON")}
        environment |= {"PYTHONPATH": HOME, "PIP_RETRIES": "0", **changes}
        # What the working directory offers on the PATH is no program of ours either.
        environment["PATH"] = os.pathsep.join([".", "", environment.get("PATH", "")])
        return environment

    def started(self, command: list[str], **changes: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the planted working directory."""
        return subprocess.run(
            command,
            cwd=self.here,
            env=self.environment(**changes),
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            preexec_fn=default_signals if os.name == "posix" else None,
        )

    def assert_unsprung(self) -> None:
        run = self.note.read_text(encoding="utf-8") if self.note.exists() else ""
        assert run == ""


COMMANDS = """
import sys
from bilingual.cli import run
from bilingual.cli.paths import leave_import_path

given, out = sys.argv[1:]
leave_import_path(sys.argv[1:])
tracks = ["--bo", f"{given}/bo.srt", "--zh", f"{given}/zh.srt"]
beside = ["--bo", "bo.srt", "--zh", "zh.srt"]
statuses = {}
for line in (
    ["verify", *tracks, "--format", "json", "--out", f"{out}/r.json"],
    ["verify", *beside, "--format", "html", "--out", "r.html"],
    ["verify", f"{given}/v.mp4", *tracks, "--asr", "off", "--burned-in", "on", "--out", f"{out}/v"],
    ["verify", *tracks, "--format", "xlsx", "--out", f"{out}/r.xlsx"],
    ["align", *tracks, "--out", f"{out}/a.txt"],
    ["transcribe", f"{given}/v.mp4", "--asr", "off", "--out", f"{out}/t.txt"],
    ["ocr", f"{given}/v.mp4", "--out", f"{out}/ocr"],
    ["models", "list"],
    ["rules"],
    ["show", f"{out}/r.json", "--format", "html", "--video", f"{given}/v.mp4", "--embed-clips",
     "--out", f"{out}/s.html"],
    ["fix", *tracks, "--out", f"{out}/fixed"],
    ["terms", "mine", *tracks],
    ["terms", "add", f"{out}/own.tsv", "太阳", "ཉི་མ"],
    ["annex", f"{out}/r.json", "--title", "t", "--party", "p", "--out", f"{out}/x.pdf"],
    ["annex", "--new-key", f"{out}/key.pem"],
):
    statuses[" ".join(line[:1])] = run(line)
    assert statuses[line[0]] in (0, 1) or line[0] in ("transcribe",), (line, statuses)
print(sorted(statuses))
print(len(sys.modules))
"""

FUNCTIONS = """
import sys
from pathlib import Path
import bilingual
from bilingual.render.notebook import figures
from bilingual.render.notebook.review_sheet import ReviewSheet
from bilingual.render.notebook.shown import Pairs, Shown
from bilingual.render.notebook.sound import listen

given, out = map(Path, sys.argv[1:])
report = bilingual.verify(given / "v.mp4", bo=given / "bo.srt", zh="zh.srt",
                          config=bilingual.Config.load(given.parent / "off.toml"))
report.to_html(out / "r.html")
for track in (bilingual.load_track(given / "bo.srt"), *bilingual.load_tracks("zh.srt")):
    track._repr_html_()
bilingual.align(report.bo, report.zh)._repr_html_()
for name in ("coverage", "timeline", "risk", "length_ratio", "reading_speed"):
    getattr(figures, name)(report, "zh")
Pairs(report)._repr_html_(), Shown(report, "en")._repr_html_(), listen(report, given / "v.mp4")
ReviewSheet(report).save(out / "review.json")
print("through")
"""


@pytest.fixture
def trap(tmp_path: Path) -> Trap:
    made = Trap(tmp_path)
    clips.make(made.inputs / "v.mp4", clips.picture(seconds=3), clips.tone(3))
    (tmp_path / "off.toml").write_text('[asr]\nengine = "off"\n', encoding="utf-8")
    return made


@pytest.mark.slow
def test_commands_run_nothing_that_lies_about(trap: Trap) -> None:
    done = trap.run(COMMANDS, str(trap.inputs), str(trap.outputs))
    trap.assert_unsprung()
    assert done.returncode == 0, done.stderr[-2000:]
    assert "planted" not in done.stdout + done.stderr
    for made in ("r.json", "r.xlsx", "s.html", "x.pdf", "own.tsv", "key.pem"):
        assert (trap.outputs / made).stat().st_size > 0


@pytest.mark.slow
def test_functions_run_nothing_that_lies_about(trap: Trap) -> None:
    pytest.importorskip("matplotlib", reason="needs the extra notebook")
    done = trap.run(FUNCTIONS, str(trap.inputs), str(trap.outputs))
    trap.assert_unsprung()
    assert done.stdout.strip() == "through", done.stderr[-2000:]


MAIN = "import sys\nfrom bilingual.cli import main\nmain()\n"


@pytest.mark.slow
@pytest.mark.parametrize("beside", [True, False])
def test_a_notebooks_kernel_runs_nothing_that_lies_about(trap: Trap, beside: bool) -> None:
    pytest.importorskip("nbclient", reason="needs the extra notebook")
    pytest.importorskip("ipykernel", reason="needs the extra notebook")
    given, out = ("", "") if beside else (f"{trap.inputs}/", f"{trap.outputs}/")
    tracks = ("--bo", f"{given}bo.srt", "--zh", f"{given}zh.srt", "--asr", "off")
    done = trap.run(MAIN, "notebook", *tracks, "--out", f"{out}n.ipynb", "--html")
    trap.assert_unsprung()
    assert done.returncode == 0, done.stderr[-2000:]
    folder = trap.here if beside else trap.outputs
    assert "planted" not in (folder / "n.html").read_text("utf-8")
    assert "planted" not in (folder / "n.ipynb").read_text("utf-8")


def test_pip_runs_nothing_that_lies_about(trap: Trap) -> None:
    pytest.importorskip("pip", reason="needs pip")
    done = trap.run(
        MAIN, "models", "fetch", "botok-words",
        BILINGUAL_CACHE=str(trap.note.parent / "cache"), PIP_INDEX_URL="http://127.0.0.1:1/",
    )  # fmt: skip
    trap.assert_unsprung()
    assert done.returncode == 2, done.stderr[-2000:]
    assert "Traceback" not in done.stderr


def test_the_trap_is_one(tmp_path: Path) -> None:
    trap = Trap(tmp_path)
    script = trap.here / "script.py"  # -c imports more by itself from Python 3.13 on
    script.write_text("import msgspec\n", encoding="utf-8")
    trap.started([sys.executable, str(script)])
    # What shows the error of it imports more.
    assert trap.note.read_text("utf-8").splitlines()[0] == "msgspec in cwd"
    trap.note.unlink()
    trap.started(["ffmpeg"])
    assert trap.note.read_text("utf-8").split() == ["ffmpeg"]


def loaded_first() -> frozenset[str]:
    """What Python itself imports before the first line of ours; that cannot be helped."""
    script = "import runpy, sys, bilingual; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": HOME},
    ).stdout.split()  # fmt: skip
    parents = {name.partition(".")[0] for name in loaded}
    return frozenset({*parents, "bilingual", "sitecustomize", "usercustomize"})


PATHS = (HOME, f"{HOME}{os.pathsep}.", f"{HOME}{os.pathsep}")


def test_python_m_leaves_the_working_directory(tmp_path: Path) -> None:
    trap = Trap(tmp_path, loaded_first())
    for path in PATHS:
        command = [sys.executable, "-m", "bilingual", "verify", "--bo", "bo.srt", "--zh", "zh.srt"]
        done = trap.started(command, PYTHONPATH=path)
        trap.assert_unsprung()
        assert done.returncode == 1, done.stderr[-2000:]


@pytest.mark.slow
def test_the_processes_of_a_batch_leave_the_working_directory(tmp_path: Path) -> None:
    """The one beside a pool that counts its semaphores was started there, as Python does it;
    and a worker took the folders of PYTHONPATH that the command itself had left."""
    pytest.importorskip("pebble")
    trap = Trap(tmp_path, loaded_first())
    rows = "id,bo,zh\nA,bo.srt,zh.srt\n"
    (trap.here / "works.csv").write_text(rows, encoding="utf-8")
    for number, path in enumerate(PATHS[:2]):
        command = [sys.executable, "-m", "bilingual", "batch", "works.csv", "--asr", "off"]
        done = trap.started([*command, "--out", f"season-{number}"], PYTHONPATH=path)
        trap.assert_unsprung()
        assert done.returncode == 1, done.stderr[-2000:]
        assert (trap.here / f"season-{number}" / "works" / "A" / "report.json").is_file()


def test_the_import_path_keeps_what_is_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, upload, other = (tmp_path / n for n in ("work", "upload", "other"))
    for folder in (work, upload, other):
        folder.mkdir()
    monkeypatch.chdir(work)
    given = [str(upload), str(other), "relative"]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(given))
    library = "/usr/lib/python3"
    monkeypatch.setattr(sys, "path", ["", ".", str(work), *given, library, HOME])
    leave_import_path(["verify", "--bo", str(upload / "bo.srt"), f"--zh={upload}/zh.srt"])
    assert sys.path == [str(other), library, HOME]
    # The folder of the package stays, even where somebody works in it.
    monkeypatch.chdir(HOME)
    monkeypatch.setattr(sys, "path", ["", HOME, library])
    leave_import_path([])
    assert sys.path[-1] == HOME or HOME in sys.path
    assert "" not in sys.path


def test_a_kernel_imports_from_where_we_do_but_not_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", "lib", str(tmp_path), "/usr/lib/python3"])
    assert import_folders() == ["/usr/lib/python3", HOME]


def test_no_program_of_the_working_directory_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ffmpeg", "ffprobe"):
        (tmp_path / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join([".", "", "bin"]))
    with pytest.raises(bilingual.BilingualError) as caught:
        ffmpeg_binaries.__wrapped__("path")
    assert caught.value.code == "ffmpeg-missing"


# Draws a figure in this process, and says what it looks like and where it was drawn.
DRAWING = """
import hashlib, os
from bilingual.render.notebook.drawing import drawn, picture
here = os.getcwd()
with drawn(2, 2) as (figure, axes):
    axes.plot([0, 1], [1, 0], label="x")
    axes.legend()
    data = picture(figure, "x").data
assert os.getcwd() == here
import matplotlib
print(hashlib.sha256(data).hexdigest(), matplotlib.rcParams["axes.facecolor"])
"""


@pytest.mark.parametrize("planted", ["settings", "bytes", "pipe", "link"])
def test_no_settings_of_the_working_directory_change_a_figure(tmp_path: Path, planted: str) -> None:
    pytest.importorskip("matplotlib")
    clean, hostile = tmp_path / "clean", tmp_path / "hostile"
    for folder in (clean, hostile):
        folder.mkdir()
    file = hostile / "matplotlibrc"
    match planted:
        case "settings":
            file.write_text("axes.facecolor: red\ntext.usetex: True\n", encoding="utf-8")
        case "bytes":
            file.write_bytes(b"\xff\xfe axes.facecolor")
        case "pipe":
            if not hasattr(os, "mkfifo"):
                pytest.skip("a pipe of POSIX")
            os.mkfifo(file)
        case "link":
            file.symlink_to(tmp_path / "absent")
    shown = [
        subprocess.run(
            [sys.executable, "-c", DRAWING],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        for folder in (clean, hostile)
    ]
    assert shown[0].stdout.endswith(" white\n"), shown[0].stderr
    assert shown[1].stdout == shown[0].stdout, shown[1].stderr


@pytest.mark.parametrize("setting", ["axes.facecolor", "font.size"])
def test_settings_that_were_read_before_change_no_figure(setting: str) -> None:
    """Those of the program that uses the library; it keeps them."""
    matplotlib = pytest.importorskip("matplotlib")
    from bilingual.render.notebook.drawing import drawn

    other = {"axes.facecolor": "red", "font.size": 33.0}[setting]
    with matplotlib.rc_context({setting: other}):
        with drawn(1, 1):
            assert matplotlib.rcParams[setting] == matplotlib.rcParamsDefault[setting]
        assert matplotlib.rcParams[setting] == other


def test_no_table_of_the_working_directory_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bilingual.text import chinese

    hostile: dict[str, Any] = {"name": "x", "segmentation": {}, "conversion_chain": []}
    (tmp_path / "t2s.json").write_text(json.dumps(hostile), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for function in (chinese._converter, chinese.to_simplified):
        function.cache_clear()
    assert to_simplified("漢語") == "汉语"
