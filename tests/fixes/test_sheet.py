"""A sheet goes out, comes back, and nothing in it acts or overwhelms."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilingual.cli import run
from bilingual.errors import BilingualError, DependencyError, InputError
from bilingual.fixes import Fixed, FixedTrack, sheet_cells
from bilingual.fixes.corrections import correct_tracks
from bilingual.fixes.sheet import COLUMNS, Sheet, SheetRow, read_sheet, restored, showable
from bilingual.fixes.sheet_cells import Cell, guarded, unguarded
from bilingual.model import Language, Report
from bilingual.render.sheet import render_sheet, sheet_rows
from bilingual.render.text.fixes import render_fixes
from bilingual.render.words import reason
from tests.fixes.test_fixing import BO, ZH, read, report_on, srt, stamp

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


def corrected(path: Path) -> list[SheetRow]:
    """The rows of a sheet that have a corrected text."""
    return [row for row in read_sheet(path).rows if row.corrected.text]


def applied(path: Path, files: dict[Language, bytes] = FILES) -> Fixed:
    tracks = {side: read(data, side) for side, data in files.items()}
    return correct_tracks(tracks, read_sheet(path), files=files)


def by_side(done: Fixed) -> dict[Language, FixedTrack]:
    return {track.side: track for track in done.tracks}


def refusals(done: Fixed) -> list[tuple[tuple[int, ...], str]]:
    return [(one.rows, one.reason.code) for one in done.refused]


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
    assert corrected(path) == []
    assert refusals(applied(path)) == []
    _fill(path, form, "bo_corrected", 2, BO[1])
    _fill(path, form, "zh_corrected", 1, "-太阳\n=月亮")
    rows = sorted(corrected(path), key=lambda row: row.side)
    assert [(row.side, row.cue, row.corrected.text) for row in rows] == [
        ("bo", 1, BO[1]),
        ("zh", 0, "-太阳\n=月亮"),
    ]
    assert refusals(applied(path)) == []
    done = by_side(applied(path))
    assert done["bo"].to_bytes() == FILES["bo"].replace(ZH[1].encode(), BO[1].encode())
    assert done["zh"].to_bytes() == FILES["zh"].replace(b"=1+1", "-太阳\n=月亮".encode())


def _fill(path: Path, form: str, column: str, pair: int, text: str) -> None:
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
    assert [row.corrected.text for row in corrected(path)] == [text]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_programs_delimiters(delimiter: str, tmp_path: Path) -> None:
    file = io.StringIO(newline="")
    rows = [["藏文序号", "藏文", "改正后的藏文"], ["2", ZH[1], BO[1]]]
    csv.writer(file, delimiter=delimiter).writerows(rows)
    path = tmp_path / "s.txt"
    path.write_bytes(file.getvalue().encode("utf-16" if delimiter == "\t" else "utf-8"))
    assert [(row.cue, row.corrected.text) for row in corrected(path)] == [(1, BO[1])]


def one_row(tmp_path: Path, **cell: str) -> Path:
    named = {"bo_cue": "2", "bo_text": ZH[1], "bo_corrected": BO[1], **cell}
    return written([list(named), list(named.values())], tmp_path / "s.csv")


def failing(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_sheet(path)
    assert str(caught.value)
    return caught.value.code


def test_wrong_sheets_are_our_errors(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("藏文,改正后的藏文\n".encode())
    assert failing(tmp_path / "a.csv") == "sheet-columns"
    (tmp_path / "b.csv").write_bytes(b"a,b,c\n1,2,3\n")
    assert failing(tmp_path / "b.csv") == "sheet-columns"
    (tmp_path / "c.csv").write_bytes("改正后的藏文,藏文".encode("gb18030"))
    assert failing(tmp_path / "c.csv") == "sheet-encoding"
    (tmp_path / "e.csv").write_bytes(
        b'bo_cue,bo_text,bo_corrected\n1,"' + b"x" * 200_000 + b'",y\n'
    )
    assert failing(tmp_path / "e.csv") == "sheet-unreadable"
    assert failing(tmp_path / "no.csv") == "file-missing"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"bo_cue": "zwei"}, "sheet-row-cue"),
        ({"bo_cue": "0"}, "sheet-row-cue"),
        ({"bo_cue": ""}, "sheet-row-no-place"),
        ({"bo_text": "other"}, "sheet-row-stale"),
        ({"bo_cue": "77", "bo_text": "other"}, "sheet-row-stale"),
        ({"bo_corrected": "a --> b"}, "sheet-row-unwritable"),
        ({"bo_corrected": "a\n\nb"}, "sheet-row-unwritable"),
        (
            {"bo_corrected": "1\n\n2\n00:00:01,000 --> 00:00:02,000\nx"},
            "sheet-row-unwritable",
        ),
        ({"bo_corrected": "#N/A"}, "sheet-cell-error"),
        ({"bo_corrected": "#####"}, "sheet-cell-error"),
        ({"bo_corrected": "1.23E+15"}, "sheet-cell-number"),
        ({"bo_text": "", "bo_corrected": ""}, "sheet-row-differs"),
        ({"bo_text": BO[1], "bo_corrected": ""}, "sheet-row-differs"),
    ],
)
def test_a_wrong_row_is_named_and_the_good_one_applied(
    cells: dict[str, str], code: str, tmp_path: Path
) -> None:
    wrong = {"bo_cue": "2", "bo_text": ZH[1], "bo_corrected": BO[1], **cells}
    good = {"bo_cue": "4", "bo_text": BO[3], "bo_corrected": BO[0]}
    rows = [list(wrong), list(wrong.values()), list(good.values())]
    done = applied(written(rows, tmp_path / "s.csv"))
    assert refusals(done) == [((2,), code)]
    assert by_side(done)["bo"].to_bytes() == FILES["bo"].replace(BO[3].encode(), BO[0].encode())
    for language in ("zh", "en"):
        said = reason(done.refused[0].reason, language)
        assert "2" in said
        assert "bo_" in said or code == "sheet-row-stale"


def test_two_texts_for_one_cue_are_both_refused(tmp_path: Path) -> None:
    head = ["bo_cue", "bo_text", "bo_corrected"]
    two = [["2", ZH[1], "ཀ།"], ["4", BO[3], BO[0]], ["2", ZH[1], "ཁ།"]]
    done = applied(written([head, *two], tmp_path / "s.csv"))
    assert refusals(done) == [((2,), "sheet-row-contradiction"), ((4,), "sheet-row-contradiction")]
    assert [f.texts[0].cue for f in by_side(done)["bo"].applied] == [3]


def test_a_track_that_was_not_given(tmp_path: Path) -> None:
    done = applied(one_row(tmp_path), {"zh": FILES["zh"]})
    assert refusals(done) == [((2,), "sheet-row-other-track")]
    assert not by_side(done)["zh"].changed


# What a spreadsheet program does to a cell.


def edited(tmp_path: Path, change: Callable[[Any], None], form: str = "xlsx") -> Path:
    """A workbook after somebody changed something on its first page."""
    openpyxl = pytest.importorskip("openpyxl", reason="needs the extra xlsx")
    path = tmp_path / "sheet.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(_workbook()))
    change(book.worksheets[0])
    book.save(path)
    return path


def place(column: str) -> int:
    return COLUMNS.index(column) + 1


def test_what_is_typed_into_a_correction_stays_text() -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="needs the extra xlsx")
    page = openpyxl.load_workbook(io.BytesIO(_workbook())).worksheets[0]
    assert page.max_row > 5
    for column in ("bo_corrected", "zh_corrected", "comment", "zh_start", "bo_text"):
        letter = openpyxl.utils.get_column_letter(place(column))
        assert page.column_dimensions[letter].number_format == "@"
        for row in range(1, page.max_row):
            assert page.cell(row=row + 1, column=place(column)).number_format == "@", (column, row)


def _formula(cell: Any) -> None:
    cell.value = "=2+2"


def _struck(cell: Any) -> None:
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont

    cell.value = CellRichText("ཉི་མ་", TextBlock(InlineFont(strike=True), "ཟླ་བ"), "།")


def _valued(value: object) -> Callable[[Any], None]:
    def change(cell: Any) -> None:
        cell.number_format = "General"
        cell.value = value

    return change


@pytest.mark.parametrize("column", ["bo_corrected", "bo_text"])
@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (_valued(datetime(2024, 3, 4)), "date"),
        (_valued(time(1, 30)), "date"),
        (_valued(123), "number"),
        (_valued(0.5), "number"),
        (_formula, "formula"),  # openpyxl saves none of its value, as many programs do
        (_valued(True), "boolean"),
        (_valued("#N/A"), "error"),
        (_struck, "struck"),
    ],
)
def test_other_cells_are_refused_by_row(
    change: Callable[[Any], None], kind: str, column: str, tmp_path: Path
) -> None:
    def both(page: Any) -> None:
        change(page.cell(row=5, column=place(column)))
        page.cell(row=3, column=place("bo_corrected")).value = BO[1]

    done = applied(edited(tmp_path, both))
    assert refusals(done) == [((5,), f"sheet-cell-{kind}")]
    title = {"bo_corrected": "改正后的藏文", "bo_text": "藏文"}[column]
    assert f"“{title}”" in reason(done.refused[0].reason, "en")
    assert by_side(done)["bo"].to_bytes() == FILES["bo"].replace(ZH[1].encode(), BO[1].encode())


def test_a_formula_whose_value_was_saved_is_no_text_either(tmp_path: Path) -> None:
    path = edited(tmp_path, lambda page: _formula(page.cell(row=5, column=place("bo_corrected"))))
    parts = parts_of(path.read_bytes())
    page = next(n for n in parts if n.endswith("sheet1.xml"))
    assert b"<f>2+2</f><v" in parts[page]
    saved = re.sub(rb"<f>2\+2</f><v ?/?>(</v>)?", b"<f>2+2</f><v>4</v>", parts[page])
    done = applied(packed(path, {**parts, page: saved}))
    assert refusals(done) == [((5,), "sheet-cell-formula")]


def test_coloured_text_is_text(tmp_path: Path) -> None:
    def colour(page: Any) -> None:
        from openpyxl.cell.rich_text import CellRichText, TextBlock
        from openpyxl.cell.text import InlineFont

        red = TextBlock(InlineFont(color="FFFF0000", b=True), BO[1][3:])
        page.cell(row=3, column=place("bo_corrected")).value = CellRichText(BO[1][:3], red)

    done = applied(edited(tmp_path, colour))
    assert refusals(done) == []
    assert by_side(done)["bo"].track.cues[1].text == BO[1]


@pytest.mark.parametrize("span", ["L3:L4", "I3:L3", "L3:M3"])
def test_merged_cells_are_refused(span: str, tmp_path: Path) -> None:
    def merge(page: Any) -> None:
        page.cell(row=3, column=place("bo_corrected")).value = BO[1]
        page.cell(row=6, column=place("bo_corrected")).value = BO[0]
        page.merge_cells(span)

    done = applied(edited(tmp_path, merge))
    assert ((3,), "sheet-cell-merged") in refusals(done)
    assert {code for _, code in refusals(done)} == {"sheet-cell-merged"}
    assert [f.texts[0].cue for f in by_side(done)["bo"].applied] == [4]


@pytest.mark.parametrize("span", ["L40:L42", "AA3:AB4"])
def test_cells_that_are_merged_elsewhere_are_no_matter(span: str, tmp_path: Path) -> None:
    def merge(page: Any) -> None:
        page.cell(row=3, column=place("bo_corrected")).value = BO[1]
        page.merge_cells(span)

    done = applied(edited(tmp_path, merge))
    assert refusals(done) == []
    assert by_side(done)["bo"].track.cues[1].text == BO[1]


def test_empty_merged_cells_cost_nothing(tmp_path: Path) -> None:
    done = applied(edited(tmp_path, lambda page: page.merge_cells("L3:L5")))
    assert refusals(done) == []


def test_an_edit_of_the_original_column_is_taken_where_the_file_is_as_it_was(
    tmp_path: Path,
) -> None:
    def wrong_column(page: Any) -> None:
        page.cell(row=3, column=place("bo_text")).value = BO[1]
        page.cell(row=4, column=place("bo_text")).value = None
        page.cell(row=6, column=place("bo_text")).value = "ཀ།"
        page.cell(row=6, column=place("bo_corrected")).value = BO[0]

    path = edited(tmp_path, wrong_column)
    done = applied(path)
    assert refusals(done) == [((4,), "sheet-row-emptied")]
    track = by_side(done)["bo"]
    assert {f.kind: f.params["row"] for f in track.applied} == {
        "from-sheet-original": 3,
        "from-sheet": 6,
    }
    assert [c.text for c in track.track.cues] == [BO[0], BO[1], "ཟླ་བ་་ཡོད།", BO[3], BO[0]]
    # In a file that has changed since, it cannot be told from a stale sheet.
    later: dict[Language, bytes] = {"bo": FILES["bo"].replace(ZH[1].encode(), "གཞན།".encode())}
    assert ((3,), "sheet-row-stale") in refusals(applied(path, later))
    # And one that was not edited in the sheet is no correction of the newer file.
    other: dict[Language, bytes] = {"bo": FILES["bo"].replace(BO[3].encode(), "གཞན།".encode())}
    assert refusals(applied(path, other)) == [((4,), "sheet-row-emptied")]


def test_a_converted_text_in_the_original_column_is_no_correction(tmp_path: Path) -> None:
    def rounded(page: Any) -> None:
        page.cell(row=3, column=place("bo_text")).value = "1.23E+15"

    done = applied(edited(tmp_path, rounded))
    assert refusals(done) == [((3,), "sheet-cell-number")]
    assert not by_side(done)["bo"].changed
    assert "1.23E+15" in reason(done.refused[0].reason, "zh")


def test_a_csv_cell_of_more_than_excel_holds_is_our_error(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(render_sheet(report(), "csv"))
    _fill(path, "csv", "bo_corrected", 2, "ཀ" * 40_000)
    with pytest.raises(InputError) as caught:
        read_sheet(path)
    assert (caught.value.code, caught.value.params["detail"]) == ("sheet-unreadable", "row 3")


def test_a_csv_that_excel_saved_is_known_by_its_times(tmp_path: Path) -> None:
    files: dict[Language, bytes] = {"zh": srt(("00123", "3-4", *ZH[2:])).encode()}
    path = tmp_path / "s.csv"
    path.write_bytes(render_sheet(report(files), "csv"))
    rows = cells(path.read_bytes())
    at = {column: COLUMNS.index(column) for column in COLUMNS}
    for row in rows[1:6]:
        for column in ("zh_start", "zh_end"):
            row[at[column]] = row[at[column]][3:-2]  # 00:00:01.000: 00:01.0
    rows[1][at["zh_text"]], rows[2][at["zh_text"]] = "123", "3月4日"
    unedited = written(rows, path)
    assert refusals(applied(unedited, files)) == []
    rows[1][at["zh_corrected"]] = "123"
    rows[2][at["zh_corrected"]] = "5月6日"
    rows[3][at["zh_corrected"]] = "水在零度。"
    rows[4][at["zh_corrected"]] = "TRUE"
    done = applied(written(rows, path), files)
    assert refusals(done) == [
        ((2,), "sheet-cell-number"),
        ((3,), "sheet-cell-date"),
        ((5,), "sheet-cell-boolean"),
    ]
    assert [f.texts[0].cue for f in by_side(done)["zh"].applied] == [2]


def test_a_date_in_a_csv_of_ours_is_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(render_sheet(report(), "csv"))
    _fill(path, "csv", "zh_corrected", 2, "3月4日")
    assert by_side(applied(path))["zh"].track.cues[1].text == "3月4日"


def test_applied_twice_it_changes_nothing_more(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(render_sheet(report(), "csv"))
    _fill(path, "csv", "bo_corrected", 2, BO[1])
    first = applied(path)
    again = applied(path, {t.side: t.to_bytes() for t in first.tracks})
    assert [t.changed for t in again.tracks] == [False, False]
    assert refusals(again) == []


# A cue that is missing.


def missing(form: str, tmp_path: Path, cue: int, shift: int = 0) -> tuple[Path, dict[Any, bytes]]:
    """A sheet of a work whose Tibetan lacks a cue, filled in; and the files."""
    times = [(3000 * n + 1000 + shift, 3000 * n + 3500 + shift) for n in range(len(ZH))]
    bo = srt(
        [text for n, text in enumerate(BO) if n != cue],
        [span for n, span in enumerate(times) if n != cue],
    )
    files: dict[Any, bytes] = {"bo": bo.encode(), "zh": srt(ZH).encode()}
    path = tmp_path / f"sheet.{form}"
    path.write_bytes(render_sheet(report(files), form))  # type: ignore[arg-type]
    row = next(n for n, r in enumerate(sheet_rows(report(files), "zh"), 1) if "bo_cue" not in r)
    _fill(path, form, "bo_corrected", row, BO[cue])
    return path, files


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("cue", [0, 2, 4])
@pytest.mark.parametrize("shift", [0, 4000])
def test_a_missing_cue_is_inserted_at_its_time(
    form: str, cue: int, shift: int, tmp_path: Path
) -> None:
    pytest.importorskip("openpyxl", reason="needs the extra xlsx")
    path, files = missing(form, tmp_path, cue, shift)
    done = applied(path, files)
    assert refusals(done) == []
    track = by_side(done)["bo"]
    times = [(3000 * n + 1000 + shift, 3000 * n + 3500 + shift) for n in range(len(ZH))]
    assert track.after == srt(BO, times)
    assert track.inserted == (cue,)
    found = report({"bo": track.to_bytes(), "zh": files["zh"]})
    assert found.alignment is not None
    assert all(bead.bo == bead.zh for bead in found.alignment.beads)
    assert "missing-translation" not in {f.rule for f in found.findings}
    again = applied(path, {**files, "bo": track.to_bytes()})
    assert not by_side(again)["bo"].changed
    assert refusals(again) == []


@pytest.mark.parametrize("given", [("bo", "zh"), ("bo",)])
def test_a_sheet_without_the_own_time_is_placed_by_the_clock(
    given: tuple[Language, ...], tmp_path: Path
) -> None:
    path, files = missing("csv", tmp_path, 2, 4000)
    rows = cells(path.read_bytes())
    row = next(r for r in rows[1:] if not r[COLUMNS.index("bo_cue")])
    row[COLUMNS.index("bo_start")] = row[COLUMNS.index("bo_end")] = ""
    done = applied(written(rows, path), {side: files[side] for side in given})
    cue = by_side(done)["bo"].track.cues[2]
    assert (cue.start_ms, cue.end_ms, cue.text) == (11000, 13500, BO[2])


def test_no_cue_is_inserted_over_another(tmp_path: Path) -> None:
    path, files = missing("csv", tmp_path, 2)
    files["bo"] = files["bo"].replace(b"00:00:06,500", b"00:00:09,300")  # it stays on over the gap
    done = applied(path, files)
    assert refusals(done) == [((4,), "sheet-row-time-taken")]
    assert not by_side(done)["bo"].changed
    files["bo"] = files["bo"].replace(b"00:00:09,300", b"00:00:07,100")
    cue = by_side(applied(path, files))["bo"].track.cues[2]
    assert (cue.start_ms, cue.end_ms) == (7100, 9500)


def test_a_cue_that_begins_early_shortens_the_one_before_it(tmp_path: Path) -> None:
    path, files = missing("csv", tmp_path, 1)
    early = {**files, "bo": files["bo"].replace(b"00:00:07,000", b"00:00:06,300")}
    cue = by_side(applied(path, early))["bo"].track.cues[1]
    assert (cue.start_ms, cue.end_ms, cue.text) == (4000, 6300, BO[1])
    taken = {**files, "bo": files["bo"].replace(b"00:00:07,000", b"00:00:05,000")}
    assert refusals(applied(path, taken)) == [((3,), "sheet-row-time-taken")]


def holed(cues: tuple[int, ...], texts: tuple[str, ...], tmp_path: Path) -> Fixed:
    """A work whose Tibetan lacks some cues, with a sheet that has these texts for them."""
    kept = [n for n in range(len(ZH)) if n not in cues]
    bo = srt([BO[n] for n in kept], [(3000 * n + 1000, 3000 * n + 3500) for n in kept])
    files: dict[Language, bytes] = {"bo": bo.encode(), "zh": srt(ZH).encode()}
    path = tmp_path / "sheet.csv"
    path.write_bytes(render_sheet(report(files), "csv"))
    rows = [n for n, r in enumerate(sheet_rows(report(files), "zh"), 1) if "bo_cue" not in r]
    for row, text in zip(rows, texts, strict=True):
        _fill(path, "csv", "bo_corrected", row, text)
    return applied(path, files)


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_a_new_text_that_no_file_holds_takes_no_other_with_it(bad: int, tmp_path: Path) -> None:
    lacking = (0, 2, 4)
    texts = [BO[n] for n in lacking]
    texts[bad] = "x\n\n9\n00:00:01,000 --> 00:00:02,000\ny"
    done = holed(lacking, tuple(texts), tmp_path)
    assert refusals(done) == [((lacking[bad] + 2,), "sheet-row-unwritable")]
    track = by_side(done)["bo"]
    there = [text for n, text in enumerate(BO) if n != lacking[bad]]
    assert [cue.text for cue in track.track.cues] == there
    new = [n for n, text in enumerate(there) if BO.index(text) in lacking]
    assert list(track.inserted) == new
    for language, words in (("zh", "表格 sheet.csv 里没有用上的行（1 行）"), ("en", "sheet.csv")):
        shown = render_fixes(done, language)
        assert words in shown
        assert reason(done.refused[0].reason, language) in shown


def test_the_last_line_of_a_file_may_lack_its_end(tmp_path: Path) -> None:
    path, files = missing("csv", tmp_path, 4)
    done = applied(path, {**files, "bo": files["bo"].rstrip(b"\n")})
    assert by_side(done)["bo"].after == srt(BO)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # A blank line between a number and its time, or between the time and the text.
        ("2\n00:00:07", "2\n\n00:00:07"),
        ("3,500\n", "3,500\n\n"),
    ],
)
def test_a_cue_is_inserted_beside_cues_with_blank_lines_in_them(
    before: str, after: str, tmp_path: Path
) -> None:
    path, files = missing("csv", tmp_path, 1)
    text = files["bo"].decode().replace(before, after, 1)
    done = by_side(applied(path, {**files, "bo": text.encode()}))["bo"]
    assert [cue.text for cue in done.track.cues] == list(BO)
    assert [cue.identifier for cue in done.track.cues] == list("12345")
    wanted = srt(BO).replace(before.replace("2\n", "3\n"), after.replace("2\n", "3\n"), 1)
    assert done.after == wanted


def test_a_cue_without_a_text_stays_and_one_goes_behind_it(tmp_path: Path) -> None:
    path, files = missing("csv", tmp_path, 1)
    empty = files["bo"].decode().replace(BO[0] + "\n", "", 1)
    done = by_side(applied(path, {**files, "bo": empty.encode()}))["bo"]
    assert [cue.text for cue in done.track.cues] == ["", *BO[1:]]
    assert [cue.identifier for cue in done.track.cues] == list("12345")


def test_only_as_many_numbers_change_as_must(tmp_path: Path) -> None:
    path, files = missing("csv", tmp_path, 1)
    gap = files["bo"].decode().replace("\n2\n", "\n3\n").replace("\n3\n00:00:10", "\n7\n00:00:10")
    done = by_side(applied(path, {**files, "bo": gap.encode()}))["bo"]
    start = gap.index("\n3\n") + 1
    block = f"2\n{stamp(4000)} --> {stamp(6500)}\n{BO[1]}\n\n"
    assert done.after == gap[:start] + block + gap[start:]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_webvtt_keeps_its_notes_and_has_no_number_where_it_had_none(
    end: str, tmp_path: Path
) -> None:
    path, _ = missing("csv", tmp_path, 1)
    blocks = [
        "WEBVTT",
        f"{stamp(1000, '.')} --> {stamp(3500, '.')} line:80%\n{BO[0]}",
        "NOTE between",
        f"{stamp(7000, '.')} --> {stamp(9500, '.')} line:80%\n{BO[2]}",
        f"{stamp(10000, '.')} --> {stamp(12500, '.')}\n{BO[3]}",
    ]
    new = f"{stamp(4000, '.')} --> {stamp(6500, '.')} line:80%\n{BO[1]}"
    data = "\n\n".join(blocks).replace("\n", end).encode()
    track = read(data, "bo", "bo.vtt")
    done = correct_tracks({"bo": track}, read_sheet(path), files={"bo": data}).tracks[0]
    wanted = "\n\n".join([*blocks[:2], new, *blocks[2:]]).replace("\n", end)
    assert done.after == wanted


@settings(max_examples=30)
@given(st.data())
def test_every_text_that_was_left_out_finds_its_place_again(data: st.DataObject) -> None:
    """Sheet out, filled in, sheet in: the times and texts of all cues, and nothing else."""
    gone = data.draw(st.sets(st.integers(0, 4), min_size=1, max_size=4))
    shift = data.draw(st.sampled_from([0, 700, 90_000]))
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    codec = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    times = [(3000 * n + 1000 + shift, 3000 * n + 3500 + shift) for n in range(5)]
    kept = [n for n in range(5) if n not in gone]
    whole = srt(BO, times, end)
    bo = srt([BO[n] for n in kept], [times[n] for n in kept], end).encode(codec)
    rows = [
        SheetRow(
            row=n + 2,
            side="bo",
            cue=kept.index(n) if n in kept else None,
            original=Cell(BO[n] if n in kept else ""),
            corrected=Cell("" if n in kept else BO[n]),
            span_ms=times[n],
        )
        for n in data.draw(st.permutations(range(5)))  # somebody may have sorted it
    ]
    sheet = Sheet(name="s.csv", rows=tuple(rows))
    done = correct_tracks({"bo": read(bo, "bo")}, sheet, files={"bo": bo})
    assert refusals(done) == []
    assert done.tracks[0].after.removeprefix("\ufeff") == whole
    assert done.tracks[0].inserted == tuple(sorted(gone))


@settings(max_examples=40)
@given(st.data())
def test_only_the_cues_that_are_named_differ(data: st.DataObject) -> None:
    texts = st.lists(
        st.text(alphabet="ཀཁག་།太阳=+-'<>&;aé 12", min_size=1, max_size=12)
        .map(str.strip)
        .filter(lambda t: t and "-->" not in t and not t.isdigit()),
        min_size=1,
        max_size=2,
    ).map("\n".join)
    changes = data.draw(st.dictionaries(st.integers(0, 4), texts, min_size=1))
    rows = tuple(
        SheetRow(row=n + 2, side="bo", cue=n, original=Cell(BO[n]), corrected=Cell(text))
        for n, text in changes.items()
    )
    file = srt(BO).encode()
    done = correct_tracks({"bo": read(file, "bo")}, Sheet(name="s", rows=rows), files={"bo": file})
    refused = {row for one in done.refused for row in one.rows}
    after = done.tracks[0].track.cues
    for n, cue in enumerate(after):
        taken = n in changes and n + 2 not in refused
        assert cue.text == (changes[n] if taken else BO[n])
        assert (cue.start_ms, cue.end_ms) == (3000 * n + 1000, 3000 * n + 3500)
    assert len(after) == len(BO)


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


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_parts_that_are_unpacked_all_at_once_are_refused(tmp_path: Path, method: int) -> None:
    """A part of 700 kB, packed by bzip2, was 14 GB in memory before its size was looked at."""
    pytest.importorskip("openpyxl", reason="needs the extra xlsx")
    good = parts_of(render_sheet(report(), "xlsx"))
    bomb = packed(tmp_path / "b.xlsx", {**good, "xl/media/x.bin": bytes(2**20)}, method)
    assert failing(bomb) == "sheet-unreadable"


def test_a_text_that_many_cells_show_is_counted_for_each(tmp_path: Path) -> None:
    """770 kB of a text of 90,000 letters in 150,000 cells took 4.9 GB."""
    pytest.importorskip("openpyxl", reason="needs the extra xlsx")
    good = parts_of(render_sheet(report(), "xlsx"))
    page = next(n for n in good if "worksheets/" in n)
    text = b'<c r="A%d" t="inlineStr"><is><t>' + b"b" * 30_000 + b"</t></is></c>"
    rows = b"".join(b'<row r="%d">' % n + text % n + b"</row>" for n in range(1, 600))
    head, _, rest = good[page].partition(b"<sheetData>")
    _, _, tail = rest.partition(b"</sheetData>")
    large = head + b"<sheetData>" + rows + b"</sheetData>" + tail
    assert failing(packed(tmp_path / "t.xlsx", {**good, page: large})) == "sheet-too-large"


@pytest.mark.parametrize("cells", [",", "a,"])
def test_the_cells_of_a_csv_file_are_counted(tmp_path: Path, cells: str) -> None:
    """16 MiB of "a," took 730 MB, and of commas 1.1 GB."""
    many = f"{cells * 250}\n" * 9000
    path = tmp_path / "c.csv"
    path.write_text(many, encoding="utf-8")
    assert failing(path) == ("sheet-columns" if cells == "," else "sheet-too-large")


@pytest.mark.parametrize(
    "tags", [b"<row r='1'>" + b"<c/>" * 5_000_000 + b"</row>", b"<row/>" * 5_000_000]
)
def test_tags_are_counted_before_they_are_read(tmp_path: Path, tags: bytes) -> None:
    """22 million cells without anything in them are 87 kB, and took minutes and 1.3 GB."""
    good = parts_of(render_sheet(report(), "xlsx"))
    page = next(n for n in good if "worksheets/" in n)
    for part in (page, "xl/sharedStrings.xml", "xl/notes.bin"):
        path = packed(tmp_path / "c.xlsx", {**good, part: b"<worksheet><sheetData>" + tags})
        assert failing(path) == "sheet-too-large"


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
        assert corrected(path) == []
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
    monkeypatch.setattr(sheet_cells, "MAX_ROWS", 1)
    assert failing(path) == "sheet-too-large"
    monkeypatch.setattr(sheet_cells, "MAX_BYTES", 10)
    assert failing(path) == "sheet-too-large"


def test_showable_keeps_what_a_cell_can_hold() -> None:
    assert restored(showable("a\x01b"), "\x01") == "a\x01b"
    assert restored("⟨U+0001⟩", "a") == "⟨U+0001⟩"
    assert showable("a\x01\ud800b\n") == "a⟨U+0001⟩⟨U+D800⟩b\n"


def test_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for side, data in FILES.items():
        (tmp_path / f"{side}.srt").write_bytes(data)
    sides = ["--bo", str(tmp_path / "bo.srt"), "--zh", str(tmp_path / "zh.srt")]
    sheet = tmp_path / "sheet.csv"
    assert run(["verify", *sides, "--format", "csv", "--out", str(sheet)]) == 1
    _fill(sheet, "csv", "bo_corrected", 2, BO[1])
    capsys.readouterr()
    args = ["fix", "--bo", str(tmp_path / "bo.srt"), "--from-sheet", str(sheet)]
    assert run([*args, "--out", str(tmp_path / "new.srt")]) == 0
    assert f"”改为“{BO[1]}”（表格第 3 行）" in capsys.readouterr().out
    assert (tmp_path / "new.srt").read_bytes() == FILES["bo"].replace(
        ZH[1].encode(), BO[1].encode()
    )
    (tmp_path / "bad.csv").write_text("x", encoding="utf-8")
    assert run([*args[:-1], str(tmp_path / "bad.csv")]) == 2
    assert "缺少这些列" in capsys.readouterr().err


# Both languages in one file


def both(texts: list[str]) -> bytes:
    return srt(texts).encode()


def one_file(tmp_path: Path, data: bytes, rows: list[list[str]]) -> tuple[int, list[bytes]]:
    """What ``fix --from-sheet`` makes of a file with both languages: its status, and the files."""
    subtitles, out = tmp_path / "both.srt", tmp_path / "out"
    subtitles.write_bytes(data)
    out.mkdir()
    sheet = written(rows, tmp_path / "sheet.csv")
    status = run(["fix", "--bo", str(subtitles), "--from-sheet", str(sheet), "--out", str(out)])
    return status, [path.read_bytes() for path in sorted(out.iterdir())]


def exported(tmp_path: Path, data: bytes) -> list[list[str]]:
    """The sheet of such a file."""
    path, out = tmp_path / "both.srt", tmp_path / "sheet.csv"
    path.write_bytes(data)
    assert run(["show", str(reported(tmp_path, path)), "--format", "csv", "--out", str(out)]) == 0
    return cells(out.read_bytes())


def reported(tmp_path: Path, path: Path) -> Path:
    out = tmp_path / "report.json"
    run(["verify", "--bo", str(path), "--format", "json", "--out", str(out)])
    return out


PATTERNS = ["{bo}\n{zh}", "{zh}\n{bo}", "{zh} / {bo}", "{zh}（{bo}）"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_sheet_goes_back_into_the_one_file(pattern: str, tmp_path: Path) -> None:
    lines = [pattern.format(bo=b, zh=z) for b, z in zip(BO, ZH, strict=True)]
    rows = exported(tmp_path, both(lines))
    place = COLUMNS.index("bo_corrected")
    rows[1][place], rows[3][place + 1] = BO[4], ZH[0]
    status, files = one_file(tmp_path, both(lines), rows)
    bo, zh = [BO[4], *BO[1:]], [*ZH[:2], ZH[0], *ZH[3:]]
    wanted = [pattern.format(bo=b, zh=z) for b, z in zip(bo, zh, strict=True)]
    assert (status, files) == (0, [both(wanted)])


@pytest.mark.parametrize("pattern", ["{bo}\n{zh}", "{zh}\n{bo}"])
def test_a_missing_line_goes_beside_its_translation(pattern: str, tmp_path: Path) -> None:
    lines = [pattern.format(bo=b, zh=z) for b, z in zip(BO, ZH, strict=True)]
    holed = [*lines[:2], ZH[2], *lines[3:]]
    rows = exported(tmp_path, both(holed))
    (row,) = [row for row in rows[1:] if row[COLUMNS.index("bo_cue")] in ("", "–")]
    row[COLUMNS.index("bo_corrected")] = BO[2]
    status, files = one_file(tmp_path, both(holed), rows)
    assert (status, files) == (0, [both(lines)])


def test_a_missing_line_of_a_file_by_cues_becomes_a_cue_of_its_own(tmp_path: Path) -> None:
    """Each language in cues of its own that are shown together."""
    times = [(3000 * n + 1000, 3000 * n + 3500) for n in range(5) for _ in ("bo", "zh")]
    texts = [text for pair in zip(BO, ZH, strict=True) for text in pair]
    kept = [n for n in range(10) if texts[n] != BO[2]]
    data = srt([texts[n] for n in kept], [times[n] for n in kept]).encode()
    rows = exported(tmp_path, data)
    (row,) = [row for row in rows[1:] if row[COLUMNS.index("bo_cue")] in ("", "–")]
    row[COLUMNS.index("bo_corrected")] = BO[2]
    status, files = one_file(tmp_path, data, rows)
    texts[4:6] = [ZH[2], BO[2]]  # behind the one that begins at the same time
    assert (status, files) == (0, [srt(texts, times).encode()])
