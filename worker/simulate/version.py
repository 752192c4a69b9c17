"""A version of a sequence, with the templates that it is launched with."""

from __future__ import annotations

from dataclasses import dataclass

from worker.core.facts import Sequence
from worker.engine import publish
from worker.engine.apply import Desk
from worker.render.bundle import Bundle


@dataclass(frozen=True, slots=True)
class Version:
    """A checked sequence, the text of its file, and all templates."""

    sequence: Sequence
    source: str
    templates: Bundle

    @property
    def name(self) -> str:
        """The sequence's name."""
        return self.sequence.name


def launch(desk: Desk, version: Version, *, existing: bool) -> None:
    """Launch it, as `nurture sequences launch` would."""
    plan = publish.prepare(
        desk.connection,
        desk.setup,
        version.sequence,
        version.source,
        version.templates,
        desk.now,
    )
    publish.launch(desk.connection, desk.setup, plan, desk.now, existing=existing)
