"""How the service is run: where, with what, for whom, and within which bounds."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bilingual.budget import MIB
from bilingual.config import Config
from bilingual.server.tokens import Token
from bilingual.server.webhooks import Webhooks

CHUNK_BYTES: Final = 4 * MIB
"""What one call of the upload in pieces may carry; a slow line loses no more than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of a service.

    ``data``: the folder for all that is kept. ``names``: host names besides its own by which
    it is reached (behind a proxy). ``max_upload_bytes``: of one work, all files together.
    ``keep_days``: after which works go, ``None``: never. ``queue_limit``: works that may
    wait, ``owner_limit``: those of one token. ``reserve_bytes``: of the disk that new work
    has to leave free. ``timeout_s`` and ``memory_mib`` bound a work, ``short_timeout_s``
    what is made while somebody waits for it (a look, a page, a sheet).
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 8765
    names: tuple[str, ...] = ()
    tokens: tuple[Token, ...] = ()
    max_upload_bytes: int = 1024 * MIB
    workers: int = 1
    keep_days: float | None = None
    queue_limit: int = 500
    owner_limit: int = 250
    reserve_bytes: int = 256 * MIB
    timeout_s: float = 3600.0
    memory_mib: int = 4096
    short_timeout_s: float = 120.0
    config: Config = field(default_factory=Config.load)
    webhooks: Webhooks | None = None

    @property
    def needs_token(self) -> bool:
        """Whether a caller has to show who he is."""
        return bool(self.tokens)


def is_loopback(host: str) -> bool:
    """Whether an address or name can be reached from this machine alone."""
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
