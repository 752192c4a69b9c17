"""What `nurture inbox classify` says: one plain value for each file, ready for JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from worker.errors import InputError
from worker.inbox.apart.reader import Mail, Reader
from worker.inbox.mime import MAX_MAIL
from worker.inbox.reading import Kind, Reading

MAX_FILE = MAX_MAIL
"""Bytes of a file that are read."""
MAILS_AT_ONCE = 32
BYTES_AT_ONCE = 1_000_000
"""How much is read before the first of it is answered."""
_MOST_HEADER = 100_000  # bytes in which a header has some field
_FIELD = re.compile(rb"(?m)^[!-9;-~]+[ \t]*:")
_NO_HEADER = "this is no mail: it does not begin with a header (From:, Date:, …), as .eml files do"


def classified(paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """One value per mail file, folders in order of their names; `InputError` for what is not there.

    Keys as in `as_values`, with `file` first. A file that cannot be read, or that breaks the
    process that reads it, gets its value all the same: its trouble is in `why`.
    """
    with Reader() as reader:
        for batch in _batches(file for path in paths for file in _files(path)):
            mails = [content for _, content in batch if not isinstance(content, Reading)]
            readings = iter(reader.read_all(mails))
            for file, content in batch:
                reading = content if isinstance(content, Reading) else next(readings)
                yield {"file": _named(file), **as_values(reading)}


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


def _batches(files: Iterable[Path]) -> Iterator[list[tuple[Path, Mail | Reading]]]:
    """Files with their contents, as many as are worth one round to the reader."""
    batch: list[tuple[Path, Mail | Reading]] = []
    size = 0
    for file in files:
        content = _content(file)
        batch.append((file, content))
        size += 0 if isinstance(content, Reading) else len(content[0])
        if len(batch) >= MAILS_AT_ONCE or size > BYTES_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _named(file: Path) -> str:
    """A file's name as text that can be printed, even where its bytes are no UTF-8."""
    return str(file).encode("utf-8", "backslashreplace").decode()


def _content(file: Path) -> Mail | Reading:
    """A file's bytes and time, or what is to be said where there is no reading it."""
    try:
        with file.open("rb") as source:
            raw = source.read(MAX_FILE)
        if not _has_header(raw):
            return Reading(Kind.OTHER, _NO_HEADER, confidence=0.0)
        return raw, datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except OSError as error:
        return Reading(Kind.OTHER, f"the file cannot be read: {error.strerror}", confidence=0.0)


def _has_header(raw: bytes) -> bool:
    """Whether a field stands before the first empty line (RFC 5322 §2.1)."""
    head = re.split(rb"\r?\n\r?\n", raw[:_MOST_HEADER].lstrip(), maxsplit=1)[0]
    return _FIELD.search(head) is not None


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
