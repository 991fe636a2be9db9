"""Drawing with matplotlib: one figure at a time, one image out, no global state."""

from __future__ import annotations

import base64
import ctypes
import html
import io
import os
import re
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bilingual.errors import DependencyError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito's colours, told apart by the colour-blind too.
BLUE: Final = "#0072B2"
ORANGE: Final = "#D55E00"
YELLOW: Final = "#E69F00"
GREEN: Final = "#009E73"
GREY: Final = "#8a8a8a"
PALE: Final = "#e8e8e8"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as SVG or PNG bytes, and what it shows in words."""

    data: bytes
    alt: str
    kind: str = "svg+xml"

    def _repr_html_(self) -> str:
        source = base64.b64encode(self.data).decode("ascii")
        return (
            f'<img alt="{html.escape(self.alt, quote=True)}" '
            f'style="max-width:100%;height:auto" src="data:image/{self.kind};base64,{source}">'
        )


@contextmanager
def drawn(
    width: float, height: float, *, rows: int = 1, heights: Sequence[float] | None = None
) -> Iterator[tuple[Figure, Any]]:
    """A figure and its axes, in inches, with fonts for both languages.

    It is drawn with matplotlib's defaults, whatever a settings file says. No global state
    of matplotlib's is changed, and no window is opened.

    :raises DependencyError: ``notebook-missing``: matplotlib is not there.
    """
    try:
        _import_unconfigured()
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError as error:
        raise DependencyError.of_extra("notebook-missing", "notebook", detail=str(error)) from error
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(
            {
                "font.family": _families(),
                "svg.fonttype": "path",
                "svg.hashsalt": "bilingual",
                "axes.unicode_minus": False,
                "text.parse_math": False,
            }
        )
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.subplots(rows, 1, height_ratios=heights)
        yield figure, axes


def _import_unconfigured() -> None:
    """Import matplotlib without reading a ``matplotlibrc`` of the working directory.

    Such a file comes before all others, and no setting prevents that. So where there is
    one, matplotlib is imported by a thread with a working directory of its own; where a
    system has none for a thread, the process's is another for that moment.
    """
    if "matplotlib" not in sys.modules and os.path.lexists("matplotlibrc"):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(_import_elsewhere).result()


def _import_elsewhere() -> None:
    here = None if _own_folder() else Path.cwd()
    os.chdir(Path(sys.prefix).anchor)
    try:
        import matplotlib  # noqa: F401
    finally:
        if here is not None:
            os.chdir(here)


def _own_folder() -> bool:
    """Give this thread a working directory that it shares with no other (Linux)."""
    if sys.platform != "linux":
        return False
    clone_fs = 0x200
    try:
        if sys.version_info >= (3, 12):
            os.unshare(clone_fs)
            return True
        return bool(ctypes.CDLL(None).unshare(clone_fs) == 0)
    except (OSError, AttributeError):
        return False


def _families() -> list[str]:
    """Names of the fonts to draw with, in order; matplotlib falls back along them."""
    from matplotlib import font_manager

    from bilingual.render.fontfiles import faces

    names = []
    known = {font.fname for font in font_manager.fontManager.ttflist}
    for face in faces():
        if str(face.path) not in known:
            font_manager.fontManager.addfont(str(face.path))
        names.append(font_manager.FontProperties(fname=str(face.path)).get_name())
    return [*names, "DejaVu Sans"]


def picture(figure: Figure, alt: str) -> Picture:
    """The figure as an image of its own."""
    file = io.BytesIO()
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    # matplotlib writes each text into a comment too, which is of no use.
    return Picture(re.sub(rb"<!--.*?-->\s*", b"", file.getvalue(), flags=re.DOTALL), alt)
