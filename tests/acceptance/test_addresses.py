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


@pytest.mark.parametrize(
    ("known", "sender"),
    [
        ("jo@googlemail.com", "jo@gmail.com"),
        ("jo@gmail.com", "Jo <Jo+lists@gmail.com>"),
        ("jo@firm.example", "jo+felt@firm.example"),
    ],
)
def test_an_opt_out_is_heard_from_another_address_of_the_same(
    sqlite: Database, known: str, sender: str
) -> None:
    with opened(sqlite) as world:
        world.launch()
        world.add(known)
        said = VOUCHED.format(sender.strip(">").partition("@")[2])
        writes(world, sender, "Please take me off your list.", said)
        with world.desk() as desk:
            assert suppressions.reasons(desk.connection, desk.setup.suppression_digests(known))


@pytest.mark.parametrize(
    "sender",
    [
        "jo@mail.example",
        "joe@gmail.com",
        "+jo@gmail.com",
        "=?utf-8?q?=3Cjo=40gmail=2Ecom=3E=2C?= <joe@gmail.com>",
    ],
)
def test_nobody_else_speaks_for_them(sqlite: Database, sender: str) -> None:
    with opened(sqlite) as world:
        world.launch()
        world.add("jo@gmail.com")
        said = VOUCHED.format(sender.strip(">").partition("@")[2])
        writes(world, sender, "Please take me off your list.", said)
        world.after(20 * DAY)
        assert world.subjects("jo@gmail.com") == ["Welcome", "All of it"]


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
