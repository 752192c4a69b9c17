"""Row 51: while the inbox is out of reach nothing is sent; what waited goes out when it is back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

from tests.acceptance.running import HANG, nurture, project
from tests.acceptance.world import ADA
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_sink import SmtpSink
from worker.daemon.ticks import Ticks
from worker.engine import control
from worker.store import alerts, timeline
from worker.store.database import Database


def waits(ticks: Ticks) -> bool:
    """Whether the gate has put Ada's mail off, and somebody was told why."""
    with ticks.desk() as desk:
        ada = control.lead_by(desk, ADA)
        made = timeline.decisions_of(desk.connection, ada.id)
        told = [one.kind for one in alerts.open_now(desk.connection)]
    return told == ["inbox"] and any("the inbox of sales was" in one.reason for one in made)


def test_sends_wait_for_an_inbox_that_is_out_of_reach(
    tmp_path: Path, sqlite: Database, dovecot: Dovecot, smtp_sink: Callable[..., SmtpSink]
) -> None:
    sink = smtp_sink()
    made = project(tmp_path, dovecot.mailbox("grace"), sink.port)
    text = made.config.read_text().replace("[mailbox.imap]", '[mailbox.imap]\npoll = "1 second"')
    made.config.write_text(text)
    dovecot.stop()
    with nurture(made) as running, made.ticks() as ticks:
        trouble = running.said("inbox.trouble")
        assert trouble["level"] == "warning"
        assert trouble["event"].startswith("mailbox sales: 127.0.0.1:")
        deadline = monotonic() + 3 * HANG
        while not waits(ticks) and monotonic() < deadline:
            sleep(0.1)  # nothing is logged of what does not happen
        assert waits(ticks)
        assert sink.messages() == []
        dovecot.start()
        running.said("inbox.read")
        running.said("message.accepted")
        with ticks.desk() as desk:
            assert alerts.open_now(desk.connection) == []
    assert len(sink.messages()) == 1
