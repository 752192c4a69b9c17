"""`nurture suppress`: addresses and domains that are never mailed again."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.options import AsJson, Limit, Reason, Yes, sentence

if TYPE_CHECKING:
    from worker.cli.project import Project

app = typer.Typer(help="Addresses that are never mailed again.", no_args_is_help=True)


@app.command("add")
def add(
    ctx: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="ADDRESS|@DOMAIN", help="Whom to leave alone.")],
    reason: Reason = None,
    asked: Annotated[
        bool, typer.Option("--opt-out", help="They asked for it, by telephone, say.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Never mail an address, or a whole domain, again.

    What runs for whoever is written to there is stopped. Of a domain it is told first whom it
    concerns. What they asked for themselves (`--opt-out`) no command takes back.
    """
    from worker.cli.project import opened
    from worker.engine import control

    wanted = canonical_subject(subject)
    with opened(ctx) as project:
        if wanted.startswith("@") and not _agreed(project, wanted, yes=yes):
            raise typer.Exit(1)
        with project.writing() as desk:
            usual = "asked not to be written to" if asked else "suppressed by hand"
            new = control.suppress(desk, wanted, sentence(reason, usual), asked=asked)
    said = "is never mailed again" if new else "was suppressed already"
    noted = "; that they asked for it is noted" if asked else ""
    typer.echo(f"{wanted} {said}{noted}.")


def _agreed(project: Project, domain: str, *, yes: bool) -> bool:
    from worker.cli.ask import confirmed
    from worker.cli.show import several
    from worker.engine import control

    with project.reading() as desk:
        count = len(control.concerned(desk, domain))
    typer.echo(f"{domain}: {several(count, 'lead')} there; whatever runs for them is stopped.")
    return confirmed(f"Never mail anybody at {domain} again? No command takes it back.", yes=yes)


@app.command("remove")
def remove(
    ctx: typer.Context,
    address: Annotated[str, typer.Argument(help="Whom a refusal, a bounce or a hand put here.")],
    because: Annotated[str, typer.Option(help="Why it may be mailed again.")],
) -> None:
    """Let an address be mailed again, if nobody opted out or complained.

    A domain stays suppressed, and each address there with it.
    """
    from worker.cli.project import opened
    from worker.engine import lifting

    wanted = canonical_subject(address)
    with opened(ctx) as project, project.writing() as desk:
        lifting.lift(desk, wanted, because)
    typer.echo(
        f"{wanted} may be mailed again. What ended stays ended: "
        f"`nurture sequences enroll SEQUENCE {quote(wanted)} --again` begins anew."
    )


@app.command("list")
def list_(ctx: typer.Context, limit: Limit = 50, as_json: AsJson = False) -> None:
    """List the suppressions, the latest first."""
    from worker.cli.project import opened
    from worker.cli.show import clean, console, print_json_list, several, table
    from worker.store import suppressions

    with opened(ctx) as project, project.reading() as desk:
        found = suppressions.newest(desk.connection, limit)
        total = suppressions.count(desk.connection)
    if as_json:
        print_json_list([one._asdict() for one in found], total)
        return
    out = console()
    if not found:
        out.print("Nobody is suppressed. `nurture suppress add ADDRESS` does it by hand.")
        return
    rows = table("since", "kind", "hash", "by", "reason")
    for one in found:
        by = (one.origin or "").replace("_", "-")
        since = project.times.minute(one.since)
        rows.add_row(since, one.kind, one.digest[:10], by, clean(one.reason))
    out.print(rows)
    out.print(f"{len(found):,} of {several(total, 'suppression')}. {project.times.note}")
    out.print("Addresses are kept as hashes; `nurture why ADDRESS` tells whether one is here.")


def canonical_subject(text: str) -> str:
    """Return an address, or a domain as ``@example.com``, in the form that is compared."""
    from worker.address import canonical, canonical_domain

    if text.startswith("@"):
        return f"@{canonical_domain(text)}"
    return canonical(text).text
