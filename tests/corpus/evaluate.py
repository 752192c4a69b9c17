"""How well incoming mail is understood: `python -m tests.corpus.evaluate [--misses]`.

Every mail of `tests/corpus/inbox` is read and held against the values beside it, in two sets that
are never mixed: the pairs beside its README, written by the author of the rules (a key that is
missing means that nothing may be there), and the folders, written by somebody who did not know
the rules (a key that is missing is not judged). A fifth of each set, chosen by the hash of each
name, is kept apart while rules are written, and counted apart; only totals of it are shown.
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
FOLDERS = ("bounces", "automatic", "human", "complaints", "own", "other")


@dataclass(frozen=True)
class Case:
    """One mail: what is expected of it, and what was read.

    `strict` says that every key is judged, those that are not expected as empty.
    """

    name: str
    expected: dict[str, Any]
    read: dict[str, Any]
    reading: Reading
    strict: bool = True

    def wants(self, key: str) -> str | None:
        """The expected value of a key as text, None for nothing."""
        value = self.expected.get(key)
        return None if value in (None, "", []) else str(value)

    def judges(self, key: str) -> bool:
        """Whether anything is said about a key."""
        return self.strict or key in self.expected

    def agrees(self, key: str) -> bool:
        """Whether one value was read as expected; white space of text does not count."""
        found = self.read[key]
        if key == "new_text":
            return (self.wants(key) or "").split() == (found or "").split()
        if key == "recipients":
            return sorted(self.expected.get(key, [])) == sorted(found)
        return bool(self.wants(key) == found)

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


def cases() -> list[Case]:
    """Every mail beside the README, read."""
    return [_case(path, strict=True) for path in sorted(FOLDER.glob("*.eml"))]


def independent() -> list[Case]:
    """Every mail of the folders, read."""
    paths = (path for name in FOLDERS for path in sorted((FOLDER / name).glob("*.eml")))
    return [_case(path, strict=False) for path in paths]


def _case(path: Path, *, strict: bool) -> Case:
    reading = classify.read(path.read_bytes())
    expected = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))
    name = path.relative_to(FOLDER).with_suffix("").as_posix()
    return Case(name, expected, as_values(reading), reading, strict)


def figures(corpus: list[Case]) -> list[Figure]:
    """Every goal of the reading, counted."""
    kind = _by_kind(corpus)
    human, automatic = kind("human"), kind("auto_reply")
    return [
        _share("kind", corpus, _agrees("kind"), 0.95),
        *_bounce_figures(kind("bounce"), human),
        _share("complaint recall", kind("complaint"), _is("kind", "complaint"), 0.95),
        _share("own recall", kind("own"), _is("kind", "own"), 0.95),
        _share("other recall", kind("other"), _is("kind", "other"), 0.90),
        _share("auto-reply recall", automatic, _is("kind", "auto_reply"), 0.90),
        _share("human called auto-reply", human, _is("kind", "auto_reply"), 0.01, at_most=True),
        _share("return date", _naming(automatic, "return_date"), _agrees("return_date"), 0.85),
        _share("return date invented", _silent(automatic, "return_date"), _has("return_date"),
               0.0, at_most=True),
        *_human_figures(human),
    ]  # fmt: skip


def _bounce_figures(bounces: list[Case], human: list[Case]) -> list[Figure]:
    known = [case for case in bounces if case.read["kind"] == "bounce"]
    soft = [case for case in known if case.wants("bounce_type") == "soft"]
    return [
        _share("bounce recall", bounces, _is("kind", "bounce"), 0.95),
        _share("bounce recipients exact", _judged(known, "recipients"), _agrees("recipients"),
               0.92),
        _share("bounce reason", _naming(known, "reason"), _agrees("reason"), 0.85),
        _share("original Message-ID", _naming(known, "original_message_id"),
               _agrees("original_message_id"), 0.92),
        _share("soft called hard", soft, _is("bounce_type", "hard"), 0.05, at_most=True),
        _share("human called bounce", human, _is("kind", "bounce"), 0.005, at_most=True),
    ]  # fmt: skip


def _human_figures(human: list[Case]) -> list[Figure]:
    told = _judged(human, "intent")
    out = [case for case in told if case.wants("intent") == "opt_out"]
    others = [case for case in told if case.wants("intent") != "opt_out"]
    return [
        _share("new text exact", _judged(human, "new_text"), _agrees("new_text"), 0.70),
        _share("intent", told, _agrees("intent"), 0.80),
        _share("opt-out recall", out, _is("intent", "opt_out"), 0.95),
        _share("opt-out false", others, _is("intent", "opt_out"), 0.01, at_most=True),
        _share("until", _naming(human, "until"), _agrees("until"), 0.80),
        _share("until invented", _silent(human, "until"), _has("until"), 0.02, at_most=True),
    ]


def _judged(corpus: list[Case], key: str) -> list[Case]:
    return [case for case in corpus if case.judges(key)]


def _naming(corpus: list[Case], key: str) -> list[Case]:
    return [case for case in corpus if case.wants(key) is not None]


def _silent(corpus: list[Case], key: str) -> list[Case]:
    return [case for case in _judged(corpus, key) if case.wants(key) is None]


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
    wanted = Counter(str(case.wants(key)) for case in corpus)
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
        (str(case.wants(key)), str(case.read[key])) for case in corpus if not case.agrees(key)
    )
    return [
        f"  {count:>3} x {wanted} read as {found}" for (wanted, found), count in wrong.most_common()
    ]


def _misses(corpus: list[Case]) -> list[str]:
    return [
        f"{case.name}: {key}: wanted {case.wants(key)!r}, "
        f"read {case.read[key]!r} ({case.read['why']})"
        for case in corpus
        for key in sorted(set(case.expected) & set(case.read))
        if not case.agrees(key)
    ]


def main(arguments: list[str]) -> int:
    """Print every figure of both sets, for the open part and for the part kept apart."""
    for title, corpus in (
        ("Folders, by another hand", independent()),
        ("Pairs beside the README", cases()),
    ):
        _print_figures(title, corpus)
        _print_classes(corpus)
        if "--misses" in arguments:
            print("\n" + "\n".join(_misses([case for case in corpus if not case.held_back])))
        print()
    return 0


def _print_figures(title: str, corpus: list[Case]) -> None:
    open_part = [case for case in corpus if not case.held_back]
    apart = [case for case in corpus if case.held_back]
    print(f"{title}: {len(corpus)} mails, {len(apart)} of them kept apart\n")
    print(f"{'':<26}{'open':>16}{'kept apart':>16}{'goal':>10}")
    for one, other in zip(figures(open_part), figures(apart), strict=True):
        goal = f"{'<=' if one.at_most else '>='} {one.goal:.1%}"
        print(f"{one.name:<26}{_shown(one):>16}{_shown(other):>16}{goal:>10}")


def _print_classes(corpus: list[Case]) -> None:
    kind = _by_kind(corpus)
    for key, part in (
        ("kind", corpus),
        ("intent", _judged(kind("human"), "intent")),
        ("reason", _naming(kind("bounce"), "reason")),
    ):
        print(f"\n{key:<18} {'n':>4}   {'precision':>6}  {'recall':>6}")
        print("\n".join([*precision_and_recall(part, key), *confusions(part, key)]))


def _shown(figure: Figure) -> str:
    return f"{figure.share:.1%} of {figure.of}" if figure.of else "-"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
