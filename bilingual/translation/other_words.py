"""Chinese terms whose characters may be of other words: 和平 in 河流和平原, 南非 in 云南非常.

Chinese has no spaces, and the glossary finds its terms longest first, from left to right.
Where the words around them are none of its own it would cut wrongly; what stands before or
behind such a term says so. The neighbours are those of common words, not of single texts. A
neighbour that ends a word of its own takes nothing from the term: 尤其中国 is 尤其 and 中国,
where 其中国 is 其中.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise:
    """By what a term's characters are no such term.

    ``before``: one of these ends right before them, and no word of ``APART``.
    ``unless``: one of these has to.
    ``behind``: one of these begins right behind them, and none of ``then`` follows it.
    ``beside``: one of these is anywhere in the text.
    """

    before: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    def applies(self, text: str, start: int, end: int) -> bool:
        """Whether the characters from ``start`` to ``end`` are no such term there."""
        ahead = text[:start].rstrip()
        if ahead.endswith(self.before) and not ahead.endswith(APART.get(ahead[-1], ())):
            return True
        if self.unless and not ahead.endswith(self.unless):
            return True
        if any(word in text for word in self.beside):
            return True
        return any(
            text.startswith(word, end) and not text.startswith(self.then, end + len(word))
            for word in self.behind
        )


_APART: Final = """
尤其 极其 与其 及其 土耳其 收集 采集 搜集 征集 募集 汇集 聚集 召集
如今 至今 现今 当今 发生 产生 出生 诞生 学生 先生 医生 女生 考生 新生 野生 花生 人生 卫生
大学生 留学生 季节 环节 细节 情节 调节 春节 暑假 寒假 放假 度假 请假 长假 往昔 今昔
江西 广西 陕西 山西 经过 路过 穿过 越过 横跨
穿越 飞越 跨越 横越 翻越 超越 越来越 出海 航海 上海 大海 沿海 深海 黄河 经济 救济
转移 迁移 推移 位移 平移 大陆 内陆 登陆 着陆 扩大 巨大 最大 强大 重大 加大 庞大 增大 加拿大
国土 本土 冻土 岩土 损坏 毁坏 说完 看完 写完 读完 酒精
产品 商品 食品 药品 样品 物品 制品 农产品 唯一 统一 抬升 提升 隆升 上升 强调 台风 季风 寒风
"""
APART: Final = {
    last: tuple(word for word in _APART.split() if word.endswith(last))
    for last in {word[-1] for word in _APART.split()}
}
"""Whole words that end in a character of some ``before``, by that character: a term after one of
them is a term."""

_HAN_DIGITS: Final = tuple("一二三四五六七八九两几数十百")
_NUMERALS: Final = (*_HAN_DIGITS, *"零〇千万亿多余半", *"0123456789０１２３４５６７８９")
_ELEMENTS: Final = (
    *("盗猎", "犯罪", "恐怖", "不法", "积极"),
    *("骨干", "敌对", "叛乱", "捣乱", "极端", "分裂", "坏"),
)
_SOUTHERN: Final = tuple("云湖河海越济")
# 中国家庭 is a family, 发展中国家 are countries.
_NO_COUNTRY: Final = tuple("庭具族电乐喻里")
# Of a reason (原因): not 因 alone, because of. 理应 and the like say what ought to be.
_REASONS: Final = ("因不明", "因是", "因在于", "因何在", "因分析")
_OUGHT: Final = tuple("应当所该塘")

OTHERWISE: Final = {
    # 五千米 are metres, of which there are five thousand.
    "千米": Otherwise(before=_HAN_DIGITS),
    "千克": Otherwise(before=_HAN_DIGITS),
    "千瓦": Otherwise(before=_HAN_DIGITS),
    # 海里的贝壳 are in the sea.
    "海里": Otherwise(unless=_NUMERALS),
    # Bad elements, and the numerator of a fraction; not 部分数据 beside.
    "分子": Otherwise(
        before=_ELEMENTS, behind=("自由度",), beside=("分母", "分数的", "真分数", "假分数")
    ),
    # 其中国家公园, 集中国力; 发展中国家.
    "中国": Otherwise(before=("其", "集"), behind=("家",), then=_NO_COUNTRY),
    # 大陆法国家 are countries too.
    "法国": Otherwise(behind=("家",), then=_NO_COUNTRY),
    "美国": Otherwise(before=("完", "优")),
    "英国": Otherwise(before=("精",)),
    "日本": Otherwise(before=tuple("今生节每假昔")),
    "南非": Otherwise(
        before=_SOUTHERN, behind=("常", "遗", "法", "要"), then=tuple("律院官驻求点塞")
    ),
    # 穿越南极, 黄河南岸, 洞庭湖南边, 国土地热.
    "越南": Otherwise(before=tuple("穿飞跨横翻超逾")),
    "河南": Otherwise(before=tuple("黄淮运沿过跨")),
    "湖南": Otherwise(before=("洞庭", "太", "青海", "鄱阳", "西", "沿")),
    "土地": Otherwise(before=("国", "本"), behind=("热", "质"), then=("量",)),
    # 南极其他地方 is there.
    "南极": Otherwise(before=_SOUTHERN, behind=("其",), then=tuple("他它她余实中间")),
    # 河流和平原, 气温和平均, 自由和平等.
    "和平": Otherwise(behind=tuple("原均台衡常坦滑整缓等"), then=("问题", "方面")),
    # 这天空气好 has air.
    "天空": Otherwise(behind=("气",), then=("象",)),
    "水面": Otherwise(behind=("积",), then=("雪",)),
    "面积": Otherwise(behind=tuple("水雪雨灰尘沙了"), then=("解",)),
    "气体": Otherwise(behind=("积",), then=("累", "聚")),
    # Sparks.
    "火星": Otherwise(
        before=("冒出", "溅出", "迸出", "迸发", "打出", "溅起"), behind=("四溅", "四射", "儿", "子")
    ),
    # 眼神经常, 全新年代, 学生物, 移植物, 黄金属于, 草地质量.
    "神经": Otherwise(behind=("常", "历")),
    "新年": Otherwise(behind=("代", "轻", "级"), then=("表",)),
    "学生": Otherwise(behind=("物",), then=("品", "资", "件", "理")),
    "植物": Otherwise(before=("移",)),
    "金属": Otherwise(behind=("于",), then=("是",)),
    "地质": Otherwise(behind=("量",)),
    "地热": Otherwise(before=("陆", "大", "土")),
    "重力": Otherwise(behind=("量",)),
    "能量": Otherwise(before=("只", "才", "不")),
    "种子": Otherwise(before=tuple("各这那品某一两每")),
    # 因 and 则 behind them say "because of" and "however" too: 草原因干旱退化, 高原则更冷.
    "高原": Otherwise(
        before=("提", "升", "调", "抬", "最", "更", "很", "崇"),
        behind=(*_REASONS, "理"),
        then=_OUGHT,
    ),
    "草原": Otherwise(behind=(*_REASONS, "理"), then=_OUGHT),
    "山地": Otherwise(behind=("区", "震"), then=("域", "别")),
    "收入": Otherwise(behind=("囊",)),
    "反应": Otherwise(behind=("该",)),
    # 很大学问, 中文学习; 大学问题 are of a university.
    "大学": Otherwise(behind=("问",), then=tuple("题卷世答询讯责他她我你老")),
    "文学": Otherwise(behind=("习", "校")),
    # Linear, a segment, a coil, a clue, a line.
    "在线": Otherwise(behind=("性", "段", "圈", "路", "索", "条")),
    # 引爆炸弹.
    "爆炸": Otherwise(before=("引",)),
    # The Indus, Hindi, the ocean, Hinduism.
    "印度": Otherwise(behind=("河", "语", "洋", "教"), then=tuple("育师授")),
    # A company and what it makes.
    "苹果": Otherwise(behind=("公司", "手机", "电脑")),
    # Typography of Chinese, Japanese and Korean.
    "亚洲": Otherwise(behind=("文字", "语言", "版式", "字体", "排版")),
    # 风火山 is a name.
    "火山": Otherwise(before=("风",)),
}
"""By a term, what shows that its characters are of other words."""
