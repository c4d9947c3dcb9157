"""Until precise enough: after each batch of replications, is every figure known as well as was asked?

The rule is that of Law (2015, section 9.4.1): begin with a minimum of 10 replications or more, look only after whole
batches, and stop as soon as every interval is narrow enough. Relative precision r is held against r / (1 + r), so
that it is relative to the true mean and not to its estimate. To stop because an interval has just become narrow
favours samples that look steadier than they are: such intervals hold the true mean a little less often than they say.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flowsim.errors import RunError, did_you_mean
from flowsim.measures.intervals import Estimate, estimate
from flowsim.studies.statistics.given import a_count, a_number, a_probability, some
from flowsim.studies.statistics.saying import count, percent, said

BESIDE_ZERO = 2.0
"""A mean less than this many half-widths from zero is too near it for a share of it to mean anything."""


@dataclass(frozen=True)
class Target:
    """How well a figure is to be known: the half-width of its interval, in its unit or as a share of its mean."""

    half_width: float
    relative: bool = False

    def __post_init__(self) -> None:
        a_number("half_width", self.half_width, above=0)
        if self.relative:
            a_probability("A relative half_width", self.half_width)

    def of(self, mean: float) -> float:
        """The half-width asked for, in the unit of the figure."""
        return self.half_width / (1 + self.half_width) * abs(mean) if self.relative else self.half_width


@dataclass(frozen=True)
class Rule:
    """When to look, and when to give up."""

    minimum: int = 10
    maximum: int = 200
    batch: int = 5
    confidence: float = 0.95

    def __post_init__(self) -> None:
        a_count("minimum replications", self.minimum, 2)
        a_count("maximum replications", self.maximum, self.minimum)
        a_count("batch", self.batch)
        a_probability("confidence", self.confidence)


@dataclass(frozen=True)
class Progress:
    """Whether to stop after n replications; `held_up_by` is the figure that needs most, "" if none does.

    `run_next` is what to run before looking again, and `more` the estimate of all that is still needed (without the
    maximum); -1 if nothing can be estimated yet.
    """

    n: int
    stop: bool
    precise: bool
    held_up_by: str
    run_next: int
    more: int
    estimates: Mapping[str, Estimate]
    confidence: float

    def words(self, units: Mapping[str, str] | None = None) -> str:
        """The state of things in a sentence."""
        after = f"after {count(self.n, 'replication')}"
        if self.precise:
            return (
                f"Every figure is as precise as was asked {after}. Having stopped for that reason, the "
                f"{percent(self.confidence)} intervals hold the true means a little less often than they say."
            )
        if self.more < 0 or not self.held_up_by:
            held = f" `{self.held_up_by}` has too few values to judge." if self.held_up_by else ""
            return (
                f"Too early to tell {after}.{held}"
                if not self.stop
                else f"Stopped at the maximum {after}.{held}"
            )
        half = said(self.estimates[self.held_up_by].half_width, (units or {}).get(self.held_up_by, ""))
        begin = "Stopped at the maximum, not precise enough," if self.stop else "Not precise enough"
        return (
            f"{begin} {after}: `{self.held_up_by}` is known to within {half} and would need about "
            f"{self.more:,} more."
        )


def progress(
    values: Mapping[str, Sequence[float]], targets: Mapping[str, Target], rule: Rule | None = None
) -> Progress:
    """After some replications: stop, or go on, and with how many.

    `values` has for each figure a value a replication, nan where a replication does not have it. Raises RunError if a
    relative target is about a mean too near zero: no number of replications would then do.
    """
    rule = rule or Rule()
    some("Figures to be precise about", targets)
    for name in targets:
        if name not in values:
            raise RunError(f"No figure is called `{name}`. {did_you_mean(name, values)}")
    lengths = {len(values[name]) for name in targets}
    if len(lengths) > 1:
        raise RunError(
            "Figures of the same replications are judged together; these have different numbers of them."
        )
    n = lengths.pop()
    found = {name: estimate(values[name], rule.confidence) for name in targets}
    if n < rule.minimum:
        return Progress(n, False, False, "", rule.minimum - n, -1, found, rule.confidence)
    lacking = {name: _more(name, found[name], n, target, rule) for name, target in targets.items()}
    unknown = [name for name, more in lacking.items() if more < 0]
    worst = unknown[0] if unknown else max(lacking, key=lambda name: lacking[name])
    more = lacking[worst]
    precise = more == 0
    next_look = min(rule.batch, rule.maximum - n)
    stop = precise or next_look <= 0
    return Progress(
        n, stop, precise, "" if precise else worst, 0 if stop else next_look, more, found, rule.confidence
    )


def _more(name: str, found: Estimate, n: int, target: Target, rule: Rule) -> int:
    """How many more replications this figure needs, if its spread is what it seems; -1 if that is unknown."""
    if found.n < 2:
        return -1
    if target.relative and abs(found.mean) < BESIDE_ZERO * found.half_width:
        raise RunError(
            f"`{name}` is {said(found.mean)}, known to within {said(found.half_width)} after "
            f"{count(found.n, 'replication')}: too near zero for a precision relative to its mean.\n"
            f"    Give an absolute one, in its own unit: half_width: {said(found.half_width / 2)}, say."
        )
    wanted = target.of(found.mean)
    if found.half_width <= wanted:
        return 0
    needed = _replications(found.sd, wanted, rule.confidence, found.n)
    # Some replications may lack the figure: the same share of those to come will.
    return max(1, math.ceil(needed * n / found.n) - n)


def _replications(sd: float, half_width: float, confidence: float, least: int) -> int:
    """The fewest replications, more than `least`, whose t-interval would have this half-width."""
    from scipy.stats import t

    def half(n: int) -> float:
        return float(t.ppf((1 + confidence) / 2, n - 1)) * sd / math.sqrt(n)

    below, enough = least, 2 * least
    while half(enough) > half_width:
        below, enough = enough, 2 * enough
    while enough - below > 1:
        middle = (below + enough) // 2
        below, enough = (below, middle) if half(middle) <= half_width else (middle, enough)
    return enough
