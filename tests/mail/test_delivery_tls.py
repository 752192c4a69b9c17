"""Certificates are verified, and no password is ever written before the connection is secured."""

from __future__ import annotations

import asyncio
import base64
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.mail.fake_smtp import GOOD, Peer, Script, fake_smtp, over_tls, silence
from tests.mail.parcels import deliver
from worker.delivery.account import Account, Security, Timeouts
from worker.delivery.envelope import Envelope
from worker.delivery.outcome import Accepted, Deferred, LoginRefused, Outcome, Phase, Returned
from worker.delivery.pool import Pool

BODY = b"Subject: hello\r\n\r\nbye\r\n"
ENVELOPE = Envelope.of("a@x.example", "b@y.example", BODY)
PATIENT = Timeouts(connect=10, command=10, block=0.5, dot=10, goodbye=10)
TOKEN = base64.b64encode(b"\0me\0s3cret").decode()
WITH_LOGIN: Script = {
    **GOOD,
    "EHLO": b"250-fake\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 AUTH LOGIN PLAIN CRAM-MD5\r\n",
    "AUTH": b"235 2.7.0 welcome\r\n",
}


@dataclass(frozen=True)
class Authority:
    """A certificate authority of the tests in a folder of its own."""

    folder: Path

    @property
    def certificate(self) -> str:
        return str(self.folder / "ca.pem")

    def server(self, name: str, *, days: int = 2) -> ssl.SSLContext:
        """Return a server's context with a certificate for `name`, of `days` from today."""
        key, request, signed, names = (
            str(self.folder / f"{name}{days}.{end}") for end in ("key", "csr", "pem", "ext")
        )
        Path(names).write_text(f"subjectAltName={name}\n")
        new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        _openssl("req", "-new", *new_key, "-keyout", key, "-out", request, "-subj", "/CN=server")
        authority = ["-CA", self.certificate, "-CAkey", str(self.folder / "ca.key")]
        serial = ["-CAcreateserial", "-extfile", names, "-days", str(days)]
        _openssl("x509", "-req", "-in", request, *authority, *serial, "-out", signed)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(signed, key)
        return context


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=30)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("authority")
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    files = ["-keyout", str(folder / "ca.key"), "-out", str(folder / "ca.pem")]
    _openssl("req", "-x509", *new_key, *files, "-subj", "/CN=test authority", "-days", "2")
    return Authority(folder)


async def send(
    port: int, ca_file: str | None, security: Security = "starttls", body: bytes = BODY
) -> Outcome:
    """Send one message with a login over `security`."""
    pool = Pool(
        Account("127.0.0.1", port, security, "me", "s3cret", ca_file=ca_file, timeouts=PATIENT)
    )

    async def yes() -> bool:
        return True

    try:
        return await deliver(pool, ENVELOPE, body, yes)
    finally:
        await pool.close()


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_the_password_goes_over_tls_only(authority: Authority, security: Security) -> None:
    context = authority.server("IP:127.0.0.1")
    script: Script = {**WITH_LOGIN, "STARTTLS": over_tls(context)}
    async with fake_smtp(script, context if security == "tls" else None) as server:
        outcome = await send(server.port, authority.certificate, security)
    assert isinstance(outcome, Accepted)
    logins = [is_tls for is_tls, line in server.lines if line.startswith(b"AUTH")]
    assert logins == [True]
    assert all(is_tls for is_tls, line in server.lines if line.split()[0] in {b"MAIL", b"RCPT"})


async def test_a_large_body_goes_over_tls_whole(authority: Authority) -> None:
    body = b"Subject: large\r\n\r\n" + (b"x" * 70 + b"\r\n") * 50_000
    script: Script = {**WITH_LOGIN, "STARTTLS": over_tls(authority.server("IP:127.0.0.1"))}
    async with fake_smtp(script) as server:
        outcome = await send(server.port, authority.certificate, body=body)
    assert isinstance(outcome, Accepted)
    assert server.bodies == [body + b".\r\n"]


async def test_a_body_that_the_server_stops_reading_over_tls_is_no_doubt(
    authority: Authority,
) -> None:
    async def stop_reading(peer: Peer) -> None:
        peer.is_over = True
        await peer.say(b"354 go on\r\n")
        await peer.record.over.wait()

    script: Script = {
        **WITH_LOGIN,
        "STARTTLS": over_tls(authority.server("IP:127.0.0.1")),
        "DATA": stop_reading,
    }
    async with fake_smtp(script) as server:
        outcome = await send(server.port, authority.certificate, body=b"x" * 30_000_000)
    assert isinstance(outcome, Deferred)
    assert outcome.phase is Phase.BODY


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(
    ("name", "days", "is_known", "reason"),
    [
        ("IP:127.0.0.1", -1, True, "expired"),
        ("DNS:elsewhere.example", 2, True, "127.0.0.1"),
        ("IP:127.0.0.1", 2, False, "unable to get local issuer"),
    ],
    ids=["expired", "for another host", "by an unknown authority"],
)
async def test_a_wrong_certificate_gets_no_password(
    authority: Authority, security: Security, name: str, days: int, is_known: bool, reason: str
) -> None:
    context = authority.server(name, days=days)
    script: Script = {**WITH_LOGIN, "STARTTLS": over_tls(context)}
    async with fake_smtp(script, context if security == "tls" else None) as server:
        outcome = await send(server.port, authority.certificate if is_known else None, security)
        assert "AUTH" not in server.verbs
        assert "MAIL" not in server.verbs
    assert isinstance(outcome, Deferred)
    assert (outcome.phase, outcome.scope) == (Phase.TLS, "mailbox")
    assert reason in outcome.text


