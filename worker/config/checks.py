"""What no single key of the configuration can tell; the same answers on broken files too."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from pydantic import ValidationError

from worker.config.dkim import Dkim
from worker.config.mailbox import Imap, Server, Smtp
from worker.config.settings import NESTED, PREFIX, Settings
from worker.config.values import read_span
from worker.core.document import nearest
from worker.core.facts import Lead, Policy
from worker.core.places import Place
from worker.core.providers import DOMAINS, provider_of
from worker.errors import ConfigError

Fault = tuple[Place, str]
Named = tuple[Place, str]
_SIDES: tuple[tuple[str, type[Server]], ...] = (("smtp", Smtp), ("imap", Imap))
_TAKEN = frozenset(Lead._fields) | {"name", "email", "attributes"}


def inconsistencies(values: Mapping[str, object], root: Path) -> Iterator[Fault]:
    """Yield each fault between keys, and each secret that is named but not there."""
    mailboxes = _tables(values, "mailbox")
    yield from _same_names([*_called(values, "mailbox"), *_called(values, "pool")])
    for key in ("owner", "domain"):
        yield from _same_names(_called(values, key))
    yield from _strange_domains(values)
    yield from _unknown_mailboxes(values, [str(each.get("name")) for each in mailboxes])
    yield from _named_twice(values)
    yield from _unknown_owners(values, _tables(values, "owner"))
    yield from _own_deputies(_tables(values, "owner"))
    yield from _taken_attributes(values)
    for index, mailbox in enumerate(mailboxes):
        yield from _foreign_domains(("mailbox", index, "dkim"), mailbox)
        yield from _seldom_read(values, ("mailbox", index, "imap", "poll"), mailbox.get("imap"))
        for side, model in _SIDES:
            yield from _secret(("mailbox", index, side), mailbox.get(side), model, root)
            yield from _authorities(("mailbox", index, side, "ca_file"), mailbox.get(side), root)
        for at, table in enumerate(_tables(mailbox, "dkim")):
            yield from _secret(("mailbox", index, "dkim", at), table, Dkim, root)


def _tables(values: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    found = values.get(key)
    if not isinstance(found, list | tuple):
        return []
    return [each if isinstance(each, Mapping) else {} for each in found]


def _called(values: Mapping[str, object], key: str) -> list[Named]:
    """Return the names of tables with their places; what is no text is told elsewhere."""
    return [
        ((key, index, "name"), called)
        for index, each in enumerate(_tables(values, key))
        if isinstance(called := each.get("name"), str)
    ]


def _same_names(named: list[Named]) -> Iterator[Fault]:
    taken: dict[str, str] = {}
    for place, called in named:
        kind = str(place[0])
        if called in taken:
            who = f"another {kind}" if taken[called] == kind else f"a {taken[called]}"
            yield place, f'{who} is called "{called}" already; give each its own name'
        taken.setdefault(called, kind)


def _unknown_mailboxes(values: Mapping[str, object], names: list[str]) -> Iterator[Fault]:
    for place, called in _users(values):
        if isinstance(called, str) and called not in names:
            yield place, f'no mailbox is called "{called}"{nearest(called, names)}'


def _users(values: Mapping[str, object]) -> Iterator[tuple[Place, object]]:
    """Yield each place that names a mailbox, and what stands there."""
    newsletter = values.get("newsletter")
    for index, owner in enumerate(_tables(values, "owner")):
        yield ("owner", index, "mailbox"), owner.get("mailbox")
    for index, pool in enumerate(_tables(values, "pool")):
        mailboxes = pool.get("mailboxes")
        for at, called in enumerate(mailboxes if isinstance(mailboxes, list | tuple) else ()):
            yield ("pool", index, "mailboxes", at), called
    if isinstance(newsletter, Mapping):
        yield ("newsletter", "mailbox"), newsletter.get("mailbox")


def _unknown_owners(
    values: Mapping[str, object], owners: list[Mapping[str, object]]
) -> Iterator[Fault]:
    names = [str(each.get("name")) for each in owners]
    named: list[tuple[Place, object]] = [(("team_lead",), values.get("team_lead"))]
    named += [(("owner", i, "deputy"), each.get("deputy")) for i, each in enumerate(owners)]
    for place, called in named:
        if isinstance(called, str) and called not in names:
            yield place, f'no owner is called "{called}"{nearest(called, names)}'


def _own_deputies(owners: list[Mapping[str, object]]) -> Iterator[Fault]:
    for index, each in enumerate(owners):
        called = each.get("deputy")
        if isinstance(called, str) and called == each.get("name"):
            yield ("owner", index, "deputy"), f"expected another owner: this is {called}"


def _named_twice(values: Mapping[str, object]) -> Iterator[Fault]:
    """A pool that names a mailbox twice would count its limit twice."""
    for index, pool in enumerate(_tables(values, "pool")):
        mailboxes = pool.get("mailboxes")
        named = list(mailboxes) if isinstance(mailboxes, list | tuple) else []
        for at, called in enumerate(named):
            if isinstance(called, str) and called in named[:at]:
                problem = f'"{called}" stands in this pool already; name each mailbox once'
                yield ("pool", index, "mailboxes", at), problem


def _strange_domains(values: Mapping[str, object]) -> Iterator[Fault]:
    """Yield each whose limit would never be asked: outlook.com counts among its provider's."""
    for place, called in _called(values, "domain"):
        if (provider := provider_of(called)) != called:
            yield place, f'{called} counts among the domains of "{provider}": name that'
        elif "." not in called and called not in DOMAINS:
            expected = f"expected a domain, or one of {', '.join(DOMAINS)}"
            yield place, f'no provider is called "{called}"{nearest(called, DOMAINS)}; {expected}'


