"""Is the file what the award asks for: container, length, size, picture?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bilingual.checks._media import (
    MEGABYTE,
    SOUND,
    media_of,
    seconds,
    with_media,
    with_picture,
)
from bilingual.checks.base import Artifacts, CannotTell, Hit, Need, Rule, Words
from bilingual.config import MediaRules
from bilingual.model import Reason, Severity

DURATION_TOLERANCE_MS: Final = 100
"""Containers round a stream's end to whole frames and sound packets."""

# As people call what a container's short name stands for; the others in capitals.
_SHOWN: Final = {
    "matroska": "MKV / WebM",
    "mov": "QuickTime (MOV)",
    "mpegts": "TS / M2TS",
    "asf": "WMV (ASF)",
    "rm": "RMVB (RealMedia)",
    "mpeg": "MPG / VOB",
    "mpegvideo": "MPEG",
}

MEBIBYTE: Final = 1 << 20

_LEAST_OWN: Final = 0.8
"""Share of a film's length that is its own, below which the rest is reported."""


def container_name(container: str) -> str:
    """What people call a container, by its short name as it is measured."""
    return _SHOWN.get(container, container.upper())


def _container(artifacts: Artifacts) -> Iterator[Hit]:
    media = media_of(artifacts)
    wanted = artifacts.config.profile.media.containers
    if media.container not in wanted:
        yield Hit(
            params={
                "found": media.container,
                "name": container_name(media.container),
                "wanted": [name.upper() for name in wanted],
                "brand": media.brand,
            }
        )


