"""Runs that name something, told from function words by lists of these."""

from __future__ import annotations

from typing import Final

from bilingual.model import Language
from bilingual.terms.inflection import Gram


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Characters that no term has, that none begins with, and that none ends with.
_ZH_NOWHERE: Final = frozenset("的了吗呢吧啊您我你他她它们这那哪谁很")
_ZH_NOT_FIRST: Final = frozenset(
    "是在和与或被把将会就也都不没之其而但并所着让给由最更再还又则请该每各某已若如从因以为"
    "可能够应要想把对于及等跟比才只却且几多一"
)
_ZH_NOT_LAST: Final = frozenset(
    "是在和与或被把将会就也都不没之其而但并所着过让给由向最更再还又则请该从因以为于及等跟"
    "比才只却且选中里内外时后前上下到要"
)
# Numbers are compared by value.
_ZH_NUMBERS: Final = frozenset("第零〇一二三四五六七八九十百千万亿两几")
_ZH_NAMES: Final = _set("""
能量 能源 能力 可能性 对象 对流 对称 应用 要素 想象 比例 多边形 几何 因素 以太 为难 等级 之间
最大值 最小值 将军 将来 和平 从属 会议 会计 都市 被子 并行 并列 各向异性 一氧化碳 一元 多样性
多媒体 地上 地下 天上 海上 水下 水中 空中 心中 陆上 以上 以下 以前 以后 以内 以外 国内 国外 室内
室外 体内 体外 小时 同时 临时 天下 手下 课时 海内 平时 当时 集中 中和 饱和 总和 柔和 共和 目的
存在 现在 实在 内在 外在 行为 认为 作为 成为 因为 参与 给与 社会 机会 学会 协会 大会 宴会 所在
高等 平等 中等 初等 相等 对比 类比 经过 超过 通过 先后 前后 午后 落后 方向 走向 倾向 导向 定向
横向 纵向 摘要 概要 纪要 提要 简要 必要 首要
""")
_ZH_WORDS: Final = _set("""
可能 可以 如果 相应 自己 没有 什么 因为 所以 但是 一个 一些 许多 非常 已经 需要 进行 开始 使用
出现 发现 成为 认为 知道 看到 看见 现在 以后 以前 以上 以下 同时 当时 有时 有的 有些 有关 其他
其实 其中 那么 怎么 怎样 这样 那样 这些 那些 不同 不是 不能 不会 只有 还有 就是 也是 都是 还是
或者 并且 而且 虽然 然而 因此 由于 关于 对于 根据 按照 通过 经过 直接 主要 重要 一定 一起 一样
一种 一次 一般 非常 特别 十分 比较 大量 大约 左右 之间 之后 之前 时候 时间 今天 明天 昨天 每天
每年 我们 你们 他们 她们 它们 大家 人们 看看 来说 起来 出来 进去 下来 下去 上去 过来 过去 变成
形成 产生 发生 具有 包括 属于 存在 作为 得到 受到 达到 提供 选择 点击 显示 输入 指定 设置 定义
添加 删除 打开 关闭 确定 应用 转换 修改 更改 保存 插入 移动 复制 粘贴 返回 计算 表示 说明 包含
必须 应该 能够 为了 不要 不再 还要 就会 也会 都会 只是 只能 才能 正在 曾经 总是 常常 经常 往往
几乎 完全 当然 甚至 尤其 例如 比如 此外 另外 最后 首先
""")

_BO_PRONOUNS: Final = _set("""
ང ཁོ མོ ཁོང ཁྱེད ཁྱོད རང ང་ཚོ ཁོ་པ ཁོ་པས ཁོ་རང ཁོ་ཚོ ཁོང་ཚོ ཁྱེད་རང ཁྱེད་ཚོ མོ་རང རང་ཉིད ང་རང
དེ་དག འདི་དག དེ་ཚོ འདི་ཚོ གཞན་དག
""")
_BO_WORDS: Final = _set("""
སྤྱིར་བཏང རང་བཞིན ཐོག་མ མིག་སྔ དེ་ལྟར འདི་ལྟར ཇི་ལྟར དེ་འདྲ འདི་འདྲ གང་འདྲ དེ་ནས དེ་རྗེས དེ་བཞིན
དེ་ལས དེས་ན ད་ལྟ ད་དུང་ ད་དུང དུས་མཚུངས མཉམ་དུ ལྷན་དུ ཆེད་དུ སྔོན་དུ རྗེས་སུ ནང་དུ སྟེང་དུ
འོག་ཏུ བར་དུ ཕྱིར་དུ དཔེར་ན གལ་ཏེ གལ་སྲིད ཡིན་ན ཡིན་པ ཡོད་པ རེད་པ ཚང་མ ཐམས་ཅད མང་པོ ཆེན་པོ
ཆུང་ཆུང ཧ་ཅང ཤིན་ཏུ གཙོ་བོ སྒྲིག་བྱ འགོ་ཚུགས འགོ་འཛུགས བྱེད་པ བྱས་པ བྱེད་དགོས བྱེད་ཐུབ འདུག་པ
འོན་ཀྱང ཡང་ན མ་ཟད
""")


def may_name(gram: Gram, language: Language) -> bool:
    """Whether a run may name something.

    A list of function words, verbs of any text and pronouns, by their first and last
    characters in Chinese: no analysis of words, it is there so that what joins and points is
    taken neither for a term nor for a translation of one.
    """
    if language == "bo":
        word = "\u0f0b".join(gram)
        return word not in _BO_PRONOUNS and word not in _BO_WORDS
    word = "".join(gram)
    if word in _ZH_WORDS or _ZH_NUMBERS.issuperset(gram):
        return False
    if word in _ZH_NAMES:
        return True
    return (
        not _ZH_NOWHERE & set(gram)
        and gram[0] not in _ZH_NOT_FIRST
        and gram[-1] not in _ZH_NOT_LAST
    )
