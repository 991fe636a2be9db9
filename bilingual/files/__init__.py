"""Files in and out: submitted ones are read with care, ours are written whole or not at all."""

from bilingual.files.hashing import fingerprint, refuse_other, size_of
from bilingual.files.holding import confirm, held, held_descriptor, held_hash
from bilingual.files.paths import StrPath, display_name, exists, is_folder, plain_descriptor
from bilingual.files.places import (
    NotPrivateError,
    cache_folder,
    home_expanded,
    make_users_folder,
    refuse_shared,
    users_folder,
)
from bilingual.files.reading import checked_path, opened_plain, read_at_most
from bilingual.files.toml import toml_of
from bilingual.files.unfinished import remove_leftovers, scratch_folder
from bilingual.files.writing import (
    NO_ROOM,
    check_place,
    is_there,
    no_room,
    unwritable,
    write_new,
    write_through_draft,
    write_together,
    write_whole,
)

__all__ = [
    "NO_ROOM",
    "NotPrivateError",
    "StrPath",
    "cache_folder",
    "check_place",
    "checked_path",
    "confirm",
    "display_name",
    "exists",
    "fingerprint",
    "held",
    "held_descriptor",
    "held_hash",
    "home_expanded",
    "is_folder",
    "is_there",
    "make_users_folder",
    "no_room",
    "opened_plain",
    "plain_descriptor",
    "read_at_most",
    "refuse_other",
    "refuse_shared",
    "remove_leftovers",
    "scratch_folder",
    "size_of",
    "toml_of",
    "unwritable",
    "users_folder",
    "write_new",
    "write_through_draft",
    "write_together",
    "write_whole",
]
