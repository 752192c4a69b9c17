"""The launched sequences as facts, read from the database and kept by version.

A version never changes once it is launched, so what was read once is kept for good.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from worker.core.facts import Sequence
from worker.errors import NotFoundError, StoreError
from worker.sequence import reader
from worker.store import publications
from worker.store.database import Connection
from worker.store.publications import Launched

Version: TypeAlias = tuple[str, str]
"""The name of a sequence, and one of its launched versions."""


class Catalogue:
    """Sequences by name and version; one for each process."""

    def __init__(self) -> None:
        self._known: dict[Version, Sequence] = {}

    def get(self, connection: Connection, name: str, version: str) -> Sequence:
        """Return a launched version of a sequence."""
        if (name, version) not in self._known:
            for launched in publications.launched(connection, name=name):
                self._known[name, launched.version] = _read(launched)
        if (name, version) not in self._known:
            raise NotFoundError(f"version {version} of the sequence {name} was never launched")
        return self._known[name, version]

    def known(self, name: str, version: str) -> Sequence:
        """Return a version that `get` returned before."""
        return self._known[name, version]

    def current(self, connection: Connection, name: str) -> Sequence:
        """Return the version that new enrollments begin; raise `NotFoundError` where there is none.

        That is before a launch, and after the sequence was retired.
        """
        for launched in publications.launched(connection, name=name):
            if launched.current:
                return self.get(connection, name, launched.version)
        raise _not_launched(name)

    def last(self, connection: Connection, name: str) -> Sequence:
        """Return the version launched last, retired or not; raise `NotFoundError` before one."""
        versions = self.versions(connection, name)
        if not versions:
            raise _not_launched(name)
        return versions[-1]

    def versions(self, connection: Connection, name: str) -> list[Sequence]:
        """Return every version of a sequence that was ever launched, the current one last."""
        found = publications.launched(connection, name=name)
        return [self.get(connection, one.name, one.version) for one in found]

    def all_current(self, connection: Connection) -> list[Sequence]:
        """Return every sequence that new enrollments begin."""
        return [
            self.get(connection, launched.name, launched.version)
            for launched in publications.launched(connection)
            if launched.current
        ]


def _not_launched(name: str) -> NotFoundError:
    return NotFoundError(
        f"no sequence called {name} is launched: run `nurture sequences launch {name}`"
    )


def _read(launched: Launched) -> Sequence:
    sequence, errors = reader.read(launched.source, f"{launched.name}.toml")
    if sequence is None:
        raise StoreError(
            f"the launched sequence {launched.name} cannot be read by this version: {errors[0]}"
        )
    return replace(sequence, version=launched.version)
