"""The tables `[[mailbox.dkim]]`."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.unit.config.project import LEAST, faults, written
from worker.config import load

DKIM = """
[[mailbox.dkim]]
domain = "Firm.example"
selector = "ed.2026"
key_file = "ed.pem"
[[mailbox.dkim]]
domain = "firm.example"
selector = "rsa"
key_file = "rsa.pem"
"""


def pem(key: PrivateKeyTypes) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture(autouse=True)
def _keys(tmp_path: Path) -> None:
    for file in ("ed.pem", "rsa.pem"):
        (tmp_path / file).write_bytes(pem(Ed25519PrivateKey.generate()))


def test_no_signature_unless_asked_for(tmp_path: Path) -> None:
    assert load(written(tmp_path, LEAST)).mailbox[0].dkim == ()


def test_a_mailbox_signs_as_often_as_it_has_tables(tmp_path: Path) -> None:
    ed, rsa = load(written(tmp_path, LEAST + DKIM)).mailbox[0].dkim
    assert (ed.domain, ed.selector, rsa.selector) == ("firm.example", "ed.2026", "rsa")
    assert ed.secret(tmp_path) == (tmp_path / "ed.pem").read_bytes()


def test_a_key_that_is_not_there_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "rsa.pem").unlink()
    assert faults(tmp_path, LEAST + DKIM) == [
        (
            f"config.toml:17: mailbox[1].dkim[2].key_file: cannot read {tmp_path}/rsa.pem: "
            "No such file or directory"
        )
    ]


@pytest.mark.parametrize(
    ("key", "got"),
    [
        (b"a key\nof lines\n", "something else"),
        (pem(generate_rsa(65537, 1024)), "RSA of 1024 bits"),
    ],
)
def test_a_key_that_cannot_sign_is_told_with_its_line(tmp_path: Path, key: bytes, got: str) -> None:
    (tmp_path / "rsa.pem").write_bytes(key)
    (found,) = faults(tmp_path, LEAST + DKIM)
    assert found.startswith("config.toml:17: mailbox[1].dkim[2].key_file: rsa.pem cannot sign: ")
    assert f"got {got}; make one with `openssl genpkey" in found


def test_a_domain_above_that_of_from_vouches_too(tmp_path: Path) -> None:
    below = LEAST.replace("ada@firm.example", "ada@Mail.Firm.example")
    assert faults(tmp_path, below + DKIM) == []


def test_a_key_may_be_a_credential_of_systemd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    handed_over = pem(Ed25519PrivateKey.generate())
    (credentials / "ed.pem").write_bytes(handed_over)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    ed, _ = load(written(tmp_path, LEAST + DKIM)).mailbox[0].dkim
    assert ed.secret(tmp_path) == handed_over


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "Firm.example",
            "größe.example",
            (
                '11: mailbox[1].dkim[1].domain: expected a name of a-z, 0-9, - and dots, "xn--…" '
                'for other letters, got "größe.example"'
            ),
        ),
        (
            "Firm.example",
            "infirm.example",
            (
                '11: mailbox[1].dkim[1].domain: expected the domain of from, "firm.example", '
                'or one above it, got "infirm.example"'
            ),
        ),
        ("ed.2026", "a; l=1", "12: mailbox[1].dkim[1].selector: expected a name of a-z"),
        ("ed.2026", "a" * 64, "12: mailbox[1].dkim[1].selector: expected a name of a-z"),
        ("ed.2026", "a." * 127 + "a", "12: mailbox[1].dkim[1].selector: expected a name of a-z"),
        (
            'key_file = "rsa.pem"',
            "",
            "14: mailbox[1].dkim[2].key_file: missing; add it: the private key, RSA from 2048",
        ),
        ('"ed.pem"', '"ed.pem"\nkye = 1', "14: mailbox[1].dkim[1].kye: not understood"),
    ],
)
def test_a_bad_table(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    (found,) = faults(tmp_path, LEAST + DKIM.replace(old, new, 1))
    assert found.startswith(f"config.toml:{sentence}")


def test_one_table_without_its_brackets(tmp_path: Path) -> None:
    single = DKIM.split("[[mailbox.dkim]]")[1]
    assert faults(tmp_path, f"{LEAST}\n[mailbox.dkim]{single}") == [
        ("config.toml:10: mailbox[1].dkim: expected tables, each under a heading [[mailbox.dkim]]")
    ]
