"""The judge: holds what arrived against what the crowd did, and never asks the worker.

Four rules, without any grace: nobody is mailed after they replied, opted out or bounced for good,
unless they asked to be written to again and the day has come;
nobody is mailed while they are away; nothing comes twice; at most one edition a month to each.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from email.message import Message
from zoneinfo import ZoneInfo

from worker.sandbox.capture import Captured
from worker.sandbox.crowd import Crowd
from worker.sandbox.reactions import Kind, Letter, Purchase
from worker.sandbox.reading import header, is_edition, parse, text
from worker.sandbox.recipients import Recipient

_STOPS = {
    Kind.REPLY: "they replied",
    Kind.OPT_OUT: "they opted out",
    Kind.HARD_BOUNCE: "their address bounced for good",
}

# Links and addresses carry a token of their own message: without them, a mail that was sent
# twice reads the same.
_TOKENS = re.compile(r"\S*(?:://|@)\S*")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge found: counts of what happened, and a sentence for each violation.

    `mails` counts those to people of the crowd, `editions` the newsletters among them, `others`
    the mails to anybody else; `reactions` counts what the crowd did, by kind.
    """

    mails: int
    people: int
    editions: int
    others: int
    reactions: dict[Kind, int]
    violations: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether no rule was broken."""
        return not self.violations

    def __str__(self) -> str:
        done = ", ".join(f"{count} {kind}" for kind, count in self.reactions.items())
        summary = (
            f"{self.mails} mails to {self.people} people, {self.editions} of them editions; "
            f"{self.others} to others; the people did: {done or 'nothing'}."
        )
        return "\n".join([summary, f"Violations: {len(self.violations)}", *self.violations])


@dataclass(frozen=True, slots=True)
class _Received:
    """One mail as one person got it."""

    mail: Captured
    person: Recipient
    content: Message

    @property
    def address(self) -> str:
        return self.person.address.lower()

    @property
    def sentence(self) -> str:
        subject = header(self.content, "Subject")
        return f"{self.address} was mailed “{subject}” at {_instant(self.mail.at)}"

    @property
    def month(self) -> str:
        return self.person.local(self.mail.at).strftime("%Y-%m")


def judge(mails: Sequence[Captured], crowd: Crowd) -> Verdict:
    """Hold all that was captured against the crowd's log."""
    received = list(_received(mails, crowd))
    violations = [
        *_after_a_stop(received, crowd.log),
        *_while_away(received, crowd.log),
        *_same_message_id(mails),
        *_same_words(received),
        *_same_month(received),
    ]
    return Verdict(
        mails=len(received),
        people=len({each.address for each in received}),
        editions=sum(is_edition(each.content) for each in received),
        others=sum(len(mail.recipients) for mail in mails) - len(received),
        reactions=dict(Counter(reaction.kind for reaction in crowd.log)),
        violations=tuple(violations),
    )


def _received(mails: Sequence[Captured], crowd: Crowd) -> Iterator[_Received]:
    for mail in mails:
        content = parse(mail.raw)
        for address in mail.recipients:
            person = crowd.recipients.get(address.lower())
            if person is not None:
                yield _Received(mail, person, content)


def _after_a_stop(received: Iterable[_Received], log: Sequence[Letter | Purchase]) -> Iterator[str]:
    for each in received:
        stop = _stop_before(each, log)
        if stop is not None:
            yield f"{each.sentence}, after {_STOPS[stop.kind]} at {_instant(stop.when.at)}"


def _stop_before(each: _Received, log: Sequence[Letter | Purchase]) -> Letter | Purchase | None:
    """Return what should have kept that mail back; who buys after a reply may be written to."""
    stops: list[Letter | Purchase] = []
    for reaction in log:
        if reaction.address != each.address or not reaction.when.is_before(each.mail):
            continue
        if reaction.kind in _STOPS and not _asked_for(each, reaction):
            stops.append(reaction)
        elif reaction.kind is Kind.PURCHASE:
            stops = [stop for stop in stops if stop.kind is not Kind.REPLY]
    return stops[0] if stops else None


def _asked_for(each: _Received, reaction: Letter | Purchase) -> bool:
    """Say whether the mail came when that answer had asked for it."""
    if not isinstance(reaction, Letter) or reaction.again is None:
        return False
    return each.mail.at >= _morning(reaction.again, each.person)


def _while_away(received: Iterable[_Received], log: Iterable[Letter | Purchase]) -> Iterator[str]:
    absences = [each for each in log if isinstance(each, Letter) and each.back is not None]
    for each in received:
        for absence in absences:
            if absence.address == each.address and _is_during(each, absence):
                yield f"{each.sentence}, while they were away until {absence.back}"


def _is_during(each: _Received, absence: Letter) -> bool:
    assert absence.back is not None
    is_early = each.mail.at < _morning(absence.back, each.person)
    return absence.when.is_before(each.mail) and is_early


def _morning(day: date, person: Recipient) -> datetime:
    """Return when a day begins where the person lives."""
    return datetime.combine(day, time(), ZoneInfo(person.zone))


def _same_message_id(mails: Iterable[Captured]) -> Iterator[str]:
    counts = Counter(header(parse(mail.raw), "Message-ID") for mail in mails)
    for message_id, count in counts.items():
        if message_id and count > 1:
            yield f"the message {message_id} arrived {count} times"


def _same_words(received: Iterable[_Received]) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for each in received:
        words = (each.address, _digest(each.content))
        if words in seen:
            yield f"{each.sentence}, in the words of an earlier mail"
        seen.add(words)


def _digest(content: Message) -> str:
    said = _TOKENS.sub("", f"{header(content, 'Subject')}\n{text(content)}")
    return hashlib.sha256(" ".join(said.split()).encode()).hexdigest()


def _same_month(received: Iterable[_Received]) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for each in received:
        if not is_edition(each.content):
            continue
        if (each.address, each.month) in seen:
            yield f"{each.sentence}, a second edition in {each.month}"
        seen.add((each.address, each.month))


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S UTC")
