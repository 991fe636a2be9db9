"""What the command line does before anything else: signals and streams.

It imports what comes with Python, and as little of that as can be before the handlers are
there: an interrupt during an import shows a traceback.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, Final

SIGNALS: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""Signals that end a run in order; the exit status is 128 and the signal's number."""

_DEFAULT: Final = (signal.SIG_DFL, signal.default_int_handler)
_SOON_S: Final = 0.02
_UNNOTICED_S: Final = 0.2


class Signalled(KeyboardInterrupt):
    """A signal asked the run to end; ``number`` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def _at_once(number: int, _: FrameType | None) -> None:
    os._exit(128 + number)


def end_at_once() -> None:
    """From here on a signal ends the program without a word: while it starts, and as it ends.

    One that is ignored stays ignored (a background job's SIGINT, SIGHUP under nohup).
    """
    for number in SIGNALS:
        if signal.getsignal(number) in _DEFAULT:
            signal.signal(number, _at_once)


@contextlib.contextmanager
def stops() -> Iterator[None]:
    """Within the block the first signal raises :class:`Signalled`; a second ends at once.

    Where Python can do nothing with an exception (in a destructor, in a callback of the
    import system), the signal is raised again a moment later, and no traceback is shown.
    Outside of the main thread, where signals cannot be handled, nothing changes.
    """
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    mine = [n for n in SIGNALS if signal.getsignal(n) in (*_DEFAULT, _at_once)]
    before: dict[int, Any] = {}
    state = {"raised": False, "sent again": False}
    unraisable = sys.unraisablehook

    def stop(number: int, _: FrameType | None) -> None:
        if state["raised"]:
            if not state["sent again"]:
                os._exit(128 + number)
            state["sent again"] = False
            return
        state["raised"] = True
        raise Signalled(number)

    def lost(found: sys.UnraisableHookArgs) -> None:
        if not isinstance(found.exc_value, Signalled):
            unraisable(found)
            return
        state["raised"] = False
        again = threading.Timer(_SOON_S, os.kill, (os.getpid(), found.exc_value.number))
        again.daemon = True
        again.start()

    def unnoticed(number: int) -> None:
        # One that has another handler by now (a server's own) is that one's: sent again, it would
        # count twice there.
        if signal.getsignal(number) is stop and not state["raised"]:
            state["sent again"] = True
            signal.pthread_kill(threading.main_thread().ident or 0, number)

    try:
        sys.unraisablehook = lost
        for number in mine:
            before[number] = signal.signal(number, stop)
        with _told_of_signals(unnoticed):
            yield
    finally:
        # A signal that comes now is raised within the caller's ``try``, too.
        _restore(before)
        sys.unraisablehook = unraisable


@contextlib.contextmanager
def _told_of_signals(tell: Callable[[int], None]) -> Iterator[None]:
    """Tell of each signal a moment after it has come, from a thread.

    The system may give a signal to any thread, and the main one, where Python handles it, does
    not wake up for that while it waits for another thread: it would go on waiting for ever.
    """
    if os.name != "posix":
        yield
        return
    import threading
    import time

    came, goes = os.pipe()
    os.set_blocking(goes, False)

    def listen() -> None:
        with open(came, "rb", buffering=0) as signals:
            while numbers := signals.read(64):
                time.sleep(_UNNOTICED_S)
                for number in numbers:
                    tell(number)

    before = signal.set_wakeup_fd(goes, warn_on_full_buffer=False)
    threading.Thread(target=listen, name="signals", daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.close(goes)


def _restore(before: dict[int, Any]) -> None:
    for number, handler in before.items():
        signal.signal(number, handler)


def open_streams() -> None:
    """See that descriptors 0, 1 and 2 are open, so that no file of ours takes their place.

    What is printed by a library into a closed stdout would else end up in a video.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY if number == 0 else os.O_WRONLY)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
