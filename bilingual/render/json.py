"""The report as JSON, after ``bilingual.report/1``."""

from __future__ import annotations

from typing import Final

from bilingual.model import Report
from bilingual.render.base import Options, Renderer
from bilingual.render.review import reviewed


def _render(report: Report, options: Options) -> str:
    return reviewed(report, options.review).to_json() + "\n"


RENDERER: Final = Renderer(
    name="json",
    media_type="application/json",
    suffix=".json",
    render=_render,
    takes=frozenset({"review"}),
)
