"""What is personal in a table comes out nowhere, whoever does the works."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import bilingual
from bilingual.batch import BatchStage, Submission, load_table, verify_many
from bilingual.model import Form
from bilingual.render.document import read_report
from tests.batch.planted import DONE, FAILED, FREE, WRONG, leaks, planted_table
from tests.batch.test_engine import CONFIG, Broken, here, run_here
from tests.batch.works import submissions, write_work


def started(
    command: list[str], environment: dict[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """What a command came to that was started in the folder."""
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("kind", "language"), [("csv", "zh"), ("xlsx", "en")])
def test_the_command_and_its_processes(tmp_path: Path, kind: str, language: str) -> None:
    folder, out, cache = tmp_path / "submitted", tmp_path / "season", tmp_path / "cache"
    folder.mkdir()
    table = planted_table(folder, kind)
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(bilingual.__file__).parents[1]),
        "BILINGUAL_CACHE": str(cache),
    }
    command = [sys.executable, "-P", "-m", "bilingual", "-vv", "batch", str(table)]
    command += ["--out", str(out), "--workers", "1", "--asr", "off", "--lang", language]
    done = started(command, environment, tmp_path)
    assert done.returncode == 2, done.stderr[-2000:]
    document = json.loads((out / "batch.json").read_text(encoding="utf-8"))
    counts = document["counts"]
    assert (counts["done"], counts["failed"], counts["skipped"]) == (DONE, FAILED, WRONG)
    again = started([*command, "--format", "json", "--again", "failed"], environment, tmp_path)
    assert json.loads(again.stdout)["counts"] == counts
    texts = (done.stdout, done.stderr, again.stdout, again.stderr)
    assert leaks(texts, out, cache) == []
    assert "…" in (out / "works" / "W1" / "report.html").read_text(encoding="utf-8")


def test_progress_logs_and_what_is_done_here(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    folder, out = tmp_path / "submitted", tmp_path / "season"
    folder.mkdir()
    seen: list[str] = []

    def progress(stage: str, done: float, total: float | None) -> None:
        assert isinstance(stage, BatchStage)
        seen.append(f"{stage} {stage.running} {stage.finished}")

    works = load_table(planted_table(folder, "json"))
    with here() as executor:
        batch = verify_many(works, out=out, config=CONFIG, executor=executor, progress=progress)
    assert batch.counts["done"] == DONE
    texts = (*seen, caplog.text, batch.to_json(), repr(batch), repr(works[0]))
    assert leaks(texts, out) == []


def test_a_form_that_a_program_makes(tmp_path: Path) -> None:
    """What looks personal in it is taken out, in the committee's sheet and between works too."""
    works = submissions(tmp_path, 2)
    form = Form(title=FREE, unit=FREE, authors=FREE, summary=FREE, rank="1", channel="推荐")
    planted = [Submission(id=w.id, bo=w.bo, zh=w.zh, form=form) for w in works]
    batch = run_here(planted, tmp_path / "out")
    assert [finding.rule for finding in batch.findings if finding.rule == "rank-order"]
    found = leaks([batch.to_json()], tmp_path / "out")
    assert not [one for one in found if one.startswith(("139", "suolang", "540102", "9154"))]


def test_the_report_of_a_file_with_a_number_in_its_name(tmp_path: Path) -> None:
    folder, out = tmp_path / "submitted", tmp_path / "season"
    folder.mkdir()
    works = [work for work in load_table(planted_table(folder, "csv")) if work.id in ("W0", "W1")]
    plain, named = works
    assert (plain.names, [role for role, _ in named.names]) == ((), ["video", "bo", "zh"])
    codes = [problem.code for problem in named.problems]
    assert codes.count("table-file-personal") == 3
    run_here(works, out)
    report = read_report(out / "works" / "W1" / "report.json").report
    names = {file.role: file.name for file in report.inputs}
    assert names["video"] == "…（联系人…）.mp4"
    assert names["bo"] == "认识太阳-…-….bo.srt"
    plain_report = read_report(out / "works" / "W0" / "report.json").report
    assert {file.name for file in plain_report.inputs} == {"plain.bo.srt", "plain.zh.srt"}


