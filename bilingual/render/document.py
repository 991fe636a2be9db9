"""The report's JSON Schema, and reports that were saved as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from bilingual.config.thresholds import MAX_REPORT_BYTES
from bilingual.errors import InputError
from bilingual.files import display_name, read_at_most
from bilingual.model import Report
from bilingual.model.report import SCHEMA
from bilingual.render.canonical import digest_of


@cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema (draft 2020-12) that every report is valid against."""
    text = resources.files(__package__).joinpath("report-1.schema.json").read_text("utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFile:
    """A saved report, and the SHA-256 (hex) of the file's bytes."""

    report: Report
    sha256: str


def load_report(path: Path) -> Report:
    """A report that was saved as JSON.

    :raises InputError: as :func:`read_report`.
    """
    return read_report(path).report


def read_report(path: Path) -> ReportFile:
    """A report that was saved as JSON, with its file's hash.

    :raises InputError: the file cannot be read (``file-…``), or holds no report of
        this form: ``report-invalid`` with the path and the place of what is wrong.
    """
    data = read_at_most(path, MAX_REPORT_BYTES + 1)
    return parse_report(data, name=display_name(str(path)))


def parse_report(data: bytes, *, name: str = "report.json") -> ReportFile:
    """A report from the bytes that it is saved as, with their hash.

    :param data: JSON in UTF-8.
    :param name: what an error calls it.
    :raises InputError: ``report-invalid``: it is no report, or larger than 256 MiB;
        ``detail`` names the place of what is wrong.
    """
    if len(data) > MAX_REPORT_BYTES:
        raise InputError("report-invalid", path=name, detail=f"> {MAX_REPORT_BYTES} bytes")
    try:
        report = Report.from_json(data)
    except InputError as error:
        raise InputError(error.code, **(error.params | {"path": name})) from None
    return ReportFile(report=report, sha256=digest_of(data))


__all__ = ["SCHEMA", "ReportFile", "load_report", "parse_report", "read_report", "schema"]
