"""What is made of a reply in which no phrase says what is wanted, and what takes a phrase back."""

from __future__ import annotations

from datetime import date

import pytest

from worker.core.mail import SURE
from worker.inbox import intents, words
from worker.inbox.reading import Intent

_DAY = date(2026, 11, 23)  # a Monday


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Nee, helaas.", Intent.NOT_INTERESTED),
        ("remoove", Intent.OPT_OUT),
        ("Hi Ada,\nshall I send a drawing?\nNora\n\nSTOP", Intent.OPT_OUT),
        ("How do subscribers unsubscribe?", Intent.QUESTION),
        ("How do I unsubscribe?", Intent.OPT_OUT),
        ("Where did you get my address?", Intent.QUESTION),
        ("Where did you get my address? Delete it.", Intent.OPT_OUT),
        ("Where did you get the fabric?", Intent.QUESTION),
        ("ок, давайте", Intent.INTERESTED),
        ("Ok.", Intent.UNKNOWN),
        ("Sim.", Intent.INTERESTED),
        ("Remove the second item from the quote and we'll sign.", Intent.INTERESTED),
        ("Können unsere Kunden sich selbst abmelden?", Intent.QUESTION),
        ("Das macht Karla: karla@x.example", Intent.WRONG_PERSON),
        ("Ik ben met pensioen, probeer mijn opvolger.", Intent.WRONG_PERSON),
        ("O João já não trabalha cá.", Intent.WRONG_PERSON),
        ("On Thursday at 15:30, third floor.", Intent.MEETING),
        ("Please never stop sending these.", Intent.UNKNOWN),
        ("Please stop sending these.", Intent.OPT_OUT),
        ("No more mails, please.", Intent.OPT_OUT),
        ("How many times do I have to tell you I don't want these?", Intent.OPT_OUT),
        ("Wie komme ich aus dieser Liste raus?", Intent.OPT_OUT),
        ("Interesting, but no", Intent.NOT_INTERESTED),
        ("Ni ahora ni más adelante.", Intent.NOT_INTERESTED),
        ("I ran it past the team. Nobody is keen.", Intent.NOT_INTERESTED),
        ("Au début je n'étais pas intéressée, mais vous m'avez convaincue.", Intent.INTERESTED),
        ("Gern zwei Stück bestellen. Die Lieferung nicht vor dem 15. Januar.", Intent.INTERESTED),
        ("Zur Kenntnis genommen.", Intent.UNKNOWN),
        ("No more mails before March, please.", Intent.NOT_NOW),
        ("Не пишите мне, пожалуйста.", Intent.OPT_OUT),
        ("Не пишите мне до марта, пожалуйста.", Intent.NOT_NOW),
    ],
)
def test_what_is_wanted(text: str, intent: Intent) -> None:
    assert intents.understand(text, "Re: felt", _DAY).intent is intent


@pytest.mark.parametrize("text", ["No", "No.", "Nein", "Non", "Nie", "Нет", "Yes", "Ja", "Oui"])
def test_a_bare_yes_or_no_is_sure(text: str) -> None:
    assert intents.understand(text, "Re: felt", _DAY).confidence >= SURE


@pytest.mark.parametrize("mark", ["> ", "| ", "ИБ> "])
def test_a_line_is_quoted_however_it_is_marked(mark: str) -> None:
    text = f"No, thanks.\n\nOn 12.10.2026 10:00, Anna wrote:\n\n{mark}Shall I?\n{mark}\n"
    assert words.new_words(text) == "No, thanks."


def test_an_attribution_may_be_broken_over_lines() -> None:
    text = "STOP\n\nOn Sun, 6 Sept 2026 at 12:19, Camille Roussel <c@x.example>\nwrote:\n\n> Hello"
    assert words.new_words(text) == "STOP"


def test_where_more_is_asked_for_behind_an_opt_out_a_person_is_asked() -> None:
    both = intents.understand(
        "Désinscrivez-moi de la newsletter, mais envoyez-moi le devis.", "", _DAY
    )
    assert both.confidence < SURE


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Everything has to be in writing and that includes email.", Intent.OPT_OUT),
        ("How about taking us to lunch.", Intent.OPT_OUT),
        ("Der Anhang wird blockiert, bitte schicken Sie ihn als Link.", Intent.OPT_OUT),
        ("Mi cuenta está bloqueada.", Intent.OPT_OUT),
        ("Il link è stato bloccato.", Intent.OPT_OUT),
        ("He left a voicemail.", Intent.WRONG_PERSON),
        ("Our predecessor model is too loud.", Intent.WRONG_PERSON),
        ("Unser Vorgänger der Kabine war zu laut.", Intent.WRONG_PERSON),
        ("You have not won me over.", Intent.INTERESTED),
        ("Je passe commande demain.", Intent.NOT_INTERESTED),
        ("Nous avons choisi la solution du catalogue page 12.", Intent.NOT_INTERESTED),
        ("Nous avons retenu la proposition de votre collègue.", Intent.NOT_INTERESTED),
    ],
)
def test_words_of_a_wish_in_talk_of_something_else_decide_nothing(text: str, wish: Intent) -> None:
    read = intents.understand(text, "", _DAY)
    assert read.intent is not wish or read.confidence < SURE
