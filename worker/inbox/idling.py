"""Whether IDLE is worth it with a server, by how it went; times are monotonic seconds.

Some servers announce IDLE and hang up at each, as do boxes on the way to them; and some have
something to say as soon as it begins, so that it would begin, and end, many times a second.
"""

from __future__ import annotations

from typing import ClassVar


class Idling:
    """What is known of the IDLEs with one server, over all its connections."""

    CUTS: ClassVar[int] = 3
    """So many in a row that ended with the connection, and it is not asked for."""
    PAUSE: ClassVar[float] = 3600.0
    """Seconds in which it then is not."""
    BRIEF: ClassVar[int] = 5
    """So many in a row may end at once and bring nothing; then a moment passes before the next."""
    MOMENT: ClassVar[float] = 1.0

    def __init__(self) -> None:
        self._cuts = self._in_vain = 0
        self._barred_until = 0.0

    def may_begin(self, now: float) -> bool:
        """Whether the server is to be asked for one."""
        return now >= self._barred_until

    def cut(self, now: float) -> None:
        """Take note that one ended with its connection."""
        self._cuts += 1
        if self._cuts >= self.CUTS:
            self.refused(now)

    def refused(self, now: float) -> None:
        """Take note that the server does not do it, although it announced it."""
        self._cuts, self._barred_until = 0, now + self.PAUSE

    def ended(self, seconds: float) -> None:
        """Take note that one ended as it should, after so many seconds."""
        self._cuts = 0
        self._in_vain = 0 if seconds >= self.MOMENT else self._in_vain + 1

    def found(self, mails: int) -> None:
        """Take note how many mails were found after it."""
        if mails:
            self._in_vain = 0

    def rest(self) -> bool:
        """Tell whether a moment must pass before the next; it is asked once each time."""
        if self._in_vain <= self.BRIEF:
            return False
        self._in_vain = self.BRIEF
        return True
