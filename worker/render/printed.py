"""What a template says to one lead."""

from __future__ import annotations

from dataclasses import dataclass

from worker.render.body import Draft


@dataclass(frozen=True, slots=True)
class Printed:
    """Two texts of one line, and two bodies."""

    subject: str
    preheader: str
    html: Draft
    text: Draft
    own_text: bool  # the template's own, not made of the HTML
