"""Units of measure: what they measure, how much they are, and how they are written.

Amounts are in the dimension's base unit: metre, kilogram, second, square and
cubic metre, metre a second, joule, watt, pascal, volt, ampere, hertz. Chinese
market units are the metric ones of 1930 and 1959 (里 500 m, 斤 500 g, 亩 2000/3 m²).
Temperatures and currencies are never converted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from bilingual.model import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit of measure. ``factor`` is ``None`` where there is no conversion."""

    name: str
    dimension: str
    factor: Fraction | None
    zh: tuple[str, ...]
    bo: tuple[str, ...]
    symbols: tuple[str, ...] = ()


def _table(dimension: str, rows: str) -> list[Unit]:
    units = []
    for row in rows.strip().splitlines():
        name, factor, zh, bo, symbols = (part.strip() for part in row.split("|"))
        units.append(
            Unit(
                name=name,
                dimension=dimension,
                factor=Fraction(factor) if factor else None,
                zh=tuple(zh.split()),
                bo=tuple(bo.split()),
                symbols=tuple(symbols.split()),
            )
        )
    return units


UNITS: Final[tuple[Unit, ...]] = tuple(
    _table(
        "length",
        """
        kilometre | 1000 | 公里 千米 | སྤྱི་ལེ ཀི་ལོ་མི་ཏར ཀི་ལོ་མི་ཊར ཀི་ལོ་མིཊར ཀིལོམིཊར ཀི་ལོ་མི་ཌར ཀི་མི | km
        metre | 1 | 米 公尺 | སྨི སྤྱི་ཁྲེ མི་ཏར མི་ཊར མིཊར མི་ཌར | m
        decimetre | 1/10 | 分米 | ཧྥེན་སྨི | dm
        centimetre | 1/100 | 厘米 公分 | ལི་སྨི ལི་སྨིས སེན་ཊི་མི་ཊར སེན་ཊི་མིཊར སེན་ཊི་མི་ཏར སེནཊི་མིཊར | cm
        millimetre | 1/1000 | 毫米 | ཧའོ་སྨི ཧོ་སྨི | mm
        micrometre | 1/1000000 | 微米 | ཝེ་སྨི ཕྲ་སྨི | μm µm um
        nanometre | 1/1000000000 | 纳米 | ན་སྨི ནཱ་སྨི ན་མི | nm
        li | 500 | 里 华里 市里 | ལེ་དབར ལེ་བར |
        zhang | 10/3 | 丈 | འདོམ |
        chi | 1/3 | 尺 市尺 | ཁྲེ |
        cun | 1/30 | 寸 市寸 | ཚོན |
        mile | 1609.344 | 英里 哩 | དབྱིན་ལེ མེལ་ལེ མེ་ལེ མཱ་ཡེལ མཱཡེལས མཡེལས མཡེལ མཱཡེལ | mi
        foot | 0.3048 | 英尺 呎 | དབྱིན་ཁྲེ ཕི་ཊ ཕིཊ ཕུ་ཊི རྐང་ཚད ཕུཊ | ft
        inch | 0.0254 | 英寸 吋 | དབྱིན་ཚུན དབྱིན་ཚོན ཨིན་ཅི ཨིནཆ ཨིན་ཆི |
        yard | 0.9144 | 码 | ཡཱར་ཌ | yd
        nautical-mile | 1852 | 海里 | མཚོ་ལེ | nmi
        light-year | 9460730472580800 | 光年 | འོད་ལོ | ly
        astronomical-unit | 149597870700 | 天文单位 | གནམ་རིག་ཚན་པ | AU au
        """,
    )
    + _table(
        "mass",
        """
        kilogram | 1 | 公斤 千克 | སྤྱི་རྒྱ ཀི་ལོ་གྷ་རམ ཀི་ལོ | kg
        gram | 1/1000 | 克 公克 | ཁེ གྷ་རམ ཀེ | g
        milligram | 1/1000000 | 毫克 | ཧའོ་ཁེ ཧོ་ཁེ | mg
        tonne | 1000 | 吨 公吨 | ཏུན དུན ཊོན | t
        jin | 1/2 | 斤 市斤 | རྒྱ་མ |
        liang | 1/20 | 市两 | སྲང |
        pound | 0.45359237 | 磅 | པོན་ཊི པཱོནཌ པའུན་ཌ པོན་ཌི | lb lbs
        ounce | 0.028349523125 | 盎司 | ཨོན་སི ཨཱོནས |
        """,
    )
    + _table(
        "time",
        """
        year | 31557600 | 年 周年 | ལོ ལོ་ངོ |
        month | 2629800 | 个月 月 | ཟླ་བ ཟླ |
        week | 604800 | 周 星期 个星期 礼拜 个礼拜 | གཟའ་འཁོར བདུན་ཕྲག |
        day | 86400 | 天 日 昼夜 | ཉིན ཉིན་མ ཉི་མ ཞག |
        hour | 3600 | 小时 个小时 钟头 个钟头 | ཆུ་ཚོད དུས་ཚོད |
        minute | 60 | 分钟 | སྐར་མ | min
        second | 1 | 秒 秒钟 | སྐར་ཆ | s
        millisecond | 1/1000 | 毫秒 | ཧའོ་སྐར་ཆ | ms
        """,
    )
    + _table(
        "area",
        """
        square-kilometre | 1000000 | 平方公里 平方千米 | སྤྱི་ལེ་གྲུ་བཞི་མ སྤྱི་ལེ་གྲུ་བཞི ཀིལོམིཊར་གྲུ་བཞི་མ | km² km2
        square-metre | 1 | 平方米 平米 | སྨི་གྲུ་བཞི་མ སྨི་གྲུ་བཞི | m² m2 ㎡
        square-centimetre | 1/10000 | 平方厘米 | ལི་སྨི་གྲུ་བཞི་མ ལི་སྨི་གྲུ་བཞི | cm²
        square-mile | 2589988.110336 | 平方英里 | མེ་ལེ་གྲུ་བཞི་མ དབྱིན་ལེ་གྲུ་བཞི་མ |
        hectare | 10000 | 公顷 | སྤྱི་ཆིན ཧེག་ཏར | ha
        mu | 2000/3 | 亩 | མུའུ མུ |
        acre | 4046.8564224 | 英亩 | དབྱིན་མུ ཨེ་ཀར |
        """,
    )
    + _table(
        "volume",
        """
        cubic-metre | 1 | 立方米 | སྨི་གྲུ་བརྩེགས སྨི་གྲུ་བརྩེགས་མ ཁུ་བྷིག་མི་ཌར ཁུ་བིག་མི་ཊར | m³ m3
        cubic-centimetre | 1/1000000 | 立方厘米 | ལི་སྨི་གྲུ་བརྩེགས | cm³
        litre | 1/1000 | 升 公升 | ཧྲེང ལི་ཏར ལི་ཊར | L l
        millilitre | 1/1000000 | 毫升 | ཧའོ་ཧྲེང ཧོ་ཧྲེང | mL ml
        barrel | 0.158987294928 | 桶 | |
        gallon | 0.003785411784 | 加仑 | གྷེ་ལོན |
        """,
    )
    + _table(
        "speed",
        """
        kilometre-per-hour | 5/18 | 公里每小时 千米每小时 | | km/h kph
        metre-per-second | 1 | 米每秒 | | m/s
        mile-per-hour | 0.44704 | 英里每小时 | | mph
        """,
    )
    + _table(
        "temperature",
        """
        celsius | | 摄氏度 ℃ | ཧྲེ་ཧྲི་དྲོད་ཚད ཧྲེ་ཧྲིའི་དྲོད་ཚད སེལ་སི་ཡས | ℃ °C
        fahrenheit | | 华氏度 ℉ | ཧྭ་ཧྲི་དྲོད་ཚད ཧྥ་རན་ཧེཊ | ℉ °F
        kelvin | | 开尔文 | | K
        """,
    )
    + _table(
        "energy",
        """
        joule | 1 | 焦耳 焦 | ཅའོ་ཨེར | J
        kilojoule | 1000 | 千焦 | | kJ
        kilocalorie | 4184 | 千卡 大卡 | | kcal
        calorie | 4.184 | 卡路里 卡 | ཁ་ལུའུ་ལི | cal
        kilowatt-hour | 3600000 | 千瓦时 度电 | | kWh
        electronvolt | 1.602176634e-19 | 电子伏特 电子伏 | | eV
        """,
    )
    + _table(
        "power",
        """
        watt | 1 | 瓦 瓦特 | ཝ་ཐེ ཝ | W
        kilowatt | 1000 | 千瓦 | ཆན་ཝ | kW
        megawatt | 1000000 | 兆瓦 | | MW
        horsepower | 735.49875 | 马力 | རྟ་ཤུགས | hp
        """,
    )
    + _table(
        "pressure",
        """
        pascal | 1 | 帕 帕斯卡 | ཕ | Pa
        hectopascal | 100 | 百帕 | | hPa
        kilopascal | 1000 | 千帕 | ཆན་ཕ | kPa
        atmosphere | 101325 | 大气压 个大气压 标准大气压 | | atm
        """,
    )
    + _table(
        "electric",
        """
        volt | 1 | 伏 伏特 | ཧྥུ ཧྥུ་ཐེ | V
        kilovolt | 1000 | 千伏 | | kV
        """,
    )
    + _table(
        "frequency",
        """
        hertz | 1 | 赫兹 赫 | ཧེ་ཙི | Hz
        kilohertz | 1000 | 千赫 千赫兹 | | kHz
        megahertz | 1000000 | 兆赫 兆赫兹 | | MHz
        """,
    )
    + _table(
        "currency",
        """
        yuan | | 元 块钱 人民币 元人民币 | སྒོར སྒོར་མོ མི་དམངས་ཤོག་སྒོར |
        us-dollar | | 美元 美金 | ཨ་སྒོར ཨ་རིའི་སྒོར་མོ ཨ་ཌོ་ལར |
        euro | | 欧元 | ཡོ་སྒོར ཡུ་རོ | €
        pound-sterling | | 英镑 | དབྱིན་སྒོར པའོན | £
        yen | | 日元 | ཉི་སྒོར ཡེན |
        hong-kong-dollar | | 港元 港币 | ཧོང་སྒོར ཀང་སྒོར |
        canadian-dollar | | 加元 加拿大元 加币 | ཁ་སྒོར ཁ་ན་ཌའི་སྒོར་མོ ཁ་ན་ཏའི་སྒོར་མོ ཅ་ན་ཏའི་སྒོར་མོ |
        australian-dollar | | 澳元 澳币 | ཨོ་སྒོར |
        singapore-dollar | | 新加坡元 新元 坡币 | སིང་སྒོར |
        taiwan-dollar | | 新台币 台币 | ཐེ་ཝན་སྒོར་མོ |
        rupee | | 卢比 | རུ་པི ཧིན་སྒོར | ₹
        won | | 韩元 | ཧན་སྒོར | ₩
        rouble | | 卢布 | རུ་བལ | ₽
        franc | | 法郎 瑞士法郎 | ཧྥ་ལང |
        baht | | 泰铢 铢 | ཐེ་སྒོར | ฿
        us-cent | | 美分 | སེན་ཊི | ¢
        dollar | | | |
        yuan-or-yen | | | |
        """,
    )
    + _table(
        "angle",
        """
        degree | 1 | 度 | ཏུའུ དྲོད་ཚད | °
        """,
    )
)

