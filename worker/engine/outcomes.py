"""What becomes of a claimed message: one small function for each outcome and each verdict."""

from __future__ import annotations

from datetime import datetime, timedelta

from worker.core.backoff import retry_at
from worker.core.facts import Message
from worker.core.gate import Go, Late, Later, Never, Verdict
from worker.core.holds import postpone
from worker.core.states import Scope
from worker.delivery.outcome import (
    Accepted,
    Deferred,
    InDoubt,
    LoginRefused,
    Outcome,
    Phase,
    Refused,
    Returned,
    Withheld,
)
from worker.engine import breaker, settle
from worker.engine.apply import Desk
from worker.engine.gatefacts import gate_facts
from worker.errors import NurtureError, TemplateError
from worker.store import alerts, holds, messages
from worker.store.messages import Holder
from worker.store.setbacks import Setback

_OF_RECIPIENT = (Phase.RCPT, Phase.DATA, Phase.BODY, Phase.DOT)  # earlier, it is about all of them


def withhold(desk: Desk, holder: Holder, message: Message, verdict: Verdict) -> None:
    """Carry out a verdict that keeps a claimed message from going out now."""
    match verdict:
        case Later():
            if _put_back(desk, holder, message, verdict):
                settle.decided(desk, message, "waits", verdict.reason, verdict.rule)
        case Late():
            hold_message(desk, holder, message, "late", verdict.reason, verdict.rule)
        case Never():
            if messages.drop(desk.connection, message.id, holder, verdict.reason, desk.now):
                settle.skipped(desk, message, "not sent", verdict.reason, verdict.rule)
        case Go():
            return


def unwritten(desk: Desk, holder: Holder, message: Message, error: Exception) -> None:
    """Hold a message that could not be written, and say why (promise 12).

    Of a template, that is with file and line.
    """
    kind = "template" if isinstance(error, TemplateError) else "fault"
    hold_message(desk, holder, message, kind, explained(error))


def explained(error: Exception) -> str:
    """Say what went wrong: what is not said by us is a fault of the worker itself."""
    if isinstance(error, NurtureError):
        return str(error)
    return f"a fault of the worker itself: {type(error).__name__}: {error}"


def settle_outcome(
    desk: Desk, holder: Holder, message: Message, outcome: Outcome, chance: float
) -> None:
    """Write down what became of a message that was not accepted, and what follows."""
    match outcome:
        case Deferred():
            _deferred(desk, holder, message, outcome, chance)
        case Refused():
            _refused(desk, holder, message, outcome, chance)
        case LoginRefused():
            _pause_mailbox(desk, message, str(outcome))
            _retry(desk, holder, message, str(outcome), chance)
        case InDoubt():
            if messages.doubt(desk.connection, message.id, holder, str(outcome)):
                settle.doubtful(desk, message, str(outcome))
        case Accepted() | Returned() | Withheld():
            return  # the first two are written in batches; what was withheld was written then


def _deferred(
    desk: Desk, holder: Holder, message: Message, outcome: Deferred, chance: float
) -> None:
    if outcome.cause:
        _pause_mailbox(desk, message, str(outcome))
    _retry(desk, holder, message, str(outcome), chance)


def _refused(desk: Desk, holder: Holder, message: Message, outcome: Refused, chance: float) -> None:
    reason = str(outcome)
    if outcome.blame == "sender":
        if outcome.cause or outcome.phase not in _OF_RECIPIENT:
            _pause_mailbox(desk, message, reason)
        breaker.note(desk, message, Setback.REFUSAL)
        _retry(desk, holder, message, reason, chance)
    elif messages.refused(desk.connection, message.id, holder, reason, desk.now):
        if outcome.code is not None:  # a server's word, and not what we found by ourselves
            breaker.note(desk, message, Setback.REFUSAL)
        if outcome.blame == "address":
            settle.address_refused(desk, message, reason)
        else:
            alerts.raise_(desk.connection, "refused", _name(message), reason, desk.now)
            settle.skipped(desk, message, "refused", reason)


def _retry(desk: Desk, holder: Holder, message: Message, reason: str, chance: float) -> None:
    """Plan a message again for later, or give it up after five days of trying."""
    tries, first = message.attempts + 1, message.first_try_at or desk.now
    again = retry_at(tries, first, desk.now, chance, desk.setup.policy.expire_after)
    if again is None:  # else nobody need ask what it was held for
        again = retry_at(tries, first, desk.now, chance, _patience(desk, message, first))
    if again is not None:
        messages.put_back(desk.connection, message.id, holder, reason, again, tried_at=desk.now)
        settle.decided(desk, message, "deferred", reason)
        return
    given_up = f"expired: {reason}"
    if messages.refused(desk.connection, message.id, holder, given_up, desk.now):
        alerts.raise_(desk.connection, "expired", _name(message), given_up, desk.now)
        settle.skipped(desk, message, "refused", given_up)


def _patience(desk: Desk, message: Message, first: datetime) -> timedelta:
    """Return for how long to try since the first time: what was spent on hold does not count."""
    expires = desk.setup.policy.expire_after
    held = gate_facts(desk, [message])[message.id].holds
    end = postpone(first + expires, first, held)  # None: it is on hold now
    return (end or desk.now + expires) - first


def _put_back(desk: Desk, holder: Holder, message: Message, verdict: Later) -> bool:
    return messages.put_back(desk.connection, message.id, holder, verdict.reason, verdict.until)


def hold_message(
    desk: Desk, holder: Holder, message: Message, kind: str, reason: str, rule: str = ""
) -> None:
    """Make one message wait for a person, and tell them."""
    if not messages.put_back(desk.connection, message.id, holder, reason, None):
        return
    subject = (Scope.MESSAGE, str(message.id))
    holds.add(desk.connection, subject, reason, desk.now, None)
    settle.decided(desk, message, "held", reason, rule)
    text = (
        f"the message to {message.recipient} is held: {reason}; then run "
        f"`nurture outbox release {message.id}` or `nurture outbox drop {message.id}`"
    )
    alerts.raise_(desk.connection, kind, _name(message), text, desk.now)


def _pause_mailbox(desk: Desk, message: Message, reason: str) -> None:
    """Pause a mailbox that cannot send until a person has looked at it."""
    breaker.pause(desk, message.mailbox, f"it cannot send: {reason}")


def _name(message: Message) -> str:
    return f"message {message.id}"
