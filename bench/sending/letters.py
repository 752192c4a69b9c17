"""The letter that is sent, and one message made of it."""

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
_TOKEN = "0123456789abcdef0123456789abcdef0123456"  # noqa: S105  as long as a token is
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
_OUT = f"mailto:grace+{_TOKEN}@felt.example?subject=unsubscribe"


def bundle() -> Bundle:
    """Return the letter and the layouts that are shipped."""
    return Bundle({**load(_TEMPLATES).files, NAME: _LETTER.read_text(encoding="utf-8")})


def rendered() -> Rendered:
    """Return the letter as the first lead gets it."""
    return Renderer(bundle()).render(NAME, _context(), _header())


def content() -> Content:
    """Return what the letter says to the first lead."""
    return Renderer(bundle()).content(NAME, _context())


def _context() -> Context:
    writing = Mailbox("Grace Hopper", SENDER, "Felt", "1 Quiet Road, Softville")
    setting = Setting(writing, Links(_OUT), Touch("letter", "educate", "in 14 days"))
    return context(_LEAD, setting)


def _header() -> Header:
    letterhead = Letterhead(
        sender=Address("Grace Hopper", SENDER),
        message_id=f"{_TOKEN}@felt.example",
        reply_to=Address("Grace Hopper", f"grace+{_TOKEN}@felt.example"),
        unsubscribe=(_OUT,),
    )
    return Header(letterhead, Address("Ada Lovelace", RECIPIENT), _NOON)
