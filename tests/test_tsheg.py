"""Tibetan whose syllables are parted by another mark than the tsheg, or by nothing."""

from __future__ import annotations

from collections import Counter

import pytest

from bilingual.formats import read_tracks
from bilingual.hidden import seen
from bilingual.model import Cue, Finding, Report, Severity, Track
from bilingual.text.length import count_units
from bilingual.tsheg import TSHEG, is_unseparated, joined_syllables
from tests.golden.sentences import SUN
from tests.support import code_of, examined, track

LINES = SUN[:20]
BO = [line.bo for line in LINES]
ZH = [line.zh for line in LINES]
SPACES = [" ", "\u00a0", "\u3000"]
UNSEEN = ["\u200b", "\u200c", "\u2060", "\ufeff", "\u00ad", "\x01", "\ufe0f"]
MARKS = ["·", "・", "‧", "-", ".", "'", "_", "|", "?", "\ufffd", "\ue00b"]
PARTED = "ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།"


def timed(texts: list[str]) -> list[tuple[int, int, str]]:
    return [(line.start, line.end, text) for line, text in zip(LINES, texts, strict=True)]


def report_of(bo: list[str], zh: list[str] = ZH, shift: int = 0) -> Report:
    times = [(line.start, line.end) for line in LINES]
    moved = [(start + shift, end + shift) for start, end in times]
    return examined(
        bo=track("bo", [(*t, text) for t, text in zip(moved, bo, strict=True)]),
        zh=track("zh", [(*t, text) for t, text in zip(times, zh, strict=True)]),
    )


def said(report: Report) -> Counter[tuple[str, object]]:
    return Counter((f.rule, f.params.get("variant")) for f in report.findings)


def only(report: Report) -> Finding:
    (finding,) = report.findings
    return finding


@pytest.mark.parametrize("mark", [*SPACES, *UNSEEN, *MARKS, "\u0f0c"])
def test_what_is_in_place_of_the_tsheg_is_read_as_one(mark: str) -> None:
    text = PARTED.replace(TSHEG, mark)
    found = seen(text)
    assert found.text == PARTED
    assert found.for_tsheg == tuple(at for at, char in enumerate(text) if char == mark)
    assert [found.whole(at, at + 1) for at in range(len(PARTED))] == [
        (at, at + 1) for at in range(len(PARTED))
    ]
    cue = Cue(index=0, start_ms=0, end_ms=1, text=text)
    assert (cue.plain, cue.compared) == (text, PARTED)
    assert cue.shown == (PARTED.replace(TSHEG, "") if mark in UNSEEN else text)


@pytest.mark.parametrize(
    "text",
    [
        "ཆུ་ཚོད་དེ་དག ངས་མཐོང་།",  # no shad behind ག
        "དེབ་འདི་ ༤༥ ཡིན།",
        "བོད་ཡིག 中文",
        "ཀ་ཁ་(ཀ)ག་ང་",
        "སློབ་གྲྭ་ - ཁང་པ་",
        "ཨ་མེ་རི་ཀ/རྒྱ་གར་",
        "འོ། དེ་རེད།",
        "地球 - 太阳",
        "ཀ ཁ ག ང",
        "ཀ - ཁ - ག",
        "",
    ],
)
def test_what_is_no_tsheg_stays(text: str) -> None:
    assert seen(text).text == text


def test_an_invisible_character_within_a_syllable_parts_nothing() -> None:
    for text in BO:
        assert seen("\u200b".join(text)).text == text
    assert seen("སློ\u200bབ་གྲྭ་").text == "སློབ་གྲྭ་"
    assert seen("སློབ\u200bགྲྭ་").text == "སློབ་གྲྭ་"  # though the others are there


def test_a_dot_in_a_name_is_no_finding() -> None:
    bo = [*BO]
    bo[4] = "ལི་ཨོ་ན་རྡོ·ཌ་ཝིན་ཆིས་" + bo[4]
    assert seen(bo[4]).for_tsheg
    assert "tibetan-typography" not in {f.rule for f in report_of(bo).findings}


@pytest.mark.parametrize("mark", [*SPACES, *UNSEEN, *MARKS])
@pytest.mark.parametrize("every", [1, 2, 10])
def test_one_finding_says_what_is_in_its_place(mark: str, every: int) -> None:
    bo = [b.replace(TSHEG, mark) if n % every == 0 else b for n, b in enumerate(BO)]
    report = report_of(bo)
    finding = only(report)
    assert finding.rule == "tibetan-typography"
    wrong = tuple(n for n in range(len(BO)) if n % every == 0)
    assert finding.bo == wrong
    variant = (
        "tsheg-space" if mark in SPACES else "tsheg-unseen" if mark in UNSEEN else "tsheg-mark"
    )
    assert finding.params["variant"] == variant
    assert (finding.params["cue"], finding.params["cues"]) == (1, len(wrong))
    drawn = mark not in (*UNSEEN, "\ufffd", "\ue00b")
    assert finding.severity is (Severity.WARNING if drawn else Severity.ERROR)
    assert report.bo is not None
    assert [cue.plain for cue in report.bo.cues] == bo
    assert not [c.rule for c in report.checks if code_of(c) == "tsheg-none"]


