"""The future of real leads, on a copy of their database; the first is only read."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import SQLModel

from tests.acceptance.world import ADA, DAY, HOUR, World
from worker.simulate.answer import answer
from worker.simulate.question import Question
from worker.store.database import Database


def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in SQLModel.metadata.sorted_tables
        }


def test_real_leads_go_on_as_they_will(each_world: World) -> None:
    each_world.launch()
    each_world.add(zone="Europe/London")
    each_world.after(HOUR)
    assert each_world.subjects() == ["Welcome"]
    database = each_world.ticks.database
    before = rows(database)
    question = Question(start=each_world.now, days=30, shown=(ADA,))
    future = answer(each_world.ticks.setup, question, [], live=database)
    assert rows(database) == before
    assert [(one.address, one.step) for one in future.sends] == [(ADA, "features")]
    assert future.timelines[ADA][-1].what == "unanswered"
    each_world.after(30 * DAY)
    assert [mail.at for mail in each_world.mails()][1:] == [one.at for one in future.sends]
