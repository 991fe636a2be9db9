"""A work that is kept, as ``batch`` takes one."""

from __future__ import annotations

from bilingual.batch.model import Submission
from bilingual.server.folders import Folders
from bilingual.server.records import Work


def submission_of(folders: Folders, work: Work) -> Submission:
    """The submission of a work, without its form: that is read in a process of its own."""
    paths = folders.paths(work.id, work.record.files)
    return Submission(
        id=work.id,
        video=paths.get("video"),
        bo=paths.get("bo"),
        zh=paths.get("zh"),
        category=work.record.choices.get("category"),
    )
