"""What DKIM signs with a key, and the DNS record by which others verify (RFC 6376 §3.6.1)."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from worker.config.private_key import PrivateKey

PublicKey = RSAPublicKey | Ed25519PublicKey


def algorithm(key: PrivateKey) -> str:
    """Return what the tag ``a=`` calls signatures by a key."""
    return "rsa-sha256" if isinstance(key, RSAPrivateKey) else "ed25519-sha256"


def signature(key: PrivateKey, signed: bytes) -> bytes:
    """Return the signature over the canonical header fields."""
    if isinstance(key, RSAPrivateKey):
        return key.sign(signed, PKCS1v15(), SHA256())
    return key.sign(sha256(signed).digest())  # RFC 8463 §3: Ed25519 over the hash


def dns_record(key: PublicKey) -> str:
    """Return the text of the TXT record to publish.

    That of an RSA key is over 255 bytes: a zone file has it as several strings, which are read as
    one (RFC 6376 §3.6.2.2).
    """
    if isinstance(key, RSAPublicKey):
        return _record("rsa", key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return _record("ed25519", key.public_bytes_raw())  # RFC 8463 §4: the 32 bytes alone


def _record(kind: str, public: bytes) -> str:
    return f"v=DKIM1; k={kind}; p={b64encode(public).decode()}"
