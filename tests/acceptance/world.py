"""A world to tell stories in: an installation, its mail server and its people, on one clock.

A story says what happens (`add`, `answers`, `is_away`, …) and when (`after`, `until`), and then
looks at what arrived (`mails`), never at what the worker says that it sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from itertools import count
from random import Random
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from worker.address import comparable
from worker.clock import VirtualClock
from worker.core.events import LeadCreated
from worker.core.facts import Lead
from worker.core.token import Signer
from worker.daemon.drive import Driver, Stage
from worker.daemon.ticks import Ticks
from worker.delivery.account import Account
from worker.delivery.pool import Pool
from worker.engine import control, publish
from worker.engine.apply import Desk, apply
from worker.engine.catalogue import Catalogue
from worker.engine.intake.by_hand import add_lead
from worker.engine.rescue import rescue
from worker.engine.setup import Mailbox, Sender, Setup
from worker.inbox.account import ImapAccount
from worker.inbox.role import Role
from worker.render.bundle import Bundle
from worker.sandbox import bounces, letters, reading
from worker.sandbox.capture import Captured
from worker.sandbox.reading import parse
from worker.sandbox.recipients import Mood, Recipient
from worker.sandbox.server import MailServer
from worker.sequence import reader
from worker.store import alerts, installation, leads, outbox, timeline
from worker.store.database import Database
from worker.store.messages import Holder
from worker.store.outbox import Shown
from worker.tracks import newsletter

NIGHT = datetime(2027, 1, 4, 2, tzinfo=UTC)  # from Sunday to Monday
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
US = "grace@felt.example"
ADA = "ada@analytical.example"
PASSWORD = "lamp"
FOLDERS = ("INBOX", "Archive", "Sent", "Junk")

WELCOME = """\
title = "Welcome"
enroll = { on = "lead.created" }
calendar = { days = "business", window = "09:00-17:00", zone = "lead" }
then = "newsletter"

[[step]]
id = "welcome"
after = "0 minutes"
window = "any"
email = "welcome.html"
purpose = "value"

[[step]]
id = "features"
after = "14 days"
slip = "back"
email = "features.html"
purpose = "educate"
thread = true
"""


def template(subject: str, body: str = "Good day, {{ lead.first_name or 'you' }}.") -> str:
    """A whole email without a layout."""
    return (
        f"<html><head><title>{{% block subject %}}{subject}{{% endblock %}}</title></head><body>"
        f'<p>{body}</p><p><a href="{{{{ links.unsubscribe }}}}">Stop</a> '
        "{{ mailbox.postal_address }}</p></body></html>"
    )


TEMPLATES = MappingProxyType(
    {"welcome.html": template("Welcome"), "features.html": template("All of it")}
)


class World:
    """One installation with one mailbox; every story has its own."""

    def __init__(
        self, runner: asyncio.Runner, driver: Driver, server: MailServer, holder: Holder
    ) -> None:
        self.server = server
        self.holder = holder
        self.driver = driver
        self.ticks = driver.ticks
        self.clock = driver.clock
        self._runner = runner
        self._numbers = count(1)

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.clock.now()

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Give a desk, to do by hand what a person does; then let follow what follows."""
        with self.ticks.desk() as desk:
            yield desk
        self.settle()

    def launch(
        self,
        name: str = "welcome",
        source: str = WELCOME,
        templates: Mapping[str, str] = TEMPLATES,
        *,
        existing: bool = False,
    ) -> int:
        """Launch a sequence; tell how many leads it took in at once."""
        sequence, errors = reader.read(source, f"{name}.toml")
        assert sequence is not None, errors
        with self.desk() as desk:
            plan = publish.prepare(
                desk.connection, desk.setup, sequence, source, Bundle(templates), desk.now
            )
            setup = self.ticks.setup
            return publish.launch(desk.connection, setup, plan, desk.now, existing=existing)

    def approve(self, month: str, subject: str = "The letter") -> None:
        """Approve an edition of the newsletter."""
        files = {f"newsletter/{month}.html": template(subject)}
        with self.desk() as desk:
            newsletter.approve(desk, month, Bundle(files))

    def add(self, address: str = ADA, **values: str) -> Lead:
        """Let a lead come in who agreed to be written to, and do what is due at once."""
        lead = self.come(address, **values)
        self.settle()
        return lead

    def come(self, address: str = ADA, **values: str) -> Lead:
        """Let a lead come in; nothing is done about it yet."""
        given = {"email": address, "consent": "asked for our guide", **values}
        with self.ticks.desk() as desk:
            lead_id = add_lead(desk.connection, given, desk.now)
            apply(desk, lead_id, LeadCreated(desk.now, "came in by hand"))
        return self.lead(address)

    def resume(self, address: str = ADA) -> None:
        """Let a lead's sequences go on, by hand."""
        with self.desk() as desk:
            control.resume_lead(desk, control.lead_by(desk, address), "we talked")

    def settle(self) -> None:
        """Do all that is due now."""
        self._runner.run(self.driver.settle())

    def until(self, moment: datetime) -> None:
        """Let time pass, from one thing that is due to the next."""
        self.settle()
        while (upcoming := self.driver.next_moment()) < moment:
            self.clock.move_to(upcoming)
            self.settle()
        self.jump(moment)

    def after(self, span: timedelta) -> None:
        """Let so much time pass."""
        self.until(self.now + span)

    def jump(self, moment: datetime) -> None:
        """Let time pass without the worker, as a machine that is off does; then do what is due."""
        self.clock.move_to(moment)
        self.settle()

    def mails(self, address: str = ADA) -> list[Captured]:
        """What arrived for an address, in order."""
        return self.server.capture.to(address)

    def subjects(self, address: str = ADA) -> list[str]:
        """The subjects of what arrived for an address."""
        return [reading.header(parse(mail.raw), "Subject") for mail in self.mails(address)]

    def header(self, name: str, address: str = ADA, at: int = -1) -> str:
        """A header field of a mail that arrived, the last if no other."""
        return reading.header(parse(self.mails(address)[at].raw), name)

    def answers(self, address: str = ADA, mood: Mood = Mood.INTERESTED) -> bytes:
        """Let a person answer the last mail that they got; nothing is read yet."""
        person = Recipient(address, "Ada Lovelace")
        raw = letters.reply(person, self.mails(address)[-1], mood, self.now, Random(1))
        self.server.deliver(letters.destination(raw), raw)
        return raw

    def is_away(self, back: date, address: str = ADA) -> None:
        """Let a robot answer the last mail: away, and back on that day."""
        person = Recipient(address, "Ada Lovelace")
        mail = self.mails(address)[-1]
        self.server.deliver(mail.sender, letters.absence(person, mail, back, self.now))

    def bounces(
        self, address: str = ADA, *, hard: bool = True, because: bounces.Reason | None = None
    ) -> None:
        """Let the last mail to an address come back, for a reason if for another than usual."""
        mail = self.mails(address)[-1]
        reason = because or (bounces.HARD if hard else bounces.SOFT)
        self.server.deliver(mail.sender, bounces.bounce(mail, address, reason, self.now))

    def writes(self, words: str, sender: str = ADA, to: str = US, **fields: str) -> None:
        """Let somebody write a mail of their own; fields such as `in_reply_to` may be added."""
        mail = EmailMessage(policy=SMTP)
        named = {"from": sender, "to": to, "subject": "Hello", **fields}
        for name, value in named.items():
            mail[name.replace("_", "-").title()] = value
        mail["Date"] = self.now
        mail["Message-ID"] = f"<{next(self._numbers)}@elsewhere.example>"
        mail.set_content(words)
        self.server.deliver(to, mail.as_bytes())

    def lead(self, address: str = ADA) -> Lead:
        """A lead as it is now."""
        with self.ticks.database.read() as connection:
            found = leads.find(connection, comparable(address))
        assert found is not None, f"nobody is known as {address}"
        return found

    def decisions(self, address: str = ADA) -> list[tuple[str, str]]:
        """What was decided about a lead, and why, in order."""
        with self.ticks.database.read() as connection:
            found = timeline.decisions_of(connection, self.lead(address).id)
        return [(one.what, one.reason) for one in found]

    def messages(self, address: str = ADA) -> list[Shown]:
        """The messages to a lead, the oldest first."""
        with self.ticks.database.read() as connection:
            return outbox.shown_of(connection, self.lead(address).id)

    def alerts(self) -> dict[str, str]:
        """The open alerts: kind and text."""
        with self.ticks.database.read() as connection:
            return {one.kind: one.text for one in alerts.open_now(connection)}

    def limbo(self) -> list[str]:
        """The leads that are nowhere; there must be none at the end of any story."""
        with self.ticks.database.read() as connection:
            return [lead.address for lead in leads.in_limbo(connection)]


