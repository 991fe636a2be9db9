"""Model weights and word lists: named, hash-pinned, fetched once into a cache.

``models/registry.toml`` names each with its sources. Nothing is handed out
whose SHA-256 differs from the registry's, whoever put the file there.
"""

from __future__ import annotations

from bilingual.files import cache_folder
from bilingual.weights.fetching import fetch
from bilingual.weights.files import as_hashed, hashes_of, joint_hash, sha256_of
from bilingual.weights.registry import File, Model, entries, entry, models_folder
from bilingual.weights.sealed import sealed
from bilingual.weights.store import (
    Status,
    incoming_folder,
    is_present,
    path,
    read,
    status,
)

__all__ = [
    "File",
    "Model",
    "Status",
    "as_hashed",
    "cache_folder",
    "entries",
    "entry",
    "fetch",
    "hashes_of",
    "incoming_folder",
    "is_present",
    "joint_hash",
    "models_folder",
    "path",
    "read",
    "sealed",
    "sha256_of",
    "status",
]
