"""Numbers and units: whether both languages say the same, judged by value."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from bilingual.checks._tracks import BO, FINE, PAIR, ZH, both_tracks, span_of
from bilingual.checks.base import Artifacts, CannotTell, Example, Hit, Rule, Words
from bilingual.config.thresholds import NUMBER_CLASH_NATS
from bilingual.model import Evidence, Reason, Severity
from bilingual.text.bead import SEPARATOR, BeadText, BeadTexts, two_sided_texts
from bilingual.text.numbers import (
    MOST_NUMBERS,
    Clash,
    Match,
    NumberComparison,
    Quantity,
    compare_numbers,
    confidence,
    read_numbers,
)

# Evidence in nats. A number in digits that the Tibetan leaves out: worth a look,
# often no fault.
_HINT: Final = 1.2
# Those reported from here on in sound texts were true faults.
_ERROR: Final = 5.0
_SURE_BEAD: Final = 0.5
# So many cues with one word that brings the same alarm: it is the word's, not the number's.
_OFTEN: Final = 3
_LAST_SYLLABLE: Final = re.compile(r"^.*?([\u0f40-\u0fbc]*\u0f0b?)$", re.DOTALL)
_LONGEST_SYLLABLE: Final = 12


def _number_mismatch(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    found = both_tracks(artifacts)
    if isinstance(found, CannotTell):
        yield found
        return
    bo, zh, alignment = found
    beads = list(two_sided_texts(bo, zh, alignment))
    compared = [_compared(texts) for texts in beads]
    cut = next((t for t, c in zip(beads, compared, strict=True) if c.cut), None)
    if cut is not None:
        params = {"cue": cut.bead.zh[0] + 1, "most": MOST_NUMBERS}
        yield CannotTell(reason=Reason(code="too-many-numbers", params=params))
    reported: list[_Reported] = []
    for i, (texts, comparison) in enumerate(zip(beads, compared, strict=True)):
        near = [compared[k] for k in (i - 1, i + 1) if 0 <= k < len(beads)]
        for clash in comparison.clashes:
            least = _HINT if clash.bo is None else NUMBER_CLASH_NATS
            if clash.weight < least or _said_nearby(clash, near):
                continue
            if not any(_goes_on(beads, at) for at in (i - 1, i)):
                reported.append((texts, clash))
    yield from _one_a_term(reported)


_Reported = tuple[BeadTexts, Clash]


def _one_a_term(reported: Sequence[_Reported]) -> Iterator[Hit]:
    """A finding for each number, or one for all where a word of the work brings it."""
    by_word: defaultdict[tuple[str, str], list[_Reported]] = defaultdict(list)
    for texts, clash in reported:
        word = _word(texts, clash)
        if word is not None:
            by_word[word].append((texts, clash))
    terms = {word: held for word, held in by_word.items() if _cues(held) >= _OFTEN}
    for texts, clash in reported:
        word = _word(texts, clash)
        held = terms.get(word) if word is not None else None
        if held is None:
            yield _number_hit(texts, clash)
        elif held[0] == (texts, clash):
            yield _term_hit(held)


def _cues(held: Sequence[_Reported]) -> int:
    return len({texts.bead.zh for texts, _ in held})


def _word(texts: BeadTexts, clash: Clash) -> tuple[str, str] | None:
    """The words in which a clash has its numbers, ``None`` for numbers in digits.

    With the syllable before it in Tibetan, the character behind it in Chinese: རྩེ་ལྔ, 千足.
    """
    b, z = clash.bo, clash.zh
    if any(q is not None and not q.spelled for q in (b, z)):
        return None
    bo = "" if b is None else _LAST_SYLLABLE.sub(r"\1", texts.bo.text[: b.start])
    if b is not None:
        bo = bo[-_LONGEST_SYLLABLE:] + texts.bo.text[b.start : b.end]
    return bo, "" if z is None else texts.zh.text[z.start : z.end + 1]


def _term_hit(held: Sequence[_Reported]) -> Hit:
    """One finding for a word whose number the other language does not have, with its places."""
    hits = [_number_hit(texts, clash) for texts, clash in held]
    first = hits[0]
    bo_word, zh_word = _word(*held[0]) or ("", "")
    return replace(
        first,
        bo=tuple(dict.fromkeys(i for hit in hits for i in hit.bo)),
        zh=tuple(dict.fromkeys(i for hit in hits for i in hit.zh)),
        severity=first.severity if bo_word and zh_word else Severity.INFO,
        params=dict(first.params)
        | {
            "variant": f"term-{first.params['variant']}",
            "bo_word": bo_word,
            "zh_word": zh_word,
            "count": len(hits),
            "places": [hit.zh[0] + 1 for hit in hits],
        },
        evidence=tuple(evidence for hit in hits for evidence in hit.evidence),
    )


def _unit_mismatch(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    found = both_tracks(artifacts)
    if isinstance(found, CannotTell):
        yield found
        return
    bo, zh, alignment = found
    for texts in two_sided_texts(bo, zh, alignment):
        for match in _compared(texts).unit_clashes:
            yield _unit_hit(texts, match)


def _compared(texts: BeadTexts) -> NumberComparison:
    return compare_numbers(texts.bo.compared, texts.zh.compared)


def _said_nearby(clash: Clash, near: Sequence[NumberComparison]) -> bool:
    """Whether the counterpart of a lone number stands in the next or previous line."""
    if clash.bo is not None and clash.zh is None:
        return any(clash.bo.values & z.values for c in near for z in c.unmatched_zh)
    if clash.zh is not None and clash.bo is None:
        return any(clash.zh.values & b.values for c in near for b in c.unmatched_bo)
    return False


def _goes_on(beads: Sequence[BeadTexts], at: int) -> bool:
    """Whether a number begins in one bead and goes on in the next, and both together agree.

    One language may say in one cue what the other says in two: 三百 / 二十万.
    """
    if not 0 <= at < len(beads) - 1:
        return False
    one, two = beads[at], beads[at + 1]
    if not any(_meet(a, b) for a, b in ((one.bo, two.bo), (one.zh, two.zh))):
        return False
    together = compare_numbers(
        SEPARATOR.join((one.bo.compared, two.bo.compared)),
        SEPARATOR.join((one.zh.compared, two.zh.compared)),
    )
    return bool(together.matches) and not together.clashes


def _meet(one: BeadText, two: BeadText) -> bool:
    """Whether a text ends in a number and the next begins with one."""
    last, first = (
        read_numbers(one.compared, one.side)[-1:],
        read_numbers(two.compared, two.side)[:1],
    )
    ends = any(not one.text[q.end :].strip("\u0f0b\u0f0c \n") for q in last)
    return ends and any(not two.text[: q.start].strip() for q in first)


def _number_hit(texts: BeadTexts, clash: Clash) -> Hit:
    bead = texts.bead
    variant = "differs"
    if clash.zh is None:
        variant = "extra"
    elif clash.bo is None:
        variant = "missing"
    sure_bead = bead.confidence is None or bead.confidence >= _SURE_BEAD
    severity = Severity.WARNING
    if clash.weight < NUMBER_CLASH_NATS:
        severity = Severity.INFO
    elif clash.weight >= _ERROR and sure_bead and variant == "differs":
        severity = Severity.ERROR
    return Hit(
        bo=bead.bo,
        zh=bead.zh,
        span_ms=span_of(texts.zh.cues),
        severity=severity,
        confidence=confidence(clash.weight) * (1.0 if bead.confidence is None else bead.confidence),
        params={
            "variant": variant,
            "bo_number": _quoted(texts.bo, clash.bo),
            "zh_number": _quoted(texts.zh, clash.zh),
            "bo_value": _plain(clash.bo),
            "zh_value": _plain(clash.zh),
            "weight": round(clash.weight, 2),
        },
        evidence=tuple(_evidence(texts, clash.bo, clash.zh)),
    )


def _unit_hit(texts: BeadTexts, match: Match) -> Hit:
    bead = texts.bead
    return Hit(
        bo=bead.bo,
        zh=bead.zh,
        span_ms=span_of(texts.zh.cues),
        confidence=0.6 * (1.0 if bead.confidence is None else bead.confidence),
        params={
            "bo_number": _quoted(texts.bo, match.bo),
            "zh_number": _quoted(texts.zh, match.zh),
            "bo_unit": match.bo.unit,
            "zh_unit": match.zh.unit,
            "bo_value": _plain(match.bo),
            "zh_value": _plain(match.zh),
        },
        evidence=tuple(_evidence(texts, match.bo, match.zh)),
    )


def _quoted(text: BeadText, q: Quantity | None) -> str:
    return "" if q is None else text.text[q.start : q.end].replace("\n", "")


def _plain(q: Quantity | None) -> str | None:
    """The value as people read it: 12, 3.5, 2/3, 20–30."""
    if q is None:
        return None
    low = _figure(q.value * 100) + "%" if q.kind == "percent" else _figure(q.value)
    return low if q.high is None or q.high == q.value else f"{low}–{_figure(q.high)}"


def _figure(value: Any) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    # Powers of two and five alone end in decimals.
    rest = value.denominator
    for factor in (2, 5):
        while rest % factor == 0:
            rest //= factor
    return f"{float(value):.10g}" if rest == 1 else str(value)


def _evidence(texts: BeadTexts, b: Quantity | None, z: Quantity | None) -> Iterator[Evidence]:
    if b is not None:
        yield _place(texts.bo, b)
    if z is not None:
        yield _place(texts.zh, z)


def _place(text: BeadText, q: Quantity) -> Evidence:
    """The number's cue and its code points there, ``None`` where markup hides them."""
    place = text.place(q.start, q.end)
    return Evidence(
        kind="number",
        side=place.side,
        cue=place.cue,
        start=place.start,
        end=place.end,
        params={"text": place.text, "value": _plain(q), "kind": q.kind, "unit": q.unit},
    )


