"""Reads the private keys that DKIM signs with (RFC 6376 §3.3.1, RFC 8463).

Importing this brings the library of keys, which takes 6 MB: only those who sign import it.
"""

from __future__ import annotations

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from worker.errors import ConfigError

PrivateKey = RSAPrivateKey | Ed25519PrivateKey

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
