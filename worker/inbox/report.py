"""What `nurture inbox classify` says: one plain value for each file, ready for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from worker.errors import InputError
from worker.inbox import classify
from worker.inbox.reading import Reading

MAX_FILE = 32_000_000
"""Bytes of a file that are read."""


def classified(paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """One value per mail file, folders in order of their names; `InputError` for what is not there.

    Keys as in `as_values`, with `file` first.
    """
    for path in paths:
        for file in _files(path):
            yield {"file": str(file), **as_values(_read(file))}


def as_values(reading: Reading) -> dict[str, Any]:
    """A reading as plain values: dates are ISO 8601, what does not apply is None.

    `kind`, `recipients`, `bounce_type`, `reason`, `original_message_id`, `new_text`, `return_date`,
    `intent`, `until`, `confidence` and `why`.
    """
    return {
        "kind": reading.kind.value,
        "recipients": list(reading.recipients),
        "bounce_type": reading.bounce_type.value if reading.bounce_type else None,
        "reason": reading.reason.value if reading.reason else None,
        "original_message_id": reading.original_message_id,
        "new_text": reading.new_text,
        "return_date": reading.return_date.isoformat() if reading.return_date else None,
        "intent": reading.intent.value if reading.intent else None,
        "until": reading.until.isoformat() if reading.until else None,
        "confidence": reading.confidence,
        "why": reading.why,
    }


def _read(file: Path) -> Reading:
    try:
        with file.open("rb") as source:
            raw = source.read(MAX_FILE)
        written = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=str(file)) from error
    return classify.read(raw, received_at=written)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        found = [one for one in sorted(path.rglob("*")) if one.is_file() and _is_mail(one)]
        if not found:
            raise InputError("no mail in this folder; files end in .eml", file=str(path))
        return found
    if not path.exists():
        raise InputError("no such file or folder", file=str(path))
    return [path]


def _is_mail(file: Path) -> bool:
    """Mail files, and those of a maildir, which have no ending of their own."""
    return file.suffix in {".eml", ".msg", ".mail"} or file.parent.name in {"cur", "new"}
