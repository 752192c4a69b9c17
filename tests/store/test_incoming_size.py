"""What asking about a mail costs may not grow with the mail that came before it.

Time would say what else the machine does; SQLite counts the instructions that it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

import pytest

from tests.store.test_records import MAIL
from worker.store import incoming
from worker.store.database import Connection, Database
from worker.store.incoming import Seen

FEW, MANY = 10, 1000
MARGIN = 10
"""Instructions; a look at each of the others would take thousands."""


@pytest.fixture
def there(sqlite_url: str) -> Iterator[Connection]:
    """A connection to SQLite, in a transaction that writes."""
    database = Database(sqlite_url)
    with database.write() as connection:
        yield connection
    database.close()


def instructions(connection: Connection, work: Callable[[], object]) -> int:
    """Return how many instructions of SQLite's machine `work` takes."""
    driver = connection.connection.driver_connection
    assert driver is not None
    counter = count()
    driver.set_progress_handler(lambda: next(counter) and 0, 1)
    work()
    driver.set_progress_handler(None, 0)
    return next(counter)


@pytest.mark.parametrize("uid", [0, -1], ids=["known", "new"])
def test_whether_a_mail_is_known_is_told_without_a_look_at_the_others(
    there: Connection, uid: int
) -> None:
    asked = replace(MAIL, uid=uid, digest=f"d{uid}")
    taken: list[int] = []
    for numbers in (range(FEW), range(FEW, MANY)):
        for number in numbers:
            incoming.add(there, [replace(MAIL, uid=number, digest=f"d{number}")])
        taken.append(instructions(there, lambda: incoming.seen(there, asked)))
    assert incoming.seen(there, asked) is (Seen.NEVER if uid < 0 else Seen.HERE)
    assert 0 < taken[1] <= taken[0] + MARGIN
