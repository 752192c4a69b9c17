"""Mail read in a process of its own, which ends itself where a mail takes too long or too much.

The rules are linear and bounded, and try to be so for whatever bytes come; this is the second wall.
A mail that breaks the process costs a reading that says so, and a new process for the next mail.

- `reader`    the caller's side: one process, started when first needed
- `__main__`  the process: one mail in, one reading out
- `recent`    what it has glanced at, which it takes apart once
"""
