"""Subtitles in the picture: unlike the file, or not to be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bilingual.checks._burned_in import Pair, compare, differs
from bilingual.checks._moments import common_shift, compare_moments
from bilingual.checks._shaping import (
    Unshaped,
    drawn_plain,
    pairs_in_time,
    unshaped_against,
    unshaped_alone,
)
from bilingual.checks._tracks import BO, ZH, player_time, seconds
from bilingual.checks.base import Artifacts, CannotTell, Example, Hit, Rule, Words, on_side
from bilingual.model import LANGUAGES, CheckVerdict, Cue, Language, Reason, Severity, Span, Track
from bilingual.text.misread import bare

_FEW: Final = 3
_OTHER_WORK: Final = 0.3
_SAME_TEXT: Final = 0.6
_EDGE_MS: Final = 700
"""A cue whose beginning lies further off than this, the common offset apart."""


def _mismatch(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    pictured = artifacts.burned_in or {}
    if not pictured:
        yield CannotTell(
            reason=Reason(code="burned-in-no-file"), verdict=CheckVerdict.NOT_APPLICABLE
        )
    for side, seen in pictured.items():
        written = artifacts.track(side)
        if written is None or written.source == "transcript":
            continue
        yield from _too_short(artifacts, side, written)
        if side == "bo" and _unshaped(artifacts) is not None:
            yield CannotTell(reason=Reason(code="burned-in-unshaped"))
            continue
        if not any(cue.readable for cue in seen.cues):
            yield CannotTell(reason=Reason(code="burned-in-all-unreadable"))
            continue
        if artifacts.sampled is not None:
            yield from _at_moments(artifacts, side, written, seen)
        else:
            yield from _compared(artifacts, side, written, seen)


def _at_moments(artifacts: Artifacts, side: Language, written: Track, seen: Track) -> Iterator[Hit]:
    sampled = artifacts.sampled
    found = compare_moments(written, seen, sampled.moments_ms if sampled else ())
    count = len(found.same) + len(found.apart) + len(found.moved) + len(found.not_in_file)
    if count >= _FEW and len(found.same) + len(found.moved) < _OTHER_WORK * count:
        yield _other(side, written, len(found.same), count)
        return
    if abs(found.offset_ms) > artifacts.config.sync.warning_ms:
        yield _all_moved(side, written, found.offset_ms)
    for pair in found.apart:
        yield _other_text(side, pair)
    shift = common_shift(found.moved)
    if shift is not None:
        first, last = found.moved[0], found.moved[-1]
        yield Hit(
            **on_side(side, first.written.index),
            span_ms=Span(start_ms=first.seen.start_ms, end_ms=last.seen.end_ms),
            confidence=0.9,
            params={
                "variant": "part-later" if shift > 0 else "part-earlier",
                "language": side,
                "cue": first.written.index + 1,
                "last": last.written.index + 1,
                "at": player_time(first.seen.start_ms),
                "seconds": seconds(abs(shift)),
                "picture_cue": first.seen.index,
            },
        )
    for moved in found.moved if shift is None else ():
        yield _other_time(side, moved.written, moved.seen, moved.late_ms)
    for at_ms, cue in found.not_shown:
        if not _is_too_short(artifacts, cue):
            yield _not_shown(side, cue, at_ms)
    for cue in found.not_in_file:
        yield _not_in_file(side, cue)


def _compared(artifacts: Artifacts, side: Language, written: Track, seen: Track) -> Iterator[Hit]:
    compared = compare(written, seen)
    readable = [pair for pair in compared.pairs if pair.seen.readable]
    apart = [pair for pair in readable if differs(pair)]
    least = min(len(written.cues), sum(c.readable for c in seen.cues))
    if least >= _FEW and len(readable) - len(apart) < _OTHER_WORK * least:
        yield _other(side, written, len(readable) - len(apart), least)
        return
    if abs(compared.clock.offset_ms) > artifacts.config.sync.warning_ms:
        yield _all_moved(side, written, compared.clock.offset_ms)
    for pair in apart:
        yield _other_text(side, pair)
    for pair in compared.pairs:
        late = pair.seen.start_ms - compared.clock.forward(pair.written.start_ms)
        if abs(late) > _EDGE_MS and pair.likeness >= _SAME_TEXT:
            yield _other_time(side, pair.written, pair.seen, late)
    for cue in compared.not_shown:
        if not _is_too_short(artifacts, cue):
            yield _not_shown(side, cue, compared.clock.forward(cue.start_ms))
    for cue in compared.not_in_file:
        yield _not_in_file(side, cue)


def _is_too_short(artifacts: Artifacts, cue: Cue) -> bool:
    return cue.duration_ms < artifacts.config.burned_in.shortest_ms and bool(bare(cue.compared))


def _too_short(artifacts: Artifacts, side: Language, written: Track) -> Iterator[Hit]:
    """One note on the cues that are shown for less time than is seen in the picture."""
    short = [cue for cue in written.cues if _is_too_short(artifacts, cue)]
    if short:
        yield Hit(
            **on_side(side, *(cue.index for cue in short)),
            span_ms=_span(short[0]),
            severity=Severity.INFO,
            params={
                "variant": "short",
                "language": side,
                "file": written.name or side,
                "cues": len(short),
                "cue": short[0].index + 1,
                "at": player_time(short[0].start_ms),
                "seconds": seconds(artifacts.config.burned_in.shortest_ms),
            },
        )


def _other(side: Language, written: Track, same: int, of: int) -> Hit:
    return Hit(
        confidence=0.9,
        params={
            "variant": "other",
            "language": side,
            "file": written.name or side,
            "same": same,
            "of": of,
        },
    )


def _all_moved(side: Language, written: Track, offset_ms: float) -> Hit:
    return Hit(
        confidence=0.95,
        params={
            "variant": "later" if offset_ms > 0 else "earlier",
            "language": side,
            "file": written.name or side,
            "seconds": seconds(abs(offset_ms)),
        },
    )


def _other_text(side: Language, pair: Pair) -> Hit:
    return Hit(
        **on_side(side, pair.written.index),
        span_ms=_span(pair.seen),
        confidence=round(min(0.95, pair.seen.confidence or 0.5), 2),
        params={
            "variant": "text",
            "language": side,
            "cue": pair.written.index + 1,
            "at": player_time(pair.seen.start_ms),
            "file": pair.written.shown.replace("\n", " "),
            "picture": pair.seen.shown.replace("\n", " "),
            "picture_cue": pair.seen.index,
        },
    )


def _other_time(side: Language, written: Cue, seen: Cue, late_ms: float) -> Hit:
    return Hit(
        **on_side(side, written.index),
        span_ms=_span(seen),
        confidence=0.7,
        severity=Severity.INFO,
        params={
            "variant": "time",
            "language": side,
            "cue": written.index + 1,
            "at": player_time(seen.start_ms),
            "seconds": seconds(abs(late_ms)),
            "picture_cue": seen.index,
        },
    )


def _not_shown(side: Language, cue: Cue, at_ms: float) -> Hit:
    return Hit(
        **on_side(side, cue.index),
        span_ms=_span(cue),
        confidence=0.5,
        severity=Severity.INFO,
        params={
            "variant": "not-shown",
            "language": side,
            "cue": cue.index + 1,
            "at": player_time(at_ms),
            "file": cue.shown.replace("\n", " "),
        },
    )


def _not_in_file(side: Language, cue: Cue) -> Hit:
    return Hit(
        span_ms=_span(cue),
        confidence=0.5,
        severity=Severity.INFO,
        params={
            "variant": "not-in-file",
            "language": side,
            "at": player_time(cue.start_ms),
            "picture": cue.shown.replace("\n", " "),
            "picture_cue": cue.index,
        },
    )


def _span(cue: Cue) -> Span:
    return Span(start_ms=cue.start_ms, end_ms=max(cue.start_ms, cue.end_ms))


def _unshaped(artifacts: Artifacts) -> Unshaped | None:
    """What tells that the Tibetan in the picture is drawn wrong, if it is."""
    written, seen = artifacts.bo, (artifacts.burned_in or {}).get("bo")
    if written is not None and written.source == "burned-in":
        return unshaped_alone(written.cues)
    if written is None or seen is None:
        return None
    return unshaped_against(pairs_in_time(written, seen))


def _shaping(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    pictured = (artifacts.burned_in or {}).get("bo")
    own = artifacts.bo is not None and artifacts.bo.source == "burned-in"
    if pictured is None and not own:
        reason = Reason(code="burned-in-no-tibetan")
        yield CannotTell(reason=reason, verdict=CheckVerdict.NOT_APPLICABLE)
        return
    found = _unshaped(artifacts)
    if found is None:
        return
    cue = found.cues[0]
    yield Hit(
        **(on_side("bo", cue.index) if own else {}),
        span_ms=_span(cue),
        confidence=0.9,
        params={
            "variant": found.variant,
            "language": "bo",
            "at": player_time(cue.start_ms),
            "wrong": found.wrong,
            "of": found.of,
            "picture": cue.shown.replace("\n", " "),
            "picture_cue": cue.index,
        },
    )


def _unreadable(artifacts: Artifacts) -> Iterator[Hit]:
    for side in LANGUAGES:
        track = artifacts.track(side)
        if track is None or track.source != "burned-in":
            continue
        if side == "bo" and _unshaped(artifacts) is not None:
            continue  # one finding says why
        for cue in track.cues:
            if cue.readable:
                continue
            yield Hit(
                **on_side(side, cue.index),
                span_ms=_span(cue),
                confidence=round(1 - (cue.confidence or 0.0), 2),
                params={
                    "variant": side,
                    "cue": cue.index + 1,
                    "at": player_time(cue.start_ms),
                    "text": cue.shown.replace("\n", " "),
                },
            )


_OTHER_TEXT: Final = "植物的叶子是绿色的。"

RULES: Final = (
    Rule(
        id="burned-in-mismatch",
        group="burned-in",
        severity=Severity.WARNING,
        also=(Severity.INFO,),
        needs=frozenset({"burned-in"}),
        title=Words(zh="字幕文件与画面不一致", en="Subtitle file and picture differ"),
        holds=Words(zh="字幕文件与画面一致", en="Subtitle file and picture agree"),
        asks=Words(zh="字幕文件与画面是否一致", en="Whether subtitle file and picture agree"),
        explanation=Words(
            zh="画面里的字幕是观众真正看到的。如果提交的字幕文件与它文字不同或时间错开，核查文件就等于核查了别的东西。",
            en="The subtitles in the picture are what viewers see. If the submitted file has a different text or different times, the checks on it do not apply to what viewers see.",
        ),
        message=Words(zh="字幕文件与画面不一致。", en="The subtitle file and the picture differ."),
        messages={
            "text": Words(
                zh="第 {cue} 条（{at}）：文件里是“{file}”，画面里读到的是“{picture}”。",
                en="Cue {cue} ({at}): the file says “{file}”, the picture was read as “{picture}”.",
            ),
            "time": Words(
                zh="第 {cue} 条：画面上的字幕（{at}）与文件相差 {seconds} 秒。",
                en="Cue {cue}: the picture ({at}) and the file differ by {seconds} s.",
            ),
            "later": Words(
                zh="画面里的字幕整体比字幕文件（{file}）晚 {seconds} 秒。",
                en="All subtitles in the picture are {seconds} s later than in the file ({file}).",
            ),
            "earlier": Words(
                zh="画面里的字幕整体比字幕文件（{file}）早 {seconds} 秒。",
                en="All subtitles in the picture are {seconds} s earlier than in the file ({file}).",
            ),
            "part-later": Words(
                zh="第 {cue} 条到第 {last} 条：画面里的字幕（{at} 起）比文件晚约 {seconds} 秒。",
                en="Cues {cue} to {last}: the picture (from {at}) is about {seconds} s later than the file.",
            ),
            "part-earlier": Words(
                zh="第 {cue} 条到第 {last} 条：画面里的字幕（{at} 起）比文件早约 {seconds} 秒。",
                en="Cues {cue} to {last}: the picture (from {at}) is about {seconds} s earlier than the file.",
            ),
            "other": Words(
                zh="字幕文件（{file}）与画面里的字幕基本不是同一份：{of} 条里只有 {same} 条相同。",
                en="The file ({file}) does not match the picture: {same} of {of} cues agree.",
            ),
            "not-shown": Words(
                zh="第 {cue} 条（{at}）“{file}”在画面里没有找到。",
                en="Cue {cue} ({at}) “{file}” was not found in the picture.",
            ),
            "not-in-file": Words(
                zh="画面 {at} 处的字幕“{picture}”在文件里没有。",
                en="The subtitle in the picture at {at}, “{picture}”, is not in the file.",
            ),
            "short": Words(
                zh="字幕文件（{file}）有 {cues} 条显示不到 {seconds} 秒（第一条是第 {cue} 条，{at}）：画面里太短，看不到，没有与画面比较。",
                en="{cues} cues of the file ({file}) are shown for less than {seconds} s (the first is cue {cue}, {at}): too short to be seen in the picture, they were not compared with it.",
            ),
        },
        remedy=Words(
            zh="对照画面截图，看文件和画面哪个对；把错的一方改正：改字幕文件，或用改好的字幕重新导出视频。",
            en="Compare with the picture which of the two is right, then correct the other: the subtitle file, or the video by exporting it again.",
        ),
        remedies={
            "later": Words(
                zh="先播放一处，看画面里的字幕和声音是否同步。画面准，就把字幕文件（{file}）整体推后 {seconds} 秒（Subtitle Edit：同步→调整所有时间）；画面不准，就用字幕文件重新导出视频。",
                en="Play it once to see whether the picture's subtitles are in time with the sound. If they are, shift the file ({file}) {seconds} s later (Subtitle Edit: Synchronization, Adjust all times); if not, export the video again with the file.",
            ),
            "earlier": Words(
                zh="先播放一处，看画面里的字幕和声音是否同步。画面准，就把字幕文件（{file}）整体提前 {seconds} 秒（Subtitle Edit：同步→调整所有时间）；画面不准，就用字幕文件重新导出视频。",
                en="Play it once to see whether the picture's subtitles are in time with the sound. If they are, shift the file ({file}) {seconds} s earlier (Subtitle Edit: Synchronization, Adjust all times); if not, export the video again with the file.",
            ),
            "part-later": Words(
                zh="播放 {at}：画面准，就在字幕文件里选中第 {cue} 条到第 {last} 条，一起推后 {seconds} 秒；画面不准，就用字幕文件重新导出视频。",
                en="Play it at {at}. If the picture is right, select cues {cue} to {last} in the subtitle file and shift them {seconds} s later; if not, export the video again with the file.",
            ),
            "part-earlier": Words(
                zh="播放 {at}：画面准，就在字幕文件里选中第 {cue} 条到第 {last} 条，一起提前 {seconds} 秒；画面不准，就用字幕文件重新导出视频。",
                en="Play it at {at}. If the picture is right, select cues {cue} to {last} in the subtitle file and shift them {seconds} s earlier; if not, export the video again with the file.",
            ),
            "time": Words(
                zh="播放这一处，看哪个时间对；改正字幕文件里这一条的时间，或重新导出视频。",
                en="Play it to see which time is right, then correct the time of this cue in the file, or export the video again.",
            ),
            "other": Words(
                zh="确认 {file} 是这部视频的字幕；拿错了就换成正确的文件。如果字幕改过，请用改好的字幕重新导出视频。",
                en="Make sure that {file} belongs to this video, and replace it if it does not. If the subtitles were changed, export the video again with the new ones.",
            ),
            "not-shown": Words(
                zh="播放这一处：画面里真的没有这条字幕，就重新导出视频；有，是没有读出来，可以不理会。",
                en="Play it. If the picture does not show this cue, export the video again; if it does, it was not read, and nothing is wrong.",
            ),
            "not-in-file": Words(
                zh="播放这一处：若是解说的字幕，补进字幕文件；若是片名、标牌等画面文字，可以不理会。",
                en="Play it. If it is a subtitle of the narration, add it to the file; titles and signs in the picture can be ignored.",
            ),
            "short": Words(
                zh="这么短的字幕观众来不及读：把它们并入前后的字幕，或延长显示时间。",
                en="Viewers cannot read a subtitle that short: join them with their neighbours, or show them longer.",
            ),
        },
        limits=Words(
            zh="画面文字是识别出来的，个别字可能读错，所以一两个字的差别不报（数字除外）。没有读清的画面字幕不参与比较。默认只读画面的 30 处（有问题、有数字、文字长短不像文件的优先），报告写明看了几处；--burned-in on 看全部。不到 0.3 秒的字幕看不到，报告写明文件里有几条。",
            en="The text in the picture is recognised and may have wrong letters: differences of one or two letters are not reported, except in numbers. What could not be read is not compared. By default the picture is read at thirty moments (first those with findings, with numbers, and with a text of another length than the file has), and the report says at how many; --burned-in on reads it all. A subtitle shown for less than 0.3 s is not seen; a note says how many of the file are that short.",
        ),
        run=_mismatch,
        catches=Example(
            bo=BO,
            zh=ZH,
            burned_zh=(*ZH[:3], (11600, 14800, _OTHER_TEXT), *ZH[4:]),
        ),
        leaves=Example(bo=BO, zh=ZH, burned_zh=ZH),
    ),
    Rule(
        id="burned-in-shaping",
        group="burned-in",
        severity=Severity.WARNING,
        needs=frozenset({"burned-in"}),
        title=Words(zh="画面里的藏文排版错误", en="Tibetan in the picture is drawn wrong"),
        holds=Words(zh="画面里的藏文排版正确", en="Tibetan in the picture is drawn right"),
        asks=Words(
            zh="画面里的藏文排版是否正确", en="Whether Tibetan in the picture is drawn right"
        ),
        explanation=Words(
            zh="藏文要按字体的规则把上加字、下加字和元音叠在一起。导出视频的程序如果没有这样做，元音会跑到后一个字母上，叠字会重叠或散开，观众看到的就是错字。",
            en="Tibetan letters, subscripts and vowels are stacked by the font's rules. Where a program exports a video without applying them, vowels are drawn over the next letter and stacks overlap or fall apart: viewers see wrong words.",
        ),
        message=Words(zh="画面里的藏文排版错误。", en="The Tibetan in the picture is drawn wrong."),
        messages={
            "signs": Words(
                zh="画面里的藏文元音和下加字画到了后一个字母上（例如 {at}，看起来是“{picture}”；{of} 处里有 {wrong} 处）。",
                en="Vowels and subscripts in the picture are drawn over the next letter (for example at {at}, where it looks like “{picture}”; {wrong} of {of} places).",
            ),
            "stacks": Words(
                zh="画面里的藏文叠字没有正确叠起来（例如 {at}，看起来是“{picture}”；{of} 个叠字里有 {wrong} 个读成了别的字）。",
                en="Stacked letters in the picture are not joined as they should be (for example at {at}, where it looks like “{picture}”; {wrong} of {of} stacks were read as others).",
            ),
            "apart": Words(
                zh="画面里的藏文叠字没有叠起来，而是散开并排（例如 {at}，看起来是“{picture}”；有 {wrong} 处）。",
                en="The parts of stacked letters stand side by side in the picture (for example at {at}, where it looks like “{picture}”; {wrong} places).",
            ),
        },
        remedy=Words(
            zh="请对照画面截图重新导出。用 ffmpeg 时请用 ass 滤镜加 shaping=complex（subtitles 滤镜做不到）；用剪辑软件时请打开南亚文字（复杂文字）排版，或换一种藏文字体、换一个程序，再看一遍画面。",
            en="Compare with the picture and export again. With ffmpeg use the filter ass with shaping=complex (the filter subtitles cannot do it); in an editor turn on its text engine for South Asian (complex) scripts, or take another Tibetan font or another program; then look at the picture again.",
        ),
        limits=Words(
            zh="按读出的文字判断：没有字幕文件时，只能看出元音错位；草体等读不出的字体，只有叠字散开时才看得出。藏文字幕太少（不到十几条）时可能看不出。",
            en="Judged by what is read: without a subtitle file only displaced vowels are seen, and in faces that cannot be read, such as cursive ones, only parts of stacks that stand apart. In fewer than fifteen Tibetan cues it may go unseen.",
        ),
        run=_shaping,
        catches=Example(
            bo=BO,
            zh=ZH,
            burned_bo=tuple((start, end, drawn_plain(text)) for start, end, text in BO),
        ),
        leaves=Example(bo=BO, zh=ZH, burned_bo=BO),
    ),
    Rule(
        id="burned-in-unreadable",
        group="burned-in",
        fixed_by="reviewer",
        severity=Severity.INFO,
        needs=frozenset({"burned-in"}),
        title=Words(zh="画面字幕读不清", en="Unreadable subtitle in the picture"),
        holds=Words(zh="画面字幕都能读出", en="All subtitles in the picture can be read"),
        asks=Words(
            zh="画面字幕是否都能读出", en="Whether all subtitles in the picture can be read"
        ),
        explanation=Words(
            zh="这条字幕在画面里，但识别结果不够可靠。它只用来核对时间和是否有译文，不用来核对译文内容。",
            en="This subtitle in the picture could not be read reliably. It counts for timing and coverage; its words are not used.",
        ),
        message=Words(
            zh="藏文第 {cue} 条（{at}）读不清，没有核对内容；大致读作“{text}”。",
            en="Tibetan cue {cue} ({at}) could not be read reliably and its words were not checked; it may say “{text}”.",
        ),
        messages={
            "zh": Words(
                zh="中文第 {cue} 条（{at}）读不清，没有核对内容；大致读作“{text}”。",
                en="Chinese cue {cue} ({at}) could not be read reliably and its words were not checked; it may say “{text}”.",
            ),
        },
        remedy=Words(
            zh="请懂藏文的人看画面核对这一条；更可靠的办法是同时提交藏文字幕文件{cli:（--bo）|}。",
            en="Ask a reader of Tibetan to check this cue in the picture. Submitting the Tibetan subtitle file as well{cli: (--bo)|} is more reliable.",
        ),
        remedies={
            "zh": Words(
                zh="请看画面核对这一条；更可靠的办法是同时提交中文字幕文件{cli:（--zh）|}。",
                en="Check this cue in the picture. Submitting the Chinese subtitle file as well{cli: (--zh)|} is more reliable.",
            ),
        },
        limits=Words(
            zh="藏文识别弱于中文，花体字、小字和复杂背景更难读。不到 0.3 秒的字幕看不到。",
            en="Tibetan is read less reliably than Chinese. Ornate or small letters and busy pictures are harder still. A subtitle shown for less than 0.3 s is not seen.",
        ),
        run=_unreadable,
        catches=Example(burned_bo=((1000, 3000, "〓"), *BO[1:]), zh=ZH),
        leaves=Example(burned_bo=BO, zh=ZH),
    ),
)
