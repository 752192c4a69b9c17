"""What the demo claims of itself; its exit status is 0 only if all of it holds.

Everything but the last claim is told from the mail that arrived and from what the people did;
nothing from the worker's database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from worker.core import calendar
from worker.core.delay import Delay, Unit
from worker.demo.happening import MAILS, Kind
from worker.demo.record import Record
from worker.sandbox.judge import Verdict
from worker.sandbox.reactions import Kind as Reaction
from worker.sandbox.reactions import Letter, Purchase

AT_ONCE = timedelta(minutes=1)
FORTNIGHT = Delay(14, Unit.DAYS)
MONTH = Delay(1, Unit.MONTHS)
WEEKEND = timedelta(days=3)
"""What a weekend, with the nights beside it, may add to the day that was meant."""

_RULES = {
    "mailed after replying": r"after they replied",
    "mailed after opting out": r"after they opted out",
    "mailed after a hard bounce": r"after their address bounced",
    "mailed while away": r"while they were away",
    "sent twice": r"in the words of an earlier mail|arrived \d+ times",
    "sent a second edition in a month": r"a second edition",
}
"""The judge's rules, each by the words of its sentences."""


@dataclass(frozen=True, slots=True)
class Check:
    """One claim: what it says, what was found, whether it holds."""

    claim: str
    found: str
    holds: bool


def checks(record: Record) -> list[Check]:
    """Hold the evidence against every claim."""
    return [
        *_rules(record.verdict),
        _welcomes(record),
        _features(record),
        _cross_sells(record),
        _returns(record),
        _everything(record),
        _limbo(record),
    ]


def _rules(verdict: Verdict) -> Iterable[Check]:
    # A subject is somebody's words, and says nothing about the rule.
    faults = [sentence.rpartition("”")[2] for sentence in verdict.violations]
    for claim, words in _RULES.items():
        count = sum(bool(re.search(words, fault)) for fault in faults)
        yield Check(claim, str(count), count == 0)


def _welcomes(record: Record) -> Check:
    """Speed to lead: by day or by night."""
    firsts = {mail.address: mail.at for mail in reversed(record.arrived)}
    count = sum(
        address in firsts and firsts[address] - came <= AT_ONCE
        for address, came in record.came.items()
    )
    return _share("welcomed within a minute of coming in", count, len(record.came))


def _features(record: Record) -> Check:
    """Whoever was away in between, or asked for later, is left out: for them the wait went on."""
    latest = {
        mail.address: calendar.add(mail.at, FORTNIGHT, _zone(record, mail.address))
        for mail in record.of(Kind.WELCOME)
    }
    sent = [mail for mail in record.of(Kind.FEATURES) if not _waited(record, mail.address, mail.at)]
    in_time = sum(mail.at <= latest[mail.address] for mail in sent)
    return _share("features within a fortnight", in_time, len(sent))


def _waited(record: Record, address: str, before: datetime) -> bool:
    waits = [one for one in _letters(record) if (one.back or one.again) is not None]
    return any(one.address == address and one.when.at < before for one in waits)


def _cross_sells(record: Record) -> Check:
    """A month after a purchase, as the buyer's calendar counts it."""
    expected = found = 0
    for purchase in record.crowd.log:
        if isinstance(purchase, Purchase):
            due = calendar.add(purchase.when.at, MONTH, _zone(record, purchase.address))
            sent = [one.at for one in record.to(purchase.address) if one.kind is Kind.CROSS_SELL]
            expected += due + WEEKEND <= record.ended
            found += len(sent) == 1 and due <= sent[0] <= due + WEEKEND
    return _share("cross-sell a month after the purchase", found, expected)


def _returns(record: Record) -> Check:
    """An absence is waited out, and then it goes on."""
    absences = _absences(record)
    count = sum(
        any(mail.at >= _back(record, one) for mail in record.to(one.address)) for one in absences
    )
    claim = "written to again after their return"
    return Check(claim, f"{count} of {len(absences)}", count > 0)


def _everything(record: Record) -> Check:
    """Whatever the demo is to show did happen."""
    happened = {mail.kind for mail in record.arrived}
    happened |= {Kind(reaction.kind) for reaction in record.crowd.log}
    expected = [*MAILS, *map(Kind, Reaction)]
    missing = [kind.value for kind in expected if kind not in happened]
    if not any(_answers_edition(record, one) for one in _letters(record)):
        missing.append("an answer to an edition")
    found = f"missing: {', '.join(missing)}" if missing else "seen"
    return Check("every kind of mail and answer", found, not missing)


def _answers_edition(record: Record, letter: Letter) -> bool:
    before = [mail.kind for mail in record.to(letter.address) if mail.at < letter.when.at]
    return letter.kind is Reaction.REPLY and before[-1:] == [Kind.EDITION]


def _limbo(record: Record) -> Check:
    return Check("in limbo", str(len(record.limbo)), not record.limbo)


def _share(claim: str, count: int, expected: int) -> Check:
    return Check(claim, f"{count} of {expected}", count == expected > 0)


def _letters(record: Record) -> list[Letter]:
    return [one for one in record.crowd.log if isinstance(one, Letter)]


def _absences(record: Record) -> list[Letter]:
    return [one for one in _letters(record) if one.back is not None]


def _back(record: Record, absence: Letter) -> datetime:
    assert absence.back is not None
    zone = _zone(record, absence.address)
    return calendar.resolve(datetime.combine(absence.back, time()), zone)


def _zone(record: Record, address: str) -> ZoneInfo:
    return ZoneInfo(record.crowd.recipients[address].zone)
