"""The daemon itself: start, signals, reload, stop.

SIGTERM and SIGINT end it cleanly; SIGHUP reads the configuration again and goes on with the new
one, or with the old one where the new one is wrong. A database must be at this version's schema,
and made with this key, or nothing starts.
"""

from __future__ import annotations

import asyncio
import signal
from dataclasses import replace
from pathlib import Path

from worker.clock import Clock, SystemClock
from worker.config import load
from worker.config.settings import Settings
from worker.core.gate import no_mailbox
from worker.daemon.compose import setup_of
from worker.daemon.identity import identity
from worker.daemon.journal import Journal
from worker.daemon.logs import Log, logger, take_others
from worker.daemon.memory import SELDOM, rare_searches, share_heaps
from worker.daemon.opening import meet, open_database
from worker.daemon.recall import Recall
from worker.daemon.roles import EVERYTHING, Role
from worker.daemon.running import Parts, Run
from worker.daemon.seen import Seen
from worker.daemon.ticks import Ticks
from worker.engine import beyond, gone
from worker.engine.catalogue import Catalogue
from worker.engine.leases import Patience
from worker.engine.ledger import close_alert
from worker.engine.points import Reached, unwatched
from worker.engine.rescue import rescue
from worker.engine.sight import seen_now
from worker.errors import ConfigError, NurtureError, StoreError
from worker.store import installation
from worker.store.database import wal_warning
from worker.store.messages import Holder

TRIES = 300
"""So often a worker that ran before tries to begin anew; then it ends and says why, as it does at
its first start, where a person is there to read it."""
RETRY = 1.0  # seconds until it tries again


class Service:
    """Runs the worker from a configuration until it is told to stop.

    Crash tests give `reached`, to end it at a named point, and a short `patience` with the lost.
    """

    def __init__(
        self,
        path: Path,
        settings: Settings,
        clock: Clock | None = None,
        *,
        roles: frozenset[Role] = EVERYTHING,
        reached: Reached = unwatched,
        patience: Patience | None = None,
    ) -> None:
        self._path = path
        self._settings = settings
        self._clock = clock or SystemClock()
        self._roles = roles
        self._reached = reached
        self._patience = patience or Patience()
        self._log = logger(settings.log.format, settings.log.level)
        self._run: Run | None = None
        self._ended = False

    def serve(self) -> None:
        """Run until SIGTERM or SIGINT."""
        share_heaps()
        take_others(self._log)
        with identity(self._settings.state_folder) as name, rare_searches(SELDOM):
            asyncio.run(self._serve(name))

    async def _serve(self, name: str) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end)
        loop.add_signal_handler(signal.SIGHUP, self._reload)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})  # one that came early waits
        while not self._ended:
            await self._run_once(name)
        self._log.info("nurture has stopped", action="stopped")

    async def _run_once(self, name: str) -> None:
        """Run until the stop, or until the configuration was read again."""
        parts = await self._begin(name)
        parts = replace(parts, patience=self._patience, roles=self._roles)
        self._run = Run(parts, self._reached)
        self._log.info("nurture runs", action="started", mailboxes=len(parts.settings.mailbox))
        if self._ended or parts.settings is not self._settings:  # asked while it was beginning
            self._run.stop()
        try:
            await self._run()
        finally:
            parts.ticks.database.close()

    async def _begin(self, name: str) -> Parts:
        """Begin; who ran before waits for a database that is away meanwhile, and does not end."""
        tries = 1 if self._run is None else TRIES
        while True:
            try:
                return await asyncio.to_thread(begin, self._settings, name, self._clock, self._log)
            except StoreError as error:
                tries -= 1
                if not tries or self._ended:
                    raise
                self._log.error(f"it cannot begin anew yet: {error}", action="begin.failed")
            await asyncio.sleep(RETRY)

    def _end(self) -> None:
        self._ended = True
        self._log.info("finishing what is being sent", action="stopping")
        if self._run is not None:
            self._run.stop()

    def _reload(self) -> None:
        """Take a changed configuration, or keep the present one and say what is wrong."""
        try:
            settings = load(self._path)
            setup_of(settings)
            self._refuse_another_folder(settings)
        except NurtureError as error:
            self._log.error(f"the old configuration stays: {error}", action="reload.failed")
            return
        self._settings = settings
        self._log.info("the configuration was read again", action="reloaded")
        self._log = logger(settings.log.format, settings.log.level)
        take_others(self._log)
        if self._run is not None:
            self._run.stop()

    def _refuse_another_folder(self, settings: Settings) -> None:
        """Raise `ConfigError` for a state directory that is not the one whose identity is held."""
        if settings.state_folder != self._settings.state_folder:
            problem = "who the worker is does not change while it runs: stop it, and start it again"
            raise ConfigError(problem, file=str(self._path), key="state_dir")


def begin(settings: Settings, name: str, clock: Clock, log: Log) -> Parts:
    """Open the database, begin an epoch, and settle what the former one left behind."""
    setup = setup_of(settings)
    database = open_database(settings)
    try:
        return _begun(Ticks(database, setup, Catalogue(), clock), settings, name, log)
    except StoreError:
        database.close()
        raise


def _begun(ticks: Ticks, settings: Settings, name: str, log: Log) -> Parts:
    database = ticks.database
    if database.is_sqlite and (warning := wal_warning()):
        log.warning(warning, action="sqlite.old")
    folder = settings.state_folder
    recall = Recall(Journal(folder), Seen(folder), log)
    with ticks.desk() as desk:
        strange = meet(desk, database, name)
        recall.look(desk)  # before our own counter begins anew
        holder = Holder(name, installation.begin_epoch(desk.connection, name, desk.now))
        found = rescue(desk, holder)
        close_alert(desk, name)
        seen = seen_now(desk)
        lost = gone.look(desk)
        unread = beyond.look(desk)
    recall.seen.write(seen)
    if strange:
        log.warning(
            f"{strange}: everything is on hold, see `nurture status`", action="identity.unknown"
        )
    with ticks.desk() as desk:
        recall.compare(desk)
    for mailbox in lost:
        log.warning(f"{no_mailbox(mailbox)}, see `nurture status`", action="mailbox.gone")
    for said in unread:
        log.warning(f"{said}: what belongs to it waits", action="sequence.unreadable")
    if found:
        log.warning(f"{found} messages of a former run were found again", action="rescued")
    return Parts(settings, ticks, holder, log, recall)
