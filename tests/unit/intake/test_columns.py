from __future__ import annotations

import pytest

from worker.engine.intake.columns import Columns, find
from worker.errors import InputError


def found(*header: str, attributes: tuple[str, ...] = (), **mapped: str) -> Columns:
    by_name = {name.replace("_", " "): target for name, target in mapped.items()}
    return find(header, mapped=by_name, attributes=attributes, file="people.csv")


@pytest.mark.parametrize("name", ["email", "E-Mail", " EMAIL_ADDRESS ", "Mail", "Address"])
def test_the_address_column_has_many_names(name: str) -> None:
    assert found("Company", name).fields == {"email": 1, "company": 0}


def test_columns_are_known_in_english_and_german() -> None:
    header = ("E-Mail", "Vorname", "Nachname", "Firma", "Zeitzone", "Opt-in date", "Lead Source")
    assert found(*header).fields == {
        "email": 0,
        "first_name": 1,
        "last_name": 2,
        "company": 3,
        "zone": 4,
        "consent_at": 5,
        "source": 6,
    }


def test_what_a_german_list_says_of_consent_and_score_is_known() -> None:
    header = ("Email", "Einwilligung", "Einwilligung am", "Einwilligung bis", "Einwilligungstext")
    assert list(found(*header, "Bewertung", "Telefonnummer", "Lead-Quelle").fields) == [
        "email",
        "phone",
        "source",
        "score",
        "consent",
        "consent_at",
        "consent_expires",
        "consent_wording",
    ]


def test_the_better_name_wins_and_the_other_column_is_named() -> None:
    columns = found("Address", "Email", "email")
    assert columns.fields == {"email": 1}
    assert columns.ignored == ("Address", "email")


def test_unknown_columns_are_attributes_where_declared_and_otherwise_named() -> None:
    columns = found("email", "Shoe size", "Plan tier", "", attributes=("plan_tier",))
    assert columns.attributes == {"plan_tier": 2}
    assert columns.ignored == ("Shoe size",)


def test_a_mapping_by_hand_comes_first() -> None:
    columns = found("email", "Work mail", "Name", Work_mail="email", Name="company")
    assert columns.fields == {"email": 1, "company": 2}
    assert columns.ignored == ("email",)


def test_a_column_can_be_ignored_by_hand() -> None:
    columns = found("email", "Country", Country="")
    assert columns.fields == {"email": 0}
    assert columns.ignored == ("Country",)


@pytest.mark.parametrize(
    ("header", "mapped", "said"),
    [
        (("Name", "Phone"), {}, 'no column holds email addresses; the first line has "Name", "Ph'),
        (
            ("ada@x.example", "Ada"),
            {},
            "must name the columns, and has an address: write email above",
        ),
        (("email",), {"Nmae": "name"}, 'no column is called "Nmae"; the first line has "email"'),
        (("email",), {"email": "emial"}, '"emial" is no field of a lead; expected one of email'),
        (("email", "b"), {"email": "email", "b": "email"}, "two columns are mapped to email"),
        (("email",), {"email": ""}, "no column holds email addresses"),
    ],
)
def test_what_cannot_be_mapped_is_one_sentence(
    header: tuple[str, ...], mapped: dict[str, str], said: str
) -> None:
    with pytest.raises(InputError) as refused:
        find(header, mapped=mapped, attributes=(), file="people.csv")
    assert said in str(refused.value)
