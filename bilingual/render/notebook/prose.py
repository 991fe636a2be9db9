"""What a notebook says between its pictures and tables, in one language."""

from __future__ import annotations

from dataclasses import dataclass

from bilingual.render.words import ui


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """Words in Markdown, which shows itself in a notebook."""

    text: str

    def _repr_markdown_(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Prose:
    """The words of the notebooks by code, in this language."""

    language: str = "zh"

    def __call__(self, code: str) -> Said:
        """The words with that code."""
        return Said(ui(f"prose-{code}", self.language))
