"""Trips to a PostgreSQL server: statements that wait for each other, sent and answered together.

Each trip there and back costs a change of processes on both sides, and psycopg's own way of making
one takes several times as long as what most of our statements do. So a statement waits on its
connection until somebody reads what one of them found, or something else is sent, or the
transaction ends. Then all go at once, by the pipeline mode of libpq, which psycopg brings; the
server works each out once for a connection.

The server runs them in order, and each sees what was committed before it itself began: what one
locks is safe for the next, as if it had been sent alone. After the first that fails it runs none.
COMMIT goes along with the last of them; where each row has to be changed, the server sees to it
(`all_of`), because to ask for their number first would be one trip more.

A transaction that wrote anything that a gate reads says so right before it commits, in the table
`writing`: see `worker.store.standstill`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from select import POLLIN, POLLOUT, poll
from typing import Any

from sqlalchemy import Connection, Engine, event, exc

from worker.errors import StoreError

READS = "nurture_reads"
"""The option of a connection that only reads: no transaction is begun for it."""
_TRIP = "nurture_trip"  # in what a connection to the database keeps
_WRITES = ("INSERT", "UPDATE", "DELETE", "WITH", "MERGE", "COPY", "TRUNCATE")
# Connections share few rows, each of which keeps the last that committed: nobody waits for long.
_SAY_SO = (
    "INSERT INTO writing (slot, xid)"
    " VALUES (pg_backend_pid() % 64, pg_current_xact_id()::text::bigint)"
    " ON CONFLICT (slot) DO UPDATE SET xid = excluded.xid"
)


@dataclass(eq=False, slots=True)
class Asked:
    """A statement that waits, and then what came back.

    `missing` is the sentence of the `StoreError` that comes where it is one of `all_of`, and does
    not change as many rows as it should.
    """

    connection: Connection
    trip: _Trip
    text: str
    values: Sequence[Any] = ()
    missing: str = ""
    answer: Any = None

    def rows(self) -> list[tuple[Any, ...]]:
        """Return the rows that it found, as the driver gives them."""
        return self.trip.rows(self._answered())

    def changed(self) -> int:
        """Return how many rows it changed."""
        return int(self._answered().command_tuples or 0)

    def _answered(self) -> Any:
        if self.answer is None:
            send(self.connection)
        if self.answer is None:
            raise StoreError("its transaction ended before the database was asked")
        return self.answer


def ask(
    connection: Connection,
    text: str,
    values: Sequence[Any] = (),
    missing: str = "",
) -> Asked:
    """Let a statement go with the next trip of its connection."""
    trip = _trip(connection)
    try:
        written = trip.written(values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise explained(connection, text, error) from error
    asked = Asked(connection, trip, text, written, missing)
    trip.note(text)
    trip.waiting.append(asked)
    return asked


def all_of(text: str, number: int) -> str:
    """Return a statement that fails unless it changes as many rows as its parameter `number` says.

    It divides by zero then, which is the only thing here that does.
    """
    enough = f"(count(*) = ${number}::bigint)::integer"
    return f"WITH changed AS ({text} RETURNING 1) SELECT 1 / {enough} FROM changed"  # noqa: S608


@contextmanager
def unread(connection: Connection) -> Iterator[None]:
    """Write what no gate reads: the transaction need not say so."""
    trip = _trip(connection)
    before, trip.unread = trip.unread, True
    try:
        yield
    finally:
        trip.unread = before


def send(connection: Connection) -> None:
    """Send what waits on a connection, and take what comes back."""
    trip = _trip(connection)
    waiting, trip.waiting = trip.waiting, []
    if not waiting:
        return
    try:
        trip.make(waiting, begin=READS not in connection.get_execution_options())
    except connection.dialect.loaded_dbapi.errors.DivisionByZero as error:
        raise StoreError(trip.missing) from error
    except connection.dialect.loaded_dbapi.Error as error:
        raise explained(connection, trip.at, error) from error


def attend(engine: Engine) -> None:
    """See to it that what waits goes before whatever else is sent, and before a commit."""
    event.listen(engine, "connect", _say_so_ourselves)
    event.listen(engine, "before_cursor_execute", _send_first)
    event.listen(engine, "commit", _send_last)
    event.listen(engine, "rollback", _forget)


def explained(connection: Connection, text: str, error: Exception) -> BaseException:
    """Return the driver's complaint as SQLAlchemy would raise it; a lost connection is given up."""
    dialect = connection.dialect
    driver: Any = connection.connection.dbapi_connection
    lost = dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type]
    if lost:
        connection.invalidate(error)
    return exc.DBAPIError.instance(
        text, None, error, dialect.loaded_dbapi.Error, connection_invalidated=lost, dialect=dialect
    )


