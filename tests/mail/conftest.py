"""Every test of delivery runs on asyncio's event loop, and on the one that the sender has."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import pytest

from worker.daemon.loop import new_loop

ASYNCIO: Mapping[str, Callable[[], asyncio.AbstractEventLoop]] = {"asyncio": asyncio.new_event_loop}
BOTH = {**ASYNCIO, "sender": new_loop}


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    return BOTH if item.path.name.startswith("test_delivery") else ASYNCIO
