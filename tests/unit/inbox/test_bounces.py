"""Why deliveries fail, hard or soft."""

from __future__ import annotations

import pytest

from worker.inbox.bounces import reasons
from worker.inbox.reading import BounceType, Reason

HARD, SOFT = BounceType.HARD, BounceType.SOFT


@pytest.mark.parametrize(
    ("diagnosis", "status", "reason", "kind"),
    [
        ("550 5.1.1 no such user", "5.1.1", Reason.USER_UNKNOWN, HARD),
        ("", "5.1.2", Reason.HOST_UNKNOWN, HARD),
        ("552 5.0.0 mailbox is full", "5.0.0", Reason.MAILBOX_FULL, SOFT),
        ("", "4.4.7", Reason.EXPIRED, SOFT),
        ("connect: Connection refused", "5.4.1", Reason.NETWORK, SOFT),
        ("550 5.7.26 SPF check failed", "5.7.26", Reason.AUTHENTICATION, HARD),
        ("421 too many connections from your host", "", Reason.RATE, SOFT),
        ("554 blocked using bl.example blocklist", "", Reason.SPAM, HARD),
        ("451 4.3.5 internal error", "4.3.5", Reason.SYSTEM, SOFT),
        ("message exceeds maximum message size", "5.3.4", Reason.SIZE, HARD),
        ("we know nothing", "", Reason.OTHER, SOFT),
        ("Das Postfach hat sein Speicherlimit erreicht", "", Reason.MAILBOX_FULL, SOFT),
        ("dit e-mailadres bestaat niet (meer)", "", Reason.USER_UNKNOWN, HARD),
        ("查無此使用者", "", Reason.USER_UNKNOWN, HARD),
        ("le domaine n'existe pas", "", Reason.HOST_UNKNOWN, HARD),
        ("450 4.1.1 user unknown, try later", "4.1.1", Reason.USER_UNKNOWN, SOFT),
    ],
)
def test_a_diagnosis(diagnosis: str, status: str, reason: Reason, kind: BounceType) -> None:
    assert reasons.reason_of(diagnosis, status) is reason
    assert reasons.bounce_type(reason, diagnosis, status) is kind


def test_a_code_is_a_code_only_as_a_whole() -> None:
    assert reasons.find_status("host 10.5.1.1 said 2.0.0 and then 5.2.2") == "5.2.2"
    assert reasons.find_status("version 15.1.10.2") == ""
