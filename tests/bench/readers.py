"""Every reader of a file of ours, with all that is made of what it reads.

Each takes the bytes of a file; what it raises but a `BilingualError` is a fault.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from unittest.mock import patch

from bilingual import Report
from bilingual.batch import load_table
from bilingual.batch.rules import reason_words
from bilingual.config import Config
from bilingual.errors import BilingualError, InputError
from bilingual.fixes.corrections import correct_tracks
from bilingual.fixes.sheet import read_sheet
from bilingual.form import load_form
from bilingual.render.annex import (
    Annex,
    build_annex,
    check_annex,
    digest_of,
    parse_report,
    render_annex_html,
)
from bilingual.render.annex.document import parsed
from bilingual.render.html.page import render_html
from bilingual.render.notebook.review_sheet import ReviewSheet
from bilingual.render.review import (
    apply_review,
    finding_ids,
    parse_review,
    report_digest,
    review_json,
)
from bilingual.render.sheet import render_sheet
from bilingual.terms.glossary_file import read_glossary
from tests.bench.mutations import mutated, mutated_json, mutated_zip
from tests.golden.sentences import SUN
from tests.support import examined, track

_GLOSSARY: Final = "zh\tbo\tvariants\n太阳\tཉི་མ\t\n地球\tསའི་གོ་ལ\tགོ་ལ\n恒星\tབརྟན་སྐར\t\n"
_SETTINGS: Final = """\
category = "bilingual"
[quality]
max_lines = 3
zh_line_characters = 18.5
[sync]
warning_ms = 700
[rules]
off = ["line-count"]
[rules.severity]
cue-overlap = "info"
[reading]
max_cues = 500
"""


_FORM: Final = {
    "微视频名称": "太阳从哪里来",
    "科普类别": "天文",
    "首次播出时间": "2023年5月",
    "播出平台及网址": "藏语卫视 https://example.org/v?id=1",
    "主创人员（或单位）": "扎西、卓玛",
    "内容简介": "太阳是一颗恒星。",
    "创新点": "动画。",
    "传播效果": "一万人看过。",
    "推荐/自荐": "☑推荐 □自荐",
    "推荐单位": "州科协",
    "排序": 2,
    "承诺书扫描件": "form.json",
    "联系人": "索朗",
}


_FILES: Final = {"视频文件": "a.mp4", "藏文字幕": "a.bo.srt", "中文字幕": "a.zh.srt"}
_WORKS: Final = [{"编号": f"A{n}", **_FILES, **_FORM, "排序": n} for n in (1, 2, 3)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A reader: a sound file, what reads it, and how such files are changed."""

    sound: bytes
    read: Callable[[bytes], object]
    change: Callable[[bytes, random.Random], bytes]


