"""The tables ``[[owner]]`` and ``[[pool]]``: who writes, and from which mailboxes."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from worker.config.values import Address, Day, Line, Name, Table, Text, check_name

RESERVED = "owner"


def check_sender(name: str) -> str:
    """Return the name of a mailbox or a pool; ValueError where it means something else."""
    if check_name(name) == RESERVED:
        raise ValueError(
            'expected another name: from = "owner" is the mailbox of the lead\'s owner'
        )
    return name


SenderName = Annotated[str, AfterValidator(check_sender)]


class Owner(Table):
    """A salesperson."""

    name: Line
    """As leads are told."""
    address: Address
    """Where tasks and handoffs go."""
    mailbox: Name | None = None
    """The mailbox that writes to the owner's leads."""
    signature: Text | None = None
    """What templates print below letters from that mailbox, if it has no other."""
    absent_from: Day = None
    """The first day of an absence, such as 2027-08-02."""
    absent_until: Day = None
    """Its last day."""
    deputy: Line | None = None
    """The name of the owner who takes over meanwhile."""

    @model_validator(mode="after")
    def _absence_ends(self) -> Self:
        if self.absent_from and self.absent_until and self.absent_until < self.absent_from:
            raise ValueError("expected absent_until on the day of absent_from, or after it")
        return self


class Pool(Table):
    """Several mailboxes under one name: each lead hears from one of them, always the same."""

    name: SenderName
    """What sequences call it."""
    mailboxes: Annotated[tuple[Name, ...], Field(min_length=1)]
    """The mailboxes, by name."""
