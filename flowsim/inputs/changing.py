"""The arithmetic of a change: `+24`, `x 0.6`, on a single number or on every number of a rota or table."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from flowsim.inputs.tree import PROVENANCE_KEYS, Node, Scalar, Spot
from flowsim.inputs.units import (
    format_duration,
    format_number,
    parse_duration,
    parse_money,
    parse_number,
    parse_rate,
)

NOT_NUMBERS = (*PROVENANCE_KEYS, "by", "names", "keep", "unit", "name", "outside")


@dataclass(frozen=True)
class Change:
    """One change: how (`x`, `+` or `=`), to what, and who asks for it."""

    path: str
    how: str
    value: Node
    asked: Spot
    option: str = ""


def positive(factor: Node) -> float:
    """The number after `x`."""
    number = parse_number(factor.value)  # type: ignore[arg-type]  # always the text after x
    if number < 0:
        raise ValueError("A factor cannot be negative.", "Write `x 0.6`, or `-6` for fewer.")
    return number


def each_capacity(old: Node, change: Change) -> Node:
    """`resources.crew: +6` changes whatever form the capacity has."""
    parts = [key for key in ("capacity", "rota", "steps", "by_site") if key in old.table]
    for key in parts:
        old = old.with_key(key, each(old.table[key], change, whole=True, leave=("change_by_month",)))
    return old


def each(old: Node, change: Change, *, whole: bool, leave: tuple[str, ...] = ()) -> Node:
    """Every number of a value, a list or a table changed alike."""
    if old.is_table:
        skip = (*NOT_NUMBERS, *leave)
        below = {
            key: child if key in skip else each(child, change, whole=whole, leave=leave)
            for key, child in old.table.items()
        }
        return replace(old, value=below)
    if old.is_list:
        return replace(old, value=tuple(each(child, change, whole=whole, leave=leave) for child in old.items))
    if old.value is None or isinstance(old.value, bool):
        raise ValueError("This is not a number, so it cannot be changed by one.", "Give the new value.")
    return replace(change.value, value=_arithmetic(old.value, change, whole))  # type: ignore[arg-type]  # a scalar


def _arithmetic(old: str | float, change: Change, whole: bool) -> Scalar:
    """The number after the change, written in the unit that it had."""
    kind, number = _measure(old)
    if change.how == "x":
        result = number * positive(change.value)
    else:
        text = str(change.value.value)
        example = {"time": "+5 min", "rate": "+2/h", "share": "+5%", "": "+6"}.get(kind, f"+1000 {kind}")
        try:
            more_kind, more = _measure(text[1:].strip())
        except ValueError:
            more_kind, more = "none", 0.0
        if more_kind != kind:
            raise ValueError(
                "This cannot be added: it is not in the unit of the value.", f"Write for example `{example}`."
            )
        result = number - more if text.startswith("-") else number + more
    if whole and kind == "":
        return max(0, math.floor(result + 0.5))
    if result < 0:
        raise ValueError("The change takes away more than there is.", "Take away less.")
    return _written(kind, result)


def _measure(text: str | float) -> tuple[str, float]:
    """What kind of number it is, and the number in its base unit."""
    if isinstance(text, str) and text.strip().endswith("%"):
        return "share", parse_number(text)
    try:
        return "", parse_number(text)
    except ValueError:
        pass
    for kind, parse in (("time", parse_duration), ("rate", parse_rate)):
        try:
            return kind, parse(text)
        except ValueError:
            continue
    try:
        amount, currency = parse_money(text)
    except ValueError:
        raise ValueError(
            f"`{text}` is not a number, so it cannot be changed by one.", "Give the new value."
        ) from None
    return currency, amount


def _written(kind: str, number: float) -> Scalar:
    if kind == "time":
        return format_duration(number)
    if kind == "rate":
        return f"{format_number(number)}/h"
    if kind == "share":
        return number
    if kind:
        return f"{format_number(number)} {kind}"
    return int(number) if number == int(number) else number


def plain_scalar(text: str) -> Scalar:
    """A value written after `=`: a number, true or false, or a text."""
    try:
        number = float(text.replace("_", ""))
    except ValueError:
        return {"true": True, "false": False}.get(text.strip(), text.strip())
    return int(number) if math.isfinite(number) and number == int(number) else number
