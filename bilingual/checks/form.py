"""The entry form: date, address, authors, lengths, channel, pledge, and the title in the film."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from bilingual.checks._form import FILLED, GOOD, absent, filled, form_of, with_form
from bilingual.checks.base import Artifacts, CannotTell, Example, Hit, Need, Rule, Words
from bilingual.form import FIELDS, channel_of, count_words, named_in, period_of
from bilingual.model import OpeningLine, Reason, Severity

_URL: Final = re.compile(r"https?://[^\s，。；、！？）)】」』”\"'<>《》（]+", re.IGNORECASE)
_BARE: Final = re.compile(
    r"(?<![@\w.-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,9}\.(?:com|cn|net|org|tv|gov|edu)\b",
    re.IGNORECASE,
)
_TEXTS: Final = ("summary", "innovation", "reach")


def _first_broadcast(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    text = form_of(artifacts).first_broadcast
    if text is None or not text.strip():
        yield from filled(text, "first_broadcast")
        return
    first, last = artifacts.config.profile.form.first_broadcast
    bounds = {"first": first.isoformat(), "last": last.isoformat()}
    try:
        period = period_of(text)
    except ValueError:
        yield Hit(params={"variant": "impossible", "found": text.strip()[:40], **bounds})
        return
    if period is None:
        yield CannotTell(reason=Reason(code="form-date-unclear", params={"found": text[:40]}))
    elif period.last < first or period.first > last:
        yield Hit(
            params={
                "variant": "early" if period.last < first else "late",
                "found": text.strip()[:40],
                **bounds,
            }
        )
    elif period.first < first or period.last > last:
        yield CannotTell(
            reason=Reason(code="form-date-edge", params={"found": text[:40], **bounds})
        )


def _broadcast_url(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    text = form_of(artifacts).broadcast
    if text is None or not text.strip():
        yield from filled(text, "broadcast")
        return
    plain = unicodedata.normalize("NFKC", text)
    addresses = _URL.findall(plain)
    if any(_is_public(address) for address in addresses):
        return
    variant = "private" if addresses else "scheme" if _BARE.search(plain) else "none"
    yield Hit(params={"variant": variant})


def _is_public(address: str) -> bool:
    """Whether an address can lead anywhere on the internet; it is never opened."""
    try:
        host = (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        labels = host.split(".")
        named = len(labels) > 1 and all(labels) and not labels[-1].isdigit()
        return named and labels[-1] not in ("local", "localhost", "lan", "internal")


def _authors(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    text = form_of(artifacts).authors
    if text is None or not text.strip():
        yield from filled(text, "authors")
        return
    limit = artifacts.config.profile.form.max_authors
    named = named_in(text)
    if named.least > limit:
        over = named.least - limit
        yield Hit(params={"counted": named.least, "limit": limit, "over": over})
    elif named.most is None or named.most > limit:
        joined = named.outside is not None and named.outside > limit
        code = "form-authors-joined" if joined else "form-authors-unclear"
        params = {"least": named.least, "limit": limit}
        yield CannotTell(reason=Reason(code=code, params=params))


def _summary_length(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    form = form_of(artifacts)
    texts = {name: getattr(form, name) for name in _TEXTS}
    if all(text is None for text in texts.values()):
        yield absent(*_TEXTS)
        return
    limit = artifacts.config.profile.form.max_summary_characters
    for name, text in texts.items():
        counted = count_words(text or "")
        if counted.words > limit:
            yield Hit(
                params={
                    "field": FIELDS[name],
                    "name": name,
                    "counted": counted.words,
                    "unmarked": counted.unmarked,
                    "characters": counted.characters,
                    "limit": limit,
                    "over": counted.words - limit,
                }
            )


def _channel(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    form = form_of(artifacts)
    if form.channel is None and form.unit is None:
        yield absent("channel", "unit")
        return
    found = channel_of(form)
    if found in ("both", "none"):
        yield Hit(params={"variant": found})
    elif found == "unclear":
        yield CannotTell(reason=Reason(code="form-channel-unclear"))
    elif found == "unit" and form.unit is not None and not form.unit.strip():
        yield Hit(severity=Severity.WARNING, params={"variant": "no-unit"})


def _pledge(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    form = form_of(artifacts)
    if form.pledge is None or not form.pledge.strip():
        yield from filled(form.pledge, "pledge")
    elif form.pledge_kind is None:
        yield CannotTell(reason=Reason(code="form-pledge-unseen"))
    elif form.pledge_kind not in ("pdf", "picture"):
        yield Hit(params={"variant": form.pledge_kind})


_SURE: Final = 0.9  # of a reading that another title rests on
_SAME: Final = 75.0  # of 100: shares of the title found in what the picture shows
_LARGE: Final = 0.055  # of the picture's height; subtitles of two lines have less
_LOW: Final = 0.72  # further down are subtitles
_FEW: Final = 3  # characters


def _title_mismatch(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    from rapidfuzz import fuzz

    title = form_of(artifacts).title
    if title is None or not title.strip():
        yield absent("title")
        return
    wanted = _letters(title)
    lines = [line for line in artifacts.opening or () if _letters(line.text)]
    moments = {line.at_ms: "" for line in lines}
    for line in sorted(lines, key=lambda line: line.middle):
        moments[line.at_ms] += _letters(line.text)
    if not wanted or any(fuzz.partial_ratio(wanted, shown) >= _SAME for shown in moments.values()):
        return
    cards = [line for line in lines if _is_title(line)]
    if not cards:
        yield CannotTell(reason=Reason(code="form-no-title-card"))
        return
    card = max(cards, key=lambda line: (line.height, line.confidence))
    yield Hit(
        confidence=card.confidence / 2,  # the name of a series is as large as a title
        params={"title": title.strip()[:80], "found": card.text[:80], "at_s": card.at_ms / 1000},
    )


def _is_title(line: OpeningLine) -> bool:
    return (
        line.confidence >= _SURE
        and line.height >= _LARGE
        and line.middle <= _LOW
        and len(_letters(line.text)) >= _FEW
    )


def _letters(text: str) -> str:
    """What a title is compared by: letters, ideographs and digits, of one width and case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum() and not "\u0f00" <= char <= "\u0fff")


