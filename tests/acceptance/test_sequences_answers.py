"""Stories of people who answer: with words, by a robot, with a bounce, under a false name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.acceptance.world import ADA, DAY, HOUR, NIGHT, US, House, World, opened
from worker.core.pace import Pace
from worker.core.states import EnrollmentState, Track
from worker.sandbox.bounces import Reason
from worker.sandbox.recipients import Mood
from worker.store import enrollments, suppressions
from worker.store.database import Database

FEATURES = datetime(2027, 1, 15, 9, tzinfo=UTC)  # of who came at night: the Friday before


def state(world: World, address: str = ADA) -> EnrollmentState:
    with world.ticks.database.read() as connection:
        return enrollments.of_lead(connection, world.lead(address).id)[-1].state


def suppressed(world: World, address: str = ADA) -> str | None:
    with world.ticks.database.read() as connection:
        digests = world.ticks.setup.suppression_digests(address)
        return next(iter(suppressions.reasons(connection, digests).values()), None)


def welcomed(world: World) -> World:
    """Somebody came in at night and was greeted."""
    world.launch()
    world.add(zone="Europe/London")
    return world


def test_a_reply_pauses_before_the_step_of_the_same_instant(each_world: World) -> None:
    """Promise 7."""
    welcomed(each_world).until(FEATURES - HOUR)
    each_world.answers()
    each_world.jump(FEATURES)
    each_world.after(40 * HOUR)
    assert each_world.subjects() == ["Welcome"]
    assert state(each_world) is EnrollmentState.PAUSED
    assert "reply" in each_world.alerts()


def test_an_answer_cancels_what_is_planned_and_a_resume_plans_it_again(database: Database) -> None:
    with opened(database, House(mailbox={"pace": Pace(daily_limit=1)})) as world:
        world.launch()
        world.add("charles@analytical.example")
        world.add()
        assert [one.state for one in world.messages()] == ["planned"]
        world.writes("Good morning! Who is this?")
        world.after(2 * DAY)
        assert [one.state for one in world.messages()] == ["cancelled"]
        world.resume()
        assert world.subjects() == ["Welcome"]
        assert [one.state for one in world.messages()] == ["sent"]


def test_a_resumed_sequence_goes_on_where_its_wait_stood(world: World) -> None:
    """Four of fourteen days had passed; ten are left after the pause."""
    welcomed(world).after(4 * DAY)
    world.answers()
    world.after(10 * DAY)
    world.resume()
    resumed = world.now
    assert "reply" not in world.alerts()
    world.after(9 * DAY)
    assert len(world.mails()) == 1
    world.until(resumed + 10 * DAY)
    assert len(world.mails()) == 2
    assert world.mails()[1].at > resumed + 7 * DAY  # slipped back over the weekend at the most


def test_a_lead_that_nobody_took_care_of_is_asked_about(world: World) -> None:
    welcomed(world).after(DAY)
    world.answers()
    world.after(32 * DAY)
    assert "outcome" in world.alerts()
    assert world.lead().track is Track.NEWSLETTER


def test_an_absence_shifts_the_later_steps(world: World) -> None:
    """Promise 8: until the stated date and one business day, and the wait goes on."""
    welcomed(world).after(DAY)
    world.is_away(date(2027, 1, 15))
    world.until(FEATURES + HOUR)
    assert len(world.mails()) == 1
    assert state(world) is EnrollmentState.ACTIVE
    world.until(FEATURES + 20 * DAY)
    held = datetime(2027, 1, 18, tzinfo=UTC) - (NIGHT + DAY)
    assert (NIGHT + 14 * DAY + held).strftime("%A") == "Sunday"
    assert world.mails()[1].at == datetime(2027, 1, 29, 9, tzinfo=UTC)  # the Friday before


def test_a_hard_bounce_suppresses(each_world: World) -> None:
    welcomed(each_world).bounces(hard=True)
    each_world.after(20 * DAY)
    assert len(each_world.mails()) == 1
    assert suppressed(each_world) is not None
    assert state(each_world) is EnrollmentState.STOPPED


def test_a_bounce_for_our_sake_suppresses_nobody(each_world: World) -> None:
    spf = Reason("5.7.1", "550 5.7.1 the SPF record of the sender's domain does not exist")
    welcomed(each_world).bounces(because=spf)
    each_world.after(20 * DAY)
    assert len(each_world.mails()) == 2
    assert suppressed(each_world) is None
    assert state(each_world) is EnrollmentState.FINISHED


WEEKLY = 'title = "Weekly"\n' + "".join(
    f'\n[[step]]\nid = "s{n}"\nafter = "1 week"\nwindow = "any"\n'
    'email = "welcome.html"\npurpose = "value"\n'
    for n in range(8)
)


def weekly(world: World) -> World:
    """A lead gets a mail each week."""
    world.launch("weekly", f'enroll = {{ on = "lead.created" }}\n{WEEKLY}')
    world.add()
    return world


def test_five_soft_bounces_in_a_row_suppress(world: World) -> None:
    weekly(world)
    for mails in range(1, 6):
        world.after(7 * DAY)
        assert len(world.mails()) == mails
        assert suppressed(world) is None
        world.bounces(hard=False)
    world.after(21 * DAY)
    assert len(world.mails()) == 5
    assert suppressed(world) is not None


def test_who_refuses_us_again_and_again_is_not_given_up(world: World) -> None:
    weekly(world)
    listed = Reason("5.7.1", "550 5.7.1 Client host blocked using zen.spamhaus.org")
    for mails in range(1, 6):
        assert "blocked" not in world.alerts()
        world.after(7 * DAY)
        assert len(world.mails()) == mails
        world.bounces(because=listed)
    world.after(21 * DAY)
    assert "blocked" in world.alerts()
    assert len(world.mails()) == 5
    assert suppressed(world) is None
    world.resume()
    world.after(8 * DAY)
    assert len(world.mails()) > 5


def test_an_answer_shows_that_the_address_works(world: World) -> None:
    weekly(world)
    for _ in range(4):
        world.after(7 * DAY)
        world.bounces(hard=False)
    world.settle()
    world.answers()
    world.settle()
    world.resume()
    world.after(8 * DAY)
    world.bounces(hard=False)
    world.after(8 * DAY)
    assert suppressed(world) is None
    assert len(world.mails()) == 6


def test_a_bounce_that_carries_nothing_of_ours_counts_for_nothing(world: World) -> None:
    """Bounces can be forged (RFC 3464 §4.1): five of them suppress nobody."""
    welcomed(world)
    for number in range(6):
        world.writes(
            f"Delivery to {ADA} failed, it is full: 452 4.2.2 mailbox full ({number})",
            sender="mailer-daemon@elsewhere.example",
            subject="Undelivered Mail Returned to Sender",
            auto_submitted="auto-replied",
        )
    world.after(DAY)
    world.resume()
    world.after(DAY)
    world.bounces(hard=False)
    world.after(DAY)
    assert suppressed(world) is None


def test_an_opt_out_in_words_stops_and_suppresses(each_world: World) -> None:
    welcomed(each_world).after(DAY)
    each_world.answers(mood=Mood.OPT_OUT)
    each_world.after(30 * DAY)
    assert len(each_world.mails()) == 1
    assert suppressed(each_world) is not None
    assert state(each_world) is EnrollmentState.STOPPED
    assert each_world.lead().track is Track.NONE


@pytest.mark.parametrize("plus_addresses", [True, False])
@pytest.mark.parametrize(
    "field",
    [
        {},
        {"auto_submitted": "auto-generated"},
        {"auto_submitted": "auto-replied"},
        {"precedence": "bulk"},
    ],
)
def test_an_opt_out_by_the_unsubscribe_address(
    sqlite: Database, plus_addresses: bool, field: dict[str, str]
) -> None:
    """RFC 2369 §3.2: whatever the mail says, and whoever, or whatever program, it is from."""
    with opened(sqlite, House(mailbox={"plus_addresses": plus_addresses})) as world:
        welcomed(world)
        link = world.header("List-Unsubscribe").strip("<>").removeprefix("mailto:")
        to, _, subject = link.partition("?subject=")
        named = {"subject": subject.replace("%20", " "), **field}
        world.writes("-", sender="ada@home.example", to=to, **named)
        world.after(20 * DAY)
        assert len(world.mails()) == 1
        assert suppressed(world) is not None


def test_a_forged_from_pauses_but_never_suppresses(world: World) -> None:
    """From is no identity: only what carries something of ours can unsubscribe anybody."""
    welcomed(world)
    world.writes("unsubscribe", subject="unsubscribe")
    world.after(20 * DAY)
    assert suppressed(world) is None
    assert state(world) is EnrollmentState.PAUSED
    assert len(world.mails()) == 1


def test_a_colleague_who_answers_a_forwarded_copy_speaks_for_himself(world: World) -> None:
    welcomed(world)
    world.writes(
        "Please take me off your list.",
        sender="charles@analytical.example",
        in_reply_to=world.header("Message-ID"),
    )
    world.after(DAY)
    assert suppressed(world) is None
    assert state(world) is EnrollmentState.PAUSED


def test_a_bounce_that_names_an_address_only_is_asked_about(world: World) -> None:
    welcomed(world)
    words = f"Your message could not be delivered.\n\n<{ADA}>: 550 5.1.1 User unknown"
    world.writes(words, sender="MAILER-DAEMON@analytical.example", subject="Undelivered Mail")
    world.after(20 * DAY)
    assert suppressed(world) is None
    assert "found by the address that it is about" in world.alerts()["unclear"]
    assert len(world.mails()) == 1


def test_an_answer_may_have_what_no_database_takes(each_world: World) -> None:
    welcomed(each_world)
    name = each_world.header("Message-ID")
    head = f"From: Ada\0 <{ADA}>\r\nTo: {US}\r\nMessage-ID: <1\0@y>\r\nIn-Reply-To: {name}\r\n"
    raw = f"{head}Subject: \0\r\n\r\nPlease take me\0 off your list.\r\n"
    each_world.server.deliver(US, raw.encode())
    each_world.after(DAY)
    assert suppressed(each_world) is not None


def test_an_answer_may_come_by_a_list_that_is_our_address(world: World) -> None:
    """A group of Google puts its own address in From, where that of the lead asks for DMARC."""
    welcomed(world)
    world.writes(
        "Please take me off your list.",
        sender=f"'Ada' via Sales <{US}>",
        in_reply_to=world.header("Message-ID"),
        list_id="<sales.felt.example>",
        x_original_from=f"Ada <{ADA}>",
    )
    world.after(DAY)
    assert suppressed(world) is not None


REPORTS = {
    "feedback-report": "Feedback-Type: abuse\nVersion: 1\nUser-Agent: x\n",
    "delivery-status": f"Final-Recipient: rfc822; {ADA}\nAction: failed\nStatus: 5.1.1\n",
}


@pytest.mark.parametrize("kind", REPORTS)
@pytest.mark.parametrize("by", ["report", "person"])
def test_a_report_is_known_by_the_way_out_of_what_it_returns(
    sqlite: Database, kind: str, by: str
) -> None:
    """A relay may put its own Message-ID in; a person who attaches our mail does not leave."""
    with opened(sqlite, House(mailbox={"plus_addresses": False})) as world:
        welcomed(world)
        copy = (
            f"To: {ADA}\nMessage-ID: <0102@relay.example>\n"
            f"List-Unsubscribe: {world.header('List-Unsubscribe')}\n\nGood day.\n"
        )
        parts = [("text/plain", "Here it is.\n"), ("message/rfc822", copy)]
        if by == "report":
            parts.insert(1, (f"message/{kind}", REPORTS[kind]))
        body = "".join(f"--b\nContent-Type: {type_}\n\n{text}" for type_, text in parts)
        head = f"From: x@provider.example\nTo: {US}\nSubject: A report\nContent-Type: multipart/"
        whole = "mixed; " if by == "person" else f"report; report-type={kind}; "
        raw = f"{head}{whole}boundary=b\n\n{body}--b--\n".replace("\n", "\r\n")
        world.server.deliver(US, raw.encode())
        world.after(DAY)
        assert (suppressed(world) is not None) is (by == "report")


def test_an_answer_may_have_the_message_id_of_what_it_answers(world: World) -> None:
    welcomed(world)
    name = world.header("Message-ID")
    head = f"From: Ada <{ADA}>\r\nTo: {US}\r\nMessage-ID: {name}\r\nIn-Reply-To: {name}\r\n"
    raw = f"{head}Subject: Re: Welcome\r\n\r\nPlease take me off your list.\r\n"
    world.server.deliver(US, raw.encode())
    world.after(DAY)
    assert suppressed(world) is not None


def test_one_mail_in_two_folders_has_its_effects_once(each_world: World) -> None:
    """Promise 6: keyed by where it lies, and by what it is."""
    welcomed(each_world)
    raw = each_world.answers()
    each_world.settle()
    each_world.resume()
    each_world.server.append(US, "Archive", raw)
    each_world.server.append(US, "INBOX", raw)
    each_world.after(HOUR)
    assert state(each_world) is EnrollmentState.ACTIVE
    assert [what for what, _ in each_world.decisions()].count("replied") == 1


def test_our_own_copy_is_no_answer(world: World) -> None:
    welcomed(world)
    world.server.append(US, "INBOX", world.mails()[0].raw)
    world.after(DAY)
    assert state(world) is EnrollmentState.ACTIVE


def test_what_nobody_understands_is_held_and_asked(world: World) -> None:
    welcomed(world)
    world.writes(
        "Prove that you are human: click on the link below, and your mail is delivered.",
        subject="Please confirm your message",
        auto_submitted="auto-replied",
        in_reply_to=world.header("Message-ID"),
    )
    world.after(20 * DAY)
    assert len(world.mails()) == 1
    assert "unclear" in world.alerts()
    world.resume()
    world.after(20 * DAY)
    assert len(world.mails()) == 2


def test_a_stranger_changes_nothing(world: World) -> None:
    welcomed(world)
    world.writes("Please stop writing to me.", sender="stranger@elsewhere.example")
    world.after(timedelta(days=15))
    assert len(world.mails()) == 2
