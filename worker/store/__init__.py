"""The only package that knows SQL: one file per aggregate, rows in, facts out.

Functions take a connection and never commit; `worker.store.database` gives connections, inside
transactions. Statements are SQLAlchemy Core over the tables that `worker.store.tables` declares as
SQLModel classes, so that SQLite and PostgreSQL run the same text.
"""