class _Trip:
    """What waits on one connection, and the statements that its server has worked out.

    `at` is the statement that it was at when something failed, and `missing` its sentence. `wrote`
    tells whether the transaction wrote anything that a gate reads; what is written `unread` is
    nothing of that kind.
    """

    def __init__(self, connection: Connection) -> None:
        self.waiting: list[Asked] = []
        self.at = self.missing = ""
        self.wrote = self.unread = False
        self._psycopg: Any = connection.dialect.loaded_dbapi
        driver: Any = connection.connection.driver_connection
        self._driver = driver
        self._libpq = driver.pgconn
        # As the driver has them, but JSON as text: of most rows nobody asks for it.
        kinds = driver.cursor()
        kinds.adapters.register_loader("json", self._psycopg.types.string.TextLoader)
        self._kinds = self._psycopg.adapt.Transformer(kinds)
        self._as_text = self._psycopg.adapt.PyFormat.TEXT
        self._status = self._psycopg.pq.ExecStatus
        self._begin = Asked(connection, self, "BEGIN")
        self._names: dict[str, bytes] = {}
        self._named = 0
        self._server = poll()

    @property
    def is_outside(self) -> bool:
        """Whether the server is in no transaction."""
        idle = self._psycopg.pq.TransactionStatus.IDLE
        return bool(self._libpq.transaction_status == idle)

    def note(self, text: str) -> None:
        """Take note of a statement that is sent."""
        if not self.unread and text.startswith(_WRITES):
            self.wrote = True

    def written(self, values: Sequence[Any]) -> Sequence[Any]:
        """Return values as the server reads them."""
        written: Sequence[Any] = self._kinds.dump_sequence(values, [self._as_text] * len(values))
        return written

    def rows(self, result: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a result."""
        self._kinds.set_pgresult(result)
        return list(self._kinds.load_rows(0, result.ntuples, tuple))

    def make(self, waiting: Sequence[Asked], *, begin: bool) -> None:
        """Send statements and keep what comes back; the first complaint is raised."""
        leaving = [self._begin, *waiting] if begin and self.is_outside else waiting
        known = len(self._names)
        try:
            answers = self._exchanged(leaving)
        except BaseException:
            self._driver.close()  # nobody knows what it is at: so nobody may use it again
            raise
        for one, answer in answers:
            if answer.status not in (self._status.COMMAND_OK, self._status.TUPLES_OK):
                self.at, self.missing = one.text, one.missing
                self._names = dict(islice(self._names.items(), known))  # of the rest, who knows
                raise self._psycopg.errors.error_from_result(answer, self._driver.info.encoding)
            one.answer = answer

    def _exchanged(self, leaving: Iterable[Asked]) -> list[tuple[Asked, Any]]:
        """Return the answers, the last one to each statement being its own."""
        self._libpq.enter_pipeline_mode()
        sent = [one for one in leaving for _ in range(self._sent(one))]
        self._libpq.pipeline_sync()
        while self._libpq.flush():
            self._wait(POLLIN | POLLOUT)
            self._libpq.consume_input()  # a server whose answers nobody takes reads no more
        answers = list(iter(self._received, None))
        self._libpq.exit_pipeline_mode()
        return list(zip(sent, answers, strict=True))

    def _sent(self, one: Asked) -> int:
        """Hand a statement to libpq; tell how many answers it will have."""
        name = self._names.get(one.text)
        new = name is None
        if name is None:
            self._named += 1
            verb = one.text.split(maxsplit=1)[0]
            name = self._names[one.text] = f"nurture {self._named} {verb}".encode()
            self._libpq.send_prepare(name, one.text.encode(self._driver.info.encoding))
        self._libpq.send_query_prepared(name, one.values)
        return 1 + new

    def _received(self) -> Any:
        """Return the next answer, or None at the end of the trip."""
        answer = None
        while answer is None:  # there is one after each answer
            while self._libpq.is_busy():
                self._wait(POLLIN)
                self._libpq.consume_input()
            answer = self._libpq.get_result()
            if answer is None and self._libpq.status != self._psycopg.pq.ConnStatus.OK:
                raise self._psycopg.OperationalError("the connection to the server is lost")
        return None if answer.status == self._status.PIPELINE_SYNC else answer

    def _wait(self, events: int) -> None:
        """Wait for the server, and let other threads run meanwhile."""
        self._server.register(self._libpq.socket, events)
        self._server.poll()


def _trip(connection: Connection) -> _Trip:
    trip: _Trip | None = connection.info.get(_TRIP)
    if trip is None:
        trip = connection.info[_TRIP] = _Trip(connection)
    return trip


def _say_so_ourselves(driver: Any, _record: object) -> None:
    """Keep triggers from doing at once what our transactions do last (migration 0013)."""
    driver.execute("SET nurture.says_so = 'on'")
    driver.commit()


def _send_first(connection: Connection, _cursor: object, text: str, *_more: object) -> None:
    _trip(connection).note(text.lstrip().upper())
    send(connection)


def _send_last(connection: Connection) -> None:
    trip: _Trip | None = connection.info.get(_TRIP)
    if trip is None or (trip.is_outside and not trip.waiting):
        return
    if trip.wrote:
        with unread(connection):
            ask(connection, _SAY_SO)
    ask(connection, "COMMIT")
    send(connection)
    trip.wrote = False


def _forget(connection: Connection) -> None:
    if not connection.invalidated and _TRIP in connection.info:
        trip = _trip(connection)
        trip.waiting.clear()
        trip.wrote = False
