"""From the options of `nurture simulate` to a question, and what it is asked of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from worker.address import comparable
from worker.cli.pairs import read_pairs
from worker.clock import SystemClock
from worker.config import Settings, load
from worker.core.calendar import resolve, zone
from worker.daemon.compose import setup_of
from worker.daemon.opening import open_database
from worker.engine.setup import Setup
from worker.errors import InputError
from worker.render.bundle import load as load_templates
from worker.simulate import behaviour_file, sources
from worker.simulate.answer import Progress, answer
from worker.simulate.behaviour import Behaviour
from worker.simulate.future import Future
from worker.simulate.question import DAYS, Question
from worker.simulate.version import Version
from worker.store.database import Database

MADE_UP = b"what a simulation of made-up leads signs with"
"""The key where no lead is real: a machine that only checks a plan has none of the project's."""

OPENS = time(9)
"""When made-up leads, and those of a list, come in on the first day."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The options that the answer depends on; None, or empty, where one was not given."""

    leads: int | None = None
    csv: Path | None = None
    sequences: tuple[str, ...] = ()
    days: int | None = None
    from_: str | None = None
    spread: int | None = None
    seed: int | None = None
    rates: tuple[str, ...] = ()
    behaviour: Path | None = None
    existing: bool = False
    lead: tuple[str, ...] = ()
    render: bool = False
    columns: tuple[str, ...] = ()
    consent: str | None = None

    def made(self) -> dict[str, Any]:
        """Return what a plan remembers of how it was made."""
        own = {one.name: getattr(self, one.name) for one in fields(self) if one.name in _MADE}
        plain = {name: value for name, value in own.items() if value not in (None, (), False)}
        return {
            name.rstrip("_"): list(value) if isinstance(value, tuple) else _text(value)
            for name, value in plain.items()
        }

    def filled(self, made: Mapping[str, Any]) -> Asked:
        """Take from how a plan was made what was not given."""
        found: dict[str, Any] = {}
        for one in _MADE:
            value = made.get(one.rstrip("_"))
            if value is None or getattr(self, one) not in (None, (), False):
                continue
            if one in ("csv", "behaviour"):
                value = Path(str(value))
            found[one] = tuple(map(str, value)) if isinstance(value, list) else value
        return replace(self, **found)


FIRST_DAY, LAST_DAY = date(1971, 1, 1), date(2999, 12, 31)
"""When a simulation may begin: what holds for mail a thousand years from now, nobody knows."""

_MADE = (
    "leads", "csv", "columns", "consent", "sequences", "days", "from_", "spread", "seed", "rates",
    "behaviour", "existing",
)  # fmt: skip


def _text(value: Any) -> Any:
    return value.as_posix() if isinstance(value, Path) else value


@dataclass(frozen=True, slots=True)
class Ways:
    """What is to be done with the answer."""

    diff: str | None
    plan: Path | None
    expect: Path | None
    html: Path | None
    as_json: bool


@dataclass(frozen=True, slots=True)
class Study:
    """A question, and what it is asked of; `base` are the versions to compare with."""

    setup: Setup
    question: Question
    versions: tuple[Version, ...]
    base: tuple[Version, ...]
    live: Database | None

    def future(self, progress: Progress) -> Future:
        """Return the future with the versions that are tried."""
        return answer(self.setup, self.question, self.versions, progress, self.live)

    def past(self, progress: Progress) -> Future:
        """Return the future with the versions that these are compared with."""
        return answer(self.setup, self.question, self.base, progress, self.live)


@contextmanager
def studied(path: Path, asked: Asked, diff: str | None) -> Iterator[Study]:
    """Read what is asked; raise all that is wrong with it."""
    settings = load(path)
    question = _question(settings, asked)
    if not question.real:
        setup = setup_of(settings, secret=MADE_UP)
        versions = tuple(sources.of_project(settings, asked.sequences))
        yield Study(setup, question, versions, _base(settings, versions, diff), None)
        return
    if diff and not asked.sequences:
        raise InputError("name with --sequence what is to be compared")
    setup = setup_of(settings)
    with closing(open_database(settings)) as live:
        named = asked.sequences
        versions = tuple(sources.of_project(settings, named)) if named else ()
        yield Study(setup, question, versions, _base(settings, versions, diff), live)


def _question(settings: Settings, asked: Asked) -> Question:
    """Return what is asked; InputError for options that do not go together."""
    if asked.leads is not None and asked.csv is not None:
        raise InputError("--leads makes leads up and --csv reads them: choose one")
    if asked.csv is None and (asked.columns or asked.consent):
        raise InputError("--map and --consent are for the rows of a list: name it with --csv")
    real = asked.leads is None and asked.csv is None
    if real and asked.from_:
        raise InputError("the project's own leads go on from now: --from needs --leads or --csv")
    if asked.existing and not (real and asked.sequences):
        raise InputError("--existing takes the project's own leads into what --sequence names")
    now = SystemClock().now()
    return Question(
        start=now.replace(microsecond=0) if real else _morning(settings, asked.from_, now),
        days=asked.days or DAYS,
        made_up=asked.leads,
        csv=_there(asked.csv) if asked.csv else None,
        consent=asked.consent,
        mapped=read_pairs(asked.columns, "--map"),
        spread=asked.spread or 0,
        seed=asked.seed or 0,
        behaviour=_behaviour(asked),
        existing=asked.existing,
        shown=tuple(map(comparable, asked.lead)),
        every=asked.render,
    )


def _morning(settings: Settings, text: str | None, now: datetime) -> datetime:
    """Return the morning of a date, or of today, in the configured zone."""
    place = zone(settings.zone)
    try:
        day = date.fromisoformat(text) if text else now.astimezone(place).date()
    except ValueError:
        raise InputError(f"--from: {text} is no date; expected one such as 2027-01-10") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise InputError(f"--from: expected a day from {FIRST_DAY} to {LAST_DAY}, got {day}")
    return resolve(datetime.combine(day, OPENS), place)


def _there(path: Path) -> Path:
    if not path.is_file():
        raise InputError("there is no such file", file=str(path))
    return path


def _behaviour(asked: Asked) -> Behaviour:
    """Return the behaviour of the file, with the rates of the command line in place of its own."""
    found = behaviour_file.read(asked.behaviour) if asked.behaviour else Behaviour()
    given = behaviour_file.read_rates(read_pairs(asked.rates, "--rate"))
    return replace(found, rates={**found.rates, **given}) if given else found


def _base(
    settings: Settings, versions: tuple[Version, ...], diff: str | None
) -> tuple[Version, ...]:
    """Return what the versions are compared with; none where nothing is to be compared."""
    if diff is None:
        return ()
    if diff == sources.LAUNCHED:
        with closing(open_database(settings)) as live, live.read() as connection:
            return tuple(sources.of_launched(connection, one.name) for one in versions)
    if diff.startswith(sources.GIT):
        revision = diff.removeprefix(sources.GIT)
        return tuple(sources.of_revision(settings, one.name, revision) for one in versions)
    if len(versions) != 1:
        raise InputError("a file can be compared with one sequence: name it with --sequence")
    templates = load_templates(settings.templates_dir)
    return (sources.of_file(settings, _there(Path(diff)), templates, name=versions[0].name),)
