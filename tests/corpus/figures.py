"""What is counted of a corpus, and the goals that the project set itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.corpus.cases import Case


@dataclass(frozen=True)
class Figure:
    """A share of cases, with the goal that the project set itself."""

    name: str
    good: int
    of: int
    goal: float
    at_most: bool = False

    @property
    def share(self) -> float:
        """The share, 1 where there is nothing to count."""
        return self.good / self.of if self.of else float(not self.at_most)

    @property
    def holds(self) -> bool:
        """Whether the goal is reached."""
        return self.share <= self.goal if self.at_most else self.share >= self.goal


def figures(corpus: list[Case]) -> list[Figure]:
    """Every goal of the reading, counted."""
    kind = by_kind(corpus)
    human, automatic = kind("human"), kind("auto_reply")
    return [
        _share("kind", corpus, _agrees("kind"), 0.95),
        *_bounce_figures(kind("bounce"), human),
        _share("complaint recall", kind("complaint"), _is("kind", "complaint"), 0.95),
        _share("own recall", kind("own"), _is("kind", "own"), 0.95),
        _share("other recall", kind("other"), _is("kind", "other"), 0.90),
        _share("auto-reply recall", automatic, _is("kind", "auto_reply"), 0.90),
        _share("human called auto-reply", human, _is("kind", "auto_reply"), 0.01, at_most=True),
        _share("return date", naming(automatic, "return_date"), _agrees("return_date"), 0.85),
        _share("return date invented", _silent(automatic, "return_date"), _has("return_date"),
               0.0, at_most=True),
        *_human_figures(human),
    ]  # fmt: skip


def _bounce_figures(bounces: list[Case], human: list[Case]) -> list[Figure]:
    known = [case for case in bounces if case.read["kind"] == "bounce"]
    soft = [case for case in known if case.wants("bounce_type") == "soft"]
    return [
        _share("bounce recall", bounces, _is("kind", "bounce"), 0.95),
        _share("bounce recipients exact", judged(known, "recipients"), _agrees("recipients"),
               0.92),
        _share("bounce reason", naming(known, "reason"), _agrees("reason"), 0.85),
        _share("original Message-ID", naming(known, "original_message_id"),
               _agrees("original_message_id"), 0.92),
        _share("soft called hard", soft, _is("bounce_type", "hard"), 0.05, at_most=True),
        _share("human called bounce", human, _is("kind", "bounce"), 0.005, at_most=True),
    ]  # fmt: skip


def _human_figures(human: list[Case]) -> list[Figure]:
    told = judged(human, "intent")
    out = [case for case in told if case.wants("intent") == "opt_out"]
    others = [case for case in told if case.wants("intent") != "opt_out"]
    return [
        _share("new text exact", judged(human, "new_text"), _agrees("new_text"), 0.70),
        _share("intent", told, _agrees("intent"), 0.80),
        _share("opt-out recall", out, _is("intent", "opt_out"), 0.95),
        _share("opt-out false", others, _is("intent", "opt_out"), 0.01, at_most=True),
        _share("until", naming(human, "until"), _agrees("until"), 0.80),
        _share("until invented", _silent(human, "until"), _has("until"), 0.02, at_most=True),
    ]


def judged(corpus: list[Case], key: str) -> list[Case]:
    """The cases that say something about a key."""
    return [case for case in corpus if case.judges(key)]


def naming(corpus: list[Case], key: str) -> list[Case]:
    """The cases that expect something of a key."""
    return [case for case in corpus if case.wants(key) is not None]


def _silent(corpus: list[Case], key: str) -> list[Case]:
    return [case for case in judged(corpus, key) if case.wants(key) is None]


def by_kind(corpus: list[Case]) -> Callable[[str], list[Case]]:
    """Give the cases of a kind."""
    return lambda kind: [case for case in corpus if case.expected["kind"] == kind]


def _share(
    name: str, of: list[Case], test: Callable[[Case], bool], goal: float, *, at_most: bool = False
) -> Figure:
    return Figure(name, sum(map(test, of)), len(of), goal, at_most)


def _is(key: str, value: str) -> Callable[[Case], bool]:
    return lambda case: case.read[key] == value


def _has(key: str) -> Callable[[Case], bool]:
    return lambda case: case.read[key] is not None


def _agrees(key: str) -> Callable[[Case], bool]:
    return lambda case: case.agrees(key)
