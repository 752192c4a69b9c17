"""What the daemon does without is not loaded by it, and is there for whoever wants it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from worker.daemon.without import without


def test_the_daemon_loads_nothing_that_it_never_calls() -> None:
    says = "import sys, worker.daemon.service; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", says], check=True, capture_output=True, text=True)
    loaded = set(ended.stdout.split())
    assert "structlog" in loaded
    assert loaded.isdisjoint({"rich", "pygments"})


def test_a_library_is_out_of_reach_only_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with without("colorsys"), pytest.raises(ImportError):
        import colorsys
    import colorsys

    with without("colorsys"):
        import colorsys as still_there

        assert still_there is colorsys
