"""The options that several commands share, so that they mean the same everywhere."""

from __future__ import annotations

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")]
Address = Annotated[str, typer.Argument(help="An address of the lead.", metavar="ADDRESS")]
Reason = Annotated[list[str] | None, typer.Argument(help="Why.", metavar="REASON")]


def sentence(words: list[str] | None, otherwise: str) -> str:
    """Return the words of a reason as one sentence, with or without quotes in the shell."""
    return " ".join(words or ()).strip() or otherwise
