"""Lines that name who made a film or its subtitles, whose it is, and where to find it.

Such a line is no speech: it may be in one language alone. Each form is a row of a table,
with an example; a line is one where a form fits all of it. What could be a sentence of the
narration is none: 能量由太阳提供, 摄影需要光.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# 解说, 旁白 and 主讲 are left out: before a colon they say who speaks what follows.
_ZH_ROLE: Final = (
    r"(?:(?:总|联合|执行|副|责任|本片|(?:藏|汉|中|双)(?:语|文)|字幕))?"
    r"(?:出品|制片|监制|策划|导演|编导|编剧|编辑|撰稿|文案|脚本|摄影|摄像|摄制|拍摄|剪辑|后期|"
    r"配音|播音|录音|配乐|音乐|作曲|美术|美工|动画|特效|字幕|翻译|译制|译文|校对|审校|审核|"
    r"审定|顾问|主演|主创|作者|制作|指导|指导老师|技术支持|统筹|时间轴|听译|压制|片源)"
    r"(?:人|员|者|师|组|方|单位|机构|老师|总监|顾问|制作|统筹)?"
)
# Of these alone a name may follow behind a space: nothing is said of them.
_ZH_SURE: Final = (
    r"(?:出品人|制片人?|总?监制|总?策划|总?导演|编导|编剧|撰稿人?|摄像师|剪辑师?|校对|审校|审定|译制|听译|"
    r"字幕(?:翻译|制作|组)|(?:责任|执行)(?:编辑|制片人)|"
    r"(?:出品|摄制|联合摄制|协助拍摄|支持|指导|主办|承办)单位)"
)
_BO_ROLE: Final = (
    r"(?:ཡིག་སྒྱུར(?:་བ|་པ|་མཁན)?|བ?སྒྱུར་མཁན|ལོ་ཙཱ་བ|སྒྲ་འཇུག(?:་པ|་མཁན)?|སྒྲ་འདོན(?:་པ|་མཁན)?|"
    r"འཁྲབ་སྟོན(?:་པ)?|འཁྲབ་གཞུང(?:་འབྲི་མཁན)?|"
    r"རྩོམ་སྒྲིག(?:་པ|་མཁན)?|རྩོམ་པ་པོ|རྩོམ་འབྲི|པར་ལེན(?:་པ|་མཁན)?|བརྙན་ལེན(?:་པ|་མཁན)?|ཞུ་དག(?:་པ|་མཁན)?|"
    r"བཟོ་མཁན|བཟོ་སྐྲུན(?:་པ|་མཁན|་སྡེ་ཁག)?|གཙོ་འཁྲབ(?:་པ|་མཁན)?|འགྲེལ་བཤད(?:་པ|་མཁན)?|སྐད་སྒྱུར(?:་བ|་མཁན)?)"
)
# No character of a name: 导演 他是谁 is a sentence.
_ZH_LETTER: Final = r"(?![是的了在我你他她它们这那什么谁很不有要说想就吗呢吧])[\u3400-\u9fff]"
_ZH_PERSON: Final = rf"(?:{_ZH_LETTER}){{2,4}}(?:·(?:{_ZH_LETTER}){{1,6}}){{0,3}}"
_ZH_BODY: Final = (
    r"[\u3400-\u9fff]{2,24}(?:公司|集团|大学|学院|中心|电视台|广播台|局|社|工作室|协会|学会|研究所|"
    r"研究院|委员会|委|科协|馆|组)"
)
_ZH_NAME: Final = rf"(?:{_ZH_BODY}|{_ZH_PERSON})"
_ZH_NAMES: Final = rf"{_ZH_NAME}(?:[ \u3000、，,/&]+{_ZH_NAME}){{0,8}}"
# No syllable of a name: what follows ལོ་ཙཱ་བ། may also be a sentence.
_BO_SYLLABLE: Final = (
    r"(?!(?:ནི|ལ|ན|ནས|ལས|དང|གི|གིས|ཀྱི|ཀྱིས|གྱི|གྱིས|ཡི|ཡིས|ཏུ|དུ|རུ|སུ|གང|ཅི|ཡིན|རེད|ཡོད|ཡོང|མེད|མིན|འདུག|འགྲོ|དགོས|"
    r"སོང|བྱུང|བྱས|བྱེད|གྱུར|ཕེབས|འདས|ཤོད|གནང|ཐུབ|ཆོག)(?:་|$))[\u0f40-\u0fbc]+"
)
_BO_NAME: Final = rf"{_BO_SYLLABLE}(?:་{_BO_SYLLABLE}){{0,3}}་?"
_LATIN_NAME: Final = r"[A-Za-z@][A-Za-z0-9_.@·'-]{0,40}"
_ANY_NAME: Final = rf"(?:{_ZH_NAME}|{_LATIN_NAME}|{_BO_NAME})"
_NAMES: Final = rf"{_ANY_NAME}(?:[ \u3000、，,/&]+{_ANY_NAME}){{0,8}}(?:\s*[།༎])?"
_COLON: Final = r"\s*[:：༔]\s*"
_WORK: Final = r"(?:(?:本|此)(?:影?片|视频|节目|字幕|译文)|(?:中文|藏文|双语|中英)?字幕|译文)"
_MADE: Final = (
    r"(?:联合|独家|共同|荣誉)?(?:提供|制作|翻译|译制|出品|监制|摄制|拍摄|赞助|校对|审定|授权|支持|发布|推出|"
    r"整理|上传|压制)(?:播出|字幕)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditForm:
    """A form of a credit line: its name, what all of the line is, and an example."""

    name: str
    line: re.Pattern[str]
    example: str


CREDIT_FORMS: Final = (
    CreditForm(
        name="roles and names",
        line=re.compile(
            rf"(?:{_ZH_ROLE}|{_BO_ROLE}་?)(?:\s*[/／、&和与]\s*(?:{_ZH_ROLE}|{_BO_ROLE}་?)){{0,3}}"
            rf"{_COLON}{_NAMES}"
            rf"(?:[ \u3000]+(?:{_ZH_ROLE}|{_BO_ROLE}་?){_COLON}{_NAMES}){{0,4}}"
        ),
        example="翻译/校对：扎西",
    ),
    CreditForm(
        name="Tibetan role and name",
        line=re.compile(rf"{_BO_ROLE}་?\s*[།༎]\s*{_BO_NAME}"),
        example="ཡིག་སྒྱུར་པ། བཀྲ་ཤིས།",
    ),
    CreditForm(
        name="sure roles and names",
        line=re.compile(
            rf"{_ZH_SURE}[ \u3000]+{_ZH_NAMES}"
            rf"(?:[ \u3000]{{2,}}{_ZH_SURE}[ \u3000]+{_ZH_NAMES}){{0,3}}"
        ),
        example="策划 央金",
    ),
    CreditForm(
        name="who made this",
        line=re.compile(
            rf"{_WORK}(?:内容|翻译)?(?:系|均)?由(?:.{{0,12}}(?:{_ZH_BODY}|{_LATIN_NAME})|"
            rf"{_ZH_NAMES}(?=翻译|译制|校对|审定|出品|监制)){_MADE}"
        ),
        example="字幕由科普工作室提供",
    ),
    CreditForm(
        name="made by",
        line=re.compile(
            r"由.{1,24}?(?:联合|独家|荣誉)?(?:出品|监制|摄制|译制|冠名(?:播出)?|赞助播出)"
        ),
        example="由西藏大学监制",
    ),
    CreditForm(
        name="thanks",
        line=re.compile(rf"(?:特别|衷心)?(?:鸣谢|致谢)(?:单位)?(?:{_COLON}|\s+)\S.{{0,60}}"),
        example="特别鸣谢 西藏大学",
    ),
    CreditForm(
        name="rights",
        line=re.compile(
            r"(?:(?:版权|著作权)(?:归.{1,30})?所有|(?:翻印|盗版|侵权)必究|"
            r"未经.{0,12}(?:许可|授权|允许|同意).{0,6}(?:不得|禁止|严禁|请勿).{0,4}"
            r"(?:转载|使用|复制|翻印|传播|商用)(?:(?:或|、|和|与|本).{1,10})?|(?:禁止|请勿)(?:转载|商用|用于商业用途)|[\s，,。！]){1,6}"
        ),
        example="版权所有 翻印必究",
    ),
    CreditForm(
        name="copyright",
        line=re.compile(r"(?:©|\(c\)|copyright|all rights reserved).{0,60}", re.IGNORECASE),
        example="© 2024 某某科技",
    ),
    CreditForm(
        name="where to follow",
        line=re.compile(
            r"(?:.{0,12}(?:请|欢迎))?关注(?!着).{0,6}(?:公众号|视频号|微博|抖音|快手|B站|订阅号)(?!上)\S{0,24}"
        ),
        example="更多字幕请关注微信公众号“藏语科普”",
    ),
    CreditForm(
        name="address",
        line=re.compile(
            r"(?:https?://|www\.)\S{3,80}|[\w.+-]{1,40}@[\w-]{1,40}\.[\w.]{2,20}|"
            r"(?:微信)?(?:(?:公众号|视频号)\s*[:：]\s*\S{1,24}|"
            r"(?:微博|抖音号?|快手号?|邮箱|网址|电话)\s*[:：]\s*[A-Za-z0-9_@.+() -]{3,60})",
            re.IGNORECASE,
        ),
        example="www.example.com",
    ),
    CreditForm(
        name="English",
        line=re.compile(
            r"(?:subtitles?|subtitled|captions?|captioned|translations?|translated|synced|encoded|edited|"
            r"directed|produced|written|narrated)(?: and [a-z]{3,12})?(?: by\b| *:) *\S.{0,60}",
            re.IGNORECASE,
        ),
        example="Subtitles by Tashi",
    ),
    CreditForm(
        name="end card",
        line=re.compile(
            r"[（(【《]?"
            r"(?:本?(?:片|剧|集|期)(?:完|终)|全(?:剧|片|文)(?:完|终)|剧终|the end|fin)"
            r"[）)】》]?",
            re.IGNORECASE,
        ),
        example="（全剧终）",
    ),
)
_SENTENCE_END: Final = re.compile(r"[。！？!?]\s*$")
_RIGHTS: Final = ("rights", "where to follow")
"""Those that may end in a full stop."""
_LONGEST: Final = 120
_AROUND: Final = " \t\u3000\u00a0—–-•·།་"
# One of these is in every line that a form fits.
_HINT: Final = re.compile(
    "[:：༔©@]|[།༎]\\s*[\u0f40-\u0fbc]|由|鸣谢|致谢|所有|必究|不得|禁止|严禁|请勿|关注|[完终]|"
    "\\S[ \u3000]+\\S|[A-Za-z]"
)


@lru_cache(maxsize=16_384)  # asked of the same lines by rules and measures
def is_credit(line: str) -> bool:
    """Whether a line of a cue names who made it, whose it is or where to find it."""
    if len(line) > _LONGEST or _HINT.search(line) is None:
        return False
    bare = line.strip(_AROUND)
    for form in CREDIT_FORMS:
        if form.line.fullmatch(bare):
            return form.name in _RIGHTS or _SENTENCE_END.search(bare) is None
    return False
