"""The sound and a still of a flagged cue, to be played where the finding stands.

Both go through the one door to ffmpeg (``bilingual.media``) and come as data
within the page: nothing is fetched, and the video itself is not embedded.
"""

from __future__ import annotations

import base64
import io
import wave
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bilingual.config import Config, MediaLimits
from bilingual.errors import BilingualError
from bilingual.files import checked_path
from bilingual.locale import error_sentence
from bilingual.render.notebook.figures import finding_start
from bilingual.render.notebook.shown import cue_text, framed, rows_only, text, texts
from bilingual.render.words import clock, message, rule_title, ui

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bilingual.model import Media, Report

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
    document = report.to_dict()
    try:
        path = checked_path(video)
        sound = _sound(path, limits)
        found = [
            (n, f, span)
            for n, f in enumerate(document["findings"])
            if (span := _span(f, document)) is not None
        ][:most]
        pictures = _stills(path, report.media, limits, [(a + b) // 2 for _, _, (a, b) in found])
    except BilingualError as error:
        return _silent(error_sentence(error.code, error.params, language), language)
    if not found:
        return Listening(framed(f"<p>{escape(ui('nb-none', language))}</p>"))
    parts = [
        _player(n, f, span, sound, pictures.get((span[0] + span[1]) // 2), document, language)
        for n, f, span in found
    ]
    return Listening(framed(*parts))


def _silent(reason: str, language: str) -> Listening:
    return Listening(framed(f"<p>{escape(ui('nb-no-sound', language, reason=reason))}</p>"))


def _sound(path: Path, limits: MediaLimits) -> NDArray[np.float32]:
    from bilingual.media.audio import read_audio

    return read_audio(path, limits, sample_rate=RATE)


def _stills(
    path: Path, media: Media | None, limits: MediaLimits, times: list[int]
) -> dict[int, bytes]:
    from bilingual.media.stills import stills

    if media is None:
        return {}
    return {s.at_ms: s.jpeg for s in stills(path, media, limits, times, width=_WIDTH)}


def _span(finding: Mapping[str, Any], document: Mapping[str, Any]) -> tuple[int, int] | None:
    """What to play: the finding's time with a little around it, ten seconds at most."""
    start = finding_start(finding, document)
    if start is None:
        return None
    ends = [
        document["tracks"][side]["cues"][i]["end_ms"]
        for side in ("zh", "bo")
        if document["tracks"][side]
        for i in finding[side][:3]
    ]
    end = finding["span_ms"][1] if finding["span_ms"] else max(ends, default=start)
    if end - start < 1000:
        end = start + 3000
    start = max(0, start - _AROUND_MS)
    return start, min(end + _AROUND_MS, start + _LONGEST_MS)


def _player(
    number: int,
    finding: Mapping[str, Any],
    span: tuple[int, int],
    sound: NDArray[np.float32],
    picture: bytes | None,
    document: Mapping[str, Any],
    language: str,
) -> str:
    title = ui(
        "nb-listen",
        language,
        number=number + 1,
        title=rule_title(finding["rule"], language),
        time=f"{clock(span[0])}–{clock(span[1])}",
    )
    data = base64.b64encode(wav(sound[span[0] * RATE // 1000 : span[1] * RATE // 1000])).decode()
    spoken = escape(title, quote=True)
    parts = [
        f"<p><b>{escape(title)}</b><br>{escape(message(finding, language))}</p>",
        f'<audio controls aria-label="{spoken}" src="data:audio/wav;base64,{data}"></audio>',
    ]
    if picture is not None:
        still = base64.b64encode(picture).decode()
        alt = escape(clock((span[0] + span[1]) // 2), quote=True)
        parts.append(f'<br><img alt="{alt}" width="{_WIDTH}" src="data:image/jpeg;base64,{still}">')
    rows = [
        [text(ui("role-" + side, language).strip()), cue_text("\n".join(shown), side)]
        for side in ("zh", "bo")
        if (shown := texts(document, side, finding[side]))
    ]
    return "".join(parts) + rows_only(rows)


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
