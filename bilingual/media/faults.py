"""What is wrong with a file as a whole, by code."""

from __future__ import annotations

from typing import Final

from bilingual.media.ebml import flv_fault, matroska_fault, riff_fault
from bilingual.media.sources import Source
from bilingual.media.tables import Walk, walk
from bilingual.media.transport import OPEN_END, transport_fault

TRUNCATED: Final = frozenset(
    {
        "box-truncated",  # a part announces more bytes than are left
        "box-missing-moov",  # there is no index: it mostly is at the end
        "box-missing-mdat",  # there is an index and nothing that it points to
        "samples-missing",  # the index points beyond the end
        "header-lies",  # a header announces more time than the samples last
        "packets-short",  # the picture ends before its announced end
        "audio-short",  # so does the sound, by what decodes
        "payload-empty",  # zeros where the picture should be: a download's gaps
        "timestamps-stretched",  # few frames spread over a long time
    }
)
"""Reasons for a file that does not hold what it announces."""

DAMAGED: Final = frozenset(
    {"box-invalid", "picture-undecodable", "picture-damaged", "audio-damaged"}
)
"""Reasons for content that cannot be decoded, wholly or in part."""

UNJUDGED: Final = frozenset({"fragments-unannounced", OPEN_END})
"""Reasons why a file cannot be judged whole or not."""

_LOOKS: Final = {
    "matroska": matroska_fault,
    "wav": riff_fault,
    "avi": riff_fault,
    "flv": flv_fault,
    "mpegts": transport_fault,
}


def walk_of(source: Source) -> Walk:
    """The boxes of an ISO base media file; an empty walk for another family."""
    if source.family == "mov":
        return walk(source.descriptor, source.bytes)
    look = _LOOKS.get(source.family)
    fault = None if look is None else look(source.descriptor, source.bytes)
    return Walk(kinds=(), fault=fault)


def fault_of(source: Source) -> str | None:
    """What the outermost structure alone shows to be wrong; ``None``: nothing."""
    return walk_of(source).fault
