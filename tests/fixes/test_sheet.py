"""A sheet goes out, comes back, and nothing in it acts or overwhelms."""

from __future__ import annotations

import contextlib
import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilingual.cli import run
from bilingual.errors import BilingualError, DependencyError, InputError
from bilingual.fixes import sheet as sheets
from bilingual.fixes.corrections import correct_tracks
from bilingual.fixes.sheet import COLUMNS, guarded, read_sheet, showable, unguarded
from bilingual.model import Language, Report
from bilingual.render.sheet import render_sheet, sheet_rows
from tests.fixes.test_fixing import BO, ZH, read, report_on, srt

FILES: dict[Language, bytes] = {
    "bo": srt((BO[0], ZH[1], "ཟླ་བ་་ཡོད།", *BO[3:])).encode(),
    "zh": srt(("=1+1", *ZH[1:])).encode(),
}


def report(files: dict[Language, bytes] = FILES) -> Report:
    return report_on(files)


def cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def written(rows: list[list[str]], path: Path) -> Path:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    path.write_bytes(file.getvalue().encode("utf-8-sig"))
    return path


@given(st.text(max_size=12))
def test_guarding_is_taken_back_whatever_the_text(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(st.text(alphabet="='+-@\t \u3000＝a", max_size=8))
def test_no_guarded_text_begins_like_a_formula(text: str) -> None:
    kept = guarded(text)
    assert unguarded(kept) == text
    assert not kept.lstrip(" \u3000").startswith(("=", "+", "-", "@", "\t", "＝"))


def test_csv_opens_in_excel_and_holds_no_formula() -> None:
    data = render_sheet(report(), "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in data
    rows = cells(data)
    assert len(rows[0]) == len(COLUMNS)
    assert rows[1][rows[0].index("中文")] == "'=1+1"
    for row in rows[1:]:
        assert not any(c.startswith(("=", "+", "-", "@", "\t")) for c in row)


def test_rows_hold_both_texts_the_finding_and_the_suggestion() -> None:
    rows = list(sheet_rows(report(), "zh"))
    untranslated = next(r for r in rows if "没有翻译" in r.get("finding", ""))
    assert untranslated["bo_text"] == ZH[1]
    assert untranslated["bo_cue"] == "2"
    assert untranslated["bo_start"] == "00:00:04.000"
    doubled = next(r for r in rows if "藏文标点" in r.get("finding", ""))
    assert "ཟླ་བ་ཡོད།" in doubled["suggestion"].split("\n")


def test_every_cue_has_one_row_on_its_side() -> None:
    rows = list(sheet_rows(report(), "en"))
    for side in ("bo", "zh"):
        numbers = [r[f"{side}_cue"] for r in rows if f"{side}_cue" in r]
        assert sorted(numbers, key=int) == [str(n + 1) for n in range(5)]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_out_and_in_again(form: Any, language: str, tmp_path: Path) -> None:
    pytest.importorskip("openpyxl", reason="needs the extra xlsx")
    path = tmp_path / f"sheet.{form}"
    path.write_bytes(render_sheet(report(), form, language))
    assert read_sheet(path) == ()
    _fill(path, form, "bo_corrected", 2, BO[1], language)
    _fill(path, form, "zh_corrected", 1, "-太阳\n=月亮", language)
    corrections = read_sheet(path)
    assert [(c.side, c.cue, c.text) for c in sorted(corrections, key=lambda c: c.side)] == [
        ("bo", 1, BO[1]),
        ("zh", 0, "-太阳\n=月亮"),
    ]
    tracks = {side: read(data, side) for side, data in FILES.items()}
    done = {t.side: t for t in correct_tracks(tracks, corrections, files=FILES).tracks}
    assert done["bo"].to_bytes() == FILES["bo"].replace(ZH[1].encode(), BO[1].encode())
    assert done["zh"].to_bytes() == FILES["zh"].replace(b"=1+1", "-太阳\n=月亮".encode())


def _fill(path: Path, form: str, column: str, pair: int, text: str, language: str) -> None:
    place = COLUMNS.index(column)
    if form == "csv":
        rows = cells(path.read_bytes())
        rows[pair][place] = guarded(text)
        written(rows, path)
        return
    from openpyxl import load_workbook

    book = load_workbook(path)
    cell = book.worksheets[0].cell(row=pair + 1, column=place + 1)
    cell.value = text
    cell.data_type = "s"
    book.save(path)


def test_workbook_cells_are_text_wrapped_and_in_fonts_of_their_script() -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="needs the extra xlsx")
    book = openpyxl.load_workbook(io.BytesIO(render_sheet(report(), "xlsx")))
    page = book.worksheets[0]
    assert page.freeze_panes == "A2"
    formula = page.cell(row=2, column=COLUMNS.index("zh_text") + 1)
    assert (formula.value, formula.data_type) == ("=1+1", "s")
    assert formula.alignment.wrap_text
    tibetan = page.cell(row=2, column=COLUMNS.index("bo_text") + 1)
    assert tibetan.font.name == "Microsoft Himalaya"
    assert formula.font.name == "Microsoft YaHei"


@settings(max_examples=30)
@given(
    st.lists(
        st.text(alphabet=st.characters(exclude_characters="\r\n"), min_size=1, max_size=20).filter(
            lambda t: "-->" not in t and t.strip() == t and not t.isdigit()
        ),
        min_size=1,
        max_size=3,
    )
)
def test_any_corrected_line_comes_back(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    text = "\n".join(lines)
    row = ["1", "", "", "", "", "1", "", "", BO[0], "", "", guarded(text), "", ""]
    path = tmp_path_factory.mktemp("s") / "s.csv"
    try:
        written([list(COLUMNS), row], path)
    except UnicodeEncodeError:
        return
    assert [c.text for c in read_sheet(path)] == [text]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_programs_delimiters(delimiter: str, tmp_path: Path) -> None:
    file = io.StringIO(newline="")
    rows = [["藏文序号", "藏文", "改正后的藏文"], ["2", ZH[1], BO[1]]]
    csv.writer(file, delimiter=delimiter).writerows(rows)
    path = tmp_path / "s.txt"
    path.write_bytes(file.getvalue().encode("utf-16" if delimiter == "\t" else "utf-8"))
    assert [(c.cue, c.text) for c in read_sheet(path)] == [(1, BO[1])]


def one_row(tmp_path: Path, **cell: str) -> Path:
    named = {"bo_cue": "2", "bo_text": ZH[1], "bo_corrected": BO[1], **cell}
    return written([list(named), list(named.values())], tmp_path / "s.csv")


def failing(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_sheet(path)
    assert str(caught.value)
    return caught.value.code


def test_wrong_sheets_are_our_errors(tmp_path: Path) -> None:
    assert failing(one_row(tmp_path, bo_cue="zwei")) == "sheet-cue"
    assert failing(one_row(tmp_path, bo_cue="0")) == "sheet-cue"
    (tmp_path / "a.csv").write_bytes("藏文,改正后的藏文\n".encode())
    assert failing(tmp_path / "a.csv") == "sheet-columns"
    (tmp_path / "b.csv").write_bytes(b"a,b,c\n1,2,3\n")
    assert failing(tmp_path / "b.csv") == "sheet-columns"
    (tmp_path / "c.csv").write_bytes("改正后的藏文,藏文".encode("gb18030"))
    assert failing(tmp_path / "c.csv") == "sheet-encoding"
    two = [["bo_cue", "bo_text", "bo_corrected"], ["2", ZH[1], "a"], ["2", ZH[1], "b"]]
    assert failing(written(two, tmp_path / "d.csv")) == "sheet-contradiction"
    (tmp_path / "e.csv").write_bytes(
        b'bo_cue,bo_text,bo_corrected\n1,"' + b"x" * 200_000 + b'",y\n'
    )
    assert failing(tmp_path / "e.csv") == "sheet-unreadable"
    assert failing(tmp_path / "no.csv") == "file-missing"


def test_a_stale_sheet_changes_nothing(tmp_path: Path) -> None:
    tracks = {"bo": read(FILES["bo"], "bo")}
    for cell in ({"bo_text": "other"}, {"bo_cue": "77"}):
        corrections = read_sheet(one_row(tmp_path, **cell))
        with pytest.raises(InputError, match="row") as caught:
            correct_tracks(tracks, corrections, files=FILES)  # type: ignore[arg-type]
        assert caught.value.code == "sheet-stale"


@pytest.mark.parametrize("text", ["a --> b", "a\n\nb", "1\n\n2\n00:00:01,000 --> 00:00:02,000\nx"])
def test_a_text_that_no_file_can_hold(text: str, tmp_path: Path) -> None:
    corrections = read_sheet(one_row(tmp_path, bo_corrected=text))
    with pytest.raises(InputError) as caught:
        correct_tracks({"bo": read(FILES["bo"], "bo")}, corrections, files=FILES)
    assert caught.value.code == "sheet-text-unwritable"


def test_a_track_that_was_not_given(tmp_path: Path) -> None:
    corrections = read_sheet(one_row(tmp_path))
    with pytest.raises(InputError) as caught:
        correct_tracks({"zh": read(FILES["zh"], "zh")}, corrections, files=FILES)
    assert caught.value.code == "sheet-track-missing"


# Hostile workbooks.


def packed(path: Path, parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as out:
        for name, data in parts.items():
            out.writestr(name, data)
    return path


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {n: opened.read(n) for n in opened.namelist()}


def test_hostile_workbooks_are_our_errors(tmp_path: Path) -> None:
    pytest.importorskip("openpyxl", reason="needs the extra xlsx")
    good = parts_of(render_sheet(report(), "xlsx"))
    page = next(n for n in good if "worksheets/" in n)
    bomb = packed(tmp_path / "bomb.xlsx", {**good, "xl/media/x.bin": b"\0" * (100 * 1024**2)})
    assert failing(bomb) == "sheet-too-large"
    many = packed(tmp_path / "many.xlsx", {f"p{n}": b"" for n in range(1000)})
    assert failing(many) == "sheet-too-large"
    laughs = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">]><worksheet>&a;</worksheet>'
    assert failing(packed(tmp_path / "l.xlsx", {**good, page: laughs})) == "sheet-unreadable"
    wide = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE l []><l/>'.encode("utf-16")
    assert failing(packed(tmp_path / "w.xlsx", {**good, page: wide})) == "sheet-unreadable"
    assert failing(packed(tmp_path / "cut.xlsx", {**good, page: good[page][:500]})) in (
        "sheet-unreadable",
        "sheet-columns",
    )
    (tmp_path / "torn.xlsx").write_bytes(render_sheet(report(), "xlsx")[:3000])
    assert failing(tmp_path / "torn.xlsx") == "sheet-unreadable"
    (tmp_path / "pk.xlsx").write_bytes(b"PK\x03\x04")
    assert failing(tmp_path / "pk.xlsx") == "sheet-unreadable"


def test_claims_of_size_and_far_away_cells_cost_nothing(tmp_path: Path) -> None:
    pytest.importorskip("openpyxl", reason="needs the extra xlsx")
    good = parts_of(render_sheet(report(), "xlsx"))
    page = next(n for n in good if "worksheets/" in n)
    far = (
        good[page]
        .replace(
            b"</sheetData>",
            b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>',
        )
        .replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>', 1)
    )
    path = packed(tmp_path / "far.xlsx", {**good, page: far})
    try:
        assert read_sheet(path) == ()
    except BilingualError as error:
        assert error.code.startswith("sheet-")  # noqa: PT017


@settings(max_examples=40)
@given(st.data())
def test_damaged_bytes_are_our_errors(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    pytest.importorskip("openpyxl", reason="needs the extra xlsx")
    whole = bytearray(_workbook())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("d") / "d.xlsx"
    path.write_bytes(bytes(whole))
    with contextlib.suppress(InputError):
        read_sheet(path)


_MADE: list[bytes] = []


def _workbook() -> bytes:
    if not _MADE:
        _MADE.append(render_sheet(report(), "xlsx"))
    return _MADE[0]


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import sys

    path = tmp_path / "s.xlsx"
    path.write_bytes(_workbook())
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(DependencyError, match="xlsx"):
        read_sheet(path)
    with pytest.raises(DependencyError, match="xlsx"):
        render_sheet(report(), "xlsx")


def test_limits_hold(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = one_row(tmp_path)
    monkeypatch.setattr(sheets, "MAX_ROWS", 1)
    assert failing(path) == "sheet-too-large"
    monkeypatch.setattr(sheets, "MAX_BYTES", 10)
    assert failing(path) == "sheet-too-large"


def test_showable_keeps_what_a_cell_can_hold() -> None:
    assert showable("a\x01\ud800b\n") == "a⟨U+0001⟩⟨U+D800⟩b\n"


def test_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for side, data in FILES.items():
        (tmp_path / f"{side}.srt").write_bytes(data)
    sides = ["--bo", str(tmp_path / "bo.srt"), "--zh", str(tmp_path / "zh.srt")]
    sheet = tmp_path / "sheet.csv"
    assert run(["verify", *sides, "--format", "csv", "--out", str(sheet)]) == 1
    _fill(sheet, "csv", "bo_corrected", 2, BO[1], "zh")
    capsys.readouterr()
    args = ["fix", "--bo", str(tmp_path / "bo.srt"), "--from-sheet", str(sheet)]
    assert run([*args, "--out", str(tmp_path / "new.srt")]) == 0
    assert f"+{BO[1]}" in capsys.readouterr().out
    assert (tmp_path / "new.srt").read_bytes() == FILES["bo"].replace(
        ZH[1].encode(), BO[1].encode()
    )
    (tmp_path / "bad.csv").write_text("x", encoding="utf-8")
    assert run([*args[:-1], str(tmp_path / "bad.csv")]) == 2
    assert "缺少这些列" in capsys.readouterr().err
