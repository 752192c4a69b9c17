"""The mail that people, and the robots that answer for them, send back.

A letter looks as one from a real mail program: addressed to Reply-To, threaded by In-Reply-To and
References (RFC 5322 §3.6.4), the original quoted below. The same arguments make the same bytes.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import formataddr, parseaddr
from html import escape
from random import Random

from worker.sandbox import words
from worker.sandbox.capture import Captured
from worker.sandbox.reading import header, parse, text
from worker.sandbox.recipients import Mood, Recipient

# On output a header is never folded inside a long Message-ID, which would spoil it.
_UNFOLDED = SMTP.clone(max_line_length=998)


def reply(writer: Recipient, mail: Captured, mood: Mood, at: datetime, choice: Random) -> bytes:
    """Return a person's answer; some write plain text, others an HTML version as well."""
    original = parse(mail.raw)
    to = header(original, "Reply-To") or header(original, "From")
    letter = _letter(writer, mail, original, at)
    letter["To"] = to
    letter["Subject"] = _answered(header(original, "Subject"))
    day = writer.local(at).date()
    said = words.reply(mood, writer.language, day, choice) + f"\n\n{writer.name}"
    quoted = _quoted(writer, mail, original)
    letter.set_content(f"{said}\n\n{quoted}\n", cte="quoted-printable")
    if choice.random() < 0.5:
        letter.add_alternative(_html(said, quoted), subtype="html", cte="quoted-printable")
        letter.set_boundary(_key(writer, mail))
    return letter.as_bytes(policy=_UNFOLDED)


def absence(writer: Recipient, mail: Captured, back: date, at: datetime) -> bytes:
    """Return an absence notice: to the return path, and marked as automatic (RFC 3834 §3.1, §4)."""
    original = parse(mail.raw)
    letter = _letter(writer, mail, original, at)
    letter["To"] = mail.sender
    letter["Subject"] = words.absence_subject(writer.language, header(original, "Subject"))
    letter["Auto-Submitted"] = "auto-replied"
    letter["X-Auto-Response-Suppress"] = "All"
    letter["Precedence"] = "auto_reply"
    letter.set_content(words.absence(writer.language, back) + "\n", cte="quoted-printable")
    return letter.as_bytes(policy=_UNFOLDED)


def destination(raw: bytes) -> str:
    """Return the address that a letter goes to."""
    return parseaddr(header(parse(raw), "To"))[1]


def _letter(writer: Recipient, mail: Captured, original: Message, at: datetime) -> EmailMessage:
    """Return a letter with what all answers share; To and Subject are still missing."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = formataddr((writer.name, writer.address))
    letter["Date"] = writer.local(at)
    letter["Message-ID"] = f"<{_key(writer, mail)}@{writer.address.rpartition('@')[2]}>"
    answered = header(original, "Message-ID")
    if answered:
        letter["In-Reply-To"] = answered
        letter["References"] = f"{header(original, 'References')} {answered}".strip()
    return letter


def _answered(subject: str) -> str:
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def _quoted(writer: Recipient, mail: Captured, original: Message) -> str:
    name, address = parseaddr(header(original, "From"))
    day = writer.local(mail.at).date()
    lines = [f"> {line}".rstrip() for line in text(original).splitlines()]
    return "\n".join([words.quotation(writer.language, day, name or address), *lines])


def _html(said: str, quoted: str) -> str:
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in said.split("\n\n"))
    lines = [escape(line.removeprefix("> ")) for line in quoted.splitlines()]
    below = f"<div>{lines[0]}</div><blockquote>{'<br>'.join(lines[1:])}</blockquote>"
    return f"<html><body>{paragraphs}{below}</body></html>\n"


def _key(writer: Recipient, mail: Captured) -> str:
    about = f"{writer.address} {mail.number}".encode() + mail.raw
    return hashlib.sha256(about).hexdigest()[:24]
