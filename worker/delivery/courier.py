"""Carries one message after the other, by one connection as long as it is fit for another.

While it waits for the answer to a body, the next message in the queue boards: its commands go
along with that body (RFC 2920), so that no round trip is spent on them.
"""

from __future__ import annotations

from collections import deque

from worker.core.refusal import status_of
from worker.delivery.connections import Connections
from worker.delivery.conversation import Conversation
from worker.delivery.outcome import (
    STOPPING,
    WITHHELD,
    Deferred,
    InDoubt,
    Offered,
    Outcome,
    Phase,
    Refused,
    Returned,
)
from worker.delivery.parcel import Parcel

PROMPT = 1.0
"""Seconds within which a server must have answered the last body, for another to board."""


_OFFERED = (Phase.MAIL, Phase.RCPT, Phase.DATA)  # no byte of the body was written yet


class Courier:
    """Works off a queue that it shares with others, by one connection at a time."""

    def __init__(self, waiting: deque[Parcel], connections: Connections) -> None:
        self._waiting = waiting
        self._connections = connections
        self._aboard: Parcel | None = None

    async def work(self) -> None:
        """Carry until nothing waits, or others are as many as the server takes."""
        while self._waiting:
            try:
                if not await self._connect():
                    return
            except Exception as error:  # noqa: BLE001  as in `_carry`; else nobody would go on
                if self._waiting:
                    self._waiting.popleft().failed(error)

    async def _connect(self) -> bool:
        """Carry by one connection; tell whether another may be asked for.

        Where there is none, and nobody else has one, the first in the queue hears why, and the
        rest comes back untried: each would hear the same.
        """
        conversation = await self._connections.take(self._waiting[0].claimed)
        if isinstance(conversation, Conversation):
            await self._use(conversation)
            return True
        if self._connections.are_enough:
            return False
        if self._waiting:
            self._waiting.popleft().ended(conversation)
            turn_back(self._waiting, conversation)
        return True

    async def _use(self, conversation: Conversation) -> None:
        """Carry as many as a conversation is good for, and give it back.

        What comes back out of step (after an error or a cancellation, too) is closed.
        """
        try:
            while (parcel := self._next(conversation)) is not None:
                await self._carry(conversation, parcel)
        finally:
            await self._connections.give_back(conversation)

    def _next(self, conversation: Conversation) -> Parcel | None:
        """Return who goes next by a conversation: whoever boarded it, or the first that waits.

        One whose conversation is gone is the first in the queue again.
        """
        aboard, self._aboard = self._aboard, None
        if aboard is not None:
            if conversation.is_open and not self._connections.is_closed:
                return aboard
            self._waiting.appendleft(aboard)
        elif self._waiting and self._may_begin(conversation):
            return self._waiting.popleft()
        return None

    def _may_begin(self, conversation: Conversation) -> bool:
        """Whether another message may begin on a conversation.

        One that ended before its first message tells that one why: else the next would be opened
        at once, and end the same way.
        """
        if self._connections.is_fit(conversation):
            return True
        return conversation.offers == 0 and not self._connections.is_worn(conversation)

    async def _carry(self, conversation: Conversation, parcel: Parcel) -> None:
        """Carry one message; a fault of our own is that one's and nobody else's.

        What is of the connection says nothing about the message, which was not tried then.
        """
        was_used = conversation.offers > 0
        try:
            outcome = await self._converse(conversation, parcel)
            if self._is_of_connection(conversation, outcome, was_used):
                conversation.withdraw()
                self._waiting.appendleft(parcel)
            else:
                parcel.ended(outcome)
                if _is_of_all(outcome):
                    self._connections.turned_away(outcome)
                    turn_back(self._waiting, outcome)
        except Exception as error:  # noqa: BLE001  whatever it is, the message must not be lost
            conversation.withdraw()  # nobody knows any more where it stands
            parcel.failed(error)

    def _is_of_connection(
        self, conversation: Conversation, outcome: Outcome, was_used: bool
    ) -> bool:
        """Whether an outcome is of the connection alone, and the message may go by another.

        It may prove to be dead at MAIL, because it was used before; it may be one too many, as
        there are others; or its server loses what is said together.
        """
        if conversation.is_choked:
            self._connections.forgo_pipelining()
            return True
        if was_used and _went_stale(outcome):
            return True
        if not (_went_stale(outcome) or _takes_no_more(outcome)):
            return False
        is_one_too_many = self._connections.is_one_too_many(conversation)
        return is_one_too_many and isinstance(outcome, Deferred) and outcome.phase in _OFFERED

    async def _converse(self, conversation: Conversation, parcel: Parcel) -> Outcome:
        offered = await conversation.offer(parcel.envelope)
        if self._connections.is_closed and (isinstance(offered, Offered) or offered.code is None):
            conversation.withdraw()
            return STOPPING
        if not isinstance(offered, Offered):
            return offered
        if not await parcel.release():
            conversation.withdraw()
            return WITHHELD
        self._aboard = self._boarding(conversation)
        following = None if self._aboard is None else self._aboard.envelope
        return await conversation.transmit(parcel.body, following)

    def _boarding(self, conversation: Conversation) -> Parcel | None:
        """Return the message that boards a conversation now, if one may.

        It is bound to the conversation, so one that is slow to answer, or worn, takes nobody.
        """
        if not self._waiting or self._connections.is_worn(conversation):
            return None
        return None if conversation.patience > PROMPT else self._waiting.popleft()


def turn_back(waiting: deque[Parcel], because: Outcome) -> None:
    """Give back all that wait, untried: what was said is no less true of them."""
    back, why = list(waiting), because if isinstance(because, Returned) else Returned(str(because))
    waiting.clear()
    for parcel in back:
        parcel.ended(why)


def _is_of_all(outcome: Outcome) -> bool:
    """Whether nothing of the account should be tried now: whatever makes its mailbox wait.

    A refusal at MAIL is about us; later it is about a recipient or a body, unless a provider has
    published what its code means. What became of one in doubt may become of each.
    """
    match outcome:
        case Refused():
            of_us = outcome.phase is Phase.MAIL and outcome.blame == "sender"
            return of_us or bool(outcome.cause)
        case Deferred():
            return outcome.scope == "mailbox"
        case _:
            return isinstance(outcome, InDoubt)


def _takes_no_more(outcome: Outcome) -> bool:
    """Whether a server says that it does not take so much at once (RFC 3463 §3.4: X.3.2)."""
    return isinstance(outcome, Deferred) and status_of(outcome.text) == (3, 2) and not outcome.cause


def _went_stale(outcome: Outcome) -> bool:
    return (
        isinstance(outcome, Deferred)
        and outcome.phase is Phase.MAIL
        and outcome.code in (None, 421)
        and not outcome.cause
    )
