"""The inputs of the goldens, each made by code and the same on every machine.

A case writes its files into a folder of its own; ``outputs`` then runs the library
there. Faults are put into the sentences of :mod:`tests.golden.sentences`.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

from tests.golden.sentences import LONG, SUN, TERMS, Line

Side = Literal["bo", "zh"]
Cue = tuple[int, int, str]
Cues = tuple[Cue, ...]
Kind = Literal["report", "error", "commands"]

WORDS: Final = "botok-words"
WHISPER: Final = "whisper-base"
FIRST: Final = SUN[:20]
LAST: Final = SUN[19:]
ALIGN: Final = ("align", "--bo", "bo.srt", "--zh", "zh.srt")


@dataclass(frozen=True, kw_only=True)
class Case:
    """An input and what is asked of it.

    ``make`` writes the files into a folder. ``needs`` are models by name, ``extras``
    modules that have to be installed. ``fix`` are further arguments of ``bilingual
    fix``, ``None`` where it is not run; ``also`` further command lines whose output
    is a golden, by the golden's name; ``keep`` files of the input that are goldens.
    """

    name: str
    make: Callable[[Path], None]
    kind: Kind = "report"
    video: str | None = None
    bo: str | None = None
    zh: str | None = None
    reference: str | None = None
    settings: str = ""
    fix: tuple[str, ...] | None = ()
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    keep: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    slow: bool = False

    @property
    def arguments(self) -> list[str]:
        """The inputs as ``bilingual verify`` and ``bilingual fix`` take them."""
        found = [] if self.video is None else [self.video]
        for option, value in (("--bo", self.bo), ("--zh", self.zh)):
            found += [] if value is None else [option, value]
        return found + (["--config", "settings.toml"] if self.settings else [])


# Cues and files


def side_of(lines: Iterable[Line], side: Side) -> Cues:
    """The cues of one language."""
    return tuple((x.start, x.end, x.bo if side == "bo" else x.zh) for x in lines)


def with_texts(cues: Cues, changes: Mapping[int, str]) -> Cues:
    """The cues with other texts at some places."""
    return tuple((a, b, changes.get(n, text)) for n, (a, b, text) in enumerate(cues))


def changed(cues: Cues, changes: Mapping[int, tuple[str, str]]) -> Cues:
    """The cues with words replaced at some places; the words must be there."""
    texts = {}
    for n, (old, new) in changes.items():
        assert old in cues[n][2], (n, old)
        texts[n] = cues[n][2].replace(old, new)
    return with_texts(cues, texts)


def with_times(cues: Cues, changes: Mapping[int, tuple[int, int]]) -> Cues:
    """The cues with start and end moved by so many milliseconds at some places."""
    moved = {n: (cues[n][0] + a, cues[n][1] + b, cues[n][2]) for n, (a, b) in changes.items()}
    return tuple(moved.get(n, cue) for n, cue in enumerate(cues))


def without(cues: Cues, *gone: int) -> Cues:
    """The cues but for some."""
    return tuple(cue for n, cue in enumerate(cues) if n not in gone)


def retimed(cues: Cues, rate: float = 1.0, offset: int = 0, since: int = 0) -> Cues:
    """The cues on another clock from a place on."""
    return tuple(
        (round(a * rate) + offset, round(b * rate) + offset, text) if n >= since else (a, b, text)
        for n, (a, b, text) in enumerate(cues)
    )


def clock(ms: int, point: str = ",") -> str:
    """A time as SRT (or, with a dot, WebVTT) writes it."""
    return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"


def srt(cues: Cues) -> str:
    """The cues as SRT."""
    return "\n".join(
        f"{n}\n{clock(a)} --> {clock(b)}\n{text}\n" for n, (a, b, text) in enumerate(cues, 1)
    )


def vtt(cues: Cues) -> str:
    """The cues as WebVTT."""
    blocks = [f"{clock(a, '.')} --> {clock(b, '.')}\n{text}\n" for a, b, text in cues]
    return "\n".join(["WEBVTT\n", *blocks])


def ass(cues: Cues) -> str:
    """The cues as Advanced SubStation Alpha."""
    head = (
        "[Script Info]\nScriptType: v4.00+\nPlayResX: 1920\nPlayResY: 1080\n\n"
        "[V4+ Styles]\nFormat: Name, Fontname, Fontsize\nStyle: Default,Noto Sans,48\n\n"
        "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    )

    def at(ms: int) -> str:
        return f"{ms // 3600000}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000 // 10:02}"

    return head + "".join(
        f"Dialogue: 0,{at(a)},{at(b)},Default,,0,0,0,,{text}\n"
        for a, b, text in ((a, b, text.replace("\n", "\\N")) for a, b, text in cues)
    )


def files(**contents: str | bytes) -> Callable[[Path], None]:
    """Writes files; ``bo_srt`` becomes ``bo.srt``."""

    def make(folder: Path) -> None:
        for name, content in contents.items():
            data = content if isinstance(content, bytes) else content.encode()
            (folder / name.replace("_", ".")).write_bytes(data)

    return make


def pair(name: str, bo: Cues, zh: Cues, *, settings: str = "", **more: object) -> Case:
    """A case of two SRT files."""
    case = Case(
        name=name,
        make=files(bo_srt=srt(bo), zh_srt=srt(zh)),
        bo="bo.srt",
        zh="zh.srt",
        settings=settings,
    )
    return replace(case, **more)  # type: ignore[arg-type]


BO: Final = side_of(FIRST, "bo")
ZH: Final = side_of(FIRST, "zh")
LAST_BO: Final = side_of(LAST, "bo")
LAST_ZH: Final = side_of(LAST, "zh")
LONG_BO: Final = side_of(LONG, "bo")
LONG_ZH: Final = side_of(LONG, "zh")
TERMS_BO: Final = side_of(TERMS, "bo")
TERMS_ZH: Final = side_of(TERMS, "zh")

# «The school's teacher taught the pupils languages.»
SCHOOL: Final = "སློབ་གྲྭའི་དགེ་རྒན་གྱིས་སློབ་མ་ཚོར་སྐད་ཡིག་བསླབས།"
# «An official, it is said, lent merchants at home and abroad a great sum.»
OFFICIAL: Final = "སྲིད་གཞུང་གི་ལས་བྱེད་པས་རྒྱལ་ཁབ་ཕྱི་ནང་གི་ཚོང་པར་དངུལ་འབོར་ཆེན་པོ་བསྐྱིས་ཡོད་ཟེར།"


# What the two languages say


def _wording() -> Iterable[Case]:
    yield pair("pair-sound", side_of(SUN, "bo"), side_of(SUN, "zh"), also={"align.txt": ALIGN})
    yield pair("pair-missing", without(BO, 4, 11, 12), ZH)
    yield pair("pair-extra", BO, without(ZH, 6, 13))
    yield pair(
        "pair-untranslated",
        with_texts(BO, {4: ZH[4][2], 15: ZH[15][2]}),
        with_texts(ZH, {14: BO[14][2]}),
    )
    yield pair(
        "pair-part-untranslated", changed(BO, {13: ("ཕྱི་ངོས་ལས་ཧ་ཅང་མཐོ།", "比表面高得多。")}), ZH
    )
    yield pair(
        "pair-half",
        with_texts(
            LONG_BO,
            {
                0: "སའི་གོ་ལ་ནི་ཉི་མའི་ཁྱིམ་རྒྱུད་ཀྱི་རྒྱུ་སྐར་ཆེན་པོ།",
                7: "སྲོག་ཆགས་འདི་ནགས་ཚལ་ནང་དུ་འཚོ།",
            },
        ),
        LONG_ZH,
    )
    yield pair("pair-wrong-long", with_texts(LONG_BO, {3: OFFICIAL}), LONG_ZH)
    yield pair("pair-wrong-short", with_texts(BO, {7: SCHOOL}), ZH)
    swapped = {6: BO[14][2], 14: BO[6][2]}
    yield pair("pair-exchanged", with_texts(BO, swapped), ZH)
    yield pair(
        "pair-neighbours",
        with_texts(BO, {9: BO[10][2], 10: BO[11][2], 11: BO[12][2], 12: BO[9][2]}),
        ZH,
    )
    own, other = LONG_BO[0][2].split(" ")[0], LONG_BO[5][2].partition("འཕུར")[0]
    yield pair("pair-mixed", with_texts(LONG_BO, {0: f"{own} {other}འཕུར།"}), LONG_ZH)
    yield pair(
        "pair-numbers",
        changed(
            BO,
            {8: ("༣༦༥", "༣༥༦"), 10: ("བརྒྱད", "བདུན"), 11: ("༡༠༩", "༡༩༠"), 12: ("༥༥༠༠", "༥༥༠")},
        ),
        ZH,
    )
    yield pair("pair-units", changed(BO, {9: ("སྤྱི་ལེ་", "སྨི་"), 10: ("སྐར་མ་", "ཆུ་ཚོད་")}), ZH)
    yield pair(
        "pair-latin",
        with_texts(TERMS_BO, {4: "DNA ནི་ཕྲ་ཕུང་ནང་ཡོད།", 8: "DNA ནི་ཕྲ་ཕུང་ནང་ཡོད།"}),
        with_texts(TERMS_ZH, {4: "细胞里有 RNA。", 8: "细胞里有 DNA。"}),
    )
    yield pair(
        "pair-negation",
        changed(LAST_BO, {5: ("མ་ལྟ", "ལྟ"), 9: ("མི་གཏོང་", "གཏོང་"), 13: ("འོད་མེད", "འོད་ཡོད")}),
        LAST_ZH,
    )
    yield pair(
        "pair-question",
        changed(LAST_BO, {10: ("ཐུབ་བམ", "ཐུབ")}),
        changed(LAST_ZH, {14: ("其实是反射的太阳光。", "是反射的太阳光吗？")}),
    )
    yield pair(
        "pair-terms-differ",
        with_texts(
            TERMS_BO,
            {
                5: "འཛམ་གླིང་སྟེང་སྲོག་ཆགས་མང་པོ་ཡོད།",
                7: "ང་ཚོས་འཛམ་གླིང་སྲུང་སྐྱོབ་བྱེད་དགོས།",
                9: "འཛམ་གླིང་ནི་ཟླུམ་པོ་ཡིན།",
            },
        ),
        TERMS_ZH,
    )
    yield pair("pair-term-unusual", with_texts(TERMS_BO, {11: "ལས་བྱེད་པས་ནད་པར་ནད་བལྟ།"}), TERMS_ZH)
    yield pair("pair-repeated", with_texts(TERMS_BO, {6: TERMS_BO[4][2]}), TERMS_ZH)
    ours = "zh\tbo\n恒星\tརང་འོད་སྐར་མ\n地球\tསའི་གོ་ལ\n"
    yield replace(
        pair("pair-own-glossary", BO, ZH, settings='[accuracy]\nglossary = ["terms.tsv"]\n'),
        make=files(bo_srt=srt(BO), zh_srt=srt(ZH), terms_tsv=ours),
    )
    second = changed(BO, {5: ("བརྟན་སྐར་", "སྐར་མ་"), 14: ("ཚ་དྲོད་", "ཚ་བ་")})
    yield replace(
        pair("pair-reference", BO, ZH, fix=None),
        make=files(bo_srt=srt(BO), zh_srt=srt(ZH), other_srt=srt(without(second, 3))),
        reference="other.srt",
    )
    foreign = tuple(
        (a, b, text)
        for (a, b, _), text in zip(ZH, [t for *_, t in (*LONG_BO, *TERMS_BO)], strict=True)
    )
    yield pair("pair-foreign", foreign, ZH)
    yield pair("pair-foreign-own-times", (*LONG_BO, *retimed(TERMS_BO, offset=33_000)), ZH)


# How the words are written


def _writing() -> Iterable[Case]:
    yield pair(
        "text-syllables",
        changed(
            BO, {5: ("ནི་", "ནིི་"), 6: ("གཡོ་སྐར་", "གཡོསྐརད་"), 13: ("དྲོད་", "དྲྲོད་"), 16: ("རྩི་", "རྩཱིི་")}
        ),
        ZH,
    )
    yield pair(
        "text-particles",
        changed(BO, {12: ("ངོས་ཀྱི་", "ངོས་གི་"), 13: ("གནས་ཀྱི་", "གནས་གྱི་"), 19: ("སྒང་གི་", "སྒང་ཀྱི་")}),
        ZH,
    )
    yield pair(
        "text-tibetan-marks",
        changed(
            BO,
            {
                2: ("ཉི་མ་", "ཉི་མ་་"),
                3: ("ནུབ།", "ནུབ་།"),
                4: ("ཡིན།", "ཡིན."),
                5: ("ཡིན།", "ཡིན。"),
                6: ("ནི་", "ནི\u0f0c"),
                7: ("རྒྱུན་", "རྒྱུན ་"),
                8: ("༣༦༥", "3༦5"),
                15: ("མེད།", "ཐག་རིང།"),
            },
        ),
        ZH,
    )
    yield pair(
        "text-chinese-marks",
        BO,
        changed(
            ZH,
            {
                1: ("，", ","),
                5: ("。", "."),
                8: ("365", "３６５"),
                10: ("，", ", "),
                15: ("没有生命。", "没有生命!"),
                16: ("植物", "㮯物"),
            },
        ),
    )
    yield pair(
        "text-wrong-script",
        with_texts(BO, {3: "Солнце садится на западе"}),
        with_texts(ZH, {5: "Солнце это звезда", 9: "澶槼绂讳粬浠", 17: "動物は植物に頼って生きる"}),
    )
    traditional = with_texts(
        ZH, {5: "太陽是一顆恆星。", 13: "中心的溫度比表面高得多。", 17: "動物靠植物生活。"}
    )
    yield pair("text-traditional", BO, traditional)
    yield pair("text-traditional-chinese", BO, traditional, settings='category = "chinese"\n')
    yield pair(
        "text-hidden",
        changed(BO, {2: ("ཉི་མ་", "ཉི་\u200bམ་"), 9: ("ཙམ་", "ཙམ་\ufeff"), 14: ("འོད་", "འོད་\u2060")}),
        changed(
            ZH,
            {
                4: ("其实", "\u202e其实"),
                6: ("行星", "行\u00ad星"),
                7: ("地球", "地\x07球"),
                12: ("表面", "表\ufffd"),
                17: ("动物", "\ue001动物"),
            },
        ),
    )
    yield pair("text-empty", with_texts(BO, {4: "", 10: " \u3000"}), with_texts(ZH, {7: "<i></i>"}))
    yield pair(
        "text-markup",
        with_texts(BO, {1: f"<i>{BO[1][2]}</i>", 6: f"{{\\an8}}{BO[6][2]}"}),
        with_texts(
            ZH,
            {
                1: f"<b>{ZH[1][2]}",
                8: "转一圈<font color=red>大约</font>要365天。",
                13: "3 < 5 & 温度",
            },
        ),
    )
    yield pair(
        "text-long-lines",
        with_texts(
            BO,
            {
                2: BO[2][2].replace("་", "་\n", 4),
                9: BO[9][2].replace("\n", ""),
                11: f"{BO[11][2]} {BO[12][2]}",
                12: "དེའི་ཕྱི་ངོས་ཀྱི་དྲོད་\nཚད་ཏུའུ་༥༥༠༠ཙམ་ཡོད།",
                13: "ལྟེ་གནས་ཀྱི་དྲོད་ཚད་ནི་ཕྱི་ངོས་ལས་ཧ་ཅང་མཐོ\n།",
                16: "རྩི་ཤིང་ནི་ཉི་འོ\nད་ལ་བརྟེན་ནས་སྐྱེ།",
            },
        ),
        with_texts(ZH, {11: f"{ZH[11][2]}{ZH[12][2]}", 14: "太阳\n给我们\n带来光和热。"}),
        needs=(WORDS,),
    )


# When the cues are shown


def _timing() -> Iterable[Case]:
    yield pair(
        "time-overlap", with_times(BO, {3: (0, 1900)}), with_times(ZH, {8: (0, 2000), 12: (0, 600)})
    )
    order = [*range(5), 7, 5, 6, *range(8, 20)]
    yield pair("time-order", tuple(BO[n] for n in order), (*ZH[:9], *ZH[10:12], ZH[9], *ZH[12:]))
    a, b, _ = ZH[6]
    yield pair(
        "time-short-long",
        with_times(BO, {6: (0, 300 - (b - a))}),
        with_times(ZH, {6: (0, 300 - (b - a)), 9: (0, ZH[9][0] - ZH[9][1]), 19: (0, 7000)}),
    )
    yield pair(
        "time-gaps",
        with_times(BO, {1: (0, 960), 4: (0, 365)}),
        with_times(ZH, {1: (0, 960), 6: (0, 380)}),
    )
    yield pair(
        "time-speed",
        with_times(BO, {9: (0, -1500), 13: (0, -1000)}),
        with_times(ZH, {9: (0, -1500), 10: (0, -1800)}),
    )
    yield pair("time-offset", retimed(BO, offset=2000), ZH)
    yield pair("time-drift", retimed(side_of(SUN, "bo"), rate=25 / 24), side_of(SUN, "zh"))
    yield pair("time-jump", retimed(side_of(SUN, "bo"), offset=2500, since=18), side_of(SUN, "zh"))
    yield pair("time-single", with_times(BO, {5: (900, 700), 11: (-2200, -2200), 15: (250, 0)}), ZH)
    joined = (BO[2][0], BO[3][1], f"{BO[2][2]} {BO[3][2]}")
    parts = ((ZH[10][0], 36100, "太阳光来到地球，"), (36200, ZH[10][1], "大约要八分钟。"))
    yield pair(
        "time-joined-and-split",
        (*BO[:2], joined, *BO[4:]),
        (*ZH[:10], *parts, *ZH[11:]),
        also={"align.txt": ALIGN, "align.json": (*ALIGN, "--format", "json")},
    )


# Several faults, few cues, one side


def _several() -> Iterable[Case]:
    bo = side_of(SUN, "bo")
    zh = side_of(SUN, "zh")
    many_bo = retimed(
        changed(
            with_texts(bo, {20: SCHOOL, 28: zh[28][2]}),
            {
                2: ("མ་", "མ་་"),
                5: ("ནི་", "ནིི་"),
                11: ("༡༠༩", "༡༩༠"),
                13: ("ཀྱི་", "གྱི་"),
                9: ("\n", ""),
            },
        ),
        offset=1200,
        since=25,
    )
    many_zh = changed(zh, {1: ("，", ","), 13: ("温度", "溫\u200b度"), 30: ("五十亿", "六十亿")})
    yield pair("many-faults", without(many_bo, 24, 33), without(many_zh, 17))
    yield pair(
        "many-faults-unsafe",
        without(many_bo, 24, 33),
        without(many_zh, 17),
        fix=("--unsafe",),
        needs=(WORDS,),
    )
    yield pair("few-cues", BO[:2], ZH[:2])
    yield replace(pair("only-tibetan", BO, ZH), zh=None)
    yield replace(pair("only-chinese", BO, ZH), bo=None)
    head = "组,中文序号,中文开始,中文结束,中文,藏文序号,藏文开始,藏文结束,藏文,发现,建议,改正后的藏文,改正后的中文,备注"

    def corrected(folder: Path) -> None:
        files(bo_srt=srt(with_texts(BO, {7: SCHOOL})), zh_srt=srt(ZH))(folder)
        with (folder / "back.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(head.split(","))
            row = ["8", "8", clock(ZH[7][0], "."), clock(ZH[7][1], "."), ZH[7][2], "8"]
            row += [
                clock(BO[7][0], "."),
                clock(BO[7][1], "."),
                SCHOOL,
                "",
                "",
                BO[7][2],
                "",
                "看过",
            ]
            writer.writerow(row)

    yield replace(pair("sheet-back", BO, ZH, fix=("--from-sheet", "back.csv")), make=corrected)


# Files as people hand them in


def _formats() -> Iterable[Case]:
    both = tuple((a, b, f"{t}\n{c}") for (a, b, t), (*_, c) in zip(flat(BO), flat(ZH), strict=True))
    for form, write in (("srt", srt), ("vtt", vtt), ("ass", ass)):
        yield Case(
            name=f"file-bilingual-{form}",
            make=files(**{f"both_{form}": write(both)}),
            bo=f"both.{form}",
        )
    broken = (
        srt(ZH[:3])
        + "\n4\n00:61:04,000 --> 00:00:07,000\n坏的时间。\n\n5\n没有时间的一条。\n\n"
        + "6\n00:00:18,000 -> 00:00:20,000\n箭头不对。\n\n"
        + "x\n00:00:20.903 --> 00:00:22.699\n太阳是一颗恒星。\n\n"
        + "8\n00:00:23,099 --> 00:00:24,930 X1:10 X2:20\n地球是一颗行星。\n00:00:25,330 --> 00:00:27,712\n地球不停地绕着太阳转。\n"
        + "\n9\n00:00:31,848 --> 00:00:30,000\n太阳离我们大约一亿五千万公里。\n\n10\n00:00:34,963"
    )
    yield Case(
        name="file-srt-broken", make=files(bo_srt=srt(BO), zh_srt=broken), bo="bo.srt", zh="zh.srt"
    )
    web = (
        "WEBVTT - 太阳\nKind: captions\n\nSTYLE\n::cue { color: yellow }\n\nNOTE\n这是说明。\n\n"
        "title\n00:06.000 --> 00:09.078 line:0 align:start\n<v 解说>你有没有想过，太阳离我们有多远？\n\n"
        "00:09.478 --> 00:12.036 position:200% nonsense:1\n今天，<c.loud>我们</c>一起来认识太阳&amp;地球。\n\n"
        "00:00:13,036 --> 00:00:15,379\n太阳每天从东方升起。\n\n"
        "00:15.779 --> 00:17.587\n傍晚从西方落下。 --> 00:20\n\n"
        "17.987 --> 20.503\n其实，转动的是我们的地球。\n\n" + "\n".join(vtt(ZH[5:]).split("\n")[2:])
    )
    yield Case(
        name="file-vtt-problems",
        make=files(bo_vtt=vtt(BO), zh_vtt=web),
        bo="bo.vtt",
        zh="zh.vtt",
        fix=("--unsafe",),
    )
    yield Case(
        name="file-gb18030",
        make=files(bo_srt=srt(BO), zh_srt=srt(ZH).encode("gb18030")),
        bo="bo.srt",
        zh="zh.srt",
        fix=("--unsafe",),
    )
    yield Case(
        name="file-utf16",
        make=files(
            bo_srt=("\ufeff" + srt(BO)).encode("utf-16-le"),
            zh_srt=srt(ZH).replace("\n", "\r\n").encode("utf-16-be"),
        ),
        bo="bo.srt",
        zh="zh.srt",
        fix=("--unsafe",),
    )
    mended = changed(BO, {2: ("མ་", "མ་་"), 5: ("ཡིན།", "ཡིན་།")})
    yield Case(
        name="file-crlf-bom",
        make=files(
            bo_srt=("\ufeff" + srt(mended)).replace("\n", "\r\n"), zh_ass="\ufeff" + ass(ZH)
        ),
        bo="bo.srt",
        zh="zh.ass",
    )
    damaged = srt(ZH).encode().replace("太阳".encode(), b"\xe5\xa4\xaa\xe9", 2)
    yield error("bytes-damaged", files(bo_srt=srt(BO), zh_srt=damaged), bo="bo.srt", zh="zh.srt")


def flat(cues: Cues) -> Cues:
    """The cues with each text on one line."""
    return tuple((a, b, text.replace("\n", "")) for a, b, text in cues)


def error(name: str, make: Callable[[Path], None], **inputs: str) -> Case:
    """A case of which no report can be made."""
    case = Case(name=f"error-{name}", make=make, kind="error")
    return replace(case, **inputs)  # type: ignore[arg-type]


def _errors() -> Iterable[Case]:
    good = files(bo_srt=srt(BO), zh_srt=srt(ZH))
    yield error("empty", files(bo_srt="", zh_srt=srt(ZH)), bo="bo.srt", zh="zh.srt")
    yield error("swapped", good, bo="zh.srt", zh="bo.srt")
    yield error("one-language", good, bo="zh.srt", zh="zh.srt")
    yield error("wrong-option", good, bo="zh.srt")
    yield error("missing-file", good, bo="none.srt", zh="zh.srt")
    yield error("folder", good, bo=".", zh="zh.srt")
    yield error("nothing", good)
    yield error("no-cue", files(bo_srt="no subtitle at all"), bo="bo.srt")
    yield error("header-alone", files(zh_vtt="WEBVTT\n"), zh="zh.vtt")
    yield error("binary", files(bo_srt=bytes(range(256)) * 8), bo="bo.srt")
    yield error("no-video", files(film_mp4="no video at all"), video="film.mp4")
    yield error("subtitle-as-video", good, video="zh.srt", zh="zh.srt")
    yield error("unknown-rule", good, bo="bo.srt", settings='[rules]\noff = ["nonesuch"]\n')
    yield error("unknown-engine", good, bo="bo.srt", settings='[asr]\nengine = "nonesuch"\n')
    yield error("settings-range", good, bo="bo.srt", settings="[accuracy]\nwrong_risk = 2.0\n")
    yield error("settings-key", good, bo="bo.srt", settings="[quality]\nnonesuch = 1\n")
    yield error("settings-toml", good, bo="bo.srt", settings="[quality\n")
    bad = files(bo_srt=srt(BO), zh_srt=srt(ZH), terms_tsv="zh\tbo\n恒星\tstar\n")
    own = '[accuracy]\nglossary = ["terms.tsv"]\n'
    yield error("glossary", bad, bo="bo.srt", zh="zh.srt", settings=own)
    yield error(
        "foreign-reference",
        files(bo_srt=srt(BO), zh_srt=srt(ZH), other_srt="1\n00:00:01,000 --> 00:00:02,000\nabc\n"),
        bo="bo.srt",
        zh="zh.srt",
        reference="other.srt",
    )


# Videos


def _clip(target: Path, *subtitles: str, codec: str = "mov_text", seconds: float = 48) -> None:
    """A small clip with a tone and subtitle streams, tagged Tibetan and Chinese."""
    import ffmpeg

    from tests.media.clips import make, picture, tone

    streams = [picture("320x180", seconds, 5), tone(seconds)]
    streams += [ffmpeg.input(str((target.parent / name).resolve())) for name in subtitles]
    tags = {f"metadata:s:s:{n}": f"language={x}" for n, x in enumerate(("bod", "chi"))}
    more = {"scodec": codec, **tags} if subtitles else {}
    make(target.resolve(), *streams, threads=1, bitexact=None, **more)


def _embedded(name: str, codec: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        bo = changed(BO, {2: ("མ་", "མ་་"), 11: ("༡༠༩", "༡༩༠")})
        files(one_srt=srt(without(bo, 6)), two_srt=srt(ZH))(folder)
        _clip(folder / name, "one.srt", "two.srt", codec=codec)

    return make


def _truncated(folder: Path) -> None:
    files(bo_srt=srt(BO), zh_srt=srt(ZH))(folder)
    _clip(folder / "whole.mkv")
    whole = (folder / "whole.mkv").read_bytes()
    (folder / "film.mkv").write_bytes(whole[: len(whole) * 6 // 10])


def _headless(folder: Path) -> None:
    _clip(folder / "whole.mp4", seconds=4)
    whole = (folder / "whole.mp4").read_bytes()
    (folder / "film.mp4").write_bytes(whole[: len(whole) * 6 // 10])


PICTURED: Final = (
    (400, 1600, "太阳每天从东方升起", "ཉི་མ་ཤར་ནས་འཆར།"),
    (1600, 2800, "水在零度结成冰", "ཆུ་འཁྱགས་ནས་འཁྱགས་པ་ཆགས།"),
    (3200, 4600, "植物需要阳光和水", "རྩི་ཤིང་ལ་ཆུ་དགོས།"),
)


def _burned(folder: Path) -> None:
    """Tibetan over Chinese on a moving picture; a file beside it that differs once."""
    from tests.burned_videos import Scene, Text, draw
    from tests.ocr.drawn import CHINESE, TIBETAN

    texts = []
    for start, end, zh, bo in PICTURED:
        texts.append(Text(start_ms=start, end_ms=end, text=zh, font=CHINESE, size=0.06, y=0.92))
        texts.append(Text(start_ms=start, end_ms=end, text=bo, font=TIBETAN, size=0.06, y=0.82))
    scene = Scene(texts=texts, duration_ms=5000, background="moving", width=960, height=540, crf=20)
    draw(scene, folder / "film.mp4")
    written = [(a, b, zh) for a, b, zh, _ in PICTURED]
    written[1] = (*written[1][:2], "水在一百度变成水汽")
    (folder / "zh.srt").write_text(srt(tuple(written)), encoding="utf-8")


def _sample(part: str) -> Callable[[Path], None]:
    """One of the samples, which are written once for all cases of a run."""

    def make(folder: Path) -> None:
        from tests.golden.outputs import command

        root = folder.parent / "sample"
        if not (root / "tibetan-narration" / "zh.vtt").exists():
            status, _, said = command(["sample", str(root)])
            assert status == 0, said
        for path in sorted((root / part).iterdir()):
            shutil.copyfile(path, folder / path.name)

    return make


def _videos() -> Iterable[Case]:
    no_asr = '[asr]\nengine = "off"\n'
    yield Case(
        name="video-mp4-embedded",
        make=_embedded("film.mp4", "mov_text"),
        video="film.mp4",
        settings=no_asr,
    )
    yield Case(
        name="video-mkv-embedded",
        make=_embedded("film.mkv", "ass"),
        video="film.mkv",
        settings=no_asr,
    )
    yield Case(
        name="video-truncated",
        make=_truncated,
        video="film.mkv",
        bo="bo.srt",
        zh="zh.srt",
        settings=no_asr,
        fix=None,
    )
    yield Case(name="video-headless", make=_headless, video="film.mp4", settings=no_asr, fix=None)
    ocr = ("rapidocr", "cv2", "tesserocr", "PIL")
    burned = Case(
        name="video-burned-in",
        make=_burned,
        video="film.mp4",
        settings=no_asr,
        extras=ocr,
        slow=True,
    )
    yield burned
    yield replace(
        burned,
        name="video-burned-in-and-file",
        zh="zh.srt",
        settings=no_asr + '[burned_in]\nmode = "on"\n',
    )
    heard = (WORDS, WHISPER)
    whole = Case(
        name="sample-sound",
        make=_sample("sound"),
        video="video.mp4",
        bo="bo.srt",
        zh="zh.srt",
        keep=("bo.srt", "zh.srt"),
        needs=heard,
        extras=("faster_whisper",),
        fix=None,
        slow=True,
    )
    yield whole
    faulty = replace(whole, name="sample-faulty", make=_sample("faulty"), fix=("--unsafe",))
    yield replace(faulty, keep=("bo.srt", "zh.srt", "planted.json"))
    yield replace(
        whole,
        name="sample-tibetan-narration",
        make=_sample("tibetan-narration"),
        bo=None,
        zh="zh.vtt",
        keep=("zh.vtt",),
    )
    yield replace(whole, name="sample-transcript-alone", zh=None, keep=())


def _commands() -> Iterable[Case]:
    also: dict[str, tuple[str, ...]] = {}
    for name in ("", *COMMANDS):
        also[f"help-{name or 'bilingual'}.txt"] = (*name.split(), "--help")
    for lang in ("zh", "en"):
        also[f"rules.{lang}.txt"] = ("rules", "--lang", lang)
    yield Case(name="commands", make=lambda folder: None, kind="commands", also=also, fix=None)


COMMANDS: Final = (
    "align", "annex", "fix", "models", "notebook", "ocr", "rules", "sample", "serve", "show", "terms",
    "transcribe", "verify",
)  # fmt: skip


def all_cases() -> Sequence[Case]:
    """Every case, in the order in which they are run."""
    found = [
        case
        for part in (_wording, _writing, _timing, _several, _formats, _errors, _commands, _videos)
        for case in part()
    ]
    assert len({case.name for case in found}) == len(found)
    return found
