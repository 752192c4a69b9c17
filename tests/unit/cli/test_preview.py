"""`nurture preview` shows an email as it would go out, for real leads and for odd made-up ones."""

from __future__ import annotations

from email import message_from_string
from email.policy import default
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Nurture, edit

WELCOME = "templates/welcome/welcome.html"
ODD = ["bare", "no-first-name", "long", "right-to-left", "marks"]


@pytest.mark.usefixtures("eighty")
def test_it_shows_header_text_and_how_it_is_for_odd_leads(nurture: Nurture) -> None:
    said = nurture("preview", "welcome", "welcome")
    assert said.status == 0
    for part in (
        "from       Ada from Yourfirm <ada@yourfirm.example>",
        "to         Ada Lovelace <ada@analytical.example>",
        "subject    Where a quieter meeting room starts",
        "next       in two weeks",
        "I will write again in two weeks, about the panels",
        "nothing is known but the address",
    ):
        assert part in said.out
    lines = said.out.splitlines()
    assert [line for line in lines if len(line) > 80 and "<mailto:" not in line] == []
    assert [line for line in lines if line.endswith("?subject=unsubscribe>,")]


def test_json_has_it_all_for_each_email_of_a_sequence(nurture: Nurture) -> None:
    welcome, features = nurture("preview", "welcome", "--json").json
    assert (welcome["step"], welcome["purpose"], welcome["next"]) == (
        "welcome",
        "value",
        "in two weeks",
    )
    assert features["next"] is None
    assert welcome["html"].startswith("<!doctype html>")
    assert [(one["name"], one["problem"]) for one in welcome["others"]] == [
        (name, None) for name in ODD
    ]
    assert {one["problem"] for one in (welcome, features)} == {None}


def test_the_bytes_are_those_that_would_be_sent(nurture: Nurture) -> None:
    raw = nurture("preview", "welcome", "welcome", "--raw").out
    mail = message_from_string(raw, policy=default)
    text, html = (part.get_content() for part in mail.iter_parts())
    assert text.replace("\r\n", "\n") == nurture("preview", "welcome", "welcome", "--text").out[:-1]
    assert "List-Unsubscribe" in mail
    assert "<!doctype html>" in html


def test_a_lead_is_greeted_by_name_and_a_made_up_one_can_be_named(
    nurture: Nurture, ada: str
) -> None:
    nurture("leads", "add", "konrad@rechenwerk.example", "--first-name", "Konrad")
    said = nurture("preview", "welcome", "welcome", "--lead", "konrad@rechenwerk.example")
    assert "Hello Konrad," in said.out
    assert "nothing is known" not in said.out, "odd leads are for when no lead was named"
    assert "Hello يوسف," in nurture("preview", "welcome", "welcome", "--sample=right-to-left").out
    assert "Hello there," in nurture("preview", "welcome", "welcome", "--sample", "bare").out


def test_signs_of_a_name_are_escaped_in_html_only(nurture: Nurture) -> None:
    (made,) = nurture("preview", "welcome", "welcome", "--sample", "marks", "--json").json
    assert "Hello D’Arcy &lt;Jo&gt;," in made["html"]
    assert "Hello D’Arcy <Jo>," in made["text"]


def test_a_template_is_found_by_its_path(nurture: Nurture, tmp_path: Path) -> None:
    page = tmp_path / "letter.html"
    said = nurture("preview", "templates/newsletter/2027-01.html", "--html", str(page))
    assert said.out == f"The HTML is in {page}.\n"
    assert "How to measure an echo" in page.read_text()
    (made,) = nurture("preview", "welcome/features.html", "--json").json
    assert made["step"] == "features", "it is previewed as the step that it is"


def test_what_fails_for_somebody_is_shown_with_its_place(nurture: Nurture, project: Path) -> None:
    edit(project / WELCOME, '{{ lead.first_name or "there" }}', "{{ lead.first_name }}")
    said = nurture("preview", "welcome", "welcome")
    assert said.status == 0
    assert "Hello Ada," in said.out
    assert "none cannot be printed" in said.out
    said = nurture("preview", "welcome", "welcome", "--sample", "bare")
    assert said.status == 1
    assert "It cannot be written: welcome/welcome.html:12: none cannot be printed" in said.out


def test_what_a_check_says_is_shown_below(nurture: Nurture, project: Path) -> None:
    edit(project / WELCOME, "<p>Three places to start:</p>", "<p>Just checking in:</p>")
    said = nurture("preview", "welcome", "welcome")
    assert "warning templates/welcome/welcome.html:21: 'Just checking in' gives" in said.out
    assert "Just checking in" not in nurture("preview", "welcome", "features").out


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("nix",), 1, "there is no sequences/nix.toml"),
        (("nix.html",), 1, "there is no templates/nix.html"),
        (("welcome", "nix"), 1, "welcome has no email 'nix'; its emails are welcome, features"),
        (("welcome/welcome.html", "x"), 1, "a template has no steps"),
        (("welcome", "--sample", "nix"), 1, "no made-up lead is called nix; there are known,"),
        (("welcome", "--lead", "a@b.example"), 1, "no lead has the address a@b.example"),
        (("welcome", "welcome", "--variant", "2"), 1, "step welcome: no variant 2; its last is 1"),
        (("welcome", "--raw"), 2, "name one step of welcome, features"),
        (("welcome", "welcome", "--html", "/nowhere/x.html"), 1, "/nowhere/x.html cannot be"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(
    nurture: Nurture, words: tuple[str, ...], status: int, sentence: str
) -> None:
    said = nurture("preview", *words)
    assert said.status == status
    assert sentence in said.err


def test_of_several_variants_one_is_asked_for(nurture: Nurture, project: Path) -> None:
    two = 'email   = ["welcome/welcome.html", "welcome/features.html"]'
    edit(project / "sequences/welcome.toml", 'email   = "welcome/welcome.html"', two)
    said = nurture("preview", "welcome", "welcome", "--html", "it.html")
    assert said.status == 2
    assert "one of the 2 variants of welcome with --variant" in " ".join(said.err.split())
    assert nurture("preview", "welcome", "welcome", "--variant", "2", "--raw").status == 0


def test_an_edition_is_shown_before_it_is_approved(nurture: Nurture, project: Path) -> None:
    letters = project / "templates/newsletter"
    (letters / "2050-01.html").write_bytes((letters / "2027-01.html").read_bytes())
    said = nurture("editions", "approve", "2050-01", "--yes")
    assert said.status == 0
    assert "Lay a phone on the table and start a sound recorder." in said.out
    assert said.out.endswith("The edition of 2050-01 is approved.\n")


def test_the_yearly_question_is_listed_and_approved_like_an_edition(nurture: Nurture) -> None:
    states = {one["month"]: one["state"] for one in nurture("editions", "list", "--json").json}
    assert states["still-useful"] == "written"
    said = nurture("editions", "approve", "still-useful", "--yes")
    assert "Is this letter still useful to you?" in said.out
    states = {one["month"]: one["state"] for one in nurture("editions", "list", "--json").json}
    assert states["still-useful"] == "approved"
