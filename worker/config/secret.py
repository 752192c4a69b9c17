"""Secrets that stand in files of their own: passwords, and the key that tokens are signed with."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from worker.core.secret import SHORTEST
from worker.errors import ConfigError

_MOST_BYTES = 4096
_KEY = "secrets.key_file"
_ADVICE = "`nurture init` makes it, later only a backup brings it back"


def read_text(path: Path, root: Path, key: str) -> str:
    """Return the first line of a secret file; ConfigError, naming `key`, where there is none.

    A relative path means a credential that systemd handed over, else a file below `root`.
    """
    found = locate(path, root)
    try:
        with found.open("rb") as opened:
            raw = opened.read(_MOST_BYTES)
    except OSError as error:
        raise ConfigError(f"cannot read {found}: {error.strerror}", key=key) from error
    try:
        text = raw.decode().strip("\r\n")
    except UnicodeDecodeError:
        raise ConfigError(f"{found} is not UTF-8 text", key=key) from None
    if not text.isprintable() or not text:
        raise ConfigError(f"expected one line in {found}", key=key)
    return text


def read_key(path: Path, root: Path) -> bytes:
    """Return the key of tokens and keyed hashes, 32 bytes or more; else raise ConfigError."""
    try:
        key = read_text(path, root, _KEY).encode()
    except ConfigError as error:
        barred = isinstance(error.__cause__, PermissionError)
        advice = "run this as the worker's user" if barred else _ADVICE
        raise ConfigError(f"{error.problem}; {advice}", key=_KEY) from None
    if len(key) < SHORTEST:
        problem = f"expected {SHORTEST} bytes or more in {path}; bring it back from a backup"
        raise ConfigError(problem, key=_KEY)
    return key


def make_key(path: Path) -> None:
    """Write a new random key that only its owner may read; FileExistsError where there is one."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as opened:
        opened.write(f"{secrets.token_hex(32)}\n")


def open_to_others(path: Path) -> bool:
    """Tell whether anybody but the owner may read a file."""
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def locate(path: Path, root: Path) -> Path:
    """Return where a secret file is: among systemd's credentials, else below `root`."""
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    if credentials and (Path(credentials) / path).is_file():
        return Path(credentials) / path
    return root / path
