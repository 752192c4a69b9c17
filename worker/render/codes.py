"""The code of templates that are compiled alike: a layout, once for all that it is filled by."""

from __future__ import annotations

from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache


class Codes(BytecodeCache):
    """Keeps code in memory, by the name and the text that it was made of.

    It is for sandboxes with nothing fixed in them, and all of HTML. Several threads may use it.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put code that is known into a bucket."""
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what has been compiled."""
        self._known[bucket.key, bucket.checksum] = bucket.code
