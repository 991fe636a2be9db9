"""Chinese numerals, alone and together with digits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final

from bilingual.text.numbers.model import Kind, Quantity
from bilingual.text.numbers.units import ZH_UNIT, ZH_UNITS
from bilingual.text.numbers.western import Digits, digit_numbers, fold

DIGITS: Final = {
    c: n
    for n, row in enumerate(
        ("零〇○", "一壹", "二贰两俩", "三叁仨", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for c in row
}
SMALL: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
TWENTIES: Final = {"廿": 20, "卅": 30}
BIG: Final = {"万": 10**4, "亿": 10**8, "兆": 10**12, "萬": 10**4, "億": 10**8}
_NUMERAL: Final = "".join(DIGITS) + "".join(SMALL) + "".join(TWENTIES) + "".join(BIG)

# Words that hold a numeral and name no number; the longest first.
NOT_NUMBERS: Final = re.compile(
    "|".join(
        sorted(
            """一些 一样 一起 一般 一直 一定 一切 一旦 一致 一下 一方面 一点点 一点 一会儿 一共 一律 一向 一再 一同 统一
            同一 万一 进一步 一道 一带 一度 一连 一概 一味 一经 一边 一旁 一贯 一流 一举 一时 一番 一系列 一方 一路 一生
            一半以上 逐一 一一 不一 专一 单一 一体 一面 一如 一来 一心 一准 一股 一阵 一眼 一早 一手 一气 一瞬 一带 一类
            一种 一个 一位 一名 一项 一部 一次 一段 一群 一座 一家 一场 一条 一支 一位 一份 一张 一片 一块 一本
            十分 十足 十全 千万不 千万别 千万要 千万注意 三明治 五角大楼 万圣节 万维网 万物 万象 万能 万岁 万分 万众 万般 万事
            百姓 百科 百货 百度 百般 百合 百叶 百老汇 百灵 百慕大 百事 百思 百威 千方百计 千差万别 千变万化 千军万马 千篇一律 千言万语
            乱七八糟 四面八方 五花八门 三心二意 独一无二 成千上万 不管三七二十一 七上八下 五颜六色 四通八达 丢三落四 颠三倒四
            再三 三番五次 接二连三 朝三暮四 举一反三 不三不四 四处 四周 四散 四肢 四季豆 四川 四平 三亚 三峡 三星 三菱 三叶草 三轮车
            三角洲 三藩 八卦 八哥 九寨 九龙 九江 六安 七夕 百年老店 五官 五行 五金 五谷 五脏 五台山 六盘山 五指山 二胡 二手 二氧 一氧 三氧 四氯 三氯
            半岛 半导体 半球 半径 半夜 半空 半路 半途 半身 半数 半决赛 半真半假 多半 大半 夜半 半衰期 两极 两性 两栖 两侧 两岸 两旁 两边 两面 两端
            零售 零件 零食 零星 零散 零钱 凋零 飘零 千古 千里马 千秋 千斤顶 亿万 百万富翁 千禧 万豪 万达 万科 万州 万隆 万象
            三国演义 三文鱼 三合会 三角 三头肌 二头肌 四头肌 六神 二郎 伊万 斯万 万达 七喜 八达岭 九霄 五线谱 四边形 二极管 三极管
            百里香 十字 十项全能 三联 三维 二维 一维 四维 二进制 十进制 二元 一元 三元 多元 三体 三聚氰胺 一氧化 二氧化 三氧化
            千斤 千代 千叶 百夫长 百分点 百分比 百分制 百分 万历 万宝 万事达 万金 万古 十月革命 五四 六四 七七 九一八""".split(),
            key=len,
            reverse=True,
        )
    )
)
# These keep the number but only as a hint: a translation may say it otherwise.
_WEAK_ONLY: Final = frozenset(
    """一种 一个 一位 一名 一项 一部 一次 一段 一群 一座 一家 一场 一条 一支 一份 一张 一片 一块 一本 一类 单一 同一 唯一 逐一
    两极 两性 两侧 两岸 两旁 两边 两面 两端 三角 四边形 二氧 一氧 三氧 四氯 三氯 二手 三维 二维 一维 四维 二进制 十进制 二元 一元 三元
    一氧化 二氧化 三氧化 三角洲 四肢 五官 五行 三轮车 四季豆 二极管 三极管 亿万 百万富翁 成千上万 十月革命 三体 三头肌 二头肌 四头肌
    一半以上 半岛 半球 半径 半数 多半 大半 半夜 五谷 五脏 五线谱 三联 三角 一生 一方 百年老店 六盘山 四周 四处 四面八方 三国演义 五四 六四 七七 九一八
    十进制 十项全能 十字 百万富翁 百分 一切""".split()
)

# 陆 alone is land, 伍 a name: capital numerals count in company only.
_CAPITALS: Final = frozenset("壹贰叁肆伍陆柒捌玖拾佰仟兆○〇")
_CLASSIFIER: Final = (
    "个只条张位名人件种次本辆台部家座间场届支组项篇首句段层级块片颗粒棵株匹头艘架枚把副双对套份页章节集"
    "口户所门科类批群队班排连营团圈倍番年月日号天周岁秒分时点刻元角毛米里斤两吨克升亩度步遍回趟轮代"
    "世期战局盘枪杯瓶碗盒箱袋桶根束朵滴根封幅道股阶行列届"
)
_TOKEN: Final = re.compile(rf"[{_NUMERAL}]|[几数](?=[十百千万亿])|(?<=[十])几")
_SCALE_UNIT: Final = re.compile(
    r"千(?=米|克|瓦|卡|焦|帕|赫|伏|安|字节|兆)|百(?=帕|分之|分比|分点)|兆(?=赫|瓦|字节|帕|欧|比特)|万(?=有引力|维网|圣节)|[百千](?=分之)|百(?=万富翁)"
)
_MANY: Final = re.compile(r"[多余来]")
_APPROX_AFTER: Final = re.compile(r"[多余来]|左右|上下|以上|以下")
_APPROX_BEFORE: Final = re.compile(
    r"(?:约|大约|近|将近|超过|至少|多达|达|不到|几乎|大概|左右|上)\s?$"
)


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of a number: a digit 0–9, digits, a scale, or a vague word."""

    sort: str  # "d" Han digit, "n" number in digits, "s" scale, "v" vague
    value: Fraction
    start: int
    end: int
    char: str = ""
    digits: Digits | None = None


