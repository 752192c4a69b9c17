"""What one installation knows of itself: mailboxes, tokens, zones, keyed hashes."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from tests.unit.core.parts import lead, sequence, step
from worker.core.token import Signer, Token, Use, find
from worker.engine.publish import version_of
from worker.engine.setup import Mailbox, Owner, Sender, Setup, suppression_digest
from worker.errors import NotFoundError

SECRET = bytes(range(32))
SALES = Mailbox("sales", "grace@felt.example", "Grace Hopper")
SETUP = Setup(
    secret=SECRET,
    signer=Signer({0: SECRET}, 0),
    sender=Sender("Felt", "1 Quiet Road, Softville"),
    mailboxes=MappingProxyType({"sales": SALES, "news": replace(SALES, name="news")}),
    zone=ZoneInfo("Europe/London"),
)


def test_the_first_mailbox_is_the_usual_one() -> None:
    assert SETUP.mailbox(None) is SALES
    assert SETUP.mailbox("news").name == "news"
    with pytest.raises(NotFoundError, match=r"no mailbox is called x; .* has sales, news"):
        SETUP.mailbox("x")


@pytest.mark.parametrize(
    ("known", "used"),
    [("Asia/Tokyo", "Asia/Tokyo"), (None, "Europe/London"), ("Mars/Olympus", "Europe/London")],
)
def test_a_lead_without_a_real_zone_has_ours(known: str | None, used: str) -> None:
    assert SETUP.lead_zone(lead(zone=known)) == ZoneInfo(used)


@pytest.mark.parametrize(
    "called", ["götz", "GÖTZ", "götz@größe.example", "Götz@xn--gre-6ka8i.example"]
)
def test_an_owner_is_known_by_name_and_by_every_spelling_of_the_address(called: str) -> None:
    goetz = Owner("Götz", "Götz@größe.example")
    setup = replace(SETUP, owners=MappingProxyType({goetz.name: goetz}))
    assert setup.owner_of(lead(owner=called)) is goetz
    assert setup.owner_of(lead(owner=f"{called}x")) is None


def tokens(text: str) -> list[Token | None]:
    return [SETUP.signer.read(found) for found in find(text)]


def test_answers_carry_the_number_of_their_message() -> None:
    token = [Token(Use.MESSAGE, 42, 0)]
    assert tokens(SETUP.message_id(SALES, 42)) == token
    assert tokens(SETUP.reply_address(SALES, 42)) == token


@pytest.mark.parametrize("plus_addresses", [True, False])
def test_the_way_out_carries_a_token_of_its_own(plus_addresses: bool) -> None:
    link = SETUP.unsubscribe_link(replace(SALES, plus_addresses=plus_addresses), 42)
    assert tokens(link.replace("%20", " ")) == [Token(Use.UNSUBSCRIBE, 42, 0)]
    assert link.startswith("mailto:grace")


def test_suppressions_are_found_whatever_the_case_and_only_with_the_key() -> None:
    address, domain = SETUP.suppression_digests("ada@x.example")
    assert address == suppression_digest(SECRET, "Ada@X.example")
    assert domain == suppression_digest(SECRET, "@x.example")
    assert address != suppression_digest(SECRET[::-1], "ada@x.example")


def test_the_secret_is_not_shown() -> None:
    assert str(SECRET) not in repr(SETUP)


def test_a_version_is_of_what_a_sequence_says() -> None:
    ours = sequence(step())
    assert version_of(replace(ours, version="v9")) == version_of(ours)
    assert version_of(sequence(step(3))) != version_of(ours)
