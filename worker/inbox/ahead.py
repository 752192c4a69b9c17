"""Making the next things ready while the one before them is worked on."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar, cast

_T = TypeVar("_T")
_END = object()


def ahead(items: Iterable[_T], most: int = 1) -> Generator[_T, None, None]:
    """Yield `items`; another thread makes up to `most` of them while the one before is in use.

    The first is made here. What making one raises comes when it is its turn. Close it, if not read
    to its end: then nothing of `items` is in use any more, in whatever thread.
    """
    source = iter(items)
    item: object = next(source, _END)
    coming = deque[Future[object]]()
    with ThreadPoolExecutor(1, "ahead") as other:
        try:
            while item is not _END:
                while len(coming) < most:
                    coming.append(other.submit(next, source, _END))
                yield cast(_T, item)
                item = coming.popleft().result()
        finally:
            for one in coming:
                one.cancel()
