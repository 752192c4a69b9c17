"""How a preview looks: as an inbox shows it, then the text, then what to mend."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from tempfile import NamedTemporaryFile
from textwrap import fill

import typer
from rich.rule import Rule
from rich.text import Text

from worker.cli.findings import print_findings
from worker.cli.preview_facts import Odd, Seen
from worker.cli.show import clean, console, grid, print_json, styled, table
from worker.errors import NurtureError
from worker.preview.preview import Preview

_FIELDS = ("From", "To", "Reply-To")
_WIDEST = 80  # columns of a text, however wide the terminal is


def print_previews(seen: Sequence[Seen]) -> None:
    """Print each email whole, and below it what a check and odd leads make of it."""
    out = console()
    for number, one in enumerate(seen):
        if number:
            out.print()
        head = Rule(f"{one.occasion.touch.id} · {one.occasion.template}", style="dim")
        out.print(head, width=min(out.width, _WIDEST))
        if one.preview is None:
            out.print(styled(f"It cannot be written: {one.problem}", "red"))
        else:
            out.print(grid(*_rows(one, one.preview)))
            said = _wrapped(_shown(one.preview.content.text), min(out.width, _WIDEST))
            out.print(f"\n{said}\n", soft_wrap=True)
        _print_judgement(one)


def _wrapped(text: str, width: int) -> str:
    """Break lines between words, as a mail program does; a long link stays whole."""
    return "\n".join(
        fill(line, width, break_long_words=False, break_on_hyphens=False)
        for line in text.splitlines()
    )


def print_text(seen: Sequence[Seen]) -> None:
    """Print the plain text of each, and nothing else."""
    for one in seen:
        console().print(_shown(_made(one).content.text), soft_wrap=True)


def print_raw(one: Seen) -> None:
    """Print the bytes of an email as they would go out."""
    sys.stdout.flush()
    sys.stdout.buffer.write(_made(one).raw)
    sys.stdout.buffer.flush()


def write_html(one: Seen, path: Path | None, *, browse: bool) -> None:
    """Write the HTML of an email into a file, and open it if asked to."""
    html = _made(one).content.html
    try:
        if path is None:
            with NamedTemporaryFile("w", suffix=".html", delete=False, encoding="utf-8") as opened:
                opened.write(html)
            path = Path(opened.name)
        else:
            path.write_text(html, encoding="utf-8")
    except OSError as error:
        raise NurtureError(f"{path} cannot be written: {error.strerror}") from error
    if browse:
        typer.launch(path.resolve().as_uri())
    typer.echo(f"The HTML is in {path}.")


def print_as_json(seen: Sequence[Seen]) -> None:
    """Print all that is known of each email."""
    print_json([_plain(one) for one in seen])


def _plain(one: Seen) -> dict[str, object]:
    content = one.preview.content if one.preview else None
    return {
        "template": one.occasion.template,
        "step": one.occasion.touch.id,
        "purpose": one.occasion.touch.purpose,
        "next": one.occasion.touch.next,
        "whom": one.whom,
        "problem": one.problem,
        "header": _header(one.preview) if one.preview else {},
        "subject": content.subject if content else None,
        "preheader": content.preheader if content else None,
        "text": content.text if content else None,
        "html": content.html if content else None,
        "findings": one.findings,
        "others": one.others,
    }


def _rows(one: Seen, preview: Preview) -> list[tuple[str, object]]:
    said = preview.content
    header = [(name.lower(), value) for name, value in _header(preview).items()]
    return [
        *header,
        ("for", one.whom),
        ("subject", styled(said.subject, "bold")),
        ("preheader", said.preheader or "none: the inbox shows the beginning of the text"),
        ("next", one.occasion.touch.next or "nothing that is certain"),
    ]


def _header(preview: Preview) -> dict[str, str]:
    """Return the addresses as a mail program reads them from the bytes."""
    mail = message_from_bytes(preview.raw, policy=default)
    return {name: str(mail[name]) for name in _FIELDS if mail[name]}


def _print_judgement(one: Seen) -> None:
    out = console()
    if one.others:
        rows = table("for whom", "subject")
        for other in one.others:
            rows.add_row(f"{other.name}: {other.about}", _outcome(other))
        out.print(rows)
        out.print("Look at one of them with --sample NAME.\n", style="dim")
    if one.findings:
        print_findings(one.findings)


def _outcome(other: Odd) -> str | Text:
    if other.problem is not None:
        return styled(other.problem, "red")
    return clean(other.subject)


def _made(one: Seen) -> Preview:
    if one.preview is None:
        raise NurtureError(f"{one.occasion.template} cannot be written: {one.problem}")
    return one.preview


def _shown(text: str) -> str:
    return "\n".join(clean(line) for line in text.splitlines())
