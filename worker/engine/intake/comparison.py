"""In what a row differs from the lead that is known by its address.

What the lead has not is no difference: it is filled in (`worker.engine.intake.completion`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from worker.core.facts import Lead
from worker.core.states import Stage
from worker.engine.intake import consent
from worker.store.lead_batch import COLUMNS, StoredLead

_COMPARED = (
    "first_name", "last_name", "company", "zone", "country", "language", "phone", "source",
    "owner", "stage", "score",
)  # fmt: skip


class Comparison:
    """Compares what the rows of one list bring, by the fields that its columns are.

    What a row leaves empty is no difference, nor is what was filled in for it: the `source` and
    `consent_source` of the import, or the first stage, which leads leave by themselves.
    """

    def __init__(
        self, fields: Iterable[str], *, source: str | None, consent_source: str | None
    ) -> None:
        brought = set(fields)
        if "name" in brought:
            brought |= {"first_name", "last_name"}
        self._fields = [name for name in _COMPARED if name in brought]
        self._has_consent = not brought.isdisjoint(consent.FIELDS)
        self._filled_in = {
            "source": source,
            "stage": Stage.AWARENESS.value,
            "score": 0,
            "consent": consent_source,
        }

    def differences(self, stored: StoredLead, lead: Lead) -> list[str]:
        """Return the names of the fields and attributes that a row has otherwise."""
        new = dict(zip(COLUMNS, stored, strict=True))
        fields = [
            name for name in self._fields if self._differ(name, new[name], getattr(lead, name))
        ]
        known = lead.consent.source if lead.consent else None
        if self._has_consent and self._differ("consent", new["consent_source"], known):
            fields.append("consent")
        attributes = json.loads(str(new["attributes"])).items()
        return fields + [
            name for name, value in attributes if lead.attributes.get(name, value) != value
        ]

    def _differ(self, name: str, new: str | int, known: str | int | None) -> bool:
        return known is not None and new not in ("", self._filled_in.get(name), known)
