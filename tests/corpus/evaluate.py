"""How well incoming mail is understood: `python -m tests.corpus.evaluate [--misses]`.

Every mail of `tests/corpus/inbox` is read and held against the values beside it. A fifth of the
corpus, chosen by the hash of each name, is kept apart while rules are written, and counted apart.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from worker.inbox import classify
from worker.inbox.reading import Reading
from worker.inbox.report import as_values

FOLDER = Path(__file__).parent / "inbox"
KINDS = ("human", "auto_reply", "bounce", "complaint", "own", "other")


@dataclass(frozen=True)
class Case:
    """One mail: what is expected of it, and what was read."""

    name: str
    expected: dict[str, Any]
    read: dict[str, Any]
    reading: Reading

    def agrees(self, key: str) -> bool:
        """Whether one value was read as expected; line ends and spaces of text do not count."""
        wanted, found = self.expected.get(key), self.read[key]
        if key == "new_text":
            return " ".join((wanted or "").split()) == " ".join((found or "").split())
        if key == "recipients":
            return sorted(wanted or []) == sorted(found)
        return bool((str(wanted) if wanted is not None else None) == found)

    @property
    def held_back(self) -> bool:
        """Whether it belongs to the fifth that rules are not written for."""
        return sha256(self.name.encode()).digest()[0] % 5 == 0


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


def cases(folder: Path = FOLDER) -> list[Case]:
    """Every mail of the corpus, read."""
    return [_case(path) for path in sorted(folder.glob("*.eml"))]


def _case(path: Path) -> Case:
    reading = classify.read(path.read_bytes())
    expected = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))
    return Case(path.stem, expected, as_values(reading), reading)


def figures(corpus: list[Case]) -> list[Figure]:
    """Every goal of the reading, counted."""
    kind = _by_kind(corpus)
    bounces, human = kind("bounce"), kind("human")
    known = [case for case in bounces if case.read["kind"] == "bounce"]
    soft = [case for case in known if case.expected.get("bounce_type") == "soft"]
    told = [case for case in known if "reason" in case.expected]
    away = [case for case in kind("auto_reply") if "return_date" in case.expected]
    dateless = [case for case in kind("auto_reply") if "return_date" not in case.expected]
    out = [case for case in human if case.expected["intent"] == "opt_out"]
    others = [case for case in human if case.expected["intent"] != "opt_out"]
    return [
        _share("bounce recall", bounces, _is("kind", "bounce"), 0.95),
        _share("bounce recipients exact", known, _agrees("recipients"), 0.92),
        _share("bounce reason", told, _agrees("reason"), 0.85),
        _share("soft called hard", soft, _is("bounce_type", "hard"), 0.05, at_most=True),
        _share("human called bounce", human, _is("kind", "bounce"), 0.005, at_most=True),
        _share("complaint recall", kind("complaint"), _is("kind", "complaint"), 0.95),
        _share("auto-reply recall", kind("auto_reply"), _is("kind", "auto_reply"), 0.90),
        _share("human called auto-reply", human, _is("kind", "auto_reply"), 0.01, at_most=True),
        _share("return date", away, _agrees("return_date"), 0.85),
        _share("return date invented", dateless, _has("return_date"), 0.0, at_most=True),
        _share("new text exact", human, _agrees("new_text"), 0.70),
        _share("intent", human, _agrees("intent"), 0.80),
        _share("opt-out recall", out, _is("intent", "opt_out"), 0.95),
        _share("opt-out false", others, _is("intent", "opt_out"), 0.01, at_most=True),
        _share("until", [one for one in human if "until" in one.expected], _agrees("until"), 0.80),
        _share("kind", corpus, _agrees("kind"), 0.95),
    ]


def _by_kind(corpus: list[Case]) -> Callable[[str], list[Case]]:
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


def precision_and_recall(corpus: list[Case], key: str) -> list[str]:
    """A line for each class of a key: how many, precision, recall."""
    wanted = Counter(str(case.expected.get(key)) for case in corpus)
    found = Counter(str(case.read[key]) for case in corpus)
    right = Counter(str(case.read[key]) for case in corpus if case.agrees(key))
    lines = []
    for name in sorted(wanted | found):
        precision = right[name] / found[name] if found[name] else 1.0
        recall = right[name] / wanted[name] if wanted[name] else 1.0
        lines.append(f"  {name:<16} {wanted[name]:>4}   {precision:>6.1%}  {recall:>6.1%}")
    return lines


def confusions(corpus: Iterable[Case], key: str) -> list[str]:
    """What was taken for what, the most frequent first."""
    wrong = Counter(
        (str(case.expected.get(key)), str(case.read[key]))
        for case in corpus
        if not case.agrees(key)
    )
    return [
        f"  {count:>3} x {wanted} read as {found}" for (wanted, found), count in wrong.most_common()
    ]


def _misses(corpus: list[Case]) -> list[str]:
    return [
        f"{case.name}: {key}: wanted {case.expected.get(key)!r}, "
        f"read {case.read[key]!r} ({case.read['why']})"
        for case in corpus
        for key in sorted(set(case.expected) & set(case.read))
        if not case.agrees(key)
    ]


def main(arguments: list[str]) -> int:
    """Print every figure for the open part and for the part kept apart."""
    corpus = cases()
    open_part = [case for case in corpus if not case.held_back]
    apart = [case for case in corpus if case.held_back]
    print(f"{len(corpus)} mails, {len(apart)} of them kept apart\n")
    print(f"{'':<26}{'open':>16}{'kept apart':>16}{'goal':>10}")
    for one, other in zip(figures(open_part), figures(apart), strict=True):
        goal = f"{'<=' if one.at_most else '>='} {one.goal:.1%}"
        print(f"{one.name:<26}{_shown(one):>16}{_shown(other):>16}{goal:>10}")
    humans = [case for case in corpus if case.expected["kind"] == "human"]
    bounces = [case for case in corpus if "reason" in case.expected]
    for title, part, key in (
        ("kind", corpus, "kind"),
        ("intent", humans, "intent"),
        ("reason", bounces, "reason"),
    ):
        print(f"\n{title:<18} {'n':>4}   {'precision':>6}  {'recall':>6}")
        print("\n".join([*precision_and_recall(part, key), *confusions(part, key)]))
    if "--misses" in arguments:
        print("\n" + "\n".join(_misses(open_part)))
    return 0


def _shown(figure: Figure) -> str:
    return f"{figure.share:.1%} of {figure.of}" if figure.of else "-"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
