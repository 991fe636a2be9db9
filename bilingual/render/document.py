"""The report's JSON Schema, and reports that were saved as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from bilingual.errors import InputError
from bilingual.files import checked_path
from bilingual.model import Report
from bilingual.model.report import SCHEMA


@cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema (draft 2020-12) that every report is valid against."""
    text = resources.files(__package__).joinpath("report-1.schema.json").read_text("utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


def load_report(path: Path) -> Report:
    """A report that was saved as JSON.

    :raises InputError: the file cannot be read, or holds no report of this form:
        ``report-invalid`` with the path and the place of what is wrong.
    """
    try:
        data = checked_path(path).read_bytes()
    except OSError as error:
        raise InputError("file-unreadable", path=str(path), detail=error.strerror) from error
    try:
        return Report.from_json(data)
    except InputError as error:
        raise InputError(error.code, **(error.params | {"path": str(path)})) from None


__all__ = ["SCHEMA", "load_report", "schema"]
