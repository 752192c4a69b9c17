"""A project on disk whose mail is due: a configuration, a database, the letter, many leads.

The first lead comes in, is enrolled and planned as by the daemon; the others are copies of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bench.sending import letters
from bench.sending.rows import IN_DOUBT, IN_HAND, PLANNED, has_any, multiply
from worker.clock import SystemClock
from worker.config import load
from worker.config.secret import make_key
from worker.core.facts import Consent
from worker.daemon.compose import setup_of
from worker.daemon.opening import open_database
from worker.engine import publish
from worker.engine.apply import Desk
from worker.engine.catalogue import Catalogue
from worker.engine.enroll import enroll_many
from worker.engine.plan import plan_due
from worker.sequence import reader
from worker.store import incoming, leads, outbox
from worker.store.database import Connection, Database
from worker.store.leads import NewLead
from worker.store.upgrade import upgrade

CONNECTIONS = 20
MAILBOX = "sales"
_FAR = timedelta(days=3650)
_FIRST = NewLead(
    letters.RECIPIENT,
    "firm1.example",
    first_name="Ada",
    last_name="Lovelace",
    company="Firm 1",
    country="Germany",
    source="trade fair 2026",
)

_CONFIG = """\
database = "{database}"
state_dir = "{state}"

[log]
level = "warning"

[sender]
company = "Felt"
postal_address = "1 Quiet Road, Softville"

[policy]
inbox_fresh = "520 weeks"          # nothing answers, so no inbox is read

[[mailbox]]
name = "sales"
from = "grace@felt.example"
from_name = "Grace Hopper"
profile = "provider"               # no limit but what the connections carry

[mailbox.smtp]
host = "127.0.0.1"
port = {port}
security = "none"
connections = {connections}

[mailbox.imap]
host = "127.0.0.1"
port = 9
security = "none"
"""
_SEQUENCE = """\
title = "A quiet room"

[[step]]
id = "letter"
after = "0 minutes"
window = "any"
email = "letter.html"
purpose = "educate"

[[step]]
id = "again"
after = "14 days"
email = "letter.html"
purpose = "educate"
"""
# Four leads in each company; one in five has no first name, the others one that next to nobody else
# has; one in three has no country.
_ADDRESS = "'lead' || n || '@firm' || (n / 4) || '.example'"
_LEAD = {
    "id": "n",
    "address": _ADDRESS,
    "domain": "'firm' || (n / 4) || '.example'",
    "company": "'Firm ' || (n / 4)",
    "first_name": "CASE n % 5 WHEN 0 THEN NULL WHEN 1 THEN 'Björn' ELSE 'Chloé' END || (n % 997)",
    "country": "CASE n % 3 WHEN 0 THEN NULL ELSE 'Germany' END",
}
_LEAD_ADDRESS = {"address": _ADDRESS, "lead_id": "n"}
_ENROLLMENT = {"id": "n", "lead_id": "n"}
_MESSAGE = {
    "id": "n",
    "lead_id": "n",
    "enrollment_id": "n",
    "recipient": _ADDRESS,
    "key": "'step:' || n || ':letter'",
}


class Project:
    """An installation in an empty folder, with `count` messages due.

    `database_url` is of an empty database; without one it is a SQLite file in the folder. `port`
    is where the receiver listens.
    """

    def __init__(self, folder: Path, port: int, count: int, database_url: str = "") -> None:
        self.url = database_url or f"sqlite:///{folder.resolve() / 'nurture.db'}"
        self._folder = folder
        self._port = port
        make_key(folder / "secret.key")
        self.config = self.worker("state")
        self.setup = setup_of(load(self.config))
        self._fill(count)

    def worker(self, state: str) -> Path:
        """Write the configuration of one worker, whose state directory is `state`."""
        file = self._folder / f"{state}.toml"
        text = _CONFIG.format(
            database=self.url, state=state, port=self._port, connections=CONNECTIONS
        )
        file.write_text(text, encoding="utf-8")
        return file

    def require_sent(self, count: int) -> None:
        """Raise RuntimeError unless exactly so many messages were sent, and none is left."""
        with self._reading() as connection:
            states = outbox.count(connection)
        if states != {"sent": count}:
            raise RuntimeError(f"{count} messages were to be sent; they are {states}")

    def has_unsettled(self) -> bool:
        """Whether anything is still to be sent, or being sent."""
        with self._reading() as connection:
            return any(has_any(connection, which) for which in (PLANNED, IN_HAND, IN_DOUBT))

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        database = Database(self.url)
        try:
            with database.read() as connection:
                yield connection
        finally:
            database.close()

    def _fill(self, count: int) -> None:
        database = Database(self.url)
        upgrade(database)
        now = SystemClock().now()
        with database.write() as connection:
            self._plan_one(Desk(connection, self.setup, Catalogue(), now))
            others = range(2, count + 1)
            multiply(connection, "lead", others, _LEAD)
            multiply(connection, "lead_address", others, _LEAD_ADDRESS, "lead_id = 1")
            multiply(connection, "enrollment", others, _ENROLLMENT)
            multiply(connection, "message", others, _MESSAGE)
        if not database.is_sqlite:
            _analyze(database)
        database.close()
        open_database(load(self.config)).close()  # remembers the key, which two would race for

    def _plan_one(self, desk: Desk) -> None:
        """Launch the letter, take one lead in, and plan; the inbox counts as read."""
        connection, setup, now = desk.connection, desk.setup, desk.now
        sequence, errors = reader.read(_SEQUENCE, "quiet.toml")
        assert sequence is not None, errors
        plan = publish.prepare(connection, setup, sequence, _SEQUENCE, letters.bundle(), now)
        publish.launch(connection, setup, plan, now, existing=False)
        incoming.move_mark(connection, MAILBOX, "INBOX", 1, 0)
        incoming.read_to_end(connection, MAILBOX, "INBOX", now + _FAR)
        lead = leads.add(connection, replace(_FIRST, consent=Consent("form", now)), now)
        enroll_many(connection, setup, [lead], plan.sequence, "they asked", now)
        plan_due(desk)


def _analyze(database: Database) -> None:
    """Do at once what PostgreSQL's autovacuum does a minute later: to what was filled, alone.

    Of a table that was looked at while it was empty PostgreSQL believes that it stays so, and reads
    all of it whenever it is asked.
    """
    with database.write() as connection:
        connection.exec_driver_sql("ANALYZE lead, lead_address, enrollment, message")
