"""Failed and late deliveries: who was not reached, why, and whether trying again makes sense.

- `likely`    a look at the header: only what may be a bounce is read on
- `report`    the part for machines of RFC 3464
- `prose`     the hundred other shapes: addresses and diagnoses in plain text, then flufl.bounce
- `returned`  the message that comes back, as a part or as text
- `notices`   how mail systems speak of failures and delays
- `statuses`  what status codes say
- `diagnoses` what the words of a diagnosis say
- `reasons`   of both the most telling, hard or soft
"""
