"""A host is reached by whichever of its addresses answers."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from tests.servers.nowhere import nowhere
from worker.delivery import reach
from worker.delivery.reach import Address

HOST = "127.0.0.1"


def at(port: int) -> Address:
    return socket.AF_INET, socket.IPPROTO_TCP, (HOST, port)


@contextmanager
def listening() -> Iterator[int]:
    with closing(socket.create_server((HOST, 0))) as server:
        yield server.getsockname()[1]


def closed_port() -> int:
    with listening() as port:
        return port


async def test_an_address_that_swallows_all_does_not_hide_the_next() -> None:
    with nowhere() as silent, listening() as good:
        with closing(await reach.first_of([at(silent), at(good)])) as found:
            assert found.getpeername() == (HOST, good)
        assert len(asyncio.all_tasks()) == 1


async def test_one_that_refuses_gives_way_at_once() -> None:
    refusing = at(closed_port())
    with listening() as good, closing(await reach.first_of([refusing, at(good)])) as found:
        assert found.getpeername() == (HOST, good)


async def test_they_are_tried_in_order() -> None:
    with (
        listening() as first,
        listening() as second,
        closing(await reach.first_of([at(first), at(second)])) as found,
    ):
        assert found.getpeername() == (HOST, first)


async def test_where_none_answers_it_says_what_each_said() -> None:
    port = closed_port()
    with pytest.raises(OSError, match=f"cannot reach {HOST} at port {port}: Connection refused"):
        await reach.reach(HOST, port)


async def test_giving_up_leaves_nothing_behind() -> None:
    with nowhere() as silent:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await reach.first_of([at(silent), at(silent)])
        assert len(asyncio.all_tasks()) == 1