def read_chinese(text: str) -> list[Quantity]:
    """Every number of a Chinese text, in order of their starts."""
    folded = fold(text)
    digits = {d.start: d for d in digit_numbers(folded)}
    weak, blocked = _words(folded)
    out: list[Quantity] = []
    for run in _runs(folded, digits, blocked):
        out += _read_run(run, folded, weak)
    out += [q for q in _halves(folded, blocked) if not any(o.start <= q.start < o.end for o in out)]
    out.sort(key=lambda q: (q.start, q.end))
    return _joined(out, folded)


def _words(folded: str) -> tuple[set[int], set[int]]:
    weak: set[int] = set()
    blocked: set[int] = set()
    for m in NOT_NUMBERS.finditer(folded):
        before = folded[m.start() - 1] if m.start() else ""
        if before in _NUMERAL and before or before.isdigit() or before == "第":
            continue
        (weak if m.group() in _WEAK_ONLY else blocked).update(range(*m.span()))
    return weak, blocked


def _runs(folded: str, digits: dict[int, Digits], blocked: set[int]) -> list[list[_Token]]:
    runs: list[list[_Token]] = []
    run: list[_Token] = []
    at = 0
    while at < len(folded):
        if folded.startswith("零下", at):
            at += 2
            continue
        token = _token(folded, at, digits, blocked, run)
        if token is None:
            gap = folded[at] == " " and run and run[-1].sort == "n" and at + 1 < len(folded)
            if gap and folded[at + 1] in "十百千万亿兆" and not _SCALE_UNIT.match(folded, at + 1):
                at += 1
                continue
            many = (
                run and _MANY.match(folded, at) and at + 1 < len(folded) and folded[at + 1] in BIG
            )
            if many and run[-1].value >= 10:
                run.append(_Token("v", Fraction(0), at, at + 1, "多"))
                at += 1
                continue
            if run:
                runs.append(run)
                run = []
            at += 1
            continue
        if run and not _follows(run[-1], token):
            runs.append(run)
            run = []
        run.append(token)
        at = token.end
    if run:
        runs.append(run)
    return runs


def _token(
    folded: str, at: int, digits: dict[int, Digits], blocked: set[int], run: list[_Token]
) -> _Token | None:
    if at in digits:
        d = digits[at]
        return _Token("n", d.value, d.start, d.end, "", d)
    char = folded[at]
    if at in blocked or not _TOKEN.match(folded, at):
        return None
    if char in "几数":
        return _Token("v", Fraction(0), at, at + 1, "几")
    if char in DIGITS:
        return _Token("d", Fraction(DIGITS[char]), at, at + 1, char)
    if char in TWENTIES:
        return _Token("d", Fraction(TWENTIES[char]), at, at + 1, char)
    if _SCALE_UNIT.match(folded, at) and (run or char in "百千"):
        return None
    if char == "兆" and not run:
        return None
    return _Token("s", Fraction({**SMALL, **BIG}[char]), at, at + 1, char)


