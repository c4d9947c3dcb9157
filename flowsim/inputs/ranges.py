"""Which numbers of a place are in doubt: those with a `range`, what its ends mean, and those it does not settle.

A range with a unit is the ends of the value, or of the mean of a law of times. A range without one is the ends of a
single number; beside a rota, a table or a law it multiplies, and beside shares it multiplies odds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flowsim.errors import ConfigError, Problem
from flowsim.inputs.distributions import FAMILIES
from flowsim.inputs.in_doubt import ODDS, TIMES, VALUE, InDoubt, NotVaried
from flowsim.inputs.load import SECTIONS, load
from flowsim.inputs.options import WHOLE
from flowsim.inputs.paths import Way, at, find, put, suggest
from flowsim.inputs.shares_in_doubt import share_of, share_that_fits, which_share
from flowsim.inputs.tree import PROVENANCE_KEYS, Node, Spot
from flowsim.inputs.units import format_number, parse_duration, parse_number, parse_rate
from flowsim.inputs.values import Config

CENTRES = ("mean", "median", "mode", "value")
NOT_COUNTED = (
    *PROVENANCE_KEYS,
    "by",
    "change_by_month",
    "times",
    "names",
    "keep",
    "mix",
    "profile",
    "relative",
)
_FACTOR = re.compile(r"x\s*(.+)")
_CHANGE = re.compile(r"(x\s*|[+-])?([\d_]*\.?\d+(?:[eE][+-]?\d+)?)(\D.*)?")


def numbers_in_doubt(
    config: Config, root: Node, ranges: Mapping[str, Sequence[str]] | None = None
) -> tuple[tuple[InDoubt, ...], tuple[NotVaried, ...]]:
    """Every number of a document that has a range, or is given one in `ranges`; and the ranges that are of no use.

    Raises ConfigError if there is no such number, or its range is none.
    """
    for path, ends in (ranges or {}).items():
        root = _with_range(root, path, ends)
    found: list[InDoubt] = []
    left: list[NotVaried] = []
    for way, spot in _with_ranges(root):
        one = Beside(config, root, way, spot).found()
        if isinstance(one, InDoubt):
            found.append(one)
        else:
            left.append(NotVaried(".".join(way), " to ".join(spot.provenance.range), one, spot.where))
    asked = {find(root, path) for path in ranges or {}}
    wrong = [one for one in left if find(root, one.name) in asked]
    if wrong:
        raise ConfigError([Problem("--range", None, one.name, one.range, one.why, "See docs/how-to: which number matters.")
                           for one in wrong])  # fmt: skip
    return tuple(found), tuple(left)


def document_of(main: Path) -> Node:
    """The text of a place, all its files together."""
    return load(main).root


def _with_range(root: Node, path: str, ends: Sequence[str]) -> Node:
    way = find(root, path)
    node = at(root, way) if way is not None else None
    if way is None or node is None:
        raise ConfigError(
            [
                Problem(
                    "--range", None, path, "", "There is no such number in this place.", suggest(root, path)
                )
            ]
        )
    between = Node(tuple(Node(end, node.file, node.line) for end in ends), node.file, node.line)
    whole = node if node.is_table else Node({"value": node}, node.file, node.line)
    return put(root, way, whole.with_key("range", between))


def _with_ranges(root: Node) -> Iterator[tuple[Way, Spot]]:
    """Everything that has a range, with the way to it."""
    top = Spot(root)
    for section in SECTIONS:
        if section in root.table:
            yield from _below((section,), top[section])


def _below(way: Way, spot: Spot) -> Iterator[tuple[Way, Spot]]:
    if "range" in spot.node.table:
        yield way, spot
    for key, child in spot.children():
        yield from _below((*way, key), child)
    for number, member in enumerate(spot.members(), start=1):
        yield from _below((*way, str(number)), member)


@dataclass(frozen=True)
class Beside:
    """A range, with what stands beside it and where."""

    config: Config
    root: Node
    way: Way
    spot: Spot

    def found(self) -> InDoubt | str:
        """The number in doubt, or why this range cannot be used."""
        ends = [str(end) for end in self.spot.provenance.range]
        if len(ends) != 2:
            return "A range has two ends."
        times = [_FACTOR.fullmatch(end.strip()) for end in ends]
        try:
            measured = [_measured(times[at][1] if times[at] else ends[at]) for at in (0, 1)]  # type: ignore[index]
        except ValueError:
            return "The ends of this range are not numbers."
        (kind, low), (other, high) = measured
        if bool(times[0]) != bool(times[1]) or _plain(kind) != _plain(other):
            return "The ends of this range are not in one unit."
        if not low < high:
            return "The low end of this range is not below its high end."
        if low < 0:
            return "A range does not go below zero."
        if times[0]:
            return self.by_factor(low, high)
        return self.value(kind, low, high) if self.is_single else self.several(kind, low, high)

    def made(self, how: str, low: float, high: float, centre: float, kind: str, **more: object) -> InDoubt:
        """The number, with what is known of it."""
        name = ".".join(self.way) + (f" [{more['of']}]" if more.get("of") else "")
        found = InDoubt(
            name=name, way=self.way, how=how, low=low, high=high, centre=centre, kind=kind,
            written=_told(self.spot.node), provenance=self.spot.provenance, where=self.spot.where,
        )  # fmt: skip
        return replace(found, **more)  # type: ignore[arg-type]

    # --- a single number --------------------------------------------------------------------------------------

    @property
    def is_single(self) -> bool:
        """Is it the range of one number?"""
        return "value" in self.spot.node.table and not self.spot.node.table["value"].is_table

    def value(self, kind: str, low: float, high: float) -> InDoubt | str:
        """The range is the ends of the number that stands beside it."""
        written = str(self.spot.node.table["value"].value)
        if self.way[0] == "options":
            return self.of_option(written, low, high)
        try:
            own, centre = _measured(written)
        except ValueError:
            return "What stands beside this range is not a number."
        if _plain(own) != _plain(kind):
            return "The range and its number are not in one unit."
        parent = at(self.root, self.way[:-1])
        if parent is not None and _plain(kind) == "" and self.in_shares:
            share = share_of(parent, self.way[-1])
            if share is None or not 0 < share < 1 or not 0 < low <= high < 1:
                return "A share that is 0% or 100% has no odds."
            return replace(
                self.made(ODDS, low, high, share, "share", of=self.way[-1]), way=self.way[:-1], name=".".join(self.way)
            )  # fmt: skip
        whole = _plain(kind) == "" and high > 1 and all(end == int(end) for end in (low, centre, high))
        return self.made(VALUE, low, high, centre, "share" if "share" in (kind, own) else kind, whole=whole)

    def of_option(self, written: str, low: float, high: float) -> InDoubt | str:
        """The number of an option's change, with what stands before and after it kept."""
        form = _CHANGE.fullmatch(written.strip())
        if form is None:
            return "What stands beside this range is not a single change."
        mark, number, after = form[1] or "", float(form[2].replace("_", "")), form[3] or ""
        if mark == "-" or (after.strip() not in ("", "%") and not mark):
            return "The range of an option's change has no unit: write x, + or a plain number in both."
        whole = mark == "+" and all(end == int(end) for end in (low, number, high))
        return self.made(
            VALUE, low, high, number, "", whole=whole, before="x " if mark[:1] == "x" else mark, after=after
        )

    @property
    def in_shares(self) -> bool:
        """Does it stand beside shares, or beside one of them?"""
        if self.way[0] == "parameters":
            known = self.config.parameters.get(self.way[1])
            return known is not None and known.kind == "shares" and "times" not in self.way
        return (self.way[0] == "sources" and "mix" in self.way) or self.way[:2] == ("population", "shares")

    # --- several numbers --------------------------------------------------------------------------------------

    def by_factor(self, low: float, high: float) -> InDoubt | str:
        """The range multiplies."""
        if self.way[0] in ("rules", "options"):
            return "A factor does not fit here: write the range beside one number."
        if self.in_shares:
            of = which_share(self.spot.node)
            if of is None:
                return "No share here is between 0% and 100%."
            return self.made(ODDS, low, high, 1.0, "factor", of=of)
        numbers = _numbers(self.spot.node)
        if numbers and not any(numbers) and not self.is_time:
            return "All its numbers are zero: a factor changes none of them."
        if self.way[0] == "parameters" and len(self.way) > 2 and not numbers:
            return "A factor on a part of a time cannot be made: write it at the top of the parameter."
        return self.made(TIMES, low, high, 1.0, "factor")

    def several(self, kind: str, low: float, high: float) -> InDoubt | str:
        """What a range means beside a rota, a table, shares or a law of times."""
        if self.way[0] == "options":
            return "It is the range of a whole option: write it beside one of its changes."
        if self.way[0] == "rules":
            return "It does not say which number of the rule it is of: write it beside that one."
        if kind in ("time", "rate"):
            return self.with_unit(kind, low, high)
        if self.in_shares:
            fits = share_that_fits(self.spot.node, low, high)
            if fits is not None:
                return self.made(ODDS, low, high, fits[1], "share", of=fits[0])
            return (
                self.by_factor(low, high)
                if low <= 1 < high
                else "It does not say which of the shares it is of."
            )
        if self.way[0] == "sources":
            return self.of_rate(low, high)
        only = {number for number in _numbers(self.spot.node) if number}
        counts = self.way[0] not in WHOLE or (low == int(low) and high == int(high))
        if len(only) == 1 and low <= min(only) <= high and counts and not self.is_time:
            (base,) = only
            return self.made(TIMES, low, high, base, "", base=base, whole=self.way[0] in WHOLE)
        if low <= 1 <= high:
            return self.by_factor(low, high)
        return "It does not say which of several numbers it is of."

    def of_rate(self, low: float, high: float) -> InDoubt | str:
        """Beside a source: the ends of its one rate, in the rate's own unit, or a factor on all that come."""
        rate = self.spot.node.table.get("rate")
        form = _CHANGE.fullmatch(str(rate.value).strip()) if rate is not None and len(self.way) == 2 else None
        if form is not None and form[3] and low <= float(form[2].replace("_", "")) <= high:
            return self.with_unit(
                "rate", *(parse_rate(f"{format_number(end)}{form[3]}") for end in (low, high))
            )
        if low <= 1 <= high:
            return self.by_factor(low, high)
        return "It does not say which of several numbers it is of."

    def with_unit(self, kind: str, low: float, high: float) -> InDoubt | str:
        """The ends of the mean of a law of times, or of a rate."""
        family = [key for key in self.spot.node.table if key in FAMILIES]
        if self.way[0] == "parameters" and len(self.way) == 2 and len(family) == 1:
            law = self.spot.node.table[family[0]].table
            centre = next((law[key].value for key in CENTRES if key in law), None)
            if centre is None:
                return "Its law is not written with a mean or a median that this range could be of."
            base = parse_duration(centre)  # type: ignore[arg-type]  # read before, so it is a time
            return self.made(TIMES, low, high, base, kind, base=base)
        if self.way[0] == "sources" and len(self.way) == 2 and "rate" in self.spot.node.table:
            base = parse_rate(self.spot.node.table["rate"].value)  # type: ignore[arg-type]  # read before
            return self.made(TIMES, low, high, base, kind, base=base)
        return "It does not say which of several numbers it is of."

    @property
    def is_time(self) -> bool:
        """Does it stand beside a law of times?"""
        known = self.config.parameters.get(self.way[1]) if self.way[0] == "parameters" else None
        return known is not None and known.kind == "duration"


def _measured(text: str) -> tuple[str, float]:
    """What kind of number it is (time, rate, share or none), and the number in its base unit."""
    words = text.strip()
    if words.endswith("%"):
        return "share", parse_number(words)
    try:
        return "", parse_number(words)
    except ValueError:
        pass
    try:
        return "time", parse_duration(words)
    except ValueError:
        return "rate", parse_rate(words)


def _plain(kind: str) -> str:
    return "" if kind == "share" else kind


def _numbers(node: Node) -> list[float]:
    """Every plain number of a rota, a capacity or a table."""
    if node.is_table:
        return [one for key, child in node.table.items() if key not in NOT_COUNTED for one in _numbers(child)]
    if node.is_list:
        return [one for child in node.items for one in _numbers(child)]
    try:
        return [] if node.value is None or isinstance(node.value, bool) else [parse_number(node.value)]  # type: ignore[arg-type]  # a scalar
    except ValueError:
        return []


def _told(node: Node) -> str:
    """What stands beside a range, on a short line."""
    rest = {key: child for key, child in node.table.items() if key not in PROVENANCE_KEYS}
    return rest["value"].text() if set(rest) == {"value"} else replace(node, value=rest).text()
