"""What a template says to one lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from worker.render.body import Draft


@dataclass(frozen=True, slots=True)
class Content:
    """The subject and preheader as text, the whole HTML, the whole text."""

    subject: str
    preheader: str
    html: str
    text: str
    own_text: bool  # the template's own, not made of the HTML


class Printed(NamedTuple):
    """The same, with bodies that are ready to be encoded; the preheader may have any spaces."""

    subject: str
    preheader: str
    html: Draft
    text: Draft
    own_text: bool  # the template's own, not made of the HTML

    @classmethod
    def of(cls, said: Content) -> Printed:
        """Return what is only in this email, made ready."""
        html, text = Draft.of(said.html), Draft.of(said.text)
        return cls(said.subject, said.preheader, html, text, said.own_text)

    def content(self) -> Content:
        """Return the words alone."""
        preheader = " ".join(self.preheader.split())
        return Content(self.subject, preheader, self.html.text, self.text.text, self.own_text)
