"""What was measured, on what, and how good it is: made from the benches' results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from bilingual.render.notebook.measured import Measured, label_in
from bilingual.render.notebook.results import Result
from docs._make.formats import WORDS
from docs._make.markdown import figures, measured, run_of, table, why_no_figure
from docs._make.pages import Language, Made, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Results that belong together: by the beginnings of their names.

    ``drawn``: result, table, and the beginnings of the columns that are drawn as bars.
    """

    place: str
    title: Said
    about: Said
    prefixes: tuple[str, ...]
    drawn: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    more: str | None = None


TOPICS: Final = (
    Topic(
        place="rules",
        title=Said("每条规则", "Every rule"),
        about=Said(
            "每条规则：放进它该指出的错误，看指出多少；再看没有错的时候误报多少。错误由另写的程序放进去，不用规则自己的代码；也有常见的变化写法，"
            "包括规则声明不管的，所以不全是 1。文件整个被拒收的也算指出。“没有改动的文本”里有些错误是真的；其中新闻和知识问答在写规则时用过，别的文本更能说明误报。",
            "For each rule: how many of the faults that it is for are reported, and how often it reports something where nothing is wrong? The faults are planted by "
            "programs of their own, not by the rules' code, in the ways in which people make them, some of which a rule says that it leaves alone: not all are found. A file that is refused "
            "as a whole counts as reported. Of the texts as they are some faults are real; news and quiz were at hand when rules were written, so the other texts "
            "say more about false alarms.",
        ),
        prefixes=("rules",),
        more="figures/rules.md",
    ),
    Topic(
        place="translation",
        title=Said("译文风险", "Risk of the translation"),
        about=Said(
            "在正确的作品里放进已知的错误（换成别处的译文、缺一半、没有译……），看程序找出多少，又误报多少。**找到**：风险达到报告的界限；"
            "**误报 2 % 时的召回率**：把界限定在每一百对正确的句对误报两对时，找出的比例。越接近 1 越好。新闻文本（FLORES-200）是完整的长句；"
            "知识问答多为短句，藏文一边是机器翻译，本身就有错，所以数字较低。",
            "Known faults (another text's translation, a half left out, not translated, …) are put into correct works; how many are found, and how "
            "many correct pairs are called wrong? **found**: the risk reaches the limit from which it is reported; **recall at 2 % false "
            "alarms**: the share found where two in a hundred correct pairs are called wrong. 1 is best. FLORES-200 is whole sentences of "
            "news; quiz lines are short, and their Tibetan, machine translation for the most part, has faults of its own.",
        ),
        prefixes=("risk-", "translation-"),
        drawn=(
            ("risk-flores", "kinds", ("found", "recall at 2")),
            ("risk-quiz", "kinds", ("found", "recall at 2")),
            ("risk-flores", "sources", ("other", "half", "mixed")),
        ),
        more="figures/risk.md",
    ),
    Topic(
        place="alignment",
        title=Said("对齐", "Alignment"),
        about=Said(
            "两种语言的字幕切分不同、时间不同、缺了几条时，程序配对得对不对。三个数依次是严格、宽松、空组的 F1：整组都对；至少有一对对了；"
            "没有译文的那几条认得对不对。1 为全对。",
            "Whether cues are paired rightly where the languages are cut differently, run on different clocks, or lack cues. The three numbers are "
            "strict, lax and null F1: the whole group right; at least one pair right; the cues without a translation known as such. 1 is all right.",
        ),
        prefixes=("alignment-",),
        drawn=(("alignment-recut-flores", "f1", ()), ("alignment-recut-quiz", "f1", ())),
        more="figures/alignment.md",
    ),
    Topic(
        place="numbers",
        title=Said("数字与单位", "Numbers and units"),
        about=Said(
            "在正确的句对里改动一个数字，看找不找得出；再看原本正确的句对误报多少。",
            "One number of a correct pair is altered: is it found? And how many correct pairs are called wrong?",
        ),
        prefixes=("numbers",),
        drawn=(("numbers", "recall", ()),),
        more="figures/numbers.md",
    ),
    Topic(
        place="speech",
        title=Said("声音", "Sound"),
        about=Said(
            "人声检测、普通话转写的字错率、字幕与声音的时间，以及花费的时间。字错率越低越好。",
            "Detected speech, the character error rate of the Mandarin transcript, times of subtitles against the sound, and what it costs. A low error rate is good.",
        ),
        prefixes=("speech-",),
        drawn=(("speech-vad", "frames", ()),),
        more="figures/speech.md",
    ),
    Topic(
        place="picture",
        title=Said("画面里的字幕", "Subtitles in the picture"),
        about=Said(
            "把已知的字幕画进影片，再读出来，看找到几条、错几个字；另在画面里埋入错误。",
            "Known subtitles are drawn into films and read again: how many are found, and how many letters are wrong. Faults are planted in the picture, too.",
        ),
        prefixes=("burned-in-",),
        more="figures/burned_in.md",
    ),
    Topic(
        place="terms",
        title=Said("术语", "Terms"),
        about=Said(
            "从正确的文本里找可能的术语和一词多译，看提出的有多少是对的。",
            "Possible terms and inconsistent ones are looked for in correct text: how many of those that are proposed are right?",
        ),
        prefixes=("terms-",),
        drawn=(("terms-mining", "mining", ("top-1", "top-3")),),
        more="figures/terms.md",
    ),
    Topic(
        place="files",
        title=Said("文件与时间", "Files and clocks"),
        about=Said(
            "截断、改坏和恶意的文件，播放器里的时间，读取的速度，作品变长时的花费。",
            "Files that are cut off, damaged or hostile, times as a player has them, the speed of reading, and the cost as works grow.",
        ),
        prefixes=(
            "clock",
            "demuxers",
            "formats-",
            "growth",
            "hostile-",
            "nestings",
            "readers",
            "truncations",
            "report",
            "verify",
            "kill",
        ),
        more="figures/media.md",
    ),
    Topic(
        place="installation",
        title=Said("安装", "Installation"),
        about=Said(
            "基本安装和各个选装项占多少地方、要多长时间。",
            "How much room the base and each extra take, and how long.",
        ),
        prefixes=("install-",),
    ),
    Topic(
        place="suite",
        title=Said("测试", "The tests"),
        about=Said(
            "全部测试运行到多少行、多少分支；没有运行到的是哪些，为什么。",
            "How many lines and branches the tests run; which are left, and why.",
        ),
        prefixes=("coverage",),
        more="figures/coverage.md",
    ),
    Topic(
        place="service",
        title=Said("成批与服务", "Many works, the service"),
        about=Said(
            "许多作品一起核查、电脑或进程中断、许多人同时使用网页时怎样。",
            "Many works at once, machines and processes that are killed, and many users of the page at a time.",
        ),
        prefixes=("batch-", "server-", "service"),
        more="figures/batch.md",
    ),
)


