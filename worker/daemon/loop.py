"""The event loop that sends: uvloop's where it is installed, for it takes less of the processor.

All else in the daemon runs on asyncio's, and what is known of a connection is known on both alike.
"""

from __future__ import annotations

import asyncio


def new_loop() -> asyncio.AbstractEventLoop:
    """Return a loop for whoever sends much."""
    try:
        import uvloop  # here, because most commands send nothing
    except ImportError:  # it is not made for every system and every Python
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
