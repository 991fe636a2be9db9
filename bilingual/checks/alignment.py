"""What is missing on either side, and tracks that do not belong together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bilingual.checks._tracks import (
    BO,
    FINE,
    LONG_ZH,
    MANY,
    MOST,
    PAIR,
    ZH,
    both_tracks,
    is_foreign,
    joined,
    player_time,
    strange,
    without,
    without_tsheg,
)
from bilingual.checks._unread import unread_places, with_unread_partner
from bilingual.checks.base import Artifacts, CannotTell, Example, Hit, Rule, Words
from bilingual.measures.coverage import coverage_of
from bilingual.model import (
    Alignment,
    Cue,
    Evidence,
    Language,
    Reason,
    Severity,
    Span,
    Suggestion,
    Track,
)
from bilingual.text.bead import BeadText


def _foreign(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    alignment = artifacts.alignment
    if alignment is None:
        return
    tracks = artifacts.bo, artifacts.zh
    foreign = is_foreign(artifacts, alignment)
    doubt = joined(*tracks) or strange(*tracks)
    doubt = doubt or without_tsheg(artifacts.bo, share=MANY if foreign else MOST)
    if doubt is not None:
        yield doubt
    elif alignment.confidence is None:
        yield CannotTell(reason=Reason(code="no-kinship-evidence"))
    elif foreign:
        paired = sum(len(b.zh) for b in alignment.beads if b.two_sided)
        total = sum(len(b.zh) for b in alignment.beads)
        yield Hit(
            confidence=1 - alignment.confidence,
            params={"paired": paired, "total": total},
            suggestion=Suggestion(kind="check-files"),
        )


def _alone(artifacts: Artifacts, side: Language) -> Iterator[Hit | CannotTell]:
    found = both_tracks(artifacts)
    if isinstance(found, CannotTell):
        yield found
        return
    bo, zh, alignment = found
    own, other = (zh, bo) if side == "zh" else (bo, zh)
    away: Language = "bo" if side == "zh" else "zh"
    coverage = coverage_of(own, side, alignment)
    unread = with_unread_partner(alignment, coverage, unread_places(other, away))
    if unread:
        yield CannotTell(reason=Reason(code="partner-unread", params={"count": len(unread)}))
    alone = coverage.alone - unread
    for bead in alignment.beads:
        for index in getattr(bead, side):
            if bead.two_sided or index not in alone:
                continue
            cue = own.cues[index]
            there = _moved(alignment, side, cue)
            over = _stretched_over(other, there)
            params: dict[str, object] = {
                "text": BeadText.of(side, own, [index]).text,
                "at": player_time(there.start_ms),
                "variant": "stretched" if over else "gap",
            }
            evidence: tuple[Evidence, ...] = ()
            if over is not None:
                params["neighbour"] = over.index + 1
                evidence = (
                    Evidence(
                        kind="neighbour-stretched-over",
                        side=away,
                        cue=over.index,
                        params={"end_ms": over.end_ms},
                    ),
                )
            # A recogniser writes words that were not spoken.
            heard = own.source == "transcript" or other.source == "transcript"
            yield Hit(
                zh=(index,) if side == "zh" else (),
                bo=(index,) if side == "bo" else (),
                span_ms=Span(start_ms=cue.start_ms, end_ms=max(cue.start_ms, cue.end_ms)),
                severity=Severity.WARNING if heard else None,
                confidence=1.0 if bead.confidence is None else bead.confidence,
                params=params,
                evidence=evidence,
                suggestion=Suggestion(
                    kind="insert-cue",
                    params={"track": away, "start_ms": there.start_ms, "end_ms": there.end_ms},
                ),
            )


def _moved(alignment: Alignment, side: Language, cue: Cue) -> Span:
    """A cue's time by the other track's clock."""
    start, end = cue.start_ms, max(cue.start_ms, cue.end_ms)
    if side == "zh":
        moved = [alignment.to_bo_ms(t) for t in (start, end)]
    else:
        moved = [alignment.to_zh_ms(t) for t in (start, end)]
    return Span(start_ms=max(0, round(moved[0])), end_ms=max(0, round(moved[1])))


def _stretched_over(track: Track, gap: Span) -> Cue | None:
    """The cue that stays on over most of a stretch and began well before it."""
    for cue in track.cues:
        shared = min(cue.end_ms, gap.end_ms) - max(cue.start_ms, gap.start_ms)
        began_before = cue.start_ms < gap.start_ms - 300
        if began_before and gap.duration_ms > 0 and shared > 0.6 * gap.duration_ms:
            return cue
    return None


def _missing(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    return _alone(artifacts, "zh")


def _extra(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    return _alone(artifacts, "bo")


_OTHER_WORK: Final = (
    (700, 2100, "༢༠༡༩ ལོར་ WHO ཡིས་གསལ་བསྒྲགས་བྱས།"),
    (2500, 9900, "བོད་ཀྱི་རིག་གནས་ནི་ལོ་རྒྱུས་རིང་པོ་ལྡན་པའི་རིག་གནས་ཤིག་ཡིན་པ་རེད།"),
    (10100, 11000, "དེབ་འདི་ ༤༥ ཡིན།"),
    (13000, 20500, "སློབ་གྲྭའི་ནང་དུ་སློབ་མ་ ༣༨༠ དང་དགེ་རྒན་ ༢༧ ཡོད་པ་རེད།"),
    (21000, 21900, "ཁྱེད་རང་སུ་ཡིན།"),
    (22000, 29500, "ང་ཚོས་སང་ཉིན་ཞོགས་པ་ཆུ་ཚོད་ ༩ པར་འགྲོ་དགོས་པ་རེད།"),
    (31000, 32500, "རྩིས་ལན་ ༧༢ རེད།"),
    (34000, 41000, "བོད་ཡིག་གི་དབྱངས་བཞི་དང་གསལ་བྱེད་སུམ་ཅུའི་སྐོར་བཤད་རྒྱུ་ཡིན།"),
    (43000, 44000, "WTO ལོ་ ༢༠༠༡ ལ་ཞུགས།"),
    (45000, 52000, "གྲོང་ཁྱེར་འདིའི་ནང་དུ་མི་ ༨༦༠༠༠ ཙམ་གནས་བསྡད་ཡོད།"),
)

RULES = (
    Rule(
        id="missing-translation",
        group="alignment",
        fixed_by="translator",
        severity=Severity.ERROR,
        also=(Severity.WARNING,),
        needs=PAIR,
        title=Words(zh="有中文，没有对应的藏文", en="Chinese without Tibetan"),
        holds=Words(zh="每条中文都有对应的藏文", en="Every Chinese cue has its Tibetan"),
        asks=Words(zh="每条中文是否都有对应的藏文", en="Whether every Chinese cue has its Tibetan"),
        explanation=Words(
            zh="这条中文字幕找不到与它对应的藏文字幕。观众读藏文字幕时会漏掉这一句。",
            en="No Tibetan cue corresponds to this Chinese cue: viewers who read Tibetan miss it.",
        ),
        message=Words(
            zh="“{text}”没有对应的藏文字幕（藏文轨约 {at} 处）",
            en="“{text}” has no Tibetan (about {at} on the Tibetan track)",
        ),
        messages={
            "gap": Words(
                zh="“{text}”没有对应的藏文字幕（藏文轨约 {at} 处）",
                en="“{text}” has no Tibetan (about {at} on the Tibetan track)",
            ),
            "stretched": Words(
                zh="“{text}”没有对应的藏文字幕：约 {at} 处仍停留着第 {neighbour} 条藏文字幕",
                en="“{text}” has no Tibetan: cue {neighbour} is still shown at about {at}",
            ),
        },
        remedy=Words(
            zh="在藏文字幕里、所示时间处，新增一条译文。如果译文已并入相邻一条，把那一条拆开，或把这两条中文合并。",
            en="Add a cue with the translation to the Tibetan track at the time shown. If a neighbouring cue holds it already, split that cue, or merge the two Chinese ones.",
        ),
        remedies={
            "stretched": Words(
                zh="把第 {neighbour} 条藏文字幕的结束时间提前到 {at}，再在这里新增一条译文；如果译文已在第 {neighbour} 条里，把它拆成两条。",
                en="End Tibetan cue {neighbour} at {at}, then add a cue with the translation here. If cue {neighbour} holds it already, split it in two.",
            )
        },
        limits=Words(
            zh="对应关系由时间、长度、数字和词汇推断；译文被大幅压缩时可能误报。",
            en="Correspondence is inferred from time, length, numbers and vocabulary. Strongly condensed translations can cause false alarms.",
        ),
        mqm="accuracy/omission",
        run=_missing,
        catches=Example(bo=without(BO, 2), zh=ZH),
        leaves=FINE,
    ),
    Rule(
        id="extra-translation",
        group="alignment",
        fixed_by="translator",
        severity=Severity.WARNING,
        needs=PAIR,
        title=Words(zh="有藏文，没有对应的中文", en="Tibetan without Chinese"),
        holds=Words(zh="每条藏文都有对应的中文", en="Every Tibetan cue has its Chinese"),
        asks=Words(zh="每条藏文是否都有对应的中文", en="Whether every Tibetan cue has its Chinese"),
        explanation=Words(
            zh="这条藏文字幕找不到与它对应的中文字幕，可能是多出来的，也可能中文缺了一句。",
            en="No Chinese cue corresponds to this Tibetan cue: it is superfluous, or a sentence is missing in the Chinese.",
        ),
        message=Words(
            zh="藏文字幕“{text}”没有对应的中文（中文轨约 {at} 处）",
            en="Tibetan “{text}” has no Chinese (about {at} on the Chinese track)",
        ),
        messages={
            "gap": Words(
                zh="藏文字幕“{text}”没有对应的中文（中文轨约 {at} 处）",
                en="Tibetan “{text}” has no Chinese (about {at} on the Chinese track)",
            ),
            "stretched": Words(
                zh="藏文字幕“{text}”没有对应的中文：约 {at} 处仍停留着第 {neighbour} 条中文字幕",
                en="Tibetan “{text}” has no Chinese: cue {neighbour} is still shown at about {at}",
            ),
        },
        remedy=Words(
            zh="播放这一处：若解说里有这句话，在中文字幕里、所示时间处补一条；若没有，从藏文字幕里删去这一条。",
            en="Play it: if the sentence is spoken, add a cue to the Chinese track at the time shown; if not, delete this cue from the Tibetan track.",
        ),
        remedies={
            "stretched": Words(
                zh="播放这一处：若解说里有这句话，把第 {neighbour} 条中文字幕的结束时间提前到 {at}，再补一条中文；若没有，从藏文字幕里删去这一条。",
                en="Play it: if the sentence is spoken, end Chinese cue {neighbour} at {at} and add a Chinese cue; if not, delete this cue from the Tibetan track.",
            )
        },
        limits=Words(
            zh="对应关系由时间、长度、数字和词汇推断。",
            en="Correspondence is inferred from time, length, numbers and vocabulary.",
        ),
        mqm="accuracy/addition",
        run=_extra,
        catches=Example(bo=BO, zh=without(ZH, 2)),
        leaves=FINE,
    ),
    Rule(
        id="foreign-tracks",
        group="alignment",
        severity=Severity.ERROR,
        needs=PAIR,
        title=Words(zh="两条字幕不像同一部作品的", en="Tracks of different works"),
        holds=Words(zh="两条字幕是同一部作品的", en="Both tracks are of one work"),
        asks=Words(zh="两条字幕是否属于同一部作品", en="Whether both tracks are of one work"),
        explanation=Words(
            zh="藏文字幕与中文字幕在内容上对不上，可能提交了别的视频的字幕文件。",
            en="The content of the Tibetan and Chinese tracks does not match: one file may belong to another video.",
        ),
        message=Words(
            zh="两条字幕内容对不上，可能不属于同一部作品",
            en="The content does not match: the tracks may belong to different works",
        ),
        remedy=Words(
            zh="打开两个字幕文件，看前几句是不是同一部作品；拿错的那个换成正确的文件，再核查一次。",
            en="Open both subtitle files and see whether their first sentences are of the same work. Replace the wrong file and check again.",
        ),
        limits=Words(
            zh="字幕很少时无法判断。三分之一的译文有误不会触发本项。",
            en="With few cues this cannot be judged. A work in which a third of the translations are wrong is not reported.",
        ),
        run=_foreign,
        catches=Example(bo=_OTHER_WORK, zh=LONG_ZH),
        leaves=FINE,
    ),
)