def _duration(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    media, rules = media_of(artifacts), artifacts.config.profile.media
    if media.complete_reason == "container-unread":
        params = {"container": media.container}
        yield CannotTell(reason=Reason(code="container-unread", params=params))
        return
    if media.duration_ms is None or media.complete is False:
        yield CannotTell(reason=Reason(code="media-incomplete"))
        return
    low, high = rules.min_duration_ms, rules.max_duration_ms
    own = media.duration_ms - media.repeated_ms - media.held_ms
    if not low - DURATION_TOLERANCE_MS <= media.duration_ms <= high + DURATION_TOLERANCE_MS:
        yield Hit(
            params={
                "variant": "short" if media.duration_ms < low else "long",
                "found_s": seconds(media.duration_ms),
                "by_s": seconds(max(low - media.duration_ms, media.duration_ms - high)),
                "min_s": low // 1000,
                "max_s": high // 1000,
            }
        )
    elif own < low - DURATION_TOLERANCE_MS or own < _LEAST_OWN * media.duration_ms:
        # A film that only comes back to a piece of its own is none the shorter for it.
        enough = own >= low - DURATION_TOLERANCE_MS
        yield Hit(
            severity=Severity.WARNING if enough or not media.repeated_ms else Severity.ERROR,
            params={
                "variant": "repeated" if media.repeated_ms >= media.held_ms else "held",
                "found_s": seconds(max(0, own)),
                "shown_s": seconds(media.duration_ms),
                "repeated_s": seconds(media.repeated_ms),
                "held_s": seconds(media.held_ms),
                "min_s": low // 1000,
                "max_s": high // 1000,
            },
        )


def _file_size(artifacts: Artifacts) -> Iterator[Hit]:
    media, rules = media_of(artifacts), artifacts.config.profile.media
    least, most = _numbers(rules)
    params = {
        "found_mb": round(media.bytes / MEGABYTE, 2),
        "found_mib": round(media.bytes / MEBIBYTE, 2),
        "bytes": media.bytes,
        "min": least,
        "max": most,
    }
    if media.bytes < rules.min_bytes:
        yield Hit(params={"variant": "small", **params})
    elif media.bytes > rules.max_bytes:
        yield Hit(params={"variant": "big", **params})
    elif media.bytes < least * MEBIBYTE or media.bytes > most * MEGABYTE:
        # Inside by one reading of 兆 and outside by the other.
        yield Hit(severity=Severity.INFO, params={"variant": "edge", **params})


def _numbers(rules: MediaRules) -> tuple[int, int]:
    """The notice's own numbers: the profile reads the lower one as 10^6 bytes
    each and the upper one as 2^20, the wider reading at each end.
    """
    return rules.min_bytes // MEGABYTE, rules.max_bytes // MEBIBYTE


def _resolution(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    media, least = media_of(artifacts), artifacts.config.profile.media.min_display_height
    picture = media.picture
    if picture is None:
        yield CannotTell(reason=Reason(code="no-picture"))
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
    media, rules = media_of(artifacts), artifacts.config.profile.media
    picture = media.picture
    if picture is None or not picture.display_height or not picture.display_width:
        yield CannotTell(reason=Reason(code="no-picture"))
        return
    wide, high = rules.aspect_ratio
    found = picture.display_width / picture.display_height
    if abs(found / (wide / high) - 1) > rules.aspect_tolerance:
        yield Hit(
            params={
                "variant": "upright" if found < 1 < wide / high else "other",
                "width": picture.display_width,
                "height": picture.display_height,
                "found": round(found, 3),
                "wanted": f"{wide}:{high}",
                "tolerance_percent": 100 * rules.aspect_tolerance,
            }
        )


_NEEDS: Final[frozenset[Need]] = frozenset({"media"})

RULES: Final = (
    Rule(
        id="container",
        group="media",
        severity=Severity.ERROR,
        needs=_NEEDS,
        title=Words(zh="文件格式", en="File format"),
        holds=Words(zh="格式为 MP4", en="The file is MP4"),
        asks=Words(zh="格式是否为 MP4", en="Whether the file is MP4"),
        explanation=Words(
            zh="通知要求作品为 MP4 格式。这里看的是文件内容，不是扩展名。",
            en="The notice requires MP4. What counts is the content, not the file name.",
        ),
        message=Words(
            zh="文件内容是 {name} 格式，要求 {wanted}。",
            en="The content of the file is {name}; {wanted} is required.",
        ),
        remedy=Words(
            zh="在剪辑软件的“导出”里选 MP4（画面 H.264，声音 AAC）重新导出；只改扩展名没有用。",
            en="In the export dialogue of your editor choose MP4 (H.264 picture, AAC sound) and export again; renaming the file is not enough.",
        ),
        limits=Words(
            zh="QuickTime（mov）与 MP4 结构相近，按主品牌区分。WMV、RMVB、MPG 等只认出格式，不打开："
            "画面和声音无从检查，字幕照常检查。",
            en="QuickTime (mov) is close to MP4; its major brand tells them apart. WMV, RMVB, MPG and others are recognised and not opened: picture and sound cannot be checked, the subtitles are.",
        ),
        run=_container,
        catches=with_media(container="matroska"),
        leaves=SOUND,
        required=True,
        award=True,
    ),
    Rule(
        id="duration",
        group="media",
        severity=Severity.ERROR,
        also=(Severity.WARNING,),
        needs=_NEEDS,
        title=Words(zh="时长", en="Duration"),
        holds=Words(zh="时长符合要求", en="The duration is as required"),
        asks=Words(zh="时长是否符合要求", en="Whether the duration is as required"),
        explanation=Words(
            zh="通知规定了作品的时长（2024 年为 2—5 分钟）。",
            en="The notice sets the duration of a work (2 to 5 minutes in 2024).",
        ),
        message=Words(
            zh="时长 {found_s} 秒，要求 {min_s}—{max_s} 秒。",
            en="The duration is {found_s} s; {min_s} to {max_s} s are required.",
        ),
        messages={
            "short": Words(
                zh="时长 {found_s} 秒，要求 {min_s}—{max_s} 秒，短了 {by_s} 秒。",
                en="The duration is {found_s} s; {min_s} to {max_s} s are required: {by_s} s too short.",
            ),
            "long": Words(
                zh="时长 {found_s} 秒，要求 {min_s}—{max_s} 秒，长了 {by_s} 秒。",
                en="The duration is {found_s} s; {min_s} to {max_s} s are required: {by_s} s too long.",
            ),
            "repeated": Words(
                zh="播放 {shown_s} 秒，其中 {repeated_s} 秒是重复播放同一段素材；不重复的内容只有 {found_s} 秒，要求 {min_s}—{max_s} 秒。",
                en="It plays for {shown_s} s, but {repeated_s} s of that show the same material again: {found_s} s are distinct; {min_s} to {max_s} s are required.",
            ),
            "held": Words(
                zh="播放 {shown_s} 秒，其中 {held_s} 秒只是文件让单帧画面停住不动；其余内容只有 {found_s} 秒，要求 {min_s}—{max_s} 秒。",
                en="It plays for {shown_s} s, but for {held_s} s of that the file only holds single frames: {found_s} s remain; {min_s} to {max_s} s are required.",
            ),
        },
        remedy=Words(
            zh="请调整剪辑，使总时长（含片头片尾）在 {min_s}—{max_s} 秒之间，再重新导出。",
            en="Edit the film to {min_s}–{max_s} s, opening and closing included, and export it again.",
        ),
        remedies={
            "short": Words(
                zh="请在剪辑里补上至少 {by_s} 秒内容（总时长含片头片尾），再重新导出。",
                en="Add at least {by_s} s to the film (opening and closing count) and export it again.",
            ),
            "long": Words(
                zh="请在剪辑里删去至少 {by_s} 秒（总时长含片头片尾），再重新导出。",
                en="Cut at least {by_s} s from the film (opening and closing count) and export it again.",
            ),
            "repeated": Words(
                zh="请用新的素材代替重复播放的 {repeated_s} 秒，再重新导出。",
                en="Replace the {repeated_s} s that are played again with new material, and export it again.",
            ),
            "held": Words(
                zh="请检查剪辑末尾和停住的画面：删去多余的 {held_s} 秒，或换成有内容的画面，再重新导出。",
                en="Look for pictures that stand still, at the end above all: remove the {held_s} s or replace them, and export again.",
            ),
        },
        limits=Words(
            zh="以画面的长度为准，首尾的界限都算在内，另留 0.1 秒的测量余量。"
            "重复播放的素材（编辑列表、重复的样本或数据包）和单帧停留超过 10 秒的部分不算时长；重新编码过的重复看不出来。",
            en="The length of the picture counts. Both limits are inclusive, with a tolerance of 0.1 s. Material shown again (by an edit list, repeated samples or copied packets) is no length of its own, nor is what a single frame is held beyond 10 s; a repetition that was encoded again is not detected.",
        ),
        run=_duration,
        catches=with_media(duration_ms=90_000, decoded_ms=90_000),
        leaves=SOUND,
        required=True,
        award=True,
    ),
    Rule(
        id="file-size",
        group="media",
        severity=Severity.ERROR,
        also=(Severity.INFO,),
        needs=_NEEDS,
        title=Words(zh="文件大小", en="File size"),
        holds=Words(zh="文件大小符合要求", en="The file size is as required"),
        asks=Words(zh="文件大小是否符合要求", en="Whether the file size is as required"),
        explanation=Words(
            zh="通知规定了单个视频的大小（2024 年为 100-300 兆）。兆有两种读法（10⁶ 字节或 2²⁰ 字节），按较宽的一种判断，"
            "只在一种读法内的给出提示。",
            en="The notice sets the file size (100 to 300 兆, megabytes, in 2024). That may mean 10⁶ or 2²⁰ bytes: the wider range decides, and a size within only one of them is a note.",
        ),
        message=Words(
            zh="文件 {found_mb} MB（{found_mib} MiB），要求 {min}-{max} 兆。",
            en="The file has {found_mb} MB ({found_mib} MiB); {min} to {max} MB are required.",
        ),
        messages={
            "small": Words(
                zh="文件 {found_mb} MB（{found_mib} MiB），小于要求的 {min} 兆（按 10⁶ 字节算）。",
                en="The file has {found_mb} MB ({found_mib} MiB), less than the required {min} MB (of 10⁶ bytes).",
            ),
            "big": Words(
                zh="文件 {found_mb} MB（{found_mib} MiB），大于要求的 {max} 兆（按 2²⁰ 字节算）。",
                en="The file has {found_mb} MB ({found_mib} MiB), more than the allowed {max} MB (of 2²⁰ bytes).",
            ),
            "edge": Words(
                zh="文件 {found_mb} MB（{found_mib} MiB）：按兆的一种读法在 {min}-{max} 兆之内，"
                "按另一种不在。这里算合格；为稳妥可再离界限远一些。",
                en="The file has {found_mb} MB ({found_mib} MiB): within {min} to {max} MB by one definition of a megabyte (10⁶ or 2²⁰ bytes) but not by the other. It passes; a size further from the limit is safer.",
            ),
        },
        remedy=Words(
            zh="在导出设置里调整码率：太小就提高，太大就降低，使文件在 {min}-{max} 兆之间。",
            en="Change the bit rate in the export settings: higher if the file is too small, lower if too large, to between {min} and {max} MB.",
        ),
        remedies={
            "small": Words(
                zh="在导出设置里提高码率（现在 {found_mb} MB，至少 {min} MB），从剪辑软件重新导出；不要用空数据凑大小。",
                en="Raise the bit rate in the export settings (now {found_mb} MB, at least {min} MB) and export from the editor again; do not pad the file.",
            ),
            "big": Words(
                zh="在导出设置里降低码率（现在 {found_mb} MB，至多 {max} MB），从剪辑软件重新导出。",
                en="Lower the bit rate in the export settings (now {found_mb} MB, at most {max} MB) and export from the editor again.",
            ),
            "edge": Words(
                zh="为稳妥，可把码率稍微调离界限再导出，使文件明显在 {min}-{max} 兆之内。",
                en="To be safe, change the bit rate a little and export again, so that the file is clearly between {min} and {max} MB.",
            ),
        },
        limits=Words(zh="只看字节数，不看画质。", en="Only the size is checked, not the quality."),
        run=_file_size,
        catches=with_media(bytes=20 * MEGABYTE),
        leaves=SOUND,
        required=True,
        award=True,
    ),
    Rule(
        id="resolution",
        group="media",
        severity=Severity.ERROR,
        needs=_NEEDS,
        title=Words(zh="分辨率", en="Resolution"),
        holds=Words(zh="分辨率符合要求", en="The resolution is as required"),
        asks=Words(zh="分辨率是否符合要求", en="Whether the resolution is as required"),
        explanation=Words(
            zh="通知要求分辨率为 1080p 以上。按播放时的显示尺寸判断（计入像素宽高比和旋转）。",
            en="The notice requires 1080p or more. The displayed size counts, after pixel aspect ratio and rotation.",
        ),
        message=Words(
            zh="画面显示为 {width}×{height}，短边应不小于 {least}。",
            en="The displayed size is {width}×{height}; the shorter side must be {least} or more.",
        ),
        remedy=Words(
            zh="把工程设为 1920×1080 或更高（短边至少 {least}），用原始素材重新导出；把小画面放大不会更清晰。",
            en="Set the project to 1920×1080 or more (short side at least {least}) and export from the original footage. Upscaling a small picture does not make it sharper.",
        ),
        limits=Words(zh="不判断画面是否由低分辨率放大。", en="Upscaling is not detected."),
        run=_resolution,
        catches=with_picture(width=1280, height=720, display_width=1280, display_height=720),
        leaves=SOUND,
        required=True,
        award=True,
    ),
    Rule(
        id="aspect-ratio",
        group="media",
        severity=Severity.ERROR,
        needs=_NEEDS,
        title=Words(zh="画幅比例", en="Aspect ratio"),
        holds=Words(zh="画幅比例符合要求", en="The aspect ratio is as required"),
        asks=Words(zh="画幅比例是否符合要求", en="Whether the aspect ratio is as required"),
        explanation=Words(
            zh="通知要求画幅比例为 16:9。按显示尺寸判断。",
            en="The notice requires 16:9, judged by the displayed size.",
        ),
        message=Words(
            zh="画面显示为 {width}×{height}（{found}:1），要求 {wanted}，"
            "容差 {tolerance_percent:g}%。",
            en="The displayed size is {width}×{height} ({found}:1); {wanted} is required, within {tolerance_percent:g}%.",
        ),
        messages={
            "upright": Words(
                zh="画面是竖的，显示为 {width}×{height}；要求横向的 {wanted}。",
                en="The picture is vertical ({width}×{height}); horizontal {wanted} is required.",
            )
        },
        remedy=Words(
            zh="把工程的画幅设为 {wanted}（如 1920×1080），重新导出，不要拉伸画面。",
            en="Set the project's aspect ratio to {wanted} (such as 1920×1080) and export again, without stretching the picture.",
        ),
        remedies={
            "upright": Words(
                zh="把工程改成横向的 {wanted}（如 1920×1080），竖屏素材放在中间、两侧加背景，再重新导出。",
                en="Make the project a horizontal {wanted} (such as 1920×1080), place the upright footage on a background, and export again.",
            )
        },
        limits=Words(
            zh="画面内的黑边不计：带黑边的 16:9 视为 16:9。",
            en="Black bars within the picture are not detected: letterboxed video in a 16:9 frame counts as 16:9.",
        ),
        run=_aspect_ratio,
        catches=with_picture(width=1440, height=1080, display_width=1440, display_height=1080),
        leaves=SOUND,
        required=True,
        award=True,
    ),
)
