"""Which Python `.venv` is made with: `scripts/which-python` among shell scripts that act as one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).parents[1] / "scripts" / "which-python"
_ACTS = """\
#!/bin/sh
case "$2" in
*sysconfig*) exit {not_optimised} ;;
*ensurepip*) exit {no_venv} ;;
esac
"""


def python(file: Path, *, optimised: bool = False, venv: bool = True) -> str:
    file.parent.mkdir(exist_ok=True)
    text = _ACTS.format(not_optimised=int(not optimised), no_venv=int(not venv))
    file.write_text(text, encoding="utf-8")
    file.chmod(0o755)
    return str(file)


def chosen(path: Path, *candidates: str, named: str = "") -> tuple[str, str]:
    """Return what is chosen, and why, with a folder before all others on the PATH."""
    environment = os.environ | {"PATH": f"{path}:{os.environ['PATH']}", "PYTHON": named}
    command = [str(_SCRIPT), *candidates]
    done = subprocess.run(command, check=True, env=environment, capture_output=True, text=True)
    assert not done.stderr
    name, why = done.stdout.rstrip("\n").split("\t")
    return name, why


@pytest.fixture
def first(tmp_path: Path) -> str:
    """The python3.11 on the PATH, which is not optimised."""
    return python(tmp_path / "bin" / "python3.11")


def test_an_optimised_one_is_taken(tmp_path: Path, first: str) -> None:
    plain, quick = python(tmp_path / "plain"), python(tmp_path / "quick", optimised=True)
    last = python(tmp_path / "last", optimised=True)
    name, why = chosen(tmp_path / "bin", first, plain, quick, last)
    assert (name, why) == (quick, "built with profile-guided optimisation")


def test_the_first_on_the_path_is_taken_where_it_is_optimised(tmp_path: Path) -> None:
    quick = python(tmp_path / "bin" / "python3.11", optimised=True)
    assert chosen(tmp_path / "bin")[0] == quick


def test_one_that_cannot_make_a_venv_is_passed_over(tmp_path: Path, first: str) -> None:
    bare = python(tmp_path / "bare", optimised=True, venv=False)
    name, why = chosen(tmp_path / "bin", first, bare, str(tmp_path / "missing"), "")
    assert name == "python3.11"
    assert why.startswith("as no Python 3.11 here has both")


def test_without_any_of_3_11_python3_is_taken(tmp_path: Path) -> None:
    broken = tmp_path / "bin" / "python3.11"  # as pyenv has one for a version that is not in use
    python(broken)
    broken.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    assert chosen(tmp_path / "bin", str(broken))[0] == "python3"


def test_one_that_is_named_always_wins(tmp_path: Path, first: str) -> None:
    quick = python(tmp_path / "quick", optimised=True)
    named = chosen(tmp_path / "bin", first, quick, named="python3.12")
    assert named == ("python3.12", "named by PYTHON")


def test_the_one_of_this_machine_makes_venvs() -> None:
    name, _ = chosen(Path("/nowhere"))
    subprocess.run([name, "-c", "import ensurepip, venv"], check=True)
