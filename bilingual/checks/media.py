"""The file itself: can it be read, is it whole, is it what the award asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from bilingual.checks.base import Artifacts, CannotTell, Example, Hit, Need, Rule, Words
from bilingual.model import AudioStream, Media, VideoStream
from bilingual.result import Severity

SILENT_DB: Final = -60.0
"""Peak level (dBFS) below which a sound stream counts as silent."""
DURATION_TOLERANCE_MS: Final = 500
"""Containers round a stream's end to whole frames and sound packets."""
MEGABYTE: Final = 1_000_000

_SOUND = Media(
    name="work.mp4",
    bytes=150 * MEGABYTE,
    container="mp4",
    brand="isom",
    duration_ms=180_000,
    decoded_ms=180_000,
    complete=True,
    mean_volume_db=-20.0,
    max_volume_db=-3.0,
    video=(
        VideoStream(
            index=0,
            codec="h264",
            width=1920,
            height=1080,
            display_width=1920,
            display_height=1080,
            duration_ms=180_000,
        ),
    ),
    audio=(AudioStream(index=1, codec="aac", channels=2, sample_rate=48_000),),
)
_OK = Example(media=_SOUND)


def _with(**changes: Any) -> Example:
    return Example(media=replace(_SOUND, **changes))


def _with_picture(**changes: Any) -> Example:
    return _with(video=(replace(_SOUND.video[0], **changes),))


def _picture(media: Media) -> VideoStream | None:
    return next((v for v in media.video if not v.attached_picture), None)


def _media(artifacts: Artifacts) -> Media:
    assert artifacts.media is not None  # noqa: S101 - the engine saw to it
    return artifacts.media


def _unreadable(artifacts: Artifacts) -> Iterator[Hit]:
    media = _media(artifacts)
    if media.complete is False and media.complete_reason == "decode-errors":
        yield Hit(params={"name": media.name, "decoded_s": _seconds(media.decoded_ms)})
    elif media.complete is not False and _picture(media) is None:
        yield Hit(params={"variant": "no-picture", "name": media.name})


