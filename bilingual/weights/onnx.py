"""The one door to onnxruntime: it reports nothing of what it runs.

From 1.29 on its published builds send events on every session to their maker
(``mobile.events.data.microsoft.com``) and keep an identifier of the machine. What
is checked here is other people's unpublished work, on machines that promise to
talk to no server; so that is off, unless the user's own environment asks for it.
"""

from __future__ import annotations

import os
import threading
from typing import Any, Final

SWITCH: Final = "ORT_DISABLE_TELEMETRY"
"""Read by onnxruntime when it starts."""

_lock = threading.Lock()


def onnxruntime() -> Any:
    """The module, silenced before it starts.

    Call it before anything that imports onnxruntime by itself, too. Where the
    program around us has started it already, events are switched off from here on.
    """
    with _lock:
        os.environ.setdefault(SWITCH, "1")
        import onnxruntime as module

        silence = getattr(module, "disable_telemetry_events", None)
        if silence is not None and os.environ[SWITCH] == "1":
            silence()
        return module
