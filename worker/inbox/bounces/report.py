"""Delivery reports for machines (RFC 3464): one block for the message, one for each recipient."""

from __future__ import annotations

import re
from dataclasses import dataclass

from worker.inbox import address, headers, mime
from worker.inbox.bounces import reasons
from worker.inbox.parse import Mail

_BLANK = re.compile(r"\n[ \t]*\n")
_KINDS = {"message/delivery-status", "message/global-delivery-status"}
MOST = 200
"""Recipients that are read from one report."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one recipient; `action` is as RFC 3464 §2.3.3 has it, or empty."""

    recipient: str
    action: str
    status: str
    diagnosis: str


def deliveries(mail: Mail) -> list[Delivery]:
    """Each recipient of each report in the mail, in order."""
    found: list[Delivery] = []
    for part in mail.parts:
        if part.content_type in _KINDS:
            for block in _BLANK.split(part.text)[: MOST + 1]:
                delivery = _delivery(block)
                if delivery is not None:
                    found.append(delivery)
    return found


def _delivery(block: str) -> Delivery | None:
    fields = {
        name: headers.decoded(value)
        for name, value in mime.header_fields(block.strip("\n").encode("utf-8", "replace"))
    }
    # RFC 3464 §2.3.1: the original recipient is the address that we wrote to.
    recipient = _typed(fields, "original-recipient") or _typed(fields, "final-recipient")
    recipient = recipient or _typed(fields, "x-actual-recipient")
    if recipient is None:
        return None
    diagnosis = fields.get("diagnostic-code", "").partition(";")
    status = reasons.STATUS.search(fields.get("status", ""))
    return Delivery(
        recipient=recipient,
        action=fields.get("action", "").split("(")[0].strip().lower(),
        status=status[0] if status else "",
        diagnosis=diagnosis[2].strip() or diagnosis[0].strip(),
    )


def _typed(fields: dict[str, str], name: str) -> str | None:
    """The address of a field that says its type first: `rfc822; ada@example.org`."""
    value = fields.get(name, "")
    return address.first(value.rpartition(";")[2]) if value else None
