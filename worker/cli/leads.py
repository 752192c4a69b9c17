"""`nurture leads`: add, show, list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.options import Address, AsJson, Limit
from worker.core.states import Stage, Track

if TYPE_CHECKING:
    from worker.core.facts import Lead
    from worker.engine.apply import Desk
    from worker.engine.intake.by_hand import Completed

Given = Annotated[str | None, typer.Option()]

app = typer.Typer(help="The people who are followed up with.", no_args_is_help=True)


@app.command("add")
def add(
    ctx: typer.Context,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Where to write to.")],
    first_name: Given = None,
    last_name: Given = None,
    company: Given = None,
    zone: Annotated[str | None, typer.Option(help="Such as Europe/Berlin.")] = None,
    country: Annotated[str | None, typer.Option(help="Such as AT.")] = None,
    language: Annotated[str | None, typer.Option(help="Such as de.")] = None,
    phone: Given = None,
    source: Annotated[str | None, typer.Option(help="How they found us.")] = None,
    owner: Annotated[str | None, typer.Option(help="Their salesperson.")] = None,
    stage: Annotated[Stage | None, typer.Option(help="How near to buying.")] = None,
    score: Annotated[int | None, typer.Option(help="How promising, in points.")] = None,
    consent: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Where they agreed to be written to.")
    ] = None,
    attributes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="What [attributes] declares."),
    ] = None,
) -> None:
    """Take in one person, now.

    A sequence that waits for new leads greets them at once. Who is known already gets what was not
    known, such as a consent; nothing is written over.
    """
    given = {
        "first_name": first_name, "last_name": last_name, "company": company,
        "zone": zone, "country": country, "language": language, "phone": phone, "source": source,
        "owner": owner, "stage": stage.value if stage else None, "consent": consent,
        "score": None if score is None else str(score),
    }  # fmt: skip
    said = {name: value for name, value in given.items() if value}
    _add(ctx, {"email": address, **said}, attributes or [])


def _add(ctx: typer.Context, values: dict[str, str], attributes: list[str]) -> None:
    from worker.cli.follow_up import report_on
    from worker.cli.pairs import read_pairs
    from worker.cli.project import opened
    from worker.engine.intake.by_hand import complete_lead

    every = values | read_pairs(attributes, "--set")
    with opened(ctx) as project:
        with project.writing() as desk:
            known = complete_lead(desk, every)
            lead = _created(desk, every) if known is None else known.lead
        typer.echo(f"{lead.address} is in." if known is None else _completed(known))
        if lead.zone is None and lead.country is None:
            clock, country = project.times.zone.key, project.settings.country or "no country"
            typer.echo(f"  Zone and country are not known: {clock} and holidays of {country} hold.")
        report_on(project, lead.id)


def _created(desk: Desk, values: dict[str, str]) -> Lead:
    from worker.core.events import LeadCreated
    from worker.engine.apply import apply
    from worker.engine.intake.by_hand import add_lead
    from worker.store import leads

    declared = desk.setup.attributes
    lead_id = add_lead(desk.connection, values, desk.now, attributes=declared, zone=desk.setup.zone)
    apply(desk, lead_id, LeadCreated(desk.now, "added by hand"))
    return leads.get(desk.connection, lead_id)


def _completed(known: Completed) -> str:
    said = f"{known.lead.address} is known already: {known.words}."
    if not known.other:
        return said
    kept = ", ".join(known.other)
    return f"{said}\n  Not changed: {kept}; `nurture leads edit` writes over what is known."


@app.command("show")
def show(ctx: typer.Context, address: Address, as_json: AsJson = False) -> None:
    """Show a lead: what is known, and all that happened."""
    from worker.cli.history import happenings, merged
    from worker.cli.lead_view import as_values, print_lead
    from worker.cli.project import opened
    from worker.cli.show import print_json
    from worker.engine.control import lead_by
    from worker.engine.why import why
    from worker.store import enrollments, timeline

    with opened(ctx) as project, project.reading() as desk:
        lead = lead_by(desk, address)
        found = why(desk, lead)
        passages = enrollments.of_lead(desk.connection, lead.id)
        touches = timeline.touches_of(desk.connection, lead.id)
    history = merged(happenings(found.entries), touches)
    if as_json:
        print_json({**as_values(found, passages, history), "touches": touches})
    else:
        print_lead(found, passages, history, project.times)


@app.command("list")
def list_(
    ctx: typer.Context,
    track: Annotated[Track | None, typer.Option(help="Only those on this track.")] = None,
    stage: Annotated[Stage | None, typer.Option(help="Only those at this stage.")] = None,
    limbo: Annotated[
        bool, typer.Option("--limbo", help="Only those who are nowhere; there should be none.")
    ] = False,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List leads, as they came in."""
    from worker.cli.lead_view import print_leads
    from worker.cli.project import opened
    from worker.cli.show import print_json_list
    from worker.store import leads

    with opened(ctx) as project, project.reading() as desk:
        if limbo:
            lost = leads.in_limbo(desk.connection)
            every = [
                one for one in lost if track in (None, one.track) and stage in (None, one.stage)
            ]
            found, total = every[:limit], len(every)
        else:
            found = leads.page(desk.connection, track=track, stage=stage, limit=limit)
            counts = leads.count(desk.connection, stage=stage)
            total = sum(counts.values()) if track is None else counts.get(track, 0)
    if as_json:
        print_json_list(found, total)
    else:
        print_leads(found, total, limbo=limbo, narrowed=bool(track or stage))
