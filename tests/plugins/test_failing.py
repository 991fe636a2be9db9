"""Plug-ins of another distribution that fail while they run: it is said whose, why and where."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bilingual.config import BurnedIn
from bilingual.errors import PluginError
from bilingual.ocr import registry
from bilingual.ocr.base import QuickReader, ReaderKind, Reading
from bilingual.plugins import Plugins
from tests.plugins.test_every_kind import BO, ROOT, SOURCE, ZH, Run, caller, tabs
from tests.support import assert_valid

FAILING = """
from dataclasses import replace
from bilingual.checks.base import Hit
from bilingual_extras.rule import RULES as OURS
from bilingual_extras.tab import FORMAT as TAB
from bilingual_extras.renderer import RENDERER as HEADLINE

(SOUND,) = OURS

def of_key(artifacts):
    yield Hit(zh=(0,), params={"cue": 1})
    {}["x\\u001b[31m"]

def of_cue(artifacts):
    yield Hit(
        zh=(99,),
    )

def of_hit(artifacts):
    return [Hit(zh=(0,), variant="other")]

def of_params(artifacts):
    return [Hit(zh=(0,), params={"path": object()})]

RULES = tuple(
    replace(SOUND, id=run.__name__.replace("_", "-"), run=run)
    for run in (of_key, of_cue, of_hit, of_params)
)

def _claims(first, suffix):
    if suffix == ".srt":
        return first[99]
    return 9 if suffix == ".lyr" else 0

def _read(sheet):
    {}[chr(120)]

FORMAT = replace(TAB, name="lyr", suffixes=(".lyr",), claims=_claims, read=_read)

def _render(report, options):
    return report.nothing

RENDERER = replace(HEADLINE, name="failing", render=_render)
"""

HEARING = """
from dataclasses import replace
from bilingual.asr.base import by_path
from bilingual_extras.engine import ENGINE as PARROT

class Deaf:
    def language_scores(self, audio):
        return {"zh": 1.0}

class Lost(Deaf):
    def recognise(self, audio, language):
        return self.words[language]

class Loose(Deaf):
    def recognise(self, audio, language):
        return "鹦鹉"

class Sure(Lost):
    def language_scores(self, audio):
        return {"zh": 100}

class Hasty(Deaf):
    batch = 2
    recognise = Lost.recognise

    def recognise_all(self, sounds, language):
        return []

class Wired:
    def __init__(self, weights):
        pass

ENGINES = tuple(
    replace(PARROT, name=kind.__name__.lower(), load=lambda weights, settings, kind=kind: kind())
    for kind in (Deaf, Lost, Loose, Sure, Hasty)
) + (
    replace(PARROT, name="wired", load=Wired),
    replace(PARROT, name="ranked", rank="9"),
    replace(PARROT, name="mute", languages=None),
    replace(PARROT, name="weightless", weights=lambda model: model),
    replace(PARROT, name="missed", weights=by_path),
)
"""

READING = """
from dataclasses import replace
from bilingual.formats.base import TEXT
from bilingual.model import Cue
from bilingual_extras.tab import FORMAT as TAB

def _lrc(first, suffix):
    return 9 if suffix == ".lrc" else 0

def _read_lrc(sheet):
    for at, line in enumerate(sheet.lines):
        if line.strip():
            sheet.mark(at, at + 1, TEXT)
            begin = int(line[4:6]) * 1000
            text = line[10:]
            sheet.add(Cue(
                index=len(sheet.cues), start_ms=begin, end_ms=begin + 900, text=text, line=at + 1
            ))

LRC = replace(TAB, name="lrc", suffixes=(".lrc",), claims=_lrc, read=_read_lrc, cue_mark="[")
"""


def line_of(text: str, code: str = FAILING) -> int:
    """Where a line of ``FAILING`` is, or of other code."""
    return next(n for n, line in enumerate(code.splitlines(), 1) if text in line)


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A distribution of plug-ins that fail while they run."""
    return distribution(
        tmp_path_factory.mktemp("failing"),
        "failing",
        FAILING,
        rules="RULES",
        formats="FORMAT",
        renderers="RENDERER",
    )


def distribution(site: Path, name: str, code: str, **points: str) -> Path:
    """A distribution as it lies after its installation: a module, and entry points by group."""
    info = site / f"{name}_extras-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-extras\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "".join(f"[bilingual.{g}]\n{name} = {name}_extras:{n}\n" for g, n in points.items())
    )
    (site / f"{name}_extras.py").write_text(code, encoding="utf-8")
    return site


