"""Reading captured mail: the few things that people, and the judge, see in it.

The standard library's old policy (compat32) is used throughout: the new one is many times slower,
and takes minutes on some hostile headers.
"""

from __future__ import annotations

from contextlib import suppress
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message


def parse(raw: bytes) -> Message:
    """Parse a mail; whatever is malformed stays as it is."""
    return message_from_bytes(raw)


def header(mail: Message, name: str) -> str:
    """Return a header on one line, its encoded words decoded (RFC 2047); empty if missing."""
    value = str(mail.get(name, ""))
    with suppress(HeaderParseError, LookupError, UnicodeError):
        value = str(make_header(decode_header(value)))
    return " ".join(value.split())


def text(mail: Message) -> str:
    """Return the first plain-text part; empty if there is none."""
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            return _decode(content, part.get_content_charset("utf-8"))
    return ""


def is_edition(mail: Message) -> bool:
    """Say whether a mail is an edition of a newsletter, by its headers alone.

    A newsletter names its list (RFC 2919), or says that a robot sends it and how to leave
    (RFC 3834 §5, RFC 2369). Steps come from a person, and other robot mail has no way out.
    """
    if header(mail, "List-Id"):
        return True
    is_robot = header(mail, "Auto-Submitted").startswith("auto-generated")
    return is_robot and bool(header(mail, "List-Unsubscribe"))


def _decode(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset, "replace")
    except LookupError:
        return content.decode("utf-8", "replace")
