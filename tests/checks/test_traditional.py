"""A film with Traditional Chinese subtitles is judged as the same film with Simplified ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual import align
from bilingual.alignment.exclusion import exclusion, is_farewell
from bilingual.model import Cue, Report, Track
from bilingual.sample.script import script
from bilingual.terms.parallel import work_of
from bilingual.text.bead import BeadText
from bilingual.text.chinese import to_simplified, traditional_places, with_simplified
from bilingual.text.misread import bare
from bilingual.translation.glossary import Glossary, Term
from tests.support import examined


def traditional(track: Track) -> Track:
    """The track with its Chinese in Traditional characters."""
    import opencc

    convert = opencc.OpenCC("s2t").convert
    return replace(track, cues=tuple(replace(c, text=convert(c.text)) for c in track.cues))


def faulty() -> tuple[Track, Track]:
    """The sample with two lines exchanged, one gone, one left in Chinese, one said twice."""
    bo, zh = script().track("bo"), script().track("zh")
    texts = [cue.text for cue in bo.cues]
    texts[5], texts[6] = texts[6], texts[5]
    texts[20], texts[26] = zh.cues[20].text, texts[25]
    cues = [replace(c, text=t) for c, t in zip(bo.cues, texts, strict=True) if c.index != 12]
    return replace(bo, cues=tuple(replace(c, index=n) for n, c in enumerate(cues))), zh


def judged(report: Report) -> tuple[object, ...]:
    """What was found, and how likely each pair is wrong."""
    assert report.alignment is not None
    findings = sorted(
        (f.rule, f.severity.value, f.bo, f.zh)
        for f in report.findings
        if f.rule != "not-simplified"
    )
    return findings, [(bead.bo, bead.zh, bead.risk) for bead in report.alignment.beads]


def test_the_same_is_found() -> None:
    bo, zh = faulty()
    plain, other = examined(bo, zh), examined(traditional(bo), traditional(zh))
    assert {"missing-translation", "untranslated"} <= {f.rule for f in plain.findings}
    assert judged(other) == judged(plain)
    assert "not-simplified" in {f.rule for f in other.findings}


def test_what_is_quoted_is_what_the_file_says() -> None:
    zh = traditional(script().track("zh"))
    said = "".join(cue.text for cue in zh.cues)
    for finding in examined(faulty()[0], zh).findings:
        for evidence in finding.evidence:
            text = evidence.params.get("text")
            # A term is named as the glossary has it.
            if evidence.side == "zh" and evidence.kind != "term" and isinstance(text, str):
                assert text in said


def test_a_place_in_what_is_compared_is_one_in_the_text() -> None:
    cue = Cue(index=0, start_ms=0, end_ms=1000, text="太陽與恆星")
    track = Track(
        cues=(cue,), language="zh", source="sidecar", name="a", encoding="utf-8", format="srt"
    )
    text = BeadText.of("zh", track, [0])
    assert (text.text, text.compared) == ("太陽與恆星", "太阳与恒星")
    at = text.compared.index("恒星")
    assert text.place(at, at + 2).text == "恆星"


@pytest.mark.parametrize(
    ("text", "simplified"),
    [
        ("兩萬億個細胞", "两万亿个细胞"),
        ("名著與乾隆", "名著与乾隆"),
        ("名著", "名著"),
        ("", ""),
        ("DNA 與 ཉི་མ", "DNA 与 ཉི་མ"),
    ],
)
def test_each_character_in_its_place(text: str, simplified: str) -> None:
    assert with_simplified(text) == simplified


@given(st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), max_size=30))
def test_as_long_as_before_and_done_at_once(text: str) -> None:
    found = with_simplified(text)
    assert len(found) == len(text)
    assert with_simplified(found) == found or traditional_places(found)
    if not traditional_places(text):
        assert found == text


def test_a_glossary_in_either_form() -> None:
    terms = Glossary([Term(zh="太陽能", bo=("ཉི་ནུས",), field="physics", attested=("me",))])
    for text in ("用太阳能發電", "用太陽能發電"):
        assert [(u.term.zh, u.start, u.end) for u in terms.uses(text)] == [("太陽能", 1, 4)]
    assert terms.has("太阳能")


def test_two_terms_that_differ_in_script_alone() -> None:
    one = Term(zh="臺灣", bo=("ཐའེ་ཝན",), field="geography", attested=("me",))
    other = Term(zh="台湾", bo=("ཐའེ་ཝན་གླིང",), field="geography", attested=("me",))
    terms = Glossary([one, other])
    assert [u.term for u in terms.uses("在臺灣和台湾")] == [one, other]


def test_other_words_in_either_script() -> None:
    own = Glossary([Term(zh="英國", bo=("དབྱིན་ཇི",), field="geography", attested=("me",))])
    assert not list(own.uses("精英國家隊"))
    assert [u.term.zh for u in own.uses("他去英國")] == ["英國"]


def test_terms_learnt_from_either_script_are_the_same() -> None:
    bo, zh = script().track("bo"), script().track("zh")
    other = traditional(zh)
    assert work_of("", bo, zh, align(bo, zh)).zh == work_of("", bo, other, align(bo, other)).zh


@pytest.mark.parametrize("text", ["謝謝觀看", "感謝各位觀眾"])
def test_a_card_of_thanks(text: str) -> None:
    cue = Cue(index=0, start_ms=0, end_ms=1000, text=text)
    assert is_farewell(cue)
    assert is_farewell(replace(cue, text=to_simplified(text)))


def test_who_made_it() -> None:
    cue = Cue(index=0, start_ms=0, end_ms=1000, text="翻譯：扎西")
    assert exclusion(cue) == "credits"


def test_a_picture_read_in_either_form() -> None:
    assert bare("太陽，從東方升起。") == bare("太阳从东方升起")
