"""The fields of a design: each has levels, or any value between two ends that are written alike."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from flowsim.inputs.reading import Reading
from flowsim.inputs.tree import Node, Spot
from flowsim.inputs.units import format_number

WHOLE = ("resources.", "rules.")
"""Fields that count things: between whole ends there are whole values only."""
DIGITS = 6
_FORM = re.compile(r"\s*(x|=|[+-])?\s*([+-]?[\d_]*\.?\d+(?:[eE][+-]?\d+)?)\s*(.*?)\s*")


@dataclass(frozen=True)
class Field:
    """A path of the config, and what it is changed to: one of `levels`, or a value from `low` to `high`."""

    path: str
    levels: tuple[Node, ...] = ()
    low: float = 0.0
    high: float = 0.0
    how: str = ""
    """`x`, `+` or nothing, before the number."""
    unit: str = ""
    whole: bool = False
    ends: tuple[Node, ...] = ()
    """What to try before a sweep begins: every level, or both ends."""

    def text(self, value: float) -> str:
        """The change to a value, as `--set` has it."""
        value = float(f"{value:.{DIGITS}g}")
        text = format_number(value)
        if self.how == "+":
            return f"{'+' if value >= 0 else ''}{text}{self.unit}"
        return f"{'x ' if self.how == 'x' else ''}{text}{self.unit}"


def read_fields(reading: Reading, spot: Spot) -> tuple[Field, ...]:
    """Every field of a grid (lists of levels) or of a range (from, to)."""
    found = [read_field(reading, path, child) for path, child in spot.children()]
    if not found:
        reading.refuse(spot, "There is no field here.", "Write {resources.crew.rota: ...}.")
    return tuple(one for one in found if one is not None)


def read_field(reading: Reading, path: str, spot: Spot) -> Field | None:
    """A list of levels, or a range (from, to)."""
    if not spot.node.is_table:
        levels = spot.node.items
        if not levels or not all(level.is_scalar and level.value is not None for level in levels):
            reading.refuse(spot, "A list of levels is wanted.", "Write [+0, +80, +160].", value="")
            return None
        return Field(path, levels, ends=levels)
    ends = [_form(reading, spot[key]) for key in ("from", "to")]
    if None in ends:
        return None
    (how, low, unit), (other_how, high, other_unit) = ends  # type: ignore[misc]  # neither is None
    if (how, unit) != (other_how, other_unit):
        reading.refuse(
            spot, "The two ends are not written alike.", "Write both as +0, x 0.8 or 12/h.", value=""
        )
        return None
    if low >= high:
        reading.refuse(spot, "The first end is not below the second.", "Put the smaller one first.", value="")
        return None
    whole = path.startswith(WHOLE) and how != "x" and low == int(low) and high == int(high) and not unit
    return Field(path, (), low, high, how, unit, whole, (spot["from"].node, spot["to"].node))


def _form(reading: Reading, spot: Spot) -> tuple[str, float, str] | None:
    """How a change is written: what stands before the number, the number, and its unit."""
    found = _FORM.fullmatch(str(spot.node.value)) if spot.node.is_scalar else None
    if found is None:
        reading.refuse(spot, "A change with a number is wanted.", "Write for example +80, x 0.8 or 12/h.")
        return None
    before, number, unit = found.groups()
    value = float(number.replace("_", ""))
    if before in ("+", "-") or value < 0:
        return "+", -abs(value) if before == "-" or value < 0 else value, unit
    return ("x" if before == "x" else ""), value, unit


def read_settings(reading: Reading, spot: Spot, kind: str, fields: tuple[Field, ...], most: int) -> int:
    """How many settings a design has: as many as are asked for, or every combination of a grid."""
    if kind == "grid":
        if "settings" in spot:
            reading.refuse(
                spot["settings"], "A grid has every combination of its levels.", "Leave `settings` out."
            )
        count = math.prod(len(one.levels) for one in fields)
    elif "settings" not in spot:
        reading.refuse(spot, "How many settings is not said.", "Add `settings: 64`.", value="")
        return 1
    else:
        count = reading.count(spot["settings"]) or 0
        if count < 2:
            reading.refuse(
                spot["settings"], "At least 2 settings are wanted.", "Write for example `settings: 64`."
            )
        elif kind == "sobol" and count & (count - 1):
            reading.refuse(spot["settings"], "A Sobol sequence is balanced only at a power of two.",
                           f"Write {1 << (count - 1).bit_length()} or {1 << (count.bit_length() - 1)}.")  # fmt: skip
    if count > most:
        reading.refuse(
            spot, f"This design has {count:,} settings; the most is {most:,}.", "Take fewer levels.", value=""
        )
    return count
