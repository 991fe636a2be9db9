"""Small works, as bytes."""

from __future__ import annotations

from tests.fixes.test_fixing import BO, ZH, srt

SOUND_BO = srt(BO).encode()
ZH_FILE = srt(ZH).encode()
FAULTY_BO = srt((BO[0], ZH[1], *BO[2:])).encode()
"""The second cue is still Chinese."""

SPOILT_BO = srt((BO[0] + "  ", *BO[1:])).replace("\n\n", "\n\n\n").encode("utf-16")
"""What can be fixed for certain: its encoding."""
