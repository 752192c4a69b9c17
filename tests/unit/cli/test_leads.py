"""Leads on the command line: in, shown, held, stopped, won."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Nurture, edit
from worker.cli import progress
from worker.cli.outcome import split
from worker.core.states import Outcome


def test_who_is_added_is_greeted_by_what_was_launched(nurture: Nurture, ada: str) -> None:
    why = nurture("why", ada, "--json").json

    assert [one["what"] for one in why["history"]] == ["lead.created", "enrolled"]
    assert [(one["sequence"], one["step"]) for one in why["next"]] == [("welcome", "welcome")]


def test_why_names_the_line_of_the_sequence_as_it_was_launched(nurture: Nurture, ada: str) -> None:
    [one] = nurture("why", ada, "--json").json["next"]
    assert re.fullmatch(r"sequences/welcome\.toml:\d+ step\[1\]\.after", one["place"])
    assert one["place"] in nurture("why", ada).out


def test_nobody_is_added_twice(nurture: Nurture, ada: str) -> None:
    said = nurture("leads", "add", ada.upper())

    assert said.status == 1
    assert said.err == f"{ada} is a lead already: see `nurture leads show {ada}`\n"


@pytest.mark.parametrize(
    "line",
    [
        "leads show LEAD",
        "why LEAD",
        "leads hold LEAD",
        "leads edit LEAD score=7",
        "tasks add LEAD call",
        "outcome LEAD won 500",
        "sequences enroll welcome LEAD",
        "preview welcome/welcome.html --lead LEAD",
        "simulate --days 1 --lead LEAD",
    ],
)
def test_a_lead_is_found_by_every_spelling_of_its_address(
    nurture: Nurture, ada: str, line: str
) -> None:
    assert nurture("leads", "add", "jörg@größe.example").status == 0
    for spelling in ("jörg@größe.example", "JÖRG@xn--gre-6ka8i.example"):
        said = nurture(*line.replace("LEAD", spelling).split())
        assert "no lead" not in said.err


def test_without_consent_the_answer_says_so(nurture: Nurture, ada: str) -> None:
    said = nurture("leads", "add", "bob@x.example")

    assert "not enrolled: welcome: no consent is recorded for it" in said.out
    way = "`nurture leads add bob@x.example --consent TEXT` records one"
    assert f"Next: nothing, no consent is recorded for it; {way}" in said.out
    refused = nurture("leads", "edit", "bob@x.example", "consent=fair")
    assert "consent: it cannot be edited; where a lead has none" in refused.err


def test_a_consent_that_is_recorded_later_lets_the_lead_in(nurture: Nurture, ada: str) -> None:
    nurture("leads", "add", "bob@x.example", "--first-name", "Bob")
    line = ("leads", "add", "BOB@x.example", "--first-name", "Rob", "--consent", "fair")
    said = nurture(*line)
    assert said.out.startswith("bob@x.example is known already: consent none → fair.\n")
    assert "Not changed: first_name; `nurture leads edit` writes over" in said.out
    assert "Next: nothing; `nurture sequences enroll NAME bob@x.example` would" in said.out
    assert nurture(*line).err.startswith("bob@x.example is a lead already")
    assert "enrolled: welcome" in nurture("sequences", "enroll", "welcome", "bob@x.example").out
    told = nurture("why", "bob@x.example", "--json").json["history"]
    assert "lead.edited" in [one["what"] for one in told]


def test_who_has_neither_zone_nor_country_is_said_to_have_ours(nurture: Nurture) -> None:
    said = nurture("leads", "add", "bob@x.example").out
    assert "Zone and country are not known: UTC and holidays of no country hold." in said
    assert "not known" not in nurture("leads", "add", "eve@x.example", "--country", "FR").out


def test_declared_attributes_can_be_set(nurture: Nurture, project: Path) -> None:
    edit(project / "config.toml", '#industry = "text"', 'industry = "text"')
    assert nurture("leads", "add", "a@b.example", "--set", "industry=felt = wool").status == 1
    assert nurture("leads", "add", "a@b.example", "--set", "industry=felt").status == 0
    assert "industry  felt" in nurture("leads", "show", "a@b.example").out


def test_hold_resume_and_stop(nurture: Nurture, ada: str) -> None:
    assert (
        "is on hold until Sat 2050-01-01"
        in nurture("leads", "hold", ada, "--until", "2050-01-01", "asked", "for", "it").out
    )
    held = nurture("why", ada, "--json").json
    assert held["hold"]["reason"] == "asked for it"
    assert held["hold"]["until"] == "2050-01-01T00:00:00+00:00"

    assert "Next: " in nurture("leads", "resume", ada).out
    assert nurture("why", ada, "--json").json["hold"] is None

    assert nurture("leads", "stop", ada, "a duplicate").status == 0
    stopped = nurture("why", ada, "--json").json
    assert (stopped["next"], stopped["lead"]["track"]) == ([], "none")


@pytest.mark.parametrize("day", ["2020-01-01", "tomorrow", "2027-13-01"])
def test_a_hold_ends_on_a_day_to_come(nurture: Nurture, ada: str, day: str) -> None:
    said = nurture("leads", "hold", ada, "--until", day)

    assert said.status == 1
    assert said.err.startswith(day)
    assert nurture("why", ada, "--json").json["hold"] is None


def test_a_purchase_is_recorded(nurture: Nurture, ada: str) -> None:
    said = nurture("outcome", ada, "won", "1,500", "liked", "the", "panels")

    assert f"{ada}: won is recorded." in said.out
    assert "won 1500: liked the panels" in said.out
    assert nurture("leads", "show", ada, "--json").json["lead"]["stage"] == "customer"


def test_a_lead_is_shown_with_what_happened_to_it(nurture: Nurture, ada: str) -> None:
    nurture("outcome", ada, "won", "1,500", "liked", "the", "panels")
    nurture("suppress", "add", ada, "moved", "away")
    nurture("leads", "hold", ada, "asked", "for", "it")
    shown = nurture("leads", "show", ada)
    for told in ("never mailed: moved away", "on hold until a person lets it go on: asked for it"):
        assert told in shown.out
    for told in ("won 1500: liked the panels", "suppressed", "moved away"):
        assert told in shown.out[shown.out.index("came in") :]

    seen = nurture("leads", "show", ada, "--json").json
    assert (seen["suppressed"], seen["hold"]["reason"]) == ("moved away", "asked for it")
    happened = [one["what"] for one in seen["history"]]
    assert happened == ["lead.created", "outcome.recorded", "suppressed", "held"]


@pytest.mark.parametrize(
    ("result", "words", "expected"),
    [
        (Outcome.WON, ["500"], (500, "won 500")),
        (Outcome.WON, ["1'500", "panels"], (1500, "won 1500: panels")),
        (Outcome.WON, ["EUR", "1", "500,", "panels"], (1500, "won 1500: panels")),
        (Outcome.WON, ["500", "panels"], (500, "won 500: panels")),
        (Outcome.WON, ["panels"], (None, "won: panels")),
        (Outcome.WON, ["after", "3", "calls"], (None, "won: after 3 calls")),
        (Outcome.LOST, ["5", "others", "were", "cheaper"], (None, "lost: 5 others were cheaper")),
        (Outcome.NURTURE, [], (None, "nurture")),
    ],
)
def test_an_amount_stands_first_and_only_after_won(
    result: Outcome, words: list[str], expected: tuple[int | None, str]
) -> None:
    assert split(result, words) == expected


@pytest.mark.parametrize("words", [("500,50",), ("12,50", "EUR"), ("1,5",), ("500k",)])
def test_what_has_cents_is_not_taken_for_thousands(
    nurture: Nurture, ada: str, words: tuple[str, ...]
) -> None:
    said = nurture("outcome", ada, "won", *words)
    assert said.status == 2
    assert re.search(rf"{words[0]} (has cents|is no amount); write whole units, such as", said.err)
    assert nurture("leads", "show", ada, "--json").json["lead"]["stage"] != "customer"


def test_a_second_purchase_says_that_there_was_one(nurture: Nurture, ada: str) -> None:
    assert "both count" not in nurture("outcome", ada, "won", "500").out
    said = nurture("outcome", ada, "won", "500").out
    assert re.search(r"So was won 500, on \d{4}-\d\d-\d\d \d\d:\d\d; both count\.", said)
    assert "--take-back" in said


def test_an_outcome_is_taken_back(nurture: Nurture, ada: str) -> None:
    nurture("outcome", ada, "won", "500")
    said = nurture("outcome", ada, "--take-back")
    assert re.search(rf"{ada}: won 500, of \d{{4}}-\d\d-\d\d \d\d:\d\d, is taken back\.", said.out)
    assert "The stage is awareness again." in said.out
    assert nurture("leads", "show", ada, "--json").json["lead"]["stage"] == "awareness"
    assert "outcome taken back" in nurture("why", ada).out
    assert nurture("outcome", ada, "--take-back").err == f"no outcome of {ada} is recorded\n"


@pytest.mark.parametrize("words", [(), ("won", "--take-back")])
def test_an_outcome_is_named_or_taken_back(
    nurture: Nurture, ada: str, words: tuple[str, ...]
) -> None:
    said = nurture("outcome", ada, *words)
    assert said.status == 2
    assert "expected won, lost or nurture; or --take-back alone" in said.err


def test_lists_can_be_narrowed(nurture: Nurture, ada: str) -> None:
    nurture("leads", "add", "bob@x.example", "--stage", "decision")

    def listed(*words: str) -> list[str]:
        return [one["address"] for one in nurture("leads", "list", "--json", *words).json]

    assert listed() == [ada, "bob@x.example"]
    assert listed("--limit", "1") == [ada]
    assert listed("--track", "active") == [ada]
    assert listed("--stage", "decision") == ["bob@x.example"]
    assert listed("--limbo") == []
    assert nurture("leads", "list", "--limbo").out == "Nobody is nowhere: as it should be.\n"


def test_json_that_is_cut_says_so_beside_it(nurture: Nurture, project: Path) -> None:
    nurture("leads", "import", "leads.csv")
    said = nurture("leads", "list", "--json", "--limit", "2")
    assert len(said.json) == 2
    assert said.err == "2 of 3: --limit says how many there are to be\n"
    assert nurture("leads", "list", "--json").err == ""


def test_an_import_that_is_interrupted_says_what_is_in(
    nurture: Nurture, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever presses Ctrl-C does so after some batch."""
    with monkeypatch.context() as patched:
        patched.setattr(
            progress, "_lines", lambda *_: lambda _done: signal.raise_signal(signal.SIGINT)
        )
        said = nurture("leads", "import", "leads.csv")
    assert (said.status, said.out) == (130, "")
    assert said.err.startswith("Interrupted: a part of the list may be in; ")
    assert nurture("leads", "import", "leads.csv", "--json").json["unchanged"] == 3


