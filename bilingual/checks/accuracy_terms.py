"""Terms: the standard ones, one for one, and lines that were pasted twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from bilingual.checks._tracks import PAIR, bead_span, both_tracks, span_of
from bilingual.checks.base import Artifacts, CannotTell, Example, Hit, Rule, Words
from bilingual.model import Bead, Evidence, Language, MissedTerm, Severity, Track
from bilingual.terms.consistency import TermVariants, inconsistent_across
from bilingual.terms.parallel import work_of
from bilingual.text.bead import BeadTexts, two_sided_texts
from bilingual.text.units import bo_pieces, zh_pieces

_LONG_ENOUGH: Final = 5
_UNLIKE: Final = 0.4
# Below this many lines for each translation it is a hint.
_SURE_COUNT: Final = 3
# So many cues without the glossary's translation of a term: the work puts it otherwise.
_OFTEN: Final = 3


def _repeated(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    found = both_tracks(artifacts)
    if isinstance(found, CannotTell):
        yield found
        return
    bo, zh, alignment = found
    alike: defaultdict[tuple[str, ...], list[BeadTexts]] = defaultdict(list)
    for texts in two_sided_texts(bo, zh, alignment):
        key = tuple(p.text for p in bo_pieces(texts.bo.text))
        if len(key) >= _LONG_ENOUGH:
            alike[key].append(texts)
    for first, *others in alike.values():
        yield from (
            _repeat(first, other)
            for other in others
            if _unlike(first.zh.compared, other.zh.compared)
        )


def _unlike(one: str, other: str) -> bool:
    """Whether two Chinese texts have little in common."""
    a = {p.text for p in zh_pieces(one)}
    b = {p.text for p in zh_pieces(other)}
    return len(a & b) < _UNLIKE * min(len(a), len(b))


def _repeat(first: BeadTexts, texts: BeadTexts) -> Hit:
    before, bead = first.bead, texts.bead
    return Hit(
        bo=bead.bo,
        zh=bead.zh,
        span_ms=span_of(texts.zh.cues),
        confidence=0.9,
        params={
            "bo_text": texts.bo.text,
            "zh_text": texts.zh.text,
            "first": before.bo[0] + 1,
            "first_zh": first.zh.text,
        },
        evidence=(
            Evidence(kind="same-text", side="bo", cue=before.bo[0]),
            Evidence(kind="same-text", side="bo", cue=bead.bo[0]),
        ),
    )


def _inconsistent(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    found = both_tracks(artifacts)
    if isinstance(found, CannotTell):
        yield found
        return
    bo, zh, alignment = found
    beads = [b for b in alignment.beads if b.two_sided]
    work = work_of("", bo, zh, alignment)
    for variants in inconsistent_across([work]):
        (_, places), (_, others) = variants.forms
        # Chinese has many words where Tibetan has one: never more than a hint.
        sure = min(len(places), len(others)) >= _SURE_COUNT and variants.language == "zh"
        yield _several(variants, beads, zh, Severity.WARNING if sure else None)


def _several(
    variants: TermVariants, beads: Sequence[Bead], zh: Track, severity: Severity | None
) -> Hit:
    (main, places), (other, others) = variants.forms
    back = variants.language == "bo"
    side: Language = "zh" if back else "bo"
    return Hit(
        bo=tuple(i for _, k in others for i in beads[k].bo),
        zh=tuple(i for _, k in others for i in beads[k].zh),
        span_ms=bead_span(zh, beads[others[0][1]]),
        severity=severity,
        confidence=0.4 if back else 0.6,
        params={
            ("bo_term" if back else "zh_term"): variants.term,
            "main": main,
            "main_count": len(places),
            "other": other,
            "other_count": len(others),
            "places": [_side(beads[k], side)[0] + 1 for _, k in places],
            "other_places": [_side(beads[k], side)[0] + 1 for _, k in others],
        }
        | ({"variant": "back"} if back else {}),
        evidence=tuple(
            Evidence(kind="term", side=side, cue=_side(beads[k], side)[0], params={"text": form})
            for form, held in variants.forms
            for _, k in held
        ),
    )


def _side(bead: Bead, side: Language) -> tuple[int, ...]:
    return bead.bo if side == "bo" else bead.zh


def _mismatched(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    found = both_tracks(artifacts)
    if isinstance(found, CannotTell):
        yield found
        return
    _, zh, alignment = found
    missed: defaultdict[str, list[_Missed]] = defaultdict(list)
    for bead in alignment.beads:
        # One for a bead, however often it has the term.
        own = {term.zh: term for term in bead.evidence.terms} if bead.evidence is not None else {}
        for term in own.values():
            missed[term.zh].append((bead, term))
    for held in missed.values():
        if len(held) < _OFTEN:
            yield from (_missed_hit(zh, [one]) for one in held)
        else:
            yield _missed_hit(zh, held)


_Missed = tuple[Bead, MissedTerm]


def _missed_hit(zh: Track, held: Sequence[_Missed]) -> Hit:
    """A finding for one place of a term, or for all where the work puts it otherwise."""
    first, term = held[0]
    several = {
        "variant": "often",
        "count": len(held),
        "places": [bead.zh[0] + 1 for bead, _ in held],
    }
    glossary = {"glossary": term.source} if term.source is not None else {}
    return Hit(
        bo=tuple(i for bead, _ in held for i in bead.bo),
        zh=tuple(i for bead, _ in held for i in bead.zh),
        span_ms=bead_span(zh, first),
        confidence=0.6,
        params={"zh_term": term.zh, "standard": term.bo[0], "accepted": list(term.bo)}
        | (several if len(held) > 1 else {}),
        evidence=tuple(
            Evidence(kind="term", side="zh", cue=bead.zh[0], params={"text": term.zh} | glossary)
            for bead, _ in held
        ),
    )


_ZH: Final = (
    (1000, 3600, "地球绕着太阳转。"),
    (4000, 6600, "月亮绕着地球转。"),
    (7000, 9600, "地球上有水。"),
    (10000, 12600, "鸟有翅膀，会飞。"),
    (13000, 15600, "声音在空气中传播。"),
    (16000, 18600, "地球上有很多动物。"),
    (19000, 21600, "植物需要阳光和水。"),
    (22000, 24600, "我们要保护地球。"),
    (25000, 27600, "水在零度结成冰。"),
    (28000, 30600, "地球是圆的。"),
    (31000, 33600, "学生在学校里学习科学。"),
    (34000, 36600, "医生给病人看病。"),
)
_BO: Final = (
    (1000, 3600, "སའི་གོ་ལ་ཉི་མའི་མཐའ་ལ་འཁོར།"),
    (4000, 6600, "ཟླ་བ་སའི་གོ་ལའི་མཐའ་ལ་འཁོར།"),
    (7000, 9600, "སའི་གོ་ལའི་སྟེང་ཆུ་ཡོད།"),
    (10000, 12600, "བྱ་ལ་གཤོག་པ་ཡོད་པས་འཕུར་ཐུབ།"),
    (13000, 15600, "སྒྲ་མཁའ་རླུང་ནང་དུ་བརྒྱུད།"),
    (16000, 18600, "སའི་གོ་ལའི་སྟེང་སྲོག་ཆགས་མང་པོ་ཡོད།"),
    (19000, 21600, "རྩི་ཤིང་ལ་ཉི་འོད་དང་ཆུ་དགོས།"),
    (22000, 24600, "ང་ཚོས་སའི་གོ་ལ་སྲུང་སྐྱོབ་བྱེད་དགོས།"),
    (25000, 27600, "ཆུ་ཀླད་ཀོར་ཏུའུ་ལ་འཁྱགས་པ་ཆགས།"),
    (28000, 30600, "སའི་གོ་ལ་ནི་ཟླུམ་པོ་ཡིན།"),
    (31000, 33600, "སློབ་མས་སློབ་གྲྭར་ཚན་རིག་སྦྱོང་།"),
    (34000, 36600, "སྨན་པས་ནད་པར་ནད་བལྟ།"),
)


def _with(
    cues: tuple[tuple[int, int, str], ...], changes: dict[int, str]
) -> tuple[tuple[int, int, str], ...]:
    return tuple((*c[:2], changes.get(i, c[2])) for i, c in enumerate(cues))


_TWO_WORDS: Final = _with(
    _BO,
    {
        5: "འཛམ་གླིང་སྟེང་སྲོག་ཆགས་མང་པོ་ཡོད།",
        7: "ང་ཚོས་འཛམ་གླིང་སྲུང་སྐྱོབ་བྱེད་དགོས།",
        9: "འཛམ་གླིང་ནི་ཟླུམ་པོ་ཡིན།",
    },
)
_PASTED: Final = _with(_BO, {6: _BO[4][2]})
_NOT_STANDARD: Final = _with(_BO, {11: "ལས་བྱེད་པས་ནད་པར་ནད་བལྟ།"})

RULES = (
    Rule(
        id="repeated-translation",
        group="accuracy",
        fixed_by="reviewer",
        severity=Severity.WARNING,
        needs=PAIR,
        title=Words(zh="中文不同，藏文却相同", en="The same Tibetan for different Chinese"),
        holds=Words(zh="不同的中文有不同的藏文", en="Different Chinese has different Tibetan"),
        asks=Words(
            zh="不同的中文是否有不同的藏文", en="Whether different Chinese has different Tibetan"
        ),
        explanation=Words(
            zh="两条内容不同的中文配了一模一样的藏文，多半是复制时贴错了一条。",
            en="Two different Chinese cues have exactly the same Tibetan: one was probably pasted in the wrong place.",
        ),
        message=Words(
            zh="这条藏文与第 {first} 条相同，中文却不同：“{zh_text}”与“{first_zh}”",
            en="Same Tibetan as cue {first}, but the Chinese differs: “{zh_text}”, “{first_zh}”",
        ),
        remedy=Words(
            zh="对照两条中文，把贴错的那条藏文换成自己的译文。多半是复制后忘了改。",
            en="Compare the two with their Chinese, and give the one that is wrong its own translation. Usually it was copied and not changed.",
        ),
        limits=Words(
            zh="不到五个音节的短句不查；中文措辞不同而意思相同时会误报。",
            en="Lines of fewer than five syllables are not checked. Chinese cues that say the same in different words cause a false alarm.",
        ),
        mqm="accuracy/mistranslation",
        run=_repeated,
        catches=Example(bo=_PASTED, zh=_ZH),
        leaves=Example(bo=_BO, zh=_ZH),
    ),
    Rule(
        id="term-inconsistent",
        group="accuracy",
        fixed_by="reviewer",
        severity=Severity.INFO,
        also=(Severity.WARNING,),
        needs=PAIR,
        title=Words(zh="同一个词有几种译法", en="One term, several translations"),
        holds=Words(zh="没有发现一词多译", en="No term has several translations"),
        asks=Words(zh="同一个词的译法是否一致", en="Whether each term has one translation"),
        explanation=Words(
            zh="同一个中文词在这部作品里译成了不同的藏文词。观众会以为说的是两样东西。",
            en="One Chinese term has several Tibetan translations in this work: viewers will take them for different things.",
        ),
        message=Words(
            zh="“{zh_term}”有两种译法：{main}（{main_count} 处）、{other}（{other_count} 处）",
            en="“{zh_term}” is translated as {main} ({main_count} times) and as {other} ({other_count} times)",
        ),
        messages={
            "back": Words(
                zh="“{bo_term}”对应两个中文词：{main}（{main_count} 处）、{other}（{other_count} 处）",
                en="“{bo_term}” translates both {main} ({main_count} times) and {other} ({other_count} times)",
            ),
        },
        remedy=Words(
            zh="请译者选定一种译法，在藏文字幕里查找另一种并全部替换；如果确是两个意思，可以不改{cli:。选定的译法可用 bilingual terms add 存入词汇表|}。",
            en="Let the translator choose one translation, then find and replace the other in the Tibetan track. Leave them where two different things are meant{cli:. bilingual terms add puts the chosen one into a glossary|}.",
        ),
        limits=Words(
            zh="由共同出现的次数推断，至少要出现四次；两种译法各有三处以上才给警告，否则只作提示。一词多义时会误报。",
            en="Inferred from terms that occur together at least four times; a hint unless each translation occurs three times. A word with two meanings causes a false alarm.",
        ),
        mqm="terminology/inconsistent",
        run=_inconsistent,
        catches=Example(bo=_TWO_WORDS, zh=_ZH),
        leaves=Example(bo=_BO, zh=_ZH),
    ),
    Rule(
        id="term-mismatch",
        group="accuracy",
        severity=Severity.INFO,
        needs=PAIR,
        title=Words(zh="术语与词汇表不符", en="Term differs from the glossary"),
        holds=Words(zh="没有发现与词汇表冲突的术语", en="No term contradicts the glossary"),
        asks=Words(zh="术语是否与词汇表一致", en="Whether terms agree with the glossary"),
        explanation=Words(
            zh="中文用了词汇表里的术语，藏文里却找不到它的标准译法或认可的其他译法。",
            en="The Chinese has a term of the glossary, and the Tibetan has neither its standard translation nor another accepted one.",
        ),
        message=Words(
            zh="“{zh_term}”的标准译法是“{standard}”，藏文里没有",
            en="The glossary translates “{zh_term}” as “{standard}”, which the Tibetan does not have",
        ),
        messages={
            "often": Words(
                zh="“{zh_term}”的标准译法是“{standard}”，有 {count} 处的藏文里没有",
                en="The glossary translates “{zh_term}” as “{standard}”, which the Tibetan does not have in {count} places",
            ),
        },
        remedy=Words(
            zh="请译者核对这个术语的藏文；可用的译法：{accepted}。如果这里另有说法，可以不改。",
            en="Let the translator check the Tibetan of this term. Accepted translations: {accepted}. Leave it if something else is right here.",
        ),
        remedies={
            "often": Words(
                zh="看一两处即可：这部作品另有统一而正确的译法，就不必改{cli:，可用 bilingual terms add 存入词汇表|}；译错了，就各处一起改。可用的译法：{accepted}。",
                en="Look at one or two of them. If the work has a right translation of its own throughout, leave it{cli:; bilingual terms add puts it into a glossary|}. If it is wrong, correct all. Accepted translations: {accepted}.",
            ),
        },
        limits=Words(
            zh="只查有公开资料佐证的术语和自备词汇表里的术语；意译和代词会误报，所以只作提示。地名按读音比较，拼法不同不算错。同一个术语在三条以上找不到标准译法时，合为一条。",
            en="Only terms attested by open sources, and those of your own glossary, are checked. Rewording and pronouns cause false alarms, so this is a hint. Names of places are compared by sound. Where a term lacks its translation in three cues or more, it is one hint for all.",
        ),
        mqm="terminology/wrong-term",
        run=_mismatched,
        catches=Example(bo=_NOT_STANDARD, zh=_ZH),
        leaves=Example(bo=_BO, zh=_ZH),
    ),
)