def test_an_invisible_one_for_every_second_tsheg_is_found_too() -> None:
    def every_second(text: str) -> str:
        return "".join("\u200b" if c == TSHEG and n % 2 else c for n, c in enumerate(text))

    found = said(report_of([every_second(text) for text in BO]))
    assert found.pop(("tibetan-typography", "tsheg-unseen")) == 1
    # Behind a last letter it parts nothing: there it is what it is elsewhere.
    assert {rule for rule, _ in found} <= {"hidden-character", "tibetan-typography"}


@pytest.mark.parametrize("every", [1, 2, 10])
def test_one_finding_says_that_there_is_no_tsheg(every: int) -> None:
    bo = [b.replace(TSHEG, "") if n % every == 0 else b for n, b in enumerate(BO)]
    report = report_of(bo)
    finding = only(report)
    wrong = tuple(n for n in range(len(BO)) if n % every == 0)
    assert (finding.rule, finding.severity, finding.bo) == (
        "tibetan-syllable",
        Severity.ERROR,
        wrong,
    )
    assert finding.params == {
        "variant": "tsheg-none",
        "cue": 1,
        "count": len(wrong),
        "total": len(BO),
    }
    doubtful = {c.rule for c in report.checks if code_of(c) == "tsheg-none"}
    assert {"wrong-translation", "term-mismatch", "number-mismatch", "reading-speed"} <= doubtful
    assert ("foreign-tracks" in doubtful) == (every == 1)
    assert report.alignment is not None
    unjudged = {n for bead in report.alignment.beads if bead.risk is None for n in bead.bo}
    assert unjudged == set(wrong)
    assert len(report.alignment.beads) == len(BO)


def test_what_times_show_is_found_without_a_tsheg() -> None:
    bare = [text.replace(TSHEG, "") for text in BO]
    late = report_of(bare, shift=9000)
    assert said(late)["sync-offset", "late"] == 1
    times = [(line.start, line.end) for line in LINES]
    cues = [(*t, text) for t, text in zip(times, bare, strict=True)]
    gap = examined(
        bo=track("bo", [*cues[:6], *cues[7:]]),
        zh=track("zh", [(*t, text) for t, text in zip(times, ZH, strict=True)]),
    )
    missing = [f for f in gap.findings if f.rule == "missing-translation"]
    assert [f.zh for f in missing] == [(6,)]


def test_another_work_without_a_tsheg_is_not_judged() -> None:
    report = report_of([text.replace(TSHEG, "") for text in [*BO[10:], *BO[:10]]])
    assert said(report).keys() <= {("tibetan-syllable", "tsheg-none"), ("cue-timing", None)}
    check = next(c for c in report.checks if c.rule == "foreign-tracks")
    assert (str(check.verdict), code_of(check)) == ("unknown", "tsheg-none")


