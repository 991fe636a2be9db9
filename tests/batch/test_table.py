"""Tables of works, and what is wrong in them: said of the row, and nothing else lost."""

from __future__ import annotations

import io
import json
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import pytest

from bilingual.batch import load_table
from bilingual.batch.columns import COLUMNS
from bilingual.batch.ids import is_fit
from bilingual.batch.rules import reason_words
from bilingual.batch.template import write_template
from bilingual.config import Config
from bilingual.errors import BilingualError, InputError
from tests.batch.works import write_work

openpyxl = pytest.importorskip("openpyxl")

HEAD = ["编号", "视频文件", "中文字幕", "微视频名称", "首次播出时间", "手机号"]
ROW = ["A1", "a.mp4", "a.srt", "认识太阳", "2023-05-01", "13912345678"]


def xlsx(path: Path, rows: list[list[Any]], change: Any = None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    if change is not None:
        change(sheet)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("name", "encoding", "between"),
    [
        ("w.csv", "utf-8", ","),
        ("w.csv", "utf-8-sig", ","),
        ("w.csv", "gbk", ","),
        ("w.csv", "gb18030", ";"),
        ("w.csv", "utf-16", ","),
        ("w.csv", "utf-16-le", ","),
        ("w.csv", "utf-16-be", ";"),
        ("w.txt", "utf-16-le", "\t"),
        ("w.csv", "utf-32", ","),
        ("w.tsv", "utf-8", "\t"),
        ("w.tsv", "gbk", "\t"),
        ("w.txt", "gbk", "\t"),
    ],
)
def test_text_tables(tmp_path: Path, name: str, encoding: str, between: str) -> None:
    path = tmp_path / name
    path.write_bytes("\r\n".join([between.join(HEAD), between.join(ROW)]).encode(encoding))
    (work,) = load_table(path)
    assert (work.id, work.row, work.wrong) == ("A1", 2, None)
    assert work.video == str(tmp_path / "a.mp4")
    assert work.title == "认识太阳"


def test_xlsx_and_json(tmp_path: Path) -> None:
    (one,) = load_table(xlsx(tmp_path / "w.xlsx", [HEAD, ROW]))
    path = tmp_path / "w.json"
    path.write_text(json.dumps([dict(zip(HEAD, ROW, strict=True))]), encoding="utf-8")
    (other,) = load_table(path)
    assert one.form == other.form
    assert (one.id, one.row, other.row) == ("A1", 2, 1)
    empty: list[dict[str, object]] = [{}, {"id": None, "zh": " "}, {"id": "B", "zh": "z.srt"}]
    path.write_text(json.dumps(empty), encoding="utf-8")
    assert [(work.id, work.row) for work in load_table(path)] == [("B", 3)]
    path.write_text(json.dumps({"works": [{"id": "B", "zh": "z.srt"}]}), encoding="utf-8")
    assert load_table(path)[0].id == "B"


def test_english_headings_and_a_title_above(tmp_path: Path) -> None:
    rows = [["2024年申报汇总表"], [], ["id", "zh", "title"], ["A", "a.srt", "甲"]]
    (work,) = load_table(xlsx(tmp_path / "w.xlsx", rows))
    assert (work.row, work.title) == (4, "甲")


def problem_of(path: Path) -> tuple[Any, list[str]]:
    works = load_table(path)
    said = [reason_words(note, "zh") for note in works.notes]
    for work in works:
        said += [reason_words(r, "zh") for r in ((work.wrong,) if work.wrong else ())]
        said += [reason_words(r, "zh") for r in work.problems]
    return works, said


def with_cell(value: Any, column: str) -> list[list[Any]]:
    bad = list(ROW)
    bad[0], bad[HEAD.index(column)] = "B2", value
    return [HEAD, ROW, bad, ["C3", *ROW[1:]]]


