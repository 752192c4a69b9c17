"""Shares one email with those it would interest: once with each, and under all the usual rules.

Whoever may not be written to, has said no, or is with a person, who answers or took them over, is
left out, and counted with the reason. The messages are planned like any other: caps, holds and
suppression are asked when they go out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from worker.core import calendar
from worker.core.condition import Condition
from worker.core.facts import Hours, Lead, Past
from worker.core.states import MessageKind
from worker.core.unmet import Circumstances, unmet
from worker.engine import bygone
from worker.engine.apply import Desk
from worker.engine.enroll import in_general, refusals
from worker.engine.publish import publish_files
from worker.engine.senders import choose, possible
from worker.engine.unanswered import waiting
from worker.render.bundle import Bundle
from worker.render.reach import reached
from worker.store import history, leads, messages, outbox
from worker.store.messages import NewMessage

PAGE = 1000
HOURS = Hours()
"""When a share goes out: in the daytime of working days, by the clock of the lead."""
NO = "not_interested"
HAD = "they got it before"


class _Reader(NamedTuple):
    """A lead of the segment, and what happened to it."""

    lead: Lead
    past: tuple[Past, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """What a share would do: shown first, then carried out as it was shown.

    `without` are those of the segment who will not get it: the address, and the whole reason.
    """

    template: str
    bundle: Bundle
    sender: str | None
    audience: tuple[Lead, ...]
    without: tuple[tuple[str, str], ...] = ()

    @property
    def left_out(self) -> Mapping[str, int]:
        """How many will not get it, by the reason without what is each one's own of it."""
        return Counter(in_general(reason) for _, reason in self.without)


def prepare(
    desk: Desk, template: str, templates: Bundle, segment: Condition, sender: str | None = None
) -> Share:
    """Work out who would get a template; one that is not there is a `TemplateError`.

    A sender that is not there is a `NotFoundError`.
    """
    possible(desk.setup, sender)
    bundle = templates.narrow(reached(templates.files, template))
    had = outbox.shared(desk.connection, template)
    audience, without = list[Lead](), list[tuple[str, str]]()
    for some in _segment(desk, segment):
        reasons = _objections(desk, some) | dict.fromkeys(some.keys() & had, HAD)
        audience += [one.lead for key, one in some.items() if key not in reasons]
        without += [(some[key].lead.address, reasons[key]) for key in some if key in reasons]
    return Share(template, bundle, sender, tuple(audience), tuple(without))


def share(desk: Desk, plan: Share) -> int:
    """Plan the messages of a share; tell how many. Who has one already gets no other."""
    digest = publish_files(desk.connection, plan.bundle, desk.now)
    new = [_message(desk, plan, lead, digest) for lead in plan.audience]
    messages.plan(desk.connection, new)
    bygone.hold_known(desk.connection, desk.setup, plan.audience, desk.now)
    return len(new)


def _segment(desk: Desk, segment: Condition) -> Iterator[dict[int, _Reader]]:
    """Return who is of a segment, by id, some at a time."""
    last = 0
    while page := leads.page(desk.connection, after=last, limit=PAGE):
        last = page[-1].id
        happened = history.of_leads(desk.connection, [lead.id for lead in page])
        readers = (_Reader(lead, happened.get(lead.id, ())) for lead in page)
        yield {one.lead.id: one for one in readers if _is_of(desk, segment, one)}


def _is_of(desk: Desk, segment: Condition, one: _Reader) -> bool:
    of = Circumstances(one.lead, one.past, zone=desk.setup.lead_zone(one.lead))
    return unmet(segment, of, desk.now) is None


def _objections(desk: Desk, some: Mapping[int, _Reader]) -> dict[int, str]:
    """Return why readers are not written to, of those who are not."""
    known = {key: one.lead for key, one in some.items()}
    refused = refusals(desk.connection, desk.setup, known)
    asked = waiting(desk.connection, known.values())
    found = {
        key: refused.get(key) or _of_consent(desk, one.lead) or asked.get(key) or _said_no(one)
        for key, one in some.items()
    }
    return {key: reason for key, reason in found.items() if reason is not None}


def _of_consent(desk: Desk, lead: Lead) -> str | None:
    ended = lead.consent is not None and not lead.consent.holds(desk.now)
    return "their consent has ended" if ended else None


def _said_no(one: _Reader) -> str | None:
    return "they said no" if any(event.name == NO for event in one.past) else None


def _message(desk: Desk, plan: Share, lead: Lead, digest: str) -> NewMessage:
    setup = desk.setup
    due = calendar.fit(desk.now, HOURS, setup.lead_zone(lead), setup.lead_holidays(lead))
    return NewMessage(
        key=f"share:{lead.id}:{plan.template}",
        kind=MessageKind.SHARE,
        recipient=lead.address,
        mailbox=choose(setup, plan.sender, lead, desk.now).mailbox.name,
        template=plan.template,
        bundle=digest,
        due_at=due,
        reason="shared by hand",
        lead_id=lead.id,
        step_id=f"share {plan.template}",
    )
