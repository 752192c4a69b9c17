"""A mail server on loopback, people who answer, and a judge who looks only at what arrived.

The demo and the acceptance tests run the real worker against it, on a clock that may be virtual:

- `server` accepts mail over SMTP, keeps it in the `capture`, and serves watched accounts over IMAP;
- `addresses` are those that make trouble on purpose, and `bounces` the reports they send back;
- `recipients` have habits, `crowd` acts on them, `letters` writes their mail in their own `words`;
- `judge` holds the capture against what the crowd did;
- `cast` is the demo's crowd.

SMTP and IMAP come from aiosmtpd and pymap, the extra ``demo``; only a started server needs them.
"""
