"""Which assumption matters for the decision: each input to the ends of its range, all else in the middle.

The figure may be a paired difference (limit 0: does its sign turn?), a KPI beside its standard, or 1 and 0 for met and
missed beside the probability that is asked for. What moves a figure much need not move the decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flowsim.errors import RunError
from flowsim.measures.intervals import Estimate, estimate, paired
from flowsim.studies.statistics.designs import Range, Setting, middle, named_once
from flowsim.studies.statistics.given import a_number, a_probability, pairs
from flowsim.studies.statistics.saying import change, said, size

SURELY, PERHAPS, NO = "surely", "perhaps", "no"


@dataclass(frozen=True)
class Bar:
    """One input of a tornado: the figure at both ends of its range, and what that does to the decision.

    `swing` is the paired difference between high end and low end. The decision `turns` surely if the whole interval at
    an end lies beyond the limit, perhaps if a part of it does; as seen from the figure in the middle.
    """

    name: str
    at_low: Estimate
    at_high: Estimate
    swing: Estimate
    turns: str
    limit: float

    def words(self, unit: str = "", difference: bool = True) -> str:
        """The finding in a sentence."""
        tell = change if difference else said
        ends = f"from {tell(self.at_low.mean, unit)} at its low end to {tell(self.at_high.mean, unit)} at its high end"
        verdict = {
            SURELY: "within its range it turns the decision: find this number out",
            PERHAPS: "within its range it may turn the decision",
            NO: "the decision stands throughout its range",
        }[self.turns]
        return f"{self.name} moves the figure {ends}; {verdict}."


def one_at_a_time(ranges: Sequence[Range], centre: Setting | None = None) -> tuple[Setting, ...]:
    """The settings of a tornado: the centre first, then each input at its low and at its high end.

    The centre is what the config says, or else the middle of every range.
    """
    named_once(ranges)
    about = dict(middle(ranges) if centre is None else centre)
    if set(about) != {one.name for one in ranges}:
        raise RunError("The centre sets every input that has a range, and no other.")
    ends = [{**about, one.name: end} for one in ranges for end in (one.low, one.high)]
    return (about, *ends)


def tornado(
    ranges: Sequence[Range],
    figures: Sequence[Sequence[float]],
    limit: float = 0.0,
    confidence: float = 0.95,
) -> tuple[Bar, ...]:
    """The inputs, those first that turn the decision, and then by how far they move the figure.

    `figures` has the replications of each setting of `one_at_a_time`, in its order, with the same luck in all.
    """
    named_once(ranges)
    a_probability("confidence", confidence)
    a_number("limit", limit)
    if len(figures) != 2 * len(ranges) + 1:
        raise RunError(
            f"A tornado of {len(ranges)} inputs has {2 * len(ranges) + 1} settings, not {len(figures)}."
        )
    centre = estimate(figures[0], confidence)
    bars = []
    for number, one in enumerate(ranges):
        low, high = figures[2 * number + 1], figures[2 * number + 2]
        both = pairs(low, high)
        swing = paired([a for a, _ in both], [b for _, b in both], confidence)
        ends = estimate(low, confidence), estimate(high, confidence)
        bars.append(Bar(one.name, *ends, swing, _turns(centre, ends, limit), limit))
    return tuple(sorted(bars, key=lambda bar: ((SURELY, PERHAPS, NO).index(bar.turns), -abs(bar.swing.mean))))


def which_to_find(bars: Sequence[Bar], unit: str = "") -> str:
    """The sentence for a decision: which numbers are worth finding out, and which are not."""
    turning = [bar for bar in bars if bar.turns != NO]
    if not turning:
        most = f" {bars[0].name} moves the figure most, by {size(bars[0].swing.mean, unit)}." if bars else ""
        return f"No single input, anywhere within its range, turns the decision.{most}"
    named = ", ".join(bar.name + ("" if bar.turns == SURELY else " (perhaps)") for bar in turning)
    rest = len(bars) - len(turning)
    return f"Find out first: {named}. " + (
        f"The decision stands throughout the range of the other {rest}."
        if rest
        else "No other input was varied."
    )


def _turns(centre: Estimate, ends: Sequence[Estimate], limit: float) -> str:
    """Does an end lie on the other side of the limit than the centre?"""
    side = 1.0 if centre.mean >= limit else -1.0
    found = NO
    for end in ends:
        reaches = [side * (at - limit) for at in (end.low, end.high, end.mean)]
        if max(reaches) < 0:
            return SURELY
        # One replication has no interval: its ends are nan, and then the most that can be said is perhaps.
        if any(not at >= 0 for at in reaches):
            found = PERHAPS
    return found


def differences(
    base: Sequence[Sequence[float]], other: Sequence[Sequence[float]]
) -> tuple[tuple[float, ...], ...]:
    """Option less baseline, setting by setting and replication by replication: a tornado's figures."""
    if len(base) != len(other):
        raise RunError(
            f"Both scenarios are simulated at the same settings: here are {len(base)} and {len(other)}."
        )
    return tuple(
        tuple(b - a for a, b in zip(one, two, strict=True)) for one, two in zip(base, other, strict=True)
    )
