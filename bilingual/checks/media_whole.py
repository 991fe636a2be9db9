"""Is the file whole, and does what is in it decode: picture and sound?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bilingual.checks._media import SOUND, media_of, seconds, with_media
from bilingual.checks.base import Artifacts, CannotTell, Hit, Need, Rule, Words
from bilingual.media.faults import DAMAGED, TRUNCATED
from bilingual.model import Media, Reason, Severity

SILENT_DB: Final = -60.0
"""Peak level (dBFS) at or below which a sound stream counts as silent."""
FAINT_DB: Final = -40.0
"""Peak level (dBFS) at or below which nobody will follow a narration."""

# The words for a film-maker about each reason of bilingual.media.faults.
_VARIANTS: Final = {
    "box-truncated": "cut-off",
    "box-missing-mdat": "cut-off",
    "samples-missing": "cut-off",
    "box-missing-moov": "no-index",
    "header-lies": "header",
    "packets-short": "picture-short",
    "audio-short": "sound-short",
    "payload-empty": "gaps",
    "timestamps-stretched": "stretched",
    "box-invalid": "structure",
    "picture-undecodable": "picture",
    "picture-damaged": "picture-damaged",
    "audio-damaged": "sound-damaged",
}


def _unreadable(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    media = media_of(artifacts)
    reason = media.complete_reason
    if media.complete is False and reason in DAMAGED:
        yield Hit(params={"variant": _VARIANTS[reason], "name": media.name, "reason": reason})
    elif media.complete is False:
        yield CannotTell(reason=Reason(code="media-incomplete"))
    elif media.picture is None:
        yield Hit(params={"variant": "no-picture", "name": media.name})
    elif not media.examined:
        yield CannotTell(reason=Reason(code="completeness-unjudged"))
    elif not any(what.endswith("frames") for what in media.examined):
        yield CannotTell(reason=Reason(code="picture-not-decoded", params={"codec": _codec(media)}))


def _codec(media: Media) -> str | None:
    picture = media.picture
    return None if picture is None else picture.codec


def _truncated(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    media = media_of(artifacts)
    reason = media.complete_reason
    if media.complete is None:
        yield CannotTell(reason=Reason(code=reason or "completeness-unjudged"))
    elif not media.complete and reason in TRUNCATED:
        variant = _VARIANTS[reason]
        announced, decoded = _lengths(media, reason)
        if announced is None and variant.endswith("short"):
            variant = "cut-off"
        yield Hit(
            params={
                "variant": variant,
                "name": media.name,
                "reason": reason,
                "decoded_s": seconds(decoded) or 0,
                "announced_s": seconds(announced) or 0,
            }
        )
    elif not media.complete:
        yield CannotTell(reason=Reason(code="media-damaged"))


def _lengths(media: Media, reason: str) -> tuple[int | None, int | None]:
    """How long the stream in question is said to be, and how long it is (ms)."""
    picture, sound = media.picture, media.sound
    if reason == "audio-short" and sound is not None:
        return sound.duration_ms or media.announced_ms, sound.decoded_ms
    if reason == "packets-short" and picture is not None and picture.end_ms is not None:
        start = picture.start_ms or 0
        return picture.duration_ms or media.announced_ms, picture.end_ms - start
    return media.duration_ms, media.decoded_ms


def _no_audio(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    media = media_of(artifacts)
    peak = media.max_volume_db
    if not media.video and not media.audio:
        yield CannotTell(reason=Reason(code="media-incomplete"))
    elif not media.audio:
        yield Hit(params={"variant": "absent"})
    elif "sound" not in media.examined:
        yield CannotTell(reason=Reason(code="completeness-unjudged"))
    elif peak is None:
        yield Hit(
            params={"variant": "undecodable", "codec": media.sound.codec if media.sound else ""}
        )
    elif peak <= SILENT_DB:
        yield Hit(params={"variant": "silent", "peak_db": peak})
    elif peak <= FAINT_DB:
        yield Hit(severity=Severity.WARNING, params={"variant": "faint", "peak_db": peak})


_NEEDS: Final[frozenset[Need]] = frozenset({"media", "whole"})

RULES: Final = (
    Rule(
        id="media-unreadable",
        group="media",
        severity=Severity.ERROR,
        needs=_NEEDS,
        title=Words(zh="视频无法完整解码", en="Video cannot be decoded"),
        holds=Words(zh="视频能完整解码", en="The video can be decoded to its end"),
        asks=Words(zh="视频能否完整解码", en="Whether the video can be decoded to its end"),
        explanation=Words(
            zh="画面或声音解码出错，或文件里没有画面：播放时会卡顿、花屏、无声或没有图像。",
            en="The picture or sound cannot be decoded, or there is no picture: the video will stutter, break up, or stay silent or black.",
        ),
        message=Words(zh="{name} 无法解码。", en="{name} cannot be decoded."),
        messages={
            "structure": Words(
                zh="{name} 的文件结构有错，播放器可能打不开。",
                en="The structure of {name} is damaged; players may not open it.",
            ),
            "picture": Words(
                zh="{name} 的画面一帧也解不出来。", en="No frame of {name} can be decoded."
            ),
            "picture-damaged": Words(
                zh="{name} 的画面有损坏，播放时会花屏或卡住。",
                en="The picture of {name} is damaged: it will break up or freeze.",
            ),
            "sound-damaged": Words(
                zh="{name} 的声音有损坏，播放时会断续。",
                en="The sound of {name} is damaged: it will drop out.",
            ),
            "no-picture": Words(zh="{name} 里没有画面。", en="There is no picture in {name}."),
        },
        remedy=Words(
            zh="从剪辑软件重新导出为 MP4，从头到尾播放一遍，再提交新的文件。",
            en="Export it again from the editor as MP4, watch it from beginning to end, and submit the new file.",
        ),
        limits=Words(
            zh="读取全部数据包，解码全部声音和画面的关键帧；关键帧之间的损坏可能看不出来"
            "（设置 media.picture 为 all 则逐帧解码）。",
            en="All packets are read; all sound and the key frames of the picture are decoded. Damage between key frames may not be detected (set media.picture to all to decode every frame).",
        ),
        run=_unreadable,
        catches=with_media(
            complete=False, complete_reason="picture-undecodable", decoded_ms=60_000
        ),
        leaves=SOUND,
        required=True,
        award=True,
    ),
    Rule(
        id="media-truncated",
        group="media",
        severity=Severity.ERROR,
        needs=_NEEDS,
        title=Words(zh="视频文件不完整", en="Video file is incomplete"),
        holds=Words(zh="视频文件完整", en="The video file is whole"),
        asks=Words(zh="视频文件是否完整", en="Whether the video file is whole"),
        explanation=Words(
            zh="文件在传输或导出时被截断，或者文件声明的长度与实际内容不符。",
            en="The file was truncated in transfer or export, or declares more than it contains.",
        ),
        message=Words(zh="{name} 不完整。", en="{name} is incomplete."),
        messages={
            "cut-off": Words(
                zh="{name} 被截断：文件声明的内容比实际多。",
                en="{name} is truncated: it declares more than it contains.",
            ),
            "no-index": Words(
                zh="{name} 缺少索引，多半是上传或导出中断，尾部没有写完。",
                en="{name} has no index: its end was never written, usually because an upload or export was interrupted.",
            ),
            "header": Words(
                zh="{name} 的文件头声明的时长比实际内容长得多。",
                en="The header of {name} declares a far longer duration than the file contains.",
            ),
            "picture-short": Words(
                zh="{name} 声明 {announced_s} 秒，画面只到 {decoded_s} 秒前后。",
                en="{name} declares {announced_s} s; its picture ends at about {decoded_s} s.",
            ),
            "sound-short": Words(
                zh="{name} 声明 {announced_s} 秒，声音提前结束，只解出 {decoded_s} 秒。",
                en="{name} declares {announced_s} s; its sound ends early, after {decoded_s} s.",
            ),
            "gaps": Words(
                zh="{name} 中有大段空数据，多半是下载或复制没有完成。",
                en="{name} contains long empty stretches: a download or copy was not finished.",
            ),
            "stretched": Words(
                zh="{name} 声明 {announced_s} 秒，但只有少数几帧画面被拉长，声音也短得多。",
                en="{name} declares {announced_s} s, but has few frames for it and the sound is much shorter.",
            ),
        },
        remedy=Words(
            zh="这个文件没有写完：从原来的电脑或网盘重新复制、上传；还不行，就从剪辑软件重新导出。",
            en="The file was not written to its end: copy or upload it again from where it came; if that does not help, export it again from the editor.",
        ),
        remedies={
            "header": Words(
                zh="从剪辑软件重新导出这个文件。", en="Export the file again from the editor."
            ),
            "stretched": Words(
                zh="从剪辑软件重新导出这个文件。", en="Export the file again from the editor."
            ),
        },
        limits=Words(
            zh="检查文件盒结构、索引、全部数据包和声音的解码长度；相差 1 秒以内视为完整。"
            "没有写明总长的分段文件无法判断；TS 流也不写明总长：断在一个画面中间时无法判断，正好断在两个画面之间时看不出来。",
            en="Checks the boxes, the index, all packets and the decoded duration of the sound; a difference within 1 s is accepted. A fragmented file that does not declare its duration cannot be judged; nor does a transport stream: cut within a picture it cannot be judged, cut just between two it passes as whole.",
        ),
        run=_truncated,
        catches=with_media(complete=False, complete_reason="packets-short", decoded_ms=60_000),
        leaves=SOUND,
        required=True,
        award=True,
    ),
    Rule(
        id="no-audio",
        group="media",
        severity=Severity.ERROR,
        also=(Severity.WARNING,),
        needs=_NEEDS,
        title=Words(zh="没有声音", en="No sound"),
        holds=Words(zh="有声音", en="There is sound"),
        asks=Words(zh="是否有声音", en="Whether there is sound"),
        explanation=Words(
            zh="作品应有普通话或藏语旁白；没有声音轨或全程静音的视频无法评审。",
            en="A work has narration in Mandarin or Tibetan; without sound it cannot be judged.",
        ),
        message=Words(zh="视频没有声音轨。", en="The video has no sound track."),
        messages={
            "absent": Words(zh="视频没有声音轨。", en="The video has no sound track."),
            "undecodable": Words(
                zh="视频的声音（{codec}）解不出来。",
                en="The sound of the video ({codec}) cannot be decoded.",
            ),
            "silent": Words(
                zh="声音轨全程静音（峰值 {peak_db} dBFS）。",
                en="The sound track is silent throughout (peak {peak_db} dBFS).",
            ),
            "faint": Words(
                zh="声音轨几乎听不见（峰值 {peak_db} dBFS）。",
                en="The sound track is barely audible (peak {peak_db} dBFS).",
            ),
        },
        remedy=Words(
            zh="在导出设置里勾选“音频”（AAC），并看声音轨有没有被静音，再重新导出。",
            en="Tick the sound (AAC) in the export settings, see that no track is muted, and export again.",
        ),
        remedies={
            "undecodable": Words(
                zh="在导出设置里把声音编码改成 AAC，再重新导出。",
                en="Choose AAC as the codec of the sound in the export settings, and export again.",
            ),
            "silent": Words(
                zh="在剪辑软件里看声音轨是否静音、音量是否为零，调好后重新导出，戴耳机听一遍。",
                en="See in the editor whether the sound is muted or its volume zero, correct it, export again and listen to it.",
            ),
            "faint": Words(
                zh="在剪辑软件里提高音量（人声峰值约 -6 dBFS），再重新导出，戴耳机听一遍。",
                en="Raise the volume in the editor (voices should peak near -6 dBFS), export again and listen to it.",
            ),
        },
        limits=Words(
            zh="只看所听的那条声音轨（默认的、有人说话的一条，或设置里指定的）；峰值不高于 -60 dBFS 视为静音，不高于 -40 dBFS 视为几乎听不见。",
            en="Only the sound stream that was listened to is checked: the default one with speech in it, or the one in the settings. A peak of -60 dBFS or less counts as silence, -40 dBFS or less as barely audible.",
        ),
        run=_no_audio,
        catches=with_media(audio=()),
        leaves=SOUND,
        required=True,
        award=True,
    ),
)
