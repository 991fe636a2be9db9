"""The files that CONTRIBUTING.md and its Chinese page print, one of every kind of plug-in, are
built and used.

Once as a distribution of somebody else's, installed beside us, and once each in the folder
of its kind in a copy of this tree.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import get_args

import pytest

import bilingual
from bilingual.checks.base import Fixer, Group, Need
from tests.support import assert_valid

ROOT = Path(bilingual.__file__).parent.parent
SOURCE = Path(__file__).parent / "distribution"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
TESTS = "tests/test_rules.py"
PAGES = (CONTRIBUTING, ROOT / "CONTRIBUTING.zh.md")
FOLDERS = {
    "rule.py": "checks/exclamation.py",
    "tab.py": "formats/tab.py",
    "engine.py": "asr/engines/parrot.py",
    "reader.py": "ocr/readers/oracle.py",
    "backend.py": "translation/backends/lengths.py",
    "renderer.py": "render/headline.py",
    "profiles/lhasa-2025.toml": "config/profiles/lhasa-2025.toml",
    "fr/language.toml": "locale/fr/language.toml",
    "fr/report.toml": "locale/fr/report.toml",
    "fr/rules.toml": "locale/fr/rules.toml",
}

ZH = ("太阳升起！", "水在零度结成冰。", "植物需要阳光和水。")
BO = ("ཉི་མ་ཤར།", "ཆུ་འཁྱགས་ནས་འཁྱགས་པ་ཆགས།", "རྩི་ཤིང་ལ་ཉི་འོད་དང་ཆུ་དགོས།")

Run = Callable[..., subprocess.CompletedProcess[str]]


def printed(page: Path) -> dict[str, str]:
    """The code blocks of a page by the file that their first line names."""
    text = page.read_text(encoding="utf-8")
    return dict(
        re.findall(r"^```(?:python|toml)\n# (\S+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    )


@pytest.mark.skipif(not CONTRIBUTING.is_file(), reason="CONTRIBUTING.md lies in the checkout")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_printed_is_what_is_tried(page: Path) -> None:
    files = {
        path.relative_to(SOURCE).as_posix(): path.read_text(encoding="utf-8")
        for path in SOURCE.rglob("*")
        if path.suffix in (".py", ".toml") and path.name != "__init__.py"
    }
    assert printed(page) == files
    apart = {"pyproject.toml", TESTS}
    assert {f"bilingual_extras/{name}" for name in FOLDERS} == set(files) - apart


@pytest.mark.skipif(not CONTRIBUTING.is_file(), reason="CONTRIBUTING.md lies in the checkout")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize(
    ("name", "kind"),
    [("group", Group), ("fixed_by", Fixer), ("needs", Need)],
    ids=["group", "fixed_by", "needs"],
)
def test_the_values_of_a_field_are_those_of_the_code(page: Path, name: str, kind: object) -> None:
    (row,) = re.findall(rf"^\| `{name}` \| (.*) \|$", page.read_text("utf-8"), re.MULTILINE)
    assert sorted(set(re.findall(r"`([a-z-]+)`", row))) == sorted(get_args(kind))


def tabs(texts: tuple[str, ...]) -> str:
    return "".join(f"{n * 3000}\t{n * 3000 + 2000}\t{text}\n" for n, text in enumerate(texts))


def build(source: Path, out: Path) -> Path:
    """The wheel of a source tree, unpacked as an installer would."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    done = subprocess.run([*command, str(source)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = out.glob("*.whl")
    site = out / "site"
    zipfile.ZipFile(wheel).extractall(site)
    return site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("extras")
    shutil.copytree(SOURCE, home / "source")
    return build(home / "source", home / "dist")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this tree with each file in the folder of its kind."""
    home = tmp_path_factory.mktemp("tree")
    unread = shutil.ignore_patterns("__pycache__", "bench", "golden")
    for part in ("bilingual", "models", "notebooks", "tests"):
        shutil.copytree(ROOT / part, home / part, ignore=unread)
    shutil.copy(ROOT / "pyproject.toml", home)
    for name, place in FOLDERS.items():
        there = home / "bilingual" / place
        there.parent.mkdir(exist_ok=True)
        shutil.copy(SOURCE / "bilingual_extras" / name, there)
    return home


@pytest.fixture(scope="module", params=["distribution", "tree"])
def paths(request: pytest.FixtureRequest) -> list[Path]:
    """Where modules are found: the distribution beside us, or the tree."""
    found: Path = request.getfixturevalue("site" if request.param == "distribution" else "tree")
    return [found, ROOT] if request.param == "distribution" else [found]


def caller(paths: Sequence[Path], cache: Path) -> Run:
    """Runs the command line with modules from these places."""

    def call(*arguments: str, more: Path | None = None) -> subprocess.CompletedProcess[str]:
        found = [str(p) for p in (paths[0], more, *paths[1:]) if p is not None]
        return subprocess.run(
            [sys.executable, "-P", "-m", "bilingual", *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(found),
                "BILINGUAL_CACHE": str(cache),
            },
        )

    return call


@pytest.fixture(scope="module")
def run(paths: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Run:
    return caller(paths, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def installed(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The command line with the distribution beside us alone."""
    return caller([site, ROOT], tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("pair")
    for name, texts in (("bo", BO), ("zh", ZH)):
        (folder / f"{name}.tab").write_text(tabs(texts), encoding="utf-8")
    return str(folder / "bo.tab"), str(folder / "zh.tab")


def test_a_rule_a_format_a_backend_and_a_profile(run: Run, pair: tuple[str, str]) -> None:
    options = ("--backend", "lengths", "--profile", "lhasa-2025", "--format", "json")
    done = run("verify", "--bo", pair[0], "--zh", pair[1], *options)
    assert done.returncode in (0, 1), done.stderr
    report = json.loads(done.stdout)
    assert report["tracks"]["zh"]["format"] == "tab"
    assert [c["text"] for c in report["tracks"]["bo"]["cues"]] == list(BO)
    assert [f["zh"] for f in report["findings"] if f["rule"] == "exclamation"] == [[0]]
    assert report["provenance"]["config"]["profile"] == "lhasa-2025"
    (backend,) = report["provenance"]["backends"]
    assert (backend["name"], backend["state"], backend["judged"]) == ("lengths", "ran", 3)


def test_a_renderer_and_a_language(run: Run, pair: tuple[str, str]) -> None:
    done = run("verify", "--bo", pair[0], "--zh", pair[1], "--format", "headline", "--lang", "fr")
    title, verdict, count = done.stdout.strip().split(" | ")
    assert title == "Rapport sur les sous-titres bilingues"
    assert verdict in ("pass", "review", "fail", "unknown")
    assert int(count) > 0
    text = run("verify", "--bo", pair[0], "--zh", pair[1], "--lang", "fr").stdout
    assert "Point d’exclamation" in text  # a rule's title, of rules.toml
    assert "Use a full stop." in text or "Cue 1 has an exclamation mark." in text  # its fallback's
    assert "Sous-titres qui se chevauchent" in run("rules", "--lang", "fr").stdout
    assert "headline" in run("verify", "--help").stdout


def test_a_year(run: Run, pair: tuple[str, str], tmp_path: Path) -> None:
    """What one year's notice takes, another's does not, and its clause is said."""
    form = tmp_path / "form.toml"
    form.write_text('title = "水"\nfirst_broadcast = 2023-06-01\n', encoding="utf-8")
    verify = ("verify", "--bo", pair[0], "--zh", pair[1], "--form", str(form), "--format", "json")
    clauses = {}
    for year in ("sichuan-2024", "lhasa-2025"):
        findings = json.loads(run(*verify, "--profile", year).stdout)["findings"]
        clauses[year] = [f["clause"] for f in findings if f["rule"] == "first-broadcast"]
    assert clauses == {"sichuan-2024": [], "lhasa-2025": ["三(一)"]}


@pytest.mark.slow
def test_a_rule_of_ours_in_all_its_steps(tree: Path, tmp_path: Path) -> None:
    """As CONTRIBUTING.md says: the params declared, the id counted; the tests apply it."""
    home = tmp_path / "steps"
    shutil.copytree(tree, home)
    text = CONTRIBUTING.read_text(encoding="utf-8")
    ((place, declared),) = re.findall(
        r"^```python\n# (\S+), at the end\n(.*?)^```$", text, re.DOTALL | re.MULTILINE
    )
    with (home / place).open("a", encoding="utf-8") as file:
        file.write(f"\n\n{declared}")
    kind = re.findall(r"class (\w+)", declared)[0]
    names = home / "bilingual/params/__init__.py"
    names.write_text(
        names.read_text(encoding="utf-8")
        .replace("import (\n    ChineseTypo", f"import (\n    {kind},\n    ChineseTypo")
        .replace("] = {\n", f'] = {{\n    "exclamation": {kind},\n', 1),
        encoding="utf-8",
    )
    counted = home / "tests/checks/test_contract.py"
    ours = re.sub(r"^OURS = {", 'OURS = {"exclamation", ', counted.read_text("utf-8"), flags=re.M)
    counted.write_text(ours, encoding="utf-8")
    (command,) = re.findall(
        r'^\$ \.venv/bin/python (.*) -k "exclamation or rules or declared"$', text, re.MULTILINE
    )
    others = ("tests/locale/test_locale.py", "tests/formats/test_gate.py")  # a language, a format
    chosen = "exclamation or declared or contract or whole or fallback or found"
    done = subprocess.run(
        [sys.executable, *command.split(), *others, "-v", "-k", chosen],
        capture_output=True,
        text=True,
        check=False,
        cwd=home,
        env={**os.environ, "PYTHONPATH": str(home)},
    )
    assert done.returncode == 0, done.stdout
    assert "test_catches_its_example[exclamation] PASSED" in done.stdout


def test_a_distribution_tests_its_rules(site: Path, tmp_path: Path) -> None:
    shutil.copy(SOURCE / TESTS, tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (site, ROOT)))},
    )
    assert done.returncode == 0, done.stdout
    assert "test_rule[exclamation] PASSED" in done.stdout


