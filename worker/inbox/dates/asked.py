"""Which of several dates a request is about: "Ask me in February, I am away from June on".

It is the one that the words of a request lead to, else one in its clause. A request whose clause
has no date speaks of the one before it: "Our year begins in July, get in touch then." So does a
clause that has little but a date: "after the summer, say in October".
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from worker.inbox.dates.behind import Dated
from worker.inbox.dates.lexicon import Lexicon
from worker.inbox.fold import Folded, clause, parted

Place = tuple[int, int]
"""Words of a text, from the first up to, not with, the last."""
_LITTLE = 2  # words of a clause beside its date: "say in October"


class Tie(IntEnum):
    """What ties a date to a request, the stronger the higher."""

    NONE = 0
    CLAUSE = 1
    LED = 2


def ties(
    words: Folded,
    dates: Sequence[Dated],
    requests: Sequence[Place],
    ends: Sequence[bool],
    tongue: Lexicon,
) -> list[Tie]:
    """What ties each date to a request; `requests` are the words that ask for something.

    `ends` tells of each date whether an "until" or a "before" leads to it: that nothing is possible
    until then is no request by itself, unless it leads up to that: "do not contact me before May".
    """
    found = [Tie.NONE] * len(dates)
    for request in requests:
        # The words of a request may run on into the next clause: "melden, im".
        inside = _within(dates, clause(words, request[0], request[0] + 1))
        inside = inside or _within(dates, clause(words, *request))
        refused = [place for place in inside if ends[place] and _leads_up(request, dates[place])]
        if refused:
            for place in refused:
                found[place] = max(found[place], Tie.CLAUSE)
            continue
        if not inside:
            before = [place for place, dated in enumerate(dates) if dated.first < request[0]]
            inside = before[-1:]
        for place in inside:
            if not ends[place] and not _is_bare(dates[place], request):
                is_led = _is_led(words, dates[place], request, tongue)
                found[place] = max(found[place], Tie.LED if is_led else Tie.CLAUSE)
    for place in range(1, len(dates)):
        if found[place - 1] and _is_little(words, dates[place]):
            found[place] = max(found[place], found[place - 1])
    return found


def _within(dates: Sequence[Dated], around: range) -> list[int]:
    return [place for place, dated in enumerate(dates) if dated.first in around]


def _is_led(words: Folded, dated: Dated, request: Place, tongue: Lexicon) -> bool:
    """Whether a request has a date in it, or ends with what leads to one: "ask me in".

    No comma may be between them: "call me, in May I am away".
    """
    first, last = request
    if not parted(words).isdisjoint(range(first + 1, dated.first + 1)):
        return False
    leads = tongue.names("leads_to").at(words.words, last - 1) is not None
    return first <= dated.first < last or (leads and dated.first == last)


def _leads_up(request: Place, dated: Dated) -> bool:
    """Whether a request says something before a "before May", and has that in it."""
    first, last = request
    return first < dated.first - 1 and dated.first < last


def _is_bare(dated: Dated, request: Place) -> bool:
    """Whether a request is nothing but a date: "ab Mai" may be anything."""
    first, last = request
    return dated.first - 1 <= first and last <= dated.span.end


def _is_little(words: Folded, dated: Dated) -> bool:
    """Whether a date has a clause nearly for itself."""
    around = clause(words, dated.first, dated.span.end)
    return len(around) - (dated.span.end - dated.first) <= _LITTLE
