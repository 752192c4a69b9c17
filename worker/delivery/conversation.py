"""One conversation with a server: offer an envelope, then transmit its body or withdraw.

With PIPELINING (RFC 2920) MAIL, RCPT and DATA go in one write, and the next message's go in the
same write as a body; without it they go one by one. Either way the body is written only by
`transmit`, and the caller decides when, or whether, that happens.

Whenever answers can no longer be told apart the connection is closed; `in_step` says whether the
conversation can be used again.
"""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

from worker.delivery.account import Timeouts
from worker.delivery.body import END, Body, clean
from worker.delivery.envelope import Envelope, Extensions
from worker.delivery.outcome import (
    OFFERED,
    Accepted,
    Deferred,
    InDoubt,
    Offered,
    Phase,
    Refused,
)
from worker.delivery.receipt import final_message_id
from worker.delivery.reply import Reply
from worker.delivery.transaction import Transaction, ends_connection, failure
from worker.delivery.wire import CutError, SilenceError, Wire

BLOCK = 65_536
"""Octets of a body that are handed over at once; the last of them go together with the dot."""


class Conversation:
    """An open conversation, secured and logged in, with the server named `host`."""

    def __init__(self, wire: Wire, server: Extensions, timeouts: Timeouts, host: str) -> None:
        self.offers = 0
        """Envelopes offered so far."""
        self.is_choked = False
        """Whether the server fell silent within a group of commands: it does not read them all."""
        self.patience = 0.0
        """Seconds that the server took to answer the last body."""
        self._wire = wire
        self._server = server
        self._timeouts = timeouts
        self._host = host
        self._begun: Transaction | None = None
        self._offered: Envelope | None = None
        self._is_offering = False
        self._needs_reset = False

    @property
    def is_open(self) -> bool:
        """Whether the connection is open."""
        return self._wire.is_open

    @property
    def in_step(self) -> bool:
        """Whether the connection is open, with no transaction begun and no answer due."""
        return self._wire.in_step and self._begun is None and self._offered is None

    async def offer(self, envelope: Envelope) -> Offered | Deferred | Refused:
        """Say MAIL, RCPT and DATA, or read the answers if `transmit` has said them already."""
        transaction, self._begun = self._begun, None
        if transaction is None and (obstacle := envelope.obstacle(self._server)):
            return obstacle
        if transaction is not None and transaction.envelope is not envelope:
            raise RuntimeError("another envelope has been offered already")
        self.offers += 1
        is_begun = transaction is not None
        transaction = transaction or self._next_transaction(envelope)
        self._is_offering = True
        try:
            await self._ask(transaction, is_begun=is_begun)
            if transaction.failure is None:
                self._offered = envelope
            else:
                await self._settle(transaction)
        except CutError as cut:
            has_begun_to_answer = is_begun or bool(transaction.accepted)
            is_group = self._server.pipelining and has_begun_to_answer
            self.is_choked = is_group and isinstance(cut, SilenceError)
            lost = Deferred(transaction.phase, None, str(cut), "mailbox")
            return transaction.failure or lost
        finally:
            self._is_offering = False
        return transaction.failure or OFFERED

    async def transmit(
        self, body: Body, then: Envelope | None = None
    ) -> Accepted | Deferred | Refused | InDoubt:
        """Send the body and its final dot, and return what the server says to it.

        `then` is the envelope that will be offered next: where the server pipelines, its commands
        go along; if the connection ends meanwhile, that offer is deferred. If this is cancelled,
        whether the message was accepted is not known.
        """
        envelope, self._offered = self._offered, None
        if envelope is None:
            raise RuntimeError("a body must be offered before it is transmitted")
        is_complete, tail = False, b""
        try:
            self._wire.expect(1)
            whole = clean(body)
            last = whole.pieces
            if whole.size > BLOCK:
                last = (await self._all_but_last_block(whole.raw),)
            if not self._wire.has_reply:
                tail = self._begin(then)
                self._wire.send(b"".join((*last, END, tail)))
                is_complete = True
            begun = monotonic()
            reply = await self._wire.reply(self._timeouts.dot)
            self.patience = monotonic() - begun
        except CutError as cut:
            if is_complete and not self._wire.holds_back(len(tail)):
                return InDoubt(str(cut))
            return Deferred(Phase.BODY, None, str(cut), "mailbox")
        if is_complete and not self._wire.holds_back(len(tail)):
            return self._receipt(reply, envelope)
        self._wire.abort("the server answered before the message was complete")
        return failure(Phase.BODY, reply, envelope)

    async def check(self) -> bool:
        """Ask whether the server is still there; if not, the connection is closed."""
        try:
            self._wire.send(b"NOOP\r\n", replies=1)
            reply = await self._wire.reply(self._timeouts.check)
        except CutError:
            return False
        if reply.code // 100 != 2:
            self._wire.abort("the server gave up the connection")
        return self.in_step

    def forgo_pipelining(self) -> None:
        """Say one command at a time, whatever the server announces; no offer is under way."""
        self._server = replace(self._server, pipelining=False)

    def give_up(self) -> None:
        """Wait no longer for the answers to an offer: nothing depends on them but a body."""
        if self._is_offering:
            self._wire.abort("we gave up the offer")

    def withdraw(self) -> None:
        """Close the connection: nothing else ends a 354 without a message (RFC 5321 §4.1.1.4)."""
        self._wire.abort("we withdrew")

    async def quit(self) -> None:
        """Say goodbye if the conversation is in step, and close the connection."""
        if not self.in_step:
            return self._wire.abort("we closed the connection")
        try:
            self._wire.send(b"QUIT\r\n", replies=1)
            await self._wire.reply(self._timeouts.goodbye)
        except CutError:
            return None
        return await self._wire.close(self._timeouts.goodbye)

    def _next_transaction(self, envelope: Envelope) -> Transaction:
        transaction = Transaction(envelope, self._server, reset=self._needs_reset)
        self._needs_reset = False
        return transaction

    def _begin(self, envelope: Envelope | None) -> bytes:
        """Return the commands of the next envelope, if they may go along with a body.

        RFC 2920 §3.1: a message's content may be the first command of a group.
        """
        if envelope is None or not self._server.pipelining or envelope.obstacle(self._server):
            return b""
        self._begun = self._next_transaction(envelope)
        self._wire.expect(len(self._begun.commands))
        return b"".join(self._begun.commands)

    async def _ask(self, transaction: Transaction, *, is_begun: bool) -> None:
        """Have every command answered; without pipelining, up to the first failure."""
        if self._server.pipelining and not is_begun:
            self._wire.send(b"".join(transaction.commands), replies=len(transaction.commands))
        for command in transaction.commands:
            if not self._server.pipelining:
                if transaction.failure is not None:
                    return
                self._wire.send(command, replies=1)
            reply = self._wire.next_reply() or await self._wire.reply(self._timeouts.command)
            if not transaction.note(reply):
                self._wire.abort("the server's answers leave nothing more to say")
                return

    async def _settle(self, transaction: Transaction) -> None:
        """Leave the server without a transaction: not everything was accepted.

        RFC 2920 §3.1: where every recipient was refused and DATA was accepted all the same, a lone
        dot ends it, and reaches nobody. Where a recipient was accepted it would reach him, empty.
        """
        if Phase.DATA not in transaction.accepted:
            self._needs_reset = True
        elif Phase.RCPT in transaction.accepted:
            self._wire.abort("the server took the recipient but not the message")
        else:
            self._wire.send(END, replies=1)
            await self._wire.reply(self._timeouts.dot)

    async def _all_but_last_block(self, body: bytes) -> bytes:
        """Send `body` up to its last block, which is returned.

        The dot is kept back until the transport has taken all the rest: as long as it is here, a
        cut connection is no doubt. Stops at an answer, which can only be a refusal.
        """
        last = (len(body) - 1) // BLOCK * BLOCK
        for start in range(0, last, BLOCK):
            self._wire.send(body[start : start + BLOCK])
            await self._wire.drained(self._timeouts.block)
            if self._wire.has_reply:
                break
        return body[last:]

    def _receipt(self, reply: Reply, envelope: Envelope) -> Accepted | Deferred | Refused | InDoubt:
        """Return what the answer to the final dot means."""
        text = reply.text
        if self._wire.out_of_step or reply.code // 100 not in (2, 4, 5):
            self._wire.abort("the server's answers are out of step")
            return InDoubt(f"the server's answers are out of step: {reply.code} {text}")
        if reply.code // 100 == 2:
            return Accepted(f"{reply.code} {text}", final_message_id(text, self._host))
        if ends_connection(reply.code):
            self._wire.abort("the server closed the connection")
        return failure(Phase.DOT, reply, envelope)
