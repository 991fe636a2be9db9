"""A renderer: the verdict and the counts in a line."""

from __future__ import annotations

from bilingual.model import Report
from bilingual.render.base import Options, Renderer
from bilingual.render.words import ui


def _render(report: Report, options: Options) -> str:
    title = ui("report-title", options.language)
    return f"{title} | {report.verdict} | {len(report.findings)}\n"


RENDERER = Renderer(name="headline", media_type="text/plain", suffix=".txt", render=_render)
