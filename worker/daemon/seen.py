"""What this machine saw of the database last, in a file of the state directory.

It is written after what was seen is committed: so no database is behind it that was not restored.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from worker.engine.sight import Sight
from worker.errors import StoreError

FILE = "seen.json"


@dataclass(frozen=True, slots=True)
class Seen:
    """The file in `folder`."""

    folder: Path

    def read(self) -> Sight | None:
        """Return what was seen last; None where nothing was, or the file is torn."""
        path = self.folder / FILE
        try:
            kept = json.loads(path.read_bytes())
            return Sight(kept["place"], {name: (*beat,) for name, beat in kept["beats"].items()})
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f"{path} cannot be read: {error.strerror}") from error
        except (ValueError, TypeError, KeyError, AttributeError):
            return None

    def write(self, sight: Sight) -> None:
        """Keep what is seen now instead."""
        new = self.folder / f"{FILE}.new"
        try:
            new.write_text(json.dumps(sight._asdict()), encoding="utf-8")
            new.replace(self.folder / FILE)
        except OSError as error:
            raise StoreError(f"{self.folder} cannot be written: {error.strerror}") from error
