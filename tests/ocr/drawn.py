"""Words drawn with the library's own fonts."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

FONTS = Path(str(resources.files("bilingual.render"))) / "fonts"
CHINESE = str(FONTS / "NotoSansSC-Regular.ttf")
TIBETAN = str(FONTS / "NotoSerifTibetan-Regular.ttf")


def word(text: str, font: str, size: int) -> Any:
    """White on black, with a margin."""
    from PIL import Image, ImageDraw, ImageFont

    face = ImageFont.truetype(font, size, layout_engine=ImageFont.Layout.RAQM)
    left, top, right, bottom = face.getbbox(text)
    image = Image.new("L", (int(right - left) + 40, int(bottom - top) + 40))
    ImageDraw.Draw(image).text((20 - left, 20 - top), text, font=face, fill=255)
    return np.asarray(image)
