from __future__ import annotations

import pytest

from worker.engine.intake.names import parted


@pytest.mark.parametrize(
    ("whole", "given", "family"),
    [
        ("Ada King Lovelace", "Ada", "King Lovelace"),
        ("Lovelace, Ada", "Ada", "Lovelace"),
        ("Ada", "Ada", ""),
        ("Dr. Anna Schmidt", "Anna", "Schmidt"),
        ("Prof. Dr. Dr. h.c. Anna Schmidt", "Anna", "Schmidt"),
        ("Dr. rer. nat. Anna Schmidt", "Anna", "Schmidt"),
        ("Frau Dr. Anna Schmidt", "Anna", "Schmidt"),
        ("Dipl.-Ing. Konrad Zuse", "Konrad", "Zuse"),
        ("MR ALAN TURING", "ALAN", "TURING"),
        ("Herr Zuse", "", "Zuse"),
        ("Mrs. Hopper", "", "Hopper"),
        ("Schmidt, Dr. Anna", "Anna", "Schmidt"),
        ("Schmidt, Frau", "", "Schmidt"),
        ("Dr.", "", ""),
        ("J. R. R. Tolkien", "J.", "R. R. Tolkien"),
        ("- Ada", "-", "Ada"),
        ("Herrmann Frauke", "Herrmann", "Frauke"),
    ],
)
def test_a_title_is_nobodys_first_name(whole: str, given: str, family: str) -> None:
    assert parted(whole) == (given, family)
