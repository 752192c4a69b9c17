"""Who speaks of leaving and stays is kept; who is kept from leaving, and says so, leaves."""

from __future__ import annotations

from datetime import date

import pytest

from worker.core.mail import SURE
from worker.inbox import intents
from worker.inbox.reading import Intent

DAY = date(2026, 11, 10)


@pytest.mark.parametrize(
    "text",
    [
        "Please don't take me off the list.",
        "Do not unsubscribe us.",
        "I do not want to be removed from your list.",
        "Bitte streichen Sie mich nicht von der Liste.",
        "Ich will mich nicht abmelden.",
        "Ne me retirez pas de la liste.",
        "Ne me désinscrivez surtout pas !",
        "No me deis de baja.",
        "Não me remova da lista.",
        "Non mi cancellate.",
        "Schrijf me niet uit.",
        "Nie wypisujcie mnie z listy.",
        "Prosím neodhlašujte mě.",
        "Не отписывайте меня.",
        "Не видаляйте мене зі списку.",
        "Beni listeden çıkarmayın.",
        "لا تحذفوني من القائمة",
        "אל תסירו אותי מהרשימה",
        "请不要把我从名单中删除。",
        "配信停止しないでください。",
        "구독 취소하지 마세요.",
        "Ta inte bort mig från listan.",
        "Meld mig ikke fra.",
        "Meld meg ikke av.",
        "Älkää poistako minua listalta.",
        "Ekki taka mig af listanum.",
    ],
)
def test_what_is_denied_is_no_wish_to_leave(text: str) -> None:
    assert intents.understand(text, "", DAY).intent in {Intent.UNKNOWN, Intent.INTERESTED}


@pytest.mark.parametrize(
    "text",
    [
        "Nicht abmelden, bitte nur weniger.",
        "Please don't remove me, just send fewer mails.",
        "Ich lese Ihre Mails immer gern, bitte nicht abmelden.",
        "Jullie mails zijn leuk, schrijf me niet uit.",
        "Because they help us, please don't unsubscribe me.",
        "Si c'est possible, ne me retirez pas de la liste.",
    ],
)
def test_what_stands_in_another_clause_turns_nothing(text: str) -> None:
    assert intents.understand(text, "", DAY).intent in {Intent.UNKNOWN, Intent.CHANGE}


@pytest.mark.parametrize(
    "text",
    [
        "If you do not take me off your list today, I'll forward this to our lawyers.",
        "Why don't you just take me off?",
        "You still haven't removed me!",
        "I cannot unsubscribe, your link is dead.",
        "Wenn Sie mich nicht austragen, gehe ich zum Anwalt.",
        "Warum streichen Sie mich nicht von der Liste?",
        "Ich kann mich nicht abmelden, bitte machen Sie das.",
        "Si vous ne me retirez pas de vos listes, je porte plainte.",
        "No puedo darme de baja.",
        "Non riesco a cancellarmi.",
        "Ik kan me niet uitschrijven, doe het voor mij.",
        "Don't just take me off the list, delete everything you have.",
        "I do not intend to unsubscribe by clicking anything. Delete me yourselves.",
        "Löschen Sie mich nicht nur aus dem Verteiler, sondern überall.",
        "Ne me retirez pas seulement de la liste, effacez tout.",
        "I wanted to unsubscribe. Please send me the link.",
        "I told you to stop emailing. But still you send me the price list.",
    ],
)
def test_who_is_not_let_go_wants_to_leave(text: str) -> None:
    assert intents.understand(text, "", DAY).intent is Intent.OPT_OUT


@pytest.mark.parametrize(
    "text",
    [
        "Interessiert mich nicht, bitte abmelden",
        "Interessiert mich nicht bitte abmelden",
        "Das interessiert uns nicht, bitte aus dem Verteiler streichen.",
        "Passt nicht – austragen bitte.",
        "Slet mig, ikke interesseret.",
        "Slett meg, ikke interessert.",
        "Intresserar mig inte, avregistrera mig.",
        "Radera mig, inte intresserad.",
        "I did not, unsubscribe me.",
        "Não me interessa, não quero, sair da lista.",
    ],
)
def test_who_denies_something_else_beside_it_leaves(text: str) -> None:
    assert intents.understand(text, "", DAY).intent is Intent.OPT_OUT


