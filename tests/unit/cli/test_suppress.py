"""The commands about who is never mailed again."""

from __future__ import annotations

from collections.abc import Callable

from tests.unit.cli.conftest import Nurture


def test_a_consent_lifts_no_suppression(nurture: Nurture, ada: str) -> None:
    nurture("leads", "add", "bob@x.example")
    nurture("suppress", "add", "bob@x.example", "opted out")
    nurture("leads", "add", "bob@x.example", "--consent", "fair")
    said = nurture("sequences", "enroll", "welcome", "bob@x.example")
    assert "the address is suppressed: opted out" in said.out


def test_a_domain_is_suppressed_with_all_below_it(nurture: Nurture, ada: str) -> None:
    nurture("suppress", "add", "@firm.example", "--yes")
    said = nurture("leads", "add", "bob@eu.firm.example", "--consent", "web form").out
    assert "not enrolled: welcome: the address is suppressed" in said


def test_who_is_suppressed_does_not_go_on(nurture: Nurture, ada: str) -> None:
    nurture("suppress", "add", ada, "asked", "for", "it")
    said = nurture("leads", "resume", ada).out
    assert said.startswith(f"{ada} is suppressed: nothing is sent to it.\n")
    assert "goes on" not in said


def test_who_is_new_but_was_suppressed_before_is_shown_as_such(nurture: Nurture) -> None:
    nurture("suppress", "add", "bob@x.example")
    nurture("leads", "add", "bob@x.example")
    assert "never mailed: suppressed by hand" in nurture("leads", "show", "bob@x.example").out


def test_what_is_suppressed_is_never_mailed(
    nurture: Nurture, ada: str, plan: Callable[[], None]
) -> None:
    plan()
    nurture("suppress", "add", ada.upper(), "asked by telephone")

    assert "nothing, the address is never mailed: asked by telephone" in nurture("why", ada).out
    assert nurture("outbox", "list", "--json").json == []
    assert nurture("suppress", "list", "--json").json[0]["reason"] == "asked by telephone"
    assert ada not in nurture("suppress", "list").out
    assert nurture("suppress", "add", ada).out == f"{ada} was suppressed already.\n"


def test_what_they_asked_for_cannot_be_lifted(nurture: Nurture, ada: str) -> None:
    nurture("suppress", "add", ada)
    said = nurture("suppress", "add", ada, "--opt-out")
    assert said.out == f"{ada} was suppressed already; that they asked for it is noted.\n"
    [entry] = nurture("suppress", "list", "--json").json
    assert (entry["origin"], entry["reason"]) == ("opt_out", "asked not to be written to")
    assert "opt-out" in nurture("suppress", "list").out
    said = nurture("suppress", "remove", ada, "--because", "they did not mean it")
    assert (said.status, said.err.count("opted out or complained")) == (1, 1)


def test_a_domain_stays_suppressed_and_who_is_there(nurture: Nurture, ada: str) -> None:
    domain = f"@{ada.partition('@')[2]}"
    nurture("suppress", "add", domain, "--yes")
    for subject in (domain, ada):
        said = nurture("suppress", "remove", subject, "--because", "a slip of the pen")
        assert (said.status, said.out) == (1, "")
        assert f"{subject} is at a domain that is suppressed" in said.err


def test_what_was_suppressed_in_error_can_be_lifted(nurture: Nurture, ada: str) -> None:
    nurture("suppress", "add", ada)
    assert nurture("suppress", "remove", ada).status == 2
    said = nurture("suppress", "remove", ada.upper(), "--because", "a slip of the pen")
    assert said.out.startswith(f"{ada} may be mailed again. ")
    assert "again: a slip of the pen" in " ".join(nurture("why", ada).out.split())
    again = nurture("suppress", "remove", ada, "--because", "again")
    assert again.status == 1
    assert f"{ada} is not suppressed" in again.err


def test_a_domain_can_be_suppressed(nurture: Nurture, ada: str) -> None:
    assert nurture("suppress", "add", "@Analytical.Example", "--yes").out == (
        "@analytical.example: 1 lead there; whatever runs for them is stopped.\n"
        "@analytical.example is never mailed again.\n"
    )
    assert nurture("why", ada, "--json").json["suppressed"] == "suppressed by hand"
    said = nurture("why", "somebody@analytical.example")
    assert "is no lead, and is never mailed: suppressed by hand" in said.err


def test_who_is_at_a_domain_of_free_mail_is_told_and_stopped(nurture: Nurture, ada: str) -> None:
    bob = "bob@gmail.com"
    nurture("leads", "add", bob, "--consent", "fair")
    refused = nurture("suppress", "add", "@gmail.com")
    assert refused.status == 2
    assert "@gmail.com: 1 lead there" in refused.out
    assert "say --yes" in refused.err
    assert nurture("why", bob, "--json").json["next"]

    assert nurture("suppress", "add", "@gmail.com", "--yes").status == 0
    assert nurture("leads", "show", bob, "--json").json["enrollments"][0]["state"] == "stopped"
    assert nurture("leads", "show", ada, "--json").json["enrollments"][0]["state"] == "active"
    to_come = [one["recipient"] for one in nurture("agenda", "--week", "--json").json["items"]]
    assert ada in to_come
    assert bob not in to_come
