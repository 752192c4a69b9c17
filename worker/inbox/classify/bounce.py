"""Bounces: the delivery of something that we sent failed, or is late."""

from __future__ import annotations

from worker.inbox import address, mime, who
from worker.inbox.bounces import (
    diagnoses,
    likely,
    notices,
    prose,
    reasons,
    report,
    returned,
    statuses,
)
from worker.inbox.bounces.report import Delivery
from worker.inbox.fold import fold, without_queries
from worker.inbox.parse import Mail
from worker.inbox.reading import BounceType, Kind, Reading, Reason

# RFC 3464 §2.3.3
_ARRIVED = frozenset({"delivered", "relayed", "expanded"})
_MOST_TEXT = 4_000


def read(mail: Mail) -> Reading | None:
    """BOUNCE for a failure or a delay, OTHER for a report of success."""
    if not likely.may_be(mail):
        return None
    deliveries = report.deliveries(mail)
    if deliveries:
        return _from_report(mail, deliveries)
    return _from_prose(mail)


def _from_report(mail: Mail, deliveries: list[Delivery]) -> Reading:
    failed = [one for one in deliveries if one.action not in _ARRIVED | {"delayed"}]
    late = [one for one in deliveries if one.action == "delayed"]
    if not failed and not late:
        why = f"report of success: {deliveries[0].action} (RFC 3464 §2.3.3)"
        return Reading(Kind.OTHER, why, arrived=True)
    message = returned.header(mail)
    if not failed:
        recipients = _each([one.recipient for one in late])
        return _late(mail, message, recipients, "action: delayed (RFC 3464 §2.3.3)")
    first = failed[0]
    ours = returned.senders(mail, message) - {first.recipient, first.final}
    reason = reasons.reason_of(first.diagnosis, first.status, _prose(mail), ours)
    return Reading(
        Kind.BOUNCE,
        f"delivery report (RFC 3464): {first.status} {first.diagnosis[:120]}".strip(),
        recipients=_each([one.recipient for one in failed]),
        bounce_type=reasons.bounce_type(reason, first.diagnosis, first.status),
        reason=reason,
        of_address=reasons.is_of_address(reason, first.status),
        failed_at=_each([one.final for one in failed]),
        original_message_id=returned.message_id(mail, message),
    )


def _from_prose(mail: Mail) -> Reading | None:
    message = returned.header(mail)
    text = _prose(mail)
    if not _speaks_of_delivery(mail, text, message):
        return None
    recipients = prose.recipients(mail, message)
    if _is_late(mail, text):
        return _late(mail, message, recipients, "the text says that delivery is delayed")
    diagnosis = reasons.part_with_code(text) or text
    ours = returned.senders(mail, message).difference(recipients)
    reason = reasons.reason_of(diagnosis, letter=text, ours=ours)
    return Reading(
        Kind.BOUNCE,
        f"text of a mail system: {' '.join(text.split())[:120]}",
        confidence=0.9 if recipients else 0.6,
        recipients=recipients,
        bounce_type=reasons.bounce_type(reason, diagnosis),
        reason=reason,
        of_address=reasons.is_of_address(reason, statuses.find(diagnosis)),
        failed_at=recipients,
        original_message_id=returned.message_id(mail, message),
    )


def _late(mail: Mail, message: mime.Part | None, recipients: tuple[str, ...], why: str) -> Reading:
    return Reading(
        Kind.BOUNCE,
        why,
        recipients=recipients,
        bounce_type=BounceType.SOFT,
        reason=Reason.DELAYED,
        original_message_id=returned.message_id(mail, message),
    )


def _prose(mail: Mail) -> str:
    return returned.report_text(mail)[:_MOST_TEXT]


def _speaks_of_delivery(mail: Mail, text: str, message: mime.Part | None) -> bool:
    """Whether it is a report at all: sender, subject and text must bear each other out."""
    fails = notices.fails(fold(diagnoses.without_points(text))) or _diagnoses(mail, text)
    if likely.is_report(mail) or "x-failed-recipients" in mail.header:
        return True
    if likely.comes_from_daemon(mail):
        return likely.says_so(mail.subject) or (fails and not mail.is_reply) or message is not None
    if likely.has_null_path(mail) or message is not None:
        return fails
    # People write about failed deliveries too, but to somebody, of themselves, or of no address.
    return fails and not mail.is_reply and not _is_somebodys(text) and bool(address.every(text))


def _is_somebodys(text: str) -> bool:
    """Whether somebody speaks of himself, or asks: a mail system that has no name does neither."""
    return "?" in without_queries(text) or who.speaks_of_writer(fold(text))


def _diagnoses(mail: Mail, text: str) -> bool:
    """Whether it has a code, or a diagnosis with an address: a postmaster's own words have none.

    That of whom it is to is none that failed: "your mailbox is nearly full".
    """
    if statuses.is_in(text):
        return True
    return reasons.is_diagnosis(text) and not set(address.every(text)) <= set(mail.envelope.to)


def _is_late(mail: Mail, text: str) -> bool:
    words = fold(f"{mail.subject}. {text}")
    if not notices.is_late(words):
        return False
    return notices.still_tries(words) or not diagnoses.speaks_of(text, Reason.EXPIRED)


def _each(recipients: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(recipients))
