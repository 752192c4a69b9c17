"""The options that several commands share, so that they mean the same everywhere."""

from __future__ import annotations

from typing import Annotated, TypeVar

import typer

MOST = 2**63 - 1
"""The largest number that a database, or a place in a list, can have."""

Given = TypeVar("Given")


def countable(given: Given) -> Given:
    """Return a number, or several, as given; wrong use where one is larger than any can be."""
    every = given if isinstance(given, list) else [given]
    if any(isinstance(one, int) and one > MOST for one in every):
        raise typer.BadParameter(f"expected {MOST} or less")
    return given


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Limit = Annotated[
    int, typer.Option("--limit", "-n", min=1, callback=countable, help="At most so many.")
]
Address = Annotated[str, typer.Argument(help="An address of the lead.", metavar="ADDRESS")]
Reason = Annotated[list[str] | None, typer.Argument(help="Why.", metavar="REASON")]


def sentence(words: list[str] | None, otherwise: str) -> str:
    """Return the words of a reason as one sentence, with or without quotes in the shell."""
    return " ".join(words or ()).strip() or otherwise
