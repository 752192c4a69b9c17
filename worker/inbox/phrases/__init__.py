"""What people and robots write, language by language: one TOML file each beside this module.

How a phrase is written; words are compared without case, accents or punctuation:

- `word`       that word; `word*` any word that begins so; `*` any one word
- `(a|b c|)`   one of these, the last one nothing at all
- `[a|b]`      one of these, or nothing
- `...`        up to five words (twelve letters of Chinese, Japanese, Korean) of one sentence
- `?`          the question mark; every other sentence end stops a phrase

A phrase in `intent.harmless` takes the meaning from shorter phrases that it overlaps: "out of
office furniture" is no absence. One in `intent.spared` does so too, and says besides that what is
to be removed, stopped or cancelled is not the writer: no opt-out is feared that no phrase asks for.
One in `intent.stays` denies a wish to leave, and one in `intent.nearly` is what somebody was about
to do (`staying`). One in `intent.channel` is a wish against calls, and spares as well; the section
`channel` has the words that tell such a wish from an opt-out.
`answer` has how a yes or a no begins, which of them are a plain yes even if nothing follows, the
words that turn the wish behind them around, and how a clause says a plain no or a plain yes to one
thing of several (`contrast`), in which `.` is the end of it. `who` tells whose leaving is spoken
of: the words for oneself, alone (`me`) or with others (`us`), for what one writes for (`house`),
for customers and readers, for another person, whom to take off by name, that the writer took over,
those that ask how it is done, or what would follow, that blame somebody who does not do it, that
deny a part of it only, that lead to a "but".
`reply.footer` is how a line begins that tells its readers how to leave a list. `anchors.afterwards`
points back at a period that was named before, and `dates.no_after` only looks as if it did.
`dates.ambiguous` are short names of days and months that are words, too, and count where one of
`dates.leads_to` stands before; a number behind one of `dates.hours` is one of the clock, and a unit
behind one of `dates.in_one` is counted once without a number, but not where one of `dates.rates`
stands before, as of a price.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from worker.inbox.phrases.table import Phrase, Table

LANGUAGES = (
    "en", "de", "fr", "es", "pt", "it", "nl", "pl", "cs", "ru", "uk", "tr", "ar", "he", "zh", "ja",
    "ko", "sv", "da", "no", "fi", "is",
)  # fmt: skip
"""The languages that are read, by their ISO 639-1 codes."""
SECTIONS = ("intent", "channel", "answer", "reply", "who", "automatic", "anchors")
"""The tables of a file that phrases are in."""


@cache
def language(code: str) -> Mapping[str, Any]:
    """The tables of one language, as its file has them."""
    source = files(__package__).joinpath(f"{code}.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def table(section: str) -> Table:
    """All phrases of one section (`automatic`, `intent`), of every language, ready to be found."""
    return Table(_phrases(section))


@cache
def listed(section: str, name: str) -> Table:
    """The phrases of one list (`reply`, `wrote`), of every language, ready to be found."""
    return Table(tuple(phrase for phrase in _phrases(section) if phrase.meaning == name))


def every() -> Iterator[Phrase]:
    """Each phrase of each section that `table` and `listed` know."""
    return (phrase for section in SECTIONS for phrase in _phrases(section))


@cache
def _phrases(section: str) -> tuple[Phrase, ...]:
    return tuple(
        Phrase(meaning, code, source)
        for code in LANGUAGES
        for meaning, sources in language(code).get(section, {}).items()
        for source in sources
    )
