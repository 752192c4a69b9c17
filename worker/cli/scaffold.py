"""Writes a new project from the files that ship with Nurture, and never over anything."""

from __future__ import annotations

import shutil
from pathlib import Path

from worker.config.secret import make_key
from worker.config.shipped import EXAMPLE, shipped_files
from worker.errors import ConflictError, NurtureError

KEY = "secret.key"
FOLDERS = ("sequences", "templates")
CONFIG = "config.toml"
_BESIDE = frozenset({".git", ".gitignore", ".gitattributes", "README.md", "LICENSE"})

_IGNORED = """\
# What Nurture makes here. None of it belongs into git; the key and the passwords least of all.
secret.key
*.password
nurture.db
nurture.db-shm
nurture.db-wal
state/
*.rejected*.csv
"""
_LEADS = """\
email,first_name,last_name,company,country,time zone,consent,consent date
ada@analytical.example,Ada,Lovelace,Analytical Engines,GB,Europe/London,spring fair,2026-03-14
grace@harbour.example,Grace,Hopper,Harbour Systems,US,America/New_York,web form,2026-05-02
konrad@rechenwerk.example,Konrad,Zuse,Rechenwerk,DE,Europe/Berlin,spring fair,2026-03-14
"""


def write_project(folder: Path) -> list[str]:
    """Write a project into a new or empty folder; return the names of what was made.

    Raises `ConflictError` where there is anything that it could be mixed up with.
    """
    shipped = shipped_files()
    _refuse_used(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return list(_write(shipped, folder))
    except OSError as error:
        where = error.filename or folder
        raise NurtureError(f"{where} cannot be written: {error.strerror}") from error


def _refuse_used(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise ConflictError(f"{folder} is a file; name a new or empty folder")
    there = sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []
    if used := [name for name in there if name not in _BESIDE]:
        named = ", ".join(used[:3]) + (", …" if len(used) > 3 else "")
        raise ConflictError(f"{folder} is not empty (it holds {named}); name a new folder")


def _write(shipped: Path, folder: Path) -> list[str]:
    made = [CONFIG, *(f"{name}/" for name in FOLDERS), KEY, "leads.csv"]
    for name in FOLDERS:
        shutil.copytree(shipped / name, folder / name)
    shutil.copyfile(shipped / EXAMPLE, folder / CONFIG)
    make_key(folder / KEY)
    (folder / "leads.csv").write_text(_LEADS, encoding="utf-8")
    if not (folder / ".gitignore").exists():
        (folder / ".gitignore").write_text(_IGNORED, encoding="utf-8")
        made.append(".gitignore")
    return made
