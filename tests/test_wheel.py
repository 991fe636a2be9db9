"""The wheel carries all that verify needs: profiles, words, models."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent

BO = "1\n00:00:01,000 --> 00:00:03,000\nམཚོ་སྔོན་པོ་ནི་ཚྭ་མཚོ་ཞིག་ཡིན།\n"
ZH = "1\n00:00:01,000 --> 00:00:03,000\n青海湖是一个咸水湖。\n"


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built as any front end would."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    done = subprocess.run([*command, str(ROOT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel in it; its dependencies are lent by this one.

    A path named in a ``.pth`` file has its own ``.pth`` files left unread, so
    an editable install of this tree is not lent along.
    """
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=False)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-index"]
    subprocess.run([*pip, "install", *options, str(wheel)], check=True)
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True)
    lent = sysconfig.get_path("purelib")
    Path(site.stdout.strip(), "lent.pth").write_text(f"{lent}\n", encoding="utf-8")
    return python


@pytest.fixture(autouse=True)
def _no_lent_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the wheel is imported, whatever the suite itself is run from."""
    monkeypatch.delenv("PYTHONPATH", raising=False)


def test_holds_data_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for part in (
        "bilingual/py.typed",
        "bilingual/config/profiles/sichuan-2024.toml",
        "bilingual/locale/zh/core.toml",
        "bilingual/locale/bo/language.toml",
        "bilingual/render/report-1.schema.json",
        "bilingual/render/annex/annex-1.schema.json",
        "bilingual/render/annex/page/annex.typ",
        "bilingual/render/fonts/NotoSansSC-Regular.ttf",
        "bilingual/render/fonts/NotoSerifTibetan-Regular.ttf",
        "bilingual/render/fonts/OFL.txt",
        "bilingual/_models/registry.toml",
        "bilingual/_notebooks/verification.ipynb",
        "bilingual/_notebooks/method.ipynb",
        *(f"bilingual/_measured/{p.name}" for p in (ROOT / "tests/bench/results").glob("*.json")),
    ):
        assert part in names
    assert not [n for n in names if n.startswith(("tests/", "notebooks/", "models/"))]
    assert not [n for n in names if "train" in n.split("/")]  # what makes the models stays out


def test_verifies_in_a_bare_environment(bare: Path, tmp_path: Path) -> None:
    (tmp_path / "bo.srt").write_text(BO, encoding="utf-8")
    (tmp_path / "zh.srt").write_text(ZH, encoding="utf-8")
    where = "import bilingual; print(bilingual.__file__)"
    found = subprocess.run(
        [bare, "-c", where], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert str(bare.parent.parent) in found.stdout
    command = ["verify", "--bo", "bo.srt", "--zh", "zh.srt", "--format", "json"]
    done = subprocess.run(
        [str(bare), "-m", "bilingual", *command],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode in (0, 1), done.stderr
    report = json.loads(done.stdout)
    assert report["alignment"]["beads"][0]["zh"] == [0]
    assert report["provenance"]["config"]["profile"] == "sichuan-2024"


def test_notebooks_run_from_the_wheel(bare: Path, tmp_path: Path) -> None:
    """The notebook and the tables it reads are found beside the code."""
    pytest.importorskip("nbclient", reason="needs the extra notebook")
    done = subprocess.run(
        [str(bare), "-m", "bilingual", "notebook", "--method", "--out", "method.ipynb"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert "data:image/svg+xml;base64," in (tmp_path / "method.ipynb").read_text("utf-8")
