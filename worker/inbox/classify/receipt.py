"""Receipts and other reports that are no answer: shown, deleted, printed (RFC 8098)."""

from __future__ import annotations

from worker.inbox.parse import Mail
from worker.inbox.reading import Kind, Reading


def read(mail: Mail) -> Reading | None:
    """OTHER for a report that is neither complaint nor bounce; those rules come before."""
    if mail.root.content_type == "multipart/report":  # RFC 3834 §2, RFC 6522 §3
        return Reading(Kind.OTHER, "a report that is neither bounce nor complaint (RFC 6522)")
    if mail.root.content_type == "message/disposition-notification":
        return Reading(Kind.OTHER, "a receipt (RFC 8098)")
    return None
