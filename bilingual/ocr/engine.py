"""RapidOCR, in processes of its own: what it is shown comes out of somebody's film.

A worker (``_rapid_worker.py``) is given brightness through a pipe and answers with boxes,
or with a text and its score, each within bounds. It may write no file, has bounds for
memory and time besides those of the work's budget, imports nothing from where the film
or we are, and ends with us. One that ends early is started once more; when that one ends
too, what was asked is unknown.

What stays in our own process is arithmetic of numpy and OpenCV on arrays whose size we
set ourselves (``frames.shape_of``): nothing of it takes apart a format, except for the
PNG in which our own rows are kept for a minute.
"""

from __future__ import annotations

import importlib.util
import queue
import struct
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn, TypeVar

import msgspec

from bilingual.budget import MIB, carried, current
from bilingual.errors import DependencyError, MediaError
from bilingual.media.process import Bounds, Process
from bilingual.showing import logger

if TYPE_CHECKING:
    from bilingual.ocr.frames import Luma

PACKAGE: Final = "rapidocr"
EXTRA: Final = "ocr"

MEMORY_BYTES: Final = 2048 * MIB
"""Address space of a worker; it takes 1 GiB for the largest pictures (1080 × 2160)."""

_log = logger(__name__)
_WORKER: Final = Path(__file__).with_name("_rapid_worker.py")
_DOOR: Final = Path(__file__).parents[1] / "weights" / "onnx.py"
_LIFE_S: Final = 86_400.0
_ANSWER_S: Final = 120.0  # a picture takes a tenth of a second, loading a few
_MOST_PIXELS: Final = 1 << 24
_ANSWER_BYTES: Final = 1 << 20
_ALL_ANSWERS_BYTES: Final = 1 << 30
_NO_MEMORY: Final = ("Cannot allocate memory", "bad_alloc", "failed to map segment")

_Pixel = Annotated[int, msgspec.Meta(ge=-(1 << 16), le=1 << 16)]


class _Boxes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    boxes: Annotated[list[tuple[_Pixel, _Pixel, _Pixel, _Pixel]], msgspec.Meta(max_length=4096)]


class _Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: Annotated[str, msgspec.Meta(max_length=4096)]
    score: Annotated[float, msgspec.Meta(ge=0, le=1.001)]


_T = TypeVar("_T", _Boxes, _Text)