def test_a_name_that_is_hidden_from_now_on_or_no_longer(tmp_path: Path) -> None:
    """The file is the same, but a report that calls it otherwise is not kept."""
    folder, out = tmp_path / "submitted", tmp_path / "season"
    folder.mkdir()
    table, contact = folder / "works.csv", "卓嘎乙乙"
    bo, zh = write_work(folder, f"联系人{contact}", 1)
    place = out / "works" / "W1"

    def ran(*columns: tuple[str, str]) -> tuple[str, bool]:
        cells = [("作品编号", "W1"), ("藏文字幕", bo.name), ("中文字幕", zh.name), *columns]
        rows = zip(*cells, strict=True)
        table.write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")
        (work,) = run_here(list(load_table(table)), out).works
        assert work.state == "done"
        pages = (place / name for name in ("report.json", "report.html"))
        return "".join(page.read_text(encoding="utf-8") for page in pages), work.kept

    said, kept = ran()
    assert (contact in said, kept) == (True, False)
    assert ran()[1]
    said, kept = ran(("联系人", contact))  # the column was added
    assert (contact in said, kept) == (False, False)
    assert ran(("联系人", contact))[1]
    bo, zh = bo.rename(folder / "太阳.bo.srt"), zh.rename(folder / "太阳.zh.srt")
    said, kept = ran(("联系人", contact))  # as the table's problem advises
    assert not kept
    names = [file.name for file in read_report(place / "report.json").report.inputs]
    assert names == ["太阳.bo.srt", "太阳.zh.srt"]
    assert "太阳.bo.srt" in said


def test_what_a_work_says_is_no_name_of_a_file(tmp_path: Path) -> None:
    """A cue, a finding's evidence or the form may hold what a hidden file is called."""
    number = "13987654321"
    bo, zh = write_work(tmp_path, "sun", 1)
    zh = zh.rename(tmp_path / f"{number}.srt")
    text = zh.read_text(encoding="utf-8")
    first = text.splitlines()[2]
    zh.write_text(text.replace(first, f"{first}{number}", 1), encoding="utf-8")
    work = Submission(id="w", bo=str(bo), zh=str(zh))
    run_here([work], tmp_path / "out")
    place = tmp_path / "out" / "works" / "w" / "report.json"
    plain = bilingual.verify(bo=bo, zh=zh, config=CONFIG).to_dict()
    report = read_report(place).report.to_dict()
    assert [file["name"] for file in report["inputs"]] == ["sun.bo.srt", "….srt"]
    assert report["tracks"]["zh"]["name"] == "….srt"
    evidence = json.dumps(plain["findings"], ensure_ascii=False)
    assert number in evidence
    assert json.dumps(report["findings"], ensure_ascii=False) == evidence


def test_a_work_that_its_process_is_lost_with(tmp_path: Path) -> None:
    folder, out = tmp_path / "submitted", tmp_path / "season"
    folder.mkdir()
    table: Any = load_table(planted_table(folder, "csv"))
    batch = verify_many(table[2:4], out=out, config=CONFIG, executor=Broken())
    assert [work.state for work in batch.works] == ["failed"] * 2
    assert leaks([batch.to_json()], out) == []


def test_folders_named_with_numbers(tmp_path: Path) -> None:
    from bilingual.batch.rules import reason_words

    folder, out = tmp_path / "submitted", tmp_path / "season"
    for name in ("甲 13987654321", "乙"):
        (folder / name).mkdir(parents=True)
        write_work(folder / name, "作品suolang.plant@example.org", 1)
    (folder / "丙").mkdir()
    for film in ("a13987654321.mp4", "b13987654321.mp4"):
        (folder / "丙" / film).write_bytes(b"\0\0\0\x18ftypisom\0\0\0\1isommp42" + film.encode())
    (folder / "乙" / "form.toml").write_text(f'title = "{FREE}"\nphone = "1"\n', encoding="utf-8")
    works = load_table(folder)
    codes = [[problem.code for problem in work.problems] for work in works]
    assert sum("folder-file-personal" in found for found in codes) == 2
    batch = run_here(list(works), out)
    assert batch.counts["done"] == 2
    said = [reason_words(p, lang) for w in works for p in w.problems for lang in ("zh", "en")]
    found = leaks([batch.to_json(), *said], out)
    assert not [one for one in found if one.startswith(("139", "suolang"))]
