"""What commands need to know of sequences: their files, what is launched, what is wrong."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from worker.checkup.check import check, template_paths
from worker.checkup.finding import Finding
from worker.config import Settings
from worker.core.facts import Sequence
from worker.core.states import RUNNING
from worker.engine.publish import version_of
from worker.errors import NotFoundError, NurtureError, ProblemsError, TemplateError
from worker.render.bundle import Bundle, load
from worker.render.reach import Reach
from worker.sequence import files
from worker.sequence.known import Known
from worker.store import enrollments, publications
from worker.store.database import Connection


@dataclass(frozen=True, slots=True)
class Listed:
    """A sequence in the list. `state` says how its file and what is launched stand together."""

    name: str
    title: str | None
    state: str
    launched_at: datetime | None
    active: int
    paused: int
    ended: int


GONE = "launched, file is gone"


def without_file(connection: Connection, settings: Settings) -> list[str]:
    """Return the launched sequences whose file is gone: they take leads in all the same."""
    there = {path.stem for path in files.paths(settings.sequences_dir)}
    launched = {one.name for one in publications.launched(connection) if one.current}
    return sorted(launched - there)


def listed(connection: Connection, settings: Settings) -> list[Listed]:
    """Return every sequence that has a file, was launched, or has somebody in it, by name."""
    loaded = files.load_all(settings.sequences_dir)
    broken = {Path(error.file or "").stem for error in loaded.errors}
    launches = publications.launched(connection)
    current = {one.name: one for one in launches if one.current}
    counted = enrollments.count(connection)
    running = {name for name, state in counted if state in RUNNING}
    found = []
    for name in sorted(loaded.sequences.keys() | broken | current.keys() | running):
        sequence, launched = loaded.sequences.get(name), current.get(name)
        version = launched.version if launched else None
        counts = {state: count for (which, state), count in counted.items() if which == name}
        found.append(
            Listed(
                name=name,
                title=sequence.title if sequence else None,
                state=_state(
                    sequence,
                    version,
                    broken=name in broken,
                    retired=version is None and any(one.name == name for one in launches),
                ),
                launched_at=launched.launched_at if launched else None,
                active=counts.get("active", 0),
                paused=counts.get("paused", 0),
                ended=counts.get("finished", 0) + counts.get("stopped", 0),
            )
        )
    return found


def file_of(settings: Settings, name: str) -> Path:
    """Return the file of a sequence; raise `NotFoundError` where there is none."""
    path = settings.sequences_dir / f"{name}.toml"
    if not path.is_file():
        there = ", ".join(one.stem for one in files.paths(settings.sequences_dir))
        raise NotFoundError(f"there is no sequences/{name}.toml; there are {there or 'none'}")
    return path


def read_file(settings: Settings, name: str) -> tuple[Sequence, str]:
    """Return a sequence and the text of its file; raise all that is wrong with it."""
    path = file_of(settings, name)
    known = Known(
        template_paths(settings.templates_dir), settings.senders, tuple(settings.attributes)
    )
    sequence, errors = files.load(path, known, file=f"sequences/{path.name}")
    if sequence is None:
        raise ProblemsError(errors)
    return sequence, path.read_text(encoding="utf-8-sig")


def findings_of(path: Path, settings: Settings, name: str) -> list[Finding]:
    """Return what is wrong with a sequence and the emails that it sends."""
    sequence_file = f"sequences/{name}.toml"
    findings = check(path)
    try:
        sequence, _source = read_file(settings, name)
        wanted = _reached(load(settings.templates_dir), _emails(sequence))
    except NotFoundError:
        raise
    except NurtureError:  # told among the findings
        return [one for one in findings if one.file == sequence_file or _is_template(one.file)]
    every = {sequence_file, path.name, *(f"templates/{template}" for template in wanted)}
    return [one for one in findings if one.file in every]


def email_findings(path: Path, settings: Settings, template: str) -> list[Finding]:
    """Return what is wrong with an email: its template, and those that it is made of."""
    return findings_about(check(path, [template]), load(settings.templates_dir), template)


def findings_about(findings: list[Finding], templates: Bundle, template: str) -> list[Finding]:
    """Return those findings that are about an email."""
    try:
        wanted = {f"templates/{each}" for each in _reached(templates, [template])}
    except TemplateError:  # told among the findings
        return [one for one in findings if _is_template(one.file)]
    return [one for one in findings if one.file in wanted]


def _reached(templates: Bundle, emails: Collection[str]) -> set[str]:
    reach = Reach(templates.files)
    return {path for email in emails for path in reach.reached(email)}


def _emails(sequence: Sequence) -> list[str]:
    return [email for step in sequence.steps for email in step.emails]


def _is_template(file: str) -> bool:
    return file.startswith("templates/")


def _state(sequence: Sequence | None, version: str | None, *, broken: bool, retired: bool) -> str:
    if broken:
        return "has errors"
    if retired:
        return "retired"
    if sequence is None:
        return GONE
    if version is None:
        return "not launched"
    return "launched" if version_of(sequence) == version else "changed since"
