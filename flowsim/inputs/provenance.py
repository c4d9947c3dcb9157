"""Where the numbers of a config come from, and which of them nobody answers for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields

from flowsim.errors import Problem
from flowsim.inputs.values import Config, ProvenanceRow, frozen

COLUMNS = tuple(column.name for column in fields(ProvenanceRow))
MISSING = "missing"


def by_status(config: Config) -> Mapping[str, int]:
    """How many numbers are published, derived, illustrative, assumptions, or have no status at all."""
    return frozen(Counter(row.status for row in config.numbers))


def without_status(config: Config) -> tuple[ProvenanceRow, ...]:
    """The numbers that say nowhere how far to trust them."""
    return tuple(row for row in config.numbers if row.status == MISSING)


def advice(config: Config) -> tuple[Problem, ...]:
    """What a careful reader would ask: no status; published or derived without a source. Not errors."""
    found = []
    for row in config.numbers:
        if row.status == MISSING:
            what, remedy = (
                "Nothing says how far to trust this number.",
                "Add `status` and `source`, here or above.",
            )
        elif row.status in ("published", "derived") and not row.source:
            what, remedy = f"This number is {row.status}, but its source is not given.", "Add `source`."
        else:
            continue
        found.append(Problem(row.file, row.line, row.field, row.value, what, remedy))
    return tuple(found)
