"""What people do by chance and by script, and the file that says so."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from worker.errors import InputError
from worker.simulate import behaviour_file
from worker.simulate.behaviour import Behaviour, Crowd, Cue, Deed, Reaction

ADA = "ada@x.example"
HALF = Behaviour({Deed.REPLY: 0.5})


def drawn(behaviour: Behaviour, seed: int, count: int = 400) -> list[list[Reaction]]:
    crowd = Crowd(behaviour, seed)
    return [list(crowd.reactions(f"lead{n}@x.example", "welcome")) for n in range(count)]


def test_the_same_seed_makes_the_same_people() -> None:
    assert drawn(HALF, 1) == drawn(HALF, 1)
    assert drawn(HALF, 1) != drawn(HALF, 2)


def test_as_many_do_it_as_the_rate_says() -> None:
    replied = sum(bool(one) for one in drawn(HALF, 3))
    assert 160 < replied < 240
    assert not any(drawn(Behaviour({Deed.REPLY: 0.0}), 3))
    assert all(drawn(Behaviour({Deed.REPLY: 1.0}), 3))


def test_another_step_does_not_change_what_is_done_about_this_one() -> None:
    one, other = Crowd(HALF, 1), Crowd(HALF, 1)
    list(one.reactions(ADA, "inserted"))
    assert list(one.reactions(ADA, "welcome")) == list(other.reactions(ADA, "welcome"))


def test_who_is_in_the_script_does_what_it_says_and_nothing_else() -> None:
    cue = Cue(ADA, "welcome", Deed.OPT_OUT, timedelta(hours=2))
    crowd = Crowd(Behaviour({Deed.REPLY: 1.0}, (cue,)), 1)
    assert list(crowd.reactions(ADA, "welcome")) == [Reaction(Deed.OPT_OUT, timedelta(hours=2))]
    assert list(crowd.reactions(ADA, "features")) == []
    assert [one.deed for one in crowd.reactions("bob@x.example", "welcome")] == [Deed.REPLY]


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "people.toml"
    file.write_text(
        'away = 9\n[rates]\nreply = "2.5 %"\n'
        f'[[script]]\nlead = "{ADA.upper()}"\nafter = "welcome"\n'
        'does = "bounce"\ndelay = "3 days"\n'
    )
    cue = Cue(ADA, "welcome", Deed.BOUNCE, timedelta(days=3))
    assert behaviour_file.read(file) == Behaviour({Deed.REPLY: 0.025}, (cue,), away=9)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[rates]\nrepyl = '2 %'", "rates.repyl: expected one of bounce, opt_out"),
        ("[rates]\nreply = 2", "rates.reply: expected a share such as"),
        ("[rates]\nreply = '101 %'", "rates.reply: expected a share such as"),
        ("[rates]\nreply = '60 %'\nbounce = '60 %'", "at most 100 % together"),
        ("rates = 3", "expected a table"),
        ("away = 0", "away: expected a whole number"),
        ("amount = true", "amount: expected a whole number"),
        ("rate = 1", "rate: expected one of away, amount"),
        ("[[script]]\nlead = 'a@b.example'", r"script\[1\]: expected lead, after and does"),
        (
            "[[script]]\nlead='a@b.example'\nafter='x'\ndoes='reply'\ndelay='soon'",
            r"script\[1\].delay: expected a time such as",
        ),
        ("away = ", "is no TOML"),
        ("x = " + "[" * 100_000, "is no TOML|nested too deeply"),
    ],
)
def test_what_is_wrong_is_said_with_its_key(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "people.toml"
    file.write_text(text)
    with pytest.raises(InputError, match=said):
        behaviour_file.read(file)