def _follows(last: _Token, token: _Token) -> bool:
    """Whether a token carries on the number that ``last`` is in."""
    if token.sort == "n":
        return last.sort == "s" and last.char in "万亿千"
    if last.sort == "n":
        return token.sort == "s"
    return True


def _evaluate(tokens: list[_Token], vague: Fraction) -> tuple[Fraction, Fraction] | None:
    """Value of a number with scales and its last scale; ``None`` if it is none."""
    total = section = Fraction(0)
    number: Fraction | None = None
    scale = last = Fraction(1)
    zero = False
    for token in tokens:
        if token.sort == "v" and token.char == "多":
            continue
        if token.sort == "v":
            number = vague
        elif token.sort in "dn":
            if number is not None and token.sort == "d" and number != 0:
                return None
            if token.char in TWENTIES:
                section += token.value
                last = Fraction(10)
                continue
            zero = zero or (token.sort == "d" and token.value == 0)
            number = token.value
        elif token.char in BIG:
            section += number or 0
            if section == 0 and total == 0:
                section = Fraction(1)
            if token.value >= 10**8:
                total = (total + section) * token.value
            else:
                total += section * token.value
            section, number, scale, last, zero = Fraction(0), None, token.value, token.value, False
        else:
            section += (1 if number is None else number) * token.value
            number, scale, last, zero = None, token.value, token.value, False
    if number is not None:
        tail = tokens[-1]
        if tail.sort == "v" or zero or scale <= 10 or (tail.sort == "n" and number >= 10):
            section += number
        else:
            section += number * scale / 10
            last = scale / 10
    return total + section, last


def _read_run(run: list[_Token], folded: str, weak: set[int]) -> list[Quantity]:
    if len(run) == 1 and run[0].char in _CAPITALS:
        return []
    start, end = run[0].start, run[-1].end
    spelled = any(t.sort in "dsv" for t in run) and run[0].sort != "n"
    if len(run) == 1 and run[0].digits is not None:
        d = run[0].digits
        if d.kinds:
            return [
                Quantity(value=p, start=start, end=end, kind=k, shape="digits")
                for p, k in zip(d.parts, d.kinds, strict=True)
            ]
        return [
            _context(
                Quantity(
                    value=d.value,
                    start=start,
                    end=end,
                    kind=d.kind,
                    parts=d.parts,
                    alternatives=d.alternatives,
                    shape="glued" if d.glued else "digits",
                ),
                folded,
                frozenset(),
            )
        ]
    while run and run[-1].sort == "v" and run[-1].char == "多":
        run = run[:-1]
        end = run[-1].end
    plain = [t for t in run if t.sort == "d"]
    if len(plain) == len(run) and len(run) > 1 and not any(t.char in TWENTIES for t in run):
        return _positional(run, folded, weak)
    if any(t.sort == "v" for t in run):
        low = _evaluate(run, Fraction(2))
        high = _evaluate(run, Fraction(9))
        if low is None or high is None:
            return []
        top = high[0] + (high[1] if run[-1].sort == "s" and any(t.char == "多" for t in run) else 0)
        return [
            Quantity(
                value=low[0] if run[0].char == "几" or run[-1].char == "几" else low[0],
                high=max(top, low[0]),
                start=start,
                end=end,
                exact=False,
                certain=False,
                spelled=spelled,
                shape="vague",
            )
        ]
    found = _evaluate(run, Fraction(0))
    if found is None:
        return _doubled(run, folded, weak)
    value, _ = found
    shape = "scaled" if run[0].sort == "n" else "composite"
    single = len(run) == 1
    if single:
        shape = "scale" if run[0].sort == "s" else "unit"
    parts: tuple[Fraction, ...] = ()
    if run[0].sort == "n" and len(run) == 2:
        parts = (run[0].value, run[1].value)
    q = Quantity(value=value, start=start, end=end, spelled=spelled, shape=shape, parts=parts)
    return [_context(q, folded, weak)]


