"""Making the next thing ready while the one before it is worked on."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast

_T = TypeVar("_T")
_END = object()


def ahead(items: Iterable[_T]) -> Generator[_T, None, None]:
    """Yield `items`, each but the first made in another thread while the one before is in use.

    What making one raises comes when it is its turn. Close it, if not read to its end: then nothing
    of `items` is in use any more, in whatever thread.
    """
    source = iter(items)
    item: object = next(source, _END)
    with ThreadPoolExecutor(1, "ahead") as other:
        while item is not _END:
            coming = other.submit(next, source, _END)
            yield cast(_T, item)
            item = coming.result()
