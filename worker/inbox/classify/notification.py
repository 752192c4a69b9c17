"""Mail for nobody in particular: newsletters, lists, receipts, notices of programs."""

from __future__ import annotations

import re

from worker.inbox.classify import robot
from worker.inbox.parse import Mail
from worker.inbox.reading import Kind, Reading

_NOBODY = re.compile(
    r"(?i)(?:(?:do[-_.]?)?no[-_.]?(?:t[-_.]?)?(?:reply|answer|respond)|notifications?|newsletters?|"
    r"alerts?|mailer|updates?|automailer|nepasrepondre|keineantwort|nichtantworten)\b"
)


def read(mail: Mail) -> Reading | None:
    """OTHER for what a program sent; a reply is a person's, even if it comes by a list."""
    if mail.root.content_type == "multipart/report":  # RFC 3834 §2: receipts (RFC 8098) and kin
        return Reading(Kind.OTHER, "a report that is neither bounce nor complaint (RFC 6522)")
    sign = robot.generated(mail)
    if sign and not mail.is_reply:
        return Reading(Kind.OTHER, sign)
    if _NOBODY.match(mail.sender[1]) and not mail.answers_us:
        return Reading(Kind.OTHER, f"sent by {mail.sender[1]}, which nobody reads", 0.8)
    return None
