"""Checks the templates of a project: the files by themselves, and each email as leads would get it.

An email is a template that a step sends, that is to be sent by itself, or that no other extends or
includes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from worker.checkup.conversations import check_conversations
from worker.checkup.finding import Finding, Severity
from worker.checkup.samples import samples, writer
from worker.config import Settings
from worker.core.facts import Audience, Purpose, Sequence
from worker.errors import TemplateError
from worker.render import finding as render
from worker.render import inspect
from worker.render.bundle import Bundle, read
from worker.render.composition import family
from worker.render.context import Mailbox, Touch
from worker.render.email import Renderer
from worker.render.images import is_image
from worker.render.reach import Reach
from worker.render.rules import PLAIN_USE, Use
from worker.tracks.dates import is_month

_QUOTED_FILE = re.compile(r"""["']([^"'\n]+\.html)["']""")
_LEAD = "lead."


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an email is used: by which step, from which mailbox, and how."""

    step: Touch
    sender: str | None = None
    use: Use = PLAIN_USE


_NOWHERE = _Place(Touch("step", Purpose.VALUE.value), use=Use(followed=False))
_TO_OWNER = _Place(_NOWHERE.step, use=Use(marketing=False, followed=False))
_EDITION = _Place(Touch("edition", Purpose.NEWS.value))


def check_templates(
    folder: Path,
    sequences: Iterable[Sequence],
    settings: Settings | None,
    alone: Collection[str] = (),
) -> list[Finding]:
    """Return what was found in the templates; `alone` are some that are to be sent by themselves.

    Without settings, each attribute that a template uses counts as declared.
    """
    if not folder.is_dir():
        return []
    bundle, wrong = read(folder)
    found = [render.Finding.of(error, folder.name) for error in wrong]
    declared = _used_attributes(bundle) if settings is None else frozenset(settings.attributes)
    reach = Reach(bundle.files)
    renderer = Renderer(bundle, few=True)
    found += inspect.check(bundle, declared, reach, renderer.codes)
    if settings is not None:
        found += _no_editions(bundle, settings.newsletter.name)
    sequences = list(sequences)
    places = _places(sequences, alone)
    for template in _whole_emails(bundle, places, reach, {each.file for each in found}):
        for place in places.get(template) or [_place_unsent(bundle, template)]:
            found += _tried(renderer, template, place, writer(settings, place.sender), declared)
    placed = {_placed(each, folder.name): None for each in found}
    placed |= dict.fromkeys(check_conversations(bundle, sequences, folder.name))
    return sorted(placed, key=lambda finding: (finding.file, finding.line or 0))


def emails(bundle: Bundle, sent: Iterable[str] = ()) -> list[str]:
    """Return the templates that are `sent`, and those that no other extends or includes."""
    named = {name for text in bundle.files.values() for name in _QUOTED_FILE.findall(text)}
    found = bundle.files.keys() - named | bundle.files.keys() & set(sent)
    return sorted(path for path in found if not is_image(path))


def _whole_emails(
    bundle: Bundle, sent: Iterable[str], reach: Reach, broken: set[str]
) -> Iterator[str]:
    """Yield the emails of which no file was found to be broken."""
    for template in emails(bundle, sent):
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


def _no_editions(bundle: Bundle, newsletter: str) -> Iterator[render.Finding]:
    """Yield what seems to be an edition, and is called as none: it would never go out."""
    for path in bundle.files:
        folder, _, name = path.rpartition("/")
        month, _, suffix = name.rpartition(".")
        if folder == newsletter and suffix == "html" and name[0].isdigit() and not is_month(month):
            reason = "it is no edition, which is called as its month, such as 2027-04.html"
            yield render.Finding(path, None, reason, render.Severity.WARNING)


def _places(sequences: Iterable[Sequence], alone: Collection[str]) -> dict[str, list[_Place]]:
    """Return where each email is used: by more than one step perhaps, and by itself."""
    places: dict[str, list[_Place]] = defaultdict(list)
    for sequence in sequences:
        for step in sequence.steps:
            use = Use(first=not step.thread, marketing=sequence.to is Audience.LEAD)
            for email in step.emails:
                touch = Touch(step.id, step.purpose.value)
                places[email].append(_Place(touch, sequence.sender, use))
    for email in alone:
        places[email].append(_place_alone(email))
    return places


def _place_unsent(bundle: Bundle, template: str) -> _Place:
    """Return how an email is to be read that nothing sends, as where its sequence was deleted.

    One that asks for what only letters to owners have is such a letter.
    """
    for source in family(bundle.files, template).values():
        if "history" in source or "answers" in source:  # else its names need no look
            return _place_asking(template, inspect.names(bundle, template))
    return _place_alone(template)


def _place_asking(template: str, names: Collection[str]) -> _Place:
    of_owners = any(name == "owner.answers" or name.startswith("history.") for name in names)
    return _TO_OWNER if of_owners else _place_alone(template)


def _place_alone(template: str) -> _Place:
    folder, _, name = template.rpartition("/")
    return _EDITION if folder and is_month(name.removesuffix(".html")) else _NOWHERE


def _placed(found: render.Finding, folder: str) -> Finding:
    severity = Severity(found.severity.value)
    return Finding(severity, f"{folder}/{found.file}", found.line, found.key, found.reason)
