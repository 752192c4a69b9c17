"""Mails that were glanced at, taken apart already: some of them are read next."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from worker.inbox import classify
from worker.inbox.parse import Mail, parse
from worker.inbox.reading import Reading

_BEGINNING = 2_000  # bytes that most mails differ in; to look for all of a large one takes longer


class _Known(NamedTuple):
    raw: bytes
    received_at: datetime | None
    mail: Mail


class Recent:
    """Reads mails, and knows those that it has glanced at since it was last told to forget."""

    def __init__(self) -> None:
        self._known: dict[bytes, _Known] = {}

    def forget(self) -> None:
        """Keep no mail any more."""
        self._known.clear()

    def glance(self, raw: bytes, *, received_at: datetime | None) -> Reading:
        """What a mail shows at once, as `classify.glance` has it."""
        mail = parse(raw, received_at=received_at)
        seen = classify.glance_at(mail)
        if not seen.whole:
            self._known[raw[:_BEGINNING]] = _Known(raw, received_at, mail)
        return seen

    def read(self, raw: bytes, *, received_at: datetime | None) -> Reading:
        """What a mail means, as `classify.read` has it."""
        known = self._known.get(raw[:_BEGINNING])
        if known is not None and (known.raw, known.received_at) == (raw, received_at):
            return classify.read_of(known.mail)
        return classify.read(raw, received_at=received_at)
