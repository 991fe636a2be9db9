"""Started in place of ffmpeg: sets its limits, ties it to us, becomes it.

Run as ``python -I -S _guard.py PARENT MEMORY FILE_SIZE PROGRAM ARGUMENT ...``.
Doing this in a process of its own is safe where the caller has threads; a
function run between fork and exec is not.
"""

import contextlib
import os
import signal
import sys


def main() -> None:
    """Set the limits and execute the program."""
    parent, memory, file_size = (int(a) for a in sys.argv[1:4])
    program = sys.argv[4:]
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if memory:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        if file_size:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    if sys.platform == "linux":
        with contextlib.suppress(Exception):
            import ctypes

            set_death_signal = 1  # PR_SET_PDEATHSIG of linux/prctl.h
            ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died before we could be tied to it
            os._exit(1)
    os.execv(program[0], program)  # noqa: S606 - no shell, and the whole point


main()
