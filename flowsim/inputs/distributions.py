"""The grammar of times: `8 min`, or {lognormal: {mean: 7 min, p95: 15 min}}, or any law of SciPy.

`GRAMMAR` says which arguments each family takes; the table in the documentation and the JSON Schema
are made from it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from flowsim.errors import did_you_mean
from flowsim.inputs import solve
from flowsim.inputs.reading import Reading
from flowsim.inputs.tree import PROVENANCE_KEYS, Node, Spot
from flowsim.inputs.units import MS, format_number
from flowsim.inputs.values import Distribution, frozen

# family: the combinations of arguments that fix it. pNN is any centile: p90, p95, p99.9.
GRAMMAR: dict[str, tuple[tuple[str, ...], ...]] = {
    "exponential": (("mean",), ("rate",), ("median",)),
    "lognormal": (
        ("mean", "sd"), ("mean", "pNN"), ("median", "pNN"), ("median", "mean"), ("pNN", "pNN"),
        ("mu", "sigma", "unit"),
    ),
    "gamma": (("mean", "sd"), ("shape", "scale"), ("mean", "shape"), ("mean", "pNN")),
    "weibull": (("shape", "scale"), ("mean", "shape"), ("mean", "sd"), ("median", "pNN"), ("pNN", "pNN")),
    "erlang": (("k", "mean"), ("k", "scale")),
    "uniform": (("min", "max"),),
    "triangular": (("min", "mode", "max"),),
    "normal": (("mean", "sd"),),
    "beta": (("a", "b", "min", "max"), ("mean", "sd", "min", "max")),
}  # fmt: skip
OTHER_FAMILIES = ("constant", "scipy", "empirical", "histogram", "mixture")
FAMILIES = (*GRAMMAR, *OTHER_FAMILIES)
LIMITS = ("min", "max", "outside")
_NUMBERS = ("shape", "k", "a", "b", "mu", "sigma")  # arguments without a unit
MOST_PARTS = 10_000


def is_distribution(node: Node) -> bool:
    """Whether a table is the description of a time (and not shares, or a table by attributes)."""
    return any(key in FAMILIES for key in node.table) or _meant_as_one(node)


def _meant_as_one(node: Node) -> bool:
    """A single argument table under an unknown name is a family misspelt."""
    inner = [child for key, child in node.table.items() if key not in PROVENANCE_KEYS and key not in LIMITS]
    return len(inner) == 1 and inner[0].is_table and not ({"value", "by", "values"} & set(inner[0].table))


def read_distribution(reading: Reading, spot: Spot, *, more: tuple[str, ...] = ()) -> Distribution | None:
    """The canonical form of a time: plain, {value: ...}, or {family: {...}} with its limits."""
    if not spot.node.is_table or "value" in spot:
        value = reading.duration(spot)
        return None if value is None else constant(value)
    named = [key for key, _ in spot.children() if key not in LIMITS and key not in more]
    if len(named) != 1:
        what = (
            "There is no distribution here."
            if not named
            else f"Only one distribution is wanted: {', '.join(named)}."
        )
        reading.refuse(spot, what, "Write {lognormal: {mean: 7 min, p95: 15 min}}.")
        return None
    family = named[0]
    if family not in FAMILIES:
        reading.refuse(
            spot[family], f"`{family}` is not a distribution.", did_you_mean(family, FAMILIES), value=""
        )
        return None
    found = _READERS.get(family, _read_family)(reading, replace(spot[family], inherited=spot.provenance))
    return None if found is None else _limited(reading, spot, found)


def constant(ms: float) -> Distribution:
    """Always the same time."""
    return Distribution("constant", frozen({"value": ms}))


def _read_family(reading: Reading, spot: Spot) -> Distribution | None:
    family = spot.name.rpartition(".")[2]
    if not spot.node.is_table:
        example = ", ".join(_example(word) for word in GRAMMAR[family][0])
        reading.refuse(spot, f"The arguments of {family} are wanted.", f"Write {family}: {{{example}}}.")
        return None
    given = [key for key, _ in spot.children()]
    pattern = sorted("pNN" if solve.CENTILE.fullmatch(key) else key for key in given)
    if not any(sorted(combination) == pattern for combination in GRAMMAR[family]):
        known = {word for combination in GRAMMAR[family] for word in combination}
        strange = [key for key in given if key not in known and not solve.CENTILE.fullmatch(key)]
        forms = "; ".join(" and ".join(combination) for combination in GRAMMAR[family])
        what = (
            f"{family} has no `{strange[0]}`."
            if strange
            else f"{family} cannot be made from {', '.join(given) or 'nothing'}."
        )
        near = (
            did_you_mean(strange[0], known)
            if strange and len(given) > 1 and "Did" in did_you_mean(strange[0], known)
            else ""
        )
        reading.refuse(
            spot[strange[0]] if strange else spot,
            what,
            near or f"Give {forms.replace('pNN and pNN', 'p50 and p95').replace('pNN', 'p95')}.",
        )
        return None
    numbers = {key: _argument(reading, child, key) for key, child in spot.children()}
    if any(number is None for number in numbers.values()):
        return None
    try:
        return solve.solved(family, {key: number for key, number in numbers.items() if number is not None})
    except (ValueError, OverflowError, ZeroDivisionError) as error:
        what, remedy = (
            error.args if len(error.args) == 2 else ("No such distribution exists.", "Check the numbers.")
        )
        reading.refuse(spot, str(what), str(remedy), value=spot.node.text())
        return None


def _argument(reading: Reading, spot: Spot, key: str) -> float | None:
    """One argument: a time above zero, except shapes (numbers), mu (any number) and min (may be zero)."""
    if key == "unit":
        return _unit(reading, spot)
    read = reading.rate if key == "rate" else reading.plain if key in _NUMBERS else reading.duration
    value = read(spot)
    if value is not None and value <= 0 and key not in ("mu", "min", "mode"):
        reading.refuse(spot, f"`{key}` must be more than zero.", "Check the number.")
        return None
    return value


def _unit(reading: Reading, spot: Spot) -> float | None:
    unit = str(spot.node.value)
    if unit not in MS:
        reading.refuse(spot, f"`{unit}` is not a unit of time.", f"One of {', '.join(MS)}.")
        return None
    return float(MS[unit])


def _read_constant(reading: Reading, spot: Spot) -> Distribution | None:
    value = reading.duration(spot)
    return None if value is None else constant(value)


def _read_mixture(reading: Reading, spot: Spot) -> Distribution | None:
    if not spot.node.items:
        reading.refuse(spot, "A mixture is a list.", "Write [{share: 0.3, exponential: {mean: 1 h}}, ...].")
        return None
    shares: dict[str, Node] = {}
    laws: list[Distribution | None] = []
    for number, member in enumerate(spot.members()):
        if "share" not in member:
            reading.refuse(
                member, "This part of the mixture has no share.", "Write {share: 0.3, exponential: ...}."
            )
            return None
        shares[str(number)] = member.node.table["share"]
        laws.append(read_distribution(reading, member, more=("share",)))
    whole = reading.shares(Spot(Node(shares, spot.node.file, spot.node.line), spot.name, spot.inherited))
    if whole is None or any(law is None for law in laws):
        return None
    parts = tuple((share, law) for share, law in zip(whole.values(), laws, strict=True) if law is not None)
    return Distribution("mixture", parts=parts)


def _read_empirical(reading: Reading, spot: Spot) -> Distribution | None:
    if "values" not in spot or not spot["values"].node.items:
        reading.refuse(spot, "The values are wanted.", "Write {values: [5 min, 8 min], weights: [3, 1]}.")
        return None
    reading.only(spot, ("values", "weights"))
    times = _times(reading, spot["values"])
    weights = reading.numbers_in(spot["weights"], len(times)) if "weights" in spot else [1.0] * len(times)
    return _from_weights(
        reading, spot, "empirical", weights, [None if ms is None else constant(ms) for ms in times]
    )


def _read_histogram(reading: Reading, spot: Spot) -> Distribution | None:
    if "edges" not in spot or "shares" not in spot:
        reading.refuse(
            spot, "Edges and shares are wanted.", "Write {edges: [0 min, 10 min, 1 h], shares: [0.7, 0.3]}."
        )
        return None
    reading.only(spot, ("edges", "shares"))
    edges = _times(reading, spot["edges"])
    shares = reading.numbers_in(spot["shares"], len(edges) - 1)
    if shares is None or any(edge is None for edge in edges):
        return None
    whole = [edge or 0.0 for edge in edges]
    if any(low >= high for low, high in pairwise(whole)):
        reading.refuse(spot["edges"], "The edges must go up.", "Put them in order.")
        return None
    bars = [Distribution("uniform", frozen({"low": a, "high": b})) for a, b in pairwise(whole)]
    return _from_weights(reading, spot, "histogram", shares, list(bars))


def _times(reading: Reading, spot: Spot) -> list[float | None]:
    if len(spot.node.items) > MOST_PARTS:
        reading.refuse(spot, f"There are more than {MOST_PARTS:,} values.", "Use a histogram, or a trace.")
        return [None]
    return [reading.duration(member) for member in spot.members()]


def _from_weights(reading: Reading, spot: Spot, family: str, weights: list[float] | None,
                  laws: list[Distribution | None]) -> Distribution | None:  # fmt: skip
    if weights is None or any(law is None for law in laws):
        return None
    total = sum(weights)
    if total <= 0:
        reading.refuse(spot, "The weights sum to zero.", "At least one must be above zero.")
        return None
    pairs = zip(weights, laws, strict=True)
    return Distribution(
        family, parts=tuple((weight / total, law) for weight, law in pairs if weight > 0 and law)
    )


def _read_scipy(reading: Reading, spot: Spot) -> Distribution | None:
    """{name: genhyperbolic, p: ..., loc: ..., scale: ..., unit: min}: the law's own arguments."""
    if "name" not in spot or "unit" not in spot:
        reading.refuse(
            spot, "The name and the unit are wanted.", "Write {name: fisk, c: 2, scale: 10, unit: min}."
        )
        return None
    unit = _unit(reading, spot["unit"])
    numbers = {key: reading.plain(child) for key, child in spot.children() if key not in ("name", "unit")}
    if unit is None or any(number is None for number in numbers.values()):
        return None
    args = {key: number for key, number in numbers.items() if number is not None}
    law = str(spot["name"].node.value)
    wrong = solve.scipy_fault(law, args)
    if wrong:
        reading.refuse(spot, wrong[0], wrong[1], value=spot.node.text())
        return None
    return Distribution("scipy", frozen(args), low=0.0, law=law, unit=unit)


