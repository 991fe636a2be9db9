"""What the cheap rules found, before anything long is begun."""

from __future__ import annotations

from collections.abc import Iterable

from bilingual.model.finding import Finding


class FirstLook(str):
    """A stage of ``progress`` that brings findings: ``first-look``, with ``findings``.

    They are those that container, length, size, picture format and the subtitles alone
    show. The report has them too; whoever watches the progress has them at once.
    """

    findings: tuple[Finding, ...]

    def __new__(cls, findings: Iterable[Finding]) -> FirstLook:
        """The stage's name, with the findings."""
        stage = super().__new__(cls, "first-look")
        stage.findings = tuple(findings)
        return stage

    def __reduce__(self) -> tuple[type[FirstLook], tuple[tuple[Finding, ...]]]:
        """How it crosses to another process: by its findings."""
        return FirstLook, (self.findings,)
