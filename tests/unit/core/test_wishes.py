"""What people who want it otherwise say, and what is understood of it."""

from __future__ import annotations

import pytest

from worker.core.states import Channel, Rhythm
from worker.core.wishes import Wish, wish_in


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("Once a month is enough.", Wish(Rhythm.MONTHLY)),
        ("Einmal im Monat reicht völlig.", Wish(Rhythm.MONTHLY)),
        ("Une fois par semaine suffit.", Wish(Rhythm.WEEKLY)),
        ("Una vez al mes, por favor", Wish(Rhythm.MONTHLY)),
        ("Please just call me instead.", Wish(None, Channel.PHONE)),
        ("Lieber telefonisch, danke.", Wish(None, Channel.PHONE)),
        ("Appelez-moi plutôt, une fois par mois.", Wish(Rhythm.MONTHLY, Channel.PHONE)),
        ("Please don't call me, email only.", Wish(None, Channel.EMAIL)),
        ("Bitte keine Anrufe, nur per Mail.", Wish(None, Channel.EMAIL)),
        ("Once a week, no, once a month?", Wish()),
        ("Fewer emails please.", Wish()),
    ],
)
def test_a_wish_is_understood_or_left_to_a_person(words: str, wish: Wish) -> None:
    assert wish_in(words) == wish


def test_no_wish_is_none() -> None:
    assert not Wish()
    assert Wish(Rhythm.WEEKLY)
