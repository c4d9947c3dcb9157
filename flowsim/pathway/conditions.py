"""Questions a pathway may ask before it chooses a way: is it open, is one free, how long have we waited?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

Comparison = Literal[">=", ">", "<=", "<"]
OPPOSITE: dict[Comparison, Comparison] = {">=": "<", ">": "<=", "<=": ">", "<": ">="}


@dataclass(frozen=True)
class IsOpen:
    """Is the calendar open now (or, with `wanted=False`, closed)?"""

    calendar: str
    wanted: bool = True

    def __invert__(self) -> IsOpen:
        return replace(self, wanted=not self.wanted)

    def __and__(self, other: Condition) -> AllOf:
        return AllOf((self, *parts(other)))

    def __str__(self) -> str:
        return f"{self.calendar} is {'open' if self.wanted else 'closed'}"


@dataclass(frozen=True)
class IsOneOf:
    """Does the patient's attribute have one of these values?"""

    attribute: str
    values: tuple[str, ...]
    wanted: bool = True

    def __invert__(self) -> IsOneOf:
        return replace(self, wanted=not self.wanted)

    def __and__(self, other: Condition) -> AllOf:
        return AllOf((self, *parts(other)))

    def __str__(self) -> str:
        return f"{self.attribute} is {'' if self.wanted else 'not '}{' or '.join(self.values)}"


@dataclass(frozen=True)
class Holds:
    """Does the patient hold at least one unit of the resource?"""

    resource: str
    wanted: bool = True

    def __invert__(self) -> Holds:
        return replace(self, wanted=not self.wanted)

    def __and__(self, other: Condition) -> AllOf:
        return AllOf((self, *parts(other)))

    def __str__(self) -> str:
        return f"{'holds' if self.wanted else 'does not hold'} {self.resource}"


@dataclass(frozen=True)
class Compare:
    """A quantity now, against a whole number or the name of a parameter."""

    quantity: Quantity
    comparison: Comparison
    limit: int | str

    def __invert__(self) -> Compare:
        return replace(self, comparison=OPPOSITE[self.comparison])

    def __and__(self, other: Condition) -> AllOf:
        return AllOf((self, *parts(other)))

    def __str__(self) -> str:
        return f"{self.quantity} {self.comparison} {self.limit}"


@dataclass(frozen=True)
class AllOf:
    """Every one of several conditions holds."""

    conditions: tuple[SimpleCondition, ...]

    def __and__(self, other: Condition) -> AllOf:
        return AllOf((*self.conditions, *parts(other)))

    def __str__(self) -> str:
        return " and ".join(str(condition) for condition in self.conditions)


@dataclass(frozen=True)
class Quantity:
    """Something that can be counted now: units free or in use, patients waiting, time since a mark."""

    measure: Literal["free", "queue", "in_use", "present", "since"]
    of: str

    def __ge__(self, limit: int | str) -> Compare:
        return Compare(self, ">=", limit)

    def __gt__(self, limit: int | str) -> Compare:
        return Compare(self, ">", limit)

    def __le__(self, limit: int | str) -> Compare:
        return Compare(self, "<=", limit)

    def __lt__(self, limit: int | str) -> Compare:
        return Compare(self, "<", limit)

    def __str__(self) -> str:
        return f"{self.measure.replace('_', ' ')} {'' if self.measure == 'since' else 'of '}{self.of}"


SimpleCondition = IsOpen | IsOneOf | Holds | Compare
Condition = SimpleCondition | AllOf


def parts(condition: Condition) -> tuple[SimpleCondition, ...]:
    """The single questions that a condition is made of."""
    return condition.conditions if isinstance(condition, AllOf) else (condition,)


def each_part(branches: tuple[tuple[Condition, str], ...]) -> Iterator[SimpleCondition]:
    """Every single question of a route, branch after branch."""
    for condition, _ in branches:
        yield from parts(condition)


def is_open(calendar: str) -> IsOpen:
    """The calendar is open at this instant (opening time included, closing time not)."""
    return IsOpen(calendar)


def is_closed(calendar: str) -> IsOpen:
    """The calendar is closed at this instant."""
    return IsOpen(calendar, wanted=False)


def patient(attribute: str, *values: str) -> IsOneOf:
    """The patient's attribute is one of the values."""
    return IsOneOf(attribute, values)


def holding(resource: str) -> Holds:
    """The patient holds at least one unit of the resource."""
    return Holds(resource)


def free(resource: str) -> Quantity:
    """Capacity less what is in use; negative after a rota has dropped below the work in hand."""
    return Quantity("free", resource)


def queue(resource: str) -> Quantity:
    """Patients waiting for the resource."""
    return Quantity("queue", resource)


def in_use(resource: str) -> Quantity:
    """Units held, make-ready included."""
    return Quantity("in_use", resource)


def present(resource: str) -> Quantity:
    """Units held plus patients waiting: the number that a queueing text calls `n`."""
    return Quantity("present", resource)


def since(milestone: str) -> Quantity:
    """Time since the patient's latest such mark; for ever if there was none."""
    return Quantity("since", milestone)