def test_a_format_is_written(paths: list[Path], pair: tuple[str, str], tmp_path: Path) -> None:
    script = (
        "import sys; from bilingual import load_track;"
        "from bilingual.formats.writing import write_track;"
        "write_track(load_track(sys.argv[1]), sys.argv[2]);"
        "write_track(load_track(sys.argv[2]), sys.argv[3])"
    )
    there, back = tmp_path / "zh.srt", tmp_path / "zh.tab"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    subprocess.run(
        [sys.executable, "-P", "-c", script, pair[1], str(there), str(back)], check=True, env=env
    )
    assert "00:00:03,000 --> 00:00:05,000" in there.read_text(encoding="utf-8")
    assert back.read_text(encoding="utf-8") == tabs(ZH)


def test_an_engine(run: Run) -> None:
    narration = ROOT / "bilingual/sample/assets/narration.ogg"
    done = run("transcribe", str(narration), "--asr", "parrot", "--format", "json")
    assert done.returncode == 0, done.stderr
    speech = json.loads(done.stdout)
    assert speech["engine"] == "parrot"
    assert {s["text"] for s in speech["segments"]} == {"鹦鹉学舌"}
    written = run("transcribe", str(narration), "--asr", "parrot", "--format", "tab")
    assert written.stdout.count("鹦鹉学舌") == len(speech["segments"])


