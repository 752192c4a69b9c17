"""Alembic migrations, forward only; `worker.store.upgrade` runs them in the process."""
