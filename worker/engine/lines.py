"""Why a message that is due has not gone out yet: it waits in line for a limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from worker.core.gate import no_mailbox
from worker.core.providers import provider_of
from worker.core.states import MessageState
from worker.engine.apply import Desk
from worker.engine.board import Board, subject_of
from worker.engine.forecast import told
from worker.store import queue
from worker.store.outbox import Shown


def in_line(desk: Desk, shown: Iterable[Shown]) -> Iterator[Shown]:
    """Yield messages; the reason of one that is due and waits for a limit, or in vain, says so."""
    board = Board(desk.connection, desk.setup, desk.now)
    for one in shown:
        due = one.not_before is not None and one.not_before <= desk.now
        waits = one.state == MessageState.PLANNED and due
        yield replace(one, reason=_reason(desk, board, one)) if waits else one


def _reason(desk: Desk, board: Board, shown: Shown) -> str:
    if shown.mailbox not in desk.setup.mailboxes:
        return no_mailbox(shown.mailbox)
    for subject in (shown.mailbox, subject_of(provider_of(shown.recipient))):
        if subject not in board.meters:
            continue
        _opens, binding = board.meters[subject].opens(desk.now)
        if binding is not None:
            limit = told(desk.setup, subject, binding)
            before = queue.before(desk.connection, shown.id, desk.now)
            return f"it waits for its turn, {before:,} before it: {limit}"
    return shown.reason
