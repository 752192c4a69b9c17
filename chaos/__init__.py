"""Long runs of faults, and the figures that the project publishes: `python -m chaos`.

Each fault is a module with a function `run(plan) -> Iterator[Tally]`; the judge is the receiver's log.
"""
