"""Stories of a sequence that goes its way: welcome, features, newsletter, and who does not."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.acceptance.world import ADA, DAY, HOUR, NIGHT, TEMPLATES, WELCOME, World, template
from worker.core.states import Track
from worker.engine import enroll


def test_the_welcome_goes_out_at_once_even_at_night(each_world: World) -> None:
    each_world.launch()
    each_world.add(zone="Europe/London")
    assert each_world.subjects() == ["Welcome"]
    assert each_world.mails()[0].at == NIGHT


def test_the_features_come_within_a_fortnight_on_the_friday_before(world: World) -> None:
    """A lead of Sunday: fourteen days later is a Sunday again, and never later than that."""
    world.launch()
    sunday = datetime(2027, 1, 10, 12, tzinfo=UTC)
    world.until(sunday)
    world.add(zone="Europe/Berlin")
    world.until(sunday + 15 * DAY)
    assert [mail.at for mail in world.mails()] == [sunday, datetime(2027, 1, 22, 12, tzinfo=UTC)]


def test_a_follow_up_threads_under_the_mail_before(world: World) -> None:
    world.launch()
    world.add()
    world.after(15 * DAY)
    first = world.header("Message-ID", at=0)
    assert world.header("In-Reply-To") == first
    assert world.header("References") == first


def test_each_variant_says_in_its_language_when_the_next_mail_comes(world: World) -> None:
    names = ("welcome.html", "german.html")
    source = WELCOME.replace('email = "welcome.html"', f"email = {list(names)}")
    body = "<i>{{ step.next }}</i>"
    german = template("Willkommen", body).replace("<html>", '<html lang="de">')
    templates = {**TEMPLATES, names[0]: template("Welcome", body), names[1]: german}
    world.launch(source=source, templates=templates)
    said = {"Welcome": "in two weeks", "Willkommen": "in zwei Wochen"}
    got = set()
    for number in range(8):
        address = f"lead{number}@harbour.example"
        world.add(address)
        (subject,) = world.subjects(address)
        assert f"<i>{said[subject]}</i>" in world.mails(address)[0].raw.decode()
        got.add(subject)
    assert got == set(said)


def test_who_never_answers_is_on_the_newsletter_after_the_wait(each_world: World) -> None:
    each_world.launch()
    each_world.add()
    each_world.until(NIGHT + 14 * DAY + 12 * HOUR)
    assert each_world.lead().track is Track.ACTIVE
    each_world.after(8 * DAY)
    assert each_world.lead().track is Track.NEWSLETTER
    assert len(each_world.mails()) == 2


def test_who_agreed_to_nothing_gets_nothing(world: World) -> None:
    world.launch()
    world.add(consent="")
    world.after(30 * DAY)
    assert world.mails() == []
    assert ("not enrolled", "welcome: no consent is recorded for it") in world.decisions()


def test_files_mean_nothing_before_the_launch(world: World) -> None:
    world.add()
    world.after(3 * DAY)
    assert world.mails() == []
    assert world.launch() == 0
    world.after(3 * DAY)
    assert world.mails() == []


def test_a_launch_takes_who_is_there_already_only_when_asked(world: World) -> None:
    world.add()
    assert world.launch(existing=True) == 1
    assert world.launch(existing=True) == 0
    world.after(DAY)
    assert world.subjects() == ["Welcome"]


def test_nobody_is_in_one_sequence_twice(world: World) -> None:
    world.launch()
    lead = world.add()
    with world.desk() as desk:
        sequence = desk.catalogue.current(desk.connection, "welcome")
        again = enroll.enroll(desk.connection, desk.setup, lead, sequence, "by hand", desk.now)
    assert not again
    assert world.decisions()[-1] == ("not enrolled", "welcome: it is in that sequence already")
    assert world.subjects(ADA) == ["Welcome"]
