"""Stories of launches: what reaches running enrollments, and what only new ones."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.acceptance.world import DAY, HOUR, TEMPLATES, WELCOME, World, template
from worker.engine import publish
from worker.render.bundle import Bundle
from worker.render.images import stored
from worker.sequence import reader

FEATURES = datetime(2027, 1, 15, 9, tzinfo=UTC)  # of who came at night: the Friday before
CORRECTED = {**TEMPLATES, "features.html": template("All of it, corrected")}
SHORTER = WELCOME.replace("14 days", "2 days")
CHARLES = "charles@analytical.example"


def test_corrected_wording_reaches_who_is_on_the_way(each_world: World) -> None:
    """Promise 13."""
    each_world.launch()
    each_world.add(zone="Europe/London")
    each_world.after(3 * DAY)
    each_world.launch(templates=CORRECTED)
    each_world.until(FEATURES + HOUR)
    assert each_world.subjects() == ["Welcome", "All of it, corrected"]


def test_an_image_is_published_with_the_templates_and_corrected_as_they_are(
    each_world: World,
) -> None:
    shown = template("Welcome").replace("</body>", '<img src="i/a.gif" alt=""></body>')
    later = template("All of it").replace("</body>", '<img src="i/a.gif" alt=""></body>')
    files = {"welcome.html": shown, "features.html": later}
    first, second = (stored(b"GIF89a" + bytes([number]), "i/a.gif") for number in (1, 2))
    each_world.launch(templates={**files, "i/a.gif": first})
    each_world.add(zone="Europe/London")
    each_world.after(3 * DAY)
    each_world.launch(templates={**files, "i/a.gif": second})
    each_world.until(FEATURES + HOUR)
    contents = [mail.raw for mail in each_world.mails()]
    assert [first.strip().encode() in one for one in contents] == [True, False]
    assert [second.strip().encode() in one for one in contents] == [False, True]


def test_a_changed_structure_is_for_new_enrollments(world: World) -> None:
    world.launch()
    world.add(zone="Europe/London")
    world.launch(source=SHORTER)
    world.add(CHARLES, zone="Europe/London")
    world.after(4 * DAY)
    assert world.subjects(CHARLES) == ["Welcome", "All of it"]
    assert world.subjects() == ["Welcome"]
    world.until(FEATURES + HOUR)
    assert world.subjects() == ["Welcome", "All of it"]


def test_wording_of_a_new_structure_reaches_the_old_one_too(world: World) -> None:
    world.launch()
    world.add(zone="Europe/London")
    world.launch(source=SHORTER, templates=CORRECTED)
    world.until(FEATURES + HOUR)
    assert world.subjects() == ["Welcome", "All of it, corrected"]


def prepared(world: World, source: str, templates: dict[str, str]) -> publish.Launch:
    sequence, errors = reader.read(source, "welcome.toml")
    assert sequence is not None, errors
    with world.desk() as desk:
        bundle = Bundle(templates)
        return publish.prepare(desk.connection, desk.setup, sequence, source, bundle, desk.now)


def test_a_launch_says_before_what_it_would_do(world: World) -> None:
    first = prepared(world, WELCOME, dict(TEMPLATES))
    assert (first.first, first.new_structure, first.running) == (True, False, 0)
    world.launch()
    world.add()
    again = prepared(world, f"# a comment\n{WELCOME}", CORRECTED)
    assert (again.first, again.new_structure, again.running) == (False, False, 1)
    assert again.changed == ("features.html",)
    assert again.existing == ()
    other = prepared(world, SHORTER, dict(TEMPLATES))
    assert (other.new_structure, other.changed) == (True, ())


def test_preparing_publishes_nothing(world: World) -> None:
    prepared(world, WELCOME, dict(TEMPLATES))
    world.add()
    world.after(DAY)
    assert world.mails() == []


def test_a_launch_takes_only_the_stages_of_its_rule(world: World) -> None:
    rule = '{ on = "lead.created", when = { stage = ["consideration"] } }'
    source = WELCOME.replace('{ on = "lead.created" }', rule)
    world.add(stage="consideration")
    world.add(CHARLES, stage="awareness")
    assert world.launch(source=source, existing=True) == 1
    late = world.add("babbage@analytical.example", stage="awareness")
    assert world.subjects(late.address) == world.subjects(CHARLES) == []
    assert world.subjects() == ["Welcome"]


def test_a_purchase_ends_the_welcome_and_begins_what_waits_for_it(each_world: World) -> None:
    from worker.core.states import Outcome, Stage
    from worker.engine import control

    after = WELCOME.replace("lead.created", "outcome.won").replace("0 minutes", "1 month")
    each_world.launch()
    each_world.launch("cross-sell", after)
    each_world.add(zone="Europe/London")
    each_world.after(3 * DAY)
    with each_world.desk() as desk:
        control.record_outcome(desk, each_world.lead(), Outcome.WON, 500, "won 500")
    assert each_world.lead().stage is Stage.CUSTOMER
    each_world.after(30 * DAY)
    assert len(each_world.mails()) == 1
    each_world.after(2 * DAY)
    assert [mail.at for mail in each_world.mails()][1] == datetime(2027, 2, 7, 2, tzinfo=UTC)
