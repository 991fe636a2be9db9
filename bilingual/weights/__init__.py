"""Model weights and word lists: named, hash-pinned, fetched once into a cache.

``models/registry.toml`` names each with its sources. Nothing is handed out
whose SHA-256 differs from the registry's, whoever put the file there.
"""

from __future__ import annotations

from bilingual.weights.fetching import fetch
from bilingual.weights.files import sha256_of
from bilingual.weights.registry import File, Model, entries, entry, models_folder
from bilingual.weights.store import Status, cache_folder, incoming_folder, is_present, path, status

__all__ = [
    "File",
    "Model",
    "Status",
    "cache_folder",
    "entries",
    "entry",
    "fetch",
    "incoming_folder",
    "is_present",
    "models_folder",
    "path",
    "sha256_of",
    "status",
]
