"""How the leads come in: those of the web form one by one, day or night; the others on a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

from worker.core.events import LeadCreated
from worker.daemon.ticks import Ticks
from worker.engine import enroll
from worker.engine.apply import apply
from worker.engine.intake.by_hand import add_lead
from worker.engine.intake.csv_import import ImportOptions, import_leads
from worker.sandbox.cast import Role
from worker.store.database import Connection

_EVERY = timedelta(hours=22)  # so that early and late hours have their turn, and weekends too
_SEQUENCE = "welcome"
_CONSENT = "asked for our guide"


class Arrivals:
    """Who is still to come, and when; `came` is when each address was there."""

    def __init__(self, roles: Sequence[Role], start: datetime) -> None:
        self.came: dict[str, datetime] = {}
        self._listed = listed(roles)
        later = [role for role in roles if role not in self._listed]
        self._waiting = [(start + turn * _EVERY, role) for turn, role in enumerate(later, 1)]

    def next_moment(self) -> datetime | None:
        """Return when the next lead comes in; None after the last."""
        return self._waiting[0][0] if self._waiting else None

    def take_list(self, ticks: Ticks, path: Path) -> Sequence[Role]:
        """Import the list, and take everybody on it into the welcome; return who that is."""
        now = ticks.clock.now()

        def take_in(connection: Connection, lead_ids: list[int]) -> int:
            welcome = ticks.catalogue.current(connection, _SEQUENCE)
            because = f"{path.name} was imported with --enroll {_SEQUENCE}"
            return enroll.enroll_many(connection, ticks.setup, lead_ids, welcome, because, now)

        options = ImportOptions(ticks.setup.secret, consent=_CONSENT, enroll=take_in)
        import_leads(ticks.database, path, options, now)
        return self._note(self._listed, now)

    def come(self, ticks: Ticks) -> Sequence[Role]:
        """Add the leads whose time has come; return who they are."""
        now = ticks.clock.now()
        due = [role for moment, role in self._waiting if moment <= now]
        self._waiting = self._waiting[len(due) :]
        for role in due:
            with ticks.desk() as desk:
                lead_id = add_lead(desk.connection, {**_values(role), "consent": _CONSENT}, now)
                apply(desk, lead_id, LeadCreated(now, f"came in: {role.source}"))
        return self._note(due, now)

    def _note(self, roles: Sequence[Role], now: datetime) -> Sequence[Role]:
        self.came.update({role.address: now for role in roles})
        return roles


def listed(roles: Iterable[Role]) -> Sequence[Role]:
    """Return those who come on the list of the first day."""
    return [role for role in roles if role.source != "web"]


def _values(role: Role) -> dict[str, str]:
    values = asdict(role)
    return {"email": values.pop("address"), **values}
