"""Is an annex still what it was when it was made?

A hash beside the file finds what happens by accident. Whoever can change the
file can change the hash as well: only a hash that was kept elsewhere (the signed
paper's) or a signature finds a change that somebody made on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from bilingual.errors import ConfigError, InputError
from bilingual.files import checked_path, display_name, fingerprint, read_at_most
from bilingual.render.annex.document import Annex, Role, parsed
from bilingual.render.annex.signing import SIGNATURE_BYTES, load_public_key
from bilingual.render.canonical import SHORT, canonical_bytes, digest_of

Outcome = Literal["holds", "broken", "unchecked"]

DIGEST_SUFFIX: Final = ".sha256"
SIGNATURE_SUFFIX: Final = ".sig"

_MAX_BYTES: Final = 64 * 1024 * 1024
_SIDECAR: Final = re.compile(rb"([0-9a-f]{64})(?: [ *][^\r\n]+)?\r?\n?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that the annex was compared with.

    ``what``: ``form`` (canonical JSON of this schema), ``digest`` (the file
    beside it), ``paper`` (a hash typed from elsewhere), ``signature``,
    ``report``, ``video``, ``bo`` or ``zh``. ``why`` is a code where it does not
    hold or could not be checked.
    """

    what: str
    outcome: Outcome
    why: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexCheck:
    """What became of each. ``sha256`` is of the annex's bytes as they are now."""

    sha256: str
    items: tuple[Item, ...]

    def outcome(self, what: str) -> Outcome:
        """What became of one; ``unchecked`` where it was not asked for."""
        return next((i.outcome for i in self.items if i.what == what), "unchecked")

    @property
    def accident_checked(self) -> bool:
        """Whether an accidental change would have shown."""
        return any(self.outcome(w) != "unchecked" for w in ("digest", "paper", "signature"))

    @property
    def forgery_checked(self) -> bool:
        """Whether any change at all would have shown: its signature was checked."""
        return self.outcome("signature") != "unchecked"

    @property
    def holds(self) -> bool:
        """Whether nothing is broken and at least an accident would have shown."""
        return self.accident_checked and all(i.outcome != "broken" for i in self.items)


def check_annex(
    path: Path,
    *,
    digest: str | None = None,
    signature: Path | None = None,
    public_key: Path | None = None,
    report: Path | None = None,
    files: Mapping[Role, Path] | None = None,
) -> AnnexCheck:
    """Compare an annex with its hash, its signature and the files it names.

    The hash is read from ``PATH.sha256`` beside it, the signature from
    ``PATH.sig`` unless another file is named.

    :param digest: a hash kept elsewhere, whole or its first 16 or more digits.
    :param public_key: the signer's public key as it was got from the signer.
    :raises InputError: the annex, the key or a file cannot be read.
    :raises ConfigError: ``annex-digest-invalid``: what was typed is no hash.
    """
    data = _read(path, _MAX_BYTES)
    annex, form = _parsed(data)
    found = digest_of(data)
    items = [form, _beside(path, found)]
    if digest is not None:
        items.append(_typed(digest, found))
    items.append(_signed(path, data, annex, signature, public_key))
    if report is not None:
        items.append(_report(report, annex))
    items += _files(files or {}, annex)
    return AnnexCheck(sha256=found, items=tuple(items))


def _parsed(data: bytes) -> tuple[Annex | None, Item]:
    """The annex, where it is one, and whether it is written as this tool writes it."""
    try:
        document = parsed(data)
        annex = Annex.from_dict(document)
    except InputError as error:
        params = {"detail": error.params["detail"]}
        return None, Item(what="form", outcome="broken", why="annex-form", params=params)
    # The document, not the annex read from it: that has no keys of later versions.
    if canonical_bytes(document) != data:
        return annex, Item(what="form", outcome="broken", why="annex-not-canonical")
    return annex, Item(what="form", outcome="holds")


def _beside(path: Path, found: str) -> Item:
    beside = path.with_name(path.name + DIGEST_SUFFIX)
    if not beside.exists():
        return Item(what="digest", outcome="unchecked", why="annex-no-digest")
    match = _SIDECAR.fullmatch(_read(beside, 4096))
    if match is None:
        return Item(what="digest", outcome="broken", why="annex-digest-file")
    if match[1].decode() != found:
        return Item(what="digest", outcome="broken", why="annex-digest-differs")
    return Item(what="digest", outcome="holds")


def _typed(digest: str, found: str) -> Item:
    plain = re.sub(r"[\s:-]", "", digest).lower()
    if not re.fullmatch(rf"[0-9a-f]{{{SHORT},64}}", plain):
        raise ConfigError("annex-digest-invalid", text=digest[:100], least=SHORT)
    if not found.startswith(plain):
        return Item(what="paper", outcome="broken", why="annex-digest-differs")
    return Item(what="paper", outcome="holds", params={"digits": len(plain)})


def _signed(
    path: Path,
    data: bytes,
    annex: Annex | None,
    signature: Path | None,
    public_key: Path | None,
) -> Item:
    named = annex is not None and annex.signing_key is not None
    beside = path.with_name(path.name + SIGNATURE_SUFFIX)
    if signature is None and beside.exists():
        signature = beside
    if signature is None:
        if public_key is not None or named:
            # A signature is expected: that there is none is no mere gap.
            outcome: Outcome = "broken" if public_key is not None else "unchecked"
            return Item(what="signature", outcome=outcome, why="annex-signature-missing")
        return Item(what="signature", outcome="unchecked", why="annex-unsigned")
    if public_key is None:
        return Item(what="signature", outcome="unchecked", why="annex-no-public-key")
    key = load_public_key(public_key)
    raw = _read(signature, 4096)
    if len(raw) != SIGNATURE_BYTES:
        return Item(what="signature", outcome="broken", why="annex-signature-file")
    if not key.holds(raw, data):
        return Item(what="signature", outcome="broken", why="annex-signature-wrong")
    return Item(what="signature", outcome="holds", params={"key": key.sha256})


def _report(path: Path, annex: Annex | None) -> Item:
    found = fingerprint(checked_path(path), "report", lambda done, total: None).sha256
    if annex is None:
        return Item(what="report", outcome="unchecked", why="annex-names-none")
    if found != annex.report.sha256:
        return Item(what="report", outcome="broken", why="annex-file-changed")
    return Item(what="report", outcome="holds")


def _files(files: Mapping[Role, Path], annex: Annex | None) -> Iterator[Item]:
    known = {} if annex is None else {f.role: f.sha256 for f in annex.files}
    for role, path in files.items():
        found = fingerprint(checked_path(path), role, lambda done, total: None)
        params = {"name": found.name}
        if role not in known:
            yield Item(what=role, outcome="broken", why="annex-names-none", params=params)
        elif found.sha256 != known[role]:
            yield Item(what=role, outcome="broken", why="annex-file-changed", params=params)
        else:
            yield Item(what=role, outcome="holds", params=params)


def _read(path: Path, limit: int) -> bytes:
    data = read_at_most(path, limit + 1)
    if len(data) > limit:
        raise InputError("annex-too-large", path=display_name(str(path)), limit=limit)
    return data
