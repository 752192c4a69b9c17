"""Real servers for tests, each started on loopback in a folder of its own and stopped at the end.

`dovecot` holds mail over IMAP, `smtp_sink` takes what is sent and keeps it, `postgres` is a
database cluster, and `misbehaving_smtp` breaks the SMTP dialogue wherever a test asks it to. They
are context managers and know nothing of pytest; `tests/conftest.py` makes fixtures of them.
"""
