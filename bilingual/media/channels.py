"""What the two channels of a sound have in common: nothing, or less than nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bilingual.model import ChannelFault

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Stereo = NDArray[np.int16]

_WINDOW_MS: Final = 100
_HEARD: Final = 1e-5  # power of a window at -50 dBFS: something can be heard
_SILENT: Final = 1e-6  # at -60 dBFS nothing can
_BELOW: Final = 1e-4  # and 40 dB below the other channel nobody would notice it
_OPPOSED: Final = -0.5  # correlation; wide stereo stays above, an inverted voice is near -1
_LEAST_SHARE: Final = 0.1
_LEAST_MS: Final = 2000
_WHOLE_SHARE: Final = 0.9


def mixed(stereo: Stereo, sample_rate: int) -> tuple[NDArray[np.float32], tuple[ChannelFault, ...]]:
    """One channel out of two, and what is wrong between them.

    The mean of both; where they cancel each other, or one of them is silent
    throughout, the louder one alone: what was said is in it.

    :param stereo: shape (samples, 2), or (samples, 1) of sound with a single one, int16.
    :returns: shape (samples,), float32, -1..1.
    """
    import numpy as np

    faults, louder = _faults(stereo, sample_rate) if stereo.shape[1] == 2 else ((), 0)
    alone = any(fault.kind == "cancelling" or fault.share >= _WHOLE_SHARE for fault in faults)
    out = np.empty(len(stereo), dtype=np.float32)
    step = 60 * sample_rate
    for start in range(0, len(stereo), step):
        part = stereo[start : start + step]
        if alone:
            out[start : start + step] = part[:, louder]
        else:
            part.mean(axis=1, dtype=np.float32, out=out[start : start + step])
    out *= np.float32(1 / 32768)
    return out, faults


def _faults(stereo: Stereo, sample_rate: int) -> tuple[tuple[ChannelFault, ...], int]:
    """What is wrong between the channels, and which of them is the louder one."""
    import numpy as np

    left, right, both = _powers(stereo, sample_rate * _WINDOW_MS // 1000)
    loud, quiet = np.maximum(left, right), np.minimum(left, right)
    heard = loud > _HEARD
    louder = int(right[heard].sum() > left[heard].sum())
    correlation = both / np.sqrt(np.maximum(left * right, 1e-20))
    opposed = heard & (quiet > 0.1 * loud) & (correlation < _OPPOSED)
    cancelling = _fault("cancelling", None, opposed, heard)
    silent = [
        _fault("silent", channel, heard & (own < _SILENT) & (own < _BELOW * loud), heard)
        for channel, own in enumerate((left, right))
    ]
    if all(silent):  # each in its turn: two voices, one on each side
        silent = []
    return tuple(fault for fault in (cancelling, *silent) if fault is not None), louder


def _powers(
    stereo: Stereo, window: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The mean power of left, right and their product in each window, full scale 1."""
    import numpy as np

    count = len(stereo) // window
    out = np.zeros((3, count))
    step = 600  # windows at a time: a minute
    for start in range(0, count, step):
        stop = min(count, start + step)
        part = stereo[start * window : stop * window].astype(np.float32) / np.float32(32768)
        left, right = part[:, 0].reshape(-1, window), part[:, 1].reshape(-1, window)
        for row, product in enumerate((left * left, right * right, left * right)):
            out[row, start:stop] = product.mean(axis=1)
    return out[0], out[1], out[2]


def _fault(
    kind: str, channel: int | None, where: NDArray[np.bool_], heard: NDArray[np.bool_]
) -> ChannelFault | None:
    """A fault that lasts for a tenth of what is heard, and for two seconds."""
    import numpy as np

    windows = np.nonzero(where)[0]
    share = len(windows) / max(1, int(heard.sum()))
    if len(windows) * _WINDOW_MS < _LEAST_MS or share < _LEAST_SHARE:
        return None
    return ChannelFault(
        kind="cancelling" if kind == "cancelling" else "silent",
        channel=channel,
        start_ms=int(windows[0]) * _WINDOW_MS,
        end_ms=(int(windows[-1]) + 1) * _WINDOW_MS,
        share=round(share, 3),
    )
