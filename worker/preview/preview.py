"""Previews an email for one lead: the bytes that would go out, and what they say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from worker.core.facts import Lead, Message
from worker.engine.draft import Draft, seen, written
from worker.engine.senders import choose
from worker.engine.setup import Setup
from worker.engine.stationery import Stationery
from worker.preview.occasion import Occasion
from worker.render import images
from worker.render.bundle import Bundle
from worker.render.context import NO_HISTORY, History
from worker.render.email import Renderer
from worker.render.printed import Content

NOBODY = "owner@yourfirm.example"
HAPPENED = History(
    answer="Could you call me about the offer on Thursday?",
    answered_on="2026-11-19",
    report="No answer so far, I try again tomorrow.",
    reported_on="2026-11-20",
    touches=4,
    silent_days=3,
)
"""What a made-up lead has behind it, for letters to owners."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One email to one lead; `raw` has the unsubscribe link of a message that does not exist."""

    occasion: Occasion
    lead: Lead
    content: Content
    raw: bytes


class Previewer:
    """Writes previews from the files of a project, as they are now."""

    def __init__(self, setup: Setup, templates: Bundle, now: datetime) -> None:
        self._setup = setup
        self._stationery = Stationery(setup)
        self._renderer = Renderer(templates, few=True)
        self._now = now

    def preview(self, occasion: Occasion, lead: Lead, history: History | None = None) -> Preview:
        """Return an email as this lead would get it; a failing template is a `TemplateError`."""
        draft = Draft(self._message(occasion, lead), lead, occasion.touch)
        if occasion.to_owner:
            draft = draft._replace(history=history or NO_HISTORY)
        letter = written(self._stationery, self._renderer, draft, self._now)
        content = self._renderer.content(occasion.template, seen(self._stationery, draft))
        page = images.shown(content.html, self._renderer.bundle.files)
        return Preview(occasion, lead, replace(content, html=page), letter.body.raw)

    def _message(self, occasion: Occasion, lead: Lead) -> Message:
        owner = self._setup.owner_of(lead)
        recipient = (owner.address if owner else NOBODY) if occasion.to_owner else lead.address
        return Message(
            id=0,
            key="preview",
            kind=occasion.kind,
            recipient=recipient,
            mailbox=choose(self._setup, occasion.sender, lead, self._now).mailbox.name,
            template=occasion.template,
            bundle="",
            due_at=self._now,
            not_before=self._now,
            to_owner=occasion.to_owner,
        )
