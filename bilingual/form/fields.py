"""What the fields of the form are called: in English, in the form's own words, as people vary them.

The form's words are those of annexes 1 and 2 of the notice 川科普〔2024〕6号.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

FIELDS: Final = {
    "title": "微视频名称",
    "subject": "科普类别",
    "first_broadcast": "首次播出时间",
    "broadcast": "播出平台及网址",
    "authors": "主创人员(或单位)",
    "summary": "内容简介",
    "innovation": "创新点",
    "reach": "传播效果",
    "channel": "推荐/自荐",
    "unit": "推荐单位",
    "rank": "排序",
    "pledge": "承诺书扫描件",
}
"""The fields that are read, in the form's order, and what the form calls each."""

PERSONAL: Final = {
    "contact": "联系人",
    "phone": "手机号",
    "address": "联系地址",
    "email": "电子邮箱",
    "id_number": "身份证号",
}
"""The fields whose values are never read."""

_ALSO: Final = {
    "title": ("作品名称", "视频名称", "微视频题目", "作品题目", "名称", "标题"),
    "subject": ("科普领域", "学科", "学科领域", "科学领域"),
    "first_broadcast": ("首播时间", "首播日期", "首次播出日期", "播出时间", "首次播放时间"),
    "broadcast": (
        "播出平台和网址",
        "播出平台与网址",
        "播出平台网址",
        "播出网址",
        "网址",
        "播放网址",
        "原视频播放网址",
        "url",
    ),
    "authors": ("主创人员", "主创人员或单位", "作者", "作者/单位", "主创", "主创单位"),
    "summary": ("简介", "作品简介"),
    "innovation": ("创新", "作品创新点"),
    "reach": ("传播情况", "传播效果及影响"),
    "channel": ("推荐或自荐", "推荐方式", "申报方式", "申报渠道", "渠道"),
    "unit": ("推荐部门", "推荐单位名称", "单位"),
    "rank": ("推荐排序", "排名", "推荐序号"),
    "pledge": ("承诺书", "承诺书文件"),
}
_PERSONAL_WORDS: Final = re.compile(
    "身份证|证件|信用代码|电话|手机|邮箱|邮编|邮政|邮件|住址|地址|联系|微信|银行|账号|账户|护照|出生|籍贯"
    r"|^qq号?码?$|e-?mail|phone|\bmobile\b|^tel|address|contact|passport|id_?(?:number|card|no)\b"
)
_MARKS: Final = re.compile(r"[\s*:：、。]+")
_NOTE: Final = re.compile(r"\((?:必填|选填|必选|限?\d+字(?:以内)?|\d+字以内|不超过.{0,12}|可选)\)")


def plain_heading(heading: str) -> str:
    """A heading as it is compared: one width, no spaces, stars, colons or notes such as (必填)."""
    folded = unicodedata.normalize("NFKC", heading).casefold().strip()
    folded = re.sub(r"[^\S\n]+|\n", "", folded) if re.search("[一-鿿]", folded) else folded
    return _MARKS.sub("", _NOTE.sub("", folded)) or folded


def _known() -> dict[str, str]:
    names: dict[str, str] = {}
    for field, words in (*FIELDS.items(), *PERSONAL.items()):
        names[plain_heading(field)] = names[plain_heading(words)] = field
    for field, others in _ALSO.items():
        for words in others:
            names[plain_heading(words)] = field
    return names


_KNOWN: Final = _known()


def field_of(heading: str) -> str | None:
    """The field that a heading or key stands for, a personal one too; ``None`` for none."""
    plain = plain_heading(heading)
    found = _KNOWN.get(plain) or _KNOWN.get(plain.replace("-", "_").replace(" ", "_"))
    if found is None and is_personal(heading):
        return "contact"
    return found


def is_personal(heading: str) -> bool:
    """Whether what stands under a heading is personal: then nobody reads it."""
    plain = plain_heading(heading)
    return _KNOWN.get(plain) in PERSONAL or bool(_PERSONAL_WORDS.search(plain))