def _positional(run: list[_Token], folded: str, weak: set[int]) -> list[Quantity]:
    """二〇一九, 一九四九; 两三 and 三五 are ranges."""
    start, end = run[0].start, run[-1].end
    values = [int(t.value) for t in run]
    value = Fraction(int("".join(map(str, values))))
    if len(run) == 2 and 0 not in values and (values[1] == values[0] + 1 or values == [3, 5]):
        low, high = Fraction(values[0]), Fraction(values[1])
        return [
            Quantity(
                value=low,
                high=high,
                parts=(low, high),
                alternatives=(value,),
                start=start,
                end=end,
                kind="range",
                exact=False,
                certain=False,
                spelled=True,
                shape="vague",
            )
        ]
    if len(run) == 2 and values == [1, 1]:
        return []
    q = Quantity(
        value=value,
        start=start,
        end=end,
        spelled=True,
        certain=len(run) > 2,
        parts=tuple(Fraction(v) for v in values) if len(run) <= 3 else (),
        shape="positional",
    )
    return [_context(q, folded, weak)]


def _doubled(run: list[_Token], folded: str, weak: set[int]) -> list[Quantity]:
    """两三百, 十七八, 三四万: two digits in one place are a range."""
    for k, (a, b) in enumerate(pairwise(run)):
        if a.sort == b.sort == "d" and a.value and b.value:
            low = _evaluate(run[: k + 1] + run[k + 2 :], Fraction(0))
            high = _evaluate(run[:k] + run[k + 1 :], Fraction(0))
            if low is None or high is None or low[0] >= high[0]:
                out = _read_run(run[: k + 1], folded, weak)
                return out + _read_run(run[k + 1 :], folded, weak)
            return [
                Quantity(
                    value=low[0],
                    high=high[0],
                    parts=(low[0], high[0]),
                    start=run[0].start,
                    end=run[-1].end,
                    kind="range",
                    exact=False,
                    certain=False,
                    spelled=True,
                    shape="vague",
                )
            ]
    return []


_UNIT_GAP: Final = re.compile(r"[多余来]?\s?")


def _context(q: Quantity, folded: str, weak: set[int] | frozenset[int]) -> Quantity:
    """The number in the light of what stands before and after it."""
    before = folded[max(0, q.start - 6) : q.start].rstrip()
    after = folded[q.end : q.end + 12]
    kind: Kind = q.kind
    value, high, end, start = q.value, q.high, q.end, q.start
    alternatives, parts, unit, certain, shape = q.alternatives, q.parts, None, q.certain, q.shape
    exact = q.exact
    bare = after.lstrip()
    one = q.spelled and shape == "unit"
    for prefix, den in (("百分之", 100), ("千分之", 1000), ("万分之", 10000)):
        if before.endswith(prefix):
            kind = "percent" if den == 100 else "fraction"
            alternatives, value, start = (value,), value / den, start - len(prefix)
            shape = "percent"
    if bare.startswith(("%", "％", "‰")) and kind == "cardinal":
        kind = "percent"
        alternatives, value = (*alternatives, value), value / (1000 if bare[0] == "‰" else 100)
        end = folded.index(bare[0], q.end) + 1
    elif kind == "cardinal":
        if before.endswith(("第", "初")):
            kind, start = "ordinal", folded.rindex(before[-1], 0, q.start)
            shape = "ordinal" if q.spelled else shape
        elif before.endswith(("周", "星期", "礼拜")) and one and value <= 6:
            kind, shape = "weekday", "weekday"
        elif before.endswith(("零下", "负")):
            alternatives, value = (*alternatives, value), -value
        if kind in ("cardinal", "ordinal"):
            gap = _UNIT_GAP.match(after)
            offset = gap.end() if gap else 0
            if offset and after[0] in "多余来":
                exact = False
            m = ZH_UNIT.match(after, offset)
            if m and not (one and m.group() in ("两", "码", "焦", "卡", "瓦")):
                unit, end = ZH_UNITS[m.group()], q.end + m.end()
                if shape == "unit":
                    shape = "unit-measured"
            elif bare[:1] and bare[0] in _CLASSIFIER and shape == "unit":
                shape = "unit-counted"
            if before.endswith(("$", "¥", "€", "£")) and unit is None:
                unit = {"$": "us-dollar", "¥": "yuan", "€": "euro", "£": "pound-sterling"}[
                    before[-1]
                ]
                start = q.start - 1
            kind, unit = _dated(kind, unit, bare, q, value)
    if unit == "year" and bare.startswith("年级"):
        unit = None
    if weak and any(i in weak for i in range(q.start, q.end)):
        certain, shape = False, "word"
    if one and value == 1:
        certain = False
        if shape != "ordinal":
            shape = "one"
    if q.spelled and shape in ("unit", "scale") and kind == "cardinal":
        certain = False
    if _APPROX_BEFORE.search(before) or _APPROX_AFTER.match(bare):
        exact = False
    if kind == "time" and q.kind != "time":
        parts = ()
    return Quantity(
        value=value,
        high=high,
        start=start,
        end=end,
        kind=kind,
        unit=unit,
        exact=exact,
        certain=certain,
        spelled=q.spelled,
        alternatives=tuple(a for a in alternatives if a != value),
        parts=parts,
        shape=shape,
    )


