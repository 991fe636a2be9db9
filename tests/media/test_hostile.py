"""Hostile files: an error or an honest answer, quickly, and nothing else opened or called."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from bilingual.config import MediaLimits
from bilingual.errors import BilingualError
from bilingual.media.audio import read_audio
from bilingual.media.clips import clips
from bilingual.media.completeness import check
from bilingual.media.ffmpeg import extract_subtitle
from bilingual.media.probe import probe
from bilingual.media.stills import stills
from bilingual.media.waveform import waveform
from bilingual.model import Media
from tests.media.hostile import SECRET, Case, corpus

T = TypeVar("T")
LIMITS = MediaLimits(timeout_s=300)
SPANS = ((0, 900), (2000, 20_000), (3_599_000, 3_600_000))
# Odd, but nothing is wrong with what is in them.
PLAYABLE = {
    "a-title-of-20-million-letters",
    "cover-of-a-gigapixel",
    "headers-without-end",
    "tables-torn",
}

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links, pipes and names of POSIX")


class Trap:
    """A listening socket: whoever connects is caught."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def caught(self) -> bool:
        try:
            self.socket.accept()[0].close()
        except BlockingIOError:
            return False
        return True


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    listening = Trap()
    yield listening
    listening.socket.close()


def outcome(call: Callable[[], T]) -> T | BilingualError:
    try:
        return call()
    except BilingualError as error:
        return error


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory, clip: Path, trap: Trap) -> list[Case]:
    made = corpus(tmp_path_factory.mktemp("hostile") / "files", clip, trap.address)
    assert len(made) >= 40
    return made


@pytest.mark.slow
def test_hostile_files(cases: list[Case], trap: Trap) -> None:
    for number, case in enumerate(cases):
        if case.whole and number % 6:  # what differs is the name, and opening is all that sees it
            assert probe(case.path, LIMITS).duration_ms == 4000, case
            continue
        media = outcome(lambda: check(case.path, probe(case.path, LIMITS), LIMITS))  # noqa: B023
        assert SECRET not in f"{media} {media!r}"
        if case.whole or case.kind in PLAYABLE:
            assert isinstance(media, Media), (case, media)
            assert media.complete is True, (case, media)
            assert media.duration_ms == pytest.approx(4000, abs=100), case
        elif isinstance(media, Media):
            assert media.complete is False, (case, media)
        if isinstance(media, Media) and media.audio and not case.whole:
            audio = outcome(lambda: read_audio(case.path, LIMITS))  # noqa: B023
            assert isinstance(audio, BilingualError) or len(audio) < 16_000 * 60
        if isinstance(media, Media) and not case.whole:
            shown = [
                outcome(lambda: clips(case.path, media, LIMITS, SPANS)),  # noqa: B023
                outcome(lambda: stills(case.path, media, LIMITS, (0, 3_599_000))),  # noqa: B023
                outcome(lambda: waveform(case.path, LIMITS)),  # noqa: B023
            ]
            assert SECRET not in repr(shown)
        if not case.whole:
            with pytest.raises(BilingualError):
                extract_subtitle(case.path, 0, "mov_text", LIMITS)
    assert not trap.caught()
