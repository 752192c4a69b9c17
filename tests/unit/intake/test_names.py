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
        ("Sig Hansen", "Sig", "Hansen"),
        ("Sig. Rossi", "", "Rossi"),
        ("Mag Davies", "Mag", "Davies"),
        ("Mag.a Eva Maier", "Mag.a", "Eva Maier"),
        ("Anna Schmidt, MBA", "Anna", "Schmidt"),
        ("Dr. Anna Schmidt, Ph.D., MBA", "Anna", "Schmidt"),
        ("Rahman, Md.", "Md.", "Rahman"),
        ("Dr. Schmidt, Anna", "Anna", "Schmidt"),
        ("Dame, Edna", "Edna", "Dame"),
        ("Herr von Berg", "", "von Berg"),
        ("Von Anh Tran", "Von", "Anh Tran"),
        ("Dipl.-Ing. (FH) Konrad Zuse", "Konrad", "Zuse"),
        ("Mr & Mrs Hopper", "", "Hopper"),
        ("Ada  Lovelace", "Ada", "Lovelace"),
        ("Herrmann Frauke", "Herrmann", "Frauke"),
    ],
)
def test_a_title_is_nobodys_first_name(whole: str, given: str, family: str) -> None:
    assert parted(whole) == (given, family)
