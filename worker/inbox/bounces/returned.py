"""The message that a report hands back: as a part of its own, or as text below the report."""

from __future__ import annotations

import re

from worker.core.token import OWN_MESSAGE_ID
from worker.inbox import address, headers, mime
from worker.inbox.parse import Mail

_HEADER_LINE = re.compile(
    r"(?im)^[ \t>|]{0,4}(?:return-path|received|message-id|from|date|subject|to|delivered-to|"
    r"dkim-signature|mime-version|reply-to|content-type|x-[\w-]{1,40}):"
)
# Of these at least one: "To: … Subject: … Sent: …" is how people are told which mail it was.
_MACHINE_LINE = re.compile(
    r"(?im)^[ \t>|]{0,4}(?:return-path|received|message-id|delivered-to|dkim-signature|"
    r"mime-version):"
)
_LABELLED_ID = re.compile(r"(?i)message[- ]?id[^<\n]{0,20}<([^<>\s]{3,300})>")
_BRACKETED = re.compile(r"<[^<>\s]{3,300}>")
_BLANK = re.compile(r"\n[ \t>|]*\n")
_MOST_TEXT = 20_000
_NEAR = 400
_LEAST = 3


def header(mail: Mail) -> mime.Part | None:
    """The returned message as far as its header goes, or None."""
    if mail.returned is not None:
        return mail.returned
    start = _where(mail.text)
    if start is None:
        return None
    lines = (line.lstrip(">|") for line in mail.text[start : start + mime.MAX_FIELD].split("\n"))
    block = "\n".join(line if line.startswith("\t") else line.removeprefix(" ") for line in lines)
    return mime.Part(mime.header_fields(block.encode("utf-8", "replace")), b"")


def report_text(mail: Mail) -> str:
    """What the mail system itself says, without the message that follows."""
    if mail.returned is not None:
        return mail.text
    start = _where(mail.text)
    return mail.text if start is None else mail.text[:start]


def recipients(returned: mime.Part | None) -> tuple[str, ...]:
    """To whom the returned message was written."""
    if returned is None:
        return ()
    fields = (*returned.every("to"), *returned.every("cc"))
    return tuple(dict.fromkeys(found for value in fields for _, found in address.mailboxes(value)))


def senders(mail: Mail, returned: mime.Part | None) -> set[str]:
    """Addresses that are ours or the mail system's: never those that failed."""
    fields = [mail.header.get(name, "") for name in ("from", "to", "delivered-to", "return-path")]
    if returned is not None:
        names = ("from", "sender", "reply-to", "return-path", "message-id", "list-unsubscribe")
        fields += [returned.get(name) for name in names]
    fields += _named_ids(mail)
    return {found for value in fields for found in address.every(value)}


def message_id(mail: Mail, returned: mime.Part | None) -> str | None:
    """The Message-ID of the message that failed, without brackets."""
    found = headers.message_ids(returned.get("message-id")) if returned is not None else ()
    for part in mail.parts:
        if not found and part.content_type == "message/delivery-status":
            said = re.search(r"(?im)^(?:x-)?(?:original-)?message-id:[ \t]*(<[^<>\s]+>)", part.text)
            found = headers.message_ids(said[1]) if said else ()
    return next(iter(found or mail.references or _named_ids(mail)), None)


def _named_ids(mail: Mail) -> tuple[str, ...]:
    """Message-IDs that the text names: after a label, or of the shape of ours."""
    text = mail.text[:_MOST_TEXT]
    return (*_LABELLED_ID.findall(text), *(one.strip("<>") for one in _bracketed_own(text)))


def _bracketed_own(text: str) -> list[str]:
    return [one for one in _BRACKETED.findall(text) if OWN_MESSAGE_ID.search(one)]


def _where(text: str) -> int | None:
    """Where header fields begin: a line that some more of them follow at once."""
    starts = [match.start() for match in _HEADER_LINE.finditer(text[:200_000])][:60]
    for place, start in enumerate(starts):
        following = [other for other in starts[place:] if other - start < _NEAR][:_LEAST]
        together = len(following) == _LEAST and not _BLANK.search(text, start, following[-1])
        if together and _MACHINE_LINE.search(text, start, start + 4 * _NEAR):
            return start
    return None
