"""Faults of mail itself: corpus mail damaged at random must be read, each in a second of CPU."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random

from chaos.plan import Plan
from chaos.tally import Tally
from tests.corpus.cases import FOLDER
from worker.inbox.apart.reader import UNREAD, Reader

AT_ONCE = 100
SECONDS = 1.0  # CPU time of one mail
MOST_COPIES = 3_000
LARGEST = 1_000_000

Damage = Callable[[Random, bytes, Sequence[bytes]], bytes]


def damaged(plan: Plan) -> Iterator[Tally]:
    """Read damaged mail in the process that may die of it; one that is not read counts as lost."""
    mails = [path.read_bytes() for path in sorted(FOLDER.rglob("*.eml"))]
    unread: list[bytes] = []
    with Reader(cpu_seconds=SECONDS) as reader:
        runs = plan.repeat(lambda: unread.extend(_unread(reader, plan.chance, mails)))
    yield Tally(
        fault="mail damaged at random", runs=runs, messages=runs * AT_ONCE, lost=len(unread)
    )


def _unread(reader: Reader, chance: Random, mails: Sequence[bytes]) -> list[bytes]:
    """The mails, of some that are damaged now, that could not be read."""
    made = [_damage(chance, mails) for _ in range(AT_ONCE)]
    readings = reader.read_all([(raw, None) for raw in made])
    pairs = zip(made, readings, strict=True)
    return [raw for raw, reading in pairs if reading.why.startswith(UNREAD)]


def _damage(chance: Random, mails: Sequence[bytes]) -> bytes:
    raw = chance.choice(mails)
    for _ in range(chance.randint(1, 4)):
        raw = chance.choice(DAMAGES)(chance, raw, mails)[:LARGEST]
    return raw


def _cut(chance: Random, raw: bytes, _mails: Sequence[bytes]) -> bytes:
    return raw[: chance.randint(0, len(raw))]


def _noise(chance: Random, raw: bytes, _mails: Sequence[bytes]) -> bytes:
    at = chance.randint(0, len(raw))
    return raw[:at] + chance.randbytes(chance.randint(1, 200)) + raw[at:]


def _copies(chance: Random, raw: bytes, _mails: Sequence[bytes]) -> bytes:
    """A short piece many times over: what quadratic parsers die of."""
    at = chance.randint(0, len(raw))
    piece = raw[at : at + chance.randint(1, 40)]
    return raw[:at] + piece * chance.randint(2, MOST_COPIES) + raw[at:]


def _splice(chance: Random, raw: bytes, mails: Sequence[bytes]) -> bytes:
    other = chance.choice(mails)
    return raw[: chance.randint(0, len(raw))] + other[chance.randint(0, len(other)) :]


def _nest(chance: Random, raw: bytes, _mails: Sequence[bytes]) -> bytes:
    head = b"Content-Type: message/rfc822\r\n\r\n"
    return head * chance.randint(1, 60) + raw


def _lie(chance: Random, raw: bytes, _mails: Sequence[bytes]) -> bytes:
    """Another character set, or another encoding, than the mail has."""
    wrong = chance.choice([b"utf-7", b"utf-16", b"iso-2022-jp", b"hz-gb-2312", b"punycode", b"x"])
    return raw.replace(b"utf-8", wrong).replace(b"quoted-printable", b"base64")


DAMAGES: tuple[Damage, ...] = (_cut, _noise, _copies, _splice, _nest, _lie)
