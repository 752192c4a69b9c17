"""How a condition is said to people, in the words of the file."""

from __future__ import annotations

from collections.abc import Iterator

from worker.core.condition import Condition, Happening, Range, Trait
from worker.core.traits import either


def asked(condition: Condition) -> str:
    """Say what a condition asks; "" for one that asks nothing."""
    return ", ".join(_parts(condition))


def _parts(condition: Condition) -> Iterator[str]:
    if condition.stages:
        yield f"stage {either(condition.stages)}"
    if condition.tracks:
        yield f"track {either(condition.tracks)}"
    if condition.score:
        yield f"score {_range(condition.score)}"
    yield from map(_trait, condition.traits)
    if condition.happened:
        yield f"{_happening(condition.happened)} happened"
    if condition.not_happened:
        yield f"no {_happening(condition.not_happened)}"
    yield from _of_passage(condition)
    if condition.any_:
        yield " or ".join(f"({asked(one)})" for one in condition.any_)
    if condition.not_:
        yield f"not ({asked(condition.not_)})"


def _of_passage(condition: Condition) -> Iterator[str]:
    if condition.answered is not None:
        said = {True: "answered", False: "not answered"}
        answers = condition.answered
        yield said[answers] if isinstance(answers, bool) else f"answered {either(answers)}"
    for one in condition.tasks:
        yield f"task {one.step} {either(one.results)}"


def _range(asked_for: Range) -> str:
    bounds = (("at least", asked_for.at_least), ("at most", asked_for.at_most))
    return " and ".join(f"{word} {bound:g}" for word, bound in bounds if bound is not None)


def _trait(one: Trait) -> str:
    said = [either(one.is_)] if one.is_ else []
    said += [f"not {either(one.is_not)}"] if one.is_not else []
    said += [f"with “{one.contains}”"] if one.contains else []
    said += [_range(one.range)] if one.range else []
    if one.known is not None:
        said.append("known" if one.known else "not known")
    return f"{one.name} {' and '.join(said)}"


def _happening(one: Happening) -> str:
    within = f" within {one.within}" if one.within else ""
    return f"{either(one.events)}{within}"
