"""Finds the measures and runs them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Sequence

import bench
from bench.harness.result import Result


def names() -> list[str]:
    """Return the names of all measures: the modules beside the harness."""
    found = pkgutil.iter_modules(bench.__path__)
    return sorted(one.name for one in found if not one.ispkg and one.name != "__main__")


def take(wanted: Sequence[str]) -> Iterator[Result]:
    """Yield the results of the measures called `wanted`, each as soon as it is there."""
    for name in wanted:
        yield from importlib.import_module(f"bench.{name}").measure()
