"""How much mail is fetched at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from worker.inbox.answers import Announced


@dataclass(frozen=True, slots=True)
class Limits:
    """Of how many mails and bytes a fetch may be, and what is done about a difficult mail.

    Up to `together` are applied in one commit, so that nobody waits long for the database.
    Of a mail over `mail_bytes` only the header is fetched. `tries` is how often a mail may fail
    before it is given up as unreadable; one that cannot be fetched may as often again, because its
    header is asked for alone.
    """

    mails: int = 500
    bytes: int = 8_000_000
    mail_bytes: int = 25_000_000
    tries: int = 5
    together: int = 100

    def is_large(self, mail: Announced) -> bool:
        """Whether only the header of this mail is fetched."""
        return mail.size > self.mail_bytes


def batches(
    mails: Iterable[Announced], limits: Limits, one_by_one_until: int = 0
) -> Iterator[list[Announced]]:
    """Split `mails` in their order; large ones, and those up to that UID, are batches of one."""
    batch: list[Announced] = []
    size = 0
    for mail in mails:
        alone = mail.uid <= one_by_one_until or limits.is_large(mail)
        full = len(batch) == limits.mails or size + mail.size > limits.bytes
        if batch and (alone or full):
            yield batch
            batch, size = [], 0
        batch.append(mail)
        size += mail.size
        if alone:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
