"""Files in and out: submitted ones are read with care, ours are written whole or not at all."""

from bilingual.files.hashing import fingerprint
from bilingual.files.reading import (
    StrPath,
    checked_path,
    display_name,
    opened_plain,
    read_at_most,
)
from bilingual.files.unfinished import remove_leftovers, scratch_folder
from bilingual.files.writing import (
    is_there,
    unwritable,
    write_new,
    write_through_draft,
    write_whole,
)

__all__ = [
    "StrPath",
    "checked_path",
    "display_name",
    "fingerprint",
    "is_there",
    "opened_plain",
    "read_at_most",
    "remove_leftovers",
    "scratch_folder",
    "unwritable",
    "write_new",
    "write_through_draft",
    "write_whole",
]
