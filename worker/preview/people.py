"""Made-up leads to try an email with: one of whom all is known, and the odd ones of real lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from worker.core.facts import Lead
from worker.render.strangers import BARE, KNOWN

_COMPANY_ONLY = BARE._replace(company="Harbour Systems", domain="harbour.example")
_LONG = KNOWN._replace(
    address="maximiliane-hildegard.von-und-zu-lichtenstein-weissenfels@verband.example",
    first_name="Maximiliane Hildegard",
    last_name="von und zu Lichtenstein-Weißenfels",
    company="Verband der Donaudampfschifffahrtselektrizitätenhauptbetriebswerke e. V.",
)
_RIGHT_TO_LEFT = KNOWN._replace(
    address="yusuf@qahira.example",
    first_name="يوسف",
    last_name="الخوارزمي",
    company="بيت الحكمة",
    language="ar",
    country="EG",
    zone="Africa/Cairo",
)
_MARKS = KNOWN._replace(
    address="o'brien@smith-sons.example",
    first_name="D’Arcy <Jo>",
    last_name='O\'Brien & "Co"',
    company="Smith & Sons <Bolts>",
)


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up lead, and what is odd about them; `name` is what commands call it."""

    name: str
    about: str
    lead: Lead


_PEOPLE = (
    Person("known", "everything is known", KNOWN),
    Person("bare", "nothing is known but the address", BARE),
    Person("no-first-name", "only a company is known", _COMPANY_ONLY),
    Person("long", "a long name and a long company", _LONG),
    Person("right-to-left", "a name that is written from right to left", _RIGHT_TO_LEFT),
    Person("marks", "signs that HTML would take for its own", _MARKS),
)


def people(attributes: Iterable[str], owner: str | None) -> dict[str, Person]:
    """Return the made-up leads by name, the ordinary one first.

    `attributes` are those that the configuration declares, `owner` is a salesperson of the house:
    of whom all else is known, these are known too.
    """
    more = {name: f"({name})" for name in attributes}
    return {
        one.name: replace(one, lead=one.lead._replace(attributes=more, owner=owner))
        if one.lead.first_name
        else one
        for one in _PEOPLE
    }
