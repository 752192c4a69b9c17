"""The world of the demo: a mail server, the people behind it, and the worker, on one clock."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from worker.clock import VirtualClock
from worker.config.loader import load
from worker.config.settings import PREFIX, Settings
from worker.daemon.compose import imap_account, smtp_account
from worker.daemon.drive import Driver, Stage
from worker.daemon.identity import identity
from worker.daemon.logs import logger
from worker.daemon.service import begin
from worker.daemon.ticks import Ticks
from worker.delivery.pool import Pool
from worker.demo import project
from worker.errors import ConflictError
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


@asynccontextmanager
async def opened(folder: Path, start: datetime, roles: tuple[Role, ...]) -> AsyncIterator[World]:
    """Start everything for the project in a folder; close it in the end.

    The worker is put together as `nurture run` does it, but for the ports, which are free ones.
    """
    _refuse_environment()
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


def _refuse_environment() -> None:
    """The environment wins over a file: it could point the demo at a database that matters."""
    names = [name for name in os.environ if name.startswith(PREFIX) and name != f"{PREFIX}CONFIG"]
    if names:
        named = ", ".join(sorted(names))
        raise ConflictError(
            f"the environment sets {named}: unset it, the demo has settings of its own"
        )
