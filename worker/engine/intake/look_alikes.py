"""Letters that look like others, after UTS 39 ("Unicode Security Mechanisms").

Two domains with the same skeleton (§4) look the same to a person; one that mixes alphabets whose
letters look alike (§5.1) is rarely honest. The table is the part of `confusables.txt` that can
stand in a domain in lower case and turns Cyrillic, Greek, Armenian or other letters into Latin.
"""

from __future__ import annotations

import unicodedata

_LOOKS = {
    "a": "аαɑ",
    "b": "ƅ",
    "c": "сϲ",
    "d": "ԁ",
    "e": "еҽ",
    "g": "ɡց",
    "h": "һհ",
    "i": "іıɩι",
    "j": "јϳյ",
    "l": "1ӏǀ",
    "n": "ո",
    "o": "0оοօσ",
    "p": "рρ",
    "q": "ԛգզ",
    "r": "г",
    "rn": "m",
    "s": "ѕ",
    "u": "υս",
    "v": "ѵν",
    "w": "ԝա",
    "x": "х",
    "y": "уγү",
}
_TO_LATIN = str.maketrans({other: latin for latin, others in _LOOKS.items() for other in others})
_ALPHABETS = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})
_ACE = "xn--"  # RFC 5890 §2.3.2.1


def skeleton(domain: str) -> str:
    """Return what a domain (in A-labels) looks like: the same for all that look the same."""
    if _ACE not in domain:
        return domain.replace("m", "rn").replace("0", "o").replace("1", "l")
    return unicodedata.normalize("NFD", as_read(domain)).translate(_TO_LATIN)


def mixes_alphabets(domain: str) -> bool:
    """Tell whether one label of a domain takes letters of two alphabets that look alike."""
    if _ACE not in domain:
        return False
    return any(len(_alphabets(label)) > 1 for label in as_read(domain).split("."))


def as_read(domain: str) -> str:
    """Return a domain as browsers show it, with its A-labels as letters."""
    if _ACE not in domain:
        return domain
    return ".".join(map(_letters, domain.split(".")))


def _letters(label: str) -> str:
    if not label.startswith(_ACE):
        return label
    try:
        return label.removeprefix(_ACE).encode().decode("punycode")
    except UnicodeError:
        return label


def _alphabets(label: str) -> frozenset[str]:
    names = (unicodedata.name(letter, "").partition(" ")[0] for letter in label)
    return _ALPHABETS.intersection(names)