BY_NAME: Final = {unit.name: unit for unit in UNITS}

_SIGNS: Final = {
    "$": "dollar",
    "¥": "yuan-or-yen",
    "€": "euro",
    "£": "pound-sterling",
    "₹": "rupee",
    "₩": "won",
    "₽": "rouble",
    "฿": "baht",
    "¢": "us-cent",
    "US$": "us-dollar",
    "HK$": "hong-kong-dollar",
    "NT$": "taiwan-dollar",
    "S$": "singapore-dollar",
    "A$": "australian-dollar",
    "AU$": "australian-dollar",
    "C$": "canadian-dollar",
    "CA$": "canadian-dollar",
    "RMB¥": "yuan",
    "CN¥": "yuan",
    "JP¥": "yen",
}
_SIGN: Final = re.compile(
    "(?:" + "|".join(map(re.escape, sorted(_SIGNS, key=len, reverse=True))) + r")\s?$"
)
_SEVERAL: Final = {
    "dollar": frozenset(("yuan", *(name for name in BY_NAME if name.endswith("-dollar")))),
    "yuan-or-yen": frozenset(("yuan", "yen")),
}


def currency_before(text: str, at: int) -> tuple[str, int] | None:
    """The currency whose sign is before that place, and where the sign begins."""
    found = _SIGN.search(text, max(0, at - 5), at)
    return None if found is None else (_SIGNS[found.group().strip()], found.start())


