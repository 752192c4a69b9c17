"""What Nurture's speed is measured by: every module here is a measure.

A measure has a function `measure() -> list[Result]` and is found by its file's name:
`python -m bench startup` runs `bench/startup.py`, `python -m bench` all of them.
"""
