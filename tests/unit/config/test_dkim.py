"""The tables `[[mailbox.dkim]]`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.config.project import LEAST, faults, written
from worker.config import load
from worker.errors import ConfigError

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


def test_no_signature_unless_asked_for(tmp_path: Path) -> None:
    assert load(written(tmp_path, LEAST)).mailbox[0].dkim == ()


def test_a_mailbox_signs_as_often_as_it_has_tables(tmp_path: Path) -> None:
    (tmp_path / "ed.pem").write_bytes(b"a key\nof lines\n")
    ed, rsa = load(written(tmp_path, LEAST + DKIM)).mailbox[0].dkim
    assert (ed.domain, ed.selector, rsa.selector) == ("firm.example", "ed.2026", "rsa")
    assert ed.private_key(tmp_path) == b"a key\nof lines\n"
    with pytest.raises(ConfigError, match=r"key_file: cannot read .*rsa.pem: No such file"):
        rsa.private_key(tmp_path)


def test_a_key_may_be_a_credential_of_systemd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "ed.pem").write_bytes(b"from systemd")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    ed, _ = load(written(tmp_path, LEAST + DKIM)).mailbox[0].dkim
    assert ed.private_key(tmp_path) == b"from systemd"


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
