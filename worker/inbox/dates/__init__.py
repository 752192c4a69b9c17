"""Dates in prose, in the languages of `worker.inbox.phrases`, against the mail's own date.

- `lexicon`   the words of one language that dates are made of
- `calendar`  days, weeks, months and quarters as spans; business days
- `absolute`  "3 December 2026", "3.12.", "12月3日", "Monday, the 3rd"
- `units`     "in two weeks", "in a fortnight", "next quarter"
- `years`     "in March", "Q3", "the second half of next year", "2028"
- `relative`  these, their beginning, middle and end, "tomorrow", "week 12", "after Easter"
- `behind`    what points back at these: "after that", "danach"
- `absence`   the first day back that an absence states
- `later`     until when "not now" is

No date is invented: what cannot be told from the words is None.
"""
