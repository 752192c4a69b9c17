"""A future as JSON: the same for the same question, on every machine."""

from __future__ import annotations

from typing import Any

from worker.simulate.difference import Difference
from worker.simulate.future import Future
from worker.simulate.plan import entries


def facts_of(future: Future) -> dict[str, Any]:
    """Return all that is known; `sends` are lines of a send plan."""
    zone = future.zone
    return {
        "from": future.start.astimezone(zone),
        "until": future.end.astimezone(zone),
        "zone": zone.key,
        "leads": future.leads,
        "emails": len(future.sends),
        "tasks": len(future.tasks),
        "calendar": [
            {"day": day, "mailboxes": dict(sorted(counts.items()))}
            for day, counts in future.calendar.items()
        ],
        "task_calendar": [
            {"day": day, "kinds": dict(sorted(counts.items()))}
            for day, counts in future.task_calendar.items()
        ],
        "steps": [
            {"sequence": one.sequence, "step": one.step, "what": one.what, "leads": one.count}
            for one in future.steps
        ],
        "queues": future.queues,
        "obstacles": future.obstacles,
        "warnings": future.warnings,
        "tracks": dict(sorted(future.tracks.items())),
        "unsent": future.unsent,
        "timelines": future.timelines,
        "sends": entries(future),
    }


def facts_of_difference(found: Difference) -> dict[str, Any]:
    """Return who gets what differently."""
    return {
        "leads": found.leads,
        "same": found.same,
        "steps": found.by_step(),
        "changes": [
            {"address": one.address, "step": one.step, "kind": one.kind,
             "before": one.before, "after": one.after}
            for one in found.changes
        ],
    }  # fmt: skip