def _dated(
    kind: Kind, unit: str | None, bare: str, q: Quantity, value: Fraction
) -> tuple[Kind, str | None]:
    whole = value.denominator == 1
    if unit == "year" and whole and (1000 <= value <= 2999 and q.shape in ("digits", "positional")):
        return "date-year", None
    if unit == "month" and bare.startswith("月") and whole and 1 <= value <= 12:
        return "date-month", None
    if (unit == "day" and bare.startswith("日") or bare.startswith("号")) and 1 <= value <= 31:
        return "date-day", None
    if bare.startswith("点") and whole and 0 <= value <= 24 and q.shape != "one":
        return (
            "time"
            if bare[:2] in ("点钟", "点半", "点整", "点左")
            or len(bare) > 1
            and bare[1:].lstrip()[:1].isdigit()
            else kind
        ), unit
    return kind, unit


_OF: Final = re.compile(r"\s?分之\s?")


def _halves(folded: str, blocked: set[int]) -> list[Quantity]:
    out = []
    for m in re.finditer("一?半", folded):
        if m.end() - 1 in blocked:
            continue
        out.append(
            Quantity(
                value=Fraction(1, 2),
                start=m.start(),
                end=m.end(),
                kind="fraction",
                certain=False,
                spelled=True,
                alternatives=(Fraction(50), Fraction(1)),
                shape="half",
            )
        )
    return out


def _joined(found: list[Quantity], folded: str) -> list[Quantity]:
    """Fractions, spelled decimals, ranges, decades and halves from their pieces."""
    out: list[Quantity] = []
    for q in found:
        if out:
            last = out[-1]
            whole = _pair(last, q, folded)
            if whole is not None:
                out[-1] = whole
                continue
            if q.start < last.end:
                if q.start >= last.start and not (
                    last.kind.startswith("date") and q.kind.startswith("date")
                ):
                    continue
        out.append(q)
    return out


def _pair(a: Quantity, b: Quantity, folded: str) -> Quantity | None:
    between = folded[a.end : b.start]
    if _OF.fullmatch(between) and a.value and a.kind == "cardinal":
        return _with(a, b, b.value / a.value, "fraction", (a.value, b.value), "composite")
    if (
        between == "点"
        and a.spelled
        and b.spelled
        and a.kind in ("cardinal", "time")
        and b.shape
        in ("unit", "one", "positional", "unit-counted", "unit-measured", "scaled", "vague")
        and not folded.startswith(("分", "刻", "钟"), b.end)
    ):
        digits = _digit_string(folded[b.start : b.end])
        if digits:
            value = a.value + Fraction(int(digits), 10 ** len(digits))
            return _with(a, b, value, "cardinal", (a.value, Fraction(int(digits))), "composite")
    if b.shape == "half" and not between.strip() and a.unit and a.kind == "cardinal":
        return _with(a, b, a.value + Fraction(1, 2), a.kind, (a.value,), a.shape)
    if b.shape == "half" and between == "个" and a.kind == "cardinal":
        return _with(a, b, a.value + Fraction(1, 2), a.kind, (a.value,), a.shape)
    if folded.startswith("世纪", a.end) or between.strip() == "世纪":
        m = re.match(r"\s?世纪\s?$", between)
        if (
            m
            and re.match("年?代", folded[b.end : b.end + 2])
            and 1 <= a.value <= 30
            and b.value < 100
        ):
            year = (a.value - 1) * 100 + b.value
            return _with(
                a,
                b,
                year,
                "date-year",
                (a.value, b.value),
                "digits" if not a.spelled else "composite",
            )
    return None


def _digit_string(text: str) -> str:
    out = ""
    for c in text:
        if c in DIGITS:
            out += str(DIGITS[c])
        elif c.isdigit():
            out += c
        else:
            break
    return out


def _with(
    a: Quantity, b: Quantity, value: Fraction, kind: Kind, parts: tuple[Fraction, ...], shape: str
) -> Quantity:
    return Quantity(
        value=value,
        start=a.start,
        end=b.end,
        kind=kind,
        unit=b.unit or a.unit,
        exact=a.exact and b.exact,
        certain=True,
        spelled=a.spelled,
        parts=parts,
        shape=shape if not (a.shape == "digits" and b.shape == "digits") else "digits",
    )
