"""How well incoming mail is understood: `python -m tests.corpus.evaluate [--misses] [BATCH…]`.

Every mail of `tests/corpus/inbox` is read and held against the values beside it; what sets there
are, `tests.corpus.cases` says. A fifth of the first two sets, chosen by the hash of each name, is
kept apart while rules are written, and counted apart; only totals of it are shown. Of a batch of
fresh mail the figures of the first look are shown beside those of now.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable

from tests.corpus.cases import LOOKS, Case, cases, independent, looks
from tests.corpus.figures import Figure, by_kind, figures, judged, naming


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


def by_language(corpus: list[Case]) -> list[str]:
    """A line for each language: intents, new texts and return dates that are right."""
    spoken: defaultdict[str, list[Case]] = defaultdict(list)
    for case in corpus:
        spoken[case.language].append(case)
    lines = []
    for language, said in sorted(spoken.items()):
        cells = [
            _right(judged(by_kind(said)("human"), "intent"), "intent"),
            _right(judged(by_kind(said)("human"), "new_text"), "new_text"),
            _right(naming(by_kind(said)("auto_reply"), "return_date"), "return_date"),
        ]
        if set(cells) != {"-"}:
            lines.append(f"  {language:<10}" + "".join(f"{cell:>14}" for cell in cells))
    return lines


def _right(corpus: list[Case], key: str) -> str:
    right = sum(case.agrees(key) for case in corpus)
    return f"{right} of {len(corpus)}" if corpus else "-"


def main(arguments: list[str]) -> int:
    """Print every figure of all sets, or of the named batches of fresh mail only."""
    misses = "--misses" in arguments
    named = [one for one in arguments if not one.startswith("-")]
    if not named:
        _print_set("Folders, by another hand", independent(), misses=misses)
        _print_set("Pairs beside the README", cases(), misses=misses)
    first = tomllib.loads((LOOKS / "first.toml").read_text(encoding="utf-8"))
    for name, corpus in looks().items():
        if not named or name in named:
            _print_look(name, corpus, first.get(name, {}))
            _print_classes(corpus)
            if misses:
                print("\n" + "\n".join(_misses(corpus)))
            print()
    return 0


def _print_set(title: str, corpus: list[Case], *, misses: bool) -> None:
    _print_figures(title, corpus)
    _print_classes(corpus)
    if misses:
        print("\n" + "\n".join(_misses([case for case in corpus if not case.held_back])))
    print()


def _print_look(name: str, corpus: list[Case], first: dict[str, str]) -> None:
    print(f"Fresh mail, batch {name}: {len(corpus)} mails\n")
    print(f"{'':<26}{'first look':>16}{'now':>16}{'goal':>10}")
    for one in figures(corpus):
        if one.of:
            print(f"{one.name:<26}{first.get(one.name, '-'):>16}{_shown(one):>16}{_goal(one):>10}")


def _goal(one: Figure) -> str:
    return f"{'<=' if one.at_most else '>='} {one.goal:.1%}"


def _print_figures(title: str, corpus: list[Case]) -> None:
    open_part = [case for case in corpus if not case.held_back]
    apart = [case for case in corpus if case.held_back]
    print(f"{title}: {len(corpus)} mails, {len(apart)} of them kept apart\n")
    print(f"{'':<26}{'open':>16}{'kept apart':>16}{'goal':>10}")
    for one, other in zip(figures(open_part), figures(apart), strict=True):
        print(f"{one.name:<26}{_shown(one):>16}{_shown(other):>16}{_goal(one):>10}")


def _print_classes(corpus: list[Case]) -> None:
    kind = by_kind(corpus)
    for key, part in (
        ("kind", corpus),
        ("intent", judged(kind("human"), "intent")),
        ("reason", naming(kind("bounce"), "reason")),
    ):
        print(f"\n{key:<18} {'n':>4}   {'precision':>6}  {'recall':>6}")
        print("\n".join([*precision_and_recall(part, key), *confusions(part, key)]))
    print(f"\n{'language':<12}{'intent':>14}{'new text':>14}{'return date':>14}")
    print("\n".join(by_language(corpus)))


def _shown(figure: Figure) -> str:
    return f"{figure.share:.1%} of {figure.of}" if figure.of else "-"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
