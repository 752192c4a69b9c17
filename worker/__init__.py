"""Nurture follows up with leads by email, and knows when to stop."""

__version__ = "0.1.0"
