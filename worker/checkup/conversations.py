"""Whether the emails of one conversation have one subject, which keeps them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from worker.checkup.finding import Finding, Severity
from worker.core.facts import Sequence
from worker.errors import TemplateError
from worker.render.bundle import Bundle
from worker.render.composition import filling

_MARK = "block subject"


def check_conversations(
    bundle: Bundle, sequences: Iterable[Sequence], folder: str
) -> Iterator[Finding]:
    """Yield the emails that follow up on another under a subject of their own."""
    for sequence in sequences:
        before: tuple[str, ...] = ()
        for step in (one for one in sequence.steps if one.emails):
            if step.thread:
                yield from _apart(bundle, before, step.emails, folder)
            before = step.emails


def _apart(
    bundle: Bundle, before: tuple[str, ...], emails: tuple[str, ...], folder: str
) -> Iterator[Finding]:
    said = {_subject(bundle, email) for email in before} - {""}
    for email in emails:
        subject = _subject(bundle, email)
        others = sorted(said - {subject})
        if subject and others:
            source = bundle.text(email)
            place = source.find(_MARK)
            line = source.count("\n", 0, place) + 1 if place >= 0 else None
            message = (
                f"the email before it has another subject, {others[0]!r}: many mail programs keep "
                "a conversation (thread = true) together under one subject only"
            )
            yield Finding(Severity.ADVICE, f"{folder}/{email}", line, None, message)


def _subject(bundle: Bundle, email: str) -> str:
    """Return what a template has for its subject, marks and all; "" where that is not known."""
    try:
        return " ".join(filling(bundle.files, email, "subject").split())
    except (TemplateError, KeyError):  # told among the findings about that file
        return ""
