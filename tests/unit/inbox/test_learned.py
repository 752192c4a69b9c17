"""The second opinion: what the model says, and how it is weighed against the phrases."""

from __future__ import annotations

from datetime import date

import pytest

from worker.inbox import intents, learned
from worker.inbox.fold import fold
from worker.inbox.reading import Intent
from worker.inbox.wish import Wish

DAY = date(2026, 11, 24)
ASKED = {
    "Under Article 17 GDPR I request erasure of all personal data.": Intent.OPT_OUT,
    "We decided to stay with what we have.": Intent.NOT_INTERESTED,
    "Können wir das auf Januar verschieben?": Intent.NOT_NOW,
    "Merci de m'envoyer un devis pour dix pièces.": Intent.INTERESTED,
    "社内で検討いたしましたが、今回は見送ることになりました。": Intent.NOT_INTERESTED,
}


@pytest.mark.parametrize("text", ASKED)
def test_it_says_what_is_wanted(text: str) -> None:
    opinion = learned.opinion(fold(text))
    assert opinion.intent is ASKED[text]
    assert opinion.words
    assert sum(opinion.likelihood.values()) == pytest.approx(1.0)
    assert set(opinion.likelihood) == set(Intent)


def test_what_it_never_saw_is_no_wish() -> None:
    unheard = fold("xyzzy qwrtk")
    assert not learned.features(unheard) & set(learned._model().weights)
    assert learned.opinion(unheard).intent is Intent.UNKNOWN
    assert learned.opinion(unheard).likelihood[Intent.OPT_OUT] < 0.2
    assert learned.opinion(fold("")).words == ()


def test_features_are_words_neighbours_and_pieces() -> None:
    assert learned.features(fold("Send 12")) == {
        "send", "^ send", "0", "send 0", "0 $", "_<sen", "_send", "_end>",
    }  # fmt: skip
    assert "^ 不 要" in learned.features(fold("不要")) or "不 要" in learned.features(fold("不要"))


def test_each_sentence_is_looked_at_alone() -> None:
    text = fold("Hi Jo,\nwe are well. Do you deliver? No hurry")
    first, second, third = learned.sentences(text)
    assert {"^ hi", "well .", ". $"} <= first
    assert {"^ do", "deliver ?", "? $"} <= second
    assert third == learned.features(fold("No hurry"))
    assert learned.sentences(fold("... !")) == []


LONG = (
    "Hello Dana, thank you for the brochure. We are a family firm and have had the same supplier "
    "for years. {} My wife sends her regards, she liked the pictures very much."
)


@pytest.mark.parametrize(
    "wish",
    [
        "There is really no point in sending me any of these.",
        "I would be much obliged if nothing further were addressed to us.",
        "Please take us off whatever list we ended up on.",
    ],
)
def test_one_sentence_among_others_is_a_wish_to_leave(wish: str) -> None:
    assert intents.understand(LONG.format(wish), "", DAY).intent is Intent.OPT_OUT
    assert intents.understand(LONG.format(""), "", DAY).intent is not Intent.OPT_OUT


def test_what_a_text_is_about_is_no_wish() -> None:
    text = LONG.format(
        "Our own newsletter suffers: {} rate is up, could you show us how to mend it?"
    )
    assert intents.understand(text.format("the click"), "", DAY).intent is not Intent.OPT_OUT
    assert intents.understand(text.format("the unsubscribe"), "", DAY).intent is not Intent.OPT_OUT
    assert intents.understand("Unsubscribe, thanks.", "", DAY).intent is Intent.OPT_OUT


def test_agreement_makes_sure_and_difference_unsure() -> None:
    agreed = intents.understand("Please send me your price list.", "", DAY)
    assert agreed.intent is Intent.INTERESTED
    assert agreed.confidence >= 0.9
    words = fold("Please send me your price list.")
    said = Wish(Intent.MEETING, 0.85, "a phrase")
    assert intents._weighed(said, learned.opinion(words), words, DAY).confidence < 0.8


def test_a_plain_no_is_not_doubted_because_the_model_knows_nothing() -> None:
    wish = intents.understand("Thank you, but we have just signed with somebody else.", "", DAY)
    assert wish.intent is Intent.NOT_INTERESTED
    assert wish.confidence >= 0.8


