"""The demo: sixty days of the real worker on embedded parts, in under a minute.

::

    run ──► project ──► world ──► story ──► record ──► checks ──► summary
            a folder    server,   day by    what       judged     a table, and
            like any    crowd,    day, on   arrived,   from the   commands that
            other       worker    a virtual who did    mail       look closer
                                  clock     what
                                    │
                                    └──► a viewer: `live` on a terminal, else `plain`

Nothing here decides what is sent: the worker does, as it would for months. The demo brings the
people (`worker.sandbox`), lets them come in (`arrivals`), and has a `salesperson` who takes up what
they answer.
"""
