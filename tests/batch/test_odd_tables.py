"""Tables and folders as other offices keep them: read, or refused in one sentence."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from bilingual.batch import load_table
from bilingual.batch.rules import reason_words
from bilingual.batch.table import Works
from bilingual.cli import run
from bilingual.errors import InputError
from tests.batch.test_table import FILM, xlsx
from tests.batch.works import write_work

openpyxl = pytest.importorskip("openpyxl")

HEAD: list[Any] = [
    "编号",
    "视频文件",
    "藏文字幕",
    "中文字幕",
    "微视频类别",
    "微视频名称",
    "首次播出时间",
]
ONE: list[Any] = ["A1", "a.mp4", "a.bo.srt", "a.zh.srt", "双语", "认识太阳", "2023-05-01"]
TWO: list[Any] = ["B2", "b.mp4", "b.bo.srt", "b.zh.srt", "双语", "月亮", "2023年6月"]
Sheet = Any


def said(works: Works) -> list[str]:
    reasons = [*works.notes]
    for work in works:
        reasons += [*((work.wrong,) if work.wrong else ()), *work.problems]
    return [reason_words(reason, "zh") for reason in reasons]


def both(works: Works) -> None:
    """The two works of the examples, with all that they are made of."""
    assert [work.id for work in works] == ["A1", "B2"]
    assert [work.title for work in works] == ["认识太阳", "月亮"]
    assert [work.category for work in works] == ["bilingual"] * 2
    for work, letter in zip(works, "ab", strict=True):
        names = [Path(path).name for path in work.files.values()]
        assert names == [f"{letter}.mp4", f"{letter}.bo.srt", f"{letter}.zh.srt"]
        assert work.wrong is None


@pytest.mark.parametrize(
    "head",
    [
        ["编号", "视频\n文件", "藏文\r\n字幕", "中文 字幕", "微视频\n类别", "微视频\n名称", "首次播出\n时间"],
        [heading + "\u3000" for heading in HEAD],
        ["*编号", "视频文件*", "藏文字幕：", "【中文字幕】", "微视频类别（双语/汉语）", "1.微视频名称",
         "首次播出时间（年月日）"],
        ["(1)编号", "（2）视频文件", "三、藏文字幕", "4、中文字幕", "五．微视频类别", "《微视频名称》", "７.首播时间"],
        ["編號", "視頻文件", "藏文字幕", "中文字幕", "微視頻類別", "微視頻名稱", "首次播出時間"],
        ["ID", " Video ", "BO", "zh", "Category", "Title", "first_broadcast"],
    ],
)  # fmt: skip
def test_headings_as_people_adorn_them(tmp_path: Path, head: list[str]) -> None:
    works = load_table(xlsx(tmp_path / "w.xlsx", [head, ONE, TWO]))
    both(works)
    assert said(works) == []
    assert works[1].form is not None
    assert works[1].form.first_broadcast == "2023年6月"


def test_a_merged_title_above_and_headings_in_two_rows(tmp_path: Path) -> None:
    def merge(*ranges: str) -> Callable[[Sheet], None]:
        def change(sheet: Sheet) -> None:
            for one in ranges:
                sheet.merge_cells(one)

        return change

    title: list[list[Any]] = [
        ["2024年藏汉双语科普微视频推荐汇总表"],
        ["推荐单位（盖章）：县科技局"],
    ]
    both(load_table(xlsx(tmp_path / "a.xlsx", [*title, HEAD, ONE, TWO], merge("A1:G1", "A2:G2"))))
    upper: list[Any] = ["编号", "文件", None, None, "微视频类别", "作品信息", None]
    lower: list[Any] = [
        None,
        "视频文件",
        "藏文字幕",
        "中文字幕",
        None,
        "微视频名称",
        "首次播出时间",
    ]
    ranges = merge("A1:A2", "B1:D1", "E1:E2", "F1:G1")
    both(load_table(xlsx(tmp_path / "b.xlsx", [upper, lower, ONE, TWO], ranges)))
    upper = [*HEAD[:5], "作品信息", None]
    lower = [*[None] * 5, *HEAD[5:]]
    ranges = merge("A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:E2", "F1:G1")
    both(load_table(xlsx(tmp_path / "c.xlsx", [upper, lower, ONE, TWO], ranges)))
    both(load_table(xlsx(tmp_path / "d.xlsx", [*[["说明"]] * 14, HEAD, ONE, TWO])))


def test_a_serial_number_beside_the_id(tmp_path: Path) -> None:
    rows = [["序号", *HEAD], [1, *ONE], [2, *TWO]]
    works = load_table(xlsx(tmp_path / "w.xlsx", rows))
    both(works)
    assert said(works) == []


def test_rows_that_are_no_works(tmp_path: Path) -> None:
    hints: list[Any] = ["（必填）", "（必填）", "", "", "", "限20字", "如：2023-05-01"]
    below: list[list[Any]] = [
        ["合　计", 2],
        ["填表人：扎西", "", "联系电话：13912345678"],
        ["注：一式两份"],
    ]
    rows = [HEAD, hints, ONE, HEAD, TWO, *below]
    works = load_table(xlsx(tmp_path / "w.xlsx", rows))
    both(works)
    words = said(works)
    assert [line[:5] for line in words] == ["第 2 行", "第 4 行", "第 6 行", "第 7 行", "第 8 行"]
    assert "13912345678" not in "".join(words)
    (tmp_path / "a.mp4").write_bytes(FILM)
    real = ["备注：一", "a.mp4", *ONE[2:]]  # with its file it is a work, whatever it is called
    assert load_table(xlsx(tmp_path / "v.xlsx", [HEAD, real]))[0].title == "认识太阳"


def test_a_name_that_no_file_can_have_ends_no_table(tmp_path: Path) -> None:
    long = "长" * 200 + ".srt"
    table = tmp_path / "works.csv"
    table.write_text(f"编号,藏文字幕,中文字幕\nA,{long},\n合计,{long},\n", encoding="utf-8")
    assert [work.id for work in load_table(table)] == ["A", "合计"]


def test_hidden_rows_are_read_and_said(tmp_path: Path) -> None:
    def hide(sheet: Sheet) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["D"].hidden = True

    works = load_table(xlsx(tmp_path / "w.xlsx", [HEAD, ONE, TWO], hide))
    both(works)
    (line,) = said(works)
    assert "第 3 行" in line
    assert "隐藏" in line


def test_several_pages(tmp_path: Path) -> None:
    def book(name: str, pages: dict[str, list[list[Any]]], hidden: tuple[str, ...] = ()) -> Works:
        made = openpyxl.Workbook()
        made.remove(made.active)
        for title, rows in pages.items():
            sheet = made.create_sheet(title)
            for row in rows:
                sheet.append(row)
            sheet.sheet_state = "hidden" if title in hidden else "visible"
        made.save(tmp_path / name)
        return load_table(tmp_path / name)

    rows = [HEAD, ONE, TWO]
    both(book("a.xlsx", {"填表说明": [["请如实填写"]], "作品": rows, "Sheet3": []}))
    both(book("b.xlsx", {"封面": [], "空表": [HEAD], "作品": rows}))
    works = book("c.xlsx", {"旧": [HEAD, TWO], "作品": rows}, hidden=("旧",))
    both(works)
    (line,) = said(works)
    assert "旧" in line
    assert "没有读取" in line
    assert len(book("d.xlsx", {"x": [["a"]], "作品": rows}, hidden=("作品",))) == 2


def test_cells_far_away_are_said(tmp_path: Path) -> None:
    def corner(sheet: Sheet) -> None:
        sheet["XFD1048576"] = "x"

    def behind(sheet: Sheet) -> None:
        for column, value in enumerate(TWO, 1):
            sheet.cell(3000, column, value)

    def beside(sheet: Sheet) -> None:
        sheet["BZ1"], sheet["BZ2"] = "视频文件", "a.mp4"

    for change, place, count in (
        (corner, "第 1048576 行 XFD 列", 1),
        (behind, "第 3000 行 A 列", len(TWO)),
        (beside, "第 1 行 BZ 列", 2),
    ):
        works = load_table(xlsx(tmp_path / "w.xlsx", [HEAD, ONE], change))
        assert len(works) == 1
        (line,) = said(works)
        assert place in line
        assert f" {count} 个" in line


@pytest.mark.parametrize(
    ("encoding", "between", "end", "above"),
    [
        ("gb18030", ",", "\r\n", "\ufeff"),
        ("utf-8", "\t", "\n", "\ufeff"),
        ("gbk", ",", "\r", ""),
        ("utf-8-sig", ";", "\r\n", "sep=;\r\n"),
        ("gbk", ";", "\r\n", "2024年推荐汇总表\r\n"),
        ("utf-8", "\t", "\n", "2024年，推荐汇总表\n\n"),
        ("utf-16", "\t", "\r\n", ""),
        ("utf-8", "|", "\n", ""),
        ("gbk", "，", "\r\n", ""),
        ("utf-8", "；", "\n", "推荐汇总表\n"),
    ],
)
def test_csv_of_every_kind(
    tmp_path: Path, encoding: str, between: str, end: str, above: str
) -> None:
    text = above + end.join(between.join(row) for row in (HEAD, ONE, TWO))
    (tmp_path / "w.csv").write_bytes(text.encode(encoding))
    both(load_table(tmp_path / "w.csv"))


TRADITIONAL = "編號,視頻文件,藏文字幕,中文字幕,微視頻名稱,推薦單位\nA1,太陽/片.mp4,太陽/bo.srt,太陽/zh.srt,{title},香港科普協會\n"
PLAIN = "id,video,bo,zh,title\nA1,太陽/片.mp4,太陽/bo.srt,太陽/zh.srt,{title}\n"


@pytest.mark.parametrize("encoding", ["big5", "big5hkscs", "cp950"])
@pytest.mark.parametrize("text", [TRADITIONAL, PLAIN])
@pytest.mark.parametrize("title", ["太陽離我們有多遠", "熊貓", "青藏高原的鳥類"])
def test_a_table_of_hong_kong_or_taiwan(
    tmp_path: Path, encoding: str, text: str, title: str
) -> None:
    (tmp_path / "w.csv").write_bytes(text.format(title=title).encode(encoding))
    works = load_table(tmp_path / "w.csv")
    assert works[0].title == title
    assert works[0].video == str(tmp_path / "太陽" / "片.mp4")
    assert [note.code for note in works.notes] == ["table-encoding-assumed"]


def test_a_guess_of_the_encoding_is_noted_for_json_too(tmp_path: Path) -> None:
    title = "太陽離我們有多遠"
    text = f'[{{"id": "A1", "video": "a.mp4", "bo": "a.srt", "zh": "b.srt", "title": "{title}"}}]'
    (tmp_path / "w.json").write_bytes(text.encode("big5"))
    works = load_table(tmp_path / "w.json")
    assert works[0].title == title
    assert [(n.code, n.params) for n in works.notes] == [
        ("table-encoding-assumed", {"encoding": "Big5"})
    ]


@pytest.mark.parametrize("title", ["熊猫", "甘孜州的鸟", "太阳离我们有多远", "藏历年", "青稞"])
def test_a_table_of_gbk_is_not_taken_for_another(tmp_path: Path, title: str) -> None:
    text = f"id,video,bo,zh,title\nA1,a.mp4,a.bo.srt,a.zh.srt,{title}\n"
    (tmp_path / "w.csv").write_bytes(text.encode("gbk"))
    works = load_table(tmp_path / "w.csv")
    assert works[0].title == title
    assert not works.notes


def test_json_in_utf_16(tmp_path: Path) -> None:
    for encoding in ("utf-16", "utf-16-le", "gbk"):
        (tmp_path / "w.json").write_bytes('[{"编号": "A1", "中文字幕": "a.srt"}]'.encode(encoding))
        assert [work.id for work in load_table(tmp_path / "w.json")] == ["A1"]


def _zip(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name in names:
            packed.writestr(name, "<x/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), "sheet-old", "xls"),
        (_zip("mimetype", "content.xml"), "sheet-other", "OpenDocument"),
        (_zip("[Content_Types].xml", "word/document.xml"), "sheet-other", "Word"),
        (_zip("a.mp4"), "sheet-other", "ZIP"),
        (_zip("Index/Document.iwa", "Metadata/x.plist"), "sheet-other", "Numbers"),
        (
            "編號,中文字幕\nA1,a.srt\n".encode("euc-kr", "replace") + b"\xff\xff,\n",
            "table-encoding",
            "UTF-8",
        ),
        ("编号,中文字幕\nA1,a.srt\n".encode("utf-16-le")[:-1], "table-encoding", "UTF-8"),
        (b"%PDF-1.7\n%\xe2\xe3", "sheet-other", "PDF"),
        ("\ufeff<html><table>编号</table>".encode(), "sheet-other", "HTML"),
        (b'<?xml version="1.0"?><Workbook/>', "sheet-other", "XML"),
        ('编号,中文字幕\n"A1,a.srt\nB2,b.srt\n'.encode(), "sheet-quote", "第 2 行"),
        (b'[{"id":"A","zh":"a.srt","zh":"b.srt"}]', "table-json-twice", "zh"),
        (b'{"id":"A","zh":"a.srt"}\n{"id":"B"}\n', "table-json", "第 2 行"),
    ],
)
def test_what_is_no_table_is_one_sentence(
    tmp_path: Path, data: bytes, code: str, word: str
) -> None:
    path = tmp_path / "w.xls"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        load_table(path)
    assert caught.value.code == code
    assert word in caught.value.message("zh")
    assert "\n" not in caught.value.message("en")


def test_a_comma_in_a_text_shifts_a_row_which_is_said(tmp_path: Path) -> None:
    text = "编号,视频文件,中文字幕\nA1,a,b.mp4,a.srt\nB2,b.mp4,b.srt,,\n合计,,,2\n"
    (tmp_path / "w.csv").write_text(text, encoding="utf-8")
    works = load_table(tmp_path / "w.csv")
    assert [work.id for work in works] == ["A1", "B2"]
    (line,) = [line for line in said(works) if "列名" in line]
    assert "第 2 行 D 列" in line
    assert "1 行" in line


def test_an_inch_mark_is_no_quotation(tmp_path: Path) -> None:
    text = '编号,中文字幕,微视频名称\nA1,a.srt,3" 屏幕\nB2,b.srt,乙\n'
    (tmp_path / "w.csv").write_text(text, encoding="utf-8")
    assert [work.title for work in load_table(tmp_path / "w.csv")] == ['3" 屏幕', "乙"]


def test_paths_as_people_paste_them(tmp_path: Path) -> None:
    pasted = ['"a.mp4"', "“a.mp4”", ".\\a.mp4", "D:\\作品\\a.mp4", "\\\\nas\\作品\\a.mp4",
              "file:///home/a.mp4", "https://example.cn/a.mp4"]  # fmt: skip
    rows = [[f"W{n}", path, *ONE[2:]] for n, path in enumerate(pasted)]
    works = load_table(xlsx(tmp_path / "w.xlsx", [HEAD, *rows]))
    assert [work.video for work in works[:3]] == [str(tmp_path / "a.mp4")] * 3
    codes = [work.wrong.code if work.wrong else None for work in works[3:]]
    assert codes == ["table-path-outside"] * 2 + ["table-path-url"] * 2


def test_values_as_programs_change_them(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        [1.0, *ONE[1:6], date(2023, 5, 1)],
        ["００２ ", " b.mp4 ", *ONE[2:4], "双语类\u3000", " 月亮", "２０２３．５．１"],
        [3, *ONE[1:6], datetime(2023, 5, 1, 20, 15)],
        [4, *ONE[1:6], 45047],
        [5, *ONE[1:6], 45047.75],
    ]
    works = load_table(xlsx(tmp_path / "w.xlsx", [HEAD, *rows]))
    assert [work.id for work in works] == ["1", "００２", "3", "4", "5"]
    assert [work.category for work in works] == ["bilingual"] * 5
    words = said(works)
    assert len(words) == 2
    assert all("2023-05-01" in line and "第" in line for line in words)


def test_a_key_of_json_that_is_not_known(tmp_path: Path) -> None:
    path = tmp_path / "w.json"
    path.write_text(json.dumps([{"id": "A", "zh": "a.srt", "form": {"title": "x"}}]))
    (line,) = said(load_table(path))
    assert line == "字段“form”不认识，没有读取"


def test_many_rows_with_one_fault_are_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [[f"A{n}", "", f"no{n}.srt"] for n in range(5)]
    rows += [["X", "../x.mp4", "x.srt"], ["B", "", "no.srt"]]
    table = xlsx(tmp_path / "w.xlsx", [["编号", "视频文件", "中文字幕"], *rows])
    run(["batch", str(table), "--out", str(tmp_path / "o"), "--workers", "1", "--asr", "off"])
    lines = [line for line in capsys.readouterr().err.splitlines() if "视频文件（B）" in line]
    assert len(lines) == 2
    assert lines[0].startswith("第 2–6、8 行")
    assert lines[0].endswith("(6)")
    assert lines[1].startswith("X: 第 7 行")


def folder_of(folder: Path, *names: str) -> Works:
    for name in names:
        place = folder / name
        place.mkdir(parents=True)
        write_work(place, "film", 1)
        (place / "film.mp4").write_bytes(FILM)
    return load_table(folder)


def test_a_folder_of_folders_of_works(tmp_path: Path) -> None:
    works = folder_of(tmp_path, "第一批/甲", "第一批/乙", "第二批/甲", "丙")
    assert sorted(work.id for work in works) == ["丙", "第一批-乙", "第一批-甲", "第二批"]
    assert said(works) == []
    assert all(len(work.files) == 3 for work in works)


def test_what_a_folder_holds_besides(tmp_path: Path) -> None:
    (tmp_path / "works.csv").write_text("编号,视频文件\n", encoding="utf-8")
    for name in ("丁.mp4", "丁.srt", ".DS_Store", "readme.docx"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "包").mkdir()
    (tmp_path / "包" / "作品.zip").write_bytes(_zip("a.mp4"))
    (tmp_path / "空").mkdir()
    (tmp_path / "__MACOSX" / "甲").mkdir(parents=True)
    (tmp_path / "__MACOSX" / "甲" / "._film.mp4").write_bytes(b"\0\5\x16\7")
    (tmp_path / "season" / "works").mkdir(parents=True)
    (tmp_path / "season" / "batch.json").write_text("{}")
    (tmp_path / "链接").symlink_to("/")
    works = folder_of(tmp_path, "甲")
    assert [work.id for work in works if work.wrong is None] == ["甲"]
    assert [work.id for work in works if work.wrong is not None] == ["链接"]
    codes = [note.code for note in works.notes]
    assert sorted(codes) == ["folder-loose", "folder-nothing", "folder-table"]
    words = "".join(said(works))
    for name in ("包", "works.csv", "丁.mp4", "链接", " 2 个"):
        assert name in words
