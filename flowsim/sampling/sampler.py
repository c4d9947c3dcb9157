"""Values for a patient at a step: the addressed uniform, looked up in the program's tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flowsim.program.program import Classes, Drawn, Durations, Numbers, Program, Shares
from flowsim.sampling.lookup import Lookup, pick, shares_as_lists
from flowsim.sampling.philox import child_key, run_key, uniform

DrawDuration = Callable[[int, Sequence[int], Sequence[int], int], int]
"""(patient key, attributes, trace durations, n) -> ms."""

DrawChoice = Callable[[int, Sequence[int], int], int]
"""(patient key, attributes, n) -> which share."""


class Sampler:
    """Makes, once for each use of a parameter, the function that draws it."""

    def __init__(self, program: Program, seed: int, replication: int) -> None:
        self.run_key = int(run_key(seed, replication))
        self.lookup = Lookup(program)

    def duration(self, drawn: Drawn) -> DrawDuration:
        """The function that draws a duration in ms."""
        durations, stream, key, lookup = drawn.durations, drawn.stream, self.run_key, self.lookup
        row = row_picker(durations.classes)
        factors = durations.factor.tolist()
        if durations.column >= 0:
            column = durations.column
            return lambda _patient, attributes, trace, _n: lookup.scaled(
                trace[column], factors[row(attributes)]
            )
        if lookup.is_fixed(durations):
            fixed = fixed_durations(durations, lookup)
            return lambda _patient, attributes, _trace, _n: fixed[row(attributes)]
        tables = durations.table.tolist()

        def draw(patient: int, attributes: Sequence[int], _trace: Sequence[int], n: int) -> int:
            of = row(attributes)
            return lookup.duration(tables[of], factors[of], int(uniform(key, patient, stream, n)))

        return draw

    def choice(self, shares: Shares, stream: int) -> DrawChoice:
        """The function that draws which share a patient falls into."""
        key, row, upto = self.run_key, row_picker(shares.classes), shares_as_lists(shares)

        def draw(patient: int, attributes: Sequence[int], n: int) -> int:
            return pick(upto[row(attributes)], int(uniform(key, patient, stream, n)))

        return draw


def row_picker(classes: Classes) -> Callable[[Sequence[int]], int]:
    """The function from a patient's attributes to the row of a table."""
    pairs = tuple(zip(classes.attributes, classes.strides, strict=True))
    if not pairs:
        return lambda _attributes: 0
    if len(pairs) == 1:
        only = pairs[0][0]
        return lambda attributes: attributes[only]
    return lambda attributes: sum(attributes[at] * stride for at, stride in pairs)


def number_picker(number: int | Numbers) -> Callable[[Sequence[int]], int]:
    """The function from a patient's attributes to a whole number."""
    if isinstance(number, int):
        return lambda _attributes: number
    row, values = row_picker(number.classes), number.values.tolist()
    return lambda attributes: values[row(attributes)]


def fixed_durations(durations: Durations, lookup: Lookup) -> list[int]:
    """The one duration of each class of a parameter without randomness."""
    pairs = zip(durations.table.tolist(), durations.factor.tolist(), strict=True)
    return [lookup.duration(table, factor, 0) for table, factor in pairs]


def key_of_return(parent: int, stream: int, n: int) -> int:
    """The key of the journey that a patient's n-th use of a `come_back` step starts."""
    return int(child_key(parent, stream, n))
