"""Who may do what: tokens out of a file of the operator's, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from bilingual.budget import MIB
from bilingual.errors import ConfigError
from bilingual.files import display_name, read_at_most

Scope = Literal["submit", "review", "operate"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)

_MAX_BYTES: Final = MIB
_LEAST: Final = 20
_MOST: Final = 500
_NAME: Final = re.compile(r"[\w.@-]{1,60}")
_TOKEN: Final = re.compile(rf"[\x21-\x7e]{{{_LEAST},{_MOST}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """Somebody who calls. ``digest`` is the token's SHA-256: the token itself is not kept."""

    name: str
    scopes: frozenset[Scope]
    digest: bytes


def load_tokens(path: Path) -> tuple[Token, ...]:
    """The tokens of a file: a line each, ``NAME SCOPES TOKEN``.

    ``SCOPES`` are ``submit``, ``review`` and ``operate``, with commas between them. Empty
    lines and those that begin with ``#`` are passed over.

    :raises InputError: the file cannot be read.
    :raises ConfigError: ``token-file``: a line is wrong (its number is named, never what
        stands in it), there is no token, or two are the same or have the same name.
    """
    shown = display_name(str(path))
    try:
        text = read_at_most(path, _MAX_BYTES).decode("utf-8-sig")
    except UnicodeError:
        raise ConfigError("token-file", path=shown, line=0, problem="token-not-text") from None
    found: list[Token] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        problem = _problem(words, found)
        if problem is not None:
            raise ConfigError("token-file", path=shown, line=number, problem=problem)
        scopes = frozenset(scope for scope in SCOPES if scope in words[1].split(","))
        found.append(Token(name=words[0], scopes=scopes, digest=digest_of(words[2])))
    if not found:
        raise ConfigError("token-file", path=shown, line=0, problem="token-none")
    return tuple(found)


def _problem(words: list[str], known: Iterable[Token]) -> str | None:
    if len(words) != 3 or not _NAME.fullmatch(words[0]):
        return "token-line"
    if not set(words[1].split(",")) <= set(SCOPES):
        return "token-scopes"
    if not _TOKEN.fullmatch(words[2]):
        return "token-short"
    digest = digest_of(words[2])
    if any(token.name == words[0] or token.digest == digest for token in known):
        return "token-twice"
    return None


def digest_of(token: str) -> bytes:
    """What is kept of a token, and compared."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def token_of(presented: str, tokens: Iterable[Token]) -> Token | None:
    """Whose token this is; every one is compared, so that the time taken tells nothing."""
    digest = digest_of(presented)
    found = None
    for token in tokens:
        if hmac.compare_digest(token.digest, digest):
            found = token
    return found