async def test_starttls_taken_away_gets_no_password() -> None:
    async with fake_smtp({**WITH_LOGIN, "EHLO": b"250-fake\r\n250 AUTH PLAIN\r\n"}) as server:
        outcome = await send(server.port, None)
        assert "AUTH" not in server.verbs
    assert isinstance(outcome, Deferred)
    assert outcome.phase is Phase.TLS
    assert "does not offer STARTTLS" in str(outcome)


async def test_starttls_refused_gets_no_password() -> None:
    gone = asyncio.Event()

    async def refuse(peer: Peer) -> None:
        await peer.say(b"454 4.7.0 no TLS today\r\n")
        await silence(peer)
        gone.set()

    async with fake_smtp({**WITH_LOGIN, "STARTTLS": refuse}) as server:
        outcome = await send(server.port, None)
        await gone.wait()
        assert "AUTH" not in server.verbs
    assert outcome == Deferred(Phase.TLS, 454, "4.7.0 no TLS today", "mailbox")


async def test_a_plain_server_where_tls_was_expected(authority: Authority) -> None:
    async with fake_smtp(WITH_LOGIN) as server:
        outcome = await send(server.port, authority.certificate, "tls")
        assert "AUTH" not in server.verbs
    assert isinstance(outcome, Deferred)
    assert outcome.phase is Phase.TLS


async def test_words_before_the_handshake_are_not_believed(authority: Authority) -> None:
    """RFC 3207 §6: what somebody injects in the clear must not pass for the server's words."""
    context = authority.server("IP:127.0.0.1")

    async def inject(peer: Peer) -> None:
        peer.writer.write(b"220 go ahead\r\n250-injected\r\n250 AUTH PLAIN\r\n")
        await peer.start_tls(context)

    async with fake_smtp({**WITH_LOGIN, "STARTTLS": inject}) as server:
        outcome = await send(server.port, authority.certificate)
        clear = [line for is_tls, line in server.lines if not is_tls]
    assert isinstance(outcome, Accepted | Deferred)
    assert not any(b"AUTH" in line or b"MAIL" in line for line in clear)


async def test_a_ca_file_that_is_not_there() -> None:
    async with fake_smtp(WITH_LOGIN) as server:
        outcome = await send(server.port, "no/such/file.pem")
        assert server.connections == 0
    assert isinstance(outcome, Deferred)
    assert "no/such/file.pem" in str(outcome)


async def test_a_wrong_password_is_tried_once_and_not_repeated() -> None:
    answer = f"535 5.7.8 wrong: {TOKEN}\r\n".encode()

    async def yes() -> bool:
        return True

    async with fake_smtp({**WITH_LOGIN, "AUTH": answer}) as server:
        pool = Pool(Account("127.0.0.1", server.port, "none", "me", "s3cret", connections=3))
        outcomes = list(
            await asyncio.gather(*(deliver(pool, ENVELOPE, BODY, yes) for _ in range(3)))
        )
        assert server.verbs.count("AUTH") == server.connections == 1
        pool.forget_login()
        outcomes.append(await deliver(pool, ENVELOPE, BODY, yes))
        assert server.verbs.count("AUTH") == 2
        await pool.close()
    first, *others, again = outcomes
    assert first == again == LoginRefused(535, "5.7.8 wrong: …")
    assert others == [Returned(str(first))] * 2


@pytest.mark.parametrize(
    ("offered", "answers", "expected"),
    [
        (b"250 AUTH LOGIN\r\n", (b"334 UGFzc3dvcmQ6\r\n", b"235 ok\r\n"), Accepted),
        (b"250 AUTH GSSAPI\r\n", (b"500 no\r\n",), LoginRefused),
        (b"250 HELP\r\n", (b"500 no\r\n",), LoginRefused),
        (b"250 AUTH PLAIN\r\n", (b"454 4.7.0 later\r\n",), Deferred),
    ],
)
async def test_ways_to_log_in(
    offered: bytes, answers: tuple[bytes, ...], expected: type[Outcome]
) -> None:
    secret = base64.b64encode(b"s3cret").decode().upper()
    script: Script = {
        **WITH_LOGIN,
        "EHLO": b"250-fake\r\n" + offered,
        "AUTH": answers[0],
        secret: answers[-1],
    }
    async with fake_smtp(script) as server:
        outcome = await send(server.port, None, "none")
    assert isinstance(outcome, expected)
