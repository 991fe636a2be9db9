"""Tibetan particles and punctuation. All of it advice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from bilingual.checks._examples import with_tibetan
from bilingual.checks._tracks import span_of
from bilingual.checks._tsheg import REPLACED_MESSAGES, REPLACED_REMEDIES, replaced_tshegs
from bilingual.checks.base import Artifacts, Hit, Need, Rule, Words, needed
from bilingual.formats.places import is_bare, judged
from bilingual.model import Cue, Evidence, Severity, Suggestion
from bilingual.text.particles import sandhi_faults
from bilingual.text.typography import Slip, marks_pauses, slips
from bilingual.tsheg import NON_BREAKING_TSHEG, TSHEG, is_unseparated

_BO: Final[frozenset[Need]] = frozenset({"bo"})


def _particles(artifacts: Artifacts) -> Iterator[Hit]:
    bo = needed(artifacts.bo)
    for cue in bo.cues:
        shown = judged(cue, bo.format)
        for fault in sandhi_faults(shown.text):
            start, end = shown.whole(fault.start, fault.end)
            yield Hit(
                bo=(cue.index,),
                span_ms=span_of([cue]),
                confidence=0.7,
                params={
                    "cue": cue.index + 1,
                    "before": fault.before,
                    "particle": fault.particle,
                    "fitting": fault.fitting,
                },
                evidence=(
                    Evidence(
                        kind="particle",
                        side="bo",
                        cue=cue.index,
                        start=start,
                        end=end,
                    ),
                ),
                suggestion=Suggestion(
                    kind="replace",
                    safety="unsafe",
                    params={"start": start, "end": end, "text": fault.fitting},
                )
                if is_bare(cue, start, end)
                else None,
            )


def _typography(artifacts: Artifacts) -> Iterator[Hit]:
    bo = needed(artifacts.bo)
    yield from replaced_tshegs(bo)
    pauses = marks_pauses(cue.compared for cue in bo.cues)
    for cue in bo.cues:
        by_code: dict[str, list[Slip]] = {}
        for slip in _slips(cue, bo.format, pauses):
            by_code.setdefault(slip.code, []).append(slip)
        for code, found in by_code.items():
            yield Hit(
                bo=(cue.index,),
                span_ms=span_of([cue]),
                confidence=0.8,
                params={"variant": code, "cue": cue.index + 1, "count": len(found)},
                evidence=tuple(
                    Evidence(
                        kind="typography", side="bo", cue=cue.index, start=slip.start, end=slip.end
                    )
                    for slip in found
                ),
                suggestion=_mended(found),
            )


def _slips(cue: Cue, form: str | None, pauses: bool) -> Iterator[Slip]:
    """Slips by their places in the cue's raw text."""
    shown = judged(cue, form)
    for at in shown.for_tsheg:
        if cue.text[at] == NON_BREAKING_TSHEG:
            yield Slip(start=at, end=at + 1, code="non-breaking-tsheg", fitting=TSHEG)
    joined = is_unseparated(cue.compared)
    for slip in slips(shown.text, pauses=pauses):
        if joined and slip.code == "nga-without-tsheg":
            continue  # as everywhere else in it
        start, end = shown.whole(slip.start, slip.end)
        fitting = slip.fitting if is_bare(cue, start, end) else None
        yield replace(slip, start=start, end=end, fitting=fitting)


def _mended(found: Sequence[Slip]) -> Suggestion | None:
    """What would be right at each place; none where that is not known of all."""
    edits = [
        {"start": slip.start, "end": slip.end, "text": slip.fitting}
        for slip in found
        if slip.fitting is not None
    ]
    if len(edits) < len(found):
        return None
    params = edits[0] if len(edits) == 1 else {"edits": edits}
    return Suggestion(kind="replace", safety="safe", params=params)


