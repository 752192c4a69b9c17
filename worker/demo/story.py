"""The story: sixty days, moment by moment, each only when all that went before is settled."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from worker.demo import opening, project, salesperson, span
from worker.demo.arrivals import Arrivals
from worker.demo.happening import Happening, Kind
from worker.demo.post import Post, words_of
from worker.demo.record import Record
from worker.demo.salesperson import Salesperson
from worker.demo.world import World
from worker.sandbox.cast import Role
from worker.sandbox.reactions import Letter, Purchase
from worker.sandbox.recipients import Answer, Mood
from worker.store import leads


class Viewer(Protocol):
    """Who is told the story."""

    async def happened(self, happening: Happening) -> None:
        """Take note of something that happened now."""
        ...

    async def until(self, moment: datetime) -> None:
        """Let time pass until then: nothing happens before."""
        ...


class Story:
    """One play of the demo."""

    def __init__(
        self, world: World, roles: Sequence[Role], viewer: Viewer, stopping: asyncio.Event
    ) -> None:
        self._world = world
        self._viewer = viewer
        self._stopping = stopping
        self._start = world.clock.now()
        self._end = self._start + span.SPAN
        self._names = {role.address: role.recipient.name for role in roles}
        self._arrivals = Arrivals(roles, self._start)
        self._salesperson = Salesperson(_moods(roles))
        self._post = Post()
        self._seen = 0

    async def play(self) -> Record | None:
        """Play the sixty days; return the evidence, or None if it was stopped before the end."""
        world = self._world
        opening.open_day(world, span.months(self._start))
        await self._came(self._arrivals.take_list(world.ticks, world.folder / project.LEADS))
        await self._settle()
        while world.clock.now() < self._end:
            moment = self._next_moment()
            await self._viewer.until(moment)
            if self._stopping.is_set():
                return None
            world.clock.move_to(moment)
            await self._act()
            await self._settle()
        return self._record()

    def _next_moment(self) -> datetime:
        world = self._world
        moments = (
            self._end,
            world.driver.next_moment(),
            world.crowd.next_due(),
            self._arrivals.next_moment(),
            self._salesperson.next_moment(world.clock.now()),
        )
        return min(moment for moment in moments if moment is not None)

    async def _settle(self) -> None:
        """Let the worker do all that is due, and show people the mail that came of it."""
        await self._world.driver.settle()
        for mail in self._world.server.capture.after(self._seen):
            self._seen = mail.number
            self._world.crowd.receive(mail)
            arrived = self._post.read(mail)
            await self._tell(arrived.kind, arrived.address, arrived.subject)

    async def _act(self) -> None:
        """Let everybody do what they do at this moment."""
        await self._came(self._arrivals.come(self._world.ticks))
        for reaction in self._world.crowd.due(self._world.clock.now()):
            self._carry_out(reaction)
            await self._tell(Kind(reaction.kind), reaction.address, _says(reaction))
        with self._world.ticks.desk() as desk:
            deeds = self._salesperson.work(desk)
        for deed in deeds:
            await self._tell(Kind.OUTCOME, deed.address, deed.text)

    def _carry_out(self, reaction: Letter | Purchase) -> None:
        if isinstance(reaction, Letter):
            self._world.server.deliver(reaction.to, reaction.raw)
            return
        with self._world.ticks.desk() as desk:
            salesperson.sell(desk, reaction)

    async def _came(self, roles: Iterable[Role]) -> None:
        for role in roles:
            await self._tell(Kind.LEAD, role.address, f"{role.company} ({role.source})")

    async def _tell(self, kind: Kind, address: str, text: str) -> None:
        name = self._names.get(address, address)
        await self._viewer.happened(Happening(self._world.clock.now(), kind, address, name, text))

    def _record(self) -> Record:
        world = self._world
        with world.reading() as desk:
            limbo = [lead.address for lead in leads.in_limbo(desk.connection)]
        return Record(
            world.server.capture.after(), world.crowd, self._arrivals.came, limbo, self._end
        )


def _moods(roles: Iterable[Role]) -> Mapping[str, Mood]:
    """Return what each person who answers has in mind."""
    return {
        role.address: habit.action.mood
        for role in roles
        for habit in role.habits
        if isinstance(habit.action, Answer)
    }


def _says(reaction: Letter | Purchase) -> str:
    if isinstance(reaction, Purchase):
        return f"for {reaction.amount}"
    if reaction.back is not None:
        return f"back on {reaction.back}"
    return {Kind.HARD_BOUNCE: "no such address", Kind.SOFT_BOUNCE: "mailbox full"}.get(
        Kind(reaction.kind)
    ) or words_of(reaction)
