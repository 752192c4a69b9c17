"""Which variant a lead gets: the same for good, and in the shares that were asked for."""

from __future__ import annotations

from collections import Counter

import pytest

from worker.core.facts import Step
from worker.core.variants import chosen


@pytest.mark.parametrize(("split", "of_a"), [((), 0.5), ((80, 20), 0.8), ((1, 3), 0.25)])
def test_variants_share_the_leads(split: tuple[int, ...], of_a: float) -> None:
    step = Step("one", email="a", variants=("a", "b"), split=split)
    drawn = [chosen("welcome", step, lead) for lead in range(4000)]
    assert drawn == [chosen("welcome", step, lead) for lead in range(4000)]
    assert Counter(drawn)["a"] / 4000 == pytest.approx(of_a, abs=0.03)


def test_steps_draw_on_their_own() -> None:
    """Else whoever gets the first variant once would get it always."""
    steps = [Step(name, email="a", variants=("a", "b")) for name in ("one", "two")]
    pairs = Counter(tuple(chosen("welcome", step, lead) for step in steps) for lead in range(400))
    assert len(pairs) == 4
    assert min(pairs.values()) > 60
