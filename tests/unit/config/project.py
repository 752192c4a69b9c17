"""A project that has as little as a configuration may have."""

from __future__ import annotations

from pathlib import Path

from worker.config import read

LEAST = """
sender = { company = "Firm", postal_address = "1 Street" }
[[mailbox]]
name = "sales"
from = "ada@firm.example"
from_name = "Ada"
smtp = { host = "smtp.firm.example", username = "ada", password = "hush-hush" }
imap = { host = "imap.firm.example", username = "ada", password = "hush-hush" }
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text)
    return path


def faults(folder: Path, text: str) -> list[str]:
    settings, errors = read(written(folder, text))
    assert (settings is None) == bool(errors)
    return [str(error) for error in errors]