_ON_TEXTS: Final = ("rules", "texts")
"""The table of all rules on texts as they are."""


def pages() -> Iterator[Made]:
    """An overview, and a page for each topic."""
    yield Made(place="measured/index.md", text=_overview, source="tests/bench")
    for topic in TOPICS:
        yield Made(
            place=f"measured/{topic.place}.md",
            text=partial(_page, topic),
        )


def _overview(language: Language) -> str:
    said = Said(
        "# 实测：多准，在什么数据上\n\n这些页面由 `tests/bench/results` 里的结果文件生成，结果由测量程序写入；早先测得的，有些是从当时打印的表里取来的。"
        "数据、命令、日期和电脑，以及哪些数字取自先前的表或别次测量，都写在各表下面。数据有限：真实的参评作品没有公开，错误是放进去的；真实作品上的表现可能不同。\n",
        "# Measured: how good, and on what\n\nThese pages are made from the files in `tests/bench/results`. The programs that measure write them; some earlier "
        "figures were taken over from the tables that were printed then. Data, command, date and machine are given below each table, and which "
        "figures are taken over or of another run. The data are limited: no real entries are public, and the faults are put in; real works may come out differently.\n",
    )
    lines = [f"- [{topic.title.get(language)}]({topic.place}.md)" for topic in TOPICS]
    figures_, limit = measured()["risk-flores"], measured()["numbers"]
    shown = [
        figures(figures_.tables["kinds"], language),
        run_of(figures_, language),
        figures(limit.tables["alarms"], language),
        run_of(limit, language),
    ]
    return "\n".join([said.get(language), *lines, ""]) + "\n" + "\n\n".join(shown) + "\n"


def _page(topic: Topic, language: Language) -> str:
    parts = [f"# {topic.title.get(language)}", topic.about.get(language)]
    if topic.more:
        more = Said(
            "怎样测的，每一步说明了什么：[英文说明]({place})。",
            "How it was measured, and what each step showed: [in full]({place}).",
        )
        parts.append(more.get(language).format(place=f"../{topic.more}"))
    drawing = Measured(language)
    for source, part, columns in topic.drawn:
        parts.append(drawing.bars(source, part, *columns)._repr_html_())
    for name, result in measured().items():
        if not name.startswith(topic.prefixes):
            continue
        parts += _result(name, result, language)
        if result.data:
            data = Said("数据：", "Data: ").get(language)
            parts.append(data + "; ".join(label_in(one, language) for one in result.data))
        parts.append(run_of(result, language))
    return "\n\n".join(parts) + "\n"


def _result(name: str, result: Result, language: Language) -> Iterator[str]:
    """A result under the title of its first table, its other tables and its single figures."""
    place = 0 if language == "zh" else 1
    tables = list(result.tables.values())
    title = label_in(tables[0].title, language) if tables else WORDS["results"][name][place]
    yield f"## {title} {{ #{name} }}"
    for number, (key, one) in enumerate(result.tables.items()):
        shown = figures(one, language)
        if number == 0:  # the heading says its title
            shown = ("" if one.n is None else f"n = {one.n:,}\n\n") + shown.partition("\n\n")[2]
        yield shown
        if (name, key) == _ON_TEXTS:
            yield from why_no_figure(one, language)
    if result.figures:
        words = WORDS["figures"][name]
        rows = [
            [words[key][place], figure.text() + (f" (n = {figure.n:,})" if figure.n else "")]
            for key, figure in result.figures.items()
        ]
        yield table(Said("单项 | 数值", "single figure | value").get(language).split(" | "), rows)