class _EndedError(Exception):
    """A worker ended before it had answered, for no bound that it has."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def installed() -> bool:
    """Whether the engine can be imported. Does not import it."""
    return all(importlib.util.find_spec(name) for name in (PACKAGE, "cv2"))


def require() -> None:
    """Raise where text cannot be found for want of a package.

    :raises DependencyError: ``ocr-missing``, with the command that installs it.
    """
    if not installed():
        raise DependencyError.of_extra("ocr-missing", EXTRA)


class _Worker:
    """One process, asked by one thread at a time."""

    def __init__(self) -> None:
        folders = [p for p in sys.path if Path(p).name in ("site-packages", "dist-packages")]
        folders = [p for p in folders if Path(p).is_absolute()]
        command = [sys.executable, "-I", "-B", str(_WORKER), str(_DOOR), *folders]
        bounds = Bounds(
            timeout_s=_LIFE_S,
            memory_bytes=MEMORY_BYTES,
            output_bytes=_ALL_ANSWERS_BYTES,
            file_bytes=0,
            processors=1,
        )
        self._pictures: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._process = Process(command, bounds=bounds, stdin=iter(self._pictures.get, None))
        self._blocks = self._process.blocks()
        self._held = b""
        self._slow = False

    def ask(self, task: bytes, picture: Luma) -> bytes:
        """Its answer about a picture.

        :raises _EndedError: it ended.
        :raises MediaError: ``ocr-slow``, ``ocr-memory`` or ``ocr-answer``.
        :raises OverBudgetError: the work has had its time, or its memory.
        """
        height, width = picture.shape
        if width * height > _MOST_PIXELS:
            raise MediaError("media-shape", width=width, height=height)
        timer = threading.Timer(_ANSWER_S, self._too_slow)
        timer.daemon = True
        timer.start()
        try:
            self._pictures.put(struct.pack("<cII", task, width, height) + picture.tobytes())
            (length,) = struct.unpack("<I", self._read(4))
            if length > _ANSWER_BYTES:
                raise MediaError("ocr-answer")
            return self._read(length)
        finally:
            timer.cancel()

    def close(self) -> None:
        """End it."""
        self._pictures.put(None)
        self._process.__exit__()

    def _read(self, count: int) -> bytes:
        while len(self._held) < count:
            block = next(self._blocks, None)
            if block is None:
                self._ended()
            self._held += block
        found, self._held = self._held[:count], self._held[count:]
        return found

    def _ended(self) -> NoReturn:
        if self._slow:
            raise MediaError("ocr-slow", seconds=round(_ANSWER_S))
        status = self._process.finish()
        if any(phrase in self._process.complaint for phrase in _NO_MEMORY):
            raise MediaError("ocr-memory", mib=self._process.bounds.memory_bytes // MIB)
        _log.warning("a reader of pictures ended: %s: %s", status, self._process.complaint)
        raise _EndedError(status)

    def _too_slow(self) -> None:
        self._slow = True
        self._process.end()


class Engine:
    """Workers, started when they are wanted and no more than ``most`` of them.

    What asks them raises ``MediaError`` (``ocr-ended``, ``ocr-memory``, ``ocr-slow``,
    ``ocr-answer``) where there is no answer, and ``OverBudgetError`` where the work has
    had its time or memory.
    """

    def __init__(self, most: int) -> None:
        self._most, self._count, self._again = most, 0, 1
        self._idle: list[_Worker] = []
        self._turn = threading.Condition()
        # A process ends with the thread that started it, so one is kept for that.
        self._starter = ThreadPoolExecutor(1)

    def boxes(self, picture: Luma) -> list[tuple[int, int, int, int]]:
        """Left, top, right and bottom (outside) of rows of text, in no order; in pixels."""
        return self._asked(b"d", picture, _Boxes).boxes if picture.size else []

    def text(self, picture: Luma) -> tuple[str, float]:
        """What is written in a row, and how sure that is (0..1); empty where nothing was read."""
        if not picture.size:
            return "", 0.0
        found = self._asked(b"r", picture, _Text)
        return found.text, found.score

    def _asked(self, task: bytes, picture: Luma, kind: type[_T]) -> _T:
        while True:
            current().check()
            worker = self._borrowed()
            whole = False
            try:
                found = msgspec.json.decode(worker.ask(task, picture), type=kind)
            except msgspec.MsgspecError:
                raise MediaError("ocr-answer") from None
            except _EndedError as ended:
                if not self._once_more():
                    raise MediaError("ocr-ended", status=ended.status) from None
            else:
                whole = True
                return found
            finally:
                self._given_back(worker, whole=whole)

    def _borrowed(self) -> _Worker:
        with self._turn:
            while not self._idle and self._count >= self._most:
                self._turn.wait()
            if self._idle:
                return self._idle.pop()
            self._count += 1
        try:
            return self._starter.submit(carried(_Worker)).result()
        except BaseException:
            self._gone()
            raise

    def _given_back(self, worker: _Worker, *, whole: bool) -> None:
        """For the next picture; ended where it did not answer this one."""
        if whole:
            with self._turn:
                self._idle.append(worker)
                self._turn.notify()
        else:
            worker.close()
            self._gone()

    def _gone(self) -> None:
        with self._turn:
            self._count -= 1
            self._turn.notify()

    def _once_more(self) -> bool:
        with self._turn:
            self._again -= 1
            return self._again >= 0

    def close(self) -> None:
        """End all workers."""
        with self._turn:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.close()
        self._starter.shutdown()


_running: ContextVar[Engine | None] = ContextVar("engine", default=None)


@contextmanager
def running(most: int) -> Iterator[Engine]:
    """The engine of the work at hand: the one that is running here, or a new one.

    :param most: how many workers a new one may have; one takes a picture at a time.
    :raises DependencyError: ``ocr-missing``.
    """
    engine = _running.get()
    if engine is not None:
        yield engine
        return
    require()
    engine = Engine(most)
    token = _running.set(engine)
    try:
        yield engine
    finally:
        _running.reset(token)
        engine.close()
