"""A project on disk for the crash tests: its configuration, database, leads, and what is due.

What is due is written down here, by hand and beside the worker: the manifest that the judge holds
against what arrived.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from tests.servers.dovecot import Mailbox
from worker.clock import SystemClock
from worker.config import load
from worker.config.secret import make_key
from worker.core.facts import Consent
from worker.core.facts import Sequence as Steps
from worker.daemon.compose import setup_of
from worker.engine import enroll, publish
from worker.engine.apply import Desk
from worker.engine.catalogue import Catalogue
from worker.render.bundle import Bundle
from worker.sequence import reader
from worker.store import incoming, leads
from worker.store.database import Database
from worker.store.leads import NewLead

US = "grace@felt.example"
MAILBOX = "sales"
FAR = timedelta(days=3650)

_CONFIG = """\
database = "{database}"
state_dir = "{state}"

[log]
level = "info"

[sender]
company = "Felt"
postal_address = "1 Quiet Road, Softville"

[policy]
minimum_gap = "0 seconds"
weekly_cap = 1000
inbox_fresh = "520 weeks"

[[mailbox]]
name = "sales"
from = "grace@felt.example"
from_name = "Grace Hopper"
profile = "provider"

[mailbox.smtp]
host = "127.0.0.1"
port = {port}
security = "none"
connections = {connections}

[mailbox.imap]
host = "127.0.0.1"
port = {imap_port}
security = "none"
{login}
"""
_NO_SERVER = 9

_STEP = """
[[step]]
id = "{step}"
after = "0 minutes"
window = "any"
email = "{step}.html"
purpose = "value"
"""

_TEMPLATE = (
    "<html><head><title>{{% block subject %}}{step}{{% endblock %}}</title></head><body>"
    '<p>Good day.</p><p><a href="{{{{ links.unsubscribe }}}}">Stop</a> '
    "{{{{ mailbox.postal_address }}}}</p></body></html>"
)


class Due(NamedTuple):
    """One email that is to arrive once: to whom, and under which subject."""

    address: str
    subject: str


class Project:
    """An installation that is about to send each of its `steps` to every lead, at once.

    Its inbox counts as read: crash tests are about sending, and need no server of mail.
    """

    def __init__(
        self,
        folder: Path,
        database_url: str,
        port: int,
        *,
        steps: Sequence[str] = ("welcome",),
        connections: int = 2,
    ) -> None:
        self.folder = folder
        self.due: list[Due] = []
        self.database = Database(database_url)
        self._steps = tuple(steps)
        self._port = port
        self._connections = connections
        self._inbox: Mailbox | None = None
        make_key(folder / "secret.key")
        self.config = self.configure("config.toml")
        self.settings = load(self.config)
        self.setup = setup_of(self.settings)
        self._sequence = self._launch()

    def configure(self, name: str, *, state: str = "state", database_url: str = "") -> Path:
        """Write a configuration: for another state directory, or another place of the database."""
        file = self.folder / name
        inbox = self._inbox
        text = _CONFIG.format(
            database=database_url or self.database.url.render_as_string(hide_password=False),
            state=state,
            port=self._port,
            connections=self._connections,
            imap_port=inbox.port if inbox else _NO_SERVER,
            login=_login(inbox) if inbox else "",
        )
        file.write_text(text, encoding="utf-8")
        return file

    def watch(self, inbox: Mailbox, uidvalidity: int) -> None:
        """Have a mailbox watched, of which nothing was read so far but that it was empty."""
        self._inbox = inbox
        self.config = self.configure("config.toml")
        with self.desk() as desk:
            incoming.move_mark(desk.connection, MAILBOX, "INBOX", uidvalidity, 0)

    def enroll(self, count: int, *, now: datetime | None = None, name: str = "lead") -> list[Due]:
        """Let leads come in who are due all steps at once; return what is to arrive."""
        begin = len(self.due)
        addresses = [f"{name}-{begin + number}@firm-{number}.example" for number in range(count)]
        with self.desk(now) as desk:
            new = _leads(addresses, desk.now)
            ids = [leads.add(desk.connection, lead, desk.now) for lead in new]
            enroll.enroll_many(
                desk.connection, self.setup, ids, self._sequence, "they asked", desk.now
            )
        due = [Due(address, step) for address in addresses for step in self._steps]
        self.due.extend(due)
        return due

    @contextmanager
    def desk(self, now: datetime | None = None) -> Iterator[Desk]:
        """Do something by hand, beside the worker, in a transaction."""
        with self.database.write() as connection:
            yield Desk(connection, self.setup, Catalogue(), now or SystemClock().now())

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def _launch(self) -> Steps:
        source = 'title = "Welcome"\n' + "".join(_STEP.format(step=step) for step in self._steps)
        sequence, errors = reader.read(source, "welcome.toml")
        assert sequence is not None, errors
        files = {f"{step}.html": _TEMPLATE.format(step=step) for step in self._steps}
        with self.desk() as desk:
            plan = publish.prepare(
                desk.connection, desk.setup, sequence, source, Bundle(files), desk.now
            )
            publish.launch(desk.connection, self.setup, plan, desk.now, existing=False)
            incoming.move_mark(desk.connection, MAILBOX, "INBOX", 1, 0)
            incoming.read_to_end(desk.connection, MAILBOX, "INBOX", desk.now + FAR)
        return plan.sequence


def _login(inbox: Mailbox) -> str:
    return f'username = "{inbox.username}"\npassword = "{inbox.password}"'


def _leads(addresses: Sequence[str], now: datetime) -> list[NewLead]:
    consent = Consent("asked for our guide", now)
    return [NewLead(address, address.partition("@")[2], consent=consent) for address in addresses]


@contextmanager
def project_in(
    folder: Path,
    database_url: str,
    port: int,
    *,
    steps: Sequence[str] = ("welcome",),
    connections: int = 2,
) -> Iterator[Project]:
    """Make a project in an empty folder, on a migrated database, for the length of the block."""
    made = Project(folder, database_url, port, steps=steps, connections=connections)
    try:
        yield made
    finally:
        made.close()
