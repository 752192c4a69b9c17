"""The words of one language that dates are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import Any

from worker.inbox import phrases
from worker.inbox.fold import folded_words

_LONGEST_TAIL = 7
_MOST_MET = 20_000  # words that are kept in mind
UNITS = ("day", "week", "month", "quarter", "half", "year")
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
"""By the month that each begins with."""
FEASTS = {"easter": (-2, 1), "whitsun": (48, 50), "carnival": (-51, -47)}
"""Feasts that move with Easter: their first and last day, counted from Easter Sunday."""
PAIRS = {"two_days": ("day", 2), "two_weeks": ("week", 2), "two_months": ("month", 2),
         "two_years": ("year", 2)}  # fmt: skip
"""Spans of two that have a word of their own: "a fortnight", the duals of Arabic and Hebrew."""
LAST_OF_MONTH = 5
"""The place in `nth` of what counts from the end of a month."""
_RELATIVE = ("end", "mid", "overmorrow", "tomorrow", "today", "in", "new_year", "holidays")
_NEXT = ("next", "after_next")
_FIRST = (*_RELATIVE, *_NEXT, "articles", "eras", "week_number", *UNITS, *SEASONS, *FEASTS, *PAIRS)
"""Lists of which a name may be the first of a date, beside months, weekdays and numbers."""


class Names:
    """Names of one or more words, each with its value, found at a place among words."""

    def __init__(self, entries: Iterable[tuple[str, int]]) -> None:
        filed: defaultdict[str, list[tuple[tuple[str, ...], int]]] = defaultdict(list)
        stems: list[tuple[str, int]] = []
        for name, value in entries:
            words = folded_words(name.rstrip("*"))
            if name.endswith("*"):
                stems.append((words[0], value))
            else:
                filed[words[0]].append((words, value))
        self._filed = {
            word: sorted(names, key=lambda entry: -len(entry[0])) for word, names in filed.items()
        }
        self._stems = sorted(stems, key=lambda entry: -len(entry[0]))

    def at(self, words: Sequence[str], index: int) -> tuple[int, int] | None:
        """The value of the longest name at `index` and where it ends; None if there is none."""
        if not 0 <= index < len(words):
            return None
        word = words[index]
        if word in self._filed:
            for name, value in self._filed[word]:
                if tuple(words[index : index + len(name)]) == name:
                    return value, index + len(name)
        for stem, value in self._stems:
            if word.startswith(stem) and len(word) <= len(stem) + _LONGEST_TAIL:
                return value, index + 1
        return None

    def begins(self, word: str) -> bool:
        """Whether some name may begin with a word."""
        return word in self._filed or any(word.startswith(stem) for stem, _value in self._stems)

    def past(self, words: Sequence[str], index: int) -> int:
        """Where to go on: behind a name at `index`, or `index` itself."""
        found = self.at(words, index)
        return found[1] if found else index


class Lexicon:
    """What one language's file says about dates, ready to be looked up."""

    def __init__(self, code: str, tables: Mapping[str, Any]) -> None:
        self.code = code
        self._tables = tables

    def _numbered(self, key: str) -> Names:
        lists = enumerate(self._tables.get(key, ()), start=1)
        return Names((name, number) for number, names in lists for name in names.split("|"))

    def names(self, key: str) -> Names:
        """The plain list `key`; every name has the value 1."""
        if key not in self._lists:
            self._lists[key] = Names((name, 1) for name in self._tables.get(key, ()))
        return self._lists[key]

    @cached_property
    def _lists(self) -> dict[str, Names]:
        return {}

    @cached_property
    def months(self) -> Names:
        """January is 1."""
        return self._numbered("months")

    @cached_property
    def weekdays(self) -> Names:
        """Monday is 1 (ISO 8601)."""
        return self._numbered("weekdays")

    @cached_property
    def numbers(self) -> Names:
        """Number words from one."""
        return self._numbered("numbers")

    @cached_property
    def nth(self) -> Names:
        """Which weekday of a month: the first is 1, the last `LAST_OF_MONTH`."""
        return self._numbered("nth")

    @cached_property
    def quarters(self) -> Names:
        """The first quarter is 1."""
        return self._numbered("quarters")

    @cached_property
    def halves(self) -> Names:
        """The first half of a year is 1."""
        return self._numbered("halves")

    @cached_property
    def halves_of(self) -> Names:
        """The first half is 1; of what, stands behind it."""
        return self._numbered("halves_of")

    def begins(self, word: str) -> bool:
        """Whether a date may begin with a word; kept, as most words of a mail were met before."""
        known = self._met.get(word)
        if known is None:
            several = (
                self.months,
                self.weekdays,
                self.numbers,
                self.nth,
                self.quarters,
                self.halves,
                self.halves_of,
                *map(self.names, _FIRST),
            )
            known = word[0].isdecimal() or any(one.begins(word) for one in several)
            if len(self._met) >= _MOST_MET:
                self._met.clear()
            self._met[word] = known
        return known

    @cached_property
    def _met(self) -> dict[str, bool]:
        return {}

    def make_ready(self) -> None:
        """Make the lists before a text needs them."""
        self.begins("a")

    @property
    def month_first(self) -> bool | None:
        """Whether 3/4 is 4 March; None where both are usual."""
        return {"mdy": True, "dmy": False, "either": None}[self._tables.get("order", "dmy")]

    @property
    def spaces_numbers(self) -> bool:
        """Whether "4. 12." is a date."""
        return bool(self._tables.get("spaced", False))

    @property
    def weekend(self) -> frozenset[int]:
        """The ISO weekdays on which nobody works."""
        return frozenset(self._tables.get("weekend", (6, 7)))


@cache
def lexicon(code: str) -> Lexicon:
    """The words about dates of one language."""
    return Lexicon(code, phrases.language(code).get("dates", {}))
