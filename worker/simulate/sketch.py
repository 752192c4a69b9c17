"""The writer of a simulation: it writes a few letters whole, and of the others only the envelope.

Whether a letter can be written does not change who gets what, so each template is written for its
first leads, and for those who are looked at; where one of these fails, all of that template are
written, because which of them fail is then the question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from worker.core.facts import Enrollment, Lead, Message
from worker.delivery.body import NOTHING
from worker.delivery.envelope import Envelope
from worker.engine.catalogue import Catalogue, Version
from worker.engine.draft import Letter
from worker.engine.letter import Pen, Writer
from worker.engine.setup import Setup
from worker.errors import TemplateError
from worker.store.reading import Reads

SAMPLES = 3
"""Letters of each template that are written whole."""


class SketchWriter(Writer):
    """Gives pens that sketch. `shown` are the addresses whose letters are all written."""

    def __init__(
        self,
        setup: Setup,
        catalogue: Catalogue,
        *,
        every: bool = False,
        shown: Collection[str] = (),
    ) -> None:
        super().__init__(setup, catalogue)
        self.failures: dict[str, str] = {}
        """By template: the first thing that was wrong with it."""
        self.written: Counter[str] = Counter()
        self._every = every
        self._shown = frozenset(shown)

    def pen(self, reads: Reads, bundles: Mapping[Version, str]) -> Pen:
        """Return what sketches the messages of a claim."""
        return _Sketching(self, reads, bundles)

    def wants(self, message: Message) -> bool:
        """Tell whether a letter is to be written whole."""
        return (
            self._every
            or self.written[message.template] < SAMPLES
            or message.template in self.failures
            or message.recipient in self._shown
        )

    def attempt(self, message: Message, write: Callable[[], Letter]) -> Letter:
        """Write a letter whole, and take note of it, or of what is wrong."""
        self.written[message.template] += 1
        try:
            return write()
        except TemplateError as error:
            self.failures.setdefault(message.template, str(error))
            raise


class _Sketching(Pen):
    """Writes what is wanted, and sketches the rest."""

    def __init__(self, writer: SketchWriter, reads: Reads, bundles: Mapping[Version, str]) -> None:
        super().__init__(writer, reads, bundles)
        self._sketches = writer

    def write(
        self, message: Message, lead: Lead | None, enrollment: Enrollment | None, now: datetime
    ) -> Letter:
        """Return the message as it would go out, or as far as it matters here."""
        sketches = self._sketches
        if lead is None or sketches.wants(message):
            whole = super().write
            return sketches.attempt(message, lambda: whole(message, lead, enrollment, now))
        sender = sketches.setup.mailbox(message.mailbox).address
        envelope = Envelope(sender, message.recipient)
        return Letter(lead, f"{message.id}@simulated.invalid", "", envelope, NOTHING)
