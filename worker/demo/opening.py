"""The first morning: what is written is launched and approved, as a marketer would do it."""

from __future__ import annotations

from collections.abc import Iterable

from worker.demo.world import World
from worker.engine import publish
from worker.engine.apply import Desk
from worker.errors import ProblemsError
from worker.render.bundle import Bundle
from worker.render.bundle import load as load_templates
from worker.sequence.files import load as load_sequence
from worker.tracks import newsletter

LAUNCHED = ("welcome", "cross-sell")


def open_day(world: World, months: Iterable[str]) -> None:
    """Launch the sequences, and approve the editions of these months."""
    templates = load_templates(world.settings.templates_dir)
    with world.ticks.desk() as desk:
        for name in LAUNCHED:
            _launch(desk, world, name, templates)
        for month in months:
            newsletter.approve(desk, month, templates)


def _launch(desk: Desk, world: World, name: str, templates: Bundle) -> None:
    path = world.settings.sequences_dir / f"{name}.toml"
    sequence, errors = load_sequence(path)
    if sequence is None:
        raise ProblemsError(errors)
    source = path.read_text(encoding="utf-8")
    plan = publish.prepare(desk.connection, desk.setup, sequence, source, templates, desk.now)
    publish.launch(desk.connection, desk.setup, plan, desk.now, existing=False)
