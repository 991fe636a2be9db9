"""How a report was made: versions, models and settings, without local paths."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from bilingual._version import __version__
from bilingual.checks.base import Artifacts
from bilingual.errors import DependencyError
from bilingual.model import ModelUse, Provenance

TOOL: Final = "bilingual-subtitles"

_DEPENDENCIES: Final = (
    "botok",
    "click",
    "faster-whisper",
    "ffmpeg-python",
    "numpy",
    "onnxruntime",
    "openai-whisper",
    "opencc",
    "pysrt",
    "rapidocr",
    "sacrebleu",
    "tesserocr",
    "transformers",
    "webvtt-py",
)
_OF_BACKENDS: Final = ("ctranslate2", "tokenizers", "torch", "transformers")
"""Listed where a backend was to run."""

_YEAR_10000: Final = 253_402_300_800


def provenance(artifacts: Artifacts) -> Provenance:
    """What this run used. ``created`` follows SOURCE_DATE_EPOCH where it is set."""
    return Provenance(
        tool=TOOL,
        version=__version__,
        created=created_now(),
        dependencies={
            name: v
            for name in (*_DEPENDENCIES, *(_OF_BACKENDS if artifacts.backends else ()))
            if (v := _version(name)) is not None
        },
        models=tuple(_models(artifacts)),
        ffmpeg=_ffmpeg(artifacts),
        tokenizer=_tokenizer(artifacts),
        backends=artifacts.backends,
        config=artifacts.config.to_dict(),
    )


def created_now() -> str:
    """The time in UTC, ISO 8601 to the second; SOURCE_DATE_EPOCH where it is set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.now(UTC)
    # Digits of ASCII alone: "²" is a digit too, and no number. A year has four of them.
    if re.fullmatch("[0-9]{1,12}", epoch) and int(epoch) < _YEAR_10000:
        moment = datetime.fromtimestamp(int(epoch), UTC)
    return moment.isoformat(timespec="seconds")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _models(artifacts: Artifacts) -> Iterator[ModelUse]:
    """What had a say: glossaries, backends, recogniser, voice activity where run."""
    yield from artifacts.models
    speech = artifacts.speech
    if speech is None:
        return
    if speech.model is not None and (speech.segments is not None or speech.language):
        yield ModelUse(name=speech.model, sha256=speech.model_sha256)
    if (heard := speech.tibetan) is not None and heard.segments is not None:
        yield ModelUse(
            name=heard.model,
            sha256=heard.model_sha256,
            dialect=heard.dialect,
            licence=heard.licence,
        )
    if speech.vad is not None:
        yield ModelUse(name=speech.vad, sha256=_registered_hash(speech.vad))


def _registered_hash(name: str) -> str:
    from bilingual.weights import entry

    return entry(name).files[0].sha256


def _ffmpeg(artifacts: Artifacts) -> str | None:
    if artifacts.media is None:
        return None
    from bilingual.media.binaries import ffmpeg_binaries

    try:
        return ffmpeg_binaries(artifacts.config.media.ffmpeg).version
    except DependencyError:
        return None


def _tokenizer(artifacts: Artifacts) -> dict[str, str | int | None]:
    """Which tier Tibetan words came from; nothing where there is no Tibetan."""
    if artifacts.bo is None:
        return {}
    from bilingual.text import tibetan

    status = tibetan.status(words=artifacts.config.text.words)
    return {"tier": status.tier, "words": status.words, "reason": status.reason}
