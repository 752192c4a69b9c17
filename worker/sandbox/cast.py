"""The demo's cast: leads from six continents, and what each of them does within sixty days.

Some buy, some answer, some are away, some cannot be reached and some want no more; those without
habits read in silence and end up on the newsletter, of which one answers an edition.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import timedelta

from worker.sandbox.recipients import Answer, BeAway, Buy, Habit, Mood, Recipient, SendBack

LEADS = """\
address,first_name,last_name,company,country,zone,language,stage,source
ada@analytical.example,Ada,Lovelace,Analytical Engines,GB,Europe/London,en,consideration,webinar
chidi@lagos-freight.example,Chidi,Okafor,Lagos Freight,NG,Africa/Lagos,en,consideration,trade fair
mei.tan@harbourfoods.example,Mei,Tan,Harbour Foods,SG,Asia/Singapore,en,consideration,referral
grace@compilers.example,Grace,Hopkins,Compilers Inc,US,America/New_York,en,consideration,webinar
jonas.becker@beckerbau.example,Jonas,Becker,Becker Bau,DE,Europe/Berlin,de,consideration,trade fair
claire@atelier-moreau.example,Claire,Moreau,Atelier Moreau,FR,Europe/Paris,fr,consideration,web
diego@ramirez.example,Diego,Ramírez,Ramírez e Hijos,MX,America/Mexico_City,es,consideration,web
olivia@brown-co.example,Olivia,Brown,Brown & Co,AU,Australia/Sydney,en,awareness,web
anil@kapoor.example,Anil,Kapoor,Kapoor Textiles,IN,Asia/Kolkata,en,consideration,referral
h.schmidt@nordlicht.example,Hannah,Schmidt,Nordlicht,DE,Europe/Berlin,de,consideration,webinar
tom@fletcherfarms.example,Tom,Fletcher,Fletcher Farms,NZ,Pacific/Auckland,en,awareness,web
peter.novak@novak.example,Peter,Novák,Novák Consulting,CZ,Europe/Prague,en,awareness,old list
rosa@martins.example,Rosa,Martins,Martins Imóveis,BR,America/Sao_Paulo,en,awareness,web
frank@millerhvac.example,Frank,Miller,Miller HVAC,US,America/Chicago,en,awareness,old list
lucia@fernandez.example,Lucía,Fernández,Fernández Abogados,ES,Europe/Madrid,es,awareness,web
yuki@satodesign.example,Yuki,Sato,Sato Design,JP,Asia/Tokyo,en,awareness,web
amina@tekkistudio.example,Amina,Diallo,Tekki Studio,SN,Africa/Dakar,en,awareness,web
lars@nilsson.example,Lars,Nilsson,Nilsson Verkstad,SE,Europe/Stockholm,en,awareness,trade fair
sofia@rossi.example,Sofia,Rossi,Rossi Ceramiche,IT,Europe/Rome,en,awareness,web
daniel@cohenoptics.example,Daniel,Cohen,Cohen Optics,IL,Asia/Jerusalem,en,consideration,webinar
emily@wrightbakery.example,Emily,Wright,Wright Bakery,CA,America/Vancouver,en,awareness,web
thabo@nkosisolar.example,Thabo,Nkosi,Nkosi Solar,ZA,Africa/Johannesburg,en,consideration,referral
ingrid@haugefisk.example,Ingrid,Hauge,Hauge Fisk,NO,Europe/Oslo,en,awareness,trade fair
carlos@vega.example,Carlos,Vega,Vega SA,AR,America/Argentina/Buenos_Aires,es,awareness,web
"""
"""The leads as a CSV file gives them: ISO codes of country and language, the name of a zone."""

_HABITS: dict[str, tuple[Habit, ...]] = {
    "ada@analytical.example": (Habit(1, Buy(1800), after=timedelta(days=3, hours=2)),),
    "chidi@lagos-freight.example": (Habit(1, Buy(950), after=timedelta(days=9)),),
    "mei.tan@harbourfoods.example": (
        Habit(1, Answer(), after=timedelta(hours=20)),
        Habit(1, Buy(2400), after=timedelta(days=6)),
    ),
    "grace@compilers.example": (Habit(1, Answer(Mood.QUESTION), after=timedelta(hours=5)),),
    "jonas.becker@beckerbau.example": (Habit(2, Answer(), after=timedelta(days=1, hours=3)),),
    "claire@atelier-moreau.example": (Habit(1, Answer(Mood.QUESTION), after=timedelta(days=2)),),
    "diego@ramirez.example": (Habit(2, Answer(), after=timedelta(hours=7)),),
    "olivia@brown-co.example": (Habit(1, Answer(Mood.LATER), after=timedelta(days=1)),),
    "anil@kapoor.example": (Habit(2, Answer(Mood.NO), after=timedelta(hours=9)),),
    "h.schmidt@nordlicht.example": (Habit(1, BeAway(days=9)),),
    "tom@fletcherfarms.example": (Habit(2, BeAway(days=12)),),
    "peter.novak@novak.example": (Habit(1, SendBack(hard=True), after=timedelta(minutes=1)),),
    "rosa@martins.example": (Habit(1, SendBack(hard=False), after=timedelta(minutes=4)),),
    "frank@millerhvac.example": (Habit(1, Answer(Mood.OPT_OUT), after=timedelta(hours=2)),),
    "lucia@fernandez.example": (Habit(2, Answer(Mood.OPT_OUT), after=timedelta(days=1)),),
    "yuki@satodesign.example": (Habit(3, Answer(), after=timedelta(hours=15)),),
}


@dataclass(frozen=True, slots=True)
class Role:
    """One of the cast: the columns of `LEADS`, and the habits of the person."""

    address: str
    first_name: str
    last_name: str
    company: str
    country: str
    zone: str
    language: str
    stage: str
    source: str

    @property
    def habits(self) -> tuple[Habit, ...]:
        """What the person does about mail; nothing at all for many."""
        return _HABITS.get(self.address, ())

    @property
    def recipient(self) -> Recipient:
        """The person behind the lead."""
        name = f"{self.first_name} {self.last_name}"
        return Recipient(self.address, name, self.habits, self.zone, self.language)


def cast() -> tuple[Role, ...]:
    """Return everybody, in the order in which they come in."""
    return tuple(Role(**row) for row in csv.DictReader(LEADS.splitlines()))