@pytest.fixture(scope="module")
def run(failing: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The command line with the failing plug-ins; those that they are made of are only imported."""
    return caller([failing, SOURCE, ROOT], tmp_path_factory.mktemp("cache"))


def srt(texts: tuple[str, ...]) -> str:
    return "".join(
        f"{n}\n00:00:{3 * n:02},000 --> 00:00:{3 * n + 2:02},000\n{text}\n\n"
        for n, text in enumerate(texts, 1)
    )


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    folder = tmp_path_factory.mktemp("pair")
    for name, texts in (("bo", BO), ("zh", ZH)):
        (folder / f"{name}.srt").write_text(srt(texts), encoding="utf-8")
    return ("--bo", str(folder / "bo.srt"), "--zh", str(folder / "zh.srt"))


def test_a_rule_that_fails_says_why(run: Run, pair: tuple[str, ...]) -> None:
    done = run("verify", *pair, "--format", "json")
    assert done.returncode in (0, 1), done.stderr
    report = json.loads(done.stdout)
    assert_valid(report)
    broken = {c["rule"]: c["params"] for c in report["checks"] if c["verdict"] == "error"}
    where = {
        "of-key": ("KeyError: 'x\\x1b[31m'", '{}["x'),
        "of-cue": ("IndexError: zh=99: the track has 3 cues, from 0", "zh=(99,)"),
        "of-hit": ("TypeError: ", 'variant="other"'),
        "of-params": ("TypeError: params: ", "def of_params"),
    }
    assert set(broken) == set(where)
    for rule, (error, line) in where.items():
        told = broken[rule]
        assert told["origin"] == "failing-extras 1.0"
        assert told["error"].startswith(error)
        # A hit over several lines is at its first or its last, as the interpreter counts.
        assert abs(told["line"] - line_of(line)) <= (rule == "of-cue")
        assert told["file"] == "failing_extras.py"
    assert "'variant'" in broken["of-hit"]["error"]
    text = run("verify", *pair, "--lang", "en").stdout
    place = f"failing-extras 1.0, failing_extras.py, line {line_of('variant=')}"
    assert f"the rule failed, so it has no result: {broken['of-hit']['error']} ({place})" in text
    text = run("verify", *pair, "--lang", "zh").stdout
    assert f"failing-extras 1.0，failing_extras.py 第 {line_of('variant=')} 行" in text


def test_the_log_shows_the_details(run: Run, pair: tuple[str, ...]) -> None:
    done = run("-v", "verify", *pair)
    assert "rule of-key broke" in done.stderr
    assert "Traceback" in done.stderr


def test_a_format_that_cannot_look_keeps_no_file_from_others(
    run: Run, pair: tuple[str, ...]
) -> None:
    done = run("-v", "verify", *pair, "--format", "json")
    assert json.loads(done.stdout)["tracks"]["zh"]["format"] == "srt"
    assert done.stderr.count("The plug-in lyr (failing-extras 1.0) failed: IndexError") == 1


def test_a_format_that_fails_is_named(run: Run, tmp_path: Path) -> None:
    track = tmp_path / "zh.lyr"
    track.write_text(tabs(ZH), encoding="utf-8")
    done = run("verify", "--zh", str(track), "--lang", "en")
    assert done.returncode == 2
    place = f"failing_extras.py, line {line_of('[chr(120)]')}"
    assert f"The plug-in lyr (failing-extras 1.0) failed: KeyError: 'x' ({place})" in done.stderr
    assert "program itself" not in done.stderr


def test_a_renderer_that_fails_is_named(run: Run, pair: tuple[str, ...]) -> None:
    done = run("verify", *pair, "--format", "failing")
    assert done.returncode == 2
    place = f"failing_extras.py 第 {line_of('report.nothing')} 行"
    assert "插件 failing（failing-extras 1.0）运行出错：AttributeError: " in done.stderr
    assert place in done.stderr


def test_a_plug_in_reads_what_is_refused_by_sight(run: Run, tmp_path: Path) -> None:
    lines = "".join(f"[00:0{3 * n}.00]{text}\n" for n, text in enumerate(ZH))
    track = tmp_path / "zh.lrc"
    track.write_text(lines, encoding="utf-8")
    done = run("verify", "--zh", str(track), "--format", "json")
    assert json.loads(done.stdout)["error"]["code"] == "subtitle-format"  # none that is installed
    site = distribution(tmp_path / "site", "reading", READING, formats="LRC")
    read = caller([site, SOURCE, ROOT], tmp_path / "cache")
    done = read("verify", "--zh", str(track), "--format", "json")
    assert done.returncode in (0, 1), done.stderr
    held = json.loads(done.stdout)["tracks"]["zh"]
    assert held["format"] == "lrc"
    assert [cue["text"] for cue in held["cues"]] == list(ZH)
    other = tmp_path / "other.txt"  # which it does not claim
    other.write_text(lines, encoding="utf-8")
    done = read("verify", "--zh", str(other), "--format", "json")
    assert json.loads(done.stdout)["error"]["code"] == "subtitle-format"


def test_a_name_that_is_ours_is_given_up_by_the_plug_in(
    pair: tuple[str, ...], tmp_path: Path
) -> None:
    code = (
        "from dataclasses import replace\nfrom bilingual_extras.rule import RULES as OURS\n"
        "RULES = (replace(OURS[0], id='cue-gap'),)\n"
    )
    site = distribution(tmp_path / "site", "taking", code, rules="RULES")
    done = caller([site, SOURCE, ROOT], tmp_path / "cache")("verify", *pair, "--lang", "en")
    assert done.returncode == 2
    assert "Give the rule of taking-extras 1.0 another name, or uninstall taking" in done.stderr


@pytest.fixture(scope="module")
def hearing(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The command line with recognisers that fail."""
    site = distribution(tmp_path_factory.mktemp("hearing"), "hearing", HEARING, engines="ENGINES")
    return caller([site, SOURCE, ROOT], tmp_path_factory.mktemp("cache"))


@pytest.mark.parametrize(
    ("name", "error", "line"),
    [
        ("wired", "TypeError: Wired.__init__() takes 2 positional", "def __init__"),
        ("weightless", "TypeError: weights() gave str, not Weights", "weights=lambda"),
        ("deaf", "TypeError: Deaf has no recognise()", "lambda weights"),
        ("lost", "AttributeError: 'Lost' object has no attribute 'words'", "self.words["),
        (
            "loose",
            "TypeError: recognise() gave str, not a list or tuple of Segment",
            "def recognise(self",
        ),
        (
            "sure",
            "TypeError: language_scores() gave 'zh': 100, not a language and 0..1",
            "def language_scores",
        ),
        (
            "hasty",
            "TypeError: recognise_all() gave no list of one result for each of",
            "def recognise_all",
        ),
    ],
)
def test_an_engine_that_fails_is_named(hearing: Run, name: str, error: str, line: str) -> None:
    narration = ROOT / "bilingual/sample/assets/narration.ogg"
    done = hearing("transcribe", str(narration), "--asr", name, "--format", "json")
    assert done.returncode == 2, done.stdout
    told = json.loads(done.stdout)["error"]
    assert told["code"] == "plugin-failed"
    assert told["params"]["name"] == name
    assert told["params"]["kind"] == "engine"
    assert told["params"]["origin"] == "hearing-extras 1.0"
    assert told["params"]["error"].startswith(error)
    assert told["params"]["file"] == "hearing_extras.py"
    at = told["params"]["line"]
    assert line in HEARING.splitlines()[at - 1]


@pytest.mark.parametrize(
    ("name", "detail"),
    [
        ("ranked", "ValueError: rank='9' is not a whole number"),
        ("mute", "ValueError: languages=None is not a frozenset of languages"),
    ],
)
def test_an_engine_that_is_declared_wrongly_is_left_out(
    hearing: Run, name: str, detail: str
) -> None:
    narration = ROOT / "bilingual/sample/assets/narration.ogg"
    done = hearing("transcribe", str(narration), "--asr", name, "--format", "json")
    assert done.returncode == 2
    told = json.loads(done.stdout)["error"]
    assert told["code"] == "plugin-broken"
    assert told["params"]["detail"] == detail


def test_a_model_that_is_not_there_is_no_failure_of_the_engine(hearing: Run) -> None:
    narration = ROOT / "bilingual/sample/assets/narration.ogg"
    options = ("--asr", "missed", "--asr-model", "./no-such", "--format", "json")
    done = hearing("transcribe", str(narration), *options)
    assert json.loads(done.stdout)["error"]["code"] == "model-path-missing"


class Blind:
    """A reader that gives what it is told to, or fails."""

    def __init__(self, given: object) -> None:
        self.given = given

    def read(self, rows: Sequence[object]) -> Any:
        if self.given is None:
            raise KeyError("blind")
        return self.given


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (None, "KeyError: 'blind'"),
        ([], "TypeError: read() gave 0 readings of 1 rows"),
        (["神谕"], "TypeError: read() gave str where Reading is due"),
        ("神", "TypeError: read() gave str, not a list or tuple of Reading"),
    ],
)
def test_a_reader_that_fails_is_named(
    given: object, error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = kind_of(Blind(given), monkeypatch).load(BurnedIn())
    assert not isinstance(reader, QuickReader)
    with pytest.raises(PluginError) as met:
        reader.read([[]])
    assert met.value.code == "plugin-failed"
    assert met.value.params["name"] == "blind"
    assert met.value.params["origin"] == "blind-extras 1.0"
    assert met.value.params["error"] == error
    assert met.value.params["file"] == Path(__file__).name


def test_a_reader_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = kind_of("a path", monkeypatch)
    with pytest.raises(PluginError) as met:
        kind.load(BurnedIn())
    assert met.value.params["error"] == "TypeError: str has no read()"


def test_a_reader_that_works_gives_what_it_read(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = kind_of(Blind([Reading(text="水", confidence=1.0)]), monkeypatch).load(BurnedIn())
    assert reader.read([[]]) == [Reading(text="水", confidence=1.0)]


def kind_of(made: object, monkeypatch: pytest.MonkeyPatch) -> ReaderKind:
    """A reader of another distribution that loads this."""

    def load(settings: BurnedIn) -> Any:
        return made

    blind = ReaderKind(
        name="blind",
        language="zh",
        rank=-1,
        trusted=0.5,
        missing=lambda settings: None,
        load=load,
        fingerprint=lambda settings: "blind 1",
    )
    found = Plugins(kind="reader", found={"blind": blind}, origins={"blind": "blind-extras 1.0"})
    monkeypatch.setattr(registry, "discover", lambda kind: found)
    (kind,) = registry.reader_kinds.__wrapped__()
    return kind
