"""`nurture simulate`: days of the future in seconds, before anything is sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from worker.cli import simulate_options as options
from worker.cli.options import AsJson

if TYPE_CHECKING:
    from worker.cli.simulate_facts import Asked, Ways
    from worker.simulate.future import Future
    from worker.simulate.plan import Plan


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("simulate")(simulate)


def simulate(
    ctx: typer.Context,
    leads: options.Leads = None,
    csv: options.Csv = None,
    columns: options.Columns = None,
    consent: options.Consent = None,
    sequences: options.Sequences = None,
    days: options.Days = None,
    from_: options.From = None,
    spread: options.Spread = None,
    seed: options.Seed = None,
    rates: options.Rates = None,
    behaviour: options.BehaviourFile = None,
    existing: options.Existing = False,
    lead: options.Lead = None,
    render: options.Render = False,
    diff: options.Diff = None,
    plan: options.PlanFile = None,
    expect: options.Expect = None,
    html: options.Html = None,
    as_json: AsJson = False,
) -> None:
    """Show who would get what and when. Nothing is sent, and nothing is changed.

    Without --leads and --csv it is about the project's own leads, on a copy of its database.
    """
    from worker.cli.project import settings_path
    from worker.cli.simulate_facts import Asked, Ways

    asked = Asked(
        leads, csv, tuple(sequences or ()), days, from_, spread, seed, tuple(rates or ()),
        behaviour, existing=existing, lead=tuple(lead or ()), render=render,
        columns=tuple(columns or ()), consent=consent,
    )  # fmt: skip
    raise typer.Exit(_run(settings_path(ctx), asked, Ways(diff, plan, expect, html, as_json)))


def _run(path: Path, asked: Asked, ways: Ways) -> int:
    """Ask the future, and show it in the ways that are wanted; return the exit status."""
    from worker.cli.simulate_facts import studied
    from worker.cli.simulate_progress import shown
    from worker.simulate.plan import read

    former = read(ways.expect) if ways.expect else None
    asked = asked.filled(former.made) if former else asked
    with studied(path, asked, ways.diff) as study:
        with shown(study.question.days) as progress:
            future = study.future(progress)
        if study.base:
            with shown(study.question.days) as progress:
                before = study.past(progress)
            return _show_difference(before, future, ways)
    if ways.plan:
        _write_plan(future, asked, ways.plan)
    if ways.html:
        _write_page(future, asked, ways.html)
    if former is not None:
        return _check(former, future, ways)
    _show(future, asked, ways)
    return 0


def _show(future: Future, asked: Asked, ways: Ways) -> None:
    from worker.cli.show import print_json
    from worker.cli.simulate_json import facts_of
    from worker.cli.simulate_view import print_future

    if ways.as_json:
        print_json({"made": asked.made(), **facts_of(future)})
    else:
        print_future(future, silent=not asked.rates and asked.behaviour is None)


def _show_difference(before: Future, after: Future, ways: Ways) -> int:
    from worker.cli.show import print_json
    from worker.cli.simulate_json import facts_of_difference
    from worker.cli.simulate_view import print_difference
    from worker.simulate.difference import compare
    from worker.simulate.plan import entries

    found = compare(entries(before), entries(after))
    if ways.as_json:
        print_json(facts_of_difference(found))
    else:
        print_difference(found)
    return 0


def _check(former: Plan, future: Future, ways: Ways) -> int:
    """Compare with the plan that was expected; tell the exit status: 1 where it differs."""
    from worker.cli.show import print_json, several
    from worker.cli.simulate_json import facts_of_difference
    from worker.cli.simulate_view import print_difference
    from worker.simulate.difference import compare
    from worker.simulate.plan import entries

    found = compare(former.sends, entries(future))
    if ways.as_json:
        print_json(facts_of_difference(found))
    elif found.changes:
        print_difference(found)
        typer.echo(
            f"\nThat is not what {ways.expect} says; if it is meant, write it anew by --plan."
        )
    else:
        typer.echo(f"As {ways.expect} says: {several(found.same, 'touch', 'touches')}.")
    return 1 if found.changes else 0


def _write_plan(future: Future, asked: Asked, path: Path) -> None:
    from worker.simulate.plan import plan_of, write

    write(plan_of(future, asked.made()), path)
    typer.echo(f"{path} is written.", err=True)


def _write_page(future: Future, asked: Asked, path: Path) -> None:
    from worker.errors import InputError
    from worker.simulate.page import page_of

    try:
        path.write_text(page_of(future, asked.made()), encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=str(path)) from None
    typer.echo(f"{path} is written.", err=True)