def test_a_reader(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("rapidocr", reason="needs the extra ocr")
    from tests.burned_videos import Scene, Text, draw
    from tests.ocr.drawn import CHINESE

    video = tmp_path / "video.mp4"
    texts = [
        Text(start_ms=start, end_ms=start + 1200, text=text, font=CHINESE, size=0.06)
        for start, text in (
            (400, "太阳每天从东方升起"),
            (1800, "水在零度结成冰"),
            (3400, "植物需要水"),
        )
    ]
    draw(Scene(texts=texts, duration_ms=5000, background="moving", width=960, height=540), video)
    done = run("ocr", str(video), "--track", "zh", "--format", "tab")
    assert done.returncode == 0, done.stderr
    cues = [line.split("\t") for line in done.stdout.splitlines()]
    # Neighbours that say the same are one cue; the last one is by itself.
    assert {text for _, _, text in cues} == {"神谕说太阳升起"}
    assert abs(int(cues[-1][0]) - 3400) <= 80


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A distribution whose plug-ins cannot be loaded."""
    site = tmp_path_factory.mktemp("broken")
    info = site / "broken_extras-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-extras\nVersion: 1.0\n")
    groups = ("rules", "formats", "engines", "readers", "backends", "renderers", "profiles")
    (info / "entry_points.txt").write_text(
        "".join(
            f"[bilingual.{g}]\nbroken = no_such_module:PLUGIN\n" for g in (*groups, "languages")
        )
    )
    return site


def test_broken_plug_ins_are_named_and_left_out(
    installed: Run, pair: tuple[str, str], broken: Path
) -> None:
    verify = ("verify", "--bo", pair[0], "--zh", pair[1])
    done = installed("-v", *verify, "--format", "json", more=broken)
    assert done.returncode in (0, 1), done.stderr
    checks = {c["rule"]: c for c in json.loads(done.stdout)["checks"]}
    assert checks["broken"]["verdict"] == "error"
    assert "broken-extras 1.0" in checks["broken"]["params"]["origin"]
    assert "format 'broken' of broken-extras 1.0" in done.stderr  # the log
    assert "插件 broken（broken-extras 1.0" in installed(*verify, more=broken).stderr
    for option in ("--format", "--lang", "--profile", "--asr"):
        asked = installed(*verify, option, "broken", more=broken)
        assert asked.returncode == 2
        assert "no_such_module" in asked.stderr
    named = installed(*verify, "--backend", "broken", more=broken)
    assert named.returncode == 2
    assert "broken-extras 1.0" in named.stderr
    assert "no_such_module" in named.stderr


FAULTY = """
from dataclasses import replace
from bilingual.checks.base import CannotTell, Example, Hit, Rule, Words
from bilingual_extras.rule import RULES as OURS

(SOUND,) = OURS

def said(text):
    return Words(zh=text, en=text)

def hits(**parts):
    return lambda artifacts: [Hit(**parts)]

def make(name, **other):
    return replace(SOUND, id=name, **other)

DECLARED = (
    make("of-need", needs=frozenset({"chinese"})),
    make("of-list", needs=["track"]),
    make("of-group", group="spelling"),
    make("of-severity", severity="warning"),
    make("of-also", also=("info",)),
    make("Of id"),
    make("of-words", title="text"),
    make("of-empty", holds=said(" ")),
    make("of-template", message=said("{cue")),
    make("of-place", remedy=said("{}")),
    make("of-messages", messages={"one": "text"}),
    make("of-remedies", remedies=["text"]),
    make("of-fixer", fixed_by="nobody"),
    make("of-run", run=None),
    make("of-example", leaves=None),
    make("of-required", required=None),
)
YIELDED = (
    make("of-cue", run=hits(zh=(99,))),
    make("of-side", run=hits(zh=(-1,))),
    make("of-grade", run=hits(zh=(0,), severity="error")),
    make("of-params", run=hits(zh=(0,), params={"path": object()})),
    make("of-outcome", run=lambda artifacts: ["text"]),
    make("of-reason", run=lambda artifacts: [CannotTell(reason="text")]),
    make("of-nothing", run=lambda artifacts: None),
)
RULES = (*DECLARED, make("of-sound"), *YIELDED)
"""


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A distribution of rules that are declared wrongly, or yield what cannot be reported."""
    site = tmp_path_factory.mktemp("faulty")
    info = site / "faulty_extras-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: faulty-extras\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[bilingual.rules]\nfaulty = faulty_extras:RULES\n")
    (site / "faulty_extras.py").write_text(FAULTY, encoding="utf-8")
    return site