def may_be_one(one: str, other: str) -> bool:
    """Whether two units may be the same: a sign may be of several currencies."""
    return one == other or one in _SEVERAL.get(other, ()) or other in _SEVERAL.get(one, ())


def _spellings(language: Language) -> dict[str, str]:
    table: dict[str, str] = {}
    for unit in UNITS:
        for word in (unit.zh if language == "zh" else unit.bo) + unit.symbols:
            table.setdefault(word, unit.name)
    return table


ZH_UNITS: Final = _spellings("zh")
BO_UNITS: Final = _spellings("bo")
SYMBOLS: Final = {s: unit.name for unit in reversed(UNITS) for s in unit.symbols}


# One character of Chinese is a unit unless it begins another word: 天空, 日本.
_NOT_BEFORE: Final = {
    "年": "级轮龄轻幼画",
    "月": "亮球饼台",
    "周": "期围边长转密恩",
    "天": "空气然文才体地线下真堂使鹅平敌桥",
    "日": "本常报记语光益照历军",
    "里": "面程边程碑约海士斯",
    "米": "饭粉兰其尔色",
    "克": "服隆里拉斯制己",
    "度": "过假量",
    "升": "级高降起温华旗学",
    "秒": "针杀",
    "码": "头",
    "磅": "礴秤",
    "桶": "装",
    "卡": "车片通路",
    "瓦": "解砖斯尔",
    "焦": "点虑距",
    "伏": "特加",
    "寸": "步",
    "尺": "寸度",
}


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Any of the words, the longest that fits, and nothing that goes on as another."""
    ends = []
    for word in sorted(words, key=len, reverse=True):
        tail = "(?![A-Za-z])" if word[-1].isascii() and word[-1].isalnum() else ""
        if word in _NOT_BEFORE:
            tail = f"(?![{_NOT_BEFORE[word]}])"
        ends.append(re.escape(word) + tail)
    return re.compile("(?:" + "|".join(ends) + ")")


ZH_UNIT: Final = _pattern(ZH_UNITS)
SYMBOL: Final = _pattern(SYMBOLS)


def amount(value: Fraction, unit: str | None) -> tuple[str, Fraction] | None:
    """Dimension and amount in its base unit; ``None`` where there is no conversion."""
    known = BY_NAME.get(unit) if unit else None
    if known is None or known.factor is None:
        return None
    return known.dimension, value * known.factor


def dimension(unit: str | None) -> str | None:
    """What a unit measures, ``None`` without one."""
    known = BY_NAME.get(unit) if unit else None
    return None if known is None else known.dimension
