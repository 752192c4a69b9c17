"""How leads look: one with its touches, and many in a table."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote

from rich.table import Table
from rich.text import Text

from worker.cli.history import Line
from worker.cli.show import clean, console, grid, several, table
from worker.cli.times import NONE, Times
from worker.cli.why_view import on_hold, print_history
from worker.core.facts import Enrollment, Lead
from worker.engine.why import Why


def as_values(
    found: Why, passages: Sequence[Enrollment], history: Sequence[Line]
) -> dict[str, object]:
    """Return what is known of a lead, for JSON."""
    told = {"lead": found.lead, "suppressed": found.suppressed, "hold": found.hold}
    return {**told, "enrollments": passages, "history": history}


def print_lead(
    found: Why, passages: Sequence[Enrollment], history: Sequence[Line], times: Times
) -> None:
    """Print what is known of a lead, its passages, and what happened, in order."""
    out, lead = console(), found.lead
    out.print(Text(clean(lead.name), style="bold"))
    if found.suppressed is not None:
        out.print(Text(f"never mailed: {clean(found.suppressed)}", style="red"))
    if found.hold is not None:
        out.print(Text(on_hold(found.hold, times), style="yellow"))
    out.print(grid(*((name, value) for name, value in _facts(lead, times) if value)))
    out.print()
    if passages:
        out.print(_passages(passages, times))
        out.print()
    print_history(out, history, times)
    out.print(f"`nurture why {quote(lead.address)}` has the reasons.  {times.note}", style="dim")


def print_leads(found: Sequence[Lead], total: int, *, limbo: bool, narrowed: bool) -> None:
    """Print leads as a table, and how many there are of what was asked for."""
    out = console()
    if not found:
        out.print(_nobody(limbo=limbo, narrowed=narrowed))
        return
    rows = table("address", "name", "company", "stage", ">score", "track")
    for lead in found:
        name = clean(lead.name) if lead.name != lead.address else NONE
        company = clean(lead.company or NONE)
        score = str(lead.score or NONE)
        rows.add_row(clean(lead.address), name, company, lead.stage.value, score, lead.track.value)
    out.print(rows)
    out.print(f"\n{len(found):,} of {several(total, 'lead')}.", style="dim")


def _facts(lead: Lead, times: Times) -> list[tuple[str, object]]:
    consent = lead.consent
    agreed = f"{consent.source}, {times.day(consent.at)}" if consent else "none on record"
    if consent and consent.expires:
        agreed += f", until {times.day(consent.expires)}"
    facts: list[tuple[str, object]] = [
        ("address", lead.address),
        ("company", lead.company),
        ("stage", lead.stage.value),
        ("score", lead.score or None),
        ("track", lead.track.value),
        ("consent", agreed),
        ("source", lead.source),
        ("owner", lead.owner),
        ("phone", lead.phone),
        ("asked for", ", ".join(filter(None, (lead.rhythm, lead.channel)))),
        ("zone", lead.zone),
        ("country", lead.country),
        ("language", lead.language),
        ("came in", times.weekday(lead.created_at)),
    ]
    return [*facts, *lead.attributes.items()]


def _passages(passages: Sequence[Enrollment], times: Times) -> Table:
    rows = table("sequence", "state", "since", ">steps done", "reason")
    for one in passages:
        began = times.minute(one.began_at)
        rows.add_row(one.sequence, one.state.value, began, str(one.position), clean(one.reason))
    return rows


def _nobody(*, limbo: bool, narrowed: bool) -> str:
    if limbo:
        return "Nobody is nowhere: as it should be."
    if narrowed:
        return "No lead is like that; `nurture leads list` has all."
    return "There are no leads yet: `nurture leads add` or `nurture leads import FILE.csv`."