def _limited(reading: Reading, spot: Spot, found: Distribution) -> Distribution | None:
    """With the `min`, `max` and `outside` that stand beside it."""
    low = reading.duration(spot["min"]) if "min" in spot else found.low
    high = reading.duration(spot["max"]) if "max" in spot else found.high
    outside: Literal["redraw", "clip"] = found.outside
    if "outside" in spot:
        if spot["outside"].node.value not in ("redraw", "clip"):
            reading.refuse(spot["outside"], "`outside` is redraw or clip.", "Leave it out to draw again.")
            return None
        outside = "clip" if spot["outside"].node.value == "clip" else "redraw"
    if low is not None and high is not None and low >= high:
        reading.refuse(spot, "`min` must be below `max`.", "Check the two numbers.", value=spot.node.text())
        return None
    if outside == "redraw" and ("min" in spot or "max" in spot) and _never_inside(found, low, high):
        reading.refuse(
            spot,
            "The distribution is never between its min and max.",
            "Check the units.",
            value=spot.node.text(),
        )
        return None
    return replace(found, low=low, high=high, outside=outside)


def _never_inside(found: Distribution, low: float | None, high: float | None) -> bool:
    """Whether all of a bounded law lies outside the limits, so that drawing again would never end."""
    least, most = _ends(found)
    return (high is not None and least > high) or (low is not None and most < low)


def _ends(found: Distribution) -> tuple[float, float]:
    if found.parts:
        ends = [_ends(part) for _, part in found.parts]
        return min(low for low, _ in ends), max(high for _, high in ends)
    if found.family == "constant":
        return found.args["value"], found.args["value"]
    if "high" in found.args:
        return found.args["low"], found.args["high"]
    return (-math.inf if found.family in ("normal", "scipy") else 0.0), math.inf


def _example(word: str) -> str:
    return (
        "p95: 15 min"
        if word == "pNN"
        else f"{word}: 2"
        if word in _NUMBERS
        else f"{word}: {format_number(8)} min"
    )


_READERS = {
    "constant": _read_constant,
    "mixture": _read_mixture,
    "empirical": _read_empirical,
    "histogram": _read_histogram,
    "scipy": _read_scipy,
}
