"""Calendar mail: somebody accepts, declines or proposes a meeting (RFC 5546)."""

from __future__ import annotations

import re

from worker.inbox.parse import Mail
from worker.inbox.reading import Intent, Kind, Reading

_METHOD = re.compile(r"(?im)^METHOD(?:;[^:\n]{0,200})?:[ \t]*(\w+)")
_ANSWER = re.compile(r"(?i)PARTSTAT=\"?([A-Z-]+)")
_FOLD = re.compile(r"\n[ \t]")  # RFC 5545 §3.1


def read(mail: Mail) -> Reading | None:
    """HUMAN with the intent MEETING for an acceptance or a proposal; UNKNOWN for a refusal."""
    if "calendar" not in mail.header.get("content-type", "") and not mail.root.children:
        return None
    part = next((one for one in mail.parts if one.content_type == "text/calendar"), None)
    if part is None:
        return None
    text = _FOLD.sub("", part.text)
    said = _METHOD.search(text)
    method = (said[1] if said else part.parameters.get("method", "")).upper()
    answer = _ANSWER.search(text)
    status = answer[1].upper() if answer and method in {"REPLY", "COUNTER"} else ""
    agrees = method in {"REQUEST", "COUNTER"} or status in {"ACCEPTED", "TENTATIVE"}
    return Reading(
        Kind.HUMAN,
        f"calendar {method or 'entry'} {status} (RFC 5546 §1.4)".replace("  ", " "),
        confidence=0.95 if agrees else 0.5,
        new_text=mail.new_text,
        intent=Intent.MEETING if agrees else Intent.UNKNOWN,
        booked=method == "REPLY" and status in {"ACCEPTED", "TENTATIVE"},
    )
