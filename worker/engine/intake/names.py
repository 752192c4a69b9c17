"""The parts of a name that a list has in one cell."""

from __future__ import annotations

_TITLES = frozenset(
    {
        "mr", "mrs", "ms", "miss", "mx", "sir", "dame", "dr", "prof", "professor", "doctor",
        "herr", "herrn", "frau", "doktor", "dipl", "ing", "mag", "habil",
        "mme", "mlle", "madame", "monsieur", "sig", "signor", "signora", "señor", "señora", "sra",
        "dhr", "mevr", "mevrouw",
    }
)  # fmt: skip


def parted(whole: str) -> tuple[str, str]:
    """Return the given and the family name of "Ada King Lovelace", or "Lovelace, Ada".

    Titles before it are nobody's first name: an email begins with "Hello Anna", and not with
    "Hello Dr.". Of whom only a title and one name are known, that is the family's.
    """
    family, comma, given = whole.partition(",")
    if comma:
        return _untitled(given), family.strip()
    bare = _untitled(whole)
    given, _, family = bare.partition(" ")
    return ("", given) if not family and bare != whole else (given, family.strip())


def _untitled(name: str) -> str:
    """Take away what stands in front: titles, and what belongs to them, as in "Dr. rer. nat."."""
    words = name.split()
    titled = False
    while words and (_is_title(words[0]) or (titled and _is_of_title(words[0]))):
        titled = True
        del words[0]
    return " ".join(words)


def _is_of_title(word: str) -> bool:
    return word[0].islower() and word.endswith(".")


def _is_title(word: str) -> bool:
    """Tell whether a word is one, or some that belong together: ``Dipl.-Ing.``."""
    parts = word.casefold().replace(".", "-").strip("-").split("-")
    return all(part in _TITLES or not part for part in parts) and any(parts)
