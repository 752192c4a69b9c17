"""How a mail is written, as a model tells it, and what that counts beside the rules."""

from __future__ import annotations

import pytest

from worker.inbox import classify
from worker.inbox.classify import auto_reply, manner
from worker.inbox.parse import Mail, parse
from worker.inbox.reading import Kind


def _raw(
    text: str, subject: str = "Re: Felt", head: str = "In-Reply-To: <1@lumen.example>"
) -> bytes:
    return (
        f"From: Jo Kern <jo@client.example>\nTo: nora@lumen.example\nSubject: {subject}\n"
        f"Date: Tue, 24 Nov 2026 10:00:00 +0000\n{head}\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    ).encode()


def _mail(text: str, subject: str = "Re: Felt") -> Mail:
    return parse(_raw(text, subject))


@pytest.mark.parametrize(
    ("robot", "person"),
    [
        (
            "The workshop rests until spring. Parcels are taken in next door by the baker.",
            "The workshop rests until spring, but I'd like a lamp for the baker next door.",
        ),
        (
            "Die Kollegin ist versetzt worden. Ihre Nachricht wird vom Sekretariat bearbeitet.",
            "Die Kollegin ist versetzt worden, ich mache das jetzt. Schicken Sie mir ein Angebot.",
        ),
        (
            "Su escrito ha sido registrado y será contestado por orden de entrada.",
            "He registrado tu oferta, te contesto cuando vuelva mi jefa.",
        ),
    ],
)
def test_what_programs_write_is_told_from_what_people_do(robot: str, person: str) -> None:
    assert manner.likeness(_mail(robot)) > manner.likeness(_mail(person)) + 1


def test_words_of_a_subject_count_only_if_it_is_their_own() -> None:
    assert manner.look(_mail("Gone.", "Re: Felt")).subject == frozenset()
    assert "felt" in manner.look(_mail("Gone.", "Felt")).subject


def test_who_writes_makes_no_difference() -> None:
    text = "{} is not at work. Letters are read by a colleague."
    raw = _raw(text.format("Jo Kern"))
    other = raw.replace(b"Jo Kern", b"Absent Ooo").replace(b"jo@client", b"ooo@client")
    assert manner.likeness(parse(raw)) == manner.likeness(parse(other))


@pytest.mark.parametrize(
    ("to", "text", "greets"),
    [
        ("nora@lumen.example", "Hi Nora, away until Friday.", True),
        ("N. Lind <sales@lumen.example>", "Guten Tag Frau Lind, ich bin verreist.", True),
        ("Nora Lind <nora@lumen.example>", "Hello, away until Friday.", False),
        ("nora@lumen.example", "I am away until Friday and will then write back, Nora.", False),
        ("", "Hi Nora, away until Friday.", False),
    ],
)
def test_who_greets_by_name_is_rather_a_person(to: str, text: str, greets: bool) -> None:
    raw = _raw(text).replace(b"To: nora@lumen.example", f"To: {to}".encode())
    assert manner.greets(parse(raw)) is greets


def test_what_it_is_taught_is_what_it_weighs() -> None:
    seen = manner.look(_mail("This mailbox is closed.", "Closed"))
    model = manner._model()
    named = {f"#{trait}": weight for trait, weight in model.traits.items()}
    named |= {f"{manner.SUBJECT}{word}": weight for word, weight in model.subject.items()}
    named |= model.words
    taught = sum(named.get(name, 0.0) * value for name, value in seen.features().items())
    weighed = manner.likeness(_mail("This mailbox is closed.", "Closed"))
    assert weighed == pytest.approx(model.bias + taught)


_ODD = "Erantzun automatikoa: Felt"  # Basque
_GONE = "Oporretan nago. Presazko gaietarako idatzi lankideari."


def test_a_sure_model_is_enough() -> None:
    reading = classify.read(_raw(_GONE, _ODD))
    assert reading.kind is Kind.AUTO_REPLY
    assert "written as programs write" in reading.why


@pytest.mark.parametrize(
    "raw",
    [
        _raw(_GONE, _ODD, "X-Mailer: x"),  # answers nothing
        _raw(_GONE, _ODD, "In-Reply-To: <1@lumen.example>\nList-Id: <talk.example>"),
        _raw(f"{_GONE} When will you be back at your desk?", _ODD),
        _raw(f"{_GONE}\n\n> Are you in?", _ODD),
    ],
)
def test_it_is_not_asked_where_programs_do_not_answer_or_people_do(raw: bytes) -> None:
    assert auto_reply.read(parse(raw)) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Gone.", Kind.HUMAN),
        ("Gone. Nobody reads what comes here, it is deleted.", Kind.AUTO_REPLY),
    ],
)
def test_it_is_not_asked_about_a_word_or_two(
    monkeypatch: pytest.MonkeyPatch, text: str, kind: Kind
) -> None:
    monkeypatch.setattr(manner, "likeness", lambda _mail: 9.0)
    assert classify.read(_raw(text)).kind is kind


def test_where_it_is_sure_of_a_person_more_signs_are_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "I am out of the office until Friday. If it is urgent, call my colleague."
    assert classify.read(_raw(text)).kind is Kind.AUTO_REPLY
    monkeypatch.setattr(manner, "likeness", lambda _mail: -9.0)
    assert classify.read(_raw(text)).kind is Kind.HUMAN


@pytest.mark.parametrize("subject", ["Your mail", "Felt panels", "Bitte beachten"])
@pytest.mark.parametrize(
    "text",
    [
        "We have looked at it with the landlord, and the walls stay as they are.",
        "Kindly leave this address out of whatever you send next.",
        "Wir haben das im Team besprochen. Schicken Sie uns doch den Katalog.",
        "Por favor, bórrenme de esa lista y no me escriban más.",
        "C'est noté, merci. Je passe vous voir au printemps.",
        "لا ترسلوا لي أي شيء بعد اليوم",
    ],
)
def test_a_subject_of_ones_own_makes_nobody_a_program(subject: str, text: str) -> None:
    assert classify.read(_raw(text, subject)).kind is Kind.HUMAN
