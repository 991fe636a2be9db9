"""The kernel that a notebook of ours runs in: of this Python, and of nobody's folder.

A kernel puts its working directory on the path that modules come from, reads settings and
start-up scripts of whoever set it up, and is to be reached by any process of this machine.
Ours is started isolated (``python -I``) in a private folder that is new each time, with an
environment without anything of Python's and Jupyter's in it; it imports from the folders
that this process imports from, save the working directory; its sockets lie in the private
folder; and it ends with us.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from bilingual.files import cache_folder
from bilingual.media.process import DISCARDED, tied

ARGUMENTS: Final = (
    "--InteractiveShellApp.ignore_cwd=True",
    "--InteractiveShellApp.exec_PYTHONSTARTUP=False",
    "--HistoryManager.enabled=False",
    "--IPKernelApp.log_level=40",  # no word of its transport
)
"""What the kernel is started with, besides its connection."""

PATH_VARIABLE: Final = "BILINGUAL_KERNEL_PATH"
"""Where the kernel's script finds the folders to import from."""

_SCRIPT: Final = Path(__file__).with_name("_kernel.py")
_FOREIGN: Final = (
    "PYTHON",
    "IPYTHON",
    "JUPYTER",
    "JPY_",
    "MPLBACKEND",
    "MATPLOTLIBRC",
    "LD_PRELOAD",
)
_SOCKET_PATH: Final = 90
"""Bytes that the path of a socket may have, safely below the system's limit of 107."""


def import_folders() -> list[str]:
    """Where this process imports from, without the working directory and relative folders.

    The folder of this package stays in any case, as the last one.
    """
    home = str(Path(__file__).resolve().parents[3])
    here: list[str] = []
    with contextlib.suppress(OSError):
        here = [os.path.realpath(Path.cwd())]
    found = [
        entry
        for entry in sys.path
        if isinstance(entry, str) and Path(entry).is_absolute()
        if os.path.realpath(entry) not in (*here, home)
    ]
    return [*found, home]


def environment(folder: Path, before: Mapping[str, str]) -> dict[str, str]:
    """The kernel's environment: ours without Python's and Jupyter's, the rest private."""
    kept = {name: value for name, value in before.items() if not name.startswith(_FOREIGN)}
    paths = [p for p in kept.get("PATH", "").split(os.pathsep) if Path(p).is_absolute()]
    kept["PATH"] = os.pathsep.join(paths)
    kept["BILINGUAL_CACHE"] = str(cache_folder())  # it works in another folder
    private = {
        "IPYTHONDIR": "ipython",
        "JUPYTER_CONFIG_DIR": "jupyter",
        "JUPYTER_DATA_DIR": "jupyter",
        "JUPYTER_RUNTIME_DIR": "jupyter",
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), "tmp"),
    }
    for name, part in private.items():
        (folder / part).mkdir(mode=0o700, exist_ok=True)
        kept[name] = str(folder / part)
    kept[PATH_VARIABLE] = os.pathsep.join(import_folders())
    return kept


def kernel_manager(folder: Path, started: list[Any]) -> type[Any]:
    """The manager of a kernel of this very Python and this very package.

    A person's own «python3» kernel may be of another environment.

    :param folder: a private folder, which the kernel lives and works in.
    :param started: takes each manager whose kernel is started.
    """
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    spec = KernelSpec(
        argv=tied([sys.executable, "-I", "-X", "utf8", str(_SCRIPT), "-f", "{connection_file}"]),
        display_name="Python 3",
        language="python",
    )
    work = folder / "work"
    work.mkdir(mode=0o700)
    socket = folder / "s"
    local = os.name == "posix" and len(os.fsencode(socket)) <= _SOCKET_PATH

    class KernelManager(AsyncKernelManager):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.connection_file = str(folder / "connection.json")
            if local:
                self.transport, self.ip = "ipc", str(socket)

        @property
        def kernel_spec(self) -> KernelSpec:
            return spec

        async def start_kernel(self, **options: Any) -> Any:  # type: ignore[override]
            options |= {"cwd": str(work), "env": environment(folder, os.environ)}
            # While it is being ended it prints a traceback that no reader can use.
            options |= {"stderr": DISCARDED}
            started.append(self)
            return await super().start_kernel(**options)

    return KernelManager


def running(managers: list[Any]) -> Iterator[int]:
    """The ids of the processes of those kernels that have not ended."""
    for manager in managers:
        process = getattr(getattr(manager, "provisioner", None), "process", None)
        if process is not None and process.poll() is None:
            yield process.pid


def end(managers: list[Any]) -> None:
    """End kernels at once, from any thread, and whatever they have started with them."""
    for pid in running(managers):
        with contextlib.suppress(OSError):
            if os.name == "posix":
                os.killpg(pid, signal.SIGKILL)  # a session of its own
            else:
                os.kill(pid, signal.SIGTERM)  # which ends a process of Windows at once
