"""Started in place of ffmpeg: sets its limits, ties it to us, becomes it.

Run as ``python -I -S _guard.py PARENT MEMORY CPU FILE_SIZE PROGRAM ARGUMENT ...``;
a limit of -1 is none. Doing this in a process of its own is safe where the
caller has threads; a function run between fork and exec is not.
"""

import contextlib
import os
import signal
import sys


def main() -> None:
    """Set the limits and execute the program."""
    parent, memory, cpu, file_size = (int(a) for a in sys.argv[1:5])
    program = sys.argv[5:]
    with contextlib.suppress(ImportError):
        import resource

        limits = ("RLIMIT_CORE", 0), ("RLIMIT_AS", memory), ("RLIMIT_CPU", cpu)
        for name, value in (*limits, ("RLIMIT_FSIZE", file_size)):
            kind = getattr(resource, name, None)
            if kind is not None and value >= 0:
                with contextlib.suppress(OSError, ValueError):  # macOS knows no RLIMIT_AS
                    resource.setrlimit(kind, (value, value))
    # Python ignores these, and an ignored signal stays so over exec.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":
        with contextlib.suppress(Exception):
            import ctypes

            set_death_signal = 1  # PR_SET_PDEATHSIG of linux/prctl.h; it outlives exec
            ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died before we could be tied to it
            os._exit(1)
    os.execv(program[0], program)  # noqa: S606 - no shell, and the whole point


main()