@dataclass(frozen=True, slots=True)
class House:
    """What a world can be told to have: changes of its setup and its mailbox."""

    start: datetime = NIGHT
    mailbox: Mapping[str, Any] = field(default_factory=dict)
    setup: Mapping[str, Any] = field(default_factory=dict)


@contextmanager
def opened(database: Database, house: House | None = None) -> Iterator[World]:
    """Open a world on a migrated database, new or of another world; nobody may end in limbo."""
    house = house or House()
    clock = VirtualClock(house.start)
    with asyncio.Runner() as runner, MailServer(clock, {US: PASSWORD}) as server:
        for folder in FOLDERS[1:]:
            server.append(US, folder, b"Subject: old\r\n\r\nOld mail.\r\n")
        ticks = Ticks(database, _setup(house), Catalogue(), clock)
        pool = Pool(Account(server.host, server.smtp_port, "none", US, PASSWORD))
        imap = ImapAccount(
            "sales",
            server.host,
            US,
            PASSWORD,
            server.imap_port,
            "none",
            folders=FOLDERS[:2],
            special={Role.SENT: "Sent", Role.JUNK: "Junk"},
        )
        stage = Stage(ticks, clock, _begin(ticks), {"sales": pool}, [imap])
        with closing(Driver(stage)) as driver:
            world = World(runner, driver, server, stage.holder)
            world.settle()
            yield world
            runner.run(pool.close())
        assert world.limbo() == []


def _begin(ticks: Ticks) -> Holder:
    """Begin an epoch and settle what the former one left behind, as a worker that starts does."""
    with ticks.desk() as desk:
        holder = Holder("w", installation.begin_epoch(desk.connection, "w", desk.now))
        rescue(desk, holder)
    return holder


def _setup(house: House) -> Setup:
    secret = bytes(range(32))
    mailbox = replace(
        Mailbox("sales", US, "Grace Hopper", authserv=("mx.felt.example",)), **house.mailbox
    )
    setup = Setup(
        secret=secret,
        signer=Signer({0: secret}, 0),
        sender=Sender("Felt", "1 Quiet Road, Softville"),
        mailboxes=MappingProxyType({"sales": mailbox}),
        zone=ZoneInfo("Europe/London"),
    )
    return replace(setup, **house.setup)
