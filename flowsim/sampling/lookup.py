"""From a uniform to a value: shares by threshold, durations by quantile table. Whole numbers only."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from flowsim.program.program import ONE, Durations, Program, Shares
from flowsim.program.quantiles import HALF, OCTAVES, PER_OCTAVE

PART_BITS = PER_OCTAVE.bit_length() - 1
FRACTION_BITS = 24
UPPER = HALF + 1


def interpolate(knots: Sequence[int], u: int) -> int:
    """The duration (ms) at a 64-bit uniform, by integer interpolation between the knots of its octave."""
    upper = u >> 63
    tail = (u ^ 0xFFFFFFFFFFFFFFFF) if upper else u  # distance to the nearer end, below 2**63
    octave = 63 - tail.bit_length()
    base = UPPER if upper else 0
    if octave >= OCTAVES:
        return knots[base]
    shift = 62 - octave - PART_BITS
    at = base + (OCTAVES - 1 - octave) * PER_OCTAVE + ((tail >> shift) & (PER_OCTAVE - 1))
    fraction = (tail >> (shift - FRACTION_BITS)) & ((1 << FRACTION_BITS) - 1)
    low = knots[at]
    return low + (((knots[at + 1] - low) * fraction) >> FRACTION_BITS)


def pick(upto: Sequence[int], u: int) -> int:
    """Which of several shares a 64-bit uniform falls into."""
    return min(bisect_right(upto, u), len(upto) - 1)


class Lookup:
    """A program's tables as Python lists, for scalar look-ups (an array's items cost ten times as much)."""

    def __init__(self, program: Program) -> None:
        self.knots: list[list[int] | None] = [None] * len(program.quantiles)
        self.quantiles = program.quantiles
        self.discrete = [([int(v) for v in table.upto], table.values.tolist()) for table in program.discrete]

    def is_fixed(self, durations: Durations) -> bool:
        """Does every class have one exact value, so that nothing needs to be drawn?"""
        return all(table < 0 and len(self.discrete[-table - 1][1]) == 1 for table in durations.table.tolist())

    def duration(self, table: int, factor: int, u: int) -> int:
        """The duration (ms) of a table at a uniform, times a factor in millionths, rounded."""
        if table < 0:
            upto, values = self.discrete[-table - 1]
            value = values[pick(upto, u)]
        else:
            knots = self.knots[table]
            if knots is None:
                knots = self.knots[table] = self.quantiles[table].tolist()
            value = interpolate(knots, u)
        return self.scaled(value, factor)

    @staticmethod
    def scaled(value: int, factor: int) -> int:
        """A duration times a factor in millionths, rounded."""
        return value if factor == ONE else (value * factor + ONE // 2) // ONE


def shares_as_lists(shares: Shares) -> list[list[int]]:
    """Thresholds of each class as Python whole numbers."""
    return [[int(value) for value in row] for row in shares.upto]
