"""How the results of a sequence look: variants side by side."""

from __future__ import annotations

from collections.abc import Sequence

from worker.cli.show import clean, console, table
from worker.engine.results import Result, Share, undecided


def print_results(found: Sequence[Result]) -> None:
    """Print what came of each email."""
    out = console()
    rows = table("step", "email", ">sent", ">answered", ">left")
    for one in found:
        email = one.template if one.current else f"{one.template} (no more sent)"
        shares = (_share(one.answered, one.sent), _share(one.left, one.sent))
        rows.add_row(one.step, clean(email), f"{one.sent:,}", *shares)
    out.print(rows)
    out.print("\nIn brackets: where the true share lies, with 95 % confidence.", style="dim")
    if undecided(found):
        out.print("Where brackets overlap, chance alone may tell variants apart.", style="dim")


def _share(one: Share, sent: int) -> str:
    if not sent:
        return "–"
    return f"{one.count:,} · {one.share:.1%} ({one.low:.1%} to {one.high:.1%})"
