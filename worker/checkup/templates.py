"""Checks the templates of a project: the files by themselves, and each email as leads would get it.

An email is a template that no other extends or includes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from worker.checkup.finding import Finding, Severity
from worker.checkup.samples import samples, writer
from worker.config import Settings
from worker.core.facts import Audience, Purpose, Sequence
from worker.errors import TemplateError
from worker.render import finding as render
from worker.render import inspect
from worker.render.bundle import Bundle, load
from worker.render.context import Mailbox, Touch
from worker.render.email import Renderer
from worker.render.images import is_image
from worker.render.reach import Reach
from worker.render.rules import PLAIN_USE, Use

_MONTHLY = re.compile(r"/\d{4}-\d{2}\.html$")
_QUOTED_FILE = re.compile(r"""["']([^"'\n]+\.html)["']""")
_LEAD = "lead."


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an email is used: by which step, from which mailbox, and how."""

    step: Touch
    sender: str | None = None
    use: Use = PLAIN_USE


_NOWHERE = _Place(Touch("step", Purpose.VALUE.value), use=Use(followed=False))
_EDITION = _Place(Touch("edition", Purpose.NEWS.value))


def check_templates(
    folder: Path, sequences: Iterable[Sequence], settings: Settings | None
) -> list[Finding]:
    """Return what was found in the templates.

    Without settings, each attribute that a template uses counts as declared.
    """
    if not folder.is_dir():
        return []
    try:
        bundle = load(folder)
    except TemplateError as error:
        return [Finding.of(error)]
    declared = _used_attributes(bundle) if settings is None else frozenset(settings.attributes)
    reach = Reach(bundle.files)
    renderer = Renderer(bundle, few=True)
    found = inspect.check(bundle, declared, reach, renderer.codes)
    places = _places(sequences)
    for template in _whole_emails(bundle, reach, {each.file for each in found}):
        place = places.get(template) or (_EDITION if _MONTHLY.search(template) else _NOWHERE)
        found += _tried(renderer, template, place, writer(settings, place.sender), declared)
    placed = {_placed(each, folder.name): None for each in found}
    return sorted(placed, key=lambda finding: (finding.file, finding.line or 0))


def emails(bundle: Bundle) -> list[str]:
    """Return the templates that no other extends or includes."""
    named = {name for text in bundle.files.values() for name in _QUOTED_FILE.findall(text)}
    return sorted(path for path in bundle.files.keys() - named if not is_image(path))


def _whole_emails(bundle: Bundle, reach: Reach, broken: set[str]) -> Iterator[str]:
    """Yield the emails of which no file was found to be broken."""
    for template in emails(bundle):
        try:
            if broken.isdisjoint(reach.reached(template)):
                yield template
        except TemplateError:
            continue  # told already


def _tried(
    renderer: Renderer, template: str, place: _Place, mailbox: Mailbox, declared: Collection[str]
) -> list[render.Finding]:
    tried = samples(mailbox, place.step, declared, to_owner=not place.use.marketing)
    emails = [(sample.lead, sample.setting) for sample in tried]
    return inspect.examine(renderer, template, emails, declared, place.use)


def _used_attributes(bundle: Bundle) -> frozenset[str]:
    unknown = (each.key or "" for each in inspect.check(bundle))
    return frozenset(key.removeprefix(_LEAD) for key in unknown if key.startswith(_LEAD))


def _places(sequences: Iterable[Sequence]) -> dict[str, _Place]:
    return {
        email: _Place(
            Touch(step.id, step.purpose.value),
            sequence.sender,
            Use(first=not step.thread, marketing=sequence.to is Audience.LEAD),
        )
        for sequence in sequences
        for step in sequence.steps
        for email in step.emails
    }


def _placed(found: render.Finding, folder: str) -> Finding:
    severity = Severity(found.severity.value)
    return Finding(severity, f"{folder}/{found.file}", found.line, found.key, found.reason)