@pytest.mark.parametrize(
    ("value", "column", "skipped", "words"),
    [
        ("=A1&B1", "微视频名称", False, ("第 3 行", "微视频名称（D）", "公式")),
        ("=A1", "视频文件", True, ("第 3 行", "视频文件（B）", "公式")),
        ("../b.mp4", "视频文件", True, ("第 3 行", "视频文件（B）", "之外")),
        ("/etc/passwd", "视频文件", True, ("第 3 行", "视频文件（B）", "之外")),
        ("..\\b.mp4", "视频文件", True, ("第 3 行", "视频文件（B）", "之外")),
        (None, "视频文件", False, ("第 3 行", "视频文件（B）", "没有填写视频")),
        (45047, "首次播出时间", False, ("第 3 行", "首次播出时间（E）", "45047", "2023-05-01")),
        ("A1", "编号", True, ("第 3 行", "A1", "第 2 行")),
        ("Ａ１", "编号", True, ("第 3 行", "第 2 行")),
        ("a/b", "编号", True, ("第 3 行", "编号（A）")),
        ("..", "编号", True, ("第 3 行", "编号（A）")),
        ("nul", "编号", True, ("第 3 行", "编号（A）")),
        ("a\u202eb", "编号", True, ("第 3 行", "编号（A）")),
        ("a\u061cb", "编号", True, ("第 3 行", "编号（A）")),
        ("a\u00adb", "编号", True, ("第 3 行", "编号（A）")),
        ("a\u2028b", "编号", True, ("第 3 行", "编号（A）")),
        ("\u3164", "编号", True, ("第 3 行", "编号（A）")),
        ("COM¹", "编号", True, ("第 3 行", "编号（A）")),
        ("conin$", "编号", True, ("第 3 行", "编号（A）")),
        ("nul .txt", "编号", True, ("第 3 行", "编号（A）")),
        ("13912345678", "编号", True, ("第 3 行", "编号（A）")),
    ],
)
def test_a_wrong_cell_is_one_sentence_and_the_others_run(
    tmp_path: Path, value: Any, column: str, skipped: bool, words: tuple[str, ...]
) -> None:
    works, said = problem_of(xlsx(tmp_path / "w.xlsx", with_cell(value, column)))
    assert len(works) == 3
    assert [work.wrong is not None for work in works] == [False, skipped, False]
    assert len(said) == 1, said
    for word in words:
        assert word in said[0]
    assert len({work.id for work in works}) == 3


def test_a_date_cell_is_a_date_and_no_id(tmp_path: Path) -> None:
    from datetime import datetime

    rows = with_cell(datetime(2023, 5, 1), "首次播出时间")
    works, said = problem_of(xlsx(tmp_path / "w.xlsx", rows))
    assert said == []
    assert works[1].form is not None
    assert (works[1].form.first_broadcast or "").startswith("2023-05-01")
    _, said = problem_of(xlsx(tmp_path / "v.xlsx", with_cell(datetime(2024, 1, 2), "编号")))
    assert len(said) == 1
    assert "日期" in said[0]


def test_a_merged_cell(tmp_path: Path) -> None:
    rows = with_cell("乙", "微视频名称")
    path = xlsx(tmp_path / "w.xlsx", rows, lambda sheet: sheet.merge_cells("D2:D3"))
    works, said = problem_of(path)
    assert len(works) == 3
    assert not any(work.wrong for work in works)
    assert ["第 2 行" in said[0], "第 3 行" in said[1]] == [True, True]
    assert all("合并单元格" in words for words in said)
    assert works[2].title == "认识太阳"


