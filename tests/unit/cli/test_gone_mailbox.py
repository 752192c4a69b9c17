"""A mailbox that was renamed or given up: its mail waits, somebody is told, another takes over."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import Nurture, edit
from worker.clock import SystemClock
from worker.config import load
from worker.core.states import MessageState
from worker.daemon.identity import identity
from worker.daemon.logs import logger
from worker.daemon.opening import open_database
from worker.daemon.service import begin
from worker.store import alerts
from worker.store.instant import EPOCH
from worker.store.tables import message

MANY = 101  # more than status shows
GONE = "the configuration has no mailbox called sales any more"


@pytest.fixture
def renamed(nurture: Nurture, project: Path, ada: str, plan: Callable[[], None]) -> str:
    """The address of a lead, for whom an email was planned before its mailbox was renamed."""
    plan()
    edit(project / "config.toml", '\nname = "sales"', '\nname = "desk"')
    assert nurture("status", "--json").json["mailboxes"][0]["name"] == "desk"
    return ada


def started(project: Path) -> None:
    """Begin as the daemon does at its start, and after a reload."""
    settings = load(project / "config.toml")
    with identity(settings.state_folder) as name:
        log = logger(settings.log.format, settings.log.level)
        begin(settings, name, SystemClock(), log).ticks.database.close()


def gone_alerts(nurture: Nurture) -> list[dict[str, Any]]:
    every = nurture("status", "--json").json["alerts"]
    return [one for one in every if one["kind"] == "mailbox_gone"]


def changed(project: Path, **values: object) -> None:
    """Change the one message."""
    settings = load(project / "config.toml")
    with closing(open_database(settings)) as database, database.write() as connection:
        connection.execute(message.update().values(**values))


def test_a_start_says_that_mail_waits_for_a_mailbox_that_is_gone(
    nurture: Nurture, project: Path, renamed: str
) -> None:
    assert renamed
    started(project)
    started(project)
    [alert] = gone_alerts(nurture)
    assert alert["subject"] == "sales"
    assert alert["text"] == f"{GONE}: 1 planned message and 1 running enrollment wait for it"
    told = " ".join(nurture("status").out.split())
    assert "`nurture outbox move --from sales --to MAILBOX`" in told


def test_a_mailbox_that_is_called_so_again_needs_nobody(
    nurture: Nurture, project: Path, renamed: str
) -> None:
    """However many others there are."""
    assert renamed
    settings = load(project / "config.toml")
    with closing(open_database(settings)) as database, database.write() as connection:
        for number in range(MANY):
            alerts.raise_(connection, "reply", f"{number}@x.example", "wrote", EPOCH)
    started(project)
    edit(project / "config.toml", '\nname = "desk"', '\nname = "sales"')
    started(project)
    with closing(open_database(settings)) as database, database.read() as connection:
        assert alerts.count(connection) == MANY


def test_what_looks_ahead_goes_on_and_says_what_is_waited_for(
    nurture: Nurture, renamed: str
) -> None:
    [next_] = nurture("why", renamed, "--json").json["messages"]
    assert next_["reason"] == GONE
    [item] = nurture("agenda", "--json").json["items"]
    assert (item["recipient"], item["at"], item["waits_for"]) == (renamed, None, [GONE])
    assert nurture("outbox", "forecast").status == 0
    assert "It cannot be written" in nurture("outbox", "show", "1").out


def test_another_mailbox_takes_over(nurture: Nurture, project: Path, renamed: str) -> None:
    started(project)
    said = nurture("outbox", "move", "--from", "sales", "--to", "desk")
    assert said.out == "desk takes over 1 message and 1 enrollment from sales.\n"
    assert gone_alerts(nurture) == []
    [found] = nurture("outbox", "list", "--json").json
    assert (found["mailbox"], found["state"]) == ("desk", "planned")
    history = nurture("why", renamed, "--json").json["history"]
    assert ["moved", "desk writes, no more sales"] in [
        [one["what"], one["reason"]] for one in history
    ]
    started(project)
    assert gone_alerts(nurture) == []


def test_what_waited_for_the_former_mailbox_waits_no_more(
    nurture: Nurture, project: Path, renamed: str
) -> None:
    assert renamed
    changed(project, not_before=None)
    assert nurture("outbox", "move", "--from", "sales", "--to", "desk").status == 0
    [found] = nurture("outbox", "list", "--json").json
    assert found["not_before"] is not None


def test_what_is_being_sent_is_not_moved(nurture: Nurture, project: Path, renamed: str) -> None:
    assert renamed
    changed(project, state=MessageState.CLAIMED.value)
    said = nurture("outbox", "move", "--from", "sales", "--to", "desk")
    assert (said.status, said.out) == (1, "")
    assert "1 of the messages from sales are being sent" in said.err


def test_a_mailbox_that_nothing_waits_for_is_a_slip(nurture: Nurture, renamed: str) -> None:
    assert renamed
    said = nurture("outbox", "move", "--from", "slaes", "--to", "desk")
    assert said.status == 1
    assert said.err == "nothing is to go out from slaes: see `nurture status`\n"


@pytest.mark.parametrize(
    ("to", "sentence"),
    [
        ("nope", "no mailbox is called nope; the configuration has desk"),
        ("sales", "no mailbox is called sales; the configuration has desk"),
    ],
)
def test_only_a_mailbox_that_there_is_takes_over(
    nurture: Nurture, renamed: str, to: str, sentence: str
) -> None:
    assert renamed
    assert sentence in nurture("outbox", "move", "--from", "sales", "--to", to).err
