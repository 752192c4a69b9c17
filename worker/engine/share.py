"""Shares one email with those it would interest: once with each, and under all the usual rules.

Whoever may not be written to, has said no, or waits for our answer, is left out, and counted with
the reason. The messages are planned like any other: caps, holds and suppression are asked when
they go out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from worker.core import calendar
from worker.core.condition import Condition
from worker.core.facts import Hours, Lead, Past
from worker.core.states import MessageKind
from worker.core.unmet import Circumstances, unmet
from worker.engine import bygone
from worker.engine.apply import Desk
from worker.engine.enroll import in_general, refusal
from worker.engine.publish import publish_files
from worker.engine.senders import choose, possible
from worker.engine.unanswered import WAITS
from worker.render.bundle import Bundle
from worker.render.reach import reached
from worker.store import alerts, history, leads, messages, outbox
from worker.store.messages import NewMessage

PAGE = 1000
HOURS = Hours()
"""When a share goes out: in the daytime of working days, by the clock of the lead."""
NO = "not_interested"


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
    audience, without = [], []
    for lead, past in _segment(desk, segment):
        reason = "they got it before" if lead.id in had else _objection(desk, lead, past)
        if reason is None:
            audience.append(lead)
        else:
            without.append((lead.address, reason))
    return Share(template, bundle, sender, tuple(audience), tuple(without))


def share(desk: Desk, plan: Share) -> int:
    """Plan the messages of a share; tell how many. Who has one already gets no other."""
    digest = publish_files(desk.connection, plan.bundle, desk.now)
    new = [_message(desk, plan, lead, digest) for lead in plan.audience]
    messages.plan(desk.connection, new)
    bygone.hold_known(desk.connection, desk.setup, plan.audience, desk.now)
    return len(new)


def _segment(desk: Desk, segment: Condition) -> Iterator[tuple[Lead, tuple[Past, ...]]]:
    last = 0
    while page := leads.page(desk.connection, after=last, limit=PAGE):
        last = page[-1].id
        happened = history.of_leads(desk.connection, [lead.id for lead in page])
        for lead in page:
            past = happened.get(lead.id, ())
            of = Circumstances(lead, past, zone=desk.setup.lead_zone(lead))
            if unmet(segment, of, desk.now) is None:
                yield lead, past


def _objection(desk: Desk, lead: Lead, past: tuple[Past, ...]) -> str | None:
    reason = refusal(desk.connection, desk.setup, lead)
    if reason is not None:
        return reason
    if lead.consent is not None and not lead.consent.holds(desk.now):
        return "their consent has ended"
    if alerts.is_open(desk.connection, "reply", lead.address):
        return WAITS
    return "they said no" if any(one.name == NO for one in past) else None


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
