"""The parts of a name that a list has in one cell."""

from __future__ import annotations

_TITLES = frozenset(
    {
        "mr", "mrs", "ms", "miss", "mx", "sir", "dame", "dr", "prof", "professor", "doctor",
        "herr", "herrn", "frau", "doktor", "dipl", "ing", "mag.", "habil",
        "mme", "mlle", "madame", "monsieur", "sig.", "signor", "signora", "señor", "señora", "sra",
        "dhr", "mevr", "mevrouw",
    }
)  # fmt: skip
"""With its point where the word alone is a name: Mag Davies, Sig Hansen."""
_DEGREES = frozenset(
    {
        "phd", "dphil", "md", "mba", "emba", "ma", "ba", "msc", "bsc", "llm", "llb", "meng",
        "beng", "jd", "mph", "cpa", "cfa", "pmp", "jr", "sr", "esq",
    }
)  # fmt: skip
_PARTICLES = frozenset({"von", "vom", "van", "de", "der", "zu", "zur", "di", "da", "del", "la"})
_AND = frozenset({"&", "+", "and", "und", "et"})


def parted(whole: str) -> tuple[str, str]:
    """Return the given and the family name of "Ada King Lovelace", or "Lovelace, Ada".

    Titles before it are nobody's first name: an email begins with "Hello Anna", and not with
    "Hello Dr."; nor are degrees behind it. Of whom only a title and one name are known, that is
    the family's.
    """
    family, comma, given = whole.partition(",")
    if comma and not _is_degree(family, given):
        return _untitled(given), _untitled(family) or family.strip()
    named = " ".join(family.split())
    bare = _untitled(named)
    given, _, family = bare.partition(" ")
    only_family = bare != named and (not family or given in _PARTICLES)
    return ("", bare) if only_family else (given, family)


def _is_degree(name: str, behind: str) -> bool:
    """Tell whether a degree stands behind a whole name: ``Anna Schmidt, MBA``."""
    words = behind.casefold().replace(".", "").replace(",", " ").split()
    return len(name.split()) > 1 and bool(words) and _DEGREES.issuperset(words)


def _untitled(name: str) -> str:
    """Take away what stands in front: titles, and what belongs to them, as in "Dr. rer. nat."."""
    words = name.split()
    titled = False
    while words and (_is_title(words[0]) or (titled and _is_of_title(words[0]))):
        titled = True
        del words[0]
    return " ".join(words)


def _is_of_title(word: str) -> bool:
    return word[0] == "(" or word in _AND or (word[0].islower() and word.endswith("."))


def _is_title(word: str) -> bool:
    """Tell whether a word is one, or some that belong together: ``Dipl.-Ing.``."""
    parts = [part for part in word.casefold().replace(".", ".-").split("-") if part]
    return bool(parts) and all(not _TITLES.isdisjoint({part, part.rstrip(".")}) for part in parts)
