"""The keys that DKIM signs with, and the DNS record by which others verify (RFC 6376 §3.6.1)."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from worker.errors import ConfigError

PrivateKey = RSAPrivateKey | Ed25519PrivateKey
PublicKey = RSAPublicKey | Ed25519PublicKey

FEWEST_BITS, MOST_BITS = 2048, 4096  # RFC 8301 §3.2: no verifier has to take longer ones

_EXPECTED = (
    f"expected a private key in PEM, without a passphrase: RSA of {FEWEST_BITS} to {MOST_BITS} bits"
    " or Ed25519"
)
_ADVICE = f"make one with `openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:{FEWEST_BITS}`"


def read_key(pem: bytes, file: str | None = None) -> PrivateKey:
    """Return the private key in a PEM text; ConfigError, naming `file`, where there is none."""
    try:
        key = load_pem_private_key(pem, password=None)
    except TypeError:
        raise _wrong("one with a passphrase", file) from None
    except (ValueError, UnsupportedAlgorithm):
        raise _wrong("something else", file) from None
    if isinstance(key, RSAPrivateKey) and not FEWEST_BITS <= key.key_size <= MOST_BITS:
        raise _wrong(f"RSA of {key.key_size} bits", file)
    if not isinstance(key, PrivateKey):
        raise _wrong("a key of another kind", file)
    return key


def _wrong(got: str, file: str | None) -> ConfigError:
    return ConfigError(f"{_EXPECTED}, got {got}; {_ADVICE}", file=file)


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
