"""What commands need to know of editions: which are written, approved and sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from worker.checkup.samples import samples, writer
from worker.config import Settings
from worker.core.facts import Purpose
from worker.engine.apply import Desk
from worker.errors import TemplateError
from worker.render.bundle import Bundle, load
from worker.render.context import Touch, context
from worker.render.email import Renderer
from worker.render.reach import reached
from worker.store import publications
from worker.store.publications import Edition as Approved
from worker.tracks import newsletter, still_useful
from worker.tracks.dates import is_month


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition in the list; `subject` is as the file has it, None where there is no file."""

    month: str
    state: str
    goes_out: datetime
    subject: str | None


def editions_of(desk: Desk, settings: Settings) -> list[Edition]:
    """Return every edition that is written or was approved, by month."""
    called = desk.setup.newsletter.name
    templates = load(settings.templates_dir)
    approved = {one.month: one for one in publications.all_editions(desk.connection, called)}
    paths = (path.removeprefix(f"{called}/").removesuffix(".html") for path in templates.files)
    written = {month for month in paths if is_month(month) or month == still_useful.NAME}
    return [
        Edition(
            month,
            _state(desk, approved.get(month), templates, month),
            newsletter.goes_out(desk.setup, month, desk.now),
            subject_of(settings, templates, f"{called}/{month}.html") if month in written else None,
        )
        for month in sorted(written | approved.keys())
    ]


def subject_of(settings: Settings, templates: Bundle, template: str) -> str:
    """Return the subject as a lead of whom all is known gets it, or why it cannot be written."""
    step = Touch(template, Purpose.NEWS.value)
    sender = writer(settings, settings.newsletter.mailbox)
    sample = samples(sender, step, settings.attributes)[0]
    known = context(sample.lead, sample.setting, tuple(settings.attributes))
    try:
        return Renderer(templates).content(template, known).subject
    except TemplateError as error:
        return f"(it cannot be written: {error.problem})"


def _state(desk: Desk, known: Approved | None, templates: Bundle, month: str) -> str:
    if known is None:
        return (
            "not sent" if newsletter.goes_out(desk.setup, month, desk.now) < desk.now else "written"
        )
    if known.closed_at is not None:
        return "sent"
    if known.frozen_at is not None:
        return "going out"
    return "approved" if _same(known, templates) else "changed since"


def _same(known: Approved, templates: Bundle) -> bool:
    """Tell whether the files are still those that were approved."""
    try:
        present = templates.narrow(reached(templates.files, known.template))
    except TemplateError:
        return False
    return present.hash == known.bundle
