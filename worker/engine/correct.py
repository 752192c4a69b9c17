"""A person says what a mail means: what the wrong reading did is taken back, the right one is done.

The right one takes the same way as any mail: `core.meaning`, `core.transitions`, `engine.apply`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import MAXYEAR, date, datetime
from shlex import quote
from typing import Any

from worker.address import comparable
from worker.core.events import (
    NAMES,
    OUTCOMES,
    STAGES,
    LeftCompany,
    NotInterested,
    StoppedByHand,
    WrongPerson,
)
from worker.core.facts import Lead, Past
from worker.core.mail import Automatic, Bond, BounceType, Intent, Kind
from worker.core.meaning import Failure, Said, What, event_of
from worker.core.states import EnrollmentState
from worker.engine import unanswered
from worker.engine.apply import Desk, apply
from worker.engine.traces import alike
from worker.engine.unwished import unwish
from worker.errors import ConflictError, InputError
from worker.store import (
    enrollments,
    history,
    incoming,
    leads,
    locks,
    messages,
    outbox,
    suppressions,
    timeline,
    understood,
)
from worker.store import undo as undoing
from worker.store.incoming import Came, Incoming
from worker.store.tasks import Task
from worker.store.timeline import Decision
from worker.store.undo import Undone

_ENDS = (StoppedByHand, NotInterested, WrongPerson, LeftCompany)
ENDS = frozenset((*OUTCOMES, *(NAMES[one] for one in _ENDS)))
"""After these it is known how it is with a lead; whatever else ends it suppresses the address."""
LASTING = "nothing lifts a complaint: the address stays suppressed, and its sequences ended"
OTHERWISE = (
    "say how they want it: `nurture leads edit {0} rhythm=monthly`, or `channel=phone`; then "
    "`nurture leads resume {0}`"
)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a mail means, as a person says: the keys of the corpus; what does not apply is None."""

    kind: Kind = Kind.HUMAN
    intent: Intent | None = None
    until: date | None = None
    return_date: date | None = None
    bounce_type: BounceType | None = None

    def __post_init__(self) -> None:
        if self.kind is not Kind.HUMAN and (self.intent or self.until):
            raise InputError("only a mail that a person wrote has an intent", key="--intent")
        if self.until is not None and self.intent is not Intent.NOT_NOW:
            raise InputError("--until goes with --intent not_now", key="--until")
        if (self.kind is Kind.BOUNCE) is not (self.bounce_type is not None):
            raise InputError("--bounce-type goes with --kind bounce", key="--bounce-type")
        if self.return_date is not None and self.kind is not Kind.AUTO_REPLY:
            raise InputError("--return-date goes with --kind auto_reply", key="--return-date")
        if self.kind is Kind.HUMAN and self.intent is None:  # left out, it lifts no opt-out
            raise InputError("--kind human goes with --intent; unknown is one", key="--kind")

    def values(self) -> dict[str, Any]:
        """Return the keys that apply, as plain values."""
        given = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {
            name: value.isoformat() if isinstance(value, date) else value.value
            for name, value in given.items()
            if value is not None
        }

    @property
    def what(self) -> What | None:
        """What it says, in the words of the table."""
        match self.kind:
            case Kind.HUMAN:
                return self.intent
            case Kind.AUTO_REPLY:
                return Automatic.ABSENCE
            case Kind.BOUNCE:
                return Failure.HARD if self.bounce_type is BounceType.HARD else Failure.SOFT
            case _:
                return None


@dataclass(frozen=True, slots=True)
class Corrected:
    """What was taken back, what could not be, and the event that the mail is now, if any.

    `to_do` says what is left to do by hand, if anything is.
    """

    lead: str
    undone: tuple[str, ...]
    kept: tuple[str, ...]
    event: str | None
    to_do: str | None = None


