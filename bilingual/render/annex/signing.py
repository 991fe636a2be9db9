"""Ed25519 signatures (RFC 8032) over an annex's bytes, by ``cryptography``.

A signature is detached: 64 raw bytes in a file of its own, as OpenSSL writes
and reads them (``openssl pkeyutl -verify -rawin``). Keys are PEM: PKCS #8 for
the office's own, SubjectPublicKeyInfo for the one it gives away.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bilingual.errors import ConfigError, DependencyError, InputError
from bilingual.files import display_name, read_at_most

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

SIGNATURE_BYTES: Final = 64

_MAX_KEY_BYTES: Final = 64 * 1024
_MAX_PASSPHRASE_BYTES: Final = 1023


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key that signs annexes."""

    _key: Ed25519PrivateKey

    def sign(self, data: bytes) -> bytes:
        """The signature of some bytes: 64 of them."""
        return self._key.sign(data)

    @property
    def sha256(self) -> str:
        """The fingerprint of its public half."""
        return _fingerprint(self._key.public_key())

    @property
    def public_hex(self) -> str:
        """Its public half, 32 bytes in hex."""
        return self._key.public_key().public_bytes_raw().hex()


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """A public key that tells whether an annex is as it was signed."""

    _key: Ed25519PublicKey

    def holds(self, signature: bytes, data: bytes) -> bool:
        """Whether the signature is this key's over exactly these bytes."""
        from cryptography.exceptions import InvalidSignature

        try:
            self._key.verify(signature, data)
        except InvalidSignature:
            return False
        return True

    @property
    def sha256(self) -> str:
        """SHA-256 of the key as DER (SubjectPublicKeyInfo), in hex."""
        return _fingerprint(self._key)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key pair as it is in PEM files, and its fingerprint."""

    private_pem: bytes
    public_pem: bytes
    sha256: str


def new_key(passphrase: str | None = None) -> NewKey:
    """Make a key pair; with a passphrase the private half is encrypted by it.

    :raises ConfigError: ``annex-passphrase-long``: it has more than 1023 bytes.
    :raises DependencyError: ``cryptography`` is not installed.
    """
    serialization, ed25519 = _library()
    secret = os.fsencode(passphrase) if passphrase else None
    if secret is not None and len(secret) > _MAX_PASSPHRASE_BYTES:
        raise ConfigError("annex-passphrase-long", limit=_MAX_PASSPHRASE_BYTES)
    key = ed25519.Ed25519PrivateKey.generate()
    return NewKey(
        private_pem=key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(secret)
            if secret
            else serialization.NoEncryption(),
        ),
        public_pem=key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
        sha256=_fingerprint(key.public_key()),
    )


def load_signing_key(path: Path, passphrase: str | None = None) -> SigningKey:
    """The private key of a PEM file.

    :raises InputError: the file cannot be read, holds no Ed25519 private key
        (``annex-key-invalid``), or its passphrase is wanted or wrong
        (``annex-key-locked``, ``annex-key-passphrase``).
    :raises DependencyError: ``cryptography`` is not installed.
    """
    serialization, ed25519 = _library()
    data, shown = read_at_most(path, _MAX_KEY_BYTES), display_name(str(path))
    secret = os.fsencode(passphrase) if passphrase else None
    try:
        key = serialization.load_pem_private_key(data, secret)
    except TypeError as error:
        if secret is None:
            raise InputError("annex-key-locked", path=shown) from error
        return load_signing_key(path)  # a passphrase for a key that has none
    except Exception as error:  # whatever the parser meets in a foreign file
        if secret is not None and b"ENCRYPTED" in data:
            raise InputError("annex-key-passphrase", path=shown) from error
        raise InputError("annex-key-invalid", path=shown) from error
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise InputError("annex-key-invalid", path=shown)
    return SigningKey(key)


def readable_by_others(path: Path) -> bool:
    """Whether others than its owner may read a private key's file."""
    return os.name == "posix" and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def public_key_of(public: str) -> VerifyingKey:
    """A public key from its 32 bytes in hex.

    :raises InputError: ``annex-key-not-public``: they are no key.
    :raises DependencyError: ``cryptography`` is not installed.
    """
    _, ed25519 = _library()
    try:
        return VerifyingKey(ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)))
    except ValueError as error:
        raise InputError("annex-key-not-public", path=public) from error


def load_public_key(path: Path) -> VerifyingKey:
    """The public key of a PEM file.

    :raises InputError: the file cannot be read, or holds no Ed25519 public key
        (``annex-key-not-public``).
    :raises DependencyError: ``cryptography`` is not installed.
    """
    serialization, ed25519 = _library()
    data, shown = read_at_most(path, _MAX_KEY_BYTES), display_name(str(path))
    try:
        key = serialization.load_pem_public_key(data)
    except Exception as error:  # whatever the parser meets in a foreign file
        raise InputError("annex-key-not-public", path=shown) from error
    if not isinstance(key, ed25519.Ed25519PublicKey):
        raise InputError("annex-key-not-public", path=shown)
    return VerifyingKey(key)


def _library() -> tuple[Any, Any]:
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError as error:
        raise DependencyError.of_extra("annex-needs-cryptography", "annex") from error
    return serialization, ed25519


def _fingerprint(key: Ed25519PublicKey) -> str:
    serialization, _ = _library()
    der: bytes = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(der).hexdigest()
