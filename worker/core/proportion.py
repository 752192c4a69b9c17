"""How sure a share is that was counted in few: Wilson's interval."""

from __future__ import annotations

from math import sqrt

NORMAL = 1.959964  # 95 % of a normal distribution lie within so many deviations


def interval(count: int, of: int) -> tuple[float, float]:
    """Return between which shares the true one lies, with 95 % confidence; (0, 1) of none.

    Wilson's score interval (1927): right for small counts too, and never outside 0 and 1.
    """
    if not of:
        return 0.0, 1.0
    share, squared = count / of, NORMAL**2
    middle = share + squared / (2 * of)
    spread = NORMAL * sqrt(share * (1 - share) / of + squared / (4 * of**2))
    low, high = ((middle + side * spread) / (1 + squared / of) for side in (-1, 1))
    return (low if count else 0.0), (high if count < of else 1.0)  # free of rounding
