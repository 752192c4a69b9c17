"""`nurture pause` and `nurture resume`: everything, a mailbox, a sequence or a domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.options import Reason, sentence

if TYPE_CHECKING:
    from datetime import datetime

    from worker.engine.apply import Desk
    from worker.store.holds import Subject

Mailbox = Annotated[
    str | None, typer.Option("--mailbox", metavar="NAME", help="Only this mailbox.")
]
Sequence = Annotated[
    str | None, typer.Option("--sequence", metavar="NAME", help="Only this sequence.")
]
Domain = Annotated[
    str | None,
    typer.Option("--domain", metavar="DOMAIN", help="Only the leads there, and below it."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("pause")(pause)
    app.command("resume")(resume)


def pause(
    ctx: typer.Context,
    reason: Reason = None,
    mailbox: Mailbox = None,
    sequence: Sequence = None,
    domain: Domain = None,
) -> None:
    """Send nothing more until `nurture resume`."""
    from worker.cli.project import opened
    from worker.engine import control

    with opened(ctx) as project, project.writing() as desk:
        subject = subject_of(desk, mailbox, sequence, domain)
        held = _held_since(desk, subject)
        if held is None:
            control.pause(desk, subject, sentence(reason, "paused by hand"))
        there = _there(desk, subject)
    what = _name(subject)
    if held is not None:
        typer.echo(f"{what} is on hold already, since {project.times.minute(held)}.")
        return
    typer.echo(f"{what} is on hold{there}. `{_way_back(subject)}` lets it go on.")


def resume(
    ctx: typer.Context, mailbox: Mailbox = None, sequence: Sequence = None, domain: Domain = None
) -> None:
    """Let go on what `nurture pause` stopped.

    Or what a mailbox stopped by itself that was refused.
    """
    from worker.cli.project import opened
    from worker.engine import control
    from worker.store import holds

    with opened(ctx) as project, project.writing() as desk:
        subject = subject_of(desk, mailbox, sequence, domain)
        ended = control.resume(desk, subject)
        rest = holds.open_now(desk.connection, desk.now)
    what = _name(subject)
    typer.echo(f"{what} goes on." if ended else f"{what} was not on hold.")
    if rest:
        typer.echo(f"Still on hold: {len(rest)}; see `nurture status`.")


def subject_of(
    desk: Desk, mailbox: str | None, sequence: str | None, domain: str | None
) -> Subject:
    """Return what is meant, of which one may be named; what there is none of is an error."""
    from worker.address import canonical_domain
    from worker.core.states import Scope
    from worker.engine.surroundings import EVERYTHING

    named = [one for one in (mailbox, sequence, domain) if one is not None]
    if len(named) > 1:
        raise typer.BadParameter("name one of --mailbox, --sequence and --domain")
    if mailbox is not None:
        return Scope.MAILBOX, desk.setup.mailbox(mailbox).name
    if sequence is not None:
        return Scope.SEQUENCE, desk.catalogue.last(desk.connection, sequence).name
    if domain is not None:
        return Scope.COMPANY, canonical_domain(domain)
    return EVERYTHING


def _there(desk: Desk, subject: Subject) -> str:
    """Say of a domain how many leads it holds: a slip of the pen holds none."""
    from worker.cli.show import several
    from worker.core.states import Scope
    from worker.engine import control

    scope, name = subject
    if scope is not Scope.COMPANY:
        return ""
    return f", with {several(len(control.concerned(desk, f'@{name}')), 'lead')} there"


def _held_since(desk: Desk, subject: Subject) -> datetime | None:
    from worker.store import holds

    found = holds.of(desk.connection, [subject]).get(subject, [])
    return next((one.since for one in found if one.open_at(desk.now)), None)


def _name(subject: Subject) -> str:
    _, name = subject
    return f"The {_option(subject)} {name}" if name else "Everything"


def _way_back(subject: Subject) -> str:
    _, name = subject
    return f"nurture resume --{_option(subject)} {name}" if name else "nurture resume"


def _option(subject: Subject) -> str:
    """Return what a scope is called here: a domain of free mail is no company."""
    from worker.core.states import Scope

    scope, _ = subject
    return "domain" if scope is Scope.COMPANY else scope.value
