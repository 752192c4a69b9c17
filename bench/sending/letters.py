"""The letter that is sent, and messages made of it, to leads that are counted from 1."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from worker.core.facts import Lead
from worker.core.states import Stage, Track
from worker.render.address import Address
from worker.render.bundle import Bundle, load
from worker.render.context import Context, Links, Mailbox, Setting, Touch, context
from worker.render.email import Rendered, Renderer
from worker.render.letterhead import Header, Letterhead
from worker.render.printed import Content

NAME = "letter.html"
SENDER = "grace@felt.example"
RECIPIENT = "lead1@firm1.example"
_TEMPLATES = Path("templates")
_LETTER = Path(__file__).with_name(NAME)
_NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
_LEAD = Lead(
    id=1,
    address=RECIPIENT,
    stage=Stage.AWARENESS,
    track=Track.ACTIVE,
    created_at=_NOON,
    first_name="Ada",
    last_name="Lovelace",
    company="Firm 1",
    country="Germany",
    source="trade fair 2026",
)


def bundle() -> Bundle:
    """Return the letter and the layouts that are shipped."""
    return Bundle({**load(_TEMPLATES).files, NAME: _LETTER.read_text(encoding="utf-8")})


def lead(number: int) -> Lead:
    """Return a lead: the first, or one of those that `bench.sending.project` makes of it."""
    if number == 1:
        return _LEAD
    firm = number // 4
    first_name = ("Björn" if number % 5 == 1 else "Chloé") + str(number % 997)
    return _LEAD._replace(
        id=number,
        address=f"lead{number}@firm{firm}.example",
        first_name=first_name if number % 5 else None,
        company=f"Firm {firm}",
        country="Germany" if number % 3 else None,
    )


def rendered(number: int = 1) -> Rendered:
    """Return the letter as a lead gets it."""
    return Renderer(bundle()).render(NAME, given(number), header(number))


def content() -> Content:
    """Return what the letter says to the first lead."""
    return Renderer(bundle()).content(NAME, given(1))


def given(number: int) -> Context:
    """Return what the letter to a lead is given."""
    writing = Mailbox("Grace Hopper", SENDER, "Felt", "1 Quiet Road, Softville")
    setting = Setting(writing, Links(_way_out(number)), Touch("letter", "educate", "in 14 days"))
    return context(lead(number), setting)


def header(number: int) -> Header:
    """Return the header of the letter to a lead."""
    token, reader = _token(number), lead(number)
    letterhead = Letterhead(
        sender=Address("Grace Hopper", SENDER),
        message_id=f"{token}@felt.example",
        reply_to=Address("Grace Hopper", f"grace+{token}@felt.example"),
        unsubscribe=(_way_out(number),),
    )
    name = " ".join(filter(None, (reader.first_name, reader.last_name)))
    return Header(letterhead, Address(name, reader.address), _NOON)


def _way_out(number: int) -> str:
    return f"mailto:grace+{_token(number)}@felt.example?subject=unsubscribe"


def _token(number: int) -> str:
    return f"{number:039}"  # as long as a token is
