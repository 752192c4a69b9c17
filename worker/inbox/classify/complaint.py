"""Feedback reports: somebody pressed "this is spam" (RFC 5965)."""

from __future__ import annotations

import re

from worker.inbox import address, headers, mime
from worker.inbox.bounces import returned
from worker.inbox.parse import Mail
from worker.inbox.reading import Kind, Reading

# RFC 5965 §3.2.1 names the recipient; Microsoft's older reports do so in a header of the copy.
_RECIPIENT_FIELDS = ("original-rcpt-to", "removal-recipient")
_COPY_FIELDS = ("x-hmxmroriginalrecipient", "x-original-to", "delivered-to")
_FIRST_FIELD = re.compile(rb"\s{0,9}feedback-type[ \t]*:", re.IGNORECASE)
_XARF = ("x-xarf", "x-arf")  # https://xarf.org: for attacks of all kinds
_OF_SPAM = re.compile(r'(?im)^[ \t"]*(?:report[-_]?type|type)"?[ \t]*:[ \t"]*spam\b')
_MOST_TEXT = 20_000
# RFC 5965 §7.3: "not-spam" takes a complaint back; RFC 6591: auth-failure is no person's.
_NO_COMPLAINTS = frozenset({"not-spam", "auth-failure", "auth-failure-report", "dmarc"})


def read(mail: Mail) -> Reading | None:
    """COMPLAINT for a feedback report about spam, OTHER for one that is none."""
    report = _report(mail)
    if report is None and (named := _named(mail)):
        return _without_fields(mail, named)
    copy = mail.returned
    if report is None and (copy is None or not copy.has("x-hmxmroriginalrecipient")):
        return None
    fields = _fields(report) if report is not None else {}
    kind = fields.get("feedback-type", ["abuse"])[0].strip().lower()
    if kind in _NO_COMPLAINTS:
        return Reading(Kind.OTHER, f"feedback report of type {kind} (RFC 5965 §7.3)")
    return Reading(
        Kind.COMPLAINT,
        f"feedback report of type {kind} (RFC 5965 §3.1)",
        recipients=_recipients(fields, copy),
        original_message_id=returned.message_id(mail, copy),
    )


def _report(mail: Mail) -> mime.Part | None:
    """RFC 5965 §2: the second part of a multipart/report; some senders get the types wrong.

    One inside a message inside the mail is passed on by somebody, who writes about it.
    """
    parts = tuple(mail.root.leaves())
    reports = (part for part in parts if part.content_type == "message/feedback-report")
    return next(reports, None) or next(filter(_is_report, parts), None)


def _is_report(part: mime.Part) -> bool:
    """Whether a part is a report that calls itself plain text."""
    return part.content_type == "text/plain" and _FIRST_FIELD.match(part.body) is not None


def _named(mail: Mail) -> str | None:
    """Whose report about spam it is, where it has no part for machines of RFC 5965."""
    if "x-spamcop-sourceip" in mail.header:
        return "SpamCop"
    if any(name in mail.header for name in _XARF):
        words = (one.text[:_MOST_TEXT] for one in mail.root.leaves() if one.text)
        return "X-ARF" if any(map(_OF_SPAM.search, words)) else None
    return None


def _without_fields(mail: Mail, named: str) -> Reading:
    """Who complained these leave out; the copy says which mail it was."""
    copy = returned.header(mail)
    return Reading(
        Kind.COMPLAINT,
        f"a report of {named}",
        recipients=returned.recipients(copy) if named == "X-ARF" else (),
        original_message_id=returned.message_id(mail, copy),
    )


def _fields(report: mime.Part) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in mime.header_fields(report.text.strip().encode("utf-8", "replace")):
        found.setdefault(name, []).append(headers.decoded(value))
    return found


def _recipients(fields: dict[str, list[str]], copy: mime.Part | None) -> tuple[str, ...]:
    said = [value for name in _RECIPIENT_FIELDS for value in fields.get(name, ())]
    if not said and copy is not None:
        said = [copy.get(name) for name in _COPY_FIELDS if copy.has(name)]
    found = tuple(dict.fromkeys(one for value in said for one in address.every(value)))
    return found or returned.recipients(copy)