def _with(cues: Any, k: int, text: str) -> Any:
    return tuple((*c[:2], text) if i == k else c for i, c in enumerate(cues))


_FIVE_ZH: Final = _with(ZH, 4, "月亮离地球约三十八万公里。")
_FIVE_BO: Final = _with(BO, 4, "ཟླ་བ་ནས་སའི་གོ་ལའི་བར་སྤྱི་ལེ་ཁྲི་སུམ་ཅུ་སོ་བརྒྱད་ཙམ་ཡོད།")
_WRONG_BO: Final = _with(BO, 4, "ཟླ་བ་ནས་སའི་གོ་ལའི་བར་སྤྱི་ལེ་ཁྲི་སུམ་ཅུ་སོ་ལྔ་ཙམ་ཡོད།")
_UNIT_BO: Final = _with(BO, 4, "ཟླ་བ་ནས་སའི་གོ་ལའི་བར་སྨི་ཁྲི་སུམ་ཅུ་སོ་བརྒྱད་ཙམ་ཡོད།")

RULES = (
    Rule(
        id="number-mismatch",
        group="accuracy",
        severity=Severity.WARNING,
        also=(
            Severity.ERROR,
            Severity.INFO,
        ),
        needs=PAIR,
        title=Words(zh="两种语言的数字不一致", en="Numbers differ"),
        holds=Words(zh="没有发现数字不一致", en="No numbers differ"),
        asks=Words(zh="两种语言的数字是否一致", en="Whether numbers agree"),
        explanation=Words(
            zh="藏文与中文说的数不一样。数字、汉字数词和藏文数词都按数值比较，"
            "万与ཁྲི、公里与里等按实际大小比较。",
            en="The Tibetan has a different number from the Chinese. Digits and number words are compared by value, and by amount if the units differ.",
        ),
        message=Words(
            zh="藏文是“{bo_number}”（{bo_value}），中文是“{zh_number}”（{zh_value}）",
            en="Tibetan has “{bo_number}” ({bo_value}), Chinese “{zh_number}” ({zh_value})",
        ),
        messages={
            "differs": Words(
                zh="藏文是“{bo_number}”（{bo_value}），中文是“{zh_number}”（{zh_value}）",
                en="Tibetan has “{bo_number}” ({bo_value}), Chinese “{zh_number}” ({zh_value})",
            ),
            "extra": Words(
                zh="藏文有“{bo_number}”（{bo_value}），中文里找不到这个数",
                en="Tibetan has “{bo_number}” ({bo_value}), which is not in the Chinese",
            ),
            "term-differs": Words(
                zh="“{zh_word}”有 {count} 处译作“{bo_word}”，两边的数不一样",
                en="“{zh_word}” is translated as “{bo_word}” {count} times, and the numbers differ",
            ),
            "term-extra": Words(
                zh="藏文多次（{count} 处）用到“{bo_word}”，里面的数中文里没有；多半是名称或固定词",
                en="Tibetan has “{bo_word}” {count} times with a number that the Chinese does not have: probably a name or a set word",
            ),
            "term-missing": Words(
                zh="中文多次（{count} 处）用到“{zh_word}”，里面的数藏文里没有；多半是名称或固定词",
                en="Chinese has “{zh_word}” {count} times with a number that the Tibetan does not have: probably a name or a set word",
            ),
            "missing": Words(
                zh="中文有“{zh_number}”（{zh_value}），藏文里找不到这个数",
                en="Chinese has “{zh_number}” ({zh_value}), which is not in the Tibetan",
            ),
        },
        remedy=Words(
            zh="对照画面和解说看哪个数对，把错的一边改正。",
            en="See from picture and narration which number is right, and correct the other side.",
        ),
        remedies={
            "extra": Words(
                zh="对照画面和解说：藏文多写了这个数就删去，中文漏了就补上；若中文是用话说出来的，可以不改。",
                en="Compare with picture and narration: delete the number from the Tibetan, or add it to the Chinese. Leave it if the Chinese says it in words.",
            ),
            "term-differs": Words(
                zh="看一处即可：是名称或固定词就不必改；译法不对，就各处一起改。",
                en="Look at one of them: leave a name or a set word; if the translation is wrong, correct all.",
            ),
            "term-extra": Words(
                zh="看一处即可：是名称或固定词就不必改；译法不对，就各处一起改。",
                en="Look at one of them: leave a name or a set word; if the translation is wrong, correct all.",
            ),
            "term-missing": Words(
                zh="看一处即可：是名称或固定词就不必改；译法不对，就各处一起改。",
                en="Look at one of them: leave a name or a set word; if the translation is wrong, correct all.",
            ),
            "missing": Words(
                zh="对照画面和解说：在藏文里补上这个数；若藏文是用话说出来的，可以不改。",
                en="Compare with picture and narration, and add the number to the Tibetan. Leave it if the Tibetan says it in words.",
            ),
        },
        limits=Words(
            zh="单个的数词常常不表示数目（一起、གཉིས་ཀ 等），只有一边出现时可信度低；"
            "只是约数、没有说出数目的（几十、མང་པོ）不作判断。同一个词在三条以上带来同样的提示时，合为一条。",
            en="Number words alone often do not express a quantity (“together”, “both”): found on one side only, they are reported with low confidence or not at all. Vague quantities (dozens, many) are not judged. Where one word brings the same finding in three cues or more, it is one hint for all.",
        ),
        mqm="accuracy/mistranslation/number",
        run=_number_mismatch,
        catches=Example(bo=_WRONG_BO, zh=_FIVE_ZH),
        leaves=Example(bo=_FIVE_BO, zh=_FIVE_ZH),
    ),
    Rule(
        id="unit-mismatch",
        group="accuracy",
        severity=Severity.WARNING,
        needs=PAIR,
        title=Words(zh="数相同，单位不同", en="Units differ"),
        holds=Words(zh="没有发现单位不一致", en="No units differ"),
        asks=Words(zh="两种语言的单位是否一致", en="Whether units agree"),
        explanation=Words(
            zh="藏文与中文的数值相同，单位却不同，实际大小就不一样了。",
            en="Tibetan and Chinese have the same number with different units, so the amounts differ.",
        ),
        message=Words(
            zh="藏文是“{bo_number}”，中文是“{zh_number}”：数相同，单位不同",
            en="Tibetan has “{bo_number}”, Chinese “{zh_number}”: the same number with different units",
        ),
        remedy=Words(
            zh="看哪个单位对，把另一边改成一样；如果有意换算（如里和公里），数值也要一起换算。",
            en="See which unit is right and use it on both sides. If it was converted on purpose, convert the number too.",
        ),
        limits=Words(
            zh="只认得常用单位；面积、体积、速度单位只与同类单位比较。",
            en="Common units only. Areas, volumes and speeds are compared only with their own kind.",
        ),
        mqm="accuracy/mistranslation/unit",
        run=_unit_mismatch,
        catches=Example(bo=_UNIT_BO, zh=_FIVE_ZH),
        leaves=FINE,
    ),
)
