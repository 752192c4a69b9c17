"""The sender has uvloop's event loop; without uvloop it has asyncio's, and sends all the same."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import closing
from importlib.util import find_spec

import pytest

from worker.daemon.loop import new_loop


@pytest.mark.skipif(find_spec("uvloop") is None, reason="needs uvloop")
def test_it_is_the_quick_one_where_there_is_one() -> None:
    with closing(new_loop()) as loop:
        assert type(loop).__module__ == "uvloop"


def test_it_is_the_usual_one_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)  # as if it were not installed
    with closing(new_loop()) as loop:
        assert isinstance(loop, asyncio.SelectorEventLoop)


def test_who_does_not_send_does_not_load_it() -> None:
    look = "import sys, worker.daemon.dispatch; print('uvloop' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", look], check=True, capture_output=True, text=True)
    assert said.stdout == "False\n"
