"""``bilingual terms`` and ``--glossary`` from the outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import bilingual
from bilingual.cli import run
from bilingual.config import Config
from bilingual.errors import InputError
from tests.support import assert_valid
from tests.terms.test_mining import FILL, OTHER, PAIRS


def srt(texts: list[str]) -> str:
    def clock(ms: int) -> str:
        return f"00:{ms // 60000:02}:{ms // 1000 % 60:02},{ms % 1000:03}"

    return "".join(
        f"{k + 1}\n{clock(3000 * k)} --> {clock(3000 * k + 2500)}\n{text}\n\n"
        for k, text in enumerate(texts)
    )


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    bo, zh = tmp_path / "bo.srt", tmp_path / "zh.srt"
    bo.write_text(srt([b for _, b in PAIRS]), encoding="utf-8")
    zh.write_text(srt([z for z, _ in PAIRS]), encoding="utf-8")
    return bo, zh


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.tsv"
    path.write_text(
        "bo\tzh\n" + "".join(f"{b}\t{z}\n" for z, b in [*OTHER, *FILL]), encoding="utf-8"
    )
    return path


def test_check(tmp_path: Path, capsys: pytest.CaptureFixture[str], pair: tuple[Path, Path]) -> None:
    glossary = tmp_path / "g.tsv"
    glossary.write_text("zh\tbo\n地球\tསའི་གོ་ལ\n医生\tཨེམ་ཆི\n", encoding="utf-8")
    bo, zh = map(str, pair)
    status = run(["terms", "check", str(glossary), "--bo", bo, "--zh", zh, "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    assert status == 0
    assert (found["entries"], found["problems"]) == (2, [])
    assert (found["uses"]["used"], found["uses"]["found"]) == (8, 5)
    doctor = found["uses"]["terms"][1]
    assert doctor["missed"][0] == {
        "work": "bo.srt",
        "bo": [8],
        "zh": [8],
        "start_ms": 24000,
        "line": None,
    }
    glossary.write_text("zh\tbo\n地球\t\n", encoding="utf-8")
    assert run(["terms", "check", str(glossary), "--lang", "en"]) == 1
    assert "line 2" in capsys.readouterr().out
    assert run(["terms", "check", str(glossary), "--format", "tsv"]) == 1
    assert capsys.readouterr().out.splitlines()[1].startswith("2\tterm-empty-side")


def test_check_says_how_often_each_term_is_met(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pair: tuple[Path, Path]
) -> None:
    glossary = tmp_path / "g.tsv"
    glossary.write_text("zh\tbo\n地球\tསའི་གོ་ལ\n医生\tཨེམ་ཆི\n", encoding="utf-8")
    command = ["terms", "check", str(glossary), "--bo", str(pair[0]), "--zh", str(pair[1])]
    assert run([*command, "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert "62.5 %" in said  # 5 of 8
    worst, other = (line for line in said.splitlines() if "医生" in line or "地球" in line)
    assert "医生" in worst
    assert "ཨེམ་ཆི" in worst
    assert "地球" in other
    assert run([*command, "--format", "tsv"]) == 0
    assert capsys.readouterr().out == (
        "zh\tbo\tused\tfound\n地球\tསའི་གོ་ལ\t5\t5\n医生\tཨེམ་ཆི\t3\t0\n"
    )
    glossary.write_text("zh\tbo\n商店\tཚོང་ཁང\n", encoding="utf-8")
    assert run([*command, "--lang", "en"]) == 0
    assert "%" not in capsys.readouterr().out  # no term is met: there is no share


def test_add(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    glossary = tmp_path / "g.tsv"
    assert run(["terms", "add", str(glossary), "地球", "སའི་གོ་ལ།", "--variant", "འཛམ་གླིང་"]) == 0
    assert capsys.readouterr().out == ""
    assert glossary.read_text(encoding="utf-8").splitlines()[1] == "地球\tསའི་གོ་ལ\tའཛམ་གླིང\t\t"
    assert run(["terms", "add", str(glossary), "地球", "ས"]) == 2
    assert "--replace" in capsys.readouterr().err


def test_mine_and_consistency(
    capsys: pytest.CaptureFixture[str], pair: tuple[Path, Path], table: Path, tmp_path: Path
) -> None:
    bo, zh = map(str, pair)
    named = ["--bo", bo, "--zh", zh, str(table)]
    assert run(["terms", "mine", *named, "--no-lexicon", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["works"] == ["bo.srt", "pairs.tsv"]
    assert "地球" in {t["zh"] for t in found["terms"]}
    out = tmp_path / "mined.tsv"
    assert run(["terms", "mine", *named, "--format", "tsv", "--out", str(out)]) == 0
    # What is mined is a glossary that can be checked.
    assert run(["terms", "check", str(out)]) == 0
    capsys.readouterr()
    assert run(["terms", "consistency", *named, "--format", "json"]) == 1
    (term,) = json.loads(capsys.readouterr().out)["terms"]
    assert term["term"] == "地球"
    assert term["forms"][1]["text"] == "འཛམ་གླིང"
    assert term["forms"][1]["places"][0] == {
        "work": "pairs.tsv",
        "bo": [],
        "zh": [],
        "start_ms": None,
        "line": 2,
    }
    for form in ("text", "tsv"):
        run(["terms", "consistency", *named, "--format", form, "--lang", "en"])
        run(["terms", "mine", *named, "--format", form, "--lang", "en"])
        assert "地球" in capsys.readouterr().out


def test_works_from_reports(
    capsys: pytest.CaptureFixture[str], pair: tuple[Path, Path], tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    report.write_text(bilingual.verify(bo=pair[0], zh=pair[1]).to_json(), encoding="utf-8")
    assert run(["terms", "mine", str(report), "--no-lexicon", "--format", "json"]) == 0
    (earth,) = [t for t in json.loads(capsys.readouterr().out)["terms"] if t["zh"] == "地球"]
    assert earth["places"][0]["start_ms"] == 0
    damaged = tmp_path / "damaged.json"
    for text in (
        "{}",
        "[]",
        "nonsense",
        '{"tracks": {"bo": {"cues": []}, "zh": {"cues": []}}, "alignment": {"beads": [{"bo": [0], "zh": [-1]}]}}',
        '{"tracks": {"bo": {"cues": []}, "zh": {"cues": []}}, "alignment": {"beads": [{"bo": [0], "zh": [5]}]}}',
    ):
        damaged.write_text(text, encoding="utf-8")
        assert run(["terms", "mine", str(damaged)]) == 2
    assert run(["terms", "mine"]) == 2
    assert run(["terms", "mine", "--bo", str(pair[0])]) == 2
    assert run(["terms", "mine", str(pair[0])]) == 2
    bad = tmp_path / "bad.tsv"
    for text in ("bo\tzh\nས\n", "a\tb\n", "bo\tzh\n"):
        bad.write_text(text, encoding="utf-8")
        assert run(["terms", "mine", str(bad)]) == 2


def test_an_own_glossary_in_a_verification(pair: tuple[Path, Path], tmp_path: Path) -> None:
    glossary = tmp_path / "studio.tsv"
    # Of whatever field: its user vouches for it.
    glossary.write_text(
        "zh\tbo\tfield\n病人\tསྨན་བཅོས་པ\teveryday\n地球\tསའི་གོ་ལ\t\n", encoding="utf-8"
    )
    plain = bilingual.verify(bo=pair[0], zh=pair[1])
    settings = tmp_path / "bilingual.toml"
    settings.write_text(f'[accuracy]\nglossary = ["{glossary}"]\n', encoding="utf-8")
    report = bilingual.verify(bo=pair[0], zh=pair[1], config=Config.load(settings))
    document = report.to_dict()
    assert_valid(document)
    found = [
        f for f in report.findings if f.rule == "term-mismatch" and f.params["zh_term"] == "病人"
    ]
    assert [f.zh for f in found] == [(8,)]
    assert found[0].evidence[0].params["glossary"] == "studio.tsv"
    assert not [f for f in plain.findings if f.params.get("zh_term") == "病人"]
    (used,) = document["provenance"]["models"]
    assert used["name"] == "glossary:studio.tsv"
    assert document["provenance"]["config"]["accuracy"]["glossary"] == ["studio.tsv"]
    measures = {m.id: m for m in report.measures}
    assert measures["consistency.own_terms"].denominator == 6
    assert measures["consistency.own_terms"].numerator == 5
    assert "consistency.own_terms" not in {m.id for m in plain.measures}
    glossary.write_text("zh\tbo\n病人\t\n", encoding="utf-8")
    with pytest.raises(InputError, match="Line 2"):
        bilingual.verify(bo=pair[0], zh=pair[1], config=Config.load(settings))


def test_the_option(
    capsys: pytest.CaptureFixture[str], pair: tuple[Path, Path], tmp_path: Path
) -> None:
    glossary = tmp_path / "studio.tsv"
    glossary.write_text("zh\tbo\n病人\tསྨན་བཅོས་པ\n", encoding="utf-8")
    bo, zh = map(str, pair)
    run(["verify", "--bo", bo, "--zh", zh, "--glossary", str(glossary), "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    assert "consistency.own_terms" in {m["id"] for m in document["measures"]}
    assert run(["verify", "--bo", bo, "--zh", zh, "--glossary", str(tmp_path / "none.tsv")]) == 2
