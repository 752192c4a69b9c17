"""Leads: rows in, facts out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Update,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    update,
)

from worker.core.facts import Consent, Lead
from worker.core.states import RUNNING, Channel, Rhythm, Stage, Track
from worker.errors import NotFoundError
from worker.store import tables
from worker.store.instant import EPOCH, Instant
from worker.store.kept import Kept
from worker.store.later import Later
from worker.store.members import members
from worker.store.prepared import Prepared, Row, each_of, inserting_one, one_of
from worker.store.tables import lead as t
from worker.store.tables import lead_address

_BY_ADDRESS = Prepared(
    lambda _dialect: (
        select(t).join(lead_address).where(lead_address.c.address == bindparam("address"))
    )
)
_KNOWN = Prepared(
    lambda dialect: select(lead_address.c.address).where(
        one_of(dialect, lead_address.c.address, "addresses")
    )
)


def _knowing_domains(dialect: str) -> Select[Any]:
    domain = each_of(dialect, t.c.domain, "domains")
    return select(domain).where(exists().where(t.c.domain == domain))


_KNOWN_DOMAINS = Prepared(_knowing_domains)


@dataclass(frozen=True, slots=True)
class NewLead:
    """What is known of a person who comes in; `address` in canonical form."""

    address: str
    domain: str | None
    stage: Stage = Stage.AWARENESS
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    zone: str | None = None
    country: str | None = None
    language: str | None = None
    phone: str | None = None
    source: str | None = None
    owner: str | None = None
    consent: Consent | None = None
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def add(connection: Connection, new: NewLead, now: datetime) -> int:
    """Insert a lead and its address; return its id."""
    lead_id: int = _ADD.tuples(connection, as_row(new, now))[0][0]
    _ADD_ADDRESS.run(connection, address=new.address, lead_id=lead_id)
    return lead_id


def as_row(new: NewLead, now: datetime) -> dict[str, Any]:
    """Return the columns of a new lead."""
    consent = new.consent
    return {
        "address": new.address,
        "domain": new.domain,
        "first_name": new.first_name,
        "last_name": new.last_name,
        "company": new.company,
        "zone": new.zone,
        "country": new.country,
        "language": new.language,
        "phone": new.phone,
        "source": new.source,
        "owner": new.owner,
        "stage": new.stage.value,
        "track": Track.NONE.value,
        "consent_source": consent.source if consent else None,
        "consent_at": consent.at if consent else None,
        "consent_wording": consent.wording if consent else None,
        "consent_expires": consent.expires if consent else None,
        "attributes": dict(new.attributes),
        "created_at": now,
    }


_ADD = Prepared(
    lambda dialect: inserting_one(dialect, t, as_row(NewLead("", None), EPOCH)).returning(t.c.id)
)
_ADD_ADDRESS = Prepared(
    lambda dialect: inserting_one(dialect, lead_address, ("address", "lead_id"))
)


def get(connection: Connection, lead_id: int) -> Lead:
    """Return a lead by id; raise `NotFoundError`."""
    found = get_many(connection, [lead_id]).get(lead_id)
    if found is None:
        raise NotFoundError(f"no lead has the id {lead_id}")
    return found


def get_many(connection: Connection, ids: Iterable[int]) -> dict[int, Lead]:
    """Return leads by id; those that do not exist are left out."""
    return ask_many(connection, ids).get()


def ask_many(connection: Connection, ids: Iterable[int]) -> Later[dict[int, Lead]]:
    """Ask for the same."""
    return _FACTS.ask(connection, {"ids": ids})


def find(connection: Connection, address: str) -> Lead | None:
    """Return the lead that is known by an address in canonical form."""
    found = _BY_ADDRESS.rows(connection, {"address": address})
    return to_lead(found[0]) if found else None


def known(connection: Connection, addresses: Collection[str]) -> set[str]:
    """Return which of these addresses, in canonical form, are of leads."""
    return {row[0] for row in _KNOWN.tuples(connection, {"addresses": addresses})}


def known_domains(connection: Connection, domains: Collection[str]) -> set[str]:
    """Return the companies, of these, that have leads."""
    return {row[0] for row in _KNOWN_DOMAINS.tuples(connection, {"domains": domains})}


def of_domain(connection: Connection, domain: str) -> list[Lead]:
    """Return the leads at one domain and below it, free mail too; the oldest first."""
    rows = connection.execute(select(t).where(is_at(domain)).order_by(t.c.id)).mappings()
    return [to_lead(row) for row in rows]


def is_at(domain: str) -> ColumnElement[bool]:
    """Return the condition that a lead is at a domain or below it."""
    ends = (t.c.address.endswith(f"{mark}{domain}", autoescape=True) for mark in "@.")
    return or_(t.c.domain == domain, *ends)


def page(
    connection: Connection,
    *,
    track: Track | None = None,
    stage: Stage | None = None,
    after: int = 0,
    limit: int = 1000,
) -> list[Lead]:
    """Return up to `limit` leads with ids above `after`, in order of id."""
    statement = select(t).where(t.c.id > after).order_by(t.c.id).limit(limit)
    if track is not None:
        statement = statement.where(t.c.track == track.value)
    if stage is not None:
        statement = statement.where(t.c.stage == stage.value)
    return [to_lead(row) for row in connection.execute(statement).mappings()]


def count(connection: Connection, *, stage: Stage | None = None) -> dict[Track, int]:
    """Count leads by track; only those at a stage, if one is named."""
    statement = select(t.c.track, func.count()).group_by(t.c.track)
    if stage is not None:
        statement = statement.where(t.c.stage == stage.value)
    return {Track(row[0]): row[1] for row in connection.execute(statement)}


def never_in(connection: Connection, sequence: str, stages: Iterable[Stage]) -> list[Lead]:
    """Return leads that were never in a sequence, of these stages if any are named."""
    enrollment = tables.enrollment
    been = exists().where(enrollment.c.lead_id == t.c.id, enrollment.c.sequence == sequence)
    statement = select(t).where(~been).order_by(t.c.id)
    named = [stage.value for stage in stages]
    if named:
        statement = statement.where(t.c.stage.in_(named))
    return [to_lead(row) for row in connection.execute(statement).mappings()]


def on_newsletter(connection: Connection, joined_before: datetime) -> list[Lead]:
    """Return who is on the newsletter and joined it before then."""
    statement = (
        select(t)
        .where(t.c.track == Track.NEWSLETTER.value, t.c.newsletter_since < joined_before)
        .order_by(t.c.id)
    )
    return [to_lead(row) for row in connection.execute(statement).mappings()]


def count_on_newsletter(connection: Connection, *, joined_before: datetime | None = None) -> int:
    """Count who is on the newsletter; only who joined it before then, if that is named."""
    statement = select(func.count()).where(t.c.track == Track.NEWSLETTER.value)
    if joined_before is not None:
        statement = statement.where(t.c.newsletter_since < joined_before)
    return int(connection.execute(statement).scalar_one())


def in_limbo(connection: Connection) -> list[Lead]:
    """Return the leads that were on something, are on nothing, and that nobody was asked about.

    No lead is ever nowhere, so this is empty unless something went wrong.
    """
    enrollment, alert = tables.enrollment, tables.alert
    theirs = and_(enrollment.c.lead_id == t.c.id, enrollment.c.to_owner.is_(False))
    asked = exists().where(alert.c.subject == t.c.address, alert.c.closed_at.is_(None))
    statement = (
        select(t)
        .where(t.c.track != Track.NEWSLETTER.value)
        .where(exists().where(theirs))
        .where(~exists().where(theirs, enrollment.c.state.in_(RUNNING)))
        .where(or_(t.c.track == Track.ACTIVE.value, t.c.settled.is_(None)))
        .where(~asked)
        .order_by(t.c.id)
    )
    return [to_lead(row) for row in connection.execute(statement).mappings()]


def owners(connection: Connection) -> dict[str, int]:
    """Count leads by the name that they have of their owner, the one of most leads first."""
    counted = select(t.c.owner, func.count()).where(t.c.owner.is_not(None)).group_by(t.c.owner)
    ordered = counted.order_by(func.count().desc(), t.c.owner)
    return {row[0]: row[1] for row in connection.execute(ordered)}


def of_owners(connection: Connection, names: Collection[str]) -> list[int]:
    """Return the ids of the leads that have an owner of one of these names."""
    theirs = select(t.c.id).where(t.c.owner.in_(names)).order_by(t.c.id)
    return list(connection.execute(theirs).scalars())


def change_track(
    connection: Connection, lead_id: int, track: Track, because: str, now: datetime
) -> None:
    """Move a lead to a track; on `none`, `because` is why nothing more is to come."""
    _CHANGE_TRACK.run(
        connection,
        at_id=lead_id,
        to=track.value,
        because=because if track is Track.NONE else None,
        joined=now if track is Track.NEWSLETTER else None,
    )


def _changing_track(_dialect: str) -> Update:
    to = bindparam("to", type_=t.c.track.type)
    values = {
        "track": to,
        "settled": bindparam("because", type_=t.c.settled.type),
        "newsletter_since": bindparam("joined", type_=Instant()),
    }
    moved = or_(t.c.track != to, t.c.track == Track.NONE.value)
    return update(t).where(t.c.id == bindparam("at_id"), moved).values(values)


_CHANGE_TRACK = Prepared(_changing_track)


def take_in(connection: Connection, lead_ids: Collection[int]) -> None:
    """Move many leads to the track of those who are in a sequence."""
    values = {"track": Track.ACTIVE.value, "settled": None, "newsletter_since": None}
    there = (t.c.id.in_(lead_ids), t.c.track != Track.ACTIVE.value)
    connection.execute(update(t).where(*there).values(values))


def change(connection: Connection, lead_id: int, values: Mapping[str, object]) -> None:
    """Write values over the columns of a lead that they name."""
    connection.execute(update(t).where(t.c.id == lead_id).values(dict(values)))


def change_stage(connection: Connection, lead_id: int, stage: Stage) -> None:
    """Move a lead to a stage."""
    connection.execute(update(t).where(t.c.id == lead_id).values(stage=stage.value))


def count_soft_bounce(connection: Connection, lead_id: int) -> int:
    """Count one more soft bounce in a row; return how many it makes."""
    [row] = _SOFT_BOUNCE.tuples(connection, {"at_id": lead_id})
    return int(row[0])


def forget_soft_bounces(connection: Connection, lead_id: int) -> None:
    """Begin to count anew: a mail got through."""
    _FORGET.run(connection, at_id=lead_id)


_HIM = t.c.id == bindparam("at_id")
_FORGET = Prepared(
    lambda _dialect: update(t).where(_HIM, t.c.soft_bounces != 0).values(soft_bounces=0)
)
_SOFT_BOUNCE = Prepared(
    lambda _dialect: (
        update(t).where(_HIM).values(soft_bounces=t.c.soft_bounces + 1).returning(t.c.soft_bounces)
    )
)


_CONSENT = ("consent_source", "consent_at", "consent_wording", "consent_expires")
_PLAIN = [name for name in Lead._fields if name not in ("consent", "attributes")]
_COLUMNS = (*_PLAIN, *_CONSENT, "attributes")
_STAGES, _TRACKS = members(Stage), members(Track)
_RHYTHMS, _CHANNELS = members(Rhythm), members(Channel)
_STAGE, _TRACK, _RHYTHM, _CHANNEL = map(_PLAIN.index, ("stage", "track", "rhythm", "channel"))


def to_lead(row: Row) -> Lead:
    """Make the fact of a row."""
    return _made([row[name] for name in _COLUMNS])


def _made(values: Sequence[Any]) -> Lead:
    """Make the fact of the values of its columns."""
    *fields, source, at, wording, expires, attributes = values
    fields[_STAGE], fields[_TRACK] = _STAGES[fields[_STAGE]], _TRACKS[fields[_TRACK]]
    fields[_RHYTHM] = _RHYTHMS[fields[_RHYTHM]] if fields[_RHYTHM] else None
    fields[_CHANNEL] = _CHANNELS[fields[_CHANNEL]] if fields[_CHANNEL] else None
    fields.append(None if source is None else Consent(source, at, wording, expires))
    fields.append(MappingProxyType(attributes))
    return Lead._make(fields)


_TOLD = [t.c[name] for name in _COLUMNS]
_FACTS = Kept(Prepared(lambda dialect: select(*_TOLD).where(one_of(dialect, t.c.id, "ids"))), _made)
