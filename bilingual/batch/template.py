"""An empty table of works to be filled in, with the form's own headings."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bilingual.batch.columns import COLUMNS, FILES
from bilingual.config import Profile
from bilingual.errors import DependencyError
from bilingual.files import write_new

_TEXT: Final = "@"
_ROWS: Final = 1000  # that are prepared
_EXAMPLE: Final = {
    "id": "示例-1",
    "video": "作品/认识太阳.mp4",
    "bo": "作品/认识太阳.bo.srt",
    "zh": "作品/认识太阳.zh.srt",
    "title": "认识太阳",
    "subject": "天文",
    "first_broadcast": "2023-05-01",
    "broadcast": "某某网 https://video.example.cn/sun",
    "authors": "作者甲、作者乙",
    "summary": "用四分钟讲清太阳为什么东升西落。",
    "innovation": "藏汉双语对照，配实地拍摄。",
    "reach": "播放 3000 次。",
    "channel": "推荐",
    "unit": "某某科普中心",
    "rank": "1",
    "pledge": "承诺书/认识太阳.pdf",
}
_NOTES: Final = {
    "id": "每件作品一个，不能重复；报告放在同名文件夹里。",
    "video": "相对于本表所在文件夹的路径，不能指到文件夹外面。",
    "first_broadcast": "写成 2023-05-01 这样的形式。",
    "authors": "最多 5 名，用顿号隔开。",
    "summary": "100 字以内。",
    "innovation": "100 字以内。",
    "reach": "100 字以内。",
    "pledge": "签字或盖章的承诺书，PDF 或图片。",
}
_WIDTHS: Final = {"title": 22, "broadcast": 34, "authors": 24, "summary": 36, "innovation": 30}


def is_example(filled: Mapping[str, str]) -> bool:
    """Whether a row, as text by column, has the id and the files of the example row."""
    files = [role for role in FILES if filled.get(role)]
    return bool(files) and all(filled.get(name) == _EXAMPLE[name] for name in ("id", *files))


def write_template(path: Path, profile: Profile, *, overwrite: bool = False) -> None:
    """Write an empty table as a workbook: headings, one example row, cells that are text.

    The category and the channel are chosen from a list. Contact details are not among the
    columns: whoever adds them may do so, they are not read.

    :raises InputError: ``output-exists``, unless ``overwrite``; ``output-unwritable``.
    :raises DependencyError: ``xlsx-missing``.
    """
    try:
        from openpyxl import Workbook
        from openpyxl.comments import Comment
        from openpyxl.styles import Alignment, Font, PatternFill
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation
    except ImportError as error:
        raise DependencyError.of_extra("xlsx-missing", "xlsx", detail=str(error)) from error
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has one
    sheet.title = "作品"
    sheet.freeze_panes = "B2"
    categories = [rules.title.zh for rules in profile.categories.values()]
    example = {**_EXAMPLE, "category": categories[0]}
    for place, (column, words) in enumerate(COLUMNS.items(), 1):
        letter = get_column_letter(place)
        head = sheet.cell(1, place, words)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="FFE6EBF0")
        if column in _NOTES:
            head.comment = Comment(_NOTES[column], "bilingual")
        sheet.column_dimensions[letter].width = _WIDTHS.get(column, 18)
        sheet.column_dimensions[letter].number_format = _TEXT
        shown = sheet.cell(2, place, example[column])
        shown.number_format = _TEXT
        shown.font = Font(italic=True, color="FF777777")
        shown.alignment = Alignment(wrap_text=True, vertical="top")
        for choices, owner in ((categories, "category"), (["推荐", "自荐"], "channel")):
            if owner == column:
                rule = DataValidation(
                    type="list",
                    formula1='"' + ",".join(choices) + '"',
                    allow_blank=True,
                    showErrorMessage=True,
                    errorTitle="请从列表中选择",
                    error="、".join(choices),
                )
                sheet.add_data_validation(rule)
                rule.add(f"{letter}2:{letter}{_ROWS}")
    file = io.BytesIO()
    book.save(file)
    write_new(path, file.getvalue(), overwrite=overwrite)
