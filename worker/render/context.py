"""What a template is given: plain data, made of facts.

Seven names: `lead`, `owner`, `mailbox`, `company`, `links`, `step`, and `history`, which letters to
owners have and letters to leads have not. Everything declared is there and none where it is empty;
`owner`, `company` and `history` are false in a condition where nothing is known.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import ClassVar, NamedTuple

from worker.core.facts import Lead
from worker.errors import InputError
from worker.render.environment import Record, kind_of_record


class _Known:
    """Something that many emails may share: its record is made once; no template can change it."""

    _kind: ClassVar[type[Record]]

    @cached_property
    def record(self) -> Record:
        """What templates see of it."""
        return self._kind({name: getattr(self, name) for name in NAMES[self._kind.name]})


@dataclass(frozen=True)
class Owner(_Known):
    """The salesperson of a lead; nothing is known where a lead has none.

    `answers` is "yes" where what they answer to a letter to owners is done; `instead_of` is for
    whom they read such a letter, if the lead is another owner's.
    """

    _kind = kind_of_record("owner")

    name: str | None = None
    email: str | None = None
    answers: str | None = None
    instead_of: str | None = None


@dataclass(frozen=True)
class Mailbox(_Known):
    """Who writes: a person's name and address, their company and its postal address.

    `signature` is what they put below a letter, none where they have none.
    """

    _kind = kind_of_record("mailbox")

    name: str
    email: str
    company: str
    postal_address: str
    signature: str | None = None


class Links(NamedTuple):
    """Where the reader can go; `unsubscribe` is a ``mailto:`` or ``https:`` URI.

    There is none for an owner, who is not subscribed to anything.
    """

    unsubscribe: str | None = None


@dataclass(frozen=True)
class Touch(_Known):
    """Which touch this is; `next` says when we write again ("in two weeks"), if we do."""

    _kind = kind_of_record("step")

    id: str
    purpose: str
    next: str | None = None


@dataclass(frozen=True)
class History(_Known):
    """What happened with a lead before, for its owner; days are written ``2027-01-10``.

    `answer` is what the lead wrote last, `report` what the owner did; `touches` counts contacts in
    both directions, `silent_days` those since the last one. `left_on` is when the lead asked not to
    be written to, `doubt` why the last answer of the owner that was not done was not,
    `draft` what waits for their go, as it would go out.
    """

    _kind = kind_of_record("history")

    answer: str | None = None
    answered_on: str | None = None
    report: str | None = None
    reported_on: str | None = None
    touches: int | None = None
    silent_days: int | None = None
    left_on: str | None = None
    doubt: str | None = None
    draft: str | None = None


NO_HISTORY = History()
"""What is known for a letter to a lead."""


class Setting(NamedTuple):
    """All that surrounds a lead in one email."""

    mailbox: Mailbox
    links: Links
    step: Touch
    owner: Owner = Owner()
    history: History = NO_HISTORY


Context = Mapping[str, Record]

LEAD_NAMES = (
    "email",
    "name",
    "first_name",
    "last_name",
    "company",
    "stage",
    "score",
    "country",
    "language",
    "phone",
    "source",
    "owner",
)
NAMES: Mapping[str, tuple[str, ...]] = {
    "lead": LEAD_NAMES,
    "owner": ("name", "email", "answers", "instead_of"),
    "mailbox": ("name", "email", "company", "postal_address", "signature"),
    "company": ("name", "domain"),
    "links": ("unsubscribe",),
    "step": ("id", "purpose", "next"),
    "history": tuple(field.name for field in fields(History)),
}
_LEAD, _COMPANY, _LINKS = map(kind_of_record, ("lead", "company", "links"))


def context(lead: Lead, setting: Setting, declared: Collection[str] = ()) -> Context:
    """Return what a template sees of one email to a lead.

    `declared` are the attributes of leads that the configuration names; each is there as
    ``lead.<name>``. One that is called like a name of ours is an `InputError`.
    """
    company = {"name": lead.company or None, "domain": lead.domain or None}
    own = _own(lead)
    return {
        "lead": _LEAD({**own, **_extra(lead, declared)} if declared else own),
        "owner": setting.owner.record,
        "mailbox": setting.mailbox.record,
        "company": _COMPANY(company),
        "links": _LINKS({"unsubscribe": setting.links.unsubscribe}),
        "step": setting.step.record,
        "history": setting.history.record,
    }


def known(declared: Collection[str] = ()) -> Mapping[str, Collection[str]]:
    """Return all names that templates may use, by the record they belong to."""
    return {**NAMES, "lead": (*LEAD_NAMES, *declared)}


def _own(lead: Lead) -> dict[str, str | int | None]:
    return {
        "email": lead.address,
        "name": " ".join(filter(None, (lead.first_name, lead.last_name))) or None,
        "first_name": lead.first_name or None,
        "last_name": lead.last_name or None,
        "company": lead.company or None,
        "stage": str(lead.stage),
        "score": lead.score,
        "country": lead.country or None,
        "language": lead.language or None,
        "phone": lead.phone or None,
        "source": lead.source or None,
        "owner": lead.owner or None,
    }


def _extra(lead: Lead, declared: Collection[str]) -> dict[str, str | None]:
    for name in declared:
        if name in LEAD_NAMES:
            raise InputError("this attribute is there already", key=f"lead.{name}")
    return {name: lead.attributes.get(name) or None for name in declared}
