"""Tibetan that says something else than its Chinese, or half of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bilingual.checks._tracks import PAIR, bead_span, both_tracks
from bilingual.checks.base import Artifacts, CannotTell, Example, Hit, Rule, Words
from bilingual.model import (
    Bead,
    BeadEvidence,
    Evidence,
    Reason,
    Severity,
    Suggestion,
    Track,
)
from bilingual.text.bead import BeadText
from bilingual.text.script import count_scripts

# Kinds of faults by what is reported.
_WRONG: Final = ("other", "neighbour")
_PARTIAL: Final = ("half", "mixed")
_NAMED: Final = 4


def _wrong(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    yield from _suspicious(artifacts, _WRONG)


def _partial(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    yield from _suspicious(artifacts, _PARTIAL)


def _suspicious(artifacts: Artifacts, kinds: tuple[str, ...]) -> Iterator[Hit | CannotTell]:
    found = both_tracks(artifacts)
    if isinstance(found, CannotTell):
        yield found
        return
    bo, zh, alignment = found
    settings = artifacts.config.accuracy
    least = settings.wrong_risk if kinds == _WRONG else settings.partial_risk
    for bead in alignment.beads:
        evidence = bead.evidence
        if bead.risk is None or evidence is None:
            continue
        # Not the risk, which a wrong number raises too: other rules name that.
        if sum(evidence.kinds.values()) < least:
            continue
        if not bead.two_sided:
            continue  # nothing to be wrong: `missing-translation` and the like report it
        if not count_scripts(BeadText.of("bo", bo, bead.bo).text).tibetan:
            continue  # not translated at all: the rule `untranslated` says so
        chance = {k: evidence.kinds.get(k, 0.0) for k in (*_WRONG, *_PARTIAL)}
        ours = sum(chance[k] for k in kinds)
        if ours >= sum(chance.values()) - ours:
            kind = max(kinds, key=lambda k: chance[k])
            yield _hit(artifacts, bo, zh, bead, evidence, kind)
    for use in artifacts.backends:
        # What the settings ask for and was not examined is no pass.
        if use.reason is not None:
            yield CannotTell(
                reason=Reason(
                    code=use.reason.code, params={"backend": use.name, **use.reason.params}
                )
            )


def _hit(
    artifacts: Artifacts, bo: Track, zh: Track, bead: Bead, evidence: BeadEvidence, kind: str
) -> Hit:
    named = sorted(evidence.unanswered, key=lambda s: -s.weight)[:_NAMED]
    named.sort(key=lambda s: (s.cue, s.start or 0))
    words = [s.text for s in named]
    place = evidence.breaks_off if kind in _PARTIAL else None
    variant = kind if words or kind == "neighbour" else f"{kind}-wordless"
    if kind in _PARTIAL and place is None:
        variant = f"{variant}-unplaced"
    risk = min(1.0, round(sum(evidence.kinds.values()), 4))
    # What no backend is calibrated for makes no error of a warning.
    known = risk if evidence.backends is None else evidence.embedded_risk
    sure = kind in _WRONG and (known or 0.0) >= artifacts.config.accuracy.certain_risk
    backed = evidence.backends or ()
    return Hit(
        bo=bead.bo,
        zh=bead.zh,
        span_ms=bead_span(zh, bead),
        severity=Severity.ERROR if sure else None,
        confidence=risk,
        params={
            "variant": variant,
            "zh_text": BeadText.of("zh", zh, bead.zh).text,
            "words": words,
            "risk": risk,
            "parts": dict(evidence.parts),
            **({"bo_text": place.text if place else ""} if kind in _PARTIAL else {}),
        },
        evidence=tuple(
            Evidence(
                kind="unanswered",
                side=s.side,
                cue=s.cue,
                start=s.start,
                end=s.end,
                params={"text": s.text, "weight": s.weight},
            )
            for s in named
        )
        + tuple(
            Evidence(
                kind="breaks-off",
                side=s.side,
                cue=s.cue,
                start=s.start,
                end=s.end,
                params={"text": s.text},
            )
            for s in (place,)
            if s is not None
        )
        + tuple(
            Evidence(
                kind="backend",
                params={
                    "backend": score.backend,
                    "value": score.value,
                    "nats": score.nats,
                    "calibration": score.calibration,
                    "validated": score.validated,
                    **score.params,
                },
            )
            for score in backed
        ),
        suggestion=Suggestion(kind="ask-reader"),
    )


_ZH: Final = (
    (1000, 4600, "地球是太阳系八大行星之一，绕着太阳转一圈需要一年。"),
    (5000, 8400, "中国的科学家在西藏高原上建造了一座大型天文台。"),
    (8800, 12400, "学校的老师告诉学生，水是生命不可缺少的东西。"),
    (12800, 16400, "医生说，吸烟对人的身体健康有很大的危害。"),
    (16800, 20400, "今天的天气很好，孩子们在草原上骑马。"),
    (20800, 24400, "飞机在空中飞行，速度比汽车快得多。"),
    (24800, 28400, "政府决定在这个城市修建一条新的铁路。"),
    (28800, 32400, "这种动物生活在森林里，主要吃树叶和水果。"),
)
_BO: Final = (
    (
        1000,
        4600,
        "སའི་གོ་ལ་ནི་ཉི་མའི་ཁྱིམ་རྒྱུད་ཀྱི་རྒྱུ་སྐར་ཆེན་པོ་བརྒྱད་ཀྱི་གྲས་ཤིག་ཡིན་ལ། ཉི་མའི་མཐའ་ལ་ཐེངས་གཅིག་འཁོར་བར་ལོ་གཅིག་དགོས།",
    ),
    (
        5000,
        8400,
        "ཀྲུང་གོའི་ཚན་རིག་པས་བོད་ཀྱི་མཐོ་སྒང་དུ་ཆེན་པོའི་གནམ་རིག་བརྟག་དཔྱད་ཁང་ཞིག་བརྒྱབ་ཡོད།",
    ),
    (
        8800,
        12400,
        "སློབ་གྲྭའི་དགེ་རྒན་གྱིས་སློབ་མར་ཆུ་ནི་ཚེ་སྲོག་ལ་མེད་དུ་མི་རུང་བ་ཞིག་ཡིན་ཞེས་བཤད།",
    ),
    (
        12800,
        16400,
        "སྨན་པས་ཐ་མག་འཐེན་པས་མིའི་ལུས་པོའི་བདེ་ཐང་ལ་གནོད་པ་ཆེན་པོ་ཡོད་ཅེས་བཤད།",
    ),
    (16800, 20400, "དེ་རིང་གནམ་གཤིས་ཡག་པོ་ཡོད་པས། ཕྲུ་གུ་ཚོས་རྩྭ་ཐང་དུ་རྟ་བཞོན།"),
    (20800, 24400, "གནམ་གྲུ་མཁའ་ལ་འཕུར་བའི་མྱུར་ཚད་ནི་རླངས་འཁོར་ལས་མང་པོ་མགྱོགས།"),
    (24800, 28400, "སྲིད་གཞུང་གིས་གྲོང་ཁྱེར་འདིར་ལྕགས་ལམ་གསར་པ་ཞིག་བཟོ་རྒྱུ་ཐག་བཅད།"),
    (28800, 32400, "སྲོག་ཆགས་འདི་ནགས་ཚལ་ནང་དུ་འཚོ་བ་དང་། གཙོ་བོ་ཤིང་ལོ་དང་ཤིང་ཏོག་ཟ།"),
)


def _with(
    cues: tuple[tuple[int, int, str], ...], k: int, text: str
) -> tuple[tuple[int, int, str], ...]:
    return tuple((*c[:2], text) if i == k else c for i, c in enumerate(cues))


_OTHER_BO: Final = _with(_BO, 3, "སྲིད་གཞུང་གི་ལས་བྱེད་པས་རྒྱལ་ཁབ་ཕྱི་ནང་གི་ཚོང་པར་དངུལ་འབོར་ཆེན་པོ་བསྐྱིས་ཡོད་ཟེར།")
_HALF_BO: Final = _with(_BO, 0, "སའི་གོ་ལ་ནི་ཉི་མའི་ཁྱིམ་རྒྱུད་ཀྱི་རྒྱུ་སྐར་ཆེན་པོ།")

RULES = (
    Rule(
        id="wrong-translation",
        group="accuracy",
        fixed_by="reviewer",
        severity=Severity.WARNING,
        also=(Severity.ERROR,),
        needs=PAIR,
        title=Words(zh="藏文与中文内容不符", en="Tibetan does not match the Chinese"),
        holds=Words(
            zh="没有发现内容明显不符的藏文",
            en="No Tibetan was found that clearly says something else",
        ),
        asks=Words(
            zh="藏文与中文内容是否相符", en="Whether the Tibetan says what the Chinese says"
        ),
        explanation=Words(
            zh="这条藏文字幕的用词、长度、数字等都不像对应中文的译文，可能是别处的译文，"
            "或与相邻一条放错了位置。",
            en="By its words, length, numbers and other evidence, this Tibetan does not look like a translation of its Chinese cue. It may belong elsewhere, or be swapped with its neighbour.",
        ),
        message=Words(
            zh="藏文不像“{zh_text}”的译文：“{words}”等词没有对应",
            en="The Tibetan does not look like a translation of “{zh_text}”: nothing matches “{words}”",
        ),
        messages={
            "other": Words(
                zh="藏文不像“{zh_text}”的译文：“{words}”等词没有对应",
                en="The Tibetan does not look like a translation of “{zh_text}”: nothing matches “{words}”",
            ),
            "other-wordless": Words(
                zh="藏文不像“{zh_text}”的译文",
                en="The Tibetan does not look like a translation of “{zh_text}”",
            ),
            "neighbour": Words(
                zh="“{zh_text}”的藏文像是与相邻一条放错了位置",
                en="The Tibetan of “{zh_text}” seems to be swapped with its neighbour",
            ),
        },
        remedy=Words(
            zh="请懂藏文的人对照画面核对这一条藏文；译错了就重译，再核对前后各一条有没有错位。",
            en="Ask a reader of Tibetan to check this Tibetan cue against the picture. Translate it again if it is wrong, and check that its neighbours are in their places.",
        ),
        remedies={
            "neighbour": Words(
                zh="请懂藏文的人看这一条和前后各一条：如果藏文放错了位置，对调两条藏文的文字，时间不动。",
                en="Ask a reader of Tibetan to look at this cue and its neighbours. If the Tibetan is in the wrong place, swap the texts of the two cues and leave their times.",
            )
        },
        limits=Words(
            zh="由词汇对照表、长度、数字等推断，不是翻译。意译、少见的专名、很短的字幕可能误报或漏报。",
            en="Inferred from a lexicon, lengths, numbers and similar evidence; nothing is translated. Free translations, rare names and very short cues can be misjudged.",
        ),
        mqm="accuracy/mistranslation",
        run=_wrong,
        catches=Example(bo=_OTHER_BO, zh=_ZH),
        leaves=Example(bo=_BO, zh=_ZH),
    ),
    Rule(
        id="partial-translation",
        group="accuracy",
        fixed_by="reviewer",
        severity=Severity.WARNING,
        needs=PAIR,
        title=Words(zh="藏文只译出一部分", en="Partial translation"),
        holds=Words(zh="没有发现只译出一部分的字幕", en="No partial translation was found"),
        asks=Words(zh="藏文是否译出了全部内容", en="Whether all of the Chinese is translated"),
        explanation=Words(
            zh="这条藏文只有一部分与中文对应：可能后半句漏译，或后半句是别处的内容。",
            en="Only part of this Tibetan matches the Chinese: some of it is missing, or comes from elsewhere.",
        ),
        message=Words(
            zh="“{zh_text}”可能没有译全：“{words}”等词没有对应的藏文",
            en="“{zh_text}” may not be fully translated: nothing matches “{words}”",
        ),
        messages={
            "half": Words(
                zh="“{zh_text}”可能没有译全，藏文到“{bo_text}”为止：“{words}”等词没有对应的藏文",
                en="“{zh_text}” may not be fully translated, the Tibetan ends at “{bo_text}”: nothing matches “{words}”",
            ),
            "half-wordless": Words(
                zh="“{zh_text}”的藏文偏短，到“{bo_text}”为止，可能没有译全",
                en="The Tibetan of “{zh_text}” is short and ends at “{bo_text}”: it may not be fully translated",
            ),
            "mixed": Words(
                zh="“{zh_text}”的藏文里“{bo_text}”像是别处的内容：“{words}”等词没有对应",
                en="In the Tibetan of “{zh_text}”, “{bo_text}” seems to come from elsewhere: nothing matches “{words}”",
            ),
            "mixed-wordless": Words(
                zh="“{zh_text}”的藏文里“{bo_text}”像是别处的内容",
                en="In the Tibetan of “{zh_text}”, “{bo_text}” seems to come from elsewhere",
            ),
            "half-unplaced": Words(
                zh="“{zh_text}”可能没有译全：“{words}”等词没有对应的藏文",
                en="“{zh_text}” may not be fully translated: nothing matches “{words}”",
            ),
            "half-wordless-unplaced": Words(
                zh="“{zh_text}”的藏文偏短，可能没有译全",
                en="The Tibetan of “{zh_text}” is short: it may not be fully translated",
            ),
            "mixed-unplaced": Words(
                zh="“{zh_text}”的藏文有一部分像是别处的内容：“{words}”等词没有对应",
                en="Part of the Tibetan of “{zh_text}” seems to come from elsewhere: nothing matches “{words}”",
            ),
            "mixed-wordless-unplaced": Words(
                zh="“{zh_text}”的藏文有一部分像是别处的内容",
                en="Part of the Tibetan of “{zh_text}” seems to come from elsewhere",
            ),
        },
        remedy=Words(
            zh="请懂藏文的人对照中文读这一条藏文，把漏译的词句补上。",
            en="Ask a reader of Tibetan to read this cue beside the Chinese and to add the words that are missing.",
        ),
        remedies={
            variant: Words(
                zh="请懂藏文的人核对这一条藏文：不属于这一句的部分移回它原来的那条，再补上这一句的译文。",
                en="Ask a reader of Tibetan to check this cue: move what belongs elsewhere back to its own cue, and add the translation of this sentence.",
            )
            for variant in (
                "mixed",
                "mixed-wordless",
                "mixed-unplaced",
                "mixed-wordless-unplaced",
            )
        },
        limits=Words(
            zh="由词汇对照表和长度推断。译文精练、把内容移到相邻一条时可能误报。",
            en="Inferred from a lexicon and from length. Terse translations, and content moved to the next cue, can cause false alarms.",
        ),
        mqm="accuracy/omission",
        run=_partial,
        catches=Example(bo=_HALF_BO, zh=_ZH),
        leaves=Example(bo=_BO, zh=_ZH),
    ),
)
