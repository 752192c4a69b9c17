"""The ways in which an SMTP server can go wrong, by name.

A behaviour says what happens in a phase of the dialogue instead of what should. The name is given
to the server, for all phases, or is the local part of a recipient, for the phases from RCPT on:
mail to `greylist@example.com` or `greylist+ada@example.com` is greylisted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Phase = Literal["connect", "ehlo", "auth", "mail", "rcpt", "data", "dot"]
PHASES: tuple[Phase, ...] = ("connect", "ehlo", "auth", "mail", "rcpt", "data", "dot")
"""In their order: `data` is the command, `dot` the end of the body."""


@dataclass(frozen=True)
class Act:
    """What the server does in one phase: answer, then perhaps hang up, the first `times` times.

    An empty answer means none; `keeps` says that the message counts as taken all the same.
    """

    answer: str = ""
    hangs_up: bool = False
    keeps: bool = False
    renames: bool = False
    times: int | None = None


@dataclass(frozen=True)
class Behaviour:
    """What goes wrong in which phase, and which EHLO keywords are not offered."""

    acts: Mapping[Phase, Act] = field(default_factory=dict)
    hides: frozenset[str] = frozenset()


def _closing(phase: Phase) -> Behaviour:
    """RFC 5321 §3.8: 421 may answer any command, and the connection goes with it."""
    return Behaviour({phase: Act("421 4.3.2 shutting down", hangs_up=True)})


def _dropping(phase: Phase) -> Behaviour:
    return Behaviour({phase: Act(hangs_up=True)})


def _saying(phase: Phase, answer: str, *, times: int | None = None) -> Behaviour:
    return Behaviour({phase: Act(answer, times=times)})


_SENDER = "550 5.7.515 Access denied, the sending domain does not meet the required level"

BEHAVIOURS: Mapping[str, Behaviour] = {
    "polite": Behaviour(),
    "unknown-recipient": _saying("rcpt", "550 5.1.1 no such user"),
    "mailbox-full": _saying("rcpt", "452 4.2.2 mailbox full"),
    "greylist": _saying("rcpt", "451 4.7.1 greylisted, try again later", times=1),
    "deferred": _saying("dot", "451 4.3.0 try again later"),
    "refused-content": _saying("dot", "554 5.6.0 message refused"),
    "refused-sender": _saying("dot", _SENDER),
    "refused-sender-at-mail": _saying("mail", _SENDER),
    "refused-password": _saying("auth", "535 5.7.8 authentication credentials invalid"),
    "rewrites-message-id": Behaviour({"dot": Act(keeps=True, renames=True)}),
    "accepts-then-drops": Behaviour({"dot": Act(hangs_up=True, keeps=True)}),
    "no-pipelining": Behaviour(hides=frozenset({"PIPELINING"})),
    "no-smtputf8": Behaviour(hides=frozenset({"SMTPUTF8"})),
    **{f"421-at-{phase}": _closing(phase) for phase in PHASES},
    **{f"drop-at-{phase}": _dropping(phase) for phase in PHASES},
}
"""Every behaviour by its name."""


def of_recipient(address: str) -> Behaviour:
    """Return the behaviour that the local part of `address` names, the polite one if none."""
    name = address.partition("@")[0].partition("+")[0]
    return BEHAVIOURS.get(name, BEHAVIOURS["polite"])
