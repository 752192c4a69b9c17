"""The world of the demo: a mail server, the people behind it, and the worker, on one clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from worker.clock import VirtualClock
from worker.config.loader import load
from worker.config.settings import Settings
from worker.daemon.compose import imap_account, smtp_account
from worker.daemon.drive import Driver, Stage
from worker.daemon.identity import identity
from worker.daemon.logs import logger
from worker.daemon.service import begin
from worker.daemon.ticks import Ticks
from worker.delivery.pool import Pool
from worker.demo import project
from worker.engine.apply import Desk
from worker.sandbox.cast import Role
from worker.sandbox.crowd import Crowd
from worker.sandbox.server import MailServer


@dataclass(frozen=True, slots=True)
class World:
    """What the story is played with; `folder` is the project."""

    folder: Path
    settings: Settings
    clock: VirtualClock
    server: MailServer
    crowd: Crowd
    ticks: Ticks
    driver: Driver

    @contextmanager
    def reading(self) -> Iterator[Desk]:
        """Give a desk in a transaction that only reads."""
        ticks = self.ticks
        with ticks.database.read() as connection:
            yield Desk(connection, ticks.setup, ticks.catalogue, self.clock.now())


@asynccontextmanager
async def opened(folder: Path, start: datetime, roles: tuple[Role, ...]) -> AsyncIterator[World]:
    """Start everything for the project in a folder; close it in the end.

    The worker is put together as `nurture run` does it, but for the ports, which are free ones.
    """
    settings = load(folder / project.CONFIG)
    box, clock = settings.mailbox[0], VirtualClock(start)
    account, watched = smtp_account(settings, box), imap_account(settings, box)
    with (
        identity(settings.state_folder) as name,
        MailServer(clock, {account.username: account.password}) as server,
    ):
        parts = begin(settings, name, clock, logger("text", "error"))
        pool = Pool(replace(account, port=server.smtp_port))
        accounts = [replace(watched, port=server.imap_port)]
        driver = Driver(Stage(parts.ticks, clock, parts.holder, {box.name: pool}, accounts))
        crowd = Crowd(role.recipient for role in roles)
        try:
            yield World(folder, settings, clock, server, crowd, parts.ticks, driver)
        finally:
            driver.close()
            await pool.close()
            parts.ticks.database.close()