_NEEDS: Final[frozenset[Need]] = frozenset({"form"})
_CARD: Final = OpeningLine(text="认识太阳", at_ms=2000, height=0.12, middle=0.45, confidence=0.99)

RULES: Final = (
    Rule(
        id="first-broadcast",
        group="award",
        severity=Severity.ERROR,
        needs=_NEEDS,
        title=Words(zh="首次播出时间", en="First broadcast"),
        holds=Words(zh="首次播出在规定的时间内", en="First broadcast within the period"),
        asks=Words(
            zh="首次播出是否在规定的时间内", en="Whether the first broadcast was within the period"
        ),
        explanation=Words(
            zh="通知要求作品在规定期间内完成并播出过（2024 年评选为 2023 年 1 月 1 日至 12 月 31 日）。按表上填写的日期判断。",
            en="The notice requires that the work was made and broadcast within a period (2023 for the selection of 2024). Judged by the date on the form.",
        ),
        message=Words(
            zh="首次播出时间“{found}”不在 {first} 至 {last} 之间。",
            en="The first broadcast, “{found}”, is not between {first} and {last}.",
        ),
        messages={
            "blank": Words(zh="首次播出时间没有填写。", en="The first broadcast is not filled in."),
            "early": Words(
                zh="首次播出时间“{found}”早于 {first}；要求在 {first} 至 {last} 之间。",
                en="The first broadcast, “{found}”, is before {first}; it must be between {first} and {last}.",
            ),
            "late": Words(
                zh="首次播出时间“{found}”晚于 {last}；要求在 {first} 至 {last} 之间。",
                en="The first broadcast, “{found}”, is after {last}; it must be between {first} and {last}.",
            ),
            "impossible": Words(
                zh="首次播出时间“{found}”不是存在的日期；要求在 {first} 至 {last} 之间。",
                en="The first broadcast, “{found}”, is a date that does not exist; it must be between {first} and {last}.",
            ),
        },
        remedy=Words(
            zh="请核对首次播出的日期，写成 2023-05-01 这样的形式。",
            en="Check the date of the first broadcast, and write it as 2023-05-01.",
        ),
        limits=Words(
            zh="只看表上写的日期，不核实作品是否真的播出过。只写到月份、而该月跨出期限的，以及读不出的写法，结论为“未能判断”。",
            en="Only the date on the form is looked at; whether the work was broadcast is not verified. A month that reaches over the edge of the period, and a date that cannot be read, are unknown.",
        ),
        run=_first_broadcast,
        catches=with_form(first_broadcast="2022年12月31日"),
        leaves=GOOD,
        required=True,
        award=True,
    ),
    Rule(
        id="broadcast-url",
        group="award",
        severity=Severity.ERROR,
        needs=_NEEDS,
        title=Words(zh="播出网址", en="Address of the broadcast"),
        holds=Words(zh="写了播出网址", en="The address of the broadcast is given"),
        asks=Words(zh="是否写了播出网址", en="Whether the address of the broadcast is given"),
        explanation=Words(
            zh="通知要求提供原视频的播放网址。",
            en="The notice requires the address at which the original video was broadcast.",
        ),
        message=Words(
            zh="“播出平台及网址”里没有网址。",
            en="There is no web address in the field for platform and address.",
        ),
        messages={
            "blank": Words(
                zh="“播出平台及网址”没有填写。",
                en="The field for platform and address is not filled in.",
            ),
            "scheme": Words(
                zh="“播出平台及网址”里的网址不完整：缺少开头的 http:// 或 https://。",
                en="The web address is incomplete: http:// or https:// is missing.",
            ),
            "private": Words(
                zh="“播出平台及网址”里的网址只在本机或内网有效，别人打不开。",
                en="The web address works on one computer or network only; others cannot open it.",
            ),
        },
        remedy=Words(
            zh="请从浏览器地址栏复制完整的播放网址，以 http:// 或 https:// 开头。",
            en="Copy the whole address from the browser; it begins with http:// or https://.",
        ),
        limits=Words(
            zh="只看写法，从不打开网址：页面是否存在、是不是这部作品，需要人看。",
            en="Only the form of the address is looked at; it is never opened. Whether the page exists and shows this work is for a person to see.",
        ),
        run=_broadcast_url,
        catches=with_form(broadcast="四川科普网"),
        leaves=GOOD,
        required=True,
        award=True,
    ),
    Rule(
        id="authors",
        group="award",
        severity=Severity.ERROR,
        needs=_NEEDS,
        title=Words(zh="主创人数", en="Number of authors"),
        holds=Words(zh="主创人数符合要求", en="The number of authors is as required"),
        asks=Words(zh="主创人数是否符合要求", en="Whether the number of authors is as required"),
        explanation=Words(
            zh="通知规定作者或单位最多不超过 5 名。",
            en="The notice allows at most 5 authors or organisations.",
        ),
        message=Words(
            zh="主创人员（或单位）有 {counted} 名，最多 {limit} 名，多了 {over} 名。",
            en="There are {counted} authors or organisations; at most {limit} are allowed: {over} too many.",
        ),
        messages={
            "blank": Words(zh="主创人员（或单位）没有填写。", en="The authors are not filled in."),
        },
        remedy=Words(
            zh="请保留最多规定名额的作者或单位，用顿号隔开。",
            en="Keep no more authors or organisations than are allowed, separated by commas.",
        ),
        limits=Words(
            zh="按顿号、逗号、分号和换行分开计数，同名只算一次；括号里的人名、“等”之后的人数，以及用空格、“和”、斜线或藏文垂符隔开、可能超出名额的，算不清，结论为“未能判断”。报告里不出现姓名。",
            en="Names are separated by commas, semicolons or lines, and counted once each. Names in brackets, those behind 等, and perhaps too many with spaces, 和, oblique strokes or shads between them cannot be counted with certainty: unknown. No name appears in the report.",
        ),
        run=_authors,
        catches=with_form(authors="甲、乙、丙、丁、戊、己"),
        leaves=GOOD,
        required=True,
        award=True,
    ),
    Rule(
        id="summary-length",
        group="award",
        severity=Severity.ERROR,
        needs=_NEEDS,
        title=Words(zh="简介字数", en="Length of the summary"),
        holds=Words(zh="简介字数符合要求", en="The summary is short enough"),
        asks=Words(zh="简介字数是否符合要求", en="Whether the summary is short enough"),
        explanation=Words(
            zh="表上要求内容简介、创新点和传播效果各在 100 字以内。",
            en="The form asks for summary, innovation and reach of at most 100 字 each.",
        ),
        message=Words(
            zh="“{field}”有 {counted} 字（按文字处理软件的“字数”计，含标点；不含标点 {unmarked} 字，字符数不计空格 {characters}），要求 {limit} 字以内，超出 {over} 字。",
            en="“{field}” has {counted} 字 (as word processors count, punctuation included; {unmarked} without it, {characters} characters without spaces); at most {limit} are allowed: {over} too many.",
        ),
        remedy=Words(
            zh="请把这一栏删去至少 {over} 字，不超过 {limit} 字。",
            en="Cut at least {over} words from this field; {limit} are allowed.",
        ),
        limits=Words(
            zh="一个汉字一字，一个外文词或数一字，一个藏文音节一字，标点计入。不看内容。",
            en="An ideograph, a word or number, and a Tibetan syllable are one each; punctuation counts. What the text says is not looked at.",
        ),
        run=_summary_length,
        catches=with_form(summary="太阳" * 60),
        leaves=GOOD,
        required=True,
        award=True,
    ),
    Rule(
        id="channel",
        group="award",
        severity=Severity.ERROR,
        also=(Severity.WARNING,),
        needs=_NEEDS,
        title=Words(zh="申报渠道", en="Channel of submission"),
        holds=Words(zh="只选了一种申报渠道", en="One channel of submission is chosen"),
        asks=Words(zh="是否只选了一种申报渠道", en="Whether one channel of submission is chosen"),
        explanation=Words(
            zh="通知规定只能选择一种方式：由部门、地方推荐，或社会征集自荐。",
            en="The notice allows one channel only: recommended by a unit, or self-nominated.",
        ),
        message=Words(
            zh="申报渠道应恰好有一种。", en="There must be exactly one channel of submission."
        ),
        messages={
            "both": Words(
                zh="推荐和自荐同时填写了，只能选一种。",
                en="Recommendation and self-nomination are both filled in; only one is allowed.",
            ),
            "none": Words(
                zh="没有选择推荐或自荐。",
                en="Neither recommendation nor self-nomination is chosen.",
            ),
            "no-unit": Words(
                zh="选择了推荐，但没有填写推荐单位。",
                en="Recommendation is chosen, but no recommending unit is filled in.",
            ),
        },
        remedy=Words(
            zh="请只保留一种：推荐的写明推荐单位，自荐的不填推荐单位。",
            en="Keep one: a recommended work names its unit, a self-nominated one names none.",
        ),
        limits=Words(
            zh="只看本表；同一作品从两个渠道提交，由成批核查的 duplicate-work 查找。",
            en="Only this form is looked at; the same work submitted by two channels is found by duplicate-work in a batch.",
        ),
        run=_channel,
        catches=with_form(channel="推荐、自荐"),
        leaves=GOOD,
        required=True,
        award=True,
    ),
    Rule(
        id="pledge",
        group="award",
        severity=Severity.ERROR,
        needs=_NEEDS,
        title=Words(zh="承诺书", en="Pledge"),
        holds=Words(zh="附有承诺书", en="The pledge is there"),
        asks=Words(zh="是否附有承诺书", en="Whether the pledge is there"),
        explanation=Words(
            zh="通知要求提交签字或盖章的承诺书。这里看扫描件在不在、是不是 PDF 或图片。",
            en="The notice requires a signed or stamped pledge. Checked is whether the scan is there and is a PDF or a picture.",
        ),
        message=Words(zh="承诺书扫描件无法使用。", en="The scan of the pledge cannot be used."),
        messages={
            "blank": Words(zh="没有填写承诺书扫描件。", en="No scan of the pledge is named."),
            "missing": Words(zh="找不到承诺书扫描件。", en="The scan of the pledge is not there."),
            "empty": Words(
                zh="承诺书扫描件是空文件。", en="The scan of the pledge is an empty file."
            ),
            "link": Words(
                zh="承诺书扫描件是快捷方式（符号链接），不是文件本身。",
                en="The scan of the pledge is a link, not the file itself.",
            ),
            "folder": Words(
                zh="承诺书扫描件的位置是一个文件夹。",
                en="A folder is named as the scan of the pledge.",
            ),
            "outside": Words(
                zh="承诺书扫描件不在表格所在的文件夹里，没有打开。",
                en="The scan of the pledge is outside of the table's folder, and was not opened.",
            ),
            "unreadable": Words(
                zh="承诺书扫描件无法读取。", en="The scan of the pledge cannot be read."
            ),
            "other": Words(
                zh="承诺书扫描件既不是 PDF，也不是图片。",
                en="The scan of the pledge is neither a PDF nor a picture.",
            ),
        },
        remedy=Words(
            zh="请提交签字或盖章的承诺书的扫描件或照片（PDF、JPG、PNG 等）。",
            en="Submit a scan or photograph of the signed or stamped pledge (PDF, JPG, PNG …).",
        ),
        limits=Words(
            zh="不读承诺书的内容：有没有签字盖章、是不是双语类别的那一份，需要人看。",
            en="What it says is not read: whether it is signed, and whether it is the one for the bilingual category, is for a person to see.",
        ),
        run=_pledge,
        catches=with_form(pledge_kind="missing"),
        leaves=GOOD,
        required=True,
        award=True,
    ),
    Rule(
        id="title-mismatch",
        group="award",
        severity=Severity.INFO,
        needs=frozenset({"form", "opening"}),
        title=Words(zh="片名与表上不同", en="Another title in the film"),
        holds=Words(zh="片名与表上一致", en="The title in the film is that of the form"),
        asks=Words(zh="片名与表上是否一致", en="Whether the title in the film is that of the form"),
        explanation=Words(
            zh="片头画面里的大字与表上的微视频名称不同。",
            en="The large letters in the opening are not the title on the form.",
        ),
        message=Words(
            zh="表上的名称是“{title}”，片头 {at_s} 秒处的画面写的是“{found}”。",
            en="The form's title is “{title}”; at {at_s} s the picture shows “{found}”.",
        ),
        remedy=Words(
            zh="请核对作品名称，使表格、承诺书和片头一致。",
            en="Check the title: form, pledge and opening should agree.",
        ),
        limits=Words(
            zh="只读片头的中文大字。栏目名、台标也可能是大字，因此只作提示；没有读到片名时，结论为“未能判断”。",
            en="Only large Chinese text in the opening is read. The name of a series is large as well, hence a note only; where no title is found, the result is unknown.",
        ),
        run=_title_mismatch,
        catches=Example(form=FILLED, opening=(replace(_CARD, text="月球的秘密"),)),
        leaves=Example(form=FILLED, opening=(_CARD,)),
        award=True,
    ),
)
