"""How a share looks before it is carried out."""

from __future__ import annotations

from worker.cli.show import clean, console, print_json, several, table
from worker.core.facts import Lead
from worker.engine.share import Share

FIRST = 5


def print_share(plan: Share) -> None:
    """Print who would get it, the first by name, and who is left out, by the reason."""
    out = console()
    out.print(f"{plan.template} goes to {several(len(plan.audience), 'lead')}:")
    rows = table("lead", "stage", "track", "company")
    for lead in plan.audience[:FIRST]:
        rows.add_row(clean(_who(lead)), lead.stage, lead.track, clean(lead.company or ""))
    if plan.audience:
        out.print(rows)
    if len(plan.audience) > FIRST:
        out.print(f"… and {len(plan.audience) - FIRST:,} more", style="dim")
    for reason, count in sorted(plan.left_out.items()):
        out.print(f"left out: {count:,}, because {clean(reason)}", style="dim")
    out.print("Caps, holds and suppression are asked again when each goes out.\n", style="dim")


def print_as_json(plan: Share, *, planned: int) -> None:
    """Print the share for machines; `planned` is how many messages there are now."""
    print_json(
        {
            "template": plan.template,
            "bundle": plan.bundle.hash,
            "audience": len(plan.audience),
            "first": [lead.address for lead in plan.audience[:FIRST]],
            "left_out": plan.left_out,
            "without": [{"lead": lead, "reason": reason} for lead, reason in plan.without],
            "planned": planned,
        }
    )


def _who(lead: Lead) -> str:
    return lead.address if lead.name == lead.address else f"{lead.name} <{lead.address}>"
