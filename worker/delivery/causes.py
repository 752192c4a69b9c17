"""Codes that providers publish for bulk senders, and what each wants mended.

The key is an enhanced status (RFC 3463) without its first digit: 4.7.27 limits what 5.7.27 blocks.
Gmail gives some numbers a meaning other than the registry's, so its table is asked first where the
server is Gmail's.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from worker.core.refusal import Status

_PTR = "the sending IP address needs a PTR record, and the name in it must resolve to that address"
_SPF = "the SPF record of the sending domain does not cover the sending server"
_ALL_SENT = "the account has sent as much as it may in a day; set limits below that, and wait a day"
_NOT_ITS_FROM = "Microsoft: the account may not send as the address in From"
_BANNED = (
    "Microsoft: the account was stopped because of what it sent; its administrator can free it"
)
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

GMAIL_ALONE: Mapping[Status, str] = MappingProxyType({(4, 5): f"Gmail: {_ALL_SENT}"})
"""Codes that mean this at Gmail, and something that passes by itself elsewhere."""

REGISTERED: Mapping[Status, str] = MappingProxyType(
    {
        (1, 90): f"Microsoft: {_ALL_SENT}",
        (2, 252): _NOT_ITS_FROM,
        (7, 20): _DKIM,
        (7, 21): "the DKIM signature is not one that the server accepts",
        (7, 22): "no DKIM signature is from the domain of From",
        (7, 23): _SPF,
        (7, 24): "the SPF record of the sending domain cannot be evaluated",
        (7, 25): _PTR,
        (7, 26): "mail passes none of SPF, DKIM and DMARC",
        (7, 28): "too much mail came from this sender in a short time; send less",
        (7, 60): _NOT_ITS_FROM,
        (7, 501): _BANNED,
        (7, 502): _BANNED,
        (7, 503): _BANNED,
        (7, 509): "Microsoft: mail fails the DMARC policy of the domain of From",
        (7, 511): "Microsoft: this sender is banned; ask for delisting",
        (7, 515): "Microsoft: bulk mail must pass SPF, DKIM and aligned DMARC",
        (7, 705): "Microsoft: the organization has sent more than it may; send less",
        (7, 708): "Microsoft: mail from this IP address is not accepted; its reputation is low",
    }
)
"""RFC 7372 §3, the registry that continues it, and what Microsoft adds (three digits)."""


NAMED: Mapping[str, str] = MappingProxyType(
    {
        "sendasdenied": _NOT_ITS_FROM,
        "outboundspamexception": _BANNED,
        "bad outbound sender": _BANNED,
    }
)
"""What Microsoft writes behind codes that say nothing, in small letters."""


def published_cause(status: Status | None, text: str) -> str:
    """Return what wants mending, as a clause, or "" where the status is not a published one."""
    lower = text.lower()
    if named := next((cause for name, cause in NAMED.items() if name in lower), ""):
        return named
    if status is None:
        return ""
    if "gsmtp" in lower or "google" in lower:
        table = {**REGISTERED, **GMAIL, **GMAIL_ALONE}
    else:
        table = {**GMAIL, **REGISTERED}
    return table.get(status, "")
