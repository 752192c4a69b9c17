"""Reads sequences from the files of a folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from worker.core.document import MOST_BYTES, decode
from worker.core.facts import Sequence
from worker.errors import SequenceError
from worker.sequence.known import Known
from worker.sequence.reader import EVERYTHING, read

SUFFIX = ".toml"


@dataclass(slots=True)
class Loaded:
    """The sequences of a folder by name, and the errors of the files that are none."""

    sequences: dict[str, Sequence] = field(default_factory=dict)
    errors: list[SequenceError] = field(default_factory=list)


def load(
    path: Path, known: Known = EVERYTHING, *, file: str | None = None
) -> tuple[Sequence | None, list[SequenceError]]:
    """Read one file; `file` is what errors call it, its path where not given."""
    called = file or str(path)
    try:
        with path.open("rb") as opened:
            raw = opened.read(MOST_BYTES + 1)
        text = decode(raw, called, SequenceError)
    except OSError as error:
        problem = f"cannot be read: {error.strerror or error}"
        return None, [SequenceError(problem, file=called)]
    except SequenceError as error:
        return None, [error]
    return read(text, called, known)


def paths(folder: Path) -> list[Path]:
    """Return the files of sequences in a folder, in order of names; hidden ones are none.

    Raises SequenceError where the folder is there and cannot be read.
    """
    try:
        found = [path for path in folder.iterdir() if path.suffix == SUFFIX]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        problem = f"the folder cannot be read: {error.strerror}"
        raise SequenceError(problem, file=folder.name) from error
    return sorted(path for path in found if not is_hidden(path, folder))


def is_hidden(path: Path, root: Path) -> bool:
    """Whether a file is hidden, or in a hidden folder, as seen from a folder above it.

    Such are what editors and other machines leave beside a file: ``._welcome.toml``.
    """
    return any(part.startswith(".") for part in path.relative_to(root).parts)


def load_all(folder: Path, known: Known = EVERYTHING) -> Loaded:
    """Read every file of a sequence in a folder, in order of names.

    Errors call the files ``sequences/welcome.toml``: by the folder's own name and theirs.
    """
    loaded = Loaded()
    try:
        found = paths(folder)
    except SequenceError as error:
        return Loaded(errors=[error])
    for path in found:
        sequence, errors = load(path, known, file=f"{folder.name}/{path.name}")
        loaded.errors += errors
        if sequence is not None:
            loaded.sequences[sequence.name] = sequence
    return loaded
