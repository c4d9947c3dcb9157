"""What the statistics were given, checked: a wrong question is refused with its remedy, never answered."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from flowsim.errors import RunError


def a_probability(name: str, value: float) -> float:
    """A number between 0 and 1, neither of them included."""
    if not 0 < value < 1:
        raise RunError(f"{name} lies between 0 and 1, such as 0.95; it is not {value!r}.")
    return value


def a_number(name: str, value: float, above: float = -math.inf) -> float:
    """A finite number, above another if that is asked."""
    if not (math.isfinite(value) and value > above):
        least = "" if math.isinf(above) else f" above {above:g}"
        raise RunError(f"{name} is a number{least}; it is not {value!r}.")
    return value


def a_count(name: str, value: Any, least: int = 1) -> int:
    """A whole number that is large enough."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise RunError(f"{name} is a whole number of at least {least}; it is not {value!r}.")
    return value


def a_side(side: str) -> str:
    """Which side of a limit is the right one."""
    if side not in ("at least", "at most"):
        raise RunError(f"A standard is met `at least` or `at most` at its limit; `{side}` is neither.")
    return side


def which_is_better(better: str) -> float:
    """1 if higher figures are better, -1 if lower ones are."""
    if better not in ("high", "low"):
        raise RunError(f"Which figures are better is `high` or `low`; `{better}` is neither.")
    return 1.0 if better == "high" else -1.0


def pairs(base: Sequence[float], other: Sequence[float]) -> list[tuple[float, float]]:
    """Each replication's two figures; a replication that lacks one of them is left out."""
    if len(base) != len(other):
        raise RunError(
            f"Pairs need the same replications in both: here are {len(base)} and {len(other)}. "
            "Run what is missing, or leave out what has no partner."
        )
    return [(a, b) for a, b in zip(base, other, strict=True) if not (math.isnan(a) or math.isnan(b))]


def some(what: str, given: Mapping[str, object] | Sequence[object], least: int = 1) -> None:
    """Refuse too few of what is compared."""
    if len(given) < least:
        raise RunError(
            f"{what}: at least {least} {'is' if least == 1 else 'are'} needed, and {len(given)} given."
        )
