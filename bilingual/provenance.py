"""How a report was made: versions, models and settings, without local paths."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

import bilingual
from bilingual.checks.base import Artifacts
from bilingual.result import ModelUse, Provenance

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
    "sacrebleu",
    "webvtt-py",
)


def provenance(artifacts: Artifacts) -> Provenance:
    """What this run used. ``created`` follows SOURCE_DATE_EPOCH where it is set."""
    return Provenance(
        tool=TOOL,
        version=bilingual.__version__,
        created=_now(),
        dependencies={name: v for name in _DEPENDENCIES if (v := _version(name)) is not None},
        models=tuple(_models(artifacts)),
        ffmpeg=_ffmpeg(artifacts),
        tokenizer=_tokenizer(artifacts),
        config=artifacts.config.to_dict(),
    )


def _now() -> str:
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)
    return moment.isoformat(timespec="seconds")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