def correct(desk: Desk, number: int, expected: Expected, lead: Lead | None = None) -> Corrected:
    """Correct what was understood of a mail; `lead` says whose it is, where that is not known.

    Raises `NotFoundError` for a mail that is not there, `ConflictError` for one that is no lead's,
    `InputError` for an end that has come.
    """
    mail = incoming.get(desk.connection, number)
    _check_whose_words(desk, mail, number)
    whose = _whose(desk, mail, number, lead)
    _check_until(desk, whose, expected.until)
    former = whose if mail.lead_id is None else leads.get(desk.connection, mail.lead_id)
    locks.close_gate(desk.connection)
    locks.lock_leads(desk.connection, {former.id, whose.id})
    undone, kept = _take_back(desk, mail, former)
    if former.id != whose.id:
        undone, kept = ([f"{former.address}: {one}" for one in told] for told in (undone, kept))
    said = _said(desk, mail, whose, expected)
    event = None if expected.kind is Kind.OTHER else event_of(said, desk.now)
    before = undoing.remember(desk.connection, [whose.id])[whose.id]
    incoming.correct(desk.connection, number, expected.kind.value, expected.intent, whose.id)
    understood.correct(desk.connection, number, expected.values(), before, desk.now)
    if event is not None:
        apply(desk, whose.id, event)
    name = event.name if event else None
    to_do = OTHERWISE.format(quote(whose.address)) if expected.intent is Intent.CHANGE else None
    return Corrected(whose.address, tuple(undone), tuple(kept), name, to_do)


def _check_whose_words(desk: Desk, mail: Came, number: int) -> None:
    """An owner's words never were taken for the lead's, and what they decided is an outcome."""
    if mail.message_id is None or mail.lead_id is None:
        return
    lead = leads.get(desk.connection, mail.lead_id)
    message, sender = outbox.get(desk.connection, mail.message_id), comparable(mail.sender)
    known = (leads.find(desk.connection, one) for one in alike(sender))
    theirs = any(one is not None and one.id == lead.id for one in known)
    if message.to_owner and (not theirs or sender == comparable(message.recipient)):
        whom = quote(lead.address)
        raise ConflictError(
            f"mail {number} answers one to an owner, and is no word of the lead's: say how it is "
            f"with `nurture outcome {whom} won|lost|nurture`, or `nurture leads edit`"
        )


def _whose(desk: Desk, mail: Incoming, number: int, lead: Lead | None) -> Lead:
    if lead is not None:
        return lead
    if mail.lead_id is None:
        raise ConflictError(f"mail {number} is no lead's: say whose it is with --lead ADDRESS")
    return leads.get(desk.connection, mail.lead_id)


def _check_until(desk: Desk, lead: Lead, until: date | None) -> None:
    if until is not None and until <= desk.now.astimezone(desk.setup.lead_zone(lead)).date():
        raise InputError(f"{until} is not in the future; name a later day", key="--until")
    if until is not None and until.year == MAXYEAR:
        raise InputError(f"{until} is too far ahead; name an earlier day", key="--until")


