"""Which language is spoken, and whether the award permits it with these subtitles."""

from __future__ import annotations

from collections.abc import Iterator

from bilingual.asr import language
from bilingual.checks._speech import MANDARIN, OTHER_TONGUE, SILENT, ZH
from bilingual.checks._tracks import BO
from bilingual.checks.base import Artifacts, CannotTell, Example, Hit, Rule, Seen, Words, needed
from bilingual.model import Language, Reason, Severity

_SURE_SCORE = 0.6
"""Another language must be this likely before the narration is held to be in it."""


def _cannot_judge(artifacts: Artifacts) -> CannotTell:
    """Why the narration's language is not known."""
    missing = artifacts.missing.get("transcript")
    if missing is not None and missing.reason.code != "not-mandarin":
        return CannotTell(reason=missing.reason)
    speech = artifacts.speech
    listened = speech is not None and speech.language_scores
    return CannotTell(reason=Reason(code="language-unclear" if listened else "language-not-judged"))


def _narrations(artifacts: Artifacts) -> set[str]:
    return {pair.narration for pair in artifacts.config.award.pairs}


def _narration_language(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    speech = artifacts.speech
    if speech is None or not speech.spans:
        yield CannotTell(reason=Reason(code="no-speech"))
        return
    judged = language.judge(speech)
    if judged == "unclear":
        yield _cannot_judge(artifacts)
    elif judged == "not-mandarin":
        if "bo" in _narrations(artifacts):
            # It may be Tibetan, which the recogniser does not know: never guess.
            yield CannotTell(reason=Reason(code="narration-maybe-tibetan"))
            return
        if max(speech.language_scores.values(), default=0.0) < _SURE_SCORE:
            # It fits no language it knows well: a synthetic voice, an accent, noise.
            yield CannotTell(reason=Reason(code="language-unclear"))
            return
        score = speech.language_scores.get(language.MANDARIN, 0.0)
        yield Hit(confidence=round(1 - score, 2), params={"percent": round(100 * score)})


def _language_pair(artifacts: Artifacts) -> Iterator[Hit | CannotTell | Seen]:
    speech = needed(artifacts.speech)
    if not speech.spans:
        yield Hit(severity=Severity.WARNING, confidence=0.8, params={"variant": "silent"})
        return
    judged = language.judge(speech)
    if judged == "unclear":
        yield _cannot_judge(artifacts)
    elif judged == "mandarin":
        yield from _with_mandarin(artifacts)
    else:
        yield _without_mandarin(artifacts)


def _with_mandarin(artifacts: Artifacts) -> Iterator[CannotTell | Seen]:
    """Whether the subtitles that a Mandarin narration asks for are there."""
    written = _written(artifacts)
    wanted = [p.subtitles for p in artifacts.config.award.pairs if p.narration == "zh"]
    fitting = next((side for side in wanted if side in written), None)
    if fitting is not None:
        yield Seen(reason=Reason(code=f"pair-zh-{fitting}"))
    elif wanted:
        # The picture may carry them; who submits files cannot be failed for it.
        yield CannotTell(reason=Reason(code=f"pair-zh-lacks-{wanted[0]}"))


def _without_mandarin(artifacts: Artifacts) -> CannotTell:
    """It may be Tibetan, which the recogniser does not know: a person has to listen."""
    wanted = {p.subtitles for p in artifacts.config.award.pairs if p.narration == "bo"}
    if not wanted:
        return CannotTell(reason=Reason(code="pair-not-mandarin"))
    fitting = not wanted.isdisjoint(_written(artifacts))
    return CannotTell(reason=Reason(code="pair-maybe-bo-zh" if fitting else "pair-neither"))


def _written(artifacts: Artifacts) -> set[Language]:
    return {side for side, track in artifacts.tracks() if track.cues}


RULES = (
    Rule(
        id="narration-language",
        group="speech",
        fixed_by="film-maker",
        severity=Severity.WARNING,
        needs=frozenset({"speech"}),
        title=Words(zh="解说的语言", en="Language of the narration"),
        holds=Words(zh="解说的语言符合要求", en="The narration is in a permitted language"),
        asks=Words(
            zh="解说的语言是否符合要求", en="Whether the narration is in a permitted language"
        ),
        explanation=Words(
            zh="在作品的几处听辨解说是不是普通话。识别模型不懂藏语，所以只会说“是普通话”“不是普通话”或“无法判断”，从不猜是藏语。",
            en="Samples the narration in several places to judge whether it is Mandarin. The recogniser does not know spoken Tibetan: the result is Mandarin, not Mandarin, or cannot be judged, never Tibetan.",
        ),
        message=Words(
            zh="解说听起来不是普通话（普通话的可能性约 {percent}%），而这一类别要求使用普通话。",
            en="The narration does not sound like Mandarin (probability of Mandarin about {percent}%), which this category requires.",
        ),
        remedy=Words(
            zh="请人听一听：如果是普通话，可以不理会；如果是藏语或方言，改配普通话，或改报藏汉双语类别{cli:（--category bilingual）|}。",
            en="Have a person listen. If it is Mandarin, ignore this; if not, dub it in Mandarin, or enter it in the bilingual category{cli: (--category bilingual)|}.",
        ),
        limits=Words(
            zh="口音重的普通话、歌声或嘈杂的录音可能被误判。",
            en="Mandarin with a strong accent, singing or noisy sound may be misjudged.",
        ),
        run=_narration_language,
        catches=Example(zh=ZH, speech=OTHER_TONGUE, category="chinese"),
        leaves=Example(bo=BO, speech=OTHER_TONGUE),
        award=True,
        required=True,
    ),
    Rule(
        id="language-pair",
        group="award",
        severity=Severity.ERROR,
        also=(Severity.WARNING,),
        needs=frozenset({"speech"}),
        title=Words(zh="解说与字幕的语言组合", en="Narration and subtitle languages"),
        holds=Words(
            zh="解说与字幕的语言组合符合要求", en="Narration and subtitles are a permitted pair"
        ),
        asks=Words(
            zh="解说与字幕的语言组合是否符合要求",
            en="Whether narration and subtitles are a permitted pair",
        ),
        explanation=Words(
            zh="双语类别要求普通话解说配藏文字幕，或藏语解说配中文字幕。普通话可以听辨；藏语要由人听。",
            en="The bilingual category requires Mandarin narration with Tibetan subtitles, or Tibetan narration with Chinese subtitles. Mandarin is recognised; Tibetan has to be confirmed by a person.",
        ),
        message=Words(
            zh="没有听到解说，无法构成规定的语言组合。",
            en="No narration was detected, so there is no permitted pair of languages.",
        ),
        messages={
            "silent": Words(
                zh="没有听到解说，无法构成规定的语言组合。",
                en="No narration was detected, so there is no permitted pair of languages.",
            ),
        },
        remedy=Words(
            zh="播放视频，听有没有解说。有解说而没有听到，看声音轨是否被静音；没有解说，请配普通话或藏语解说。",
            en="Play the video and listen for narration. If there is some, see whether its track is muted; if there is none, add narration in Mandarin or Tibetan.",
        ),
        limits=Words(
            zh="只看提交的字幕文件和视频内的字幕轨；画面里的字幕要由人看。",
            en="Checks the submitted tracks and those inside the video. Subtitles in the picture have to be checked by a person.",
        ),
        run=_language_pair,
        catches=Example(bo=BO, speech=SILENT),
        leaves=Example(bo=BO, speech=MANDARIN),
        award=True,
        required=True,
    ),
)