@pytest.mark.parametrize(
    ("before", "wish"),
    [
        ("I was going to unsubscribe, but", "I'd like to see the price list."),
        ("You can stop following up now,", "I'm ready to buy."),
        ("Ich wollte mich eigentlich abmelden.", "Doch jetzt hätte ich gern ein Angebot."),
        ("Je voulais me désinscrire, mais finalement", "envoyez-moi un devis."),
        ("Iba a darme de baja, pero", "me interesa. Mándame precios."),
        ("Stavo per cancellarmi, ma", "mi interessa. Mandi il preventivo."),
    ],
)
def test_who_was_about_to_leave_and_asks_for_more_is_asked_about(before: str, wish: str) -> None:
    stays = intents.understand(f"{before} {wish}", "", DAY)
    assert stays.intent is Intent.INTERESTED
    assert stays.confidence < SURE
    assert intents.understand(before, "", DAY).intent is not Intent.INTERESTED


@pytest.mark.parametrize(
    "text",
    [
        "Please remove Anna Smith from your list, she has left.",
        "Nehmen Sie bitte Herrn Koch aus dem Verteiler.",
    ],
)
def test_whether_another_s_leaving_is_the_writer_s_is_asked(text: str) -> None:
    assert intents.understand(text, "", DAY).confidence < SURE


def test_a_greeting_by_name_is_no_other() -> None:
    text = "Sehr geehrter Herr Bauer, bitte nehmen Sie uns aus dem Verteiler."
    assert intents.understand(text, "", DAY).confidence >= SURE


@pytest.mark.parametrize(
    "text",
    [
        "Streichen Sie uns bitte, nicht relevant.",
        "Löschen Sie mich, nicht interessiert.",
        "Nicht unser Thema, bitte löschen Sie uns.",
        "Bitte löschen Sie mich.",
    ],
)
def test_a_comma_parts_a_wish_to_leave_from_what_is_denied(text: str) -> None:
    wish = intents.understand(text, "", DAY)
    assert wish.intent is Intent.OPT_OUT
    assert wish.confidence >= SURE


@pytest.mark.parametrize(
    "text",
    [
        "You write that I can reply STOP - does that also delete my data?",
        "Will you delete my data if I stop being a customer?",
        "Löscht das auch meine Daten, wenn ich mich abmelde?",
        "Si je me désinscris, mes données sont-elles supprimées ?",
    ],
)
def test_what_would_follow_from_leaving_is_asked_about(text: str) -> None:
    assert intents.understand(text, "", DAY).confidence < SURE


@pytest.mark.parametrize(
    "text",
    [
        "Our system marked your mail as spam. Please resend the offer.",
        "The spam filter has blocked you, so I only saw this now. Send me an offer, please.",
        "IT blocked your domain by mistake, unblocked now. What would it cost?",
        "Our IT took you off the block list, so fire away.",
    ],
)
def test_what_a_filter_did_is_no_wish_of_the_writer(text: str) -> None:
    assert intents.understand(text, "", DAY).intent is not Intent.OPT_OUT


@pytest.mark.parametrize(
    "text",
    [
        "Why do you keep writing? I said no in May.",
        "Warum schreiben Sie mir immer noch?",
        "Pourquoi m'écrivez-vous encore ?",
        "¿Por qué me siguen escribiendo?",
        "Perché continuate a scrivermi?",
        "Waarom blijven jullie mij schrijven?",
    ],
)
def test_who_asks_why_it_goes_on_wants_to_leave(text: str) -> None:
    assert intents.understand(text, "", DAY).intent is Intent.OPT_OUT


@pytest.mark.parametrize("text", ["I marked your mail as spam.", "I have blocked you."])
def test_what_the_writer_did_is_one(text: str) -> None:
    assert intents.understand(text, "", DAY).intent is Intent.OPT_OUT


@pytest.mark.parametrize(
    "text",
    [
        "Warum schreiben Sie uns schon wieder auf Englisch? Bitte auf Deutsch.",
        "Why do you keep writing to us in English? German, please.",
        "Pourquoi vous m'écrivez encore en anglais ? Envoyez le devis en français.",
        "¿Por qué me siguen escribiendo en inglés? Mándenme los precios en español.",
        "Perché continuate a scrivermi in inglese? Mandatemi il preventivo in italiano.",
        "Waarom blijven jullie mij schrijven in het Engels? Graag in het Nederlands.",
    ],
)
def test_who_asks_for_another_language_stays(text: str) -> None:
    assert intents.understand(text, "", DAY).intent is not Intent.OPT_OUT