def _take_back(desk: Desk, mail: Came, lead: Lead) -> tuple[list[str], list[str]]:
    """Take back what the mail did last: as it was read, or as it was corrected before."""
    known = understood.get(desk.connection, mail.id)
    if known is None:
        return [], []
    if mail.kind == Kind.COMPLAINT.value:
        return [], [LASTING]
    earlier = understood.corrected(desk.connection, mail.id)
    at = earlier.at if earlier else mail.at
    addresses = (lead.address, comparable(mail.sender))
    digests = [desk.setup.suppression_digests(one)[0] for one in addresses]
    since = {one.name for one in _past(desk, lead) if one.at > at}
    ended = not since.isdisjoint(ENDS) or _suppressed_otherwise(desk, lead, at)
    fixed = {"track", "settled", "stage"} if ended else set[str]()
    if not since.isdisjoint(STAGES):
        fixed.add("stage")
    before = {name: value for name, value in known.before.items() if name not in fixed}
    done = undoing.undo(desk.connection, lead.id, at, before, digests, desk.now, ended_since=ended)
    _reopened(desk, done.tasks)
    if lead.domain:  # interest held all of the company
        messages.release_waiting(desk.connection, desk.now, domain=lead.domain)
        enrollments.wake_company(desk.connection, desk.now, lead.domain)
    else:
        messages.release_waiting(desk.connection, desk.now, lead_id=lead.id)
        enrollments.wake(desk.connection, desk.now, lead.id)
    paused = _wait_again(desk, lead)
    done = replace(done, enrollments=done.enrollments - paused, waiting=done.waiting + paused)
    undone, kept = _told(done)
    if ended:
        kept.append("how it ended was recorded since: its sequences stay as they are")
    elif "stage" in fixed and lead.stage.value != known.before["stage"]:
        kept.append(f"the stage is {lead.stage}, as it was set since")
    wishes, changed = unwish(desk, lead, mail.words, at, known.before)
    return [*undone, *wishes], [*kept, *changed]


def _wait_again(desk: Desk, lead: Lead) -> int:
    """Let what goes on wait where a person took the lead over since; return how many do."""
    asked = unanswered.waiting(desk.connection, [lead]).get(lead.id)
    if asked is None:
        return 0
    running = enrollments.of_lead(desk.connection, lead.id, running=True)
    active = [one for one in running if one.state is EnrollmentState.ACTIVE and not one.to_owner]
    for one in active:
        unanswered.pause(desk.connection, one.id, asked, desk.now)
    return len(active)


def _past(desk: Desk, lead: Lead) -> tuple[Past, ...]:
    return history.of_leads(desk.connection, [lead.id]).get(lead.id, ())


def _suppressed_otherwise(desk: Desk, lead: Lead, at: datetime) -> bool:
    """Tell whether a lead is not written to any more, and not because of what was done at `at`."""
    digests = desk.setup.suppression_digests(lead.address)
    found = (suppressions.find(desk.connection, digest) for digest in digests)
    return any(one is not None and one.since != at for one in found)


def _reopened(desk: Desk, found: list[Task]) -> None:
    again = "open again: a mail was understood wrongly, and corrected"
    said = [
        Decision(one.lead_id, desk.now, "task opened", f"task {one.id}, {one.kind}, {again}")
        for one in found
    ]
    timeline.record(desk.connection, said)


def _told(done: Undone) -> tuple[list[str], list[str]]:
    undone = [
        text
        for count, text in (
            (done.holds, "what it held goes on"),
            (done.enrollments, "its sequences go on"),
            (done.waiting, "its sequences wait for you, as before"),
            (done.suppressions, "the address is suppressed no more"),
            (len(done.tasks), "its tasks are open again"),
        )
        if count
    ]
    kept = [
        text
        for count, text in (
            (done.notices_sent, "a notice about it has gone out to the owner"),
            (done.changed_since, "a sequence was begun anew meanwhile: the old one stays ended"),
        )
        if count
    ]
    return undone, kept


def _said(desk: Desk, mail: Incoming, lead: Lead, expected: Expected) -> Said:
    address = lead.address
    if expected.kind is Kind.BOUNCE and mail.message_id is not None:
        address = outbox.get(desk.connection, mail.message_id).recipient
    wants = expected.intent or expected.kind
    return Said(
        kind=expected.kind,
        bond=Bond.OURS,
        because=f"“{_short(mail)}” (corrected by hand: {wants.value.replace('_', ' ')})",
        address=address,
        what=expected.what,
        until=expected.until,
        back=expected.return_date,
        zone=desk.setup.lead_zone(lead),
    )


def _short(mail: Incoming) -> str:
    line = " ".join((mail.words or mail.subject).split())
    return line if len(line) <= 120 else f"{line[:120].rstrip()}…"