@pytest.mark.parametrize("word", ["no", "-", "opt-out"])
def test_no_consent_is_none_for_a_whole_list_either(
    nurture: Nurture, project: Path, word: str
) -> None:
    said = nurture("leads", "import", "leads.csv", "--consent", word)
    assert said.status == 1
    assert said.err.startswith(f'--consent: "{word}" tells of no consent: say where they agreed')
    (project / "few.csv").write_text("email\nbob@x.example\n")
    assert nurture("leads", "import", "few.csv", "--consent", " ", "--json").json["without_consent"]


def test_an_import_of_bad_rows_alone_fails(nurture: Nurture, project: Path) -> None:
    (project / "bad.csv").write_text("email\nbob\n")
    said = nurture("leads", "import", "bad.csv")
    assert (said.status, said.err) == (1, "")
    assert "1  not taken" in said.out
    (project / "bad.csv").write_text("email\nbob\neve@x.example\n")
    assert nurture("leads", "import", "bad.csv").status == 0


def test_an_import_that_enrolls_prints_json_alone(
    nurture: Nurture, ada: str, project: Path
) -> None:
    said = nurture("leads", "import", "leads.csv", "--enroll", "welcome", "--yes", "--json")
    assert said.json["enrolled"] == 2
    assert "would begin" in said.err


