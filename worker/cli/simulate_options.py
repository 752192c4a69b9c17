"""The options of `nurture simulate`, by name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

MOST_LEADS = 1_000_000

Leads = Annotated[
    int | None, typer.Option("--leads", metavar="N", min=1, max=MOST_LEADS, help="Made-up leads.")
]
Csv = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="The leads of a list.")]
Columns = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="COLUMN=FIELD", help="What a column of the list holds."),
]
Consent = Annotated[
    str | None,
    typer.Option("--consent", metavar="TEXT", help="Where they agreed, for rows without."),
]
Sequences = Annotated[
    list[str] | None,
    typer.Option("--sequence", "-s", metavar="NAME", help="Try its file; may be repeated."),
]
Days = Annotated[
    int | None, typer.Option("--days", min=1, max=3660, help="How many; 60 if not said.")
]
From = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="The first day; else today.")
]
Spread = Annotated[
    int | None,
    typer.Option("--spread", metavar="DAYS", min=0, help="Made-up leads come over so many."),
]
Seed = Annotated[
    int | None, typer.Option("--seed", help="Other people, other chances; 0 if not said.")
]
Rates = Annotated[
    list[str] | None,
    typer.Option(
        "--rate", metavar="DEED=SHARE", help="reply=2%, absence, bounce, purchase, opt_out."
    ),
]
BehaviourFile = Annotated[
    Path | None, typer.Option("--behaviour", metavar="FILE", help="Rates, and a script.")
]
Existing = Annotated[
    bool, typer.Option("--existing", help="Take the project's leads into --sequence.")
]
Lead = Annotated[
    list[str] | None, typer.Option("--lead", metavar="ADDRESS", help="Show the timeline of one.")
]
Render = Annotated[
    bool, typer.Option("--render", help="Write every email whole, not only samples.")
]
Diff = Annotated[
    str | None, typer.Option("--diff", metavar="WHAT", help="launched, git:REVISION, or a file.")
]
PlanFile = Annotated[
    Path | None, typer.Option("--plan", metavar="FILE", help="Write the send plan.")
]
Expect = Annotated[
    Path | None,
    typer.Option("--expect", metavar="FILE", help="Fail where a send plan would change."),
]
Html = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Write a page with charts.")
]
