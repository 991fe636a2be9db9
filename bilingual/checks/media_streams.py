"""Are picture and sound there all the time, and do the two channels hold the same?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bilingual.checks._media import WORK, media_of, with_media
from bilingual.checks._tracks import player_time, seconds
from bilingual.checks.base import Artifacts, Example, Hit, Need, Rule, Words
from bilingual.media.completeness import TOLERANCE_MS
from bilingual.model import AudioStream, ChannelFault, Hole, Media, Severity, Span, VideoStream

UNSEEN_MS: Final = 300
"""A cue that begins so much after the last picture, or later, is never seen."""


def _holes(artifacts: Artifacts) -> Iterator[Hit]:
    media = media_of(artifacts)
    for hole in media.holes:
        yield Hit(
            span_ms=Span(start_ms=hole.start_ms, end_ms=hole.end_ms),
            params={
                "variant": hole.kind if hole.count == 1 else "shaky",
                "at": player_time(hole.start_ms),
                "end": player_time(hole.end_ms),
                "seconds": seconds(hole.missing_ms),
                "count": hole.count,
            },
        )
    yield from _edges(media)
    yield from _unseen(artifacts, media)


def _edges(media: Media) -> Iterator[Hit]:
    """Where picture and sound do not begin or end together."""
    picture, sound = media.picture, media.sound
    if picture is None or sound is None or sound.decodes is False:
        return
    begins = {"picture": picture.start_ms or 0, "sound": sound.start_ms or 0}
    for kind, start in begins.items():
        if start > TOLERANCE_MS:
            yield Hit(
                severity=Severity.INFO,
                span_ms=Span(start_ms=0, end_ms=start),
                params={"variant": f"{kind}-late", "at": player_time(start)},
            )
    pictured, heard = _end(picture), _end(sound)
    if pictured is None or heard is None or abs(pictured - heard) <= TOLERANCE_MS:
        return
    early = "picture" if pictured < heard else "sound"
    yield Hit(
        severity=None if early == "picture" else Severity.INFO,
        span_ms=Span(start_ms=min(pictured, heard), end_ms=max(pictured, heard)),
        params={
            "variant": f"{early}-short",
            "picture_s": seconds(pictured),
            "sound_s": seconds(heard),
            "by_s": seconds(abs(pictured - heard)),
        },
    )


def _end(stream: VideoStream | AudioStream) -> int | None:
    """When a stream ends: by its packets, or as announced."""
    if stream.end_ms is not None or stream.duration_ms is None:
        return stream.end_ms
    return (stream.start_ms or 0) + stream.duration_ms


def _unseen(artifacts: Artifacts, media: Media) -> Iterator[Hit]:
    """Cues that begin when there is no picture any more."""
    end = media.duration_ms if media.picture is None else _end(media.picture)
    if end is None:
        return
    late = {
        side: tuple(cue.index for cue in track.cues if cue.start_ms >= end + UNSEEN_MS)
        for side, track in artifacts.tracks()
        if track.source != "burned-in"
    }
    count = sum(len(indices) for indices in late.values())
    if count:
        yield Hit(
            bo=late.get("bo", ()),
            zh=late.get("zh", ()),
            params={"variant": "cues", "count": count, "end_s": seconds(end)},
        )


def _channels(artifacts: Artifacts) -> Iterator[Hit]:
    for fault in media_of(artifacts).channels:
        side = "" if fault.channel is None else ("-left", "-right")[fault.channel]
        yield Hit(
            span_ms=Span(start_ms=fault.start_ms, end_ms=fault.end_ms),
            params={
                "variant": f"{fault.kind}{side}",
                "at": player_time(fault.start_ms),
                "end": player_time(fault.end_ms),
                "percent": round(100 * fault.share),
            },
        )


_NEEDS: Final[frozenset[Need]] = frozenset({"media", "whole"})
_AUDIO: Final[frozenset[Need]] = frozenset({"media", "whole", "audio"})
_HOLE: Final = Hole(kind="sound", start_ms=40_000, end_ms=45_000, missing_ms=5000)
_OPPOSED: Final = ChannelFault(kind="cancelling", start_ms=0, end_ms=180_000, share=1.0)

RULES: Final = (
    Rule(
        id="media-hole",
        group="media",
        severity=Severity.WARNING,
        also=(Severity.INFO,),
        needs=_NEEDS,
        title=Words(zh="画面或声音有缺口", en="Hole in picture or sound"),
        holds=Words(zh="画面和声音没有缺口", en="Picture and sound have no holes"),
        asks=Words(zh="画面和声音是否有缺口", en="Whether picture or sound has holes"),
        explanation=Words(
            zh="文件里有一段没有画面数据或声音数据，或者画面与声音不一样长：播放时会停住、无声或黑屏，"
            "画面结束之后的字幕看不到。",
            en="For a while the file has no picture or no sound data, or picture and sound are not equally long: it freezes, goes silent or black, and cues after the end of the picture are never seen.",
        ),
        message=Words(zh="画面或声音有缺口。", en="There is a hole in the picture or sound."),
        messages={
            "sound": Words(
                zh="{at} 至 {end} 没有声音数据（{seconds} 秒）。",
                en="There is no sound data from {at} to {end} ({seconds} s).",
            ),
            "picture": Words(
                zh="{at} 至 {end} 没有画面数据（{seconds} 秒），播放时画面会停住。",
                en="There is no picture data from {at} to {end} ({seconds} s): the picture freezes.",
            ),
            "shaky": Words(
                zh="{at} 至 {end} 声音断续：缺了 {count} 处，共 {seconds} 秒。",
                en="From {at} to {end} the sound drops out {count} {count:time|times}, {seconds} s in all.",
            ),
            "picture-late": Words(
                zh="画面从 {at} 才开始，此前只有声音。",
                en="The picture begins at {at}; before that there is only sound.",
            ),
            "sound-late": Words(
                zh="声音从 {at} 才开始，此前只有画面。",
                en="The sound begins at {at}; before that there is only the picture.",
            ),
            "picture-short": Words(
                zh="画面在 {picture_s} 秒结束，声音到 {sound_s} 秒：画面短了 {by_s} 秒。",
                en="The picture ends at {picture_s} s, the sound at {sound_s} s: the picture is {by_s} s shorter.",
            ),
            "sound-short": Words(
                zh="声音在 {sound_s} 秒结束，画面到 {picture_s} 秒：声音短了 {by_s} 秒。",
                en="The sound ends at {sound_s} s, the picture at {picture_s} s: the sound is {by_s} s shorter.",
            ),
            "cues": Words(
                zh="影片在 {end_s} 秒结束，{count} 条字幕在这之后才开始，观众看不到。",
                en="The film ends at {end_s} s; {count} cues begin after that and are never seen.",
            ),
        },
        remedy=Words(
            zh="在剪辑软件里检查这一段，把画面、声音和字幕对齐到同样的长度，再重新导出。",
            en="Check this part in the editor, make picture, sound and subtitles equally long, and export again.",
        ),
        remedies={
            "sound": Words(
                zh="在剪辑软件里看 {at} 至 {end} 的声音轨：补上断开的声音，或确认那里本该安静，再重新导出。",
                en="Look at the sound from {at} to {end} in the editor: fill the hole, or make sure that it should be silent there, and export again.",
            ),
            "picture": Words(
                zh="在剪辑软件里看 {at} 至 {end} 的画面轨：补上缺的画面，再重新导出。",
                en="Look at the picture from {at} to {end} in the editor: fill the hole, and export again.",
            ),
            "shaky": Words(
                zh="重新导出一次；仍有断续，就检查 {at} 至 {end} 的原始录音。",
                en="Export it again. If the sound is still broken, check the recording from {at} to {end}.",
            ),
            "picture-late": Words(
                zh="如果开头本该有画面，在剪辑软件里把画面移到最前，再重新导出。",
                en="If there should be a picture at the beginning, move it to the start in the editor and export again.",
            ),
            "sound-late": Words(
                zh="如果开头本该有声音，在剪辑软件里把声音移到最前，再重新导出。",
                en="If there should be sound at the beginning, move it to the start in the editor and export again.",
            ),
            "picture-short": Words(
                zh="在剪辑软件里把画面延长 {by_s} 秒，或把声音截短 {by_s} 秒，再重新导出。",
                en="Make the picture {by_s} s longer or the sound {by_s} s shorter in the editor, and export again.",
            ),
            "sound-short": Words(
                zh="看结尾是否本该安静；不是，就在剪辑软件里补上最后 {by_s} 秒的声音，再重新导出。",
                en="See whether the end should be silent. If not, add the last {by_s} s of sound in the editor and export again.",
            ),
            "cues": Words(
                zh="确认字幕是这个版本的影片的；是，就删去或前移影片结束（{end_s} 秒）之后的 {count} 条字幕。",
                en="Make sure that the subtitles belong to this version of the film. If they do, delete or move the {count} cues after its end ({end_s} s).",
            ),
        },
        limits=Words(
            zh="声音以数据包的时间为准，0.3 秒以上逐处列出，更短的合计满 1 秒才报；画面要原本间隔均匀才能判断，"
            "录屏和图片展示故意停住的不报。有数据但内容是静音或黑屏的，不算缺口。",
            en="Judged by the times of the packets. Sound: each hole of 0.3 s or more, shorter ones from 1 s in all. Picture: only where it otherwise comes at even intervals; screen recordings and slide shows hold a picture on purpose. Silence or black that is encoded is no hole.",
        ),
        run=_holes,
        catches=with_media(holes=(_HOLE,)),
        leaves=Example(media=WORK),
    ),
    Rule(
        id="audio-channels",
        group="media",
        severity=Severity.WARNING,
        needs=_AUDIO,
        title=Words(zh="左右声道", en="Left and right channel"),
        holds=Words(zh="左右声道正常", en="Both channels are in order"),
        asks=Words(zh="左右声道是否正常", en="Whether both channels are in order"),
        explanation=Words(
            zh="左右声道互相抵消（反相），或其中一个没有声音。手机等只有一个扬声器的设备把两个声道混在一起播放，"
            "反相的旁白会听不见；只有一个声道有声时，戴耳机的观众只有一只耳朵听得到。",
            en="The two channels cancel each other (inverted phase), or one of them is silent. Devices with a single loudspeaker, such as phones, mix both: an inverted narration cannot be heard. With one silent channel, headphones give sound to one ear only.",
        ),
        message=Words(
            zh="左右声道有问题。", en="Something is wrong with the left and right channel."
        ),
        messages={
            "cancelling": Words(
                zh="左右声道反相，互相抵消（{at} 至 {end}，占有声时间的 {percent}%）：用单个扬声器播放会听不见。"
                "这里只听了其中一个声道。",
                en="The left and right channel cancel each other ({at} to {end}, {percent}% of what can be heard): a single loudspeaker plays next to nothing. One channel alone was listened to here.",
            ),
            "silent-left": Words(
                zh="左声道没有声音（{at} 至 {end}，占有声时间的 {percent}%）。",
                en="The left channel is silent ({at} to {end}, {percent}% of what can be heard).",
            ),
            "silent-right": Words(
                zh="右声道没有声音（{at} 至 {end}，占有声时间的 {percent}%）。",
                en="The right channel is silent ({at} to {end}, {percent}% of what can be heard).",
            ),
        },
        remedy=Words(
            zh="在剪辑软件里把旁白设为单声道，或把有声的一个声道复制到另一个，再重新导出。",
            en="Make the narration mono in the editor, or copy the channel with sound to the other one, and export again.",
        ),
        remedies={
            "cancelling": Words(
                zh="在剪辑软件里给其中一个声道加“反相”（相位反转），或把旁白改成单声道，再重新导出。",
                en="Invert the phase of one channel in the editor, or make the narration mono, and export again.",
            ),
            "silent-left": Words(
                zh="在剪辑软件里把右声道复制到左声道（或把旁白设为单声道），再重新导出。",
                en="Copy the right channel to the left one in the editor (or make the narration mono), and export again.",
            ),
            "silent-right": Words(
                zh="在剪辑软件里把左声道复制到右声道（或把旁白设为单声道），再重新导出。",
                en="Copy the left channel to the right one in the editor (or make the narration mono), and export again.",
            ),
        },
        limits=Words(
            zh="只看所听的那条声音轨，多声道先混成两个声道。占不到有声时间一成的不报。",
            en="Only the sound stream that was listened to is checked; more than two channels are mixed to two first. Less than a tenth of what can be heard is not reported.",
        ),
        run=_channels,
        catches=with_media(channels=(_OPPOSED,)),
        leaves=Example(media=replace(WORK, channels=())),
    ),
)
