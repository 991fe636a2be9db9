"""What results call a submitted file: its name without what is personal in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bilingual.batch.model import Submission
from bilingual.files import display_name
from bilingual.form import without_personal
from bilingual.model import Finding, Report

_NAMING: Final = frozenset({"detail", "file", "name", "path", "provenance"})
"""The keys of a report below which a file may be named; all else is what the work itself says."""


def hidden_names(paths: Mapping[str, str], personal: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """By role, what to call each file whose name holds something personal.

    :param paths: files by role.
    :param personal: what was filled in where personal things are asked for.
    """
    values = tuple(personal)
    names = {role: display_name(Path(path).name) for role, path in paths.items()}
    shown = {role: without_personal(name, values) for role, name in names.items()}
    return tuple((role, shown[role]) for role in names if shown[role] != names[role])


class Names:
    """The names of a work's files that are hidden, and what stands for each.

    ``roles``: by role, what stands for a name that is hidden; ``shown``: what results call
    each file, hidden or not.
    """

    def __init__(self, work: Submission) -> None:
        files = work.files
        self.roles = dict(hidden_names(files, ())) | dict(work.names)
        named = {role: display_name(Path(path).name) for role, path in files.items()}
        self.shown = named | self.roles
        self._instead: dict[str, str] = {}
        for role, shown in self.roles.items():
            own = Path(named[role])
            self._instead[own.name] = shown
            if own.stem != Path(shown).stem:
                self._instead[own.stem] = Path(shown).stem

    def in_report(self, report: Report) -> Report:
        """The report without the names that are hidden; what the work says stays as it is."""
        return Report.from_dict(self._renamed(report.to_dict())) if self._instead else report

    def in_params(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Params of an error: names of files instead of paths, and nothing personal."""
        path = params.get("path")
        named = {**params, "path": Path(path).name} if isinstance(path, str) else params
        return {name: impersonal(self._replaced(value)) for name, value in named.items()}

    def _renamed(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {
                key: self._replaced(one) if key in _NAMING else self._renamed(one)
                for key, one in value.items()
            }
        return [self._renamed(one) for one in value] if isinstance(value, list) else value

    def _replaced(self, value: Any) -> Any:
        if isinstance(value, str):
            for name, shown in self._instead.items():
                value = value.replace(name, shown)
            return value
        if isinstance(value, Mapping):
            return {name: self._replaced(one) for name, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._replaced(one) for one in value]
        return value


class Called:
    """What files are called by whoever submitted them, where they lie under names of ours."""

    def __init__(self, files: Iterable[tuple[str, str]]) -> None:
        """Take each file's path and what it is called."""
        self._instead: dict[str, str] = {}
        for path, name in files:
            own = display_name(Path(path).name)
            if own != name:
                self._instead |= {path: name, own: name}

    def in_report(self, report: Report) -> Report:
        """The report, in which files have the names they were submitted under."""
        return Report.from_dict(self._below(report.to_dict())) if self._instead else report

    def in_params(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Params of a finding or an error, likewise."""
        return {key: self._named(key, value) for key, value in params.items()}

    def in_findings(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings, likewise."""
        return tuple(replace(one, params=self.in_params(one.params)) for one in findings)

    def _below(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: self._named(key, one) for key, one in value.items()}
        return [self._below(one) for one in value] if isinstance(value, list | tuple) else value

    def _named(self, key: str, value: Any) -> Any:
        """What stands under a key. A name is a name where it is all that stands there: the words of
        a subtitle may be ``zh`` as well.
        """
        if isinstance(value, str):
            return self._instead.get(value, value) if key in _NAMING else value
        if isinstance(value, list | tuple) and key in _NAMING:
            return [self._named(key, one) for one in value]
        return self._below(value)


def impersonal(value: Any) -> Any:
    """A param without what looks personal in its texts."""
    if isinstance(value, str):
        return without_personal(value)
    if isinstance(value, (list, tuple)):
        return [impersonal(one) for one in value]
    return value
