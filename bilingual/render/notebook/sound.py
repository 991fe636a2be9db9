"""The sound and a still of a flagged cue, to be played beside its finding.

Both go through the one door to ffmpeg (``bilingual.media``) and come as data
within the page: nothing is fetched, and the video itself is not embedded.
"""

from __future__ import annotations

import base64
import io
import wave
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bilingual.config import Config, MediaLimits
from bilingual.errors import BilingualError
from bilingual.files import checked_path, held, refuse_other
from bilingual.locale import error_sentence
from bilingual.model import LANGUAGES, Finding, Language, Media, Report
from bilingual.render.notebook.places import texts
from bilingual.render.notebook.shown import cue_text, framed, rows_only, text
from bilingual.render.timeline import start_of
from bilingual.render.words import clock, message, rule_title, ui

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE: Final = 16_000
_AROUND_MS: Final = 300
_LONGEST_MS: Final = 10_000
_WIDTH: Final = 320


@dataclass(frozen=True, slots=True)
class Listening:
    """Players for some findings; shows itself in a notebook."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


def listen(
    report: Report,
    video: Path | str | None,
    *,
    config: Config | None = None,
    most: int = 6,
    language: str = "zh",
) -> Listening:
    """Sound and a still for the gravest findings that have a time.

    :param most: how many findings at the most, in the report's order.
    :return: players; where there is no video or no sound, a sentence that says so.
    """
    if video is None:
        return _silent(ui("nb-no-video", language), language)
    limits = (config or Config.load()).media
    try:
        path = checked_path(video)
        with held(path):
            refuse_other(path, report.inputs, "video")
            return _listening(report, path, limits, most, language)
    except BilingualError as error:
        return _silent(error_sentence(error.code, error.params, language), language)


def _listening(
    report: Report, path: Path, limits: MediaLimits, most: int, language: str
) -> Listening:
    sound = _sound(path, limits, report.media)
    found = [
        (n, f, span)
        for n, f in enumerate(report.findings)
        if (span := _span(f, report)) is not None
    ][:most]
    pictures = _stills(path, report.media, limits, [(a + b) // 2 for _, _, (a, b) in found])
    if not found:
        return Listening(framed(f"<p>{escape(ui('nb-none', language))}</p>"))
    parts = []
    for n, finding, (start, end) in found:
        title = ui(
            "nb-listen",
            language,
            number=n + 1,
            title=rule_title(finding.rule, language),
            time=f"{clock(start)}–{clock(end)}",
        )
        middle = (start + end) // 2
        parts += [
            f"<p><b>{escape(title)}</b><br>{escape(message(finding, language))}</p>",
            _player(title, sound[start * RATE // 1000 : end * RATE // 1000]),
            _still(middle, pictures.get(middle)),
            _cues(finding, report, language),
        ]
    return Listening(framed(*parts))


def _silent(reason: str, language: str) -> Listening:
    return Listening(framed(f"<p>{escape(ui('nb-no-sound', language, reason=reason))}</p>"))


def _sound(path: Path, limits: MediaLimits, media: Media | None) -> NDArray[np.float32]:
    from bilingual.media.audio import read_audio

    stream = None if media is None else media.audio_stream
    return read_audio(path, limits, stream=stream, sample_rate=RATE)


def _stills(
    path: Path, media: Media | None, limits: MediaLimits, times: list[int]
) -> dict[int, bytes]:
    from bilingual.media.stills import stills

    if media is None:
        return {}
    return {s.at_ms: s.jpeg for s in stills(path, media, limits, times, width=_WIDTH)}


def _span(finding: Finding, report: Report) -> tuple[int, int] | None:
    """What to play (ms): the finding's time with a little around it, ten seconds at most."""
    start = start_of(finding, report)
    if start is None:
        return None
    ends = [
        track.cues[index].end_ms
        for side in LANGUAGES
        if (track := report.track(side)) is not None
        for index in getattr(finding, side)[:3]
    ]
    end = finding.span_ms.end_ms if finding.span_ms else max(ends, default=start)
    if end - start < 1000:
        end = start + 3000
    start = max(0, start - _AROUND_MS)
    return start, min(end + _AROUND_MS, start + _LONGEST_MS)


def _player(title: str, samples: NDArray[np.float32]) -> str:
    data = base64.b64encode(wav(samples)).decode()
    spoken = escape(title, quote=True)
    return f'<audio controls aria-label="{spoken}" src="data:audio/wav;base64,{data}"></audio>'


def _still(at_ms: int, jpeg: bytes | None) -> str:
    if jpeg is None:
        return ""
    data = base64.b64encode(jpeg).decode()
    alt = escape(clock(at_ms), quote=True)
    return f'<br><img alt="{alt}" width="{_WIDTH}" src="data:image/jpeg;base64,{data}">'


def _cues(finding: Finding, report: Report, language: str) -> str:
    sides: tuple[tuple[Language, tuple[int, ...]], ...] = (("zh", finding.zh), ("bo", finding.bo))
    return rows_only(
        [text(ui("role-" + side, language).strip()), cue_text("\n".join(shown), side)]
        for side, indices in sides
        if (shown := texts(report, side, indices))
    )


def wav(samples: NDArray[np.float32]) -> bytes:
    """Mono samples (-1..1) as a 16-bit WAV file at 16 kHz."""
    import numpy as np

    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()
