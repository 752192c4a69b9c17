"""Stories of mail in Sent and Junk: what owners write by hand, and copies of our own."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from tests.acceptance.test_sequences_answers import state, suppressed, welcomed
from tests.acceptance.test_sequences_notices import VOUCHED
from tests.acceptance.world import ADA, DAY, HOUR, US, House, World, opened
from worker.core.states import EnrollmentState, MessageState
from worker.engine.setup import Owner
from worker.sandbox.recipients import Mood
from worker.store import incoming, outbox
from worker.store.database import Database

BOB = "bob@analytical.example"


def letter(
    world: World,
    sender: str,
    to: str,
    number: int,
    words: str = "Shall we say Thursday at ten?",
    **fields: str,
) -> bytes:
    """A mail that a person wrote."""
    mail = EmailMessage(policy=SMTP)
    for name, value in {"from": sender, "to": to, "subject": "Thursday", **fields}.items():
        mail[name.replace("_", "-").title()] = value
    mail["Date"] = world.now
    mail["Message-ID"] = f"<{number}@felt.example>"
    mail.set_content(words)
    return mail.as_bytes()


def kinds(world: World) -> list[str]:
    with world.ticks.database.read() as connection:
        return [one.kind for one in incoming.newest(connection, 10)]


def test_a_mail_by_hand_in_sent_holds_for_a_week(world: World) -> None:
    welcomed(world).after(9 * DAY)
    world.server.append(US, "Sent", letter(world, US, ADA, 1))
    world.settle()
    assert state(world) is EnrollmentState.ACTIVE
    assert kinds(world) == ["by_hand"]
    assert ("owner.wrote", f"{US} wrote by hand: “Thursday”") in world.decisions()
    world.until(world.now + 7 * DAY - HOUR)  # it was due four days before the hold ends
    assert len(world.mails()) == 1
    world.after(20 * DAY)
    assert len(world.mails()) == 2


def test_a_mail_by_hand_that_comes_by_copy_holds(world: World) -> None:
    welcomed(world)
    world.server.deliver(US, letter(world, US, ADA, 1, cc=US))
    world.settle()
    assert "owner.wrote" in [what for what, _ in world.decisions()]
    assert state(world) is EnrollmentState.ACTIVE


def test_a_copy_of_ours_teaches_the_message_id_that_a_relay_put_in(world: World) -> None:
    welcomed(world)
    raw = world.mails()[0].raw
    ours = world.header("Message-ID")
    copy = raw.replace(ours.encode(), b"<0102018f@relay.example>")
    world.server.append(US, "Sent", copy)
    world.settle()
    assert kinds(world) == ["own"]
    assert state(world) is EnrollmentState.ACTIVE
    with world.ticks.database.read() as connection:
        found = outbox.find_by_rfc_ids(connection, ["0102018f@relay.example"])
    assert found is not None
    assert found.recipient == ADA
    world.writes("Is it loud?", sender="ada@home.example", in_reply_to="<0102018f@relay.example>")
    world.settle()
    assert state(world) is EnrollmentState.PAUSED


def test_a_copy_of_ours_settles_a_doubt(world: World) -> None:
    welcomed(world)
    message = world.messages()[0]
    with world.ticks.database.write() as connection:
        connection.exec_driver_sql("UPDATE message SET state = 'in_doubt', sent_at = NULL")
    world.server.append(US, "Sent", world.mails()[0].raw)
    world.settle()
    assert world.messages()[0].state == MessageState.SENT
    assert message.id == world.messages()[0].id


def test_our_mail_in_junk_is_an_alert_even_if_its_copy_is_known(world: World) -> None:
    welcomed(world)
    world.server.append(US, "Sent", world.mails()[0].raw)
    world.settle()
    assert "junk" not in world.alerts()
    world.server.append(US, "Junk", world.mails()[0].raw)
    world.settle()
    assert f"a mail of ours to {ADA} lies in Junk" in world.alerts()["junk"]


def test_a_reply_in_junk_is_read(world: World) -> None:
    welcomed(world)
    answer = letter(world, ADA, US, 1, in_reply_to=world.header("Message-ID"))
    world.server.append(US, "Junk", answer)
    world.settle()
    assert state(world) is EnrollmentState.PAUSED


def test_an_opt_out_that_our_server_vouches_for_needs_no_token(world: World) -> None:
    welcomed(world)
    world.writes(
        "Please take me off your list.",
        authentication_results="mx.felt.example; dmarc=pass header.from=analytical.example",
    )
    world.settle()
    assert suppressed(world) is not None


def test_an_opt_out_that_another_server_vouches_for_is_asked_about(world: World) -> None:
    welcomed(world)
    world.writes(
        "Please take me off your list.",
        authentication_results="mx.evil.example; dmarc=pass header.from=analytical.example",
    )
    world.settle()
    assert suppressed(world) is None
    assert state(world) is EnrollmentState.PAUSED
    assert "reply" in world.alerts()


def test_interest_holds_the_company_until_the_lead_is_let_go_on(world: World) -> None:
    welcomed(world)
    world.add(BOB)
    world.answers()
    world.settle()
    world.until(world.now + 14 * DAY - HOUR)
    assert [len(world.mails(BOB)), state(world, BOB)] == [1, EnrollmentState.ACTIVE]
    world.resume()
    world.after(2 * DAY)
    assert len(world.mails(BOB)) == 1  # its wait goes on where it stood
    world.after(14 * DAY)
    assert len(world.mails(BOB)) == 2


def test_a_no_holds_nobody_else_and_suppresses_nobody(world: World) -> None:
    welcomed(world)
    world.add(BOB)
    world.answers(mood=Mood.NO)
    world.after(15 * DAY)
    assert [state(world), suppressed(world)] == [EnrollmentState.STOPPED, None]
    assert len(world.mails(BOB)) == 2


def test_who_wants_to_be_asked_in_march_is(world: World) -> None:
    welcomed(world)
    world.writes(
        "Not this quarter, I am afraid. Do ask me again in March.",
        in_reply_to=world.header("Message-ID"),
    )
    world.after(50 * DAY)
    assert [len(world.mails()), state(world)] == [1, EnrollmentState.ACTIVE]
    world.after(25 * DAY)
    assert len(world.mails()) == 2
    assert world.mails()[1].at.month == 3


def test_a_colleague_without_a_token_is_asked_about(world: World) -> None:
    welcomed(world)
    world.writes("Please stop writing to my colleagues.", sender=BOB)
    world.settle()
    assert [suppressed(world), suppressed(world, BOB)] == [None, None]
    assert "colleague" in world.alerts()
    assert state(world) is EnrollmentState.PAUSED


def test_a_delivery_in_between_ends_a_row_of_soft_bounces(world: World) -> None:
    weekly = "".join(
        f'\n[[step]]\nid = "s{n}"\nafter = "1 week"\nwindow = "any"\n'
        'email = "welcome.html"\npurpose = "value"\n'
        for n in range(9)
    )
    world.launch("weekly", f'enroll = {{ on = "lead.created" }}\ntitle = "Weekly"\n{weekly}')
    world.add()
    for number in range(1, 8):
        world.after(7 * DAY)
        assert len(world.mails()) == number
        if number != 3:
            world.bounces(hard=False)
    world.settle()
    assert suppressed(world) is None  # two, and then four
    world.after(7 * DAY)
    world.bounces(hard=False)
    world.settle()
    assert suppressed(world) is not None


@pytest.mark.parametrize(
    ("to", "cc", "decided"), [(ADA, US, False), (US, ADA, True)], ids=["to the lead", "to us"]
)
def test_an_answer_to_a_notice_that_goes_to_the_lead_is_a_letter(
    sqlite: Database, to: str, cc: str, decided: bool
) -> None:
    """What stands in it is for the lead: "Stop, I was wrong about Tuesday"."""
    hedy = Owner("Hedy Lamarr", "hedy@felt.example")
    with opened(sqlite, House(setup={"owners": {hedy.name: hedy}})) as world:
        world.launch()
        world.add(owner=hedy.name)
        world.answers()
        world.settle()
        notice = world.header("Message-ID", hedy.address)
        fields = {"in_reply_to": notice, "cc": cc, **VOUCHED}
        world.server.append(US, "INBOX", letter(world, hedy.address, to, 1, "Stop.", **fields))
        world.settle()
        assert ("stopped" in [what for what, _ in world.decisions()]) is decided
        assert ("owner.wrote" in [what for what, _ in world.decisions()]) is not decided
