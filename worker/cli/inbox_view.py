"""How incoming mail looks. Every word of it is somebody else's, and is shown as plain text."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from worker.cli.classified_view import kind_of
from worker.cli.show import clean, console, several, table
from worker.cli.times import Times
from worker.store.incoming import Came, Incoming

_MOST_WORDS = 200


def print_mails(found: Sequence[Came], total: int, times: Times) -> None:
    """Print the mails that came, with what was understood and by which rule."""
    out = console()
    if not found:
        out.print("No mail has come yet; `nurture status` says when the inboxes were read.")
        return
    rows = table(">N", "came", "kind", "from, subject, and what it says")
    for mail in found:
        kind = mail.kind if mail.intent is None else f"{mail.kind}: {mail.intent}"
        rows.add_row(str(mail.id), times.minute(mail.at), kind_of(mail.kind, kind), _told(mail))
    out.print(rows)
    hint = "`nurture inbox show N` shows one, `nurture inbox correct N` says what it means"
    out.print(f"\n{len(found):,} of {several(total, 'mail')}; {hint}. {times.note}", style="dim")


def _told(mail: Incoming) -> Text:
    whose = "" if mail.lead_id else " (no lead's)"
    told = Text(f"{clean(mail.sender)}{whose}: {clean(mail.subject)}")
    if mail.words:
        words = clean(mail.words)[:_MOST_WORDS]
        told.append(f"\n“{words}{'…' if len(mail.words) > _MOST_WORDS else ''}”", style="italic")
    return told.append(f"\n{clean(mail.why)}", style="dim")
