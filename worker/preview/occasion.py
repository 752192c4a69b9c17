"""What is previewed: a step of a sequence's file, an edition, or a template on its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from worker.core.facts import Audience, Purpose, Sequence, Step
from worker.core.states import MessageKind
from worker.core.upcoming import next_email
from worker.errors import InputError, NotFoundError
from worker.render.bundle import Bundle
from worker.render.context import Touch
from worker.render.language import language


@dataclass(frozen=True, slots=True)
class Occasion:
    """One email, and on what occasion it goes out. `sender` is as in a sequence's `from`."""

    template: str
    touch: Touch
    kind: MessageKind = MessageKind.STEP
    sender: str | None = None
    to_owner: bool = False

    @property
    def alone(self) -> bool:
        """Whether it is sent by itself, and by no step."""
        return self.touch.id == self.template


def of_sequence(
    sequence: Sequence, templates: Bundle, step_id: str | None, variant: int | None
) -> list[Occasion]:
    """Return the emails of a sequence, or those of one step; `variant` counts from 1."""
    steps = [one for one in sequence.steps if one.email and step_id in (None, one.id)]
    if not steps:
        named = ", ".join(one.id for one in sequence.steps if one.email)
        raise NotFoundError(f"{sequence.name} has no email {step_id!r}; its emails are {named}")
    return [each for step in steps for each in _of_step(sequence, templates, step, variant)]


def of_template(
    template: str, templates: Bundle, newsletter: str, sequences: list[Sequence]
) -> Occasion:
    """Return what a template is for: an edition, a step of the first sequence that names it."""
    if template not in templates.files:
        raise NotFoundError(f"there is no templates/{template}")
    for sequence in sequences:
        for step in sequence.steps:
            for occasion in _of_step(sequence, templates, step, None):
                if occasion.template == template:
                    return occasion
    touch = Touch(template, Purpose.NEWS.value)
    edition = template.startswith(f"{newsletter}/")
    return Occasion(template, touch, MessageKind.EDITION if edition else MessageKind.STEP)


def _of_step(
    sequence: Sequence, templates: Bundle, step: Step, variant: int | None
) -> Iterator[Occasion]:
    emails = step.emails
    if variant is not None and not 1 <= variant <= len(emails):
        raise InputError(f"step {step.id}: no variant {variant}; its last is {len(emails)}")
    place = sequence.steps.index(step)
    for email in emails if variant is None else emails[variant - 1 : variant]:
        coming = next_email(sequence, place, language(templates.files, email))
        yield Occasion(
            template=email,
            touch=Touch(step.id, step.purpose.value, coming),
            sender=sequence.sender,
            to_owner=sequence.to is Audience.OWNER,
        )
