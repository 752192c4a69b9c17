"""What templates that are tried with few emails have in common: code, and sources made ready."""

from __future__ import annotations

from collections.abc import Mapping
from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache

from worker.render.style import inlined


class Codes(BytecodeCache):
    """Keeps code in memory, by the name and the text that it was made of: a layout's only once.

    It is for one bundle, and for sandboxes with nothing fixed in them, and all of HTML. Several
    threads may use it.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType | None] = {}
        self._sources: dict[str, Mapping[str, str]] = {}

    def sources(self, files: Mapping[str, str], template: str) -> Mapping[str, str]:
        """Return the sources of a template, as `inlined`; they are kept for who asks next."""
        found = self._sources.pop(template, None)
        if found is None:
            found = self._sources[template] = inlined(files, template)
        return found

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put code that is known into a bucket."""
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what has been compiled."""
        self._known[bucket.key, bucket.checksum] = bucket.code
