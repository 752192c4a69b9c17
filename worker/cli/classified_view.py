"""How mail files look once they are understood; knows no database, so that it is there at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from worker.cli.show import clean, console, table
from worker.cli.times import NONE

_COLOURS = {"human": "green", "bounce": "red", "complaint": "red", "auto_reply": "yellow"}


def print_classified(found: Sequence[Mapping[str, Any]]) -> None:
    """Print what mail files were understood as."""
    out = console()
    rows = table("file", "kind", "intent", ">sure", "why")
    for one in found:
        sure = NONE if one["confidence"] is None else f"{one['confidence']:.0%}"
        kind = kind_of(one["kind"], one["kind"])
        rows.add_row(clean(one["file"]), kind, one["intent"] or NONE, sure, clean(one["why"]))
    out.print(rows)


def kind_of(kind: str, text: str) -> Text:
    """Return what is said of a mail in the colour of its kind."""
    return Text(clean(text.replace("_", " ")), style=_COLOURS.get(kind, "default"))