def test_who_is_barred_for_two_reasons_is_left_out_once(nurture: Nurture, project: Path) -> None:
    nurture("sequences", "launch", "welcome", "--yes")
    nurture("suppress", "add", "bob@x.example")
    (project / "few.csv").write_text("email,consent\nbob@x.example,\neve@x.example,fair\n")
    told = nurture("leads", "import", "few.csv", "--enroll", "welcome").out
    assert told.startswith("1 lead of 2 rows would begin.\n")


def test_an_import_enrolls_only_when_asked(nurture: Nurture, project: Path) -> None:
    nurture("sequences", "launch", "welcome", "--yes")
    refused = nurture("leads", "import", "leads.csv", "--enroll", "welcome")
    assert refused.status == 2
    assert "3 leads of 3 rows would begin.\nFirst email at once (UTC)" in refused.out
    assert "at most 200 a day.\nThe last of them gets it on " in refused.out
    assert nurture("leads", "list", "--json").json == []

    assert "Nobody was enrolled" in nurture("leads", "import", "leads.csv").out
    assert "2  in the list" not in nurture("leads", "import", "leads.csv").out
    (project / "more.csv").write_text("email,consent\nmore@x.example,fair\nnope,fair\n")
    said = nurture("leads", "import", "more.csv", "--enroll", "welcome", "--yes")
    assert "1  enrolled" in said.out
    assert "line 3: " in said.out
    assert "more.csv.rejected.csv" in said.out


