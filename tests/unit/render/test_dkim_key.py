"""Keys that can sign, keys that cannot, and what is published of them."""

from __future__ import annotations

from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
)

from worker.config.private_key import read_key
from worker.errors import ConfigError
from worker.render.dkim import Signer
from worker.render.dkim_key import algorithm

ED = Ed25519PrivateKey.generate()


def pem(key: PrivateKeyTypes, lock: KeySerializationEncryption | None = None) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock or NoEncryption())


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_an_rsa_key_in_both_forms_that_openssl_writes(form: PrivateFormat) -> None:
    key = generate_rsa(65537, 2048)
    read = read_key(key.private_bytes(Encoding.PEM, form, NoEncryption()))
    assert read.public_key() == key.public_key()
    assert algorithm(read) == "rsa-sha256"


def test_an_ed25519_key() -> None:
    read = read_key(pem(ED))
    assert read.public_key() == ED.public_key()
    assert algorithm(read) == "ed25519-sha256"


@pytest.mark.parametrize(
    ("text", "got"),
    [
        (b"", "something else"),
        (b"-----BEGIN PRIVATE KEY-----\n%%%\n-----END PRIVATE KEY-----\n", "something else"),
        (b"\xff" * 9000, "something else"),
        (
            ED.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
            "something else",
        ),
        (pem(ED, BestAvailableEncryption(b"phrase")), "one with a passphrase"),
        (pem(generate_rsa(65537, 1024)), "RSA of 1024 bits"),
        (pem(generate_ec(SECP256R1())), "a key of another kind"),
    ],
    ids=["nothing", "noise", "bytes", "public", "locked", "short", "curve"],
)
def test_a_key_that_cannot_sign_is_named_with_its_file(text: bytes, got: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Signer("felt.example", "nurture", text, "keys/dkim.pem")
    assert str(caught.value) == (
        "keys/dkim.pem: expected a private key in PEM, without a passphrase: RSA of 2048 to 4096 "
        f"bits or Ed25519, got {got}; make one with `openssl genpkey -algorithm rsa "
        "-pkeyopt rsa_keygen_bits:2048`"
    )
    assert caught.value.file == "keys/dkim.pem"


def test_what_is_published_is_the_public_key_and_its_place() -> None:
    key = generate_rsa(65537, 2048)
    signer = Signer("felt.example", "2026.rsa", pem(key))
    assert signer.dns_name == "2026.rsa._domainkey.felt.example"
    begin, public = signer.record.split("p=")
    assert begin == "v=DKIM1; k=rsa; "
    assert load_der_public_key(b64decode(public)) == key.public_key()
