"""A throw-away environment with django-post_office, made once under `build/`."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

_FOLDER = Path("build/post-office")
_PACKAGES = ("django==5.2.*", "django-post_office==3.*")
_LONGEST = 300.0  # seconds


def python() -> Path | None:
    """Return the interpreter of the environment; None where it cannot be made."""
    found = _FOLDER / "bin" / "python"
    if not _done().exists() and not _made(found):
        return None
    return found


def _made(interpreter: Path) -> bool:
    command = (str(interpreter), "-m", "pip", "install", "--quiet", *_PACKAGES)
    try:
        venv.create(_FOLDER, with_pip=True, clear=True)
        subprocess.run(command, check=True, timeout=_LONGEST, stdout=sys.stderr)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return False
    _done().touch()
    return True


def _done() -> Path:
    return _FOLDER / "installed"