def readers(folder: Path) -> dict[str, Reader]:
    """Every reader by name. ``folder`` is where files are put."""
    lines = SUN[:8]
    bo = track("bo", [(x.start, x.end, x.bo) for x in lines])
    zh = track("zh", [(x.start, x.end + 900, x.zh) for x in (*lines[:6], lines[3], lines[7])])
    report = examined(bo, zh)
    other = examined(bo)
    data = report.to_json().encode()
    saved = parse_report(data)
    annex = build_annex(saved, title="太阳", party="甲")
    judged = ReviewSheet(report, reviewer="卓玛").mark(1, "dismissed", "对").mark_pair(2, "wrong")
    first = {
        "schema": "bilingual.review/1",
        "report_sha256": report_digest(report),
        "reviewer": {"name": "卓玛"},
        "items": [{"finding": finding_ids(report)[0], "state": "confirmed", "note": "对"}],
        "cues": [{"bo": [1], "zh": [1], "state": "wrong", "note": ""}],
    }

    def put(name: str, content: bytes) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    def of_sheet(content: bytes) -> object:
        sheet = read_sheet(put("sheet", content))
        return correct_tracks({"bo": bo, "zh": zh}, sheet, files={})

    def of_review(content: bytes) -> object:
        read = parse_review(content)
        with contextlib.suppress(InputError):  # mostly `review-other-report`
            apply_review(read.on(other), other)
        apply_review(read.on(report), report)
        build_annex(saved, title="太阳", party="甲", review=read)
        return render_html(report.with_review(read.on(report)))

    def of_annex(content: bytes) -> object:
        path = put("annex.json", content or b" ")
        check_annex(path)
        return render_annex_html(Annex.from_dict(parsed(content)), digest_of(content))

    def of_glossary(content: bytes) -> object:
        path = put("glossary.tsv", content or b" ")
        read = read_glossary(path)
        return read.glossary(), read.fatal()

    def of_table(name: str) -> Callable[[bytes], object]:
        def of(content: bytes) -> object:
            works = load_table(put(name, content or b" "))
            reasons = [*works.notes, *(p for w in works for p in w.problems)]
            return [reason_words(reason, side) for reason in reasons for side in ("zh", "en")]

        return of

    def of_form(name: str) -> Callable[[bytes], object]:
        return lambda content: examined(zh=zh, form=load_form(put(name, content or b" ")))

    form = "".join(f"{json.dumps(k)} = {json.dumps(v)}\n" for k, v in _FORM.items())
    return {
        "report": Reader(sound=data, read=_of_report, change=mutated_json),
        "review": Reader(
            sound=review_json(judged.review()).encode(), read=of_review, change=mutated_json
        ),
        "review-1": Reader(sound=json.dumps(first).encode(), read=of_review, change=mutated_json),
        "annex": Reader(sound=annex.to_bytes(), read=of_annex, change=mutated_json),
        "sheet-csv": Reader(sound=render_sheet(report, "csv"), read=of_sheet, change=mutated),
        "sheet-xlsx": Reader(sound=render_sheet(report, "xlsx"), read=of_sheet, change=mutated_zip),
        "glossary": Reader(sound=_GLOSSARY.encode(), read=of_glossary, change=mutated),
        "settings": Reader(
            sound=_SETTINGS.encode(),
            read=lambda content: Config.load(put("settings.toml", content)),
            change=mutated,
        ),
        "form-json": Reader(
            sound=json.dumps(_FORM, ensure_ascii=False).encode(),
            read=of_form("form.json"),
            change=mutated_json,
        ),
        "form-toml": Reader(sound=form.encode(), read=of_form("form.toml"), change=mutated),
        "table-csv": Reader(sound=_csv(_WORKS), read=of_table("works.csv"), change=mutated),
        "table-xlsx": Reader(sound=_xlsx(_WORKS), read=of_table("works.xlsx"), change=mutated_zip),
        "table-json": Reader(
            sound=json.dumps(_WORKS, ensure_ascii=False).encode(),
            read=of_table("works.json"),
            change=mutated_json,
        ),
    }


def _csv(works: Sequence[Mapping[str, object]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(works[0]))
    writer.writeheader()
    writer.writerows(works)
    return out.getvalue().encode()


def _xlsx(works: Sequence[Mapping[str, object]]) -> bytes:
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (list(works[0]), *(list(work.values()) for work in works)):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def _of_report(content: bytes) -> object:
    saved = parse_report(content)
    report: Report = saved.report
    for language in ("zh", "en"):
        report.to_text(language)
    report.to_json()
    render_html(report)
    render_sheet(report, "csv")
    return build_annex(saved, title="太阳", party="甲")


def faults(
    name: str, reader: Reader, count: int, seed: int
) -> tuple[list[tuple[int, Exception]], int]:
    """What a reader raised that is no `BilingualError`, by the number of the mutation, and
    how many of the changed files it refused.
    """
    found, refused = [], 0
    with (
        patch("bilingual.render.html.page.font_css", lambda text: ""),
        patch("bilingual.render.annex.html.font_css", lambda text: ""),
    ):
        for number in range(count):
            changed = reader.change(reader.sound, random.Random(f"{name} {seed} {number}"))
            try:
                reader.read(changed)
            except BilingualError:
                refused += 1
            except Exception as error:
                found.append((number, error))
    return found, refused
