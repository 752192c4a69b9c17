"""A bundle: the template files that were published together, as one checked value."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from worker.errors import TemplateError
from worker.render import images
from worker.sequence.files import is_hidden

LARGEST_FILE = 256_000  # bytes
SUFFIX = ".html"


@dataclass(frozen=True)
class Bundle:
    """Template texts by their path below the templates folder, with ``/`` between its parts.

    Images are texts, too (`worker.render.images`).
    """

    files: Mapping[str, str]

    @cached_property
    def hash(self) -> str:
        """The SHA-256 of all paths and texts, in hex: what was published, by name."""
        digest = sha256()
        for path, text in sorted(self.files.items()):
            for part in (path, text):
                written = part.encode()
                digest.update(len(written).to_bytes(8, "big") + written)
        return digest.hexdigest()

    def narrow(self, paths: Collection[str]) -> Bundle:
        """Return a bundle of only these files; one that is not there is a `TemplateError`."""
        return Bundle({path: self.text(path) for path in sorted(paths)})

    def text(self, path: str) -> str:
        """Return the text of a file; one that is not there is a `TemplateError`."""
        try:
            return self.files[path]
        except KeyError:
            raise TemplateError("there is no such template", file=path) from None


def load(folder: Path) -> Bundle:
    """Read all templates and images below a folder.

    A file that cannot be read, or is not what its name says, is a `TemplateError`.
    """
    bundle, wrong = read(folder)
    if wrong:
        raise wrong[0]
    return bundle


def read(folder: Path) -> tuple[Bundle, list[TemplateError]]:
    """Read what is below a folder, and say which files are wrong: they are empty in the bundle."""
    files: dict[str, str] = {}
    found, barred = _found(folder)
    wrong = [_barred(error, folder) for error in barred]
    home = folder.resolve()
    for path in found:
        name = path.relative_to(folder).as_posix()
        try:
            _refuse_foreign(path, home, name)
            files[name] = _text(path, name)
        except TemplateError as error:
            files[name] = ""
            wrong.append(error)
    return Bundle(files), wrong


def paths(folder: Path) -> list[Path]:
    """Return the templates and images below a folder; hidden files are none."""
    return _found(folder)[0]


def _found(folder: Path) -> tuple[list[Path], list[OSError]]:
    """Return the templates and images below a folder, and which folders cannot be read."""
    kinds = (SUFFIX, *images.SUFFIXES)
    found: list[Path] = []
    barred: list[OSError] = []
    for place, _, names in os.walk(folder, onerror=barred.append):
        found += [Path(place, name) for name in names]
    shown = (path for path in found if path.suffix in kinds and path.is_file())
    barred = [one for one in barred if not isinstance(one, FileNotFoundError)]
    return sorted(path for path in shown if not is_hidden(path, folder)), barred


def _barred(error: OSError, folder: Path) -> TemplateError:
    below = Path(error.filename).relative_to(folder).as_posix()
    return TemplateError(f"the folder cannot be read: {error.strerror}", file=below)


def _refuse_foreign(path: Path, home: Path, name: str) -> None:
    """Raise `TemplateError` for a link that would show a file from elsewhere, the key perhaps."""
    if path.is_symlink() and not path.resolve().is_relative_to(home):
        raise TemplateError("it is a link to a file elsewhere: copy that here", file=name)


def _text(path: Path, name: str) -> str:
    raw = _bytes(path, name)
    return _template(raw, name) if path.suffix == SUFFIX else images.stored(raw, name)


def _bytes(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TemplateError(f"it cannot be read: {error.strerror}", file=name) from error


def _template(raw: bytes, name: str) -> str:
    if len(raw) > LARGEST_FILE:
        problem = f"it has {len(raw):,} bytes; expected at most {LARGEST_FILE:,}"
        raise TemplateError(problem, file=name)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise TemplateError("it is not UTF-8; save it as UTF-8", file=name, line=line) from error
