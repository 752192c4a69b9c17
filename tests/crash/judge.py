"""The judge: what arrived, by the receiver's own log, against the manifest of what was due.

The worker is asked one thing only: for which messages it told a person, by an alert, that it does
not know. Such a message is visible (code I of the list of faults), and neither lost nor sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.policy import compat32

from tests.crash.project import Due, Project
from tests.servers.smtp_sink import Captured
from worker.core.states import MessageState
from worker.store import alerts, outbox

MANY = 1_000_000


@dataclass(frozen=True)
class Judgement:
    """What is wrong with what arrived, and what the worker owned up to."""

    due: int
    arrived: int
    lost: tuple[Due, ...]
    duplicates: tuple[Due, ...]
    strangers: tuple[Due, ...]
    in_doubt: tuple[Due, ...]

    @property
    def is_clean(self) -> bool:
        """Whether all that was due arrived once, or is visibly in doubt, and nothing else came."""
        return not (self.lost or self.duplicates or self.strangers)


def judge(
    project: Project, captured: Iterable[Captured], *, excused: Collection[Due] = ()
) -> Judgement:
    """Compare what a receiver took with all that is due by now; what is `excused` may be absent."""
    arrived = Counter(_label(mail) for mail in captured)
    doubted = in_doubt(project)
    due = set(project.due)
    return Judgement(
        due=len(due),
        arrived=arrived.total(),
        lost=tuple(sorted(due - arrived.keys() - doubted - set(excused))),
        duplicates=tuple(sorted(one for one, times in arrived.items() if times > 1)),
        strangers=tuple(sorted(arrived.keys() - due)),
        in_doubt=tuple(sorted(doubted)),
    )


def in_doubt(project: Project) -> set[Due]:
    """Return the messages that raise an alert because nobody knows whether they arrived."""
    with project.database.read() as connection:
        told = {one.subject for one in alerts.open_now(connection) if one.kind == "in_doubt"}
        shown = outbox.shown(connection, states=[MessageState.IN_DOUBT], limit=MANY)
    return {
        Due(one.recipient, one.template.removesuffix(".html"))
        for one in shown
        if f"message {one.id}" in told
    }


def _label(mail: Captured) -> Due:
    (recipient,) = mail.recipients
    headers = BytesHeaderParser(policy=compat32).parsebytes(mail.content)
    return Due(recipient.strip("<>"), str(headers["Subject"]))
