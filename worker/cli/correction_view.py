"""How one incoming mail looks, and how corrected ones are written as examples."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shlex import quote
from typing import Any

import typer
from rich.text import Text

from worker.cli.show import clean, console, grid
from worker.cli.times import NONE, Times
from worker.engine.apply import Desk
from worker.engine.correct import Corrected
from worker.errors import InputError
from worker.store import incoming, leads, timeline, understood
from worker.store.incoming import Came
from worker.store.understood import Correction

DATES = ("until", "return_date")


@dataclass(frozen=True, slots=True)
class MailFacts:
    """A mail, whose it is, what was understood of it, what that did, and what a person said."""

    mail: Came
    lead: str | None
    reading: Mapping[str, Any]
    decisions: tuple[str, ...]
    correction: Correction | None


def facts_of(desk: Desk, number: int) -> MailFacts:
    """Gather what is known of a mail; raise `NotFoundError`."""
    mail = incoming.get(desk.connection, number)
    known = understood.get(desk.connection, number)
    lead = leads.get(desk.connection, mail.lead_id) if mail.lead_id is not None else None
    made = timeline.decisions_of(desk.connection, lead.id) if lead is not None else []
    return MailFacts(
        mail=mail,
        lead=lead.address if lead else None,
        reading=known.reading if known else {},
        decisions=tuple(f"{one.what}: {one.reason}" for one in made if one.at == mail.at),
        correction=understood.corrected(desk.connection, number),
    )


def print_mail(found: MailFacts, times: Times) -> None:
    """Print it; every word of the mail is somebody else's."""
    mail, out = found.mail, console()
    sure = found.reading.get("confidence")
    rows: list[tuple[str, object]] = [
        ("number", str(mail.id)),
        ("came", times.minute(mail.at)),
        ("to", f"{mail.mailbox}/{mail.folder}"),
        ("from", mail.sender),
        ("subject", mail.subject),
        ("lead", found.lead or NONE),
        ("kind", mail.kind if mail.intent is None else f"{mail.kind}: {mail.intent}"),
        ("until", found.reading.get("until") or found.reading.get("return_date") or NONE),
        ("sure", NONE if sure is None else f"{sure:.0%}"),
        ("why", mail.why),
        ("found", found.reading.get("found", NONE)),
        *(("did", one) for one in found.decisions),
    ]
    if found.correction is not None:
        said = ", ".join(f"{name} {value}" for name, value in found.correction.expected.items())
        rows.append(("corrected", f"{times.minute(found.correction.at)}: {said}"))
    out.print(grid(*rows))
    for line in mail.words.splitlines():
        out.print(Text(f"  {clean(line)}", style="italic"))
    out.print(f"\nWrong? `nurture inbox correct {mail.id} --intent …`. {times.note}", style="dim")


def print_corrected(done: Corrected) -> None:
    """Print what a correction did, and what it could not."""
    follows = f"it is now taken as {done.event}" if done.event else "nothing follows from it"
    typer.echo(f"{done.lead}: {follows}.")
    for one in done.undone:
        typer.echo(f"Taken back: {one}.")
    for one in done.kept:
        typer.echo(f"Not taken back: {one}.")
    if done.to_do:
        typer.echo(f"→ {done.to_do}")
    typer.echo(f"See `nurture why {quote(done.lead)}`.")


def write_examples(desk: Desk, folder: Path) -> list[str]:
    """Write each corrected mail and what it means; return the names."""
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for correction, raw in understood.examples(desk.connection):
            name = f"corrected-{correction.incoming_id}"
            (folder / f"{name}.eml").write_bytes(raw)
            (folder / f"{name}.toml").write_text(_toml(correction.expected), encoding="utf-8")
            written.append(name)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=str(folder)) from error
    return written


def day(option: str, text: str | None) -> date | None:
    """Read ``2027-03-01``; raise `InputError`."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        problem = f"{text} is no date; expected one such as 2027-03-01"
        raise InputError(problem, key=option) from None


def _toml(expected: Mapping[str, Any]) -> str:
    # Dates stand bare; a JSON string is a TOML one.
    lines = (
        f"{name} = {value if name in DATES else json.dumps(value)}"
        for name, value in expected.items()
    )
    return "".join(f"{line}\n" for line in lines)
