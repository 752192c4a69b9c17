"""What Nurture decides, as plain functions over frozen values: no I/O, no clock, no randomness.

Everything here can be called from the daemon, the preview and the simulation alike, and gives the
same answer for the same facts. It imports the standard library and `worker.errors` only.
"""
