"""Incoming mail: from bytes to what they mean, and how they are watched for.

Reading knows no database, no clock and no configuration; `classify.read` is its one door:

- `mime`, `headers`, `address`, `charset`, `parse`   bytes to a bounded `Mail`, read on demand
- `hypertext`, `words`                               what the person wrote now
- `fold`, `phrases`, `tongue`                        words as they are compared, by language
- `bounces`, `dates`, `intents`                      what a part of it means
- `classify`                                         the rules in order, first match wins
- `reading`, `report`                                the result, as a value and as JSON

Watching (`imap`, `watch`, `idle` and their helpers) fetches mail by IMAP and hands it on once.
"""
