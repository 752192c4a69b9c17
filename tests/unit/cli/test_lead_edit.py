"""What is known of a lead, changed by hand; and leads that are given to their owners."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Nurture

OWNERS = """
[[owner]]
name = "Hedy Lamarr"
address = "hedy@yourfirm.example"

[[stage_rule]]
stage = "decision"
score = 60
"""


class Terminal(StringIO):
    """What somebody types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def owners(project: Path) -> None:
    """Two owners and a rule in the configuration."""
    config = project / "config.toml"
    config.write_text(config.read_text() + OWNERS)


def known(nurture: Nurture, address: str) -> dict[str, object]:
    found: dict[str, object] = nurture("leads", "show", address, "--json").json["lead"]
    return found


def test_what_is_edited_is_told_and_remembered(nurture: Nurture, ada: str) -> None:
    said = nurture("leads", "edit", ada, "score=40", "phone=+44 20 7946 0000", "rhythm=Monthly")
    assert "score 0 → 40, phone none → +44 20 7946 0000, rhythm none → monthly." in said.out
    lead = known(nurture, ada)
    assert (lead["score"], lead["rhythm"]) == (40, "monthly")
    assert "score 0 → 40" in " ".join(nurture("why", ada).out.split())
    assert "like that already" in nurture("leads", "edit", ada, "score=40").out
    nurture("leads", "edit", ada, "phone=", "rhythm=", "score=")
    lead = known(nurture, ada)
    assert (lead["phone"], lead["rhythm"], lead["score"]) == (None, None, 0)


@pytest.mark.parametrize(
    ("word", "error"),
    [
        ("score=many", 'score: "many" is no score; expected a whole number such as 40'),
        ("stage=", "stage: a lead is always at a stage; name another"),
        ("rhythm=hourly", "rhythm: hourly is no such word; expected weekly or monthly"),
        ("zone=Mars/Olympus", "is no time zone"),
        ("shoe=38", "shoe: it cannot be edited; expected one of first_name"),
    ],
)
def test_what_cannot_be_understood_changes_nothing(
    nurture: Nurture, ada: str, word: str, error: str
) -> None:
    said = nurture("leads", "edit", ada, "company=Felt", word)
    assert said.status == 1
    assert error in said.err
    assert known(nurture, ada)["company"] is None


@pytest.mark.usefixtures("owners")
def test_an_owner_whom_nobody_knows_is_told(nurture: Nurture, ada: str, project: Path) -> None:
    said = "No owner is called Nobody in config.toml, which has Hedy Lamarr"
    assert f"{said}: nobody hears of" in nurture("leads", "edit", ada, "owner=Nobody").out
    assert said in nurture("leads", "add", "bob@x.example", "--owner", "Nobody").out
    known = nurture("leads", "edit", ada, "owner=hedy LAMARR").out
    assert "No owner" not in known
    rows = "email,owner\n1@x.example,Hedy Lamarr\n2@x.example,Nobody\n3@x.example,Nobody\n"
    (project / "few.csv").write_text(rows)
    told = nurture("leads", "import", "few.csv", "--dry-run").out
    assert "2  have an owner whom config.toml does not name: Nobody" in told


@pytest.mark.usefixtures("owners")
def test_a_stage_is_set_by_hand_and_by_rule(nurture: Nurture, ada: str) -> None:
    nurture("leads", "edit", ada, "stage=consideration")
    assert known(nurture, ada)["stage"] == "consideration"
    nurture("leads", "edit", ada, "score=60")
    assert known(nurture, ada)["stage"] == "decision"
    told = " ".join(nurture("why", ada).out.split())
    assert "stage awareness → consideration, by hand" in told
    assert "by rule: a score of 60" in told
    nurture("leads", "edit", ada, "score=10")
    assert known(nurture, ada)["stage"] == "decision"


@pytest.mark.usefixtures("owners")
def test_a_lead_is_handed_over(nurture: Nurture, ada: str) -> None:
    assert "has no owner: name one by --to" in nurture("leads", "handoff", ada).err
    assert "no owner is called Nobody" in nurture("leads", "handoff", ada, "--to", "Nobody").err
    said = nurture("leads", "handoff", ada, "wants", "a", "quote", "--to", "hedy@yourfirm.example")
    assert f"{ada} is with Hedy Lamarr." in said.out
    assert known(nurture, ada)["owner"] == "Hedy Lamarr"
    assert "handed over to Hedy Lamarr: wants a quote" in " ".join(nurture("why", ada).out.split())


def test_the_leads_of_who_left_go_to_another(nurture: Nurture, ada: str, owners: None) -> None:
    nurture("leads", "edit", ada, "owner=Gone Guy")
    bob = "bob@bristol.example"
    nurture("leads", "add", bob, "--consent", "asked", "--owner", "gone guy")
    said = nurture(
        "leads", "reassign", "GONE GUY", "--to", "hedy@yourfirm.example", "left", "--yes"
    )
    assert (
        "2 leads of GONE GUY went to Hedy Lamarr; handed over, because somebody talks to them: 0."
        in said.out
    )
    assert known(nurture, ada)["owner"] == known(nurture, bob)["owner"] == "Hedy Lamarr"
    assert "handed_over" not in nurture("why", ada).out
    again = nurture("leads", "reassign", "Gone Guy", "--to", "Hedy Lamarr", "--yes")
    assert again.status == 1
    assert "no lead has the owner Gone Guy; owners of leads: Hedy Lamarr (2)" in again.err


def test_who_is_being_talked_to_is_handed_over(nurture: Nurture, ada: str, owners: None) -> None:
    nurture("leads", "handoff", ada, "--to", "Hedy Lamarr")
    config = Path("config.toml")
    config.write_text(config.read_text().replace("Hedy Lamarr", "Hedy Kiesler"))
    said = nurture("leads", "reassign", "Hedy Lamarr", "--to", "Hedy Kiesler", "married", "--yes")
    assert "1 lead of Hedy Lamarr went to Hedy Kiesler; handed over" in said.out
    assert "handed over to Hedy Kiesler: married" in " ".join(nurture("why", ada).out.split())


@pytest.mark.usefixtures("owners")
def test_nobody_is_handed_over_to_who_has_them(nurture: Nurture, ada: str) -> None:
    nurture("leads", "handoff", ada, "--to", "Hedy Lamarr")
    said = nurture("leads", "reassign", "hedy@yourfirm.example", "--to", "Hedy Lamarr", "--yes")
    assert said.status == 1
    assert "hedy@yourfirm.example is Hedy Lamarr, who has them already" in said.err
    assert nurture("why", ada).out.count("handed_over") == 1


@pytest.mark.usefixtures("owners")
def test_a_no_is_no_success(nurture: Nurture, ada: str, monkeypatch: pytest.MonkeyPatch) -> None:
    nurture("leads", "edit", ada, "owner=Gone Guy")
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    said = nurture("leads", "reassign", "Gone Guy", "--to", "Hedy Lamarr")
    assert said.status == 1
    assert said.out.endswith("Nothing was changed.\n")
    assert known(nurture, ada)["owner"] == "Gone Guy"