def test_a_faulty_rule_is_listed_and_the_others_go_on(
    installed: Run, pair: tuple[str, str], faulty: Path
) -> None:
    verify = ("verify", "--bo", pair[0], "--zh", pair[1])
    done = installed("-v", *verify, "--format", "json", more=faulty)
    assert done.returncode in (0, 1), done.stderr
    report = json.loads(done.stdout)
    assert_valid(report)
    ids = set(re.findall(r'make\("([^"]+)"', FAULTY)) - {"of-sound"}
    checks = {c["rule"]: c for c in report["checks"]}
    broken = {rule for rule, c in checks.items() if c["verdict"] == "error"}
    assert broken == {"plugin-of-id" if name == "Of id" else name for name in ids}
    declared = {rule for rule in broken if checks[rule]["reason"] == "plugin-not-loaded"}
    assert len(declared) == FAULTY[: FAULTY.index("YIELDED")].count("    make(")
    for rule in declared:
        assert "faulty-extras 1.0" in checks[rule]["params"]["origin"]
        part = "id" if rule == "plugin-of-id" else rule.removeprefix("of-")
        known = {"list": "needs", "words": "title", "empty": "holds", "place": "remedy"}
        known |= {"template": "message", "fixer": "fixed_by", "example": "leaves", "need": "needs"}
        assert known.get(part, part) in checks[rule]["params"]["detail"]
    assert "needs='chinese' is none of track, bo, zh" in checks["of-need"]["params"]["detail"]
    for rule in ("of-sound", "exclamation"):  # what is beside them is applied
        assert checks[rule]["verdict"] == "fail"
        assert [f["zh"] for f in report["findings"] if f["rule"] == rule] == [[0]]
    assert "rule 'of-need' of faulty-extras 1.0" in done.stderr
    assert "rule of-grade broke" in done.stderr
    text = installed(*verify, more=faulty).stdout
    assert "of-need" in text
    assert "是否有感叹号（of-cue）" in text


def test_a_faulty_rule_can_be_switched_off(
    installed: Run, pair: tuple[str, str], faulty: Path, tmp_path: Path
) -> None:
    settings = tmp_path / "bilingual.toml"
    settings.write_text('[rules]\noff = ["of-need"]\n', encoding="utf-8")
    verify = ("verify", "--bo", pair[0], "--zh", pair[1], "--config", str(settings))
    done = installed(*verify, "--format", "json", more=faulty)
    assert done.returncode in (0, 1), done.stderr
    (check,) = [c for c in json.loads(done.stdout)["checks"] if c["rule"] == "of-need"]
    assert (check["verdict"], check["reason"]) == ("not-applicable", "switched-off")


def test_two_of_one_id_are_one_error(installed: Run, pair: tuple[str, str], tmp_path: Path) -> None:
    info = tmp_path / "second_extras-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: second-extras\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[bilingual.backends]\nsecond = bilingual_extras.backend:BACKEND\n"
    )
    done = installed(
        "verify", "--bo", pair[0], "--zh", pair[1], "--backend", "lengths", more=tmp_path
    )
    assert done.returncode == 2
    assert "bilingual-extras 1.0" in done.stderr
    assert "second-extras 1.0" in done.stderr
