"""Who writes: what `from = "owner"` comes to, and the signature below a letter."""

from __future__ import annotations

from tests.acceptance.world import ADA, WELCOME, House, opened, template
from worker.engine.setup import Owner
from worker.store.database import Database

GRACE = Owner("Grace Hopper", "grace@felt.example", "sales")
FROM_OWNER = f'from = "owner"\n{WELCOME}'
OWNED = House(setup={"owners": {GRACE.name: GRACE}})


def test_the_owner_s_mailbox_writes_and_where_there_is_none_why_says_so(sqlite: Database) -> None:
    with opened(sqlite, OWNED) as world:
        world.launch(source=FROM_OWNER)
        world.add(ADA, owner=GRACE.address)
        world.add("charles@analytical.example")
        enrolled = {
            address: reason
            for address in (ADA, "charles@analytical.example")
            for what, reason in world.decisions(address)
            if what == "enrolled"
        }
        assert enrolled == {
            ADA: "welcome: came in by hand",
            "charles@analytical.example": (
                "welcome: came in by hand; it has no owner: sales writes"
            ),
        }
        assert [message.mailbox for message in world.messages()] == ["sales"]


def test_a_template_prints_the_signature_of_the_mailbox(sqlite: Database) -> None:
    body = "Good day.<br>{{ mailbox.signature or 'unsigned' }}"
    files = {"welcome.html": template("Welcome", body), "features.html": template("All", body)}
    with opened(sqlite, House(mailbox={"signature": "Rear Admiral"})) as world:
        world.launch(templates=files)
        world.add()
        assert b"Rear Admiral" in world.mails()[0].raw
