"""Addresses that make trouble on purpose, at any domain.

=============  ===================================================================
``550@``       refused at RCPT with that code; any three digits from 400 to 599 do
``greylist@``  451 at the first try, accepted from the second on
``timeout@``   RCPT is never answered
``full@``      accepted; then a soft bounce arrives at the sender
``bounce@``    accepted; then a hard bounce arrives at the sender
=============  ===================================================================
"""

from __future__ import annotations

import re

from worker.sandbox.bounces import HARD, SOFT, Reason

_CODE = re.compile(r"[45][0-5]\d")

# RFC 3463 §3: what these replies usually say; the others are of no stated detail.
_DETAILS = {
    "450": "4.2.1 Mailbox unavailable, try again later",
    "451": "4.3.0 Local error in processing",
    "452": "4.2.2 Mailbox full",
    "550": "5.1.1 No such person here",
    "552": "5.2.2 Mailbox full",
    "553": "5.1.3 Mailbox name not allowed",
    "554": "5.7.1 Message refused",
}


def account_of(address: str) -> str:
    """Return the account that an address belongs to: lower case, without its plus part."""
    local, at, domain = address.lower().rpartition("@")
    return local.partition("+")[0] + at + domain


def refusal(address: str) -> str | None:
    """Return the reply line that an address like ``550@…`` asks for, or none."""
    code = _local_part(address)
    if not _CODE.fullmatch(code):
        return None
    return f"{code} {_DETAILS.get(code, f'{code[0]}.0.0 As the address asks for')}"


def is_greylisted(address: str) -> bool:
    """Say whether the first try of each such address is deferred."""
    return _local_part(address) == "greylist"


def is_silent(address: str) -> bool:
    """Say whether RCPT for this address is never answered."""
    return _local_part(address) == "timeout"


def later_bounce(address: str) -> Reason | None:
    """Return why a mail that was accepted for this address comes back, or none if it does not."""
    return {"full": SOFT, "bounce": HARD}.get(_local_part(address))


def _local_part(address: str) -> str:
    return account_of(address).rpartition("@")[0]
