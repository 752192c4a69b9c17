"""The example names every key, and shows what holds without it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from tests.unit.config.project import EXAMPLE, uncommented, written
from worker.config import Settings, load
from worker.config.faults import models


def keys_of(model: type[BaseModel]) -> Iterator[str]:
    """Yield each key of the settings, with the tables it stands in: ``mailbox.smtp.host``."""
    for key, field in model.model_fields.items():
        inner = next(models(field.annotation), None)
        name = field.alias or key
        yield from (f"{name}.{each}" for each in keys_of(inner)) if inner else [name]


def keys_in(table: dict[str, object]) -> Iterator[str]:
    for key, value in table.items():
        tables = value if isinstance(value, list) else [value]
        for each in tables:
            if isinstance(each, dict) and key != "attributes":
                yield from (f"{key}.{inner}" for inner in keys_in(each))
            else:
                yield key


def test_the_example_names_every_key_and_no_other() -> None:
    assert set(keys_in(tomllib.loads(uncommented()))) == set(keys_of(Settings))


def test_the_example_loads() -> None:
    settings = load(EXAMPLE)
    assert settings.root == EXAMPLE.parent
    assert settings.sequences_dir == EXAMPLE.parent / "sequences"
    assert [mailbox.address for mailbox in settings.mailbox] == ["ada@yourfirm.example"]


def test_what_the_example_shows_as_usual_is_the_default(tmp_path: Path) -> None:
    alternatives = (
        r"^(password_(file|env)|ca_file|helo|reply_to|industry|mailbox|signature|per_(hour|second)"
        r"|country|closed_days|daily_cap|monthly_cap|quiet|team_lead|sent|junk|all_mail|authserv)"
        r" = .*$"
    )
    text = re.sub(alternatives, "", uncommented(), flags=re.MULTILINE).replace("[[owner]]", "[o]")
    text = re.sub(r"\[o\].*?\n\[newsletter\]", "[newsletter]", text, flags=re.DOTALL)
    text = re.sub(r"\[\[mailbox\.dkim\]\](\n[^\n]+)+", "", text)
    spelled_out = load(written(tmp_path, text)).model_dump()
    assert spelled_out == load(EXAMPLE).model_dump()


def test_every_key_says_what_it_means() -> None:
    tables: list[type[BaseModel]] = [Settings, *tables_below(Settings)]
    for model in tables:
        for key, field in model.model_fields.items():
            assert field.description, f"{model.__name__}.{key}"


def tables_below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for field in model.model_fields.values():
        for inner in models(field.annotation):
            yield inner
            yield from tables_below(inner)
