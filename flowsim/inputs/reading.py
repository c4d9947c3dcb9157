"""Reading numbers and tables off the tree, and gathering everything that is wrong on the way.

Nothing here stops at the first fault: what cannot be read becomes None, the fault is noted, and the
config is never built while anything is noted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import TypeVar

from flowsim.errors import Problem, did_you_mean, nearest
from flowsim.inputs.tree import PROVENANCE_KEYS, Node, Spot
from flowsim.inputs.units import Written, parse_count, parse_duration, parse_number, parse_rate, parse_share
from flowsim.inputs.values import MONTHS, Cells, Key, Provenance, ProvenanceRow, frozen

T = TypeVar("T")

STATUSES = ("published", "derived", "illustrative", "assumption")
MOST_CELLS = 200_000
LONGEST_NUMBER = 100  # characters
OTHERS = "..."
SHARES_SUM = 1e-6  # shares may miss one by so much: thirds are written 0.3333333


@dataclass
class Reading:
    """What has been found so far: faults, numbers with their sources, and the attributes' known values."""

    attributes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    complete: bool = False  # whether `attributes` is all that there are, so that others are mistakes
    learned: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # values seen, while the model is not known
    problems: list[Problem] = field(default_factory=list)
    numbers: list[ProvenanceRow] = field(default_factory=list)
    columns: dict[str, Spot] = field(default_factory=dict)  # trace columns that parameters ask for

    def learn(self, attribute: str, values: Iterable[str]) -> None:
        """Remember values of an attribute that nobody has listed, so that `...` can stand for them."""
        if attribute not in self.attributes:
            self.learned[attribute] = tuple(dict.fromkeys((*self.learned.get(attribute, ()), *values)))

    def refuse(self, spot: Spot, what: str, remedy: str = "", *, value: str | None = None) -> None:
        """Note a fault at this spot."""
        shown = value if value is not None else spot.node.text() if spot.node.is_scalar else ""
        self.problems.append(Problem(spot.node.file, spot.node.line, spot.name, shown, what, remedy))

    def number(self, spot: Spot, parse: Callable[[Written], T]) -> T | None:
        """A number, plain or as {value: ..., source: ...}; its source is put on the list."""
        if spot.node.is_table and "value" in spot:
            self.only(spot, ("value",))
            inner = Spot(spot.node.table["value"], f"{spot.name}.value", spot.provenance)
            return self._parsed(inner, parse, spot.name, spot.provenance)
        return self._parsed(spot, parse, spot.name, spot.inherited)

    def duration(self, spot: Spot) -> float | None:
        """A time in ms."""
        return self.number(spot, parse_duration)

    def rate(self, spot: Spot) -> float | None:
        """A rate, as so many an hour."""
        return self.number(spot, parse_rate)

    def share(self, spot: Spot) -> float | None:
        """A share between 0 and 1."""
        return self.number(spot, parse_share)

    def count(self, spot: Spot) -> int | None:
        """A whole number of zero or more."""
        return self.number(spot, parse_count)

    def plain(self, spot: Spot) -> float | None:
        """Any number."""
        return self.number(spot, parse_number)

    def factor(self, spot: Spot) -> float | None:
        """A number of zero or more."""
        value = self.plain(spot)
        if value is not None and value < 0:
            self.refuse(spot, "This cannot be negative.", "Write a number of zero or more.")
            return None
        return value

    def numbers_in(self, spot: Spot, count: int | None = None) -> list[float] | None:
        """A list of numbers of zero or more, of the length that is wanted."""
        if not spot.node.is_list:
            self.refuse(spot, "A list of numbers is wanted.", "Write [1, 2, 3].")
            return None
        found = [self._parsed(member, parse_number, "", None) for member in spot.members()]
        if count is not None and len(found) != count:
            self.refuse(spot, f"{count} numbers are wanted; there are {len(found)}.", "Count them again.")
            return None
        if any(number is not None and number < 0 for number in found):
            self.refuse(spot, "A number in this list is negative.", "Write numbers of zero or more.")
            return None
        self.keep(spot.name, f"{len(found)} numbers", spot, spot.inherited)
        return None if any(number is None for number in found) else [n for n in found if n is not None]

    def whole(self, spot: Spot, *, least: int = -(10**9)) -> int | None:
        """A whole number that may be negative, such as a change of capacity."""
        number = self.plain(spot)
        if number is None:
            return None
        if number != int(number) or number < least:
            wanted = "A whole number" + (" of zero or more" if least == 0 else "") + " is wanted."
            self.refuse(spot, wanted, "Write a number such as 12.")
            return None
        return int(number)

    def shares(self, spot: Spot, known: Iterable[str] | None = None) -> dict[str, float] | None:
        """Shares by name that sum to one; one of them may be `rest`."""
        if not spot.node.is_table:
            self.refuse(spot, "Shares by name are wanted.", "Write {this: 0.6, that: rest}.")
            return None
        names = None if known is None else list(known)
        found: dict[str, float | None] = {}
        rest: str | None = None
        good = True
        for name, child in spot.children():
            if names is not None and name not in names:
                self.refuse(child, f"`{name}` is not known here.", did_you_mean(name, names), value="")
                good = False
            if child.node.value == "rest":
                if rest is not None:
                    self.refuse(child, "`rest` is given twice.", "Only one share can be the rest.")
                    good = False
                rest = name
            else:
                found[name] = self.share(child)
        if not found and rest is None:
            self.refuse(spot, "There is no share here.", "Write {this: 0.6, that: rest}.")
        if not good or any(share is None for share in found.values()):
            return None
        return self._whole_shares(spot, {name: share or 0.0 for name, share in found.items()}, rest)

    def _whole_shares(self, spot: Spot, found: dict[str, float], rest: str | None) -> dict[str, float] | None:
        total = sum(found.values())
        written = " + ".join(f"{share:g}" for share in found.values())
        if rest is not None and total > 1 + SHARES_SUM:
            self.refuse(
                spot,
                f"The shares sum to {total:.6g}, so nothing is left for `{rest}`.",
                "Lower a share.",
                value=written,
            )
            return None
        if rest is None and abs(total - 1) > SHARES_SUM:
            remedy = "Make them sum to 1, or write one of them as `rest`."
            self.refuse(spot, f"The shares sum to {total:.6g}, not 1.", remedy, value=written)
            return None
        if rest is not None:
            return {
                name: (max(0.0, 1 - total) if name == rest else found[name]) for name, _ in spot.children()
            }
        return {name: share / total for name, share in found.items()}

    def table(
        self, spot: Spot, read: Callable[[Spot], T | None], is_leaf: Callable[[Node], bool]
    ) -> Cells[T] | None:
        """A value that may differ by attributes: a plain one, or {by: [...], values: {...}}."""
        if not (spot.node.is_table and "by" in spot):
            value = read(spot)
            return None if value is None else Cells((), frozen({(): value}))
        by = self.attribute_names(spot["by"])
        if "values" not in spot:
            self.refuse(spot, "`by` is given without `values`.", "Write {by: [...], values: {...}}.")
            return None
        return None if by is None else self.table_by(by, spot["values"], read, is_leaf)

    def table_by(
        self, by: Key, spot: Spot, read: Callable[[Spot], T | None], is_leaf: Callable[[Node], bool]
    ) -> Cells[T] | None:
        """A value for each combination of these attributes."""
        found: dict[Key, T | None] = {}
        self._descend(spot, by, (), read, is_leaf, found)
        values = {key: value for key, value in found.items() if value is not None}
        return Cells(by, frozen(values)) if found and len(values) == len(found) else None

    def attribute_names(self, spot: Spot) -> tuple[str, ...] | None:
        """The attributes named by a `by` or `keep`: a list, or a single name."""
        members = list(spot.members()) if spot.node.is_list else [spot]
        names = tuple(str(member.node.value) for member in members)
        good = bool(names)
        for name, member in zip(names, members, strict=True):
            if self.complete and name not in self.attributes:
                self.refuse(member, f"`{name}` is not an attribute.", did_you_mean(name, self.attributes))
                good = False
        if len(set(names)) < len(names):
            self.refuse(spot, "An attribute is named twice.", "Name each once.")
            good = False
        return names if good else None

    def _descend(self, spot: Spot, by: Key, above: Key, read: Callable[[Spot], T | None],
                 is_leaf: Callable[[Node], bool], found: dict[Key, T | None]) -> None:  # fmt: skip
        """Fill in every cell below: a leaf that stands higher up counts for all beneath it."""
        if len(above) == len(by) or is_leaf(spot.node):
            value = read(spot)
            lists = [self._values(name) for name in by[len(above) :]]
            if len(found) + _size(lists) > MOST_CELLS:
                self.refuse(spot, f"The table has more than {MOST_CELLS:,} cells.", "Use fewer attributes.")
                return
            found.update({(*above, *below): value for below in product(*lists)})
            return
        if not spot.node.is_table:
            self.refuse(
                spot, f"A table by {by[len(above)]} is wanted.", f"Write a value for each {by[len(above)]}."
            )
            found[above] = None
            return
        self._level(spot, by, above, read, is_leaf, found)

    def _values(self, attribute: str) -> tuple[str, ...]:
        known = self.attributes.get(attribute)
        return known if known is not None else (*self.learned.get(attribute, ()), OTHERS)

    def _level(self, spot: Spot, by: Key, above: Key, read: Callable[[Spot], T | None],
               is_leaf: Callable[[Node], bool], found: dict[Key, T | None]) -> None:  # fmt: skip
        attribute = by[len(above)]
        given = dict(spot.children())
        known = self.attributes.get(attribute)
        values = (
            known if known is not None else tuple(dict.fromkeys((*self.learned.get(attribute, ()), *given)))
        )
        for name, child in given.items():
            if name != OTHERS and name not in values:
                self.refuse(child, f"`{name}` is not a value of {attribute}.", did_you_mean(name, values))
                found[(*above, name)] = None
        missing = [value for value in values if value not in given]
        if known is None and OTHERS not in given:
            values, missing = tuple(given), []
        if missing and OTHERS not in given:
            remedy = f"Add {'it' if len(missing) == 1 else 'them'}, or `...:` for all others."
            self.refuse(spot, f"There is no value for {attribute} {', '.join(missing[:8])}.", remedy)
            found[(*above, missing[0])] = None
        for value in values:
            if value in given:
                self._descend(given[value], by, (*above, value), read, is_leaf, found)
        if OTHERS in given:
            self._others(given[OTHERS], [(*above, value) for value in missing], by, read, is_leaf, found)

    def _others(self, spot: Spot, aboves: list[Key], by: Key, read: Callable[[Spot], T | None],
                is_leaf: Callable[[Node], bool], found: dict[Key, T | None]) -> None:  # fmt: skip
        """`...`: read once, and counted for each value that is not given."""
        if not aboves:
            return
        one: dict[Key, T | None] = {}
        self._descend(spot, by, aboves[0], read, is_leaf, one)
        for above in aboves:
            found.update({(*above, *key[len(above) :]): value for key, value in one.items()})

    def only(self, spot: Spot, known: Iterable[str], *, more: Iterable[str] = ()) -> bool:
        """Whether a table has known keys only; those that are not are noted."""
        names = [*known, *more, *PROVENANCE_KEYS]
        strange = [key for key in spot.node.table if key not in names]
        for key in strange:
            shown = [name for name in names if name not in PROVENANCE_KEYS]
            remedy = did_you_mean(key, names) if nearest(key, names) else f"Known here: {', '.join(shown)}."
            self.refuse(spot[key], f"`{key}` is not a key here.", remedy)
        return not strange

    def check_provenance(self, spot: Spot) -> None:
        """Look through the whole document for a status that is not one of the four."""
        status = spot.node.table.get("status")
        if status is not None and status.value not in STATUSES:
            remedy = did_you_mean(str(status.value), STATUSES)
            self.refuse(
                spot["status"],
                f"`{status.text()}` is not a status.",
                remedy or f"One of {', '.join(STATUSES)}.",
            )
        for key in spot.node.table:
            if key not in PROVENANCE_KEYS:
                self.check_provenance(spot[key])
        for member in spot.members():
            self.check_provenance(member)

    def _parsed(
        self, spot: Spot, parse: Callable[[Written], T], name: str, provenance: Provenance | None
    ) -> T | None:
        written = spot.node.value
        if isinstance(written, bool) or not isinstance(written, str | int | float):
            shown = (
                "nothing"
                if written is None
                else "true or false"
                if isinstance(written, bool)
                else "a table or list"
            )
            self.refuse(
                spot, f"A single value is wanted; this is {shown}.", "Write one number (with its unit)."
            )
            return None
        if isinstance(written, str) and len(written) > LONGEST_NUMBER:
            self.refuse(spot, "This is far too long for a number.", "Write one number (with its unit).")
            return None
        try:
            value = parse(written)
        except ValueError as error:
            what, remedy = error.args if len(error.args) == 2 else (str(error), "")
            self.refuse(spot, str(what), str(remedy))
            return None
        if provenance is not None:
            self.keep(name, spot.node.text(), spot, provenance)
        return value

    def keep(self, name: str, value: str, spot: Spot, found: Provenance) -> None:
        """Put a number on the list with its source."""
        self.numbers.append(
            ProvenanceRow(
                name,
                value,
                found.source,
                found.status or "missing",
                " to ".join(found.range),
                found.owner,
                found.note,
                spot.node.file,
                spot.node.line,
            )
        )


def known_attributes(
    given: Mapping[str, tuple[str, ...]], sites: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    """The attributes with their values, with the two that are built in."""
    return {**given, "site": sites, "month": MONTHS}


def not_a_table(node: Node) -> bool:
    """Whether this is a plain number, or one with its source beside it."""
    return not node.is_table or "value" in node.table


def _size(lists: list[tuple[str, ...]]) -> int:
    size = 1
    for values in lists:
        size *= len(values)
    return size
