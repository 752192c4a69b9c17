"""Finds the configuration and reads it: frozen settings, or every fault at once."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError

from worker.config.checks import inconsistencies
from worker.config.faults import MOST, explain, known_keys, place_error
from worker.config.settings import NESTED, PREFIX, Settings
from worker.core.document import MOST_BYTES, Document, decode, parse, unknown
from worker.errors import ConfigError, ProblemsError

USUAL = "config.toml"


def find(given: Path | None = None) -> Path:
    """Return the configuration: `given`, else ``NURTURE_CONFIG``, else config.toml right here.

    A folder stands for the config.toml in it. Raises ConfigError where there is none.
    """
    path = given or Path(os.environ.get(f"{PREFIX}CONFIG") or USUAL)
    if path.is_dir():
        path /= USUAL
    if not path.is_file():
        problem = "there is no such file; make a project with `nurture init DIR`, or name one"
        raise ConfigError(f"{problem} with --config", file=str(path))
    return path


def load(path: Path) -> Settings:
    """Read settings; raises ProblemsError that holds every ConfigError."""
    settings, errors = read(path)
    if settings is None:
        raise ProblemsError(errors)
    return settings


def read(path: Path) -> tuple[Settings | None, list[ConfigError]]:
    """Read settings from a file, secret files and the environment, which wins.

    Returns settings and no errors, or None and every error, in order of lines.
    """
    root = path.resolve().parent
    try:
        document = _document(path)
    except ConfigError as error:
        return None, [error]
    settings, errors = _settings(document)
    values = settings.model_dump(by_alias=True, mode="python") if settings else document.values
    errors += [
        place_error(place, problem, document)
        for place, problem in islice(inconsistencies(values, root), MOST)
    ]
    if settings is None or errors:
        return None, sorted(errors, key=lambda error: error.line or 0)
    return settings.placed(root), []


def where(path: Path, key: str) -> str:
    """Tell where a key is set: ``config.toml:31 policy.weekly_cap``, or in the environment.

    One that nobody set is as usual. The file is read anew, and may have changed since.
    """
    place = tuple(key.split("."))
    variable = PREFIX + NESTED.join(place).upper()
    if variable in os.environ:
        return f"environment {variable}"
    try:
        document = _document(path)
    except ConfigError:
        return f"{path.name} {key}"
    if document.holds(place):
        return f"{document.file}:{document.line(place)} {key}"
    return f"{document.file} {key}, as usual"


def _document(path: Path) -> Document:
    try:
        with path.open("rb") as opened:
            raw = opened.read(MOST_BYTES + 1)
    except OSError as error:
        problem = f"cannot be read: {error.strerror or error}"
        raise ConfigError(problem, file=str(path)) from None
    return parse(decode(raw, path.name, ConfigError), path.name, ConfigError)


def _settings(document: Document) -> tuple[Settings | None, list[ConfigError]]:
    # Names that begin with _ would be orders to pydantic-settings, not values.
    values: dict[str, Any] = {
        key: value for key, value in document.values.items() if not key.startswith("_")
    }
    errors = [
        place_error((key,), unknown(key, known_keys(())), document)
        for key in sorted(document.values.keys() - values.keys())[:MOST]
    ]
    try:
        credentials = os.environ.get("CREDENTIALS_DIRECTORY")
        return Settings(_secrets_dir=credentials, **values), errors
    except ValidationError as error:
        return None, errors + explain(error, document)
    except SettingsError as error:
        problem = f'{error}; expected JSON, as in NURTURE_LOG=\'{{"level": "debug"}}\''
        return None, [*errors, ConfigError(problem, file="environment")]
