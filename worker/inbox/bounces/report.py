"""Delivery reports for machines (RFC 3464): one block for the message, one for each recipient."""

from __future__ import annotations

import re
from dataclasses import dataclass

from worker.inbox import address, headers, mime
from worker.inbox.bounces import likely, statuses
from worker.inbox.parse import Mail

_BLANK = re.compile(r"\n[ \t]*\n")
_HEX = re.compile(r"\+([0-9A-Fa-f]{2})")
_ESCAPED = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")  # RFC 6533 §3
_KINDS = {"message/delivery-status", "message/global-delivery-status"}
MOST = 200
"""Recipients that are read from one report."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one recipient; `action` is as RFC 3464 §2.3.3 has it, or empty.

    `final` is where it failed: another address where the recipient's mail is passed on.
    """

    recipient: str
    final: str
    action: str
    status: str
    diagnosis: str


def deliveries(mail: Mail) -> list[Delivery]:
    """Each recipient of each report in the mail, in order; not of one that a person passes on.

    What a mail system wrote a gateway may have put inside a mail of the same sender.
    """
    found: list[Delivery] = []
    for part in mail.parts if likely.comes_from_daemon(mail) else mail.root.leaves():
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
    recipient = _recipient(fields)
    if recipient is None:
        return None
    diagnosis = fields.get("diagnostic-code", "").partition(";")
    status = statuses.STATUS.search(fields.get("status", ""))
    return Delivery(
        recipient=recipient,
        final=_final(fields) or recipient,
        action=fields.get("action", "").split("(")[0].strip().lower(),
        status=status[0] if status else "",
        diagnosis=diagnosis[2].strip() or diagnosis[0].strip(),
    )


def _recipient(fields: dict[str, str]) -> str | None:
    """The address that we wrote to: the original recipient (RFC 3464 §2.3.1), if it is named.

    Some name it as they were told it, still encoded (RFC 3461 §4).
    """
    final = _final(fields)
    original = _typed(fields, "original-recipient")
    if original and final == _HEX.sub(_letter, original):
        return final
    return original or final


def _final(fields: dict[str, str]) -> str | None:
    return _typed(fields, "final-recipient") or _typed(fields, "x-actual-recipient")


def _typed(fields: dict[str, str], name: str) -> str | None:
    """The address of a field that says its type first: `rfc822; ada@example.org`."""
    kind, _, value = fields.get(name, "").rpartition(";")
    if kind.strip().lower() == "utf-8":
        value = _ESCAPED.sub(_letter, value).strip()
    return address.first(value) if value else None


def _letter(code: re.Match[str]) -> str:
    """The letter of a hexadecimal code point; what is none stays as it is."""
    point = int(code[1], 16)
    return chr(point).lower() if 0x20 < point < 0xD800 else code[0]
