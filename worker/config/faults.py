"""Turns what pydantic found into sentences with file, line and key."""

from __future__ import annotations

import os
import typing
from collections.abc import Iterator
from itertools import islice

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from worker.config.settings import NESTED, PREFIX, Settings
from worker.core.document import Document, name, shown, unknown
from worker.core.places import Place
from worker.errors import ConfigError

MOST = 100
_SECRET = frozenset({"password", "database"})
_NOUNS = {
    "string": "text in double quotes",
    "int": "a whole number",
    "bool": "true or false",
    "path": "a path in double quotes",
    "tuple": "a list",
    "model": "a table",
    "dict": "a table",
}
_EXPECTED = {
    "literal_error": "{expected}",
    "enum": "{expected}",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "string_too_short": "text that is not empty",
    "too_short": "at least one",
}


def explain(error: ValidationError, document: Document) -> list[ConfigError]:
    """Return an error for each fault, `MOST` at most, each where its value came from."""
    return [
        _in_parts(detail) or place_error(_place(detail), _problem(detail), document)
        for detail in islice(error.errors(include_url=False), MOST)
        if not _only_follows(detail)
    ]


def place_error(place: Place, problem: str, document: Document) -> ConfigError:
    """Return an error about a place of the file, or about the variable that stands for it."""
    variable = PREFIX + NESTED.join(str(part).upper() for part in place)
    if variable in os.environ:
        return ConfigError(problem, file="environment", key=variable)
    return ConfigError(problem, file=document.file, line=document.line(place), key=name(place))


def _in_parts(detail: ErrorDetails) -> ConfigError | None:
    """Return an error about a variable that sets a part of a list, which has no place there."""
    place = _place(detail)
    begin = PREFIX + NESTED.join(str(part).upper() for part in (*place, ""))
    parts = [variable for variable in sorted(os.environ) if variable.startswith(begin)]
    if detail["type"] != "tuple_type" or not parts:
        return None
    problem = (
        f"a variable cannot set a part of a list: set {name(place)} in the file, where "
        "password_env names a variable for a password"
    )
    return ConfigError(problem, file="environment", key=parts[0])


def _only_follows(detail: ErrorDetails) -> bool:
    """Tell whether a list is too short only because its elements are wrong."""
    return detail["type"] == "too_short" and bool(detail["input"])


def _place(detail: ErrorDetails) -> Place:
    return tuple(part for part in detail["loc"] if part != "[key]")


def _problem(detail: ErrorDetails) -> str:
    place, kind = _place(detail), detail["type"]
    if kind == "extra_forbidden":
        return unknown(str(place[-1]), known_keys(place[:-1]))
    if kind == "missing":
        return f"missing; add it: {_meaning(place)}"
    came = _came(detail, place)
    if kind == "value_error":
        return f"{detail['ctx']['error']}{came}"
    return f"expected {_expected(detail)}{came}"


def _expected(detail: ErrorDetails) -> str:
    kind, place = detail["type"], _place(detail)
    if kind == "tuple_type" and len(place) == 1 and _model(place) is not Settings:
        return f"tables, each under a heading [[{place[0]}]]"
    if kind in _EXPECTED:
        return _EXPECTED[kind].format(**detail.get("ctx", {})).replace("'", '"')
    return _NOUNS.get(kind.split("_")[0], detail["msg"])


def _came(detail: ErrorDetails, place: Place) -> str:
    hidden = isinstance(detail["input"], dict | BaseModel) or not _SECRET.isdisjoint(place)
    return "" if hidden else f", got {shown(detail['input'])}"


def known_keys(place: Place) -> list[str]:
    """Return the keys of the table at `place`."""
    return [field.alias or key for key, field in _model(place).model_fields.items()]


def _meaning(place: Place) -> str:
    for key, field in _model(place[:-1]).model_fields.items():
        if place[-1] in (field.alias, key) and field.description:
            return field.description[:1].lower() + field.description[1:].rstrip(".")
    return "a value"


def _model(place: Place) -> type[BaseModel]:
    model: type[BaseModel] = Settings
    for part in place:
        if isinstance(part, str):
            model = next(models(model.model_fields[part].annotation), model)
    return model


def models(annotation: object) -> Iterator[type[BaseModel]]:
    """Yield the tables that a type holds, or holds a list of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from models(inner)
