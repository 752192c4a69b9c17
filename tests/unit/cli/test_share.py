"""`nurture share` shows who would get an email before it plans any, and never twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Nurture

ARTICLE = "share/who-hears-least.html"


def add(nurture: Nurture, address: str, *more: str) -> None:
    assert nurture("leads", "add", address, "--consent", "fair", *more).status == 0


def test_it_shows_count_and_first_and_plans_them_once(nurture: Nurture) -> None:
    for number in range(7):
        add(nurture, f"lead{number}@firm{number}.example", "--stage", "consideration")
    add(nurture, "other@else.example")
    seen = nurture("share", ARTICLE, "--to", "stage=consideration", "--json").json
    assert (seen["audience"], seen["planned"], len(seen["first"])) == (7, 0, 5)
    said = nurture("share", f"templates/{ARTICLE}", "--to", "stage=consideration", "--yes")
    assert "goes to 7 leads" in said.out
    assert "lead4@firm4.example" in said.out
    assert "… and 2 more" in said.out
    assert said.out.endswith("7 messages planned.\n")
    again = nurture("share", ARTICLE, "--to", "stage=consideration", "--yes", "--json").json
    assert (again["audience"], again["planned"]) == (0, 0)
    assert again["left_out"] == {"they got it before": 7}


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        ((ARTICLE,), 2, "say who, or --everyone"),
        ((ARTICLE, "--to", "stage=x", "--everyone"), 2, "say who, or --everyone"),
        ((ARTICLE, "--to", "stage=customre"), 1, "stage"),
        (("nix.html", "--everyone"), 1, "there is no template 'nix.html'"),
        ((ARTICLE, "--everyone", "--from", "nix"), 1, "nix"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(
    nurture: Nurture, words: tuple[str, ...], status: int, sentence: str
) -> None:
    add(nurture, "ada@analytical.example")
    said = nurture("share", *words)
    assert said.status == status
    assert sentence in said.err


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("layout.html", "the block 'subject' must be filled"),
        ("sales-loop/first-day.html", "shows no way out"),
    ],
)
def test_what_is_no_email_to_leads_is_not_shared(
    nurture: Nurture, template: str, problem: str
) -> None:
    add(nurture, "ada@analytical.example")
    said = nurture("share", template, "--everyone", "--yes")
    assert said.status == 1
    assert f"templates/{template}: " in said.err
    assert problem in said.err


def test_a_broken_email_is_not_shared(nurture: Nurture, project: Path) -> None:
    add(nurture, "ada@analytical.example")
    (project / "templates" / ARTICLE).write_text('{% extends "layout.html" %}{{ led.x }}')
    said = nurture("share", ARTICLE, "--everyone", "--yes")
    assert said.status == 1
    assert "led: it is not known" in said.err


def test_nobody_is_asked_about_an_empty_segment(nurture: Nurture) -> None:
    said = nurture("share", ARTICLE, "--to", "stage=customer")
    assert said.status == 0
    assert said.out.endswith("Nobody gets it.\n")


def test_who_is_left_out_is_counted_by_reason_and_named_for_machines(nurture: Nurture) -> None:
    reasons = {f"lead{number}@firm.example": f"said: stop, number {number}" for number in range(3)}
    for address, reason in reasons.items():
        add(nurture, address)
        nurture("suppress", "add", address, reason)
    said = nurture("share", ARTICLE, "--everyone", "--yes").out
    assert said.count("left out: ") == 1
    assert "left out: 3, because the address is suppressed\n" in said
    seen = nurture("share", ARTICLE, "--everyone", "--json").json
    assert seen["left_out"] == {"the address is suppressed": 3}
    assert seen["without"] == [
        {"lead": address, "reason": f"the address is suppressed: {reason}"}
        for address, reason in reasons.items()
    ]
