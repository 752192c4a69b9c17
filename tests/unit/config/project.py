"""A project that has as little as a configuration may have, and one that has everything."""

from __future__ import annotations

import re
from pathlib import Path

from worker.config import read

EXAMPLE = Path(__file__).parents[3] / "config.example.toml"
LEAST = """
sender = { company = "Firm", postal_address = "1 Street" }
[[mailbox]]
name = "sales"
from = "ada@firm.example"
from_name = "Ada"
smtp = { host = "smtp.firm.example", username = "ada", password = "hush-hush" }
imap = { host = "imap.firm.example", username = "ada", password = "hush-hush" }
"""


def uncommented() -> str:
    """Return the example with every key that it shows."""
    return re.sub(r"^#(?=\w+ = |\[)", "", EXAMPLE.read_text(), flags=re.MULTILINE)


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text)
    return path


def faults(folder: Path, text: str) -> list[str]:
    settings, errors = read(written(folder, text))
    assert (settings is None) == bool(errors)
    return [str(error) for error in errors]
