"""The one store suite runs on every database."""

from tests.store.databases import (
    database,
    database_url,
    postgres_template,
    postgres_url,
    sqlite_template,
    sqlite_url,
)

__all__ = [
    "database",
    "database_url",
    "postgres_template",
    "postgres_url",
    "sqlite_template",
    "sqlite_url",
]