def _stamp(ms: int, form: str) -> str:
    seconds, rest = divmod(ms, 1000)
    clock = f"{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"0:{clock}.{rest // 10:02}" if form == "ass" else f"00:{clock}{_POINT[form]}{rest:03}"


_POINT = {"srt": ",", "vtt": "."}
_ASS = (
    "[Script Info]\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)


def read_as(form: str, texts: list[str]) -> Track:
    """The track of a file of that format."""
    file = {"srt": "", "vtt": "WEBVTT\n\n", "ass": _ASS}[form]
    for n, (line, text) in enumerate(zip(LINES, texts, strict=True), 1):
        start, end = _stamp(line.start, form), _stamp(line.end, form)
        if form == "ass":
            broken = text.replace("\n", "\\N")
            file += f"Dialogue: 0,{start},{end},Default,,0,0,0,,{broken}\n"
        else:
            file += f"{n}\n{start} --> {end}\n{text}\n\n"
    (track_read,) = read_tracks(file.encode(), name=f"bo.{form}")
    return track_read


CODES = [
    *((form, code, "tsheg-coded") for form in ("srt", "ass") for code in (
        "&nbsp;", "&#160;", "&#8203;", "&#x200B;", "&zwnj;", "&#3851;", "&#x0f0b;", "&middot;",
    )),
    *((form, "\\h", "tsheg-space") for form in ("srt", "ass")),
    ("vtt", "&nbsp;", "tsheg-space"),
    ("vtt", "&thinsp;", "tsheg-space"),
    ("vtt", "&#8203;", "tsheg-unseen"),
    ("vtt", "&zwnj;", "tsheg-unseen"),
    ("vtt", "&middot;", "tsheg-mark"),
    ("vtt", "&caps;", "tsheg-mark"),  # ∩ and a variation selector
    *(("vtt", code, "tsheg-coded") for code in ("&amp;nbsp;", "&amp;#3851;", "\\h")),
    ("srt", "&amp;nbsp;", "tsheg-coded"),
    ("ass", "{\\i1}\\h{\\i0}", "tsheg-space"),
    ("ass", "{\\fs40}\u200b", "tsheg-unseen"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "code", "variant"), CODES)
def test_codes_in_its_place_are_one_finding_at_their_places(
    form: str, code: str, variant: str
) -> None:
    texts = [text.replace(TSHEG, code) if n % 10 == 0 else text for n, text in enumerate(BO)]
    bo = read_as(form, texts)
    finding = only(examined(bo=bo, zh=track("zh", timed(ZH))))
    assert (finding.rule, finding.params["variant"]) == ("tibetan-typography", variant)
    assert (finding.bo, finding.params["cues"]) == ((0, 10), 2)
    assert finding.suggestion is not None
    whole = code.removeprefix("{\\i1}").removesuffix("{\\i0}").removeprefix("{\\fs40}")
    for params in (finding.suggestion.params, *finding.suggestion.params["others"]):
        text = bo.cues[params["cue"]].text
        assert {text[e["start"] : e["end"]] for e in params["edits"]} == {whole}
    if variant == "tsheg-coded":
        assert finding.params["characters"] == [code]
        assert f"“{code}”" in finding.message("zh")
        assert finding.severity is Severity.ERROR


@pytest.mark.parametrize("code", ["&#3851;", "&#x0F0B;"])
def test_a_tsheg_that_webvtt_writes_as_a_reference_is_one(code: str) -> None:
    bo = read_as("vtt", [text.replace(TSHEG, code) for text in BO])
    assert [cue.plain for cue in bo.cues] == BO
    assert not examined(bo=bo, zh=track("zh", timed(ZH))).findings


@pytest.mark.parametrize("form", ["srt", "vtt", "ass"])
def test_a_code_between_sentences_is_in_place_of_nothing(form: str) -> None:
    texts = [text.replace("།", "།&nbsp;") for text in BO]
    report = examined(bo=read_as(form, texts), zh=track("zh", timed(ZH)))
    assert "tibetan-typography" not in {f.rule for f in report.findings}


def test_one_cue_is_said_in_the_singular() -> None:
    (finding,) = report_of([BO[0].replace(TSHEG, "\u200b"), *BO[1:]]).findings
    assert finding.message("en").startswith("1 Tibetan cue has invisible characters (U+200B)")
    (finding,) = report_of([BO[0].replace(TSHEG, ""), *BO[1:]]).findings
    assert finding.message("en").startswith("1 of 20 Tibetan cues has no tsheg (the first is")


@pytest.mark.parametrize("tags", [("{}", "{}"), ("<i>{}</i>", "<b>{}</b>")])
@pytest.mark.parametrize("mark", ["", " ", "\u200b", "·"])
def test_files_with_both_languages(mark: str, tags: tuple[str, str]) -> None:
    zh_form, bo_form = tags
    text = "".join(
        f"{n}\n00:00:{n * 3:02},000 --> 00:00:{n * 3 + 2:02},500\n"
        f"{zh_form.format(zh)}\n{bo_form.format(bo.replace(TSHEG, mark))}\n\n"
        for n, (zh, bo) in enumerate(zip(ZH[:9], BO[:9], strict=True), 1)
    )
    bo, zh = read_tracks(text.encode(), name="both.srt")
    assert [cue.plain for cue in bo.cues] == [text.replace(TSHEG, mark) for text in BO[:9]]
    assert [cue.part is not None for cue in bo.cues] == [True] * 9
    report = examined(bo=bo, zh=zh)
    assert set(said(report)) == {
        ("tibetan-typography", "tsheg-mark" if mark == "·" else "tsheg-unseen")
        if mark in ("\u200b", "·")
        else ("tibetan-typography", "tsheg-space")
        if mark
        else ("tibetan-syllable", "tsheg-none")
    }


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        (PARTED, False),
        (PARTED.replace(TSHEG, ""), True),
        ("ཉིམ་ནི་བརྟན་སྐར་ཞིག་ཡིན།", False),  # one of them only
        ("སྚེནཕོརཌ་སློབ་གྲྭ་ཆེན་མོ་", False),  # a name
        ("རྫོགས་སོ།", False),
        ("", False),
    ],
)
def test_which_text_has_no_tsheg(text: str, joined: bool) -> None:
    assert is_unseparated(text) is joined


def test_syllables_without_a_tsheg_are_counted_by_their_letters() -> None:
    assert joined_syllables("བརྟནསྐརཞིག") == 3
    assert joined_syllables("བསྒྲིགས") == 1
    for text in BO:
        bare = count_units(text.replace(TSHEG, ""))
        assert 0.6 * count_units(text) <= bare <= count_units(text)
