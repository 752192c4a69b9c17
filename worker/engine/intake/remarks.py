"""What is to be said about a lead that is taken in all the same."""

from __future__ import annotations

from enum import StrEnum

from worker.engine.intake.domains import Domains
from worker.engine.intake.roles import is_role


class Remark(StrEnum):
    """A kind of remark."""

    ROLE = "role"
    LOOK_ALIKE = "look-alike"


def remarks(address: str, domains: Domains) -> tuple[tuple[Remark, str], ...]:
    """Return what a person should know about an address in canonical form, as sentences."""
    local, _, domain = address.rpartition("@")
    doubt = domains.about(domain).doubt
    role = f"{address} is read by a team, or by nobody" if is_role(local) else None
    if doubt is None and role is None:
        return ()
    both = ((Remark.LOOK_ALIKE, doubt), (Remark.ROLE, role))
    return tuple((kind, sentence) for kind, sentence in both if sentence)
