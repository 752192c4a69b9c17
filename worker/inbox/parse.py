"""Raw bytes to a `Mail`: its parts, its envelope, and the words that it brings.

Everything is worked out when it is first asked for, so that a mail that its header alone decides
(a copy of our own, a newsletter) costs microseconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from worker.core.token import OWN_MESSAGE_ID, TOKEN
from worker.inbox import headers, hypertext, mime, words
from worker.inbox.reading import Authentication, Envelope

_DELIVERED = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_RETURNED = {"message/rfc822", "message/global", "message/global-headers", "text/rfc822-headers"}
_MOST_ADDRESSEES = 100
# A clock that is wrong by more would make "until Friday" one of another year.
_EARLIEST, _LATEST = timedelta(days=1), timedelta(days=30)
_FLOWED_QUOTE = re.compile(r">+")
_ANSWER = re.compile(
    r"(?i)\s*(?:re(?:\[\d+\])?|aw|sv|vs|vl|antw(?:ort)?|odp|res|r|rif|ynt|cvp|ha|vá|bls|răsp|"
    r"fwd?|wg|tr|rv|enc|i|отв\.?|відп\.?|отн|απ|σχετ|رد|השב|回复|答复|回覆|答覆|转发|返信|답장|회신)\s*[:：]"
)
_NO_PLAIN = re.compile(r"(?i)html|browser|viewer|view (?:this|it) online")


@dataclass(frozen=True)
class Mail:
    """One incoming mail, read on demand. `received_at` stands in where it has no Date."""

    root: mime.Part
    received_at: datetime | None = None

    @cached_property
    def header(self) -> headers.Header:
        """The first field of each name, decoded; names in lower case."""
        return self.root.header

    @cached_property
    def subject(self) -> str:
        """The subject on one line."""
        return self.header.get("subject", "")

    @cached_property
    def sender(self) -> tuple[str, str]:
        """The (name, address) that From claims; each may be empty.

        A list that put itself there, as those of Google do for DMARC, says who was.
        """
        name = "x-original-from" if self._is_from_list else "from"
        return next(iter(self.header.mailboxes(name)), ("", ""))

    @property
    def _is_from_list(self) -> bool:
        return "list-id" in self.header and "x-original-from" in self.header

    @cached_property
    def parts(self) -> tuple[mime.Part, ...]:
        """Every part, at any depth, in order."""
        return tuple(self.root.walk())

    @cached_property
    def returned(self) -> mime.Part | None:
        """The message, or its header, that a report hands back (RFC 6522 §3)."""
        for part in self.parts:
            if part.content_type in _RETURNED:
                if part.children:
                    return part.children[0]
                return mime.Part(mime.header_fields(part.body.lstrip(b"\n")), b"")
        return None

    @cached_property
    def references(self) -> tuple[str, ...]:
        """Message-IDs that it answers, nearest first, then those of a returned message."""
        nearest = headers.message_ids(self.header.get("in-reply-to", ""))
        older = headers.message_ids(self.header.get("references", ""))
        found = [*nearest, *reversed(older)]
        if self.returned is not None:
            for name in ("message-id", "in-reply-to", "references"):
                found += headers.message_ids(self.returned.get(name))
        return tuple(dict.fromkeys(found))[:100]

    @cached_property
    def is_reply(self) -> bool:
        """Whether it answers some message (RFC 5322 §3.6.4)."""
        return bool(self.header.get("in-reply-to") or self.header.get("references"))

    @cached_property
    def is_headed_as_reply(self) -> bool:
        """Whether its subject begins as that of an answer, or of what is passed on: "Re: …"."""
        return _ANSWER.match(self.subject) is not None

    @cached_property
    def answers_us(self) -> bool:
        """Whether what it answers has the shape of our own mail."""
        return any(OWN_MESSAGE_ID.search(reference) for reference in self.references)

    @cached_property
    def text(self) -> str:
        """The words in plain text, those of HTML where there are none; quotes are marked by >."""
        plain, html = self._bodies()
        if html and (not plain.strip() or (len(plain) < 300 and _NO_PLAIN.search(plain))):
            return "\n".join(hypertext.text_of(body) for body in html)
        return plain

    @cached_property
    def unquoted(self) -> str:
        """The words without what they quote; sign-off and small print are still there."""
        return words.unquoted(self.text)

    @cached_property
    def new_text(self) -> str:
        """What the sender wrote now, and nothing else."""
        return words.without_tail(self.unquoted, self.sender[0])

    def _bodies(self) -> tuple[str, list[str]]:
        plain, html = [], []
        for part in self.root.leaves():
            if part.is_attachment:
                continue
            if part.content_type == "text/plain" or part.content_type.startswith("multipart/"):
                plain.append(_flowed(part))  # one whose parts cannot be told apart is read whole
            elif part.content_type == "text/html":
                html.append(part.text)
        return "\n".join(plain), html

    @cached_property
    def envelope(self) -> Envelope:
        """Who sent it, when, and what it answers."""
        sent_at, day = self._dates()
        ids = headers.message_ids(self.header.get("message-id", ""))
        return Envelope(
            message_id=ids[0] if ids else None,
            sent_at=sent_at,
            day=day,
            subject=self.subject,
            from_address=self.sender[1] or None,
            from_name=self.sender[0],
            references=self.references,
            tokens=self._tokens(),
            authentication=tuple(self._authentication()),
            to=self._addressees(),
            marks=self._marks(),
            returned=_tokens_in(self.returned.get("list-unsubscribe")) if self.returned else (),
        )

    def _dates(self) -> tuple[datetime | None, date | None]:
        sent_at, day = headers.utc_and_day(self.header.get("date", ""))
        # RFC 5321 §4.4: after the last semicolon. The topmost is by our own server.
        stamp = self.header.get("received", "").rpartition(";")[2].strip()
        came_at, came_on = headers.utc_and_day(stamp)
        if came_at and (sent_at is None or not -_LATEST <= sent_at - came_at <= _EARLIEST):
            return came_at, came_on
        if sent_at is None and self.received_at is not None:
            return self.received_at.astimezone(UTC), self.received_at.date()
        return sent_at, day

    def _tokens(self) -> tuple[str, ...]:
        delivered = [one for one in self.root.fields if one[0] in _DELIVERED]
        delivered.sort(key=lambda one: _DELIVERED.index(one[0]))
        places = [*self.references, *(headers.decoded(value) for _, value in delivered)]
        if self.returned is not None:
            places += [self.returned.get("reply-to"), self.returned.get("message-id")]
        return _tokens_in(*places)

    def _authentication(self) -> Iterator[Authentication]:
        """RFC 8601 §2.2: the server's name, optionally a version, then a semicolon."""
        hop = 0
        if self._is_from_list:  # what a server found of From says nothing of who that was before
            return
        for name, value in self.root.fields:
            hop += name == "received"
            if name == "authentication-results":
                server, _, said = headers.decoded(value).partition(";")
                if server.strip():
                    yield Authentication(server.split()[0].lower(), said.strip(), hop)

    def _addressees(self) -> tuple[str, ...]:
        fields = map(self.header.mailboxes, ("to", "cc"))
        found = (one for field in fields for _name, one in field if one)
        return tuple(dict.fromkeys(found))[:_MOST_ADDRESSEES]

    def _marks(self) -> tuple[str, ...]:
        return _tokens_in(*map(self.header.get, ("reply-to", "list-unsubscribe")))


def _tokens_in(*places: str) -> tuple[str, ...]:
    found = (token.lower() for place in places for token in TOKEN.findall(place))
    return tuple(dict.fromkeys(found))


def _flowed(part: mime.Part) -> str:
    """The text of a part, its soft line ends joined where it is format=flowed (RFC 3676 §4)."""
    if part.parameters.get("format", "").lower() != "flowed":
        return part.text
    delete_space = part.parameters.get("delsp", "").lower() == "yes"
    lines: list[str] = []
    open_depth = -1
    for line in part.text.split("\n"):
        mark = _FLOWED_QUOTE.match(line)
        depth = mark.end() if mark else 0
        words = line[depth:].removeprefix(" ")
        if depth == open_depth:
            lines[-1] += words
        else:
            lines.append(">" * depth + (" " if depth else "") + words)
        soft = words.endswith(" ") and words != "-- "
        open_depth = depth if soft else -1
        if soft and delete_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def parse(raw: bytes, *, received_at: datetime | None = None) -> Mail:
    """A mail from its raw bytes, whatever they are; never raises."""
    return Mail(mime.split(raw), received_at)