RULES: Final = (
    Rule(
        id="tibetan-particle",
        group="language",
        severity=Severity.INFO,
        needs=_BO,
        title=Words(zh="藏文助词形式", en="Form of a Tibetan particle"),
        holds=Words(zh="藏文助词形式正确", en="Tibetan particles have the right form"),
        asks=Words(zh="藏文助词形式是否正确", en="Whether Tibetan particles have the right form"),
        explanation=Words(
            zh="助词的形式由前一音节的后加字决定：属格（གི ཀྱི གྱི）、作格（གིས ཀྱིས གྱིས）、ལ་དོན（ཏུ དུ སུ）、"
            "不定（ཅིག ཞིག ཤིག）、连词（ཏེ སྟེ ཅིང）、疑问（གམ ངམ བམ མམ སམ）。",
            en="The form of a particle depends on the preceding letter: genitive (གི ཀྱི གྱི), ergative (གིས ཀྱིས གྱིས), la-don (ཏུ དུ སུ), indefinite (ཅིག ཞིག ཤིག), converb (ཏེ སྟེ ཅིང), question (གམ ངམ བམ མམ སམ).",
        ),
        message=Words(
            zh="藏文第 {cue} 条“{before}”之后用了“{particle}”，按规则应为“{fitting}”。",
            en="In Tibetan cue {cue} {particle} follows {before}; the rule requires {fitting}.",
        ),
        remedy=Words(
            zh="请懂藏文的人核对；若无别的用意，在藏文字幕里把“{particle}”改成“{fitting}”{cli:。运行 bilingual fix 并加 --unsafe --out 新文件夹，可自动改|}。",
            en="Ask a reader of Tibetan. Unless it is meant so, change “{particle}” to “{fitting}” in the Tibetan track{cli:; bilingual fix with --unsafe --out FOLDER does it|}.",
        ),
        limits=Words(
            zh="ན ར ལ 之后的 ཀྱི ཏུ ཅིག 按古代再后加字的规则也算对；开音节和音译词之后不看；与常用词同形的（དུ་མ、"
            "སུ་ཡིན、ལྷན་ཅིག）不计；书写常有出入，只作提示。",
            en="ཀྱི, ཏུ and ཅིག after ན ར ལ are correct by the old second suffix. Open and foreign syllables, and words that look like particles, are not judged. Usage varies, so this is a note.",
        ),
        run=_particles,
        catches=with_tibetan("ཁང་ཀྱི་སྒོ་ཡིན།"),
        leaves=with_tibetan("ཁང་གི་སྒོ་ཡིན།"),
        mqm="linguistic-conventions/grammar",
    ),
    Rule(
        id="tibetan-typography",
        group="language",
        severity=Severity.INFO,
        also=(Severity.ERROR, Severity.WARNING),
        needs=_BO,
        title=Words(zh="藏文标点", en="Tibetan typography"),
        holds=Words(zh="藏文标点规范", en="Tibetan punctuation is in order"),
        asks=Words(zh="藏文标点是否规范", en="Whether Tibetan punctuation is in order"),
        explanation=Words(
            zh="音节点重复、用别的符号代替音节点、ང 与垂符之间缺音节点、垂符前多音节点、不换行音节点、西文标点、两种数字混写。",
            en="A repeated tsheg, another mark in place of the tsheg, no tsheg between ང and shad, a tsheg before any other shad, a non-breaking tsheg, Latin punctuation, or digits of two scripts in one number.",
        ),
        message=Words(
            zh="藏文第 {cue} 条的标点不合惯例。",
            en="The punctuation of Tibetan cue {cue} is unusual.",
        ),
        messages={
            "tsheg-doubled": Words(
                zh="藏文第 {cue} 条有重复的音节点。", en="Tibetan cue {cue} has a repeated tsheg."
            ),
            "nga-without-tsheg": Words(
                zh="藏文第 {cue} 条的 ང 与垂符之间缺音节点。",
                en="Tibetan cue {cue} has no tsheg between ང and shad.",
            ),
            "tsheg-before-shad": Words(
                zh="藏文第 {cue} 条的垂符前多了音节点。",
                en="Tibetan cue {cue} has a tsheg before a shad.",
            ),
            "non-breaking-tsheg": Words(
                zh="藏文第 {cue} 条用了不换行音节点。",
                en="Tibetan cue {cue} has a non-breaking tsheg.",
            ),
            "latin-punctuation": Words(
                zh="藏文第 {cue} 条用了西文标点。", en="Tibetan cue {cue} has Latin punctuation."
            ),
            "chinese-punctuation": Words(
                zh="藏文第 {cue} 条用了中文标点。", en="Tibetan cue {cue} has Chinese punctuation."
            ),
            "space-before-tsheg": Words(
                zh="藏文第 {cue} 条的音节点前多了空格。",
                en="Tibetan cue {cue} has a space before a tsheg.",
            ),
            "mixed-digits": Words(
                zh="藏文第 {cue} 条的一个数里混用了两种数字。",
                en="A number in Tibetan cue {cue} mixes digits of two scripts.",
            ),
        }
        | REPLACED_MESSAGES,
        remedy=Words(
            zh="在藏文字幕里改正这些标点。{cli:运行 bilingual fix 并加 --out 新文件夹|用“自动修复”}，可自动改好能确定的各处。",
            en="Correct the punctuation in the Tibetan track. {cli:bilingual fix with --out FOLDER|“Automatic fixes”} does it where it is certain.",
        ),
        remedies=REPLACED_REMEDIES,
        limits=Words(
            zh="各地习惯略有不同，只作提示；音节点被别的符号代替的，按音节点核对，另行警告，看不见的报错。三个以上连写的音节点在同一文件里出现三次以上，视为停顿记号，不报。",
            en="Usage varies, so this is a note. What is in place of the tsheg is read as one and is a warning, or an error where it is invisible. Rows of three tshegs or more that occur three times in a file are taken for pauses.",
        ),
        run=_typography,
        catches=with_tibetan("ཉི་མ་་ནི་བརྟན་སྐར་ཞིག་ཡིན།"),
        leaves=with_tibetan("ཐག་རིང་།"),
        mqm="linguistic-conventions/punctuation",
    ),
)
