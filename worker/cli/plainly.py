"""What is wrong with a value, in plain words; the library that reads values has others."""

from __future__ import annotations

import re
from typing import Any

import typer
from typer.core import TyperGroup

_PLAINER = (
    (r"Value error, (.+?)\.?", r"\1"),
    (r"Input should be greater than or equal to (\S+)", r"expected \1 or more"),
    (r"Input should be less than or equal to (\S+)", r"expected \1 or less"),
    (r"Input should be a valid integer\b.*", "expected a whole number"),
    (r"Input should be a valid number\b.*", "expected a number"),
)


class Plain(TyperGroup):
    """The commands, which say so."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = plainly(error.message)
            raise


def plainly(message: str) -> str:
    """Return what a library says of a value as a person would."""
    for said, plainer in _PLAINER:
        found = re.fullmatch(said, message, re.DOTALL)
        if found is not None:
            return found.expand(plainer)
    return message
