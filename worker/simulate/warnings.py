"""What somebody should look at before any of it is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from worker.core.facts import Policy
from worker.engine.intake.report import Report
from worker.simulate.behaviour import Cue
from worker.simulate.queues import Queue
from worker.store.future import Gone

WEEK = timedelta(days=7)
CROWDED = 4
"""So many emails to one lead in seven days are worth a warning, whatever the caps allow."""

LONG = 20
"""So many emails that wait for room at once are a queue worth a warning."""


@dataclass(frozen=True, slots=True)
class Warned:
    """A sentence, and its kind for machines.

    That is: list, consent, crowded, queue, template, nobody, paused, script, unsent.
    """

    kind: str
    text: str


def of_list(report: Report, policy: Policy) -> Iterator[Warned]:
    """Warn of rows of a list that are not taken, and of leads that nothing is sent to."""
    if report.rejected:
        first = report.problems[0]
        rows = "1 row is" if report.rejected == 1 else f"{report.rejected:,} rows are"
        of = f"{rows} not taken, of {report.rows:,} in the list"
        yield Warned("list", f"{of}: line {first.line}: {first.text}")
    if report.without_consent and policy.require_consent:
        count = report.without_consent
        nothing = "no consent on record and get"
        who = f"1 lead has {nothing}s" if count == 1 else f"{count:,} leads have {nothing}"
        text = f"{who} nothing; --consent TEXT is for rows that do not say where they agreed"
        yield Warned("consent", text)


def crowded(sends: Iterable[Gone], zone: ZoneInfo) -> Iterator[Warned]:
    """Warn of leads that get many emails in any seven days; only the worst is named."""
    by_lead: defaultdict[str, list[datetime]] = defaultdict(list)
    for one in sends:
        by_lead[one.address].append(one.at)
    worst: dict[str, tuple[int, datetime]] = {}
    for address, instants in by_lead.items():
        most = max(_in_a_week(instants))
        if most[0] >= CROWDED:
            worst[address] = most
    if not worst:
        return
    address, (count, since) = max(worst.items(), key=lambda item: item[1])
    day = f"{since.astimezone(zone):%a %Y-%m-%d}"
    more = len(worst) - 1
    gets = "another lead gets" if more == 1 else f"{more:,} other leads get"
    others = f"; {gets} {CROWDED} or more" if more else ""
    yield Warned("crowded", f"{address} gets {count} emails in the week from {day}{others}")


def _in_a_week(instants: Sequence[datetime]) -> Iterator[tuple[int, datetime]]:
    """Yield, for each instant, how many fall within seven days from it; they are in order."""
    last = 0
    for first, at in enumerate(instants):
        while last < len(instants) and instants[last] - at < WEEK:
            last += 1
        yield last - first, at


def long_queues(queues: Iterable[Queue]) -> Iterator[Warned]:
    """Warn of the longest queue of each mailbox."""
    longest: dict[str, Queue] = {}
    days: defaultdict[str, int] = defaultdict(int)
    for one in queues:
        if one.waiting < LONG:
            continue
        days[one.mailbox] += 1
        if one.waiting > longest.get(one.mailbox, one).waiting or one.mailbox not in longest:
            longest[one.mailbox] = one
    for name, one in longest.items():
        emails = "1 email waits" if one.waiting == 1 else f"{one.waiting:,} emails wait"
        on = "" if days[name] == 1 else f"; there is a queue on {days[name]} days"
        yield Warned("queue", f"{emails} on {one.day:%a %Y-%m-%d}: {one.limit}{on}")


def failing(failures: Mapping[str, str]) -> Iterator[Warned]:
    """Warn of templates that could not be written."""
    for text in failures.values():
        yield Warned("template", f"{text}: the worker would hold that email")


def nobody(leads: int, touches: int) -> Iterator[Warned]:
    """Warn where nothing happens."""
    if leads and not touches:
        yield Warned("nobody", "no lead gets anything in this time")


def in_vain(script: Iterable[Cue], sends: Iterable[Gone]) -> Iterator[Warned]:
    """Warn of lines of a script that nothing came of: their email did not go out."""
    went = {(one.address, one.step) for one in sends}
    missed = [cue for cue in script if (cue.lead, cue.after) not in went]
    if missed:
        first, more = missed[0], len(missed) - 1
        others = f"; so does {_others(more)}" if more else ""
        text = f"the script waits in vain: {first.after} does not go out to {first.lead}{others}"
        yield Warned("script", text)


def _others(lines: int) -> str:
    return "another line" if lines == 1 else f"{lines:,} other lines"


def still_waiting(unsent: int) -> Iterator[Warned]:
    """Warn of what the time was too short for."""
    if unsent:
        emails = "1 email" if unsent == 1 else f"{unsent:,} emails"
        yield Warned("unsent", f"{emails} that should have gone out are still waiting at the end")
