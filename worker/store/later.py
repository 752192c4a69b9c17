"""Facts that were asked for and are read later: what is asked together is one trip to a server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from worker.store.prepared import Answer

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Later(Generic[T_co]):
    """What comes of an answer. It is read in the transaction that asked."""

    answer: Answer
    made: Callable[[list[tuple[Any, ...]]], T_co]

    def get(self) -> T_co:
        """Read it."""
        return self.made(self.answer.rows())
