"""The house stands as drawn: levels, cycles, seams and sizes.

A failure names file and line. Imports are read from the source, so one inside a function or under
`TYPE_CHECKING` counts like any other.
"""

from __future__ import annotations

import ast
import itertools
import re
import statistics
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, cast

import pytest

ROOT = Path(__file__).parents[1]

LEVELS = {
    **dict.fromkeys(("errors", "clock"), 0),
    **dict.fromkeys(("core", "sequence", "config", "address"), 1),
    **dict.fromkeys(("store", "render", "delivery", "inbox", "hooks", "sandbox"), 2),
    **dict.fromkeys(("engine",), 3),
    **dict.fromkeys(("tracks", "sales", "reports"), 4),
    **dict.fromkeys(("web",), 5),
    **dict.fromkeys(("daemon",), 6),
    **dict.fromkeys(("simulate", "preview", "demo", "checkup"), 7),
    **dict.fromkeys(("cli",), 8),
    **dict.fromkeys(("__main__",), 9),
}
"""What a package may import: whatever has a lower number."""

BESIDE = {("sequence", "core"), ("config", "core")}
"""The imports within a level that are allowed all the same."""

SEAMS = {
    "sqlalchemy": "store",
    "sqlmodel": "store",
    "alembic": "store",
    "imap_tools": "inbox",
    "aiosmtplib": "delivery",
    "aiosmtpd": "sandbox",
    "pymap": "sandbox",
}
"""Libraries that one package alone may know."""

LONGEST_FILE = 400
MEDIAN_FILE = 130
LONGEST_FUNCTION = 50
LONG_FUNCTION = 20
"""The 90th percentile of functions stays within it."""
MEDIAN_FUNCTION = 8


@dataclass(frozen=True)
class Import:
    """One import: `target` is a module of ours, or a foreign module as written."""

    source: str
    target: str
    place: str

    def __str__(self) -> str:
        return f"{self.place}: {self.source} imports {self.target}"


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def worker_sources() -> list[Path]:
    """The package without what Alembic writes."""
    return [path for path in sources("worker") if "versions" not in path.parts]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes(), str(path))


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def package(module: str) -> str:
    """`worker.store.leads` belongs to store, `worker.errors` to errors."""
    return [*module.split("."), ""][1]


def imported(node: ast.AST, modules: Iterable[str]) -> list[str]:
    """The modules that one statement imports; of a name, the module that holds it."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        whole = [f"{node.module}.{alias.name}" for alias in node.names]
        return [name if name in modules else node.module for name in whole]
    return []


@cache
def imports() -> list[Import]:
    modules = {module_name(path): path for path in worker_sources()}
    return [
        Import(module, target, place(path, node.lineno))
        for module, path in modules.items()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for target in imported(node, modules)
    ]


def own_imports() -> list[Import]:
    return [one for one in imports() if one.target.split(".")[0] == "worker"]


def goes_down(one: Import) -> bool:
    source, target = package(one.source), package(one.target)
    if source == target or (source, target) in BESIDE:
        return True
    return LEVELS[target] < LEVELS[source]


def listed(faults: Iterable[object]) -> str:
    return "\n".join(map(str, ["", *faults]))


# --- levels and cycles


def test_every_package_has_its_level() -> None:
    known = {package(module_name(path)) for path in worker_sources()} - {""}
    assert known <= LEVELS.keys(), f"not in the table of levels: {known - LEVELS.keys()}"


def test_imports_go_downward() -> None:
    faults = [one for one in own_imports() if package(one.target) and not goes_down(one)]
    assert not faults, listed(faults)


def test_the_root_package_is_neither_imported_nor_importing() -> None:
    faults = [one for one in own_imports() if "worker" in (one.source, one.target)]
    assert not faults, listed(faults)


def test_modules_form_no_cycle() -> None:
    graph: dict[str, set[str]] = {}
    for one in own_imports():
        graph.setdefault(one.source, set()).add(one.target)
    cycle = find_cycle(graph)
    steps = set(itertools.pairwise(cycle))
    assert not cycle, listed(one for one in own_imports() if (one.target, one.source) in steps)


def find_cycle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """Return one cycle, its first module again at its end; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


def test_hidden_imports_and_cycles_are_seen() -> None:
    hidden = ast.parse(
        "def f():\n    from worker.core import due, Later\n    import worker.store.a"
    )
    found = [name for node in ast.walk(hidden) for name in imported(node, ["worker.core.due"])]
    assert found == ["worker.core.due", "worker.core", "worker.store.a"]
    assert not goes_down(Import("worker.store.a", "worker.render.b", ""))
    assert find_cycle({"a": ["b"], "b": ["a"]})


# --- seams


