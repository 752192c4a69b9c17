"""A reload that comes while a worker begins, by what it had read before."""

from __future__ import annotations

import asyncio

from tests.crash.project import Project
from tests.store.waiting import HANG
from worker.config.settings import Settings
from worker.daemon.identity import identity
from worker.daemon.roles import Role
from worker.daemon.running import Parts
from worker.daemon.service import Service


class Reloading(Service):
    """One that is asked for a reload while it begins; while it begins anew, it is asked to end."""

    begun: tuple[Settings, ...] = ()

    async def _begin(self, name: str) -> Parts:
        parts = await super()._begin(name)
        self.begun += (parts.settings,)
        if len(self.begun) == 1:
            self._reload()
        else:
            self._end()
        return parts


async def test_a_reload_while_a_worker_begins_is_not_forgotten(project: Project) -> None:
    """It was said to be done, and the worker went on by what it had read before."""
    service = Reloading(project.config, project.settings, roles=frozenset({Role.PLAN}))
    with identity(project.settings.state_folder) as name:
        async with asyncio.timeout(HANG):
            await service._serve(name)
    assert [one is project.settings for one in service.begun] == [True, False]
