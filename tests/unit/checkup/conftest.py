"""A project as `nurture init` makes it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from worker.config.secret import make_key

SHIPPED = Path(__file__).parents[3]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy what is shipped; return the configuration."""
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    for folder in ("sequences", "templates"):
        shutil.copytree(SHIPPED / folder, tmp_path / folder)
    shutil.copy(SHIPPED / "config.example.toml", tmp_path / "config.toml")
    make_key(tmp_path / "secret.key")
    return tmp_path / "config.toml"