def test_headings_that_are_not_known(tmp_path: Path) -> None:
    head = [*HEAD[:3], "微视频名秤", "备注", "中文字幕"]
    works, said = problem_of(xlsx(tmp_path / "w.xlsx", [head, ROW]))
    assert len(works) == 1
    assert "微视频名称" in said[0]
    assert "D 列" in said[0]
    assert "备注" in said[1]
    assert "重复" in said[2]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (b"\xef\xbb\xbf\n\n,,,\n", "table-empty"),
        ("编号,视频文件\n".encode(), "table-empty"),
        ("姓名,电话\n扎西,13912345678\n".encode(), "table-headings"),
        ("编号,微视频名称\nA,甲\n".encode(), "table-no-files"),
        (b"[{", "table-json"),
        (b"[1, 2]", "table-json"),
        (b"[{}]", "table-empty"),
        (b'[{"": ""}, {}]', "table-empty"),
        (b"[]", "table-empty"),
        (b"\xff\xfe\x00", "table-encoding"),
        (b"PK\x03\x04 not a zip", "sheet-unreadable"),
    ],
)
def test_a_table_of_which_nothing_can_be_made(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "w.csv"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        load_table(path)
    assert caught.value.code == code
    for language in ("zh", "en"):
        assert "13912345678" not in caught.value.message(language)


def _zip(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["bomb", "entity", "many"])
def test_hostile_workbooks_are_bounded(tmp_path: Path, kind: str) -> None:
    xlsx(tmp_path / "w.xlsx", [HEAD, ROW])
    with zipfile.ZipFile(tmp_path / "w.xlsx") as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    if kind == "bomb":
        parts["xl/media/a.bin"] = bytes(200 * 1024 * 1024)
    elif kind == "entity":
        name = "xl/worksheets/sheet1.xml"
        parts[name] = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + parts[name]
    else:
        parts |= {f"xl/x{n}.xml": b"<a/>" for n in range(500)}
    path = tmp_path / "h.xlsx"
    path.write_bytes(_zip(parts))
    with pytest.raises(BilingualError) as caught:
        load_table(path)
    assert caught.value.code in ("sheet-too-large", "sheet-unreadable")


@pytest.mark.parametrize("keys", [257, 3000])
def test_works_with_a_key_of_their_own_each_are_too_large(tmp_path: Path, keys: int) -> None:
    """86 kB with 3,000 such works took 500 MB, and so on with the square of their number."""
    path = tmp_path / "w.json"
    path.write_text(json.dumps([{"bo": "b.srt", f"k{n}": 0} for n in range(keys)]))
    with pytest.raises(BilingualError) as caught:
        load_table(path)
    assert caught.value.code == "sheet-too-large"


def test_ten_thousand_rows(tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    lines = [",".join(HEAD)] + [f"W{n},{n}.mp4,{n}.srt,作品{n},2023-05-01," for n in range(10_000)]
    path.write_text("\n".join(lines), encoding="utf-8")
    works = load_table(path)
    assert len(works) == 10_000
    assert works[-1].row == 10_001
    assert not any(work.wrong for work in works)


FILM = b"\0\0\0\x18ftypisom\0\0\0\1isommp42" + bytes(64)


def test_a_folder_with_a_folder_for_each_work(tmp_path: Path) -> None:
    for name, films in {"甲": ["film.mp4"], "乙": ["a.mp4", "b.mp4"], "丙": [], "空": []}.items():
        (tmp_path / name).mkdir()
        for film in films:
            (tmp_path / name / film).write_bytes(FILM + film.encode())
    for name in ("甲", "丙"):
        write_work(tmp_path / name, "film", 1)
    (tmp_path / "甲" / "form.toml").write_text(
        'title = "认识太阳"\nphone = "13912345678"\n', encoding="utf-8"
    )
    works = {work.id: work for work in load_table(tmp_path)}
    assert set(works) == {"甲", "乙", "丙"}
    assert works["甲"].title == "认识太阳"
    assert works["甲"].video == str(tmp_path / "甲" / "film.mp4")
    assert works["甲"].bo == str(tmp_path / "甲" / "film.bo.srt")
    assert works["乙"].wrong is not None
    assert "a.mp4" in reason_words(works["乙"].wrong, "zh")
    assert works["丙"].zh == str(tmp_path / "丙" / "film.zh.srt")
    assert works["丙"].problems[0].code == "folder-no-video"


def test_no_work_of_a_folder_is_left_out_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More sub-folders than are gone through are an error; a link is a work that says so."""
    for name in ("甲", "乙", "丙"):
        (tmp_path / "season" / name).mkdir(parents=True)
        write_work(tmp_path / "season" / name, "film", 1)
    (tmp_path / "elsewhere").mkdir()
    write_work(tmp_path / "elsewhere", "film", 1)
    (tmp_path / "season" / "丁").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    works = {work.id: work for work in load_table(tmp_path / "season")}
    assert set(works) == {"甲", "乙", "丙", "丁"}
    assert works["丁"].wrong is not None
    assert works["丁"].zh is None
    assert "符号链接" in reason_words(works["丁"].wrong, "zh")
    monkeypatch.setattr("bilingual.batch.folder._MOST", 3)
    with pytest.raises(InputError) as caught:
        load_table(tmp_path / "season")
    assert caught.value.code == "folder-too-many"
    for language in ("zh", "en"):
        assert "3" in caught.value.message(language)


def test_the_template_is_a_table_that_is_read(tmp_path: Path) -> None:
    path = tmp_path / "works.xlsx"
    write_template(path, Config.load().profile)
    (tmp_path / "作品").mkdir()
    (tmp_path / "作品" / "认识太阳.mp4").write_bytes(FILM)  # with its files it is a work
    works = load_table(path)
    assert [work.id for work in works] == ["示例-1"]
    assert (works.notes, works[0].wrong, works[0].category) == ((), None, "bilingual")
    sheet = openpyxl.load_workbook(path).active
    assert [cell.value for cell in sheet[1]] == list(COLUMNS.values())
    lists = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert any("科普微视频" in formula for formula in lists.values())
    assert any("自荐" in formula for formula in lists.values())
    assert all(cell.number_format == "@" for cell in sheet[2])
    with pytest.raises(InputError):
        write_template(path, Config.load().profile)


def test_the_example_of_the_template_is_no_work(tmp_path: Path) -> None:
    path = tmp_path / "works.xlsx"
    write_template(path, Config.load().profile)
    with pytest.raises(InputError) as caught:
        load_table(path)
    assert caught.value.code == "table-empty"
    book = openpyxl.load_workbook(path)
    example = [cell.value for cell in book.active[2]]
    own = list(example)
    own[0], own[1] = "A-1", "作品/月亮.mp4"
    book.active.append(own)
    renamed = list(example)
    renamed[1] = "作品/星星.mp4"
    book.active.append(renamed)
    book.save(path)
    saved_as = tmp_path / "works.csv"
    lines = [",".join(str(value) for value in row) for row in book.active.values]
    saved_as.write_bytes("\r\n".join(lines).encode("gbk"))
    for table in (path, saved_as):
        works = load_table(table)
        assert [work.id for work in works] == ["A-1", "示例-1"]
        assert [(note.code, note.params) for note in works.notes] == [("table-example", {"row": 2})]
        assert "示例" in reason_words(works.notes[0], "zh")


def test_a_folder_of_any_name_has_an_id_of_its_own(tmp_path: Path) -> None:
    names = ["13812345678", "13912345678", "CON", "a\u202eb", "é", "e\u0301", "长" * 80, "藏 文"]
    for name in names:
        (tmp_path / name).mkdir()
        write_work(tmp_path / name, "film", 1)
    works = load_table(tmp_path)
    assert [work.wrong for work in works] == [None] * len(names)
    ids = {Path(str(work.bo)).parent.name: work.id for work in works}
    assert sorted(ids) == sorted(names)
    assert len({unicodedata.normalize("NFKC", name).casefold() for name in ids.values()}) == 8
    assert all(is_fit(name) for name in ids.values())
    assert (ids["13812345678"], ids["13912345678"]) == ("…", "…-2")
    assert (ids["CON"], ids["a\u202eb"], ids["藏 文"]) == ("_CON", "a_b", "藏 文")
    assert ids["长" * 80] == "长" * 53


def test_a_row_without_a_file(tmp_path: Path) -> None:
    head, full = ["编号", "藏文字幕", "中文字幕"], ["A1", "a.bo.srt", "a.zh.srt"]
    works, said = problem_of(xlsx(tmp_path / "w.xlsx", [head, full, ["B2", None, None]]))
    assert [work.wrong is not None for work in works] == [False, True]
    assert len(said) == 1
    assert "第 3 行" in said[0]


def test_an_id_that_is_there_twice_and_the_name_that_it_would_get(tmp_path: Path) -> None:
    head = ["编号", "藏文字幕"]
    rows = [["A", "a.srt"], ["A-4", "b.srt"], ["A", "c.srt"]]
    works, said = problem_of(xlsx(tmp_path / "w.xlsx", [head, *rows]))
    assert [work.id for work in works] == ["A", "A-4", "A-4x"]
    assert [work.wrong is not None for work in works] == [False, False, True]
    assert len(said) == 1


def test_a_heading_with_a_number_of_a_person_is_likened_to_none(tmp_path: Path) -> None:
    head = ["编号", "藏文字幕", "视频文件13912345678"]
    _, said = problem_of(xlsx(tmp_path / "w.xlsx", [head, ["A", "a.srt", "x"]]))
    assert said
    assert not any("13912345678" in words for words in said)