def _foreign_domains(place: Place, mailbox: Mapping[str, object]) -> Iterator[Fault]:
    """Yield each domain whose signature says nothing for From (RFC 7489 §3.1.1)."""
    own = str(mailbox.get("from", "")).rpartition("@")[2].lower()
    for at, table in enumerate(_tables(mailbox, "dkim")):
        signs = str(table.get("domain", "")).lower()
        known = own and signs and f"{own}{signs}".isascii()
        if known and not f".{own}".endswith(f".{signs}"):
            problem = f'expected the domain of from, "{own}", or one above it, got "{signs}"'
            yield (*place, at, "domain"), problem


def _seldom_read(values: Mapping[str, object], place: Place, imap: object) -> Iterator[Fault]:
    """Yield a mailbox that is read so seldom that it counts as out of reach in between."""
    policy = values.get("policy")
    fresh = policy.get("inbox_fresh") if isinstance(policy, Mapping) else None
    poll = imap.get("poll") if isinstance(imap, Mapping) else None
    if poll is None and fresh is None:
        return
    with suppress(ValueError):  # told elsewhere
        known = read_span(fresh or Policy().inbox_fresh)
        if timedelta(0) < known <= read_span(poll or timedelta(minutes=1)):
            problem = "expected less than policy.inbox_fresh, after which nothing is sent"
            yield place, f"{problem}: {known.total_seconds():.0f} seconds"


def _authorities(place: Place, server: object, root: Path) -> Iterator[Fault]:
    named = server.get("ca_file") if isinstance(server, Mapping) else None
    if not isinstance(named, str | Path) or "\0" in str(named):
        return
    try:
        ssl.create_default_context(cafile=root / named)
    except ssl.SSLError:
        yield place, f"expected certificates (PEM) in {root / named}"
    except OSError as error:
        yield place, f"cannot read {root / named}: {error.strerror}"


def _taken_attributes(values: Mapping[str, object]) -> Iterator[Fault]:
    attributes = values.get("attributes")
    for called in attributes if isinstance(attributes, Mapping) else ():
        if called in _TAKEN:
            yield ("attributes", called), "every lead has this already; choose another name"


def strange_variables() -> Iterator[ConfigError]:
    """Yield each variable that looks like a setting and is none: probably a slip of the pen."""
    known = [*Settings.model_fields, "config"]
    for variable in sorted(os.environ):
        called = variable.removeprefix(PREFIX).split(NESTED)[0].lower()
        if variable.startswith(PREFIX) and called not in known:
            problem = f"no setting is called {called}{nearest(called, known)}"
            yield ConfigError(problem, file="environment", key=variable)


def _secret(place: Place, table: object, model: type[Server | Dkim], root: Path) -> Iterator[Fault]:
    try:
        model.model_validate(table).secret(root)
    except ConfigError as error:
        yield (*place, error.key or ""), error.problem
    except ValidationError:
        return  # told elsewhere, with its line
