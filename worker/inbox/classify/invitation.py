"""Calendar mail: somebody accepts, declines or proposes a meeting (RFC 5546).

Who declines may say why, and who sends a date may say much else: then the words decide.
"""

from __future__ import annotations

import re

from worker.core.mail import SURE
from worker.inbox.classify import human
from worker.inbox.parse import Mail
from worker.inbox.reading import Intent, Kind, Reading

_METHOD = re.compile(r"(?im)^METHOD(?:;[^:\n]{0,200})?:[ \t]*(\w+)")
_ANSWER = re.compile(r"(?i)PARTSTAT=\"?([A-Z-]+)")
_FOLD = re.compile(r"\n[ \t]")  # RFC 5545 §3.1


def read(mail: Mail) -> Reading | None:
    """HUMAN: for an acceptance or a proposal MEETING, else what the words beside it say."""
    if "calendar" not in mail.header.get("content-type", "") and not mail.root.children:
        return None
    part = next((one for one in mail.root.leaves() if one.content_type == "text/calendar"), None)
    if part is None:
        return None
    text = _FOLD.sub("", part.text)
    said = _METHOD.search(text)
    method = (said[1] if said else part.parameters.get("method", "")).upper()
    answer = _ANSWER.search(text)
    status = answer[1].upper() if answer and method in {"REPLY", "COUNTER"} else ""
    agrees = method in {"REQUEST", "COUNTER"} or status in {"ACCEPTED", "TENTATIVE"}
    worded = human.read(mail)
    why = f"calendar {method or 'entry'} {status} (RFC 5546 §1.4)".replace("  ", " ")
    if not agrees or _leaves(worded):
        return worded._replace(why=f"{why}; {worded.why}")
    return Reading(
        Kind.HUMAN,
        why,
        confidence=0.95,
        new_text=worded.new_text,
        intent=Intent.MEETING,
        booked=method == "REPLY",
    )


def _leaves(worded: Reading) -> bool:
    """Whether the words are plainly a wish to leave, whatever a calendar says."""
    return worded.intent is Intent.OPT_OUT and worded.confidence >= SURE
