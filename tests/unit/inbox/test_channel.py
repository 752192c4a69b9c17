"""Who wants no calls may still want mail; who wants neither, or nothing at all, wants to leave."""

from __future__ import annotations

from datetime import date

import pytest

from worker.core.mail import SURE
from worker.inbox import intents
from worker.inbox.reading import Intent

DAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    "text",
    [
        "Can you please stop calling me? Email is fine.",
        "Please don't phone, write instead.",
        "Please stop calling my office, email works better.",
        "I do not want to be called. Send me the price list by email.",
        "Take me off your calling list, mail is fine.",
        "Don't call me.",
        "Bitte nicht mehr anrufen, lieber per E-Mail.",
        "Bitte nicht anrufen, sondern schreiben.",
        "Rufen Sie mich bitte nicht mehr an. E-Mails sind in Ordnung.",
        "Hören Sie bitte auf, mich anzurufen.",
        "Unterlassen Sie weitere Anrufe.",
        "Merci de ne plus m'appeler, écrivez-moi plutôt.",
        "Ne me contactez plus par téléphone, un mail suffit.",
        "No me llamen más, por favor. Mejor por correo.",
        "Não me liguem mais, prefiro e-mail.",
        "Non mi chiamate più, scrivetemi piuttosto.",
        "Bel mij niet meer, mailen is prima.",
        "Proszę nie dzwonić, wolę maile.",
        "Prosím nevolejte, raději pište.",
        "Пожалуйста, больше не звоните, лучше пишите.",
        "Будь ласка, не дзвоніть, краще пишіть.",
        "Lütfen beni aramayın, e-posta daha iyi.",
        "לא להתקשר אליי יותר, עדיף במייל.",
        "请不要给我打电话，发邮件就好。",
        "電話はお控えください。メールでお願いします。",
        "전화하지 마세요. 이메일이 좋습니다.",
        "Ring inte mig, mejla hellre.",
        "Ring venligst ikke, skriv hellere.",
        "Vennligst ikke ring, skriv heller.",
        "Älkää soittako, kirjoittakaa mieluummin.",
        "Vinsamlegast hringið ekki, skrifið frekar.",
        "لا تتصلوا بي هاتفيا، البريد أفضل.",
    ],
)
def test_a_wish_against_calls_is_a_change_of_channel(text: str) -> None:
    assert intents.understand(text, "Re: felt", DAY).intent is Intent.CHANGE


@pytest.mark.parametrize(
    "text",
    [
        "Please stop calling and emailing me.",
        "Stop contacting me and calling me.",
        "Stop calling me. Stop writing to me.",
        "Don't call or email me again.",
        "No more calls or emails.",
        "Stop calling me and take me off your list.",
        "Unsubscribe me please, or I will phone.",
        "Another mail and I am calling the police.",
        "Nicht mehr anrufen und nicht mehr schreiben.",
        "Keine Anrufe und keine Mails mehr.",
        "Ne m'appelez plus et ne m'écrivez plus.",
        "No me llamen ni me escriban más.",
        "Non mi chiamate e non mi scrivete più.",
        "Não me liguem nem me escrevam mais.",
        "Bel en mail mij niet meer.",
        "Proszę nie dzwonić i nie pisać do mnie więcej.",
        "Больше не звоните и не пишите мне.",
    ],
)
def test_who_wants_mail_no_more_than_calls_leaves(text: str) -> None:
    wish = intents.understand(text, "Re: felt", DAY)
    assert wish.intent is Intent.OPT_OUT
    assert wish.confidence >= SURE


@pytest.mark.parametrize(
    "text",
    ["Більше не дзвоніть і не пишіть.", "Не звоните, не пишите.", "Artık aramayın ve yazmayın."],
)
def test_where_it_is_not_plain_a_person_is_asked(text: str) -> None:
    wish = intents.understand(text, "Re: felt", DAY)
    assert wish.intent is Intent.OPT_OUT
    assert wish.confidence < SURE


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Don't call me before March.", Intent.NOT_NOW),
        ("Don't call us, we'll call you.", Intent.NOT_NOW),
        ("Stop calling it foam, it's felt. What does a sample cost?", Intent.QUESTION),
        ("Can you call me tomorrow at 10?", Intent.MEETING),
        ("Stop emailing me, call me instead.", Intent.CHANGE),
        ("Rufen Sie mich am Dienstag um 10 Uhr an.", Intent.MEETING),
        ("No calls needed, just send the price list.", Intent.INTERESTED),
    ],
)
def test_other_words_about_calls_mean_what_they_did(text: str, intent: Intent) -> None:
    assert intents.understand(text, "Re: felt", DAY).intent is intent
