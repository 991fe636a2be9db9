"""Subtitles against what is said: what is not subtitled, not said, or said otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from bilingual.alignment.speech.agreement import Agreement, CueAgreement
from bilingual.asr import language
from bilingual.asr.characters import unreliable_spans
from bilingual.asr.spans import length_ms, merged
from bilingual.checks._speech import (
    MANDARIN,
    NOISY,
    SAID,
    ZH,
    cues_of,
    foreign_words,
    heard_between,
    on_sound,
)
from bilingual.checks._tracks import player_time, seconds
from bilingual.checks.base import Artifacts, CannotTell, Example, Hit, Rule, Words, needed
from bilingual.measures.speech_time import coverage
from bilingual.model import Evidence, Reason, Severity, Span, Speech

_MOST = 0.5
_SURE_RATE = 0.75
_SURE_CHARACTERS = 6
_MIN_CHARACTERS = 4


def _speech_uncovered(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    speech = artifacts.speech
    if speech is None or not speech.spans:
        yield CannotTell(reason=Reason(code="no-speech"))
        return
    found = coverage([on_sound(artifacts, *written) for written in artifacts.tracks()], speech)
    if found.subtitled_ms < _MOST * found.speech_ms:
        yield Hit(
            confidence=0.9,
            params={
                "variant": "most",
                "percent": round(100 * found.subtitled_ms / found.speech_ms),
                "seconds": seconds(found.speech_ms - found.subtitled_ms),
            },
        )
        return
    for span in found.uncovered:
        if span.duration_ms < artifacts.config.vad.min_uncovered_ms:
            continue
        words = heard_between(speech, span)
        # A recogniser that listened and heard no words there: a laugh, a song.
        wordless = speech.segments is not None and not words
        yield Hit(
            span_ms=span,
            severity=Severity.INFO if wordless else None,
            confidence=0.5 if wordless else 0.9 if words else 0.7,
            params={
                "variant": "words" if words else "voice",
                "start": player_time(span.start_ms),
                "end": player_time(span.end_ms),
                "seconds": seconds(span.duration_ms),
                "heard": words,
            },
            evidence=(Evidence(kind="heard", params={"text": words}),) if words else (),
        )


def _subtitle_without_speech(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    speech = artifacts.speech
    if speech is None or not speech.spans:
        yield CannotTell(reason=Reason(code="no-speech"))
        return
    for side, track in artifacts.tracks():
        silent = coverage([on_sound(artifacts, side, track)], speech).silent
        if len(silent) > _MOST * len(track.cues):
            yield Hit(
                bo=silent if side == "bo" else (),
                zh=silent if side == "zh" else (),
                severity=Severity.WARNING,
                confidence=0.8,
                params={"variant": "most", "cues": len(silent), "of": len(track.cues)},
            )
            continue
        for index in silent:
            cue = track.cues[index]
            yield Hit(
                bo=(index,) if side == "bo" else (),
                zh=(index,) if side == "zh" else (),
                span_ms=Span(start_ms=cue.start_ms, end_ms=cue.end_ms),
                confidence=0.7,
                params={
                    "variant": "cue",
                    "start": player_time(cue.start_ms),
                    "end": player_time(cue.end_ms),
                },
            )


def _transcript_mismatch(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    speech, zh = needed(artifacts.speech), needed(artifacts.zh)
    found = _comparable(artifacts, speech)
    if isinstance(found, CannotTell):
        yield found
        return
    most = artifacts.config.asr.max_cer
    for one in found.cues:
        if one.rate is not None and one.length >= _MIN_CHARACTERS and one.rate > most:
            yield _mismatch(one, one.rate, heard_between(speech, one.span))
    if found.left_out.get("unreliable", 0) > _MOST * len(zh.cues):
        yield CannotTell(reason=Reason(code="transcript-mostly-unreliable"))


def _comparable(artifacts: Artifacts, speech: Speech) -> Agreement | CannotTell:
    """How the words agree, where they are Mandarin and of the same work."""
    if (judged := language.judge(speech)) != "mandarin":
        code = "not-mandarin" if judged == "not-mandarin" else "language-unclear"
        return CannotTell(reason=Reason(code=code))
    found = None if artifacts.sound is None else artifacts.sound.agreement
    if found is None:
        return CannotTell(reason=Reason(code="too-little-to-compare"))
    if foreign_words(found):
        return CannotTell(reason=Reason(code="subtitles-foreign-to-sound"))
    return found


def _mismatch(one: CueAgreement, rate: float, heard: str) -> Hit:
    sure = rate >= _SURE_RATE and one.length >= _SURE_CHARACTERS and bool(one.heard)
    return Hit(
        zh=(one.cue,),
        span_ms=one.span,
        severity=None if sure else Severity.INFO,
        confidence=round(min(0.95, rate), 2),
        params={
            "variant": "heard" if heard else "nothing",
            "heard": heard,
            "errors": one.errors,
            "length": one.length,
        },
        evidence=(Evidence(kind="heard", params={"text": heard}),),
    )


def _foreign_subtitles(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    speech = artifacts.speech
    if speech is None or not speech.spans:
        yield CannotTell(reason=Reason(code="no-speech"))
        return
    found = None if artifacts.sound is None else artifacts.sound.agreement
    if found is None:
        # When there is speech is too little evidence for a finding, or for a pass.
        yield from _by_time(artifacts)
        return
    verdict = foreign_words(found)
    if verdict is None:
        yield CannotTell(reason=Reason(code="too-little-to-compare"))
    elif verdict:
        compared = [c for c in found.cues if c.rate is not None]
        yield Hit(
            zh=tuple(c.cue for c in compared),
            confidence=0.95,
            params={
                "cer": round(100 * found.errors / found.length),
                "cues": len(compared),
            },
        )


def _by_time(artifacts: Artifacts) -> Iterator[CannotTell]:
    """Timing is evidence and no verdict: whether it fits stands in the reason.

    What a plugged-in Tibetan recogniser heard is no verdict either.
    """
    reason = _heard_in_tibetan(artifacts) or _fit_by_time(artifacts)
    if reason is not None:
        yield CannotTell(reason=reason)


def _heard_in_tibetan(artifacts: Artifacts) -> Reason | None:
    """What a Tibetan recogniser made of it, or why it could not; ``None`` without one."""
    heard = None if artifacts.speech is None else artifacts.speech.tibetan
    if heard is None or heard.reason is not None:
        return None if heard is None else heard.reason
    ser = artifacts.measures.get("agreement.tibetan_ser")
    if ser is None or ser.value is None:
        return None
    params = {"percent": round(100 * ser.value), "dialect": heard.dialect or "–"}
    return Reason(code="heard-in-tibetan", params=params)


def _fit_by_time(artifacts: Artifacts) -> Reason | None:
    """Whether cues come when somebody speaks; ``None`` where another rule judges that."""
    sound = artifacts.sound
    if sound is None or any(side not in sound.clocks for side, _ in artifacts.tracks()):
        return Reason(code="sound-fit-uncertain")
    own = [c for c in sound.measured.values() if c.method == "voice"]
    if not own:
        return None  # aligned with a transcript: foreign-tracks judges whether they belong together
    params = {
        "cues": max(c.anchors for c in own),
        "percent": round(100 * max(c.confidence for c in own)),
    }
    return Reason(code="sound-fits-by-time", params=params)


def _transcript_unreliable(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    speech = needed(artifacts.speech)
    for stretch in merged(unreliable_spans(speech), gap_ms=1000):
        inside = [
            s
            for s in speech.segments or ()
            if not s.reliable and stretch.start_ms <= s.start_ms < stretch.end_ms
        ]
        doubts = sorted({doubt for segment in inside for doubt in segment.doubts})
        yield Hit(
            span_ms=stretch,
            confidence=0.9,
            params={
                "start": player_time(stretch.start_ms),
                "end": player_time(stretch.end_ms),
                "doubts": doubts,
                "heard": " ".join(segment.text for segment in inside)[:200],
            },
        )
    spoken = length_ms(speech.spans or ())
    if length_ms(unreliable_spans(speech)) > _MOST * spoken > 0:
        yield CannotTell(reason=Reason(code="transcript-mostly-unreliable"))


_LISTENING = Words(
    zh="语音识别会听错同音字和专业词，只作为线索；判断以人听为准。",
    en="Recognisers mishear homophones and technical terms: this is a hint, and a person has to decide.",
)

RULES = (
    Rule(
        id="speech-uncovered",
        group="speech",
        fixed_by="translator",
        severity=Severity.WARNING,
        also=(Severity.INFO,),
        needs=frozenset({"speech", "track"}),
        title=Words(zh="有人说话却没有字幕", en="Speech without a subtitle"),
        holds=Words(zh="有人说话处都有字幕", en="All speech has subtitles"),
        asks=Words(zh="有人说话处是否都有字幕", en="Whether all speech has subtitles"),
        explanation=Words(
            zh="声音里有人说话的时间段内，没有任何一种语言的字幕（前后各放宽半秒）。观众会漏掉这部分内容。",
            en="There is speech without a subtitle in either language (tolerance 0.5 s on both sides). Viewers miss what is said.",
        ),
        message=Words(
            zh="{start}–{end} 有人说话（{seconds} 秒），但没有字幕。",
            en="Speech at {start}–{end} ({seconds} s) has no subtitle.",
        ),
        messages={
            "words": Words(
                zh="{start}–{end} 有人说话（{seconds} 秒），但没有字幕。听到的大致是：“{heard}”",
                en="Speech at {start}–{end} ({seconds} s) has no subtitle. Transcript: “{heard}”",
            ),
            "voice": Words(
                zh="{start}–{end} 有人说话（{seconds} 秒），但没有字幕。",
                en="Speech at {start}–{end} ({seconds} s) has no subtitle.",
            ),
            "most": Words(
                zh="说话的时间只有 {percent}% 配有字幕，还有 {seconds} 秒没有。",
                en="Only {percent}% of the speaking time has subtitles; {seconds} s have none.",
            ),
        },
        remedy=Words(
            zh="播放 {start}–{end}，把听到的话加成字幕（中文和藏文都加）；如果只是笑声、歌声或背景人声，可以不理会。",
            en="Play {start}–{end} and add what is said as a cue to both tracks. Laughter, singing or background voices need none.",
        ),
        remedies={
            "most": Words(
                zh="字幕缺得太多：看是不是拿错了字幕文件，或字幕没有做完；补齐后再核查。",
                en="Too much is missing: see whether the wrong subtitle file was taken or the subtitles are not finished, complete them and check again.",
            )
        },
        limits=Words(
            zh="歌声和背景人声也可能被当作说话；很轻的说话可能听不到。不到 1.5 秒的不报。",
            en="Singing and background voices may be taken for speech; very quiet speech may be missed. Less than 1.5 s is not reported.",
        ),
        run=_speech_uncovered,
        catches=Example(zh=cues_of(ZH, without=2), speech=SAID),
        leaves=Example(zh=ZH, speech=SAID),
    ),
    Rule(
        id="subtitle-without-speech",
        group="speech",
        severity=Severity.INFO,
        needs=frozenset({"speech", "track"}),
        title=Words(zh="有字幕却没人说话", en="Subtitle without speech"),
        holds=Words(zh="有字幕处都有人说话", en="All subtitles are spoken"),
        asks=Words(zh="有字幕处是否都有人说话", en="Whether all subtitles are spoken"),
        explanation=Words(
            zh="这条字幕显示期间（前后各放宽半秒）没有听到有人说话。可能是时间错位，也可能是画面文字的翻译。",
            en="No speech is detected while this cue is shown (tolerance 0.5 s on both sides). Its time may be wrong, or it translates text in the picture.",
        ),
        message=Words(
            zh="字幕显示期间（{start}–{end}）没有听到有人说话。",
            en="No speech is detected while the cue is shown ({start}–{end}).",
        ),
        messages={
            "cue": Words(
                zh="字幕显示期间（{start}–{end}）没有听到有人说话。",
                en="No speech is detected while the cue is shown ({start}–{end}).",
            ),
            "most": Words(
                zh="{of} 条字幕中有 {cues} 条显示时没有听到有人说话。",
                en="No speech is detected during {cues} of {of} cues.",
            ),
        },
        remedy=Words(
            zh="播放这一处：如果话在别处说，改正这一条的时间；如果是翻译画面上的文字，可以不理会。",
            en="Play it. If the words are spoken elsewhere, correct the time of this cue; a cue that translates text in the picture is fine.",
        ),
        remedies={
            "most": Words(
                zh="看是不是拿错了视频或字幕文件，或字幕整体错位；也可能是解说声音太轻，没有听出来。",
                en="See whether the video or the subtitle file is the wrong one, or the subtitles are shifted. The narration may also be too faint to be detected.",
            )
        },
        limits=Words(
            zh="很轻的说话或被音乐盖住的说话可能听不到。",
            en="Very quiet speech, or speech under music, may not be detected.",
        ),
        run=_subtitle_without_speech,
        catches=Example(zh=(*ZH, (40000, 43000, "这里没有人说话。")), speech=SAID),
        leaves=Example(zh=ZH, speech=SAID),
    ),
    Rule(
        id="transcript-mismatch",
        group="speech",
        severity=Severity.WARNING,
        also=(Severity.INFO,),
        needs=frozenset({"zh-written", "transcript"}),
        title=Words(zh="中文字幕与听到的不符", en="Chinese subtitle differs from the narration"),
        holds=Words(zh="中文字幕与听到的相符", en="The Chinese subtitles are what is spoken"),
        asks=Words(
            zh="中文字幕与听到的是否相符", en="Whether the Chinese subtitles are what is spoken"
        ),
        explanation=Words(
            zh="普通话解说经语音识别后，与这条中文字幕相差很大（数字写法、标点、繁简和语气词不计）。",
            en="The transcript of the Mandarin narration differs widely from this Chinese cue (apart from the way numbers are written, punctuation, Traditional forms and fillers).",
        ),
        message=Words(
            zh="字幕的 {length} 个字中有 {errors} 个与听到的不符。听到的大致是：“{heard}”",
            en="{errors} of the cue's {length} characters differ from the transcript: “{heard}”",
        ),
        messages={
            "heard": Words(
                zh="字幕的 {length} 个字中有 {errors} 个与听到的不符。听到的大致是：“{heard}”",
                en="{errors} of the cue's {length} characters differ from the transcript: “{heard}”",
            ),
            "nothing": Words(
                zh="字幕的 {length} 个字中有 {errors} 个没有听到。",
                en="{errors} of the cue's {length} characters are not in the transcript.",
            ),
        },
        remedy=Words(
            zh="播放这一处，听解说说了什么；字幕写错就改正中文，时间错了就移动这一条。听写有错是常事，字幕没错就不用改。",
            en="Play it and listen. Correct the Chinese text if it is wrong, or move the cue if its time is. The recogniser is often wrong itself: if the cue is right, leave it.",
        ),
        limits=_LISTENING,
        run=_transcript_mismatch,
        catches=Example(zh=cues_of(ZH, replace={2: "火星上没有发现液态水。"}), speech=SAID),
        leaves=Example(zh=ZH, speech=SAID),
    ),
    Rule(
        id="foreign-subtitles",
        group="speech",
        fixed_by="film-maker",
        severity=Severity.ERROR,
        needs=frozenset({"speech", "track"}),
        title=Words(zh="字幕不属于这段声音", en="Subtitles of another video"),
        holds=Words(zh="字幕属于这段声音", en="The subtitles are of this sound"),
        asks=Words(zh="字幕是否属于这段声音", en="Whether the subtitles are of this sound"),
        explanation=Words(
            zh="字幕的文字几乎都没有在解说里听到，很可能是另一部作品的字幕。没有文字可比时只看时间，仅凭时间从不下结论。",
            en="Hardly any words of the subtitles are in the narration: they probably belong to another work. Where words cannot be compared only the timing is checked, and timing alone is never reported as an error.",
        ),
        message=Words(
            zh="比较了 {cues} 条字幕，{cer}% 的文字与听到的不符：很可能拿错了字幕或视频。",
            en="In {cues} cues compared, {cer}% of the text is not in the narration: probably the wrong subtitles or the wrong video.",
        ),
        remedy=Words(
            zh="播放视频，对照前几句字幕；拿错的文件换成正确的，再核查一次。",
            en="Play the video beside the first cues, replace the file that is wrong, and check again.",
        ),
        limits=_LISTENING,
        run=_foreign_subtitles,
        catches=Example(
            zh=cues_of(
                ZH,
                replace={
                    0: "青藏高原被称为世界屋脊。",
                    1: "高原上的氧气比平原稀薄。",
                    2: "牦牛能够适应这里的寒冷。",
                    3: "草原上的花在夏天盛开。",
                    4: "牧民按季节转移牧场。",
                    5: "保护湿地需要大家努力。",
                },
            ),
            speech=SAID,
        ),
        leaves=Example(zh=ZH, speech=SAID),
    ),
    Rule(
        id="transcript-unreliable",
        group="speech",
        severity=Severity.INFO,
        needs=frozenset({"transcript"}),
        title=Words(zh="语音识别结果不可靠", en="Unreliable transcript"),
        holds=Words(zh="语音识别结果可靠", en="The transcript is reliable"),
        asks=Words(zh="语音识别结果是否可靠", en="Whether the transcript is reliable"),
        explanation=Words(
            zh="这一段的识别结果有重复、编造或把握过低的迹象，没有用于任何比较，所占时间按未知计。",
            en="The text recognised here is repeated, invented or too uncertain. It was not used for comparison, and its time counts as unknown.",
        ),
        message=Words(
            zh="{start}–{end} 的语音识别结果不可靠，未采用：“{heard}”",
            en="The transcript of {start}–{end} is unreliable and was not used: “{heard}”",
        ),
        remedy=Words(
            zh="请人听这一段，对照字幕{cli:；换用更大的识别模型（--asr-model）也许能听清|}。",
            en="Have a person listen to this part while reading the subtitles{cli:. A larger model (--asr-model) may recognise it|}.",
        ),
        limits=_LISTENING,
        run=_transcript_unreliable,
        catches=Example(zh=ZH, speech=NOISY),
        leaves=Example(zh=ZH, speech=MANDARIN),
    ),
)
