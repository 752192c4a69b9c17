"""Where versions of sequences come from: files, what is launched, and what git remembers."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from worker.config import Settings
from worker.errors import InputError, NotFoundError, ProblemsError
from worker.render.bundle import Bundle, load
from worker.sequence import files, reader
from worker.sequence.known import Known
from worker.simulate.version import Version
from worker.store import publications
from worker.store.database import Connection

LAUNCHED = "launched"
GIT = "git:"


def of_project(settings: Settings, names: Sequence[str] = ()) -> list[Version]:
    """Return these sequences as their files are now, or all; raise all that is wrong with them."""
    found = names or [path.stem for path in files.paths(settings.sequences_dir)]
    templates = load(settings.templates_dir)
    return [of_file(settings, settings.sequences_dir / f"{name}.toml", templates) for name in found]


def of_file(
    settings: Settings, path: Path, templates: Bundle, *, name: str | None = None
) -> Version:
    """Return the sequence of a file; it is called by the file's name if by no other."""
    if not path.is_file():
        there = ", ".join(one.stem for one in files.paths(path.parent))
        raise NotFoundError(f"there is no {path.parent.name}/{path.name}; there are: {there}")
    known = Known(templates=frozenset(templates.files), mailboxes=settings.senders)
    sequence, errors = files.load(path, known, file=f"{path.parent.name}/{path.name}")
    if sequence is None:
        raise ProblemsError(errors)
    source = path.read_text(encoding="utf-8-sig")
    return Version(replace(sequence, name=name or sequence.name), source, templates)


def of_launched(connection: Connection, name: str) -> Version:
    """Return the version that new enrollments begin now; NotFoundError before the first launch."""
    for one in publications.launched(connection, name=name):
        if one.current:
            sequence, errors = reader.read(one.source, f"{name}.toml")
            if sequence is None:
                raise ProblemsError(errors)
            return Version(
                sequence, one.source, Bundle(publications.bundle(connection, one.bundle))
            )
    raise NotFoundError(f"{name} is not launched, so there is nothing to compare with")


def of_revision(settings: Settings, name: str, revision: str) -> Version:
    """Return a sequence with its templates as git has them in a revision, such as ``HEAD~1``."""
    with _checked_out(settings.root, revision) as root:
        templates = load(root / settings.templates_dir.name)
        return of_file(settings, root / settings.sequences_dir.name / f"{name}.toml", templates)


@contextmanager
def _checked_out(root: Path, revision: str) -> Iterator[Path]:
    """Give a folder with the project's sequences and templates of a revision."""
    if revision.startswith("-"):
        raise InputError(f"{revision} is no revision of git")
    words = ["git", "-C", str(root), "archive", "--format=tar", revision]
    try:
        done = subprocess.run([*words, "sequences", "templates"], capture_output=True, check=False)  # noqa: S603
    except FileNotFoundError:
        raise InputError("git is not installed, so its revisions cannot be read") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise InputError(f"git has no sequences of {revision}: {said[-1] if said else 'no reason'}")
    with tempfile.TemporaryDirectory(prefix="nurture-revision-") as folder:
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            # Before 3.11.4 Python has no such filter; git by itself archives no path with `..`.
            archive.extraction_filter = getattr(tarfile, "data_filter", None)
            archive.extractall(folder)  # noqa: S202  filtered, see above
        yield Path(folder)