@pytest.mark.parametrize(
    ("likely", "sure"),
    [
        ({Intent.UNKNOWN: 0.6, Intent.MEETING: 0.3, Intent.QUESTION: 0.1}, True),  # knows of none
        ({Intent.QUESTION: 0.4, Intent.MEETING: 0.2, Intent.CHANGE: 0.2}, True),  # is not sure
        ({Intent.QUESTION: 0.6, Intent.MEETING: 0.3}, False),  # is sure of something else
    ],
)
def test_only_what_speaks_against_a_phrase_makes_it_unsure(
    likely: dict[Intent, float], sure: bool
) -> None:
    said = Wish(Intent.MEETING, 0.85, "a phrase")
    opinion = learned.Opinion(dict.fromkeys(Intent, 0.0) | likely, ())
    wish = intents._weighed(said, opinion, fold("Tuesday, then?"), DAY)
    assert wish.intent is Intent.MEETING
    assert (wish.confidence >= 0.8) is sure


@pytest.mark.parametrize(
    ("said", "likely", "decided"),
    [
        (Intent.INTERESTED, {Intent.OPT_OUT: 0.5}, Intent.OPT_OUT),  # feared
        (Intent.OPT_OUT, {Intent.OPT_OUT: 0.51, Intent.QUESTION: 0.49}, Intent.OPT_OUT),
        (Intent.OPT_OUT, {Intent.OPT_OUT: 0.01, Intent.QUESTION: 0.99}, Intent.QUESTION),
        (Intent.UNKNOWN, {Intent.INTERESTED: 0.45}, Intent.UNKNOWN),  # never guessed as interest
        (Intent.UNKNOWN, {Intent.NOT_NOW: 0.45}, Intent.NOT_NOW),
        (Intent.MEETING, {Intent.QUESTION: 0.3, Intent.MEETING: 0.1}, Intent.MEETING),
    ],
)
def test_an_opt_out_is_feared_and_interest_is_not_hoped(
    said: Intent, likely: dict[Intent, float], decided: Intent
) -> None:
    every = dict.fromkeys(Intent, 0.0) | likely
    assert intents._decided(Wish(said, 0.55, ""), every) is decided


@pytest.mark.parametrize(
    ("said", "likely", "out"),
    [
        (Intent.OPT_OUT, 0.16, True),
        (Intent.OPT_OUT, 0.14, False),
        (Intent.QUESTION, 0.7, True),
        (Intent.QUESTION, 0.69, False),
        (Intent.CHANGE, 0.9, True),
        (Intent.CHANGE, 0.89, False),  # "do not write here, but to …"
        (Intent.NOT_NOW, 0.89, False),
    ],
)
def test_what_a_phrase_says_plainly_takes_a_sure_model_to_outdo(
    said: Intent, likely: float, out: bool
) -> None:
    every = dict.fromkeys(Intent, 0.0) | {Intent.OPT_OUT: likely, Intent.UNKNOWN: 1 - likely}
    decided = intents._decided(Wish(said, 0.85, ""), every)
    assert (decided is Intent.OPT_OUT) is out


def test_another_address_of_ones_own_is_a_change() -> None:
    sender = ("Sam Reader", "sam@client.example")
    text = "s.reader@newco.example"
    assert intents.understand(text, "", DAY, sender).intent is Intent.CHANGE
    assert intents.understand("zoe@client.example", "", DAY, sender).intent is Intent.WRONG_PERSON


def test_the_model_is_never_acted_on_alone() -> None:
    text = "Do not contact. Remove from list."
    wish = intents.understand(text, "", DAY)
    assert (wish.intent, wish.confidence) == (Intent.OPT_OUT, 0.75)
    assert wish.why.startswith("learned from examples")


def test_people_and_addresses_are_each_one_sign() -> None:
    said = "Nora, ask Dee at dee@kern.example or see https://kern.example/a?b, the lind is out."
    people = ("Nora Lind", "nora@lumen.example", "The Kern")
    assert learned.masked(said, people).words == (
        *("ǀ", "ask", "dee", "at", "ǂ", "or", "see", "ǂ"),
        *("the", "ǀ", "is", "out", "."),
    )


def test_who_writes_makes_no_difference() -> None:
    text = "Stop sells lamps, and {} would take two of them."
    wishes = {
        intents.understand(text.format(name), "Re: felt", DAY, (name, f"{name}@firm.example"))
        for name in ("Jo", "Remo", "Abmelda")
    }
    assert len({(wish.intent, wish.confidence) for wish in wishes}) == 1
