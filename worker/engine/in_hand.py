"""The messages that one worker has in hand, and how many more it takes.

Each mailbox has a share of its own: a server that takes its time, or never answers, keeps what it
was given and holds up no other mailbox.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from worker.core.facts import Message

MANY = 16
"""Shares at the most; where there are more mailboxes, each has less, because each message takes
memory."""
LEAST = 16  # of one mailbox, however many there are


class InHand:
    """Messages by their mailboxes, up to a share of each."""

    def __init__(self, mailboxes: Collection[str], share: int) -> None:
        spread = MANY * share // max(len(mailboxes), MANY)
        self.share = min(share, max(LEAST, spread))
        """How many of a mailbox are in hand at the most."""
        self._of: dict[str, set[int]] = {name: set() for name in mailboxes}

    def __contains__(self, message: Message) -> bool:
        return message.id in self._of[message.mailbox]

    def __iter__(self) -> Iterator[int]:
        return (one for ids in self._of.values() for one in ids)

    def __bool__(self) -> bool:
        return any(self._of.values())

    def take(self, message: Message) -> None:
        """Have a message in hand."""
        self._of[message.mailbox].add(message.id)

    def let_go(self, message: Message) -> None:
        """Have it in hand no more."""
        self._of[message.mailbox].discard(message.id)

    def rooms(self) -> dict[str, int]:
        """Return how many more may be claimed of which mailboxes.

        It is half a share at the least: a claim costs the same for one message as for many.
        """
        rooms = {name: self.share - len(ids) for name, ids in self._of.items()}
        return {name: room for name, room in rooms.items() if room >= self.share // 2}
