"""A person is known by every spelling of an address, in mail as on the command line."""

from __future__ import annotations

import pytest

from tests.acceptance.world import DAY, HOUR, US, WELCOME, House, World, opened
from worker.engine import control
from worker.engine.setup import Owner
from worker.store import suppressions
from worker.store.database import Database

JORG = "jörg@bücher.example"
STORED = "jörg@xn--bcher-kva.example"
VOUCHED = "Authentication-Results: mx.felt.example; dkim=pass header.d={}"
GOETZ = "götz@größe.example"


def writes(world: World, sender: str, words: str, *fields: str, to: str = US) -> None:
    """Let somebody write whose header is UTF-8 (RFC 6532)."""
    lines = (*fields, f"From: {sender}", f"To: {to}", "Subject: Hello", f"Date: {world.now}")
    raw = "\r\n".join((*lines, "Message-ID: <1@elsewhere.example>", "", words, ""))
    world.server.deliver(US, raw.encode())
    world.after(HOUR)


@pytest.mark.parametrize(
    "sender",
    [
        JORG,
        STORED,
        "Jörg <JÖRG@Bücher.example>",
        "jo\u0308rg@bu\u0308cher.example",
        "=?utf-8?q?j=C3=B6rg=40b=C3=BCcher=2Eexample?=",
    ],
)
@pytest.mark.parametrize("domain", ["bücher.example", "xn--bcher-kva.example"])
def test_an_opt_out_is_heard_however_its_address_is_written(
    sqlite: Database, sender: str, domain: str
) -> None:
    with opened(sqlite) as world:
        world.launch()
        world.add(JORG)
        writes(world, sender, "Please take me off your list.", VOUCHED.format(domain))
        with world.desk() as desk:
            digests = desk.setup.suppression_digests(STORED)
            assert suppressions.reasons(desk.connection, digests)
        world.after(20 * DAY)
        assert world.subjects(STORED) == ["Welcome"]


def test_a_name_with_an_apostrophe_is_read_whole(sqlite: Database) -> None:
    with opened(sqlite) as world:
        world.launch()
        for address in ("pat.o'brien@smith.example", "brien@smith.example"):
            world.add(address)
        said = VOUCHED.format("smith.example")
        writes(world, "Pat.O'Brien@smith.example", "Please take me off your list.", said)
        world.after(20 * DAY)
        assert world.subjects("pat.o'brien@smith.example") == ["Welcome"]
        assert world.subjects("brien@smith.example") == ["Welcome", "All of it"]


def test_mail_of_an_owner_with_such_an_address_is_a_touch(sqlite: Database) -> None:
    owners = {"Götz": Owner("Götz", GOETZ, "sales")}
    with opened(sqlite, House(setup={"owners": owners})) as world:
        world.launch(source=WELCOME)
        world.add(JORG, owner="götz")
        writes(world, "GÖTZ@größe.example", "We spoke.", f"Cc: {JORG}", to="bo@x.example")
        assert "owner.wrote" in [what for what, _ in world.decisions(STORED)]


@pytest.mark.parametrize("spelling", [JORG, STORED, JORG.upper(), f" {JORG} "])
def test_a_lead_is_found_by_every_spelling(sqlite: Database, spelling: str) -> None:
    with opened(sqlite) as world:
        world.launch()
        world.add(JORG)
        with world.desk() as desk:
            assert control.lead_by(desk, spelling).address == STORED
