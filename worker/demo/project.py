"""The demo's project: a folder as `nurture init` makes it, so that every command works on it."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import cycle
from pathlib import Path

from worker.config.secret import make_key
from worker.config.settings import PREFIX
from worker.config.shipped import shipped_files
from worker.daemon.identity import is_held
from worker.errors import ConflictError, NurtureError
from worker.sandbox.cast import Role

FOLDER = "nurture-demo"
CONFIG = "config.toml"
LEADS = "leads.csv"
MARKER = ".nurture-demo"

_SETTINGS = """\
# The project of `nurture demo`. It is made anew at every demo, so keep nothing here.
# Its mailbox is the built-in mail server: `nurture sandbox` starts one that listens at these ports.

zone = "Europe/London"

[sender]
company = "Fellwether"
postal_address = "1 Wool Lane, Hebden Bridge HX7 8AA, United Kingdom"

[[mailbox]]
name = "sales"
from = "sally@fellwether.example"
from_name = "Sally Fell"
# The built-in server takes all at once; a real mailbox of a person is better left to its own pace.
profile = "provider"

[mailbox.smtp]
host = "127.0.0.1"
port = 2525
security = "none"
username = "sally@fellwether.example"
password = "sandbox"

[mailbox.imap]
host = "127.0.0.1"
port = 2143
security = "none"
username = "sally@fellwether.example"
password = "sandbox"
"""
_MARK = "`nurture demo` made this folder, and makes it anew at every run. Keep nothing in it.\n"


def write(folder: Path, months: Iterable[str], listed: Sequence[Role]) -> None:
    """Write the project, in place of the last demo's; `listed` go into its CSV file of leads.

    Raises `ConflictError` where the folder is not the demo's own, or in use, or where the
    environment would make another project of it.
    """
    shipped = shipped_files()
    _refuse_environment()
    _refuse_foreign(folder)
    try:
        _clear(folder)
        shutil.copytree(shipped / "sequences", folder / "sequences")
        shutil.copytree(shipped / "templates", folder / "templates")
        _date_editions(folder / "templates" / "newsletter", months)
        (folder / CONFIG).write_text(_SETTINGS, encoding="utf-8")
        _write_leads(folder / LEADS, listed)
        make_key(folder / "secret.key")
    except OSError as error:
        where = error.filename or folder
        raise NurtureError(f"{where} cannot be written: {error.strerror}") from error


def _refuse_environment() -> None:
    """The environment wins over the file: it could name a database that matters."""
    names = [name for name in os.environ if name.startswith(PREFIX) and name != f"{PREFIX}CONFIG"]
    if names:
        named = ", ".join(sorted(names))
        raise ConflictError(f"{named} would change the demo's own settings: unset it in your shell")


def _refuse_foreign(folder: Path) -> None:
    is_ours = folder.is_dir() and not folder.is_symlink()
    if folder.exists() and not (is_ours and _is_free(folder)):
        raise ConflictError(
            f"{folder} is not the demo's own, and would be lost: name another with --keep DIR"
        )
    if is_held(folder / "state"):
        raise ConflictError(f"a worker runs on {folder}: stop it, or name another with --keep DIR")


def _is_free(folder: Path) -> bool:
    return (folder / MARKER).is_file() or not any(folder.iterdir())


def _clear(folder: Path) -> None:
    """Make the folder empty but for the marker, which comes first: a demo cut short is ours too."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARKER).write_text(_MARK, encoding="utf-8")


def _date_editions(folder: Path, months: Iterable[str]) -> None:
    """Give the shipped editions, in turn, the months that are needed."""
    shipped = sorted(folder.glob("20??-??.html"))
    texts = [edition.read_bytes() for edition in shipped]
    for edition in shipped:
        edition.unlink()
    for month, text in zip(months, cycle(texts), strict=False):
        (folder / f"{month}.html").write_bytes(text)


def _write_leads(path: Path, listed: Sequence[Role]) -> None:
    rows = [asdict(role) for role in listed]
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
