"""Mail for nobody in particular: newsletters, lists, receipts, notices of programs.

But what a mail program writes for who presses "unsubscribe" is that person's wish.
"""

from __future__ import annotations

import re

from worker.inbox import leaving
from worker.inbox.classify import robot
from worker.inbox.parse import Mail
from worker.inbox.reading import Kind, Reading

# RFC 7489 §7.2.1.1 and RFC 8460 §5.3: how a receiver heads what it tells a domain of its mail.
_ON_DOMAIN = re.compile(r"(?i)\breport[ -]domain:\s*\S+\s+submitter:\s*\S")
_TAG = re.compile(r"(?i)\s*(?:\w{1,4}:\s*)?\[[^\]]{1,60}\]")


def read(mail: Mail) -> Reading | None:
    """OTHER for what a program sent; a reply is a person's, even if it comes by a list."""
    if _unsubscribes(mail):
        return None
    sign = robot.generated(mail)
    if sign and not mail.is_reply:
        return Reading(Kind.OTHER, sign)
    if _ON_DOMAIN.search(mail.subject[:300]) and not mail.is_headed_as_reply:
        return Reading(Kind.OTHER, "a report on our domain (RFC 7489 §7.2, RFC 8460 §3)")
    if _is_talk_of_others(mail):
        return Reading(Kind.OTHER, "posted to a mailing list, to others (RFC 2919)", 0.8)
    if robot.is_nobody(mail) and not mail.answers_us:
        return Reading(Kind.OTHER, f"sent by {mail.sender[1]}, which nobody reads", 0.8)
    return None


def _unsubscribes(mail: Mail) -> bool:
    """Whether a program writes for who pressed a button (RFC 2369 §3.2): a command, no more."""
    if robot.is_for_many(mail) or not leaving.is_command(mail.subject):
        return False
    return not mail.text.strip() or leaving.is_command(mail.new_text)


def _is_talk_of_others(mail: Mail) -> bool:
    """Whether members of a list talk to each other; who answers us through one is a person."""
    return "list-id" in mail.header and bool(_TAG.match(mail.subject)) and not mail.answers_us
