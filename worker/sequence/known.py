"""What a sequence may name, and where it stands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """What a sequence may name; None is not checked.

    Templates go by path, `mailboxes` are whatever `from` may be: pools and "owner" too;
    `attributes` are those that the configuration declares.
    """

    templates: Collection[str] | None = None
    mailboxes: Collection[str] | None = None
    attributes: Collection[str] | None = None
