"""How people say when something comes, in the languages that emails can say it in."""

from __future__ import annotations

from dataclasses import dataclass

from worker.core.delay import Unit

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one language.

    `numbers` are those from two on. `units` has one and several of each, in the order of `Unit`, as
    they stand in `within`.
    """

    tomorrow: str
    within: str
    numbers: str
    units: str

    def after(self, amount: int, unit: Unit) -> str:
        """Say that something comes after so many of a unit, one or more."""
        one, several = self.units.split("; ")[list(Unit).index(unit)].split(" / ")
        numbers = self.numbers.split()
        number = numbers[amount - 2] if amount - 2 < len(numbers) else str(amount)
        return self.within.format(one if amount == 1 else f"{number} {several}")


WORDINGS = {
    "de": Wording(
        "morgen",
        "in {}",
        "zwei drei vier fünf sechs sieben acht neun zehn",
        "einer Minute / Minuten; einer Stunde / Stunden; einem Tag / Tagen; "
        "einem Arbeitstag / Arbeitstagen; einer Woche / Wochen; einem Monat / Monaten",
    ),
    ENGLISH: Wording(
        "tomorrow",
        "in {}",
        "two three four five six seven eight nine ten",
        "one minute / minutes; one hour / hours; one day / days; "
        "one working day / working days; one week / weeks; one month / months",
    ),
    "es": Wording(
        "mañana",
        "dentro de {}",
        "dos tres cuatro cinco seis siete ocho nueve diez",
        "un minuto / minutos; una hora / horas; un día / días; "
        "un día laborable / días laborables; una semana / semanas; un mes / meses",
    ),
    "fr": Wording(
        "demain",
        "dans {}",
        "deux trois quatre cinq six sept huit neuf dix",
        "une minute / minutes; une heure / heures; un jour / jours; "
        "un jour ouvré / jours ouvrés; une semaine / semaines; un mois / mois",
    ),
    "it": Wording(
        "domani",
        "tra {}",
        "due tre quattro cinque sei sette otto nove dieci",
        "un minuto / minuti; un'ora / ore; un giorno / giorni; "
        "un giorno lavorativo / giorni lavorativi; una settimana / settimane; un mese / mesi",
    ),
    "nl": Wording(
        "morgen",
        "over {}",
        "twee drie vier vijf zes zeven acht negen tien",
        "een minuut / minuten; een uur / uur; een dag / dagen; "
        "een werkdag / werkdagen; een week / weken; een maand / maanden",
    ),
}
"""By language, as it stands in ``lang`` (ISO 639-1)."""
