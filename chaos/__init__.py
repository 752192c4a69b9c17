"""Long runs of faults, and the figures that the project publishes: `python -m chaos`.

Each fault is a function of a `Plan` that yields what it cost; the judge is the receiver's log.
"""