def test_core_is_pure() -> None:
    """Standard library, errors and core; ruff keeps clocks out, this keeps libraries out."""
    allowed = sys.stdlib_module_names | {"worker"}
    faults = [
        one
        for one in imports()
        if package(one.source) == "core" and one.target.split(".")[0] not in allowed
    ]
    assert not faults, listed(faults)
    ours = [one for one in own_imports() if package(one.source) == "core"]
    assert {package(one.target) for one in ours} <= {"core", "errors"}, listed(ours)


@pytest.mark.parametrize("library", SEAMS)
def test_a_library_stays_behind_its_seam(library: str) -> None:
    faults = [
        one
        for one in imports()
        if one.target.split(".")[0] == library and package(one.source) != SEAMS[library]
    ]
    assert not faults, listed(faults)


def asks_the_time(node: ast.AST) -> bool:
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name | ast.Attribute):
        return False
    holder = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
    asking = {"datetime": {"now", "utcnow", "today"}, "date": {"today"}, "time": {"time"}}
    return node.attr in asking.get(holder, ())


def test_only_the_clock_asks_the_time() -> None:
    clock = ROOT / "worker" / "clock.py"
    faults = [
        place(path, node.lineno)
        for path in sources("worker")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and asks_the_time(node) and path != clock
    ]
    assert not faults, listed(faults)
    assert any(map(asks_the_time, ast.walk(tree(clock))))


# --- sizes


def length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_files_are_short() -> None:
    everywhere = [*worker_sources(), *sources("tests", "bench")]
    faults = [place(path, length(path)) for path in everywhere if length(path) > LONGEST_FILE]
    assert not faults, listed(faults)
    written = [lines for lines in map(length, worker_sources()) if lines > 1]
    assert statistics.median(written) <= MEDIAN_FILE


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            name = f"{place(path, node.lineno)}: {node.name}"
            yield name, node.end_lineno - node.lineno + 1


def test_functions_are_short() -> None:
    lengths = dict(found for path in worker_sources() for found in functions(path))
    faults = [name for name, lines in lengths.items() if lines > LONGEST_FUNCTION]
    assert not faults, listed(faults)
    ordered = sorted(lengths.values())
    assert statistics.median(ordered) <= MEDIAN_FUNCTION
    longest = sorted(lengths, key=lengths.__getitem__, reverse=True)[: len(ordered) // 10]
    assert ordered[len(ordered) * 9 // 10] <= LONG_FUNCTION, listed(longest)


# --- what stands beside the code


def test_no_group_repeats_possessively() -> None:
    """Python 3.11.2, which is Debian's, does not find what such an expression matches."""
    faults = [
        f"{place(path, number)}: {line.strip()}"
        for path in worker_sources()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"\)(?:[*+?]|\{[\d,]+\})\+", line)
    ]
    assert not faults, listed(faults)


def project() -> dict[str, Any]:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return cast("dict[str, Any]", table["project"])


def requirements(*extras: str) -> set[str]:
    """The names of the dependencies, as `pyproject.toml` writes them, with those of `extras`."""
    optional = project()["optional-dependencies"]
    wanted = itertools.chain(project()["dependencies"], *(optional[extra] for extra in extras))
    return {re.split(r"[\[<>=;!~ ]", one, maxsplit=1)[0] for one in wanted}


def test_every_dependency_is_accounted_for() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| (.+?) \| (.+?) \|$", text, re.MULTILINE)
    accounted = {name for name, reason, licence in rows if reason and licence}
    assert accounted == requirements(*project()["optional-dependencies"])


@pytest.mark.parametrize(
    ("name", "extras"),
    [("requirements.txt", ["demo"]), ("requirements-dev.txt", ["demo", "dev"])],
)
def test_locks_are_up_to_date(name: str, extras: list[str]) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    locked = set(re.findall(r"^([\w.-]+)(?:\[\w+\])?==", text, re.MULTILINE))
    missing = requirements(*extras) - locked
    assert not missing, f"make lock: {name} lacks {missing}"


# A home, or a folder that only one machine has; written so that it does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w.}])/(?:home|Users|root|work)/[\w.-]+/")


def project_files() -> Iterator[Path]:
    """Every file a clone has, and no folder that a tool or a person made beside it."""
    folders = [".ci", "bench", "docs", "scripts", "sequences", "templates", "tests", "worker"]
    # In a worktree of git, `.git` is a file that says where the clone is.
    yield from (path for path in ROOT.iterdir() if path.is_file() and path.name != ".git")
    for path in (found for folder in folders for found in (ROOT / folder).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def test_no_file_knows_a_machine() -> None:
    faults = [
        f"{place(path, number)}: {line.strip()}"
        for path in project_files()
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert not faults, listed(faults)
    assert MACHINE_PATH.search(f"see /{'home'}/ada/mail")