def test_a_dry_run_changes_nothing(nurture: Nurture) -> None:
    said = nurture("leads", "import", "leads.csv", "--dry-run", "--map", "company=source")

    assert "This was a dry run: nothing was changed." in said.out
    assert "company → source" in " ".join(said.out.split())
    assert nurture("leads", "list", "--json").json == []


def test_a_list_completes_who_is_known_and_says_what_it_ignored(
    nurture: Nurture, project: Path
) -> None:
    (project / "z.csv").write_text("email,first_name\nzoe@q.example,Zoe\n")
    nurture("leads", "import", "z.csv")
    (project / "z.csv").write_text("email,Einwilligung,Shoe\nzoe@q.example,Messe,38\n")
    said = " ".join(nurture("leads", "import", "z.csv").out.split())
    assert "1 known already, and completed: nothing was written over" in said
    assert 'Ignored: Shoe; `--map "COLUMN=FIELD"` says what a column is' in said
    assert nurture("leads", "show", "zoe@q.example", "--json").json["lead"]["consent"] is not None


def test_an_event_that_nothing_asks_for_is_kept_and_said(nurture: Nurture, ada: str) -> None:
    told = nurture("leads", "event", ada, "trial_strated")
    assert told.status == 0
    assert "Nothing that was launched asks for trial_strated; asked for are: " in told.out
    assert "asks for" not in nurture("leads", "event", ada, "meeting_booked").out


def test_an_event_that_something_asks_for_is_told_without_a_word(
    nurture: Nurture, project: Path, ada: str
) -> None:
    asks = {
        "enroll": 'enroll = { on = "webinar.seen", when = { happened = "guide.read" } }',
        "goal": 'goal = "trial_started"',
        "stop": 'stop_on = ["went_away"]',
    }
    source = "\n".join(('title = "Trial"', *asks.values()))
    step = (
        '[[step]]\nid = "a"\nafter = "1 day"\nor_on = "called_us"\ntask = "call"\n'
        'when = { any = [{ not = { happened = "bought" } }] }'
    )
    (project / "sequences/trial.toml").write_text(f"{source}\n{step}\n")
    launched = nurture("sequences", "launch", "trial", "--yes")
    assert launched.status == 0, launched.err
    for name in ("webinar.seen", "guide.read", "trial_started", "went_away", "called_us", "bought"):
        assert "asks for" not in nurture("leads", "event", ada, name).out
