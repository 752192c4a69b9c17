"""What is left of a demo when it ends: the evidence that it is judged by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from worker.demo.happening import Kind
from worker.demo.post import Arrived, Post
from worker.sandbox.capture import Captured
from worker.sandbox.crowd import Crowd
from worker.sandbox.judge import Verdict, judge


@dataclass(frozen=True)
class Record:
    """The mail that the sandbox received, and what the people did.

    `came` is when each lead came in, by address. Only `limbo` is the worker's own word: the
    addresses of leads that are nowhere when it ended.
    """

    mails: Sequence[Captured]
    crowd: Crowd
    came: Mapping[str, datetime]
    limbo: Sequence[str]
    ended: datetime

    @cached_property
    def verdict(self) -> Verdict:
        """The judge's word."""
        return judge(self.mails, self.crowd)

    @cached_property
    def arrived(self) -> tuple[Arrived, ...]:
        """All mail, in the order in which it arrived."""
        post = Post()
        return tuple(map(post.read, self.mails))

    def of(self, kind: Kind) -> list[Arrived]:
        """Return the mails of one kind."""
        return [mail for mail in self.arrived if mail.kind is kind]

    def to(self, address: str) -> list[Arrived]:
        """Return the mails to one person."""
        return [mail for mail in self.arrived if mail.address == address]