def _truncated(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    media = _media(artifacts)
    if media.complete is None:
        yield CannotTell(reason="completeness-unjudged")
    elif not media.complete and media.complete_reason != "decode-errors":
        yield Hit(
            params={
                "name": media.name,
                "reason": media.complete_reason,
                "decoded_s": _seconds(media.decoded_ms),
                "announced_s": _seconds(media.duration_ms),
            }
        )


def _no_audio(artifacts: Artifacts) -> Iterator[Hit]:
    media = _media(artifacts)
    if not media.video and not media.audio:
        return
    if not media.audio:
        yield Hit(params={"variant": "absent"})
    elif media.complete and (media.max_volume_db is None or media.max_volume_db < SILENT_DB):
        yield Hit(params={"variant": "silent", "peak_db": media.max_volume_db})


def _container(artifacts: Artifacts) -> Iterator[Hit]:
    media = _media(artifacts)
    wanted = artifacts.config.profile.media.containers
    if media.container not in wanted:
        yield Hit(params={"found": media.container, "wanted": list(wanted)})


def _duration(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    media, rules = _media(artifacts), artifacts.config.profile.media
    if media.duration_ms is None or not media.complete:
        yield CannotTell(reason="media-incomplete")
        return
    low, high = rules.min_duration_ms, rules.max_duration_ms
    if not low - DURATION_TOLERANCE_MS <= media.duration_ms <= high + DURATION_TOLERANCE_MS:
        yield Hit(
            params={
                "variant": "short" if media.duration_ms < low else "long",
                "found_s": _seconds(media.duration_ms),
                "min_s": low / 1000,
                "max_s": high / 1000,
            }
        )


def _file_size(artifacts: Artifacts) -> Iterator[Hit]:
    media, rules = _media(artifacts), artifacts.config.profile.media
    params = {
        "found_mb": round(media.bytes / MEGABYTE, 2),
        "found_mib": round(media.bytes / 2**20, 2),
        "min_mb": rules.min_bytes / MEGABYTE,
        "max_mb": 300,
    }
    if not rules.min_bytes <= media.bytes <= rules.max_bytes:
        yield Hit(params={"variant": "outside", **params})
    elif media.bytes < 100 * 2**20 or media.bytes > 300 * MEGABYTE:
        # Inside by one reading of 兆 and outside by the other.
        yield Hit(severity=Severity.INFO, params={"variant": "edge", **params})


def _resolution(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    media, least = _media(artifacts), artifacts.config.profile.media.min_display_height
    picture = _picture(media)
    if picture is None:
        yield CannotTell(reason="no-picture")
    # «1080p» counts the lines of a landscape picture: the shorter side as shown.
    elif min(picture.display_width, picture.display_height) < least:
        yield Hit(
            params={
                "width": picture.display_width,
                "height": picture.display_height,
                "least": least,
            }
        )


def _aspect_ratio(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    media, rules = _media(artifacts), artifacts.config.profile.media
    picture = _picture(media)
    if picture is None or not picture.display_height:
        yield CannotTell(reason="no-picture")
        return
    wide, high = rules.aspect_ratio
    found = picture.display_width / picture.display_height
    if abs(found / (wide / high) - 1) > rules.aspect_tolerance:
        yield Hit(
            params={
                "width": picture.display_width,
                "height": picture.display_height,
                "found": round(found, 3),
                "wanted": f"{wide}:{high}",
                "tolerance_percent": 100 * rules.aspect_tolerance,
            }
        )


def _credits(artifacts: Artifacts) -> Iterator[CannotTell]:
    media = _media(artifacts)
    yield CannotTell(reason="credits-need-a-person", params={"end_s": _seconds(media.duration_ms)})


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else round(ms / 1000, 2)


_NEEDS: Final[frozenset[Need]] = frozenset({"media"})

RULES: Final = (
    Rule(
        id="media-unreadable",
        group="media",
        severity=Severity.ERROR,
        needs=_NEEDS,
        title=Words(zh="视频无法完整解码", en="Video does not decode"),
        explanation=Words(
            zh="声音解码出错，或文件里没有画面：播放时会卡顿、花屏或没有图像。",
            en="The sound has decoding errors, or there is no picture: it will stutter or stay black.",
        ),
        message=Words(
            zh="{name} 解码到 {decoded_s} 秒，过程中有错误。",
            en="{name} decodes up to {decoded_s} s, with errors on the way.",
        ),
        messages={
            "no-picture": Words(zh="{name} 里没有画面。", en="There is no picture in {name}.")
        },
        remedy=Words(
            zh="请从剪辑软件重新导出，播放检查一遍再提交。",
            en="Export it again from the editor and watch it through before handing in.",
        ),
        limits=Words(
            zh="逐包读取画面并解码全部声音，但不逐帧解码画面：画面内部的损坏可能看不出来。",
            en="All packets of the picture are read and all sound is decoded, but not every frame of "
            "the picture: damage within frames may go unseen.",
        ),
        run=_unreadable,
        catches=_with(complete=False, complete_reason="decode-errors", decoded_ms=60_000),
        leaves=_OK,
        required=True,
        award=True,
    ),
    Rule(
        id="media-truncated",
        group="media",
        severity=Severity.ERROR,
        needs=_NEEDS,
        title=Words(zh="视频文件不完整", en="Video file is cut off"),
        explanation=Words(
            zh="文件在传输或导出时被截断，或者文件头声明的长度与实际内容不符。",
            en="The file was cut off in transfer or export, or its header announces more than it holds.",
        ),
        message=Words(
            zh="{name} 不完整（{reason}）：声明 {announced_s} 秒，实际到 {decoded_s} 秒。",
            en="{name} is incomplete ({reason}): {announced_s} s announced, {decoded_s} s there.",
        ),
        remedy=Words(
            zh="请重新复制、上传或导出这个文件。", en="Copy, upload or export the file again."
        ),
        limits=Words(
            zh="检查文件盒结构、画面数据包和声音的解码长度；相差 1 秒以内视为完整。",
            en="Looks at the box structure, the picture's packets and the decoded length of the "
            "sound; a difference within 1 s counts as whole.",
        ),
        run=_truncated,
        catches=_with(complete=False, complete_reason="packets-short", decoded_ms=60_000),
        leaves=_OK,
        required=True,
        award=True,
    ),
    Rule(
        id="no-audio",
        group="media",
        severity=Severity.ERROR,
        needs=_NEEDS,
        title=Words(zh="没有声音", en="No sound"),
        explanation=Words(
            zh="作品应有普通话或藏语旁白；没有声音轨或全程静音的视频无法评审。",
            en="A work has a narration in Mandarin or Tibetan; without sound it cannot be judged.",
        ),
        message=Words(zh="视频没有声音轨。", en="The video has no sound track."),
        messages={
            "absent": Words(zh="视频没有声音轨。", en="The video has no sound track."),
            "silent": Words(
                zh="声音轨全程静音（峰值 {peak_db} dBFS）。",
                en="The sound track is silent throughout (peak {peak_db} dBFS).",
            ),
        },
        remedy=Words(
            zh="请检查导出时是否勾选了音频，声道是否被静音。",
            en="See whether sound was switched off on export or a channel was muted.",
        ),
        limits=Words(
            zh="只看第一条声音轨；峰值低于 -60 dBFS 视为静音。",
            en="Only the first sound track is looked at; a peak below -60 dBFS counts as silence.",
        ),
        run=_no_audio,
        catches=_with(audio=()),
        leaves=_OK,
        required=True,
        award=True,
    ),
    Rule(
        id="container",
        group="media",
        severity=Severity.ERROR,
        needs=_NEEDS,
        title=Words(zh="文件格式", en="File format"),
        explanation=Words(
            zh="通知要求作品为 MP4 格式。这里看的是文件内容，不是扩展名。",
            en="The notice asks for MP4. What counts is the content, not the name's ending.",
        ),
        message=Words(
            zh="文件实际是 {found} 格式，要求 {wanted}。",
            en="The file is {found} inside; {wanted} is asked for.",
        ),
        remedy=Words(
            zh="请导出为 MP4（H.264 画面、AAC 声音），不要只改扩展名。",
            en="Export it as MP4 (H.264 and AAC); renaming is not enough.",
        ),
        limits=Words(
            zh="QuickTime（mov）与 MP4 结构相近，按主品牌区分。",
            en="QuickTime (mov) is close to MP4 and told apart by its major brand.",
        ),
        run=_container,
        catches=_with(container="matroska"),
        leaves=_OK,
        required=True,
        award=True,
    ),
    Rule(
        id="duration",
        group="media",
        severity=Severity.ERROR,
        needs=_NEEDS,
        title=Words(zh="时长", en="Length"),
        explanation=Words(zh="通知要求时长为 2—5 分钟。", en="The notice asks for 2 to 5 minutes."),
        message=Words(
            zh="时长 {found_s} 秒，要求 {min_s}—{max_s} 秒。",
            en="It lasts {found_s} s; {min_s} to {max_s} s are asked for.",
        ),
        remedy=Words(
            zh="请调整剪辑，使总时长在要求之内。", en="Cut it to the length that is asked for."
        ),
        limits=Words(
            zh="以最长的画面或声音流为准，两端各留 0.5 秒的测量余量。",
            en="The longest picture or sound stream counts, with half a second for measuring.",
        ),
        run=_duration,
        catches=_with(duration_ms=90_000, decoded_ms=90_000),
        leaves=_OK,
        required=True,
        award=True,
    ),
    Rule(
        id="file-size",
        group="media",
        severity=Severity.ERROR,
        needs=_NEEDS,
        title=Words(zh="文件大小", en="File size"),
        explanation=Words(
            zh="通知要求单个视频为 100-300 兆。兆有两种读法（10⁶ 字节或 2²⁰ 字节），按较宽的一种判断，"
            "只在一种读法内的给出提示。",
            en="The notice asks for 100 to 300 兆. Read as 10⁶ or 2²⁰ bytes, the wider reading "
            "decides; a size inside only one of them draws a note.",
        ),
        message=Words(
            zh="文件 {found_mb} MB（{found_mib} MiB），要求 {min_mb:g}-{max_mb} 兆。",
            en="The file has {found_mb} MB ({found_mib} MiB); {min_mb:g} to {max_mb} are asked for.",
        ),
        messages={
            "edge": Words(
                zh="文件 {found_mb} MB（{found_mib} MiB），按兆的一种读法在 {min_mb:g}-{max_mb} 兆之内，"
                "按另一种不在。",
                en="The file has {found_mb} MB ({found_mib} MiB): within {min_mb:g} to {max_mb} by one "
                "reading of 兆 and not by the other.",
            )
        },
        remedy=Words(
            zh="请调整导出时的码率：太小就提高，太大就降低。",
            en="Change the bit rate on export: higher if too small, lower if too big.",
        ),
        limits=Words(zh="只看字节数，不看画质。", en="Bytes are counted; quality is not judged."),
        run=_file_size,
        catches=_with(bytes=20 * MEGABYTE),
        leaves=_OK,
        required=True,
        award=True,
    ),
    Rule(
        id="resolution",
        group="media",
        severity=Severity.ERROR,
        needs=_NEEDS,
        title=Words(zh="分辨率", en="Resolution"),
        explanation=Words(
            zh="通知要求分辨率为 1080p 以上。按播放时的显示尺寸判断（计入像素宽高比和旋转）。",
            en="The notice asks for 1080p or more. The size as shown counts, after pixel aspect and "
            "rotation.",
        ),
        message=Words(
            zh="画面显示为 {width}×{height}，短边应不小于 {least}。",
            en="The picture shows as {width}×{height}; its shorter side should be {least} or more.",
        ),
        remedy=Words(
            zh="请用 1920×1080 或更高的分辨率重新导出；放大低分辨率画面不会更清晰。",
            en="Export at 1920×1080 or more; scaling a small picture up does not sharpen it.",
        ),
        limits=Words(zh="不判断画面是否由低分辨率放大。", en="Upscaling is not detected."),
        run=_resolution,
        catches=_with_picture(width=1280, height=720, display_width=1280, display_height=720),
        leaves=_OK,
        required=True,
        award=True,
    ),
    Rule(
        id="aspect-ratio",
        group="media",
        severity=Severity.ERROR,
        needs=_NEEDS,
        title=Words(zh="画幅比例", en="Aspect ratio"),
        explanation=Words(
            zh="通知要求画幅比例为 16:9。按显示尺寸判断。",
            en="The notice asks for 16:9, judged by the size as shown.",
        ),
        message=Words(
            zh="画面显示为 {width}×{height}（{found}:1），要求 {wanted}，容差 {tolerance_percent:g}%。",
            en="The picture shows as {width}×{height} ({found}:1); {wanted} is asked for, give or "
            "take {tolerance_percent:g}%.",
        ),
        remedy=Words(
            zh="请在 16:9 的工程里重新导出；竖屏素材可加背景。",
            en="Export from a 16:9 project; put upright footage on a background.",
        ),
        limits=Words(
            zh="画面内的黑边不计：带黑边的 16:9 视为 16:9。",
            en="Black bars inside the picture are not seen: a letterboxed 16:9 counts as 16:9.",
        ),
        run=_aspect_ratio,
        catches=_with_picture(width=1440, height=1080, display_width=1440, display_height=1080),
        leaves=_OK,
        required=True,
        award=True,
    ),
    Rule(
        id="credits",
        group="award",
        severity=Severity.INFO,
        needs=_NEEDS,
        title=Words(zh="片头片尾署名", en="Opening and closing credits"),
        explanation=Words(
            zh="通知要求作品有片头、正片、片尾，片头或片尾的署名体现权属。需要人看。",
            en="The notice asks for an opening, a body and a closing, with credits that show who owns "
            "the work. A person has to look.",
        ),
        message=Words(zh="请人工查看片头和片尾。", en="Look at the opening and the closing."),
        remedy=Words(
            zh="请确认片头或片尾写明作者或单位。",
            en="See that the opening or closing names the authors or units.",
        ),
        limits=Words(
            zh="不做自动判断，结论总是“未能判断”。", en="Never judged here: always unknown."
        ),
        run=_credits,
        catches=_OK,
        leaves=_OK,
        required=False,
        award=True,
    ),
)
