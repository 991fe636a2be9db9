"""Entry forms that are filled in wrongly or rightly, as people fill them in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bilingual.form import load_form
from bilingual.model import CheckVerdict, Report
from tests.bench.rules_run import Bench, Measured, keep
from tests.bench.rules_titles import measure_titles
from tests.bench.rules_works import Tally
from tests.support import examined

_PDF: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_JPEG: Final = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
_FILES: Final[Mapping[str, bytes]] = {
    "scan.pdf": _PDF,
    "scan.jpg": _JPEG,
    "scan.png": b"\x89PNG\r\n\x1a\n" + bytes(16),
    "scan.heic": b"\0\0\0\x18ftypheic" + bytes(16),
    "really-word.pdf": b"PK\x03\x04" + bytes(64),
    "note.txt": "承诺书".encode(),
    "letter.docx": b"PK\x03\x04" + bytes(64),
    "empty.pdf": b"",
    "page.html": b"<html>%",
}
_GOOD: Final[Mapping[str, str]] = {
    "title": "认识太阳", "subject": "天文", "first_broadcast": "2023-05-01",
    "broadcast": "四川科普网 https://video.example.cn/sun", "authors": "扎西、卓玛、四川科普中心",
    "summary": "用四分钟讲清太阳为什么东升西落。", "innovation": "藏汉双语对照。", "reach": "播放 3000 次。",
    "channel": "推荐", "unit": "四川科普中心", "rank": "1", "pledge": "scan.pdf",
}  # fmt: skip
_WORDS: Final = "太阳从东方升起，又在西方落下；这是因为地球自西向东转动。我们用小实验来说明。"


def _words(count: int) -> str:
    return (_WORDS * 9)[:count]


Filled = Mapping[str, Mapping[str, str]]
"""Fields by the name of the case."""

WRONG: Final[Mapping[str, Filled]] = {
    "first-broadcast": {
        f"{text or 'left blank'}": {"first_broadcast": text}
        for text in ("2022-12-31", "2022年12月31日", "2024/1/1", "2024.01.01", "20240105", "2022年", "二〇二二年十月一日",
                     "2024年2月", "2023-02-30", "２０２２－０５－０１", "2023年13月1日", "2024-01-01 08:00", "")
    },
    "broadcast-url": {
        text or "left blank": {"broadcast": text}
        for text in ("四川科普网", "www.example.cn/1", "抖音：科普四川", "http://localhost/1", "http://192.168.1.8/1", "video.example.com/sun",
                     "http://nas/film", "央视频，搜索“认识太阳”", "https:/video", "")
    },
    "authors": {
        "six with 、": {"authors": "扎西、卓玛、达瓦、次仁、格桑、白玛"},
        "six with commas of Latin": {"authors": "扎西,卓玛,达瓦,次仁,格桑,白玛"},
        "six on lines": {"authors": "扎西\n卓玛\n达瓦\n次仁\n格桑\n白玛"},
        "six with spaces": {"authors": "扎西 卓玛 达瓦 次仁 格桑 白玛"},
        "six with 和": {"authors": "扎西、卓玛、达瓦、次仁、格桑和白玛"},
        "six with oblique strokes": {"authors": "扎西/卓玛/达瓦/次仁/格桑/白玛"},
        "six with Tibetan shads": {"authors": "བཀྲ་ཤིས། སྒྲོལ་མ། ཟླ་བ། ཚེ་རིང་། སྐལ་བཟང་། པད་མ།"},
        "four and two units": {"authors": "扎西；卓玛；达瓦；次仁；四川科普中心；甘孜电视台"},
        "twelve": {"authors": "、".join(f"作者{n}" for n in "甲乙丙丁戊己庚辛壬癸子丑")},
        "left blank": {"authors": ""},
    },
    "summary-length": {
        f"{field} of {count}": {field: _words(count)}
        for field in ("summary", "innovation", "reach") for count in (101, 120, 250)
    },
    "channel": {
        "both named": {"channel": "推荐、自荐"},
        "both boxes ticked": {"channel": "☑推荐 ☑自荐"},
        "self-nominated with a unit": {"channel": "自荐"},
        "neither of them": {"channel": "", "unit": ""},
        "recommended without a unit": {"unit": ""},
        "recommended, the unit a space": {"unit": "　"},
    },
    "pledge": {
        "not there": {"pledge": "scan2.pdf"}, "an empty file": {"pledge": "empty.pdf"}, "a text file": {"pledge": "note.txt"},
        "a Word file": {"pledge": "letter.docx"}, "a Word file named .pdf": {"pledge": "really-word.pdf"}, "a web page": {"pledge": "page.html"},
        "a folder": {"pledge": "folder"}, "left blank": {"pledge": ""},
    },
}  # fmt: skip
RIGHT: Final[Mapping[str, Filled]] = {
    "first-broadcast": {
        text: {"first_broadcast": text}
        for text in ("2023-01-01", "2023-12-31", "2023年5月1日", "2023/5/1", "2023.05.01", "20230501", "二〇二三年五月一日",
                     "2023年5月", "2023年", "２０２３年５月１日", "2023-05-01 20:00", "2023 年 5 月 1 日", "2023年10月1日起")
    },
    "broadcast-url": {
        text: {"broadcast": text}
        for text in ("https://video.example.cn/sun", "四川科普网（https://video.example.cn/sun）", "http://video.example.cn/a?b=1&c=2",
                     "ＨＴＴＰＳ：／／video.example.cn/1", "https://视频.中国/1", "抖音 https://v.example.com/abc/ 复制此链接")
    },
    "authors": {
        text: {"authors": text}
        for text in ("扎西", "扎西、卓玛、达瓦、次仁、格桑", "四川科普中心", "扎西，卓玛；达瓦", "扎西\n卓玛", "扎西、卓玛、达瓦、次仁、格桑、扎西",
                     "扎西、卓玛、丹增、格桑、张和平", "张 三、李 四、王 五、赵 六、钱 七", "扎西 卓玛 达瓦 次仁 格桑",
                     "扎西、卓玛、达瓦、次仁、康定市文化广播电视和旅游局", "甘孜州藏语频道/KBTV、扎西、卓玛、达瓦、次仁",
                     "编导 扎西、摄影 卓玛、旁白 达瓦、剪辑 次仁、翻译 格桑", "扎西（བཀྲ་ཤིས）、卓玛（སྒྲོལ་མ）、达瓦（ཟླ་བ）、次仁、格桑")
    },
    "summary-length": {
        "100 with marks": {"summary": _words(100)}, "90": {"summary": _words(90)},
        "100 syllables of Tibetan": {"summary": "བོད་" * 100}, "60 with English": {"summary": _words(50) + " the quick brown fox jumps"},
    },
    "channel": {
        "推荐": {}, "部门、地方推荐": {"channel": "部门、地方推荐"}, "自荐": {"channel": "自荐", "unit": ""},
        "☑推荐 □自荐": {"channel": "☑推荐 □自荐"}, "社会征集自荐": {"channel": "社会征集自荐", "unit": ""}, "自我推荐": {"channel": "自我推荐", "unit": ""},
    },
    "pledge": {name: {"pledge": name} for name in ("scan.pdf", "scan.jpg", "scan.png", "scan.heic")},
}  # fmt: skip


_NAMED: Final = "filled in rightly, in several ways"
_TOGETHER: Final = {
    "first-broadcast": "dates in several spellings",
    "broadcast-url": "addresses in several spellings",
    "summary-length": "texts of several lengths",
}
"""Cases that are counted in one row."""


def filled_in(folder: Path, changes: Mapping[str, str]) -> Report:
    """What is found in a form, read from its file, with a scan beside it."""
    for name, data in _FILES.items():
        (folder / name).write_bytes(data)
    (folder / "folder").mkdir(exist_ok=True)
    path = folder / "form.json"
    form: dict[str, Any] = {**_GOOD, **changes}
    path.write_text(json.dumps(form, ensure_ascii=False), "utf-8")
    return examined(form=load_form(path))


def is_unknown(report: Report, rule: str) -> bool:
    """Whether a rule could not judge: a person has to look, as at a false alarm."""
    return any(c.rule == rule and c.verdict is CheckVerdict.UNKNOWN for c in report.checks)


def measure_forms(bench: Bench, measured: Measured) -> None:
    """Each field filled in wrongly and rightly; then the title in the film."""
    folder = bench.scratch / "form"
    folder.mkdir(exist_ok=True)
    for cases, rows, right in ((WRONG, measured.planted, False), (RIGHT, measured.right, True)):
        for rule in filter(bench.wants, cases):
            tallies: dict[str, Tally] = {}
            for name, changes in cases[rule].items():
                report = filled_in(folder, changes)
                row = _TOGETHER.get(rule, _NAMED if right else "") or name
                tally = tallies.setdefault(row, Tally())
                found = any(f.rule == rule for f in report.findings)
                tally.add(found or (right and is_unknown(report, rule)), name)
            for row, tally in tallies.items():
                keep(bench, rows, rule, row, tally, right=right)
    if bench.wants("title-mismatch"):
        measure_titles(bench, measured)
