"""A connection to whichever address of a host answers first (RFC 8305, "Happy Eyeballs").

A host has several addresses, and one of them may swallow what is sent to it: a broken route of
IPv6, say. RFC 5321 §5.1 wants each tried, in order; the next is tried while the one before still
thinks. asyncio can do so itself, but not every event loop can.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections import deque
from collections.abc import Iterable
from typing import Any, TypeAlias

Address: TypeAlias = tuple[int, int, Any]
"""Family, protocol and socket address, as getaddrinfo has them."""

HEAD_START = 0.25
"""Seconds after which the next address is tried (RFC 8305 §5)."""


async def reach(host: str, port: int) -> socket.socket:
    """Return a socket that is connected to `host`; raise OSError, with what each address said."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return await first_of((family, proto, address) for family, _, proto, _, address in found)
    except OSError as error:
        why = error.strerror or str(error)
        raise OSError(f"cannot reach {host} at port {port}: {why}") from error


async def first_of(addresses: Iterable[Address]) -> socket.socket:
    """Return a socket that is connected to the first of these that answers."""
    waiting = deque(addresses)
    tries: list[asyncio.Task[socket.socket]] = []
    won: socket.socket | None = None
    try:
        while won is None:
            if waiting:
                tries.append(asyncio.create_task(_connect(*waiting.popleft())))
            won = await _winner(tries, HEAD_START if waiting else None)
            if won is None and not waiting and all(one.done() for one in tries):
                raise OSError("; ".join(dict.fromkeys(_said(one) for one in tries)))
        return won
    finally:
        await _end([one for one in tries if not _is(one, won)])


async def _winner(
    tries: list[asyncio.Task[socket.socket]], patience: float | None
) -> socket.socket | None:
    """Wait until one of these ends, or for so many seconds; return its socket if it has one."""
    going = [one for one in tries if not one.done()]
    done, _ = await asyncio.wait(going, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
    return next((one.result() for one in done if one.exception() is None), None)


async def _connect(family: int, proto: int, address: Any) -> socket.socket:
    ours = socket.socket(family, socket.SOCK_STREAM, proto)
    try:
        ours.settimeout(0)
        await asyncio.get_running_loop().sock_connect(ours, address)
    except BaseException:
        ours.close()
        raise
    return ours


async def _end(tries: list[asyncio.Task[socket.socket]]) -> None:
    """End what is not needed any more, a connection that came too late included."""
    for one in tries:
        one.cancel()
    for late in await asyncio.gather(*tries, return_exceptions=True):
        if isinstance(late, socket.socket):
            late.close()


def _is(one: asyncio.Task[socket.socket], won: socket.socket | None) -> bool:
    if won is None or not one.done() or one.cancelled() or one.exception() is not None:
        return False
    return one.result() is won


def _said(one: asyncio.Task[socket.socket]) -> str:
    error = one.exception()
    number = error.errno if isinstance(error, OSError) else None
    return os.strerror(number) if number else str(error)
