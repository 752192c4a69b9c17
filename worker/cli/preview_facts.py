"""What `nurture preview` shows: the email, what a check says of it, and how it is for odd leads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import typer

from worker.checkup.check import check
from worker.checkup.finding import Finding
from worker.cli.project import opened, settings_path
from worker.cli.sequence_facts import findings_about, read_file
from worker.clock import SystemClock
from worker.config import Settings, load
from worker.core.facts import Lead
from worker.daemon.compose import setup_of
from worker.engine import control
from worker.engine.background import history
from worker.engine.setup import Setup
from worker.errors import InputError, NotFoundError
from worker.preview.occasion import Occasion, of_sequence, of_template
from worker.preview.people import Person, people
from worker.preview.preview import HAPPENED, Preview, Previewer
from worker.render import bundle
from worker.render.context import History
from worker.sequence import files

ORDINARY = "known"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for on the command line."""

    what: str
    step: str | None = None
    variant: int | None = None
    lead: str | None = None
    sample: str | None = None


@dataclass(frozen=True, slots=True)
class Odd:
    """How an email is for an odd lead: its subject there, or why it cannot be written."""

    name: str
    about: str
    subject: str | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """One email, or `problem`, which is why it cannot be written; `whom` says for whom it is."""

    occasion: Occasion
    whom: str
    preview: Preview | None
    problem: str | None
    findings: tuple[Finding, ...]
    others: tuple[Odd, ...] = ()


def seen(ctx: typer.Context, wanted: Wanted) -> list[Seen]:
    """Return what was asked for; raise what is wrong with the request or the project."""
    path = settings_path(ctx)
    settings = load(path)
    setup = setup_of(settings)
    if wanted.lead is not None and wanted.sample is not None:
        raise InputError("name a lead or a sample, not both", key="--sample")
    reader = _real(ctx, wanted.lead) if wanted.lead is not None else _made_up(setup, wanted.sample)
    templates = bundle.load(settings.templates_dir)
    look = _Look(setup, Previewer(setup, templates, SystemClock().now()), *reader)
    occasions = _occasions(settings, templates, setup, wanted)
    findings = check(path, [one.template for one in occasions if one.alone])
    return [
        look.at(occasion, tuple(findings_about(findings, templates, occasion.template)))
        for occasion in occasions
    ]


def _occasions(
    settings: Settings, templates: bundle.Bundle, setup: Setup, wanted: Wanted
) -> list[Occasion]:
    if not wanted.what.endswith(bundle.SUFFIX):
        sequence, _source = read_file(settings, wanted.what)
        return of_sequence(sequence, templates, wanted.step, wanted.variant)
    if wanted.step is not None:
        raise InputError("a template has no steps", key="STEP")
    sequences = files.load_all(settings.sequences_dir).sequences
    path = wanted.what.removeprefix(f"{settings.templates_dir.name}/")
    return [of_template(path, templates, setup.newsletter.name, list(sequences.values()))]


@dataclass(frozen=True, slots=True)
class _Look:
    """Looks at emails as one lead, and then as the odd ones."""

    setup: Setup
    previewer: Previewer
    lead: Lead
    whom: str
    happened: History
    odd: tuple[Person, ...]

    def at(self, occasion: Occasion, findings: tuple[Finding, ...]) -> Seen:
        """Return an email as it is now."""
        try:
            preview, problem = self.previewer.preview(occasion, self.lead, self.happened), None
        except InputError as error:
            preview, problem = None, str(error)
        others = tuple(self._others(occasion))
        return Seen(occasion, self.whom, preview, problem, findings, others)

    def _others(self, occasion: Occasion) -> Iterator[Odd]:
        for person in self.odd:
            try:
                made = self.previewer.preview(occasion, person.lead)
                yield Odd(person.name, person.about, made.content.subject)
            except InputError as error:
                yield Odd(person.name, person.about, None, str(error))


def _real(ctx: typer.Context, address: str) -> tuple[Lead, str, History, tuple[Person, ...]]:
    with opened(ctx) as project, project.reading() as desk:
        lead = control.lead_by(desk, address)
        return lead, lead.name, history(desk.connection, lead, desk.now), ()


def _made_up(setup: Setup, name: str | None) -> tuple[Lead, str, History, tuple[Person, ...]]:
    known = people(setup.attributes, next(iter(setup.owners), None))
    person = known.get(name or ORDINARY)
    if person is None:
        raise NotFoundError(f"no made-up lead is called {name}; there are {', '.join(known)}")
    others = () if name else tuple(one for one in known.values() if one is not person)
    happened = HAPPENED if person.name == ORDINARY else History()
    return person.lead, f"made up: {person.about}", happened, others
