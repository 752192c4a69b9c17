"""The launched sequences as facts, read from the database and kept by version.

A version never changes once it is launched, so what was read once is kept for good. One that a
newer program launched may be beyond this one: what belongs to it waits (`engine.beyond`), and
nothing else does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeAlias

from worker.core.facts import Enrollment, Sequence
from worker.errors import NotFoundError, UnreadableError
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
        """Return a launched version of a sequence; `UnreadableError` for one that is beyond us."""
        if (name, version) not in self._known:
            found = publications.launched(connection, name=name)
            launched = next((one for one in found if one.version == version), None)
            if launched is None:
                raise NotFoundError(f"version {version} of the sequence {name} was never launched")
            self._known[name, version] = _read(launched)
        return self._known[name, version]

    def find(self, connection: Connection, name: str, version: str) -> Sequence | None:
        """Return a launched version of a sequence; None where this program cannot read it."""
        try:
            return self.get(connection, name, version)
        except UnreadableError:
            return None

    def of(self, connection: Connection, some: Iterable[Enrollment]) -> dict[Version, Sequence]:
        """Return what enrollments are in, each version asked for once, of those we can read."""
        versions = {(one.sequence, one.version) for one in some}
        found = {version: self.find(connection, *version) for version in versions}
        return {version: one for version, one in found.items() if one is not None}

    def known(self, name: str, version: str) -> Sequence:
        """Return a version that `get` returned before."""
        return self._known[name, version]

    def current(self, connection: Connection, name: str) -> Sequence:
        """Return the version that new enrollments begin; raise `NotFoundError` where there is none.

        That is before a launch, and after the sequence was retired.
        """
        return self.get(connection, name, self.launched(connection, name).version)

    def launched(self, connection: Connection, name: str) -> Launched:
        """Return the same as it was launched, whether it can be read or not."""
        last = self.last(connection, name)
        if not last.current:
            raise _not_launched(name)
        return last

    def last(self, connection: Connection, name: str) -> Launched:
        """Return what was launched last, retired or not; raise `NotFoundError` before a launch."""
        versions = publications.launched(connection, name=name)
        if not versions:
            raise _not_launched(name)
        return versions[-1]

    def versions(self, connection: Connection, name: str) -> list[Sequence]:
        """Return every version of a sequence that can be read, the current one last."""
        return self._readable(connection, publications.launched(connection, name=name))

    def all_current(self, connection: Connection) -> list[Sequence]:
        """Return every sequence that new enrollments begin, of those that can be read."""
        found = publications.launched(connection)
        return self._readable(connection, (one for one in found if one.current))

    def _readable(self, connection: Connection, some: Iterable[Launched]) -> list[Sequence]:
        found = (self.find(connection, one.name, one.version) for one in some)
        return [sequence for sequence in found if sequence is not None]


def _not_launched(name: str) -> NotFoundError:
    return NotFoundError(
        f"no sequence called {name} is launched: run `nurture sequences launch {name}`"
    )


def _read(launched: Launched) -> Sequence:
    sequence, errors = reader.read(launched.source, f"{launched.name}.toml")
    if sequence is None:
        raise UnreadableError(
            f"the launched sequence {launched.name} cannot be read by this version: {errors[0]}"
        )
    return replace(sequence, version=launched.version)
