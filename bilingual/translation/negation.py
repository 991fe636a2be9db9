"""Words that deny, in either language, and words that only look like them.

Chinese denies with 不, 没 and the like; these are also in questions (是不是, 有没有), in
words that affirm twice (不得不) and in words that deny nothing (不断, 非常, 无论). Tibetan
denies with མ and མི before the verb and with མིན and མེད; མི is a person too, མ a mother, and
either is in many a word (མི་རིགས, ཉི་མ, མ་ལག, ཡོད་མེད).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bilingual.model import Language
from bilingual.text.units import Piece, bo_pieces
from bilingual.translation.marks_model import Mark


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ZH_QUESTIONS: Final = re.compile(
    # 是不是, 能不能, 看没看, 喜欢不喜欢, 知不知道
    r"([\u4e00-\u9fff]{1,2})[不没]\1|有没有|[有是][^，。；！？?!\s]{1,8}没有(?=[？?]|\s*$)"
    r"|[了过]没有?(?=[？?。，；！]|\s*$)"
)
"""Questions that name a thing and its contrary."""

ZH_COMPARES: Final = re.compile(
    r"(?:没有|没|不如|不像)[^，。；！？?!\s]{1,12}(?:那么|这么|那样|这样|那般|这般)"
)
"""Less than another: 没有那么强. Tibetan says it with ལས, and denies or not."""

ZH_AFFIRMS: Final = re.compile(
    r"[不无未莫没非][^，。；！？?!\s]{0,1}[不无没非](?!仅|但|过|断|同|久|少)"
    r"|没有(?:一[^，。；]|任何|哪|谁|人|什么)?[^，。；！？?!\s]{0,3}不(?!仅|但|过|断|同)"
    r"|非[^，。；！？?!\s]{1,8}不可|不[^，。；！？?!\s]{1,3}不行|离不开|少不了|免不了|忍不住|禁不住"
    r"|不得已|缺一不可|必不可少|不可缺少|不可或缺|不可避免|由不得|怪不得|巴不得|恨不得|说不定|了不起|了不得|对不起|来不及|差不多|用不着说"
)
"""Two denials, which affirm, and words with one that affirm: 不得不, 非去不可."""

ZH_WORDS: Final = _words("""
不仅 不但 不光 不单 不只 不止 不过 不断 不久 不管 不论 不如 不少 不错 不同 不满 不足 不幸 不安
不必说 不妨 不料 不禁 不愧 不时 不等 不朽 不一样 不锈钢 不倒翁 舍不得 不丹 不乏 不惜 不已 不动产
不可思议 不一会儿 不约而同 不言而喻 不翼而飞 不知不觉 不由得 不由自主 不再 不平 不良 不利 不便
不适 不当 不法 不孕 不规则 不对称 不明飞行物 不起眼 不得了 不胜 不遗余力 不屈不挠 毫不犹豫
只不过 再不 要不 要不是 要不然 不然 不若 不外乎 好不容易 何不 岂不 莫不 无不 无论 无数 无线 无限
无穷 无机 无锡 无花果 无比 无意 无非 无疑 无人机 无处不在 无关 无形 无情 无私 无偿 无名 无辜
无声 无菌 无氧 无色 无味 无毒 无害 无线电 无脊椎 无产 无聊 无边 无际 无尽 无所谓 无影 无视 无垠
未来 未必 未免 未知 未婚 未成年 非洲 非常 非凡 非但 非法 非得 非典 非遗 非物质 除非 是非
并非易事 没事 没关系 没问题 没错 没准 没落 没收 淹没 沉没 埋没 出没 吞没 隐没 没完 没入 特别
别人 别的 别处 别名 别墅 别致 别具 别称 别有 区别 分别 性别 级别 识别 类别 个别 鉴别 辨别 告别
离别 派别 差别 国别 诀别 送别 道别 甄别 各别 另别 有别 大别山 莫非 莫名 莫大 莫过于 莫斯科
莫扎特 莫高窟 莫桑比克 勿忘我
""")
"""Words that hold a sign of denial and deny nothing, or only a part of their word."""

ZH_SURE: Final = _words("""
没有 没能 没法 没人 不能 不会 不是 不可以 不要 不用 不必 不许 不准 不敢 不想 不愿 不应 不该
不应该 不需要 不知道 不可能 不存在 不含 不吃 不在 不属于 不允许 不喜欢 不得 不行 不对 不够
不发光 不下雨 不动 无法 无需 无须 并非 绝非 从不 从未 尚未 未能 还没 决不 绝不 永不 毫无 也不
并不 并没有 从没 都没 没见过 没看见 没听过 没去过 没吃过 请勿 切勿 别碰 别去 别动 别吃 别忘 别怕
""")
"""Denials of the whole sentence, wherever they are."""

ZH_OFTEN_REWORDED: Final = _words("""
而不是 几乎没有 很少不 不太 不怎么 不大 不一定 不全 不都 不容易 也不容易 并不容易 不易
""")
"""Denials that a translation often says in another way."""

_ZH_NOT: Final = re.compile(
    "从未(?!来)|"
    + "|".join(sorted(ZH_WORDS | (ZH_SURE - {"从未"}) | ZH_OFTEN_REWORDED, key=len, reverse=True))
    + "|[不没无未非勿莫别]"
)

_ZH_HINTS: Final = re.compile(
    "[不没无未非勿莫否难失禁防阻挡缺免拒绝困]|取消|只有|尽管|疫苗|相对|除了"
)
"""What Tibetan often puts as a denial: 不同 is མི་འདྲ་བ, 失败 མ་ཐུབ་པ, 缺氧 དབྱང་རླུང་མེད་པ."""

BO_SURE: Final = _words("མེད མིན མེན བྲལ")
_BO_NOT: Final = _words("མ མི")
# A verb follows མི and མ that deny. What makes another word of མི, a person:
_AFTER_PERSON: Final = _words("""
རིགས སྣ སྣས ཚེ དམངས འབོར མང ཆེན ཚོ ཚོས ཚོར ལུས རྣམས ཞིག དེ འདི འདིས ཕྱི རབས ཁྱིམ མཐུན སེར སྒེར ལ
ཡི ཡིས ནི ཁ རེ རེར གྲངས སྡེ ཤི ཤུགས ཐོག བུ གཞན ཀུན ཐམས གསོད དབང རྒན གཞོན ཤ སྐད གཤིས ཕལ ཡུལ བདག
དཔོན ཚོགས འགའ ཁག ཁྱུ གཅིག གཉིས གསུམ བཞི ལྔ དྲུག བདུན བརྒྱད དགུ བཅུ བརྒྱ སྟོང ཁྲི ས ཆིག སུམ ཡོད
ཡིན རེད དང སུ གང ཚང ཙམ ཅན རྐྱང ཏར ཊར ཌར ཉུང ཕྱུག ཁམས རྡེ ལྟར བཞིན ནང
""")
# … by the syllable before it: འཕྲུལ་མི, a robot.
_BEFORE_PERSON: Final = _words("འཕྲུལ")
# … and of མ, a mother, or the first half of a word.
_AFTER_MOTHER: Final = _words("""
ལག ཟད ཚུལ པང གཏོགས འོངས ཡིག དངུལ རྩ དཔེ ལེ གཞི མཐར མཐའ དང དེ ནི ཞིག རྣམས ལ ས སྟེགས ཐག ཧྥི ཀྲི
རྒན བུ ཆུང ཡུམ གཅིག གཉིས གསུམ ནས ཡི ཡིས ཞེས ཁང ནུ དྲ ཕྱི
""")
# Nouns that end in མ, by the syllable before it, whatever comes behind.
_BEFORE_MA: Final = _words("""
ཉི སྐར རྗེས ལྷག ཨ བླ འོག ཚང ངོ བྱེ རྫ འོ ནུ རྙིང དྲི སྙིགས དར བཙུན སྒྲོན སྒྲོལ རྣལ ཐ ཡ དཀྱིལ ལྟེ
མཁན བུད ཇོ སྲན
""")
# The same for syllables that often are another word, before which no verb may follow:
# སྟེང་མ is the upper one, and སྟེང་མ་འཇོག do not put it on; རྒྱུ་མ a gut, and འཁྱེར་རྒྱུ་མ་བརྗེད do not forget.
_MAYBE_BEFORE_MA: Final = _words("""
རྒྱུ
སྔོན ཕྱི ཐོག སྔ གོང ལོ བར མཐའ ཆོས ཁྲི སྟེང སྤྱི དངོས སློབ བཞི གཞི རྟགས སྒྲིག འགོད རིམ གྲངས ཟུར འབྲེལ
གསར མཁས སྨན རྒྱལ ལྷ ཕ ཁྱིམ སྒྲིབ སྣ བལ ཞབས ཤིང དུད ཉིན ཆ མོ བྲིས ཟླ གྲོ སེར
""")
# ངོ་མ is what is real; with these it is the face of somebody who is not known.
_KNOWN_BY_FACE: Final = _words("ཤེས འཕྲོད ཕྲོད")
VERBS: Final = _words("""
ཡིན རེད ཡོང འོང བྱུང ཐུབ ཐོབ རྙེད ཤེས མཐོང གོ ཐོས སླེབས གྱུར འགྱུར ཚུད ཆོག རུང འགྲིག དགོས འདོད ལོན
བྱེད བྱས བྱ བྱོས འགྲོ སོང ཕྱིན འོངས འཇོག བཞག ཞོག བསམ བསམས སེམས རྩེ རྩེས རྩེད སྤུང སྤུངས གཏོང བཏང ཐོངས བླུག བླུགས
ལྡུག འཐུང འཐུངས བཏུང ཟ ཟས བཟའ ཟོ ལྟ བལྟ བལྟས ལྟོས རེག གཏུག བཏུག ཐུག རྒྱག བརྒྱབ རྒྱོབ འབྱེད ཕྱེ གནང འཁྱེར ཁྱེར
ལེན བླང བླངས ལོངས འདྲེན དྲངས ཉལ སྡོད བསྡད འཛུལ འཆང འདོར དོར འཕེན འཕངས གཡུག གཡུགས བཀོལ སྤྱོད སྤྱད
བརྗེད ཤོར ཟེར བཤད ཤོད ལབ འདྲི དྲིས འཛིན བཟུང འཐོར གཏོར འབྲི བྲིས ཀློག འཚེད བསྲེགས སྲེག འབུད བསྐོར འཁོར འཕྲོད
འཕུར འཕྱོ རྐྱལ འཛེགས འགུལ སྒུལ བསྒུལ འཐེན གཟེད གཉེར འཇུས འཆོར ཆོར བརྡབ རྡེག བརྡེགས བསད གསོད འཇིགས སྐྲག ངུ གད ཤི
བླང བཅད གཅོད ཆད ལང ལངས ཉོ ཉོས འཚོང བཙོངས སྟེར སྤྲོད སྤྲད འབབ བབས ཤར འཆར ནུབ དྲན འདས ཟིན ཚར གྲུབ འགྲུབ
""")
_EITHER: Final = {
    "མེད": _words("ཡོད"),
    "མིན": _words("ཡིན ཡོད རེད ཐུབ དགོས ཆོག བཏུབ འགྲིག རུང ཤེས འདོད བྱེད འགྲོ"),
}
"""Syllables that say "or not" behind these: ཡོད་མེད. They ask and deny nothing."""
# Between a verb and its denial, དང says "or" too: དགོས་དང་མི་དགོས.
_OR: Final = _words("གམ ངམ དམ ནམ བམ མམ འམ རམ ལམ སམ ཏམ དང")
_IF: Final = "ན"
# Verbs that say of something that it does not come about.
_HARD: Final = _words("དཀའ")
_BEFORE_HARD: Final = ("པར", "བར")
_BARRED: Final = _words("བཀག འགོག")


def negations(text: str, language: Language) -> tuple[Mark, ...]:
    """The words of a text that deny, in order; ``sure`` where they deny the sentence."""
    return _chinese(text) if language == "zh" else tuple(_tibetan(text))


def may_be_denied(zh_text: str) -> bool:
    """Whether a Tibetan translation of a Chinese text may deny, whatever the Chinese does.

    So that a denial in the Tibetan alone is no sign of another text: 不同, 失败, 缺氧. What
    affirms by denying twice (离不开) is no such hint.
    """
    return _ZH_HINTS.search(ZH_AFFIRMS.sub("", zh_text)) is not None


def or_not(pieces: Sequence[Piece], place: int) -> bool:
    """Whether a Tibetan denial only names the contrary of what is before it, and so asks.

    ཡོད་མེད, འགྲོ་མི་འགྲོ and with the particle between: ཡོད་དམ་མེད, བྱེད་དམ་མི་བྱེད, བྱེད་དང་མི་བྱེད. Not where མ or
    མི belongs to a word, which the next one happens to resemble: ཉི་མ་ཉི་ཤུ, ཚང་མ་ཚང་སོང་.
    """
    piece = pieces[place]
    if not place or not piece.joined:
        return False
    verb = pieces[place - 1]
    if verb.text in _OR and verb.joined and place > 1:
        verb = pieces[place - 2]
    if piece.text in _BO_NOT:
        after = pieces[place + 1].text if place + 1 < len(pieces) else ""
        if after != verb.text:
            return False
        return after in VERBS or not _is_word(piece.text, pieces[place - 1].text, after)
    # ཐུབ་མིན is whether one can, and ཐུབ་མིན་ན if one cannot.
    if place + 1 < len(pieces) and pieces[place + 1].joined and pieces[place + 1].text == _IF:
        return False
    return verb.text in _EITHER.get(piece.text, ())


def _chinese(text: str) -> tuple[Mark, ...]:
    taken = [
        m.span() for form in (ZH_QUESTIONS, ZH_COMPARES, ZH_AFFIRMS) for m in form.finditer(text)
    ]
    return tuple(
        Mark(text=m.group(), start=m.start(), end=m.end(), sure=m.group() in ZH_SURE)
        for m in _ZH_NOT.finditer(text)
        if m.group() not in ZH_WORDS
        and not any(start < m.end() and m.start() < end for start, end in taken)
    )


def _tibetan(text: str) -> list[Mark]:
    pieces = bo_pieces(text)
    raws = [text[p.start : p.end] for p in pieces]
    found = []
    for place, piece in enumerate(pieces):
        before = pieces[place - 1].text if place and pieces[place].joined else ""
        after = pieces[place + 1].text if place + 1 < len(pieces) else ""
        if or_not(pieces, place):
            continue
        if piece.text in BO_SURE:
            found.append(_mark(piece))
        elif piece.text in _BO_NOT and raws[place] == piece.text:
            if after and not _is_word(piece.text, before, after):
                found.append(_mark(piece, sure=False))
        elif piece.text in _BARRED or (place and piece.text in _HARD and _hard(pieces, place)):
            found.append(_mark(piece, sure=False))
    return found


def _is_word(syllable: str, before: str, after: str) -> bool:
    """Whether མ or མི is part of a word and denies nothing."""
    if syllable == "མི":
        return after in _AFTER_PERSON or before in _BEFORE_PERSON
    if before == "ངོ" and after in _KNOWN_BY_FACE:
        return False
    if after in _AFTER_MOTHER or before in _BEFORE_MA:
        return True
    return before in _MAYBE_BEFORE_MA and after not in VERBS


def _hard(pieces: tuple[Piece, ...], place: int) -> bool:
    """Whether དཀའ says that something hardly comes about: behind a verb, before no noun."""
    before = pieces[place - 1]
    return (before.text in _BEFORE_HARD) or (
        pieces[place].joined and (place + 1 == len(pieces) or not pieces[place + 1].joined)
    )


def _mark(piece: Piece, *, sure: bool = True) -> Mark:
    return Mark(text=piece.text, start=piece.start, end=piece.end, sure=sure)
