"""Where a rule stands: the key that a decision names, with file and line, as it was published.

A rule is a key such as ``policy.weekly_cap`` of the configuration, or ``step.features.window`` of
a sequence, whose steps go by their ids. Sequences are read as they were launched, so that the line
is the one that the decision was made by, whatever the file says today.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from worker.core.document import Document, name, parse
from worker.core.places import Place
from worker.errors import InputError
from worker.store import publications
from worker.store.database import Connection

HOUSE = frozenset({"policy", "closed_days", "country", "mailbox", "domain", "newsletter"})
"""The tables and keys of the configuration that rules name."""

House = Callable[[str], str]
"""Tells where a key of the configuration stands."""

_OF_ALL = {"window": ("calendar", "window"), "days": ("calendar", "days")}
"""What holds for a step that does not say it itself."""


def usual_house(key: str) -> str:
    """Name a key of the configuration whose file nobody read."""
    return f"config.toml {key}"


class Rules:
    """Finds rules in the sequences that were launched; each version is read once."""

    def __init__(self, connection: Connection, house: House = usual_house) -> None:
        self._connection = connection
        self._house = house
        self._read: dict[tuple[str, str], Document | None] = {}

    def place(self, rule: str, sequence: str = "", version: str = "") -> str:
        """Return ``sequences/welcome.toml:14 step[2].after``; "" for no rule."""
        if not rule:
            return ""
        if rule.split(".", maxsplit=1)[0] in HOUSE:
            return self._house(rule)
        document = self._document(sequence, version)
        return rule if document is None else located(document, rule)

    def _document(self, sequence: str, version: str) -> Document | None:
        key = sequence, version
        if key not in self._read:
            found = publications.launched(self._connection, name=sequence)
            source = next((one.source for one in found if one.version == version), None)
            self._read[key] = None if source is None else _parsed(source, sequence)
        return self._read[key]


def located(document: Document, rule: str) -> str:
    """Return where a rule stands in a file; one that it does not name is as usual."""
    place = _place(document, rule)
    if document.holds(place):
        return f"{document.file}:{document.line(place)} {name(place)}"
    return f"{document.file} {name(place)}, as usual"


def _place(document: Document, rule: str) -> Place:
    first, *rest = rule.split(".")
    if first != "step" or len(rest) < 2:
        return tuple(rule.split("."))
    called, key = ".".join(rest[:-1]), rest[-1]
    own: Place = ("step", _index(document.values.get("step"), called), key)
    general: Place | None = _OF_ALL.get(key)
    return own if document.holds(own) or general is None else general


def _index(steps: object, called: str) -> int:
    listed = steps if isinstance(steps, Sequence) else ()
    named = (
        at for at, one in enumerate(listed) if isinstance(one, Mapping) and one.get("id") == called
    )
    return next(named, 0)


def _parsed(source: str, sequence: str) -> Document | None:
    try:
        return parse(source, f"sequences/{sequence}.toml", InputError)
    except InputError:  # launched by another version of ours
        return None
