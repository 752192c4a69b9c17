"""How people word it: replies, absences and quotations, in four languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from worker.sandbox.recipients import Mood

_REPLIES: dict[str, dict[Mood, tuple[str, ...]]] = {
    "en": {
        Mood.INTERESTED: (
            "Hello,\n\nthis comes at a good moment, thank you. Could we talk on Thursday morning?",
            "Yes please, I would like to see how that works for a team of five.",
            "Thanks for writing. Sounds like what we have been looking for - send me a time.",
        ),
        Mood.QUESTION: (
            "Quick question: does this work with the ledger we have, or would it replace it?",
            "Hi,\n\nwhat would that cost for twelve people, and how long does it take to set up?",
        ),
        Mood.LATER: (
            "Not this quarter, I am afraid. Do ask me again in {month}.",
            "We are in the middle of a move. Get back to me in {month}, would you?",
        ),
        Mood.NO: (
            "Thank you, but we have just signed with somebody else.",
            "No thanks, this is not for us.",
        ),
        Mood.OPT_OUT: (
            "Please take me off your list.",
            "I don't want to get any more of these emails. Please stop writing to me.",
        ),
    },
    "de": {
        Mood.INTERESTED: (
            "Guten Tag,\n\ndas klingt interessant. Haben Sie nächste Woche Zeit für ein Telefonat?",
            "Vielen Dank für Ihre Nachricht. Schicken Sie mir gern ein Angebot für acht Personen.",
        ),
        Mood.QUESTION: ("Eine kurze Frage: Wo werden die Daten gespeichert?",),
        Mood.LATER: (
            "Im Moment passt es leider nicht, melden Sie sich bitte im {month} noch einmal.",
        ),
        Mood.NO: ("Vielen Dank, aber wir haben keinen Bedarf.",),
        Mood.OPT_OUT: (
            "Bitte nehmen Sie mich aus Ihrem Verteiler und schreiben Sie mir nicht mehr.",
        ),
    },
    "fr": {
        Mood.INTERESTED: (
            "Bonjour,\n\ncela m'intéresse. Pouvons-nous en parler par téléphone lundi ?",
        ),
        Mood.QUESTION: ("Une question : l'application existe-t-elle en français ?",),
        Mood.LATER: ("Ce n'est pas le bon moment. Recontactez-moi en {month}, s'il vous plaît.",),
        Mood.NO: ("Merci, mais nous ne sommes pas intéressés.",),
        Mood.OPT_OUT: ("Merci de me retirer de votre liste de diffusion.",),
    },
    "es": {
        Mood.INTERESTED: ("Hola:\n\nme interesa. ¿Podemos hablar el jueves por la tarde?",),
        Mood.QUESTION: ("Una pregunta: ¿cuánto costaría para un equipo de diez personas?",),
        Mood.LATER: ("Ahora mismo no puede ser. Escríbame de nuevo en {month}, por favor.",),
        Mood.NO: ("Gracias, pero no nos interesa.",),
        Mood.OPT_OUT: ("Por favor, denme de baja y no me escriban más.",),
    },
}


@dataclass(frozen=True, slots=True)
class _Phrases:
    """What mail programs and absence robots of one language write."""

    months: str
    day: str
    quotation: str
    absence_subject: str
    absence: str

    def written(self, day: date) -> str:
        return self.day.format(day=day.day, month=self.month(day), year=day.year)

    def month(self, day: date) -> str:
        return self.months.split()[day.month - 1]


_PHRASES = {
    "en": _Phrases(
        "January February March April May June July August September October November December",
        "{day} {month} {year}",
        "On {day}, {name} wrote:",
        "Automatic reply: {subject}",
        "Thank you for your message.\n\nI am out of the office and will be back on {day}. "
        "I will read your email then.",
    ),
    "de": _Phrases(
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "{day}. {month} {year}",
        "Am {day} schrieb {name}:",
        "Automatische Antwort: {subject}",
        "Vielen Dank für Ihre Nachricht.\n\nIch bin nicht im Büro und ab dem {day} wieder "
        "erreichbar. Ihre E-Mail wird nicht weitergeleitet.",
    ),
    "fr": _Phrases(
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "{day} {month} {year}",
        "Le {day}, {name} a écrit :",
        "Réponse automatique : {subject}",
        "Merci pour votre message.\n\nJe suis absent du bureau et serai de retour le {day}.",
    ),
    "es": _Phrases(
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "{day} de {month} de {year}",
        "El {day}, {name} escribió:",
        "Respuesta automática: {subject}",
        "Gracias por su mensaje.\n\nEstoy fuera de la oficina y volveré el {day}.",
    ),
}


def reply(mood: Mood, language: str, day: date, choice: Random) -> str:
    """Return one of the wordings of a mood, as it is written on a day."""
    later = _PHRASES[language].month(again(day))
    return choice.choice(_REPLIES[language][mood]).format(month=later)


def again(day: date) -> date:
    """Return when those who have no time on a day ask to hear again: in the month after next."""
    return date(day.year + (day.month + 1) // 12, (day.month + 1) % 12 + 1, 1)


def absence(language: str, back: date) -> str:
    """Return the text of an absence notice; `back` is the first day in the office again."""
    phrases = _PHRASES[language]
    return phrases.absence.format(day=phrases.written(back))


def absence_subject(language: str, subject: str) -> str:
    """Return the subject that an absence notice about a mail has."""
    return _PHRASES[language].absence_subject.format(subject=subject)


def quotation(language: str, day: date, name: str) -> str:
    """Return the line above a quoted mail that `name` wrote on a day."""
    phrases = _PHRASES[language]
    return phrases.quotation.format(day=phrases.written(day), name=name)
