"""Codes that providers publish for bulk senders, and what each wants mended.

The key is an enhanced status (RFC 3463) without its first digit: 4.7.27 limits what 5.7.27 blocks.
Gmail gives some numbers a meaning other than the registry's, so its table is asked first where the
server is Gmail's.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

Status: TypeAlias = tuple[int, int]
"""Subject and detail of an enhanced status: (7, 26) of "5.7.26"."""

_PTR = "the sending IP address needs a PTR record, and the name in it must resolve to that address"
_SPF = "the SPF record of the sending domain does not cover the sending server"
_DKIM = "mail is not signed, or not validly, by DKIM"

GMAIL: Mapping[Status, str] = MappingProxyType(
    {
        (7, 23): f"Gmail: {_PTR}",
        (7, 24): "Gmail: the SPF record of the sending domain has suspicious entries",
        (7, 25): f"Gmail: {_PTR}",
        (7, 26): "Gmail: mail must pass SPF or DKIM, and the domain's own DMARC policy",
        (7, 27): f"Gmail: {_SPF}",
        (7, 28): "Gmail: an unusual rate of unsolicited mail came from this sender; send less",
        (7, 29): "Gmail: the connection that brings the mail must use TLS",
        (7, 30): f"Gmail: {_DKIM}",
        (7, 32): "Gmail: the domain of From must be the one that passes SPF or DKIM (DMARC)",
    }
)
"""Gmail's "SMTP errors and codes" for bulk senders."""

REGISTERED: Mapping[Status, str] = MappingProxyType(
    {
        (7, 20): _DKIM,
        (7, 21): "the DKIM signature is not one that the server accepts",
        (7, 22): "no DKIM signature is from the domain of From",
        (7, 23): _SPF,
        (7, 24): "the SPF record of the sending domain cannot be evaluated",
        (7, 25): _PTR,
        (7, 26): "mail passes none of SPF, DKIM and DMARC",
        (7, 28): "too much mail came from this sender in a short time; send less",
        (7, 509): "Microsoft: mail fails the DMARC policy of the domain of From",
        (7, 511): "Microsoft: this sender is banned; ask for delisting",
        (7, 515): "Microsoft: bulk mail must pass SPF, DKIM and aligned DMARC",
        (7, 708): "Microsoft: mail from this IP address is not accepted; its reputation is low",
    }
)
"""RFC 7372 §3, the registry that continues it, and what Microsoft adds (three digits)."""


def published_cause(status: Status | None, text: str) -> str:
    """Return what wants mending, as a clause, or "" where the status is not a published one."""
    if status is None:
        return ""
    lower = text.lower()
    if "gsmtp" in lower or "google" in lower:
        return GMAIL.get(status, "") or REGISTERED.get(status, "")
    return REGISTERED.get(status, "") or GMAIL.get(status, "")
