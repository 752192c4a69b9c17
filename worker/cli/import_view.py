"""How an import looks: the forecast before it enrolls anybody, and the report at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from rich.console import Console

from worker.cli.project import Project
from worker.cli.show import clean, console, several, styled, table
from worker.core.due import step_due
from worker.core.facts import Sequence
from worker.engine.forecast import last_first
from worker.engine.intake.report import Note, Report
from worker.engine.senders import daily_limit, possible
from worker.engine.surroundings import anywhere

_MOST_NOTED = 10
_MOST_NAMED = 3


def print_forecast(out: Console, project: Project, sequence: Sequence, trial: Report) -> None:
    """Print how many would be enrolled, from when, and at what rate."""
    barred = trial.suppressed
    if project.setup.policy.require_consent:
        barred += trial.without_consent - trial.without_both
    coming = trial.added - barred
    out.print(f"{several(coming, 'lead')} of {several(trial.rows, 'row')} would begin.")
    due = step_due(sequence.steps[0], project.now, anywhere(project.setup)) or project.now
    times = project.times
    begins = "at once" if due <= project.now else f"from {times.weekday(due)}"
    mailboxes = possible(project.setup, sequence.sender)
    senders = ", ".join(one.address for one in mailboxes)
    limit = daily_limit(mailboxes)
    pace = f", at most {limit:,} a day" if limit else ""
    out.print(f"First email {begins} ({times.zone.key}), from {senders}{pace}.")
    if coming:
        last = times.weekday(_last(project, sequence, coming, trial.providers, due))
        out.print(f"The last of them gets it on {last}, if nothing else waits.")


def _last(
    project: Project, sequence: Sequence, count: int, providers: Mapping[str, int], due: datetime
) -> datetime:
    with project.reading() as desk:
        return last_first(desk, sequence, count, due, providers)


def print_report(report: Report) -> None:
    """Print what an import did, or would do, and where to look."""
    out = console()
    out.print(f"Columns: {', '.join(_column(*one) for one in report.columns.items())}")
    if report.ignored:
        hint = '; `--map "COLUMN=FIELD"` says what a column is'
        out.print(f"Ignored: {', '.join(map(clean, report.ignored))}{hint}")
    out.print()
    rows = table(">", "rows")
    for count, meaning in _counts(report):
        rows.add_row(f"{count:,}", meaning)
    out.print(rows)
    _print_notes(out, "red", report.problems, report.rejected)
    _print_notes(out, "yellow", report.warnings, len(report.warnings))
    if report.rejected_file:
        out.print(f"\nThe rows that were not taken are in {report.rejected_file}.")
    if report.dry_run:
        out.print("\nThis was a dry run: nothing was changed.")
    elif report.added and not report.enrolled:
        out.print("\nNobody was enrolled: nothing will be sent because of this import.")


def _column(name: str, field: str) -> str:
    return field if name == field else f"{clean(name)} → {field}"


def _counts(report: Report) -> Iterator[tuple[int, str]]:
    would = "would be " if report.dry_run else ""
    every = (
        (report.rows, "in the list"),
        (report.added, f"{would}added"),
        (report.completed, f"known already, and {would}completed: nothing was written over"),
        (report.unchanged, "known already, and the same"),
        (report.differs, "known already with other values, which stay as they are"),
        (report.denied, "known already with a consent, which the list denies and they keep"),
        (report.repeated, "repeat an address from further up"),
        (report.rejected, "not taken"),
        (report.without_consent, "added without consent: nothing is sent to them"),
        (report.without_place, "added without zone and country: those of config.toml hold"),
        (report.suppressed, "added, but suppressed: never mailed"),
        (report.roles, "read by a team, such as info@"),
        (report.look_alikes, "have a domain that looks like another"),
        (report.strange_owners.total(), _strange(report.strange_owners)),
        (report.enrolled, "enrolled"),
    )
    return (one for one in every if one[0] or one[1].endswith("added"))


def _strange(owners: Counter[str]) -> str:
    names = ", ".join(clean(name) for name, _ in owners.most_common(_MOST_NAMED))
    more = ", …" if len(owners) > _MOST_NAMED else ""
    return f"have an owner whom config.toml does not name: {names}{more}"


def _print_notes(out: Console, colour: str, notes: list[Note], total: int) -> None:
    if not notes:
        return
    out.print()
    for note in notes[:_MOST_NOTED]:
        out.print(styled(f"line {note.line}", colour).append(f": {clean(note.text)}", "default"))
    if total > _MOST_NOTED:
        out.print(f"… and {total - _MOST_NOTED:,} more")
