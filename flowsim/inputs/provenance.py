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
    """What a careful reader would ask; not errors. A number without a status, one that is published or derived
    without a source, an option without effect.
    """
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
    for option in config.options.values():
        if not option.change:
            file, _, line = option.where.partition(":")
            what, remedy = "This option changes nothing.", "Add `change`, or take the option out."
            found.append(
                Problem(file, int(line) if line else None, f"options.{option.name}", "", what, remedy)
            )
    return tuple(found)
