"""`nurture db`: the schema of the database."""

from __future__ import annotations

import typer

app = typer.Typer(help="Look after the database.", no_args_is_help=True)


@app.command("upgrade")
def upgrade(ctx: typer.Context) -> None:
    """Bring the database to the schema of this version.

    Make a backup first.
    """
    from worker.cli.project import settings_path
    from worker.config import load
    from worker.store.database import Database
    from worker.store.upgrade import upgrade as bring_up

    database = Database(load(settings_path(ctx)).database_url)
    try:
        new = bring_up(database)
    finally:
        database.close()
    said = "is now at" if new else "was already at"
    typer.echo(f"The database {said} the schema of this version.")
