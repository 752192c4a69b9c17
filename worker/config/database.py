"""The URL of the database, as SQLAlchemy takes it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import parse_qsl

from pydantic import SecretStr

from worker.config.values import is_loopback

_SQLITE = "sqlite:///"
_POSTGRESQL = ("postgresql://", "postgresql+psycopg://")
_SERVER = re.compile(  # as SQLAlchemy reads it
    r"(?:[^:/@]*(?::(?P<password>[^@]*))?@)?(?P<host>\[[^/@\]]*\]|[^/@:?\[\]]*)(?::(?P<port>[0-9]{0,5}))?(?:[/?].*)?"
)


def check_url(url: SecretStr) -> SecretStr:
    """Return a URL that we can use; ValueError says what was expected, without the URL."""
    text = url.get_secret_value()
    if not text.isprintable() or not (_is_file(text) or text.startswith(_POSTGRESQL)):
        raise ValueError(
            'expected "sqlite:///nurture.db" or "postgresql://user:password@host/name"'
        )
    if text.startswith(_POSTGRESQL) and not _SERVER.fullmatch(text.partition("://")[2]):
        raise ValueError(
            'expected "postgresql://user:password@host:port/name"; write @ in a password as %40'
        )
    return url


def _is_file(text: str) -> bool:
    return text.startswith(_SQLITE) and text not in (_SQLITE, f"{_SQLITE}:memory:")


def password_of(url: SecretStr) -> str:
    """Return the password for a server as it was written; empty where there is none."""
    found = _SERVER.fullmatch(url.get_secret_value().partition("://")[2])
    return found["password"] or "" if found else ""


def unproven_server(url: SecretStr) -> str | None:
    """Return the other machine that need not show who it is, nor that nobody reads along.

    None for a file, for this machine, and where the URL, or PGSSLMODE, has certificates verified.
    """
    text = url.get_secret_value()
    found = _SERVER.fullmatch(text.partition("://")[2]) if text.startswith(_POSTGRESQL) else None
    if found is None:
        return None
    said = dict(parse_qsl(text.rpartition("?")[2]))
    host = said.get("host") or found["host"].strip("[]")
    mode = said.get("sslmode") or os.environ.get("PGSSLMODE", "")
    proven = mode.startswith("verify-") or said.get("sslrootcert") == "system"
    return None if proven or not host or host[0] == "/" or is_loopback(host) else host


def file_of(url: SecretStr) -> Path | None:
    """Return the file of a SQLite database as it was written; None for a server's."""
    text = url.get_secret_value()
    return Path(text[len(_SQLITE) :].partition("?")[0]) if text.startswith(_SQLITE) else None


def resolve_url(text: str, root: Path) -> str:
    """Return the URL with the driver named, and an absolute path where it is a file."""
    if text.startswith(_SQLITE):
        return f"{_SQLITE}{root / text.removeprefix(_SQLITE)}"
    return text.replace(*_POSTGRESQL, 1) if text.startswith(_POSTGRESQL[0]) else text
