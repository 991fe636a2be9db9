"""The report as text for a terminal."""

from __future__ import annotations

from typing import Final

from bilingual.model import Report
from bilingual.render.base import Options, Renderer


def _render(report: Report, options: Options) -> str:
    from bilingual.render.review import reviewed
    from bilingual.render.text.report import render

    return render(reviewed(report, options.review), options.language)


RENDERER: Final = Renderer(
    name="text",
    media_type="text/plain",
    suffix=".txt",
    render=_render,
    takes=frozenset({"review"}),
)
