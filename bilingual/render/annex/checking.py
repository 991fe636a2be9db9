"""Is an annex still what it was when it was made?

A hash beside the file finds what happens by accident. Whoever can change the
file can change the hash as well: only a hash that was kept elsewhere (the signed
paper's) or a signature finds a change that somebody made on purpose.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from bilingual.config.thresholds import MAX_REPORT_BYTES
from bilingual.errors import ConfigError, DependencyError, InputError
from bilingual.files import checked_path, display_name, exists, fingerprint, read_at_most, size_of
from bilingual.model.codec import refuse_too_many_values
from bilingual.render.annex.document import SCHEMA, Annex, KeyUse, Role, parsed
from bilingual.render.annex.signing import (
    SIGNATURE_BYTES,
    VerifyingKey,
    load_public_key,
    public_key_of,
)
from bilingual.render.canonical import SHORT, canonical_bytes, digest_of

Outcome = Literal["holds", "broken", "unchecked", "unnamed"]
"""``unnamed`` is a signature by the key that the annex itself holds, where no key was given
to compare it with: anybody can make a key, so it shows no more than that nothing was
changed since."""

Conclusion = Literal["signed", "changed", "unknown", "not-signed-by-given"]
"""What follows: unchanged and signed by the given key; changed, or signed by another; not to
be told; unchanged, but unsigned or signed by a key that was not given."""

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
    """What became of each.

    ``sha256`` is of the annex's bytes as they are now, ``named_key`` the fingerprint of
    the key that the annex names, ``given_key`` that of the key to check it with.
    """

    sha256: str
    items: tuple[Item, ...]
    named_key: str | None = None
    given_key: str | None = None

    def outcome(self, what: str) -> Outcome:
        """What became of one; ``unchecked`` where it was not asked for."""
        return next((i.outcome for i in self.items if i.what == what), "unchecked")

    @property
    def accident_checked(self) -> bool:
        """Whether an accidental change would have shown."""
        return any(self.outcome(w) != "unchecked" for w in ("digest", "paper", "signature"))

    @property
    def forgery_checked(self) -> bool:
        """Whether any change at all would have shown: the given key's signature was checked."""
        return self.outcome("signature") in ("holds", "broken")

    @property
    def holds(self) -> bool:
        """Whether nothing is broken and at least an accident would have shown."""
        return self.accident_checked and all(i.outcome != "broken" for i in self.items)

    @property
    def conclusion(self) -> Conclusion:
        """What follows from all of them."""
        if any(i.outcome == "broken" for i in self.items):
            return "changed"
        if self.outcome("signature") == "holds":
            return "signed"
        return "not-signed-by-given" if self.accident_checked else "unknown"


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
    :raises InputError: the annex, the key or a file cannot be read; ``annex-invalid``: it
        is no annex at all, and nothing shows that it was one.
    :raises ConfigError: ``annex-digest-invalid``: what was typed is no hash.
    """
    data = _read(path, _MAX_BYTES)
    annex, form = _parsed(data)
    found = digest_of(data)
    items = [form, _beside(path, found)]
    if digest is not None:
        items.append(_typed(digest, found))
    given = None if public_key is None else load_public_key(public_key)
    items.append(_signed(path, data, annex, signature, given))
    if report is not None:
        items.append(_report(report, annex))
    items += _files(files or {}, annex)
    if annex is None and not any(item.outcome == "broken" for item in items[1:]):
        _refuse_other(path, data, form)
    return AnnexCheck(
        sha256=found,
        items=tuple(items),
        named_key=None if annex is None or annex.signing_key is None else annex.signing_key.sha256,
        given_key=None if given is None else given.sha256,
    )


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


def _refuse_other(path: Path, data: bytes, form: Item) -> None:
    """See that the bytes say at least that they are an annex.

    :raises InputError: ``annex-invalid``.
    """
    with contextlib.suppress(ValueError, RecursionError):
        refuse_too_many_values(data)
        document = json.loads(data)
        if isinstance(document, dict) and document.get("schema") == SCHEMA:
            return
    raise InputError("annex-invalid", path=display_name(str(path)), **form.params)


def _beside(path: Path, found: str) -> Item:
    beside = path.with_name(path.name + DIGEST_SUFFIX)
    if not exists(beside):
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
    given: VerifyingKey | None,
) -> Item:
    """The signature, by the given key, else by the one that the annex holds."""
    named = None if annex is None else annex.signing_key
    beside = path.with_name(path.name + SIGNATURE_SUFFIX)
    if signature is None and exists(beside):
        signature = beside
    if signature is None:
        if named is None:
            return Item(what="signature", outcome="unchecked", why="annex-unsigned")
        # The annex says that it is signed: that the signature is gone is no mere gap.
        outcome: Outcome = "unchecked" if given is None else "broken"
        return Item(what="signature", outcome=outcome, why="annex-signature-missing")
    raw = _read(signature, 4096)  # one that is not there is no signature, whatever the key
    key = given or _held(named)
    if key is None:
        return Item(what="signature", outcome="unchecked", why="annex-no-public-key")
    if len(raw) != SIGNATURE_BYTES:
        return Item(what="signature", outcome="broken", why="annex-signature-file")
    if not key.holds(raw, data):
        return Item(what="signature", outcome="broken", why="annex-signature-wrong")
    params = {"key": key.sha256}
    if named is not None and named.sha256 != key.sha256:
        # The annex and its signature are of two hands, whoever's key was given.
        params["named"] = named.sha256
        return Item(what="signature", outcome="broken", why="annex-key-other", params=params)
    if given is None:
        return Item(what="signature", outcome="unnamed", why="annex-key-unnamed", params=params)
    return Item(what="signature", outcome="holds", why="annex-key-given", params=params)


def _held(named: KeyUse | None) -> VerifyingKey | None:
    """The key that the annex holds; ``None`` where it has none that can be used here."""
    if named is None or named.public is None:
        return None
    try:
        return public_key_of(named.public)
    except (DependencyError, InputError):
        return None


def _report(path: Path, annex: Annex | None) -> Item:
    size = size_of(checked_path(path))
    if annex is None:
        return Item(what="report", outcome="unchecked", why="annex-names-none")
    if size > MAX_REPORT_BYTES or _hash_of(path) != annex.report.sha256:
        return Item(what="report", outcome="broken", why="annex-file-changed")
    return Item(what="report", outcome="holds")


def _hash_of(path: Path) -> str:
    return fingerprint(path, "", lambda done, total: None).sha256


def _files(files: Mapping[Role, Path], annex: Annex | None) -> Iterator[Item]:
    known = {} if annex is None else {f.role: f for f in annex.files}
    for role, path in files.items():
        params = {"name": display_name(checked_path(path).name)}
        named = known.get(role)
        if named is None:
            yield Item(what=role, outcome="broken", why="annex-names-none", params=params)
        elif size_of(path) != named.bytes or _hash_of(path) != named.sha256:
            yield Item(what=role, outcome="broken", why="annex-file-changed", params=params)
        else:
            yield Item(what=role, outcome="holds", params=params)


def _read(path: Path, limit: int) -> bytes:
    data = read_at_most(path, limit + 1)
    if len(data) > limit:
        raise InputError("annex-too-large", path=display_name(str(path)), limit=limit)
    return data
