"""The Markdown files of figures are what their templates and the results give."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from bilingual.render.notebook.results import Figure, Machine, read_result
from tests.bench import results
from tests.bench.tables import made, targets
from tests.bench.tables import results as all_results

TARGETS = targets()


@pytest.mark.parametrize("target", sorted(TARGETS), ids=lambda path: path.stem)
def test_the_committed_file_is_made_from_the_results(target: Path) -> None:
    assert target.read_text(encoding="utf-8") == made(TARGETS[target], all_results())


def test_every_result_is_shown_somewhere() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in TARGETS.values())
    assert [name for name in all_results() if f'("{name}"' not in text] == []


def by_hand(template: str) -> bool:
    """Whether a table with figures is typed into it."""
    return any(
        re.search(r"[0-9]", re.sub(r"\{\{.*?\}\}", "", line))
        for line in template.splitlines()
        if line.startswith("|")
    )


@pytest.mark.parametrize("target", sorted(TARGETS), ids=lambda path: path.stem)
def test_a_file_says_which_tables_were_written_by_hand(target: Path) -> None:
    text = TARGETS[target].read_text(encoding="utf-8")
    assert not by_hand(text) or "were written by hand" in text


def test_tables_written_by_hand_are_known() -> None:
    assert by_hand("| a | .95 |")
    assert not by_hand('| a | {{ figure("x", "t1") }} |\nin 3 runs\n|---|---|')
    assert sum(by_hand(p.read_text(encoding="utf-8")) for p in TARGETS.values()) >= 2


def test_a_changed_figure_changes_the_file(tmp_path: Path) -> None:
    known = all_results()
    before = known["report"].tables["page"]
    (label, _), *others = before.rows
    rows = ((label, 7.77), *others)
    table = msgspec.structs.replace(before, rows=rows)
    known["report"] = msgspec.structs.replace(known["report"], tables={"page": table})
    (template,) = [path for path in TARGETS.values() if path.stem == "report"]
    assert "7.77" in made(template, known)
    assert "7.77" not in made(template, all_results())


def test_what_a_bench_writes_is_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BENCH_OUT", str(tmp_path / "out"))
    monkeypatch.setattr("sys.argv", ["/somewhere/bench_x.py", "/data/PAIRS.tsv", "--seeds", "2"])
    columns = (
        results.column("who"),
        results.column("F1 (n)", "{:.2f} ({})", F1="ratio", n="count"),
    )
    path = results.write(
        "x",
        tables={"t": results.table("T", columns, [("a", (0.5, 3)), ("b", None)], n=3)},
        figures={"time": Figure(value=1.5, unit="s", n=3)},
        seeds=[1, 2],
        data=["PAIRS.tsv"],
    )
    shown = capsys.readouterr().out
    assert f"Result: {path}" in shown
    assert "| a | 0.50 (3) |" in shown
    result = read_result(path)
    assert result.command == "python -m tests.bench.bench_x PAIRS.tsv --seeds 2"
    assert result.seeds == (1, 2)
    assert not result.transferred
    assert isinstance(result.machine, Machine)
    assert result.tables["t"].values(1) == [0.5, None]
