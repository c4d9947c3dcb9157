"""What an experiment looks for: the first setting that meets a standard, or the cheapest way to each performance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flowsim.errors import did_you_mean
from flowsim.inputs.experiment_fields import Field, read_field
from flowsim.inputs.experiment_values import SMALLEST, Frontier, Seek, Standard, UnitCost
from flowsim.inputs.reading import Reading
from flowsim.inputs.tree import Spot
from flowsim.inputs.units import parse_money, parse_number, parse_share

MOST_VALUES = 10_000
TryOut = Callable[[Field], None]
"""Notes what is wrong with the ends of a field, with their lines."""


def read_seek(reading: Reading, spot: Spot, standards: Sequence[Standard], try_out: TryOut) -> Seek | None:
    """The `seek` of an experiment; what is wrong with it is noted."""
    path = str(spot["field"].node.value)
    field = read_field(reading, path, spot)
    find = str(spot["find"].node.value) if "find" in spot else SMALLEST
    standard = _standard(reading, spot, standards)
    probability, confidence = (_probability(reading, spot, key, other)
                               for key, other in (("probability", 0.9), ("confidence", 0.95)))  # fmt: skip
    if field is None:
        return None
    try_out(field)
    values = _row(reading, spot["step"], field)
    if standard is None or values is None:
        return None
    return Seek(field, values if find == SMALLEST else values[::-1], standard, find, probability, confidence)


def _row(reading: Reading, spot: Spot, field: Field) -> tuple[float, ...] | None:
    """Every value from one end to the other."""
    step = reading.number(spot, parse_number)
    if step is None:
        return None
    if step <= 0 or (field.whole and step != int(step)):
        what = "A whole step above zero is wanted here." if field.whole else "A step is more than zero."
        reading.refuse(spot, what, "Write for example `step: 1`.")
        return None
    steps = round((field.high - field.low) / step)
    if not 1 <= steps < MOST_VALUES or abs(field.low + steps * step - field.high) > step * 1e-6:
        reading.refuse(spot, f"Steps of {step:g} do not lead from {field.low:g} to {field.high:g}, or are too many.",
                       f"Choose a step that does, in at most {MOST_VALUES:,} steps.")  # fmt: skip
        return None
    return tuple(field.low + number * step for number in range(steps + 1))


def _standard(reading: Reading, spot: Spot, standards: Sequence[Standard]) -> Standard | None:
    """The standard that is named by its KPI, or the only one."""
    if "standard" not in spot:
        if len(standards) != 1:
            reading.refuse(spot, "Which standard is to be met is not said.",
                           "Add `standard: KPI`, one of those under the experiment's `standard`.", value="")  # fmt: skip
            return None
        return standards[0]
    name = str(spot["standard"].node.value)
    found = [one for one in standards if one.kpi == name]
    if len(found) != 1:
        what = "Several standards are about this KPI." if found else "No standard is about this KPI."
        remedy = "Keep one of them here." if found else did_you_mean(
            name, [one.kpi for one in standards], "Write it under the experiment's `standard`.")  # fmt: skip
        reading.refuse(spot["standard"], what, remedy)
        return None
    return found[0]


def _probability(reading: Reading, spot: Spot, key: str, otherwise: float) -> float:
    if key not in spot:
        return otherwise
    share = reading.number(spot[key], parse_share)
    if share is not None and not 0 < share < 1:
        reading.refuse(
            spot[key], "A share between 0 and 1 is wanted, and neither of them.", "Write for example 90%."
        )
    return otherwise if share is None else share


def read_frontier(
    reading: Reading, spot: Spot, fields: Sequence[Field], known_kpi: Callable[[Spot, str], bool]
) -> Frontier | None:
    """The `frontier` of an experiment, whose design has these fields; what is wrong with it is noted."""
    kpi = str(spot["kpi"].node.value)
    good = known_kpi(spot["kpi"], kpi)
    if not fields or any(one.levels for one in fields):
        reading.refuse(spot, "A frontier needs a design over ranges.",
                       "Write a `design` that is a latin_hypercube or sobol.", value="")  # fmt: skip
        return None
    costs = _costs(reading, spot["costs"], {one.path: one for one in fields})
    confirm = reading.count(spot["confirm"]) if "confirm" in spot else 6
    if not good or costs is None or confirm is None:
        return None
    return Frontier(kpi, costs, confirm)


def _costs(reading: Reading, spot: Spot, fields: Mapping[str, Field]) -> Mapping[str, UnitCost] | None:
    before = len(reading.problems)
    found: dict[str, UnitCost] = {}
    for path, child in spot.children():
        if path not in fields:
            reading.refuse(child, "The design has no such field.", did_you_mean(path, fields), value="")
            continue
        money = reading.number(child["each"], lambda written: parse_money(str(written)))
        if money is None:
            continue
        if fields[path].how == "x" and money[0]:
            reading.refuse(child["each"], "A factor has no units to be paid for.",
                           "Write the field's ends as numbers or as +0 and +80.")  # fmt: skip
        if found and money[1] != next(iter(found.values())).currency:
            reading.refuse(child["each"], "Costs are in two currencies.", "Write them all in one.")
        found[path] = UnitCost(*money, child.provenance)
    for path in fields:
        if path not in spot.node.table:
            reading.refuse(spot, f"Nothing says what one more of `{path}` costs.",
                           "Add it: {each: 1_000 GBP}, or 0 GBP.", value="")  # fmt: skip
    return found if len(reading.problems) == before else None
