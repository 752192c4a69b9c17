"""Certificates for loopback, made with the `openssl` command."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.servers import programs


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key; a client trusts it by taking `file` as its CA file."""

    file: Path
    key: Path


def self_signed(folder: Path, name: str = "localhost") -> Certificate:
    """Make a certificate for the host `name` and for 127.0.0.1, valid for a month."""
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    openssl = programs.find("openssl", "openssl")
    names = f"subjectAltName=DNS:{name},IP:{programs.HOST}"
    usage = "keyUsage=critical,digitalSignature,keyCertSign"
    kind = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    about = ("-days", "30", "-subj", f"/CN={name}", "-addext", names, "-addext", usage)
    files = ("-keyout", made.key, "-out", made.file)
    programs.run([openssl, "req", "-x509", *kind, *about, *files], folder)
    made.file.chmod(0o644)
    return made
