"""`python -m bench [NAME …]`: measure, show, keep; exit status 1 where a goal is missed."""

from __future__ import annotations

import argparse
import sys

from rich.console import Console

from bench.harness import measures, report


def main(words: list[str]) -> int:
    """Run the measures named by `words`, or all, and return the exit status."""
    known = measures.names()
    parser = argparse.ArgumentParser(prog="python -m bench", description=f"measures: {known}")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a measure; all if none is named")
    wanted = parser.parse_args(words).names
    for name in set(wanted) - set(known):
        parser.error(f"no measure is called {name}; there are: {', '.join(known)}")
    console = Console()
    with console.status("measuring"):
        results = list(measures.take(wanted or known))
    console.print(report.table(results))
    report.keep(results)
    return 0 if all(result.holds for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
