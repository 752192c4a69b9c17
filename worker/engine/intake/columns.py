"""Which column of a list is which field of a lead.

Columns are found by name, in the words of the common CRMs, in English and German; what a person
maps by hand comes first. Where two columns could be a field, the one whose name says it better is
taken, and the other is named among those that were ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from worker.address import shown
from worker.core.document import nearest
from worker.errors import InputError

ADDRESS = "email"
_MOST_NAMED = 30
_NAMES: dict[str, tuple[str, ...]] = {
    ADDRESS: (
        "email", "e mail", "email address", "e mail address", "mail", "mail address",
        "e mail adresse", "email adresse", "emailadresse", "mailadresse", "address",
    ),
    "first_name": ("first name", "firstname", "given name", "forename", "vorname"),
    "last_name": ("last name", "lastname", "surname", "family name", "nachname", "familienname"),
    "name": (
        "name", "full name", "fullname", "contact name", "contact", "vollständiger name", "kontakt",
    ),
    "company": (
        "company", "company name", "organisation", "organization", "account name", "account",
        "firma", "firmenname", "unternehmen", "organisationsname",
    ),
    "zone": ("zone", "time zone", "timezone", "zeitzone"),
    "country": ("country", "country code", "land", "ländercode", "länderkürzel"),
    "language": ("language", "lang", "locale", "sprache"),
    "phone": (
        "phone", "phone number", "telephone", "mobile phone", "mobile", "telefon", "telefonnummer",
        "mobiltelefon", "handy",
    ),
    "source": ("source", "lead source", "quelle", "lead quelle", "leadquelle", "herkunft"),
    "owner": (
        "owner", "lead owner", "contact owner", "account owner", "inhaber", "lead inhaber",
        "zuständig", "betreuer",
    ),
    "stage": ("stage", "lead stage", "lifecycle stage"),
    "score": ("score", "lead score", "points", "punkte", "punktzahl", "bewertung"),
    "consent": (
        "consent", "consent source", "opt in", "opt in source", "einwilligung", "zustimmung",
        "quelle der einwilligung",
    ),
    "consent_at": (
        "consent at", "consent date", "opt in date", "opt in time", "einwilligung am",
        "einwilligungsdatum", "datum der einwilligung", "zustimmung am", "opt in datum",
    ),
    "consent_expires": (
        "consent expires", "consent until", "einwilligung bis", "einwilligung gültig bis",
    ),
    "consent_wording": (
        "consent wording", "consent text", "einwilligungstext", "wortlaut der einwilligung",
    ),
    "opted_out": (
        "opted out", "opt out", "email opt out", "e mail opt out", "has opted out of email",
        "hasoptedoutofemail",
        "do not email", "unsubscribed", "unsubscribed from all email", "abgemeldet", "werbesperre",
    ),
}  # fmt: skip
FIELDS = tuple(_NAMES)
"""What a column can be, besides a declared attribute."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The position of each field and attribute in a row, and the columns that are neither."""

    width: int
    fields: Mapping[str, int]
    attributes: Mapping[str, int] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


def find(
    header: Sequence[str], *, mapped: Mapping[str, str], attributes: Iterable[str], file: str
) -> Columns:
    """Return which column is what; `mapped` gives fields by column name, ``""`` to ignore one.

    Raises `InputError` where no column holds addresses, or a mapping names what is not there.
    """
    declared = tuple(attributes)
    choice = _by_hand(header, mapped, declared, file)
    free = {_plain(name): at for at, name in reversed(list(enumerate(header))) if at not in choice}
    taken = set(choice.values())
    for name, plain_names in _names(declared).items():
        found = next((free[plain] for plain in plain_names if plain in free), None)
        if found is not None and name not in taken:
            choice.setdefault(found, name)
    if ADDRESS not in choice.values():
        raise InputError(_no_address(header), file=file, line=1)
    return _columns(header, choice, declared)


def _columns(
    header: Sequence[str], choice: Mapping[int, str], attributes: Sequence[str]
) -> Columns:
    at = {name: position for position, name in choice.items() if name}
    return Columns(
        width=len(header),
        fields={name: at[name] for name in FIELDS if name in at},
        attributes={name: at[name] for name in attributes if name in at},
        ignored=tuple(name for i, name in enumerate(header) if name and not choice.get(i)),
    )


def _names(attributes: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    return _NAMES | {name: (_plain(name),) for name in attributes if name not in _NAMES}


def _by_hand(
    header: Sequence[str], mapped: Mapping[str, str], attributes: Sequence[str], file: str
) -> dict[int, str]:
    positions = {_plain(name): at for at, name in reversed(list(enumerate(header)))}
    known = (*FIELDS, *attributes)
    choice: dict[int, str] = {}
    for column, target in mapped.items():
        if _plain(column) not in positions:
            raise InputError(f"no column is called {shown(column)}; {_found(header)}", file=file)
        if target and target not in known:
            hint = f"expected one of {', '.join(known)}{nearest(target, known)}"
            raise InputError(f"{shown(target)} is no field of a lead; {hint}", key=column)
        if target and target in choice.values():
            raise InputError(f"two columns are mapped to {target}; keep one", key=column)
        choice[positions[_plain(column)]] = target
    return choice


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


def _no_address(header: Sequence[str]) -> str:
    if any("@" in name for name in header):
        return "the first line must name the columns, and has an address: write email above it"
    return (
        f"no column holds email addresses; {_found(header)}: call one of them email, "
        'or say which it is with --map "COLUMN=email"'
    )


def _found(header: Sequence[str]) -> str:
    names = [shown(name) for name in header[:_MOST_NAMED]]
    more = ", …" if len(header) > _MOST_NAMED else ""
    return f"the first line has {', '.join(names)}{more}"
