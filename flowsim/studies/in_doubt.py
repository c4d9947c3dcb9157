"""Which number matters for the decision: the numbers in doubt, one at a time or together, with the same patients.

Every setting of the numbers is a pair of scenarios, the baseline and the option with the same numbers, run through the
store: so the effect of the option is compared patient by patient at each setting, and a few replications are enough.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flowsim.errors import ConfigError, RunError, did_you_mean
from flowsim.inputs.experiment_values import Choice, Experiment
from flowsim.inputs.in_doubt import InDoubt, NotVaried
from flowsim.inputs.ranges import document_of, numbers_in_doubt
from flowsim.measures.intervals import Estimate, estimate
from flowsim.measures.kpis import Kpis
from flowsim.places import find_config
from flowsim.program import Program, compile_program
from flowsim.studies.answering import OnRound
from flowsim.studies.decisions import Decision
from flowsim.studies.design import Design
from flowsim.studies.question import SEED, Asking, baseline_of
from flowsim.studies.running import Work, days_of, run_missing
from flowsim.studies.scenario import load_place
from flowsim.studies.statistics.decisive import NO, PERHAPS, SURELY, Bar, tornado
from flowsim.studies.statistics.designs import Range, Setting, sobol
from flowsim.studies.statistics.doubt import Doubt, doubt
from flowsim.studies.statistics.sensitivity import (
    Effect,
    Index,
    morris,
    morris_settings,
    sobol_indices,
    sobol_settings,
)
from flowsim.studies.store import Store

METHODS = ("tornado", "doubt", "morris", "sobol")
DRAWS = {"doubt": 32, "morris": 10, "sobol": 64}
"""Draws of the inputs, trajectories, and the base of Sobol's design."""
MOST = 20
"""Numbers that are looked at closely; of more, a screen chooses."""
SCREEN = 3
"""Replications of the screen: the same patients at both ends, so few are enough to choose."""
Values = tuple[tuple[InDoubt, float], ...]
Pair = tuple[list[Kpis], list[Kpis]]


@dataclass(frozen=True)
class AtValues:
    """A scenario of an experiment with numbers of the place at other values, set before its options are made."""

    place: str
    choice: Choice
    values: Values
    name: str

    def program(self) -> Program:
        """The compiled program. Raises RunError if the place is not possible at these values."""
        if not self.values:
            return Asking(self.place, self.choice).program()
        try:
            return compile_program(
                *load_place(self.place, self.choice.options, self.choice.as_text, self.values)
            )
        except ConfigError as error:
            at = ", ".join(f"{one.name} at {one.said(value)}" for one, value in self.values)
            raise RunError(f"The place is not possible with {at}:\n{error}") from error


@dataclass(frozen=True)
class Row:
    """A number in doubt and what it does: a bar for each decision, in their order."""

    input: InDoubt
    bars: tuple[Bar, ...]

    @property
    def turns(self) -> str:
        """Whether it turns a decision within its range: surely, perhaps or no."""
        return min((bar.turns for bar in self.bars), key=(SURELY, PERHAPS, NO).index)


@dataclass(frozen=True)
class Doubted:
    """A figure over draws of the numbers: both doubts, and in how many draws its mean is on which side of the limit."""

    doubt: Doubt
    draws: tuple[tuple[float, ...], ...]
    at_least: int
    """Draws in which the mean is at the limit or above."""

    @property
    def known(self) -> int:
        """Draws that have the figure."""
        return sum(not math.isnan(_mean(draw)) for draw in self.draws)


@dataclass
class Sensitivity:
    """What a study of the numbers in doubt found; each list has an entry a decision."""

    asked: Experiment
    design: Design
    scenario: Choice | None
    decisions: tuple[Decision, ...]
    inputs: tuple[InDoubt, ...]
    not_varied: tuple[NotVaried, ...]
    screened: tuple[Row, ...] = ()
    """Numbers that moved the figures least in the screen, and were then left as they are."""
    centres: tuple[Estimate, ...] = ()
    rows: tuple[Row, ...] = ()
    settings: tuple[Setting, ...] = ()
    """The draws of the numbers."""
    doubted: tuple[Doubted, ...] = ()
    effects: tuple[tuple[Effect, ...], ...] = ()
    indices: tuple[tuple[Index, ...], ...] = ()
    ran: int = 0
    found: int = 0

    def is_open(self, at: int) -> bool:
        """Does luck alone leave a decision open, with all numbers as they are?"""
        centre, limit = self.centres[at], self.decisions[at].limit
        return not (centre.low > limit or centre.high < limit or centre.sd == 0)


@dataclass
class Ask:
    """One question about the numbers of a place: what runs it needs, and where they are kept."""

    asked: Experiment
    design: Design
    store: Store
    scenario: Choice | None
    decisions: tuple[Decision, ...]
    on_round: OnRound
    ran: int = 0
    found: int = 0
    _base: Program | None = field(default=None, repr=False)

    def figures(self, what: str, settings: Sequence[Values], replications: int) -> list[list[list[float]]]:
        """For each decision, the figure at each setting in each replication."""
        pairs = self.pairs(what, settings, replications)
        return [[one.figures(*pair) for pair in pairs] for one in self.decisions]

    def pairs(self, what: str, settings: Sequence[Values], replications: int) -> list[Pair]:
        """The KPIs of the baseline and of the scenario at each setting, in each replication."""
        self._base = self._base or baseline_of(self.asked).program()
        wanted = tuple(dict.fromkeys(one.kpi.name for one in self.decisions))
        work = Work(self.design, self._base, self.store, wanted)
        names = [(f"{at}b", f"{at}s" if self.scenario else f"{at}b") for at in range(len(settings))]
        days = days_of(self.design, len({name for pair in names for name in pair}), replications)
        with self.on_round(f"{what}: {len(settings)} settings", days) as on_days:
            done = run_missing(work, self._scenarios(settings), range(replications), on_days)
        self.ran, self.found = self.ran + done.ran, self.found + done.found
        return [(self._read(done.keys[base]), self._read(done.keys[other])) for base, other in names]

    def _scenarios(self, settings: Sequence[Values]) -> Iterator[AtValues]:
        for at, values in enumerate(settings):
            here = tuple((one, value) for one, value in values if not one.option)
            yield AtValues(self.asked.place, self.asked.baseline, here, f"{at}b")
            if self.scenario is not None:
                yield AtValues(self.asked.place, self.scenario, values, f"{at}s")

    def _read(self, keys: Sequence[str]) -> list[Kpis]:
        found = [self.store.find(key) for key in keys]
        if any(one is None for one in found):
            raise RunError(f"Replications that were just finished are not in {self.store.path}.")
        return [one.kpis for one in found if one is not None]


def choose(
    asked: Experiment,
    scenario: Choice | None,
    starts: Sequence[str] = (),
    ranges: Mapping[str, tuple[str, str]] | None = None,
) -> tuple[tuple[InDoubt, ...], tuple[NotVaried, ...]]:
    """The numbers in doubt whose names begin with one of these, and those that are given a range here.

    An option's numbers count if the scenario has it. Raises RunError if nothing is left to vary.
    """
    _, config = load_place(asked.place)
    root = document_of(find_config(asked.place))
    found, left = numbers_in_doubt(config, root, ranges)
    options = {*asked.baseline.options, *(scenario.options if scenario else ())}
    found = tuple(one for one in found if one.option in ("", *options))
    left = tuple(
        one for one in left if not one.name.startswith("options.") or one.name.split(".")[1] in options
    )
    for start in starts:
        names = [*(one.name for one in found), *(one.name for one in left)]
        if not any(name.startswith(start) for name in names):
            known = [*names, *dict.fromkeys(".".join(name.split(".")[:2]) for name in names)]
            raise RunError(f"No number with a range begins with `{start}`. {did_you_mean(start, known)}")
    wanted = tuple(starts) or ("",) * (not ranges)
    given = tuple(ranges or ())
    chosen = tuple(one for one in found if one.name.startswith(wanted) or one.name.split(" [")[0] in given)
    if not chosen:
        why = f" {left[0].name}: {left[0].why}" if left else ""
        raise RunError(
            f"No number that could be varied has a range in {asked.place}.{why} "
            'Give one: --range "PATH=LOW to HIGH", or write `range` beside it in the place.'
        )
    return chosen, tuple(one for one in left if one.name.startswith(wanted))


def study_numbers(ask: Ask, inputs: Sequence[InDoubt], not_varied: Sequence[NotVaried], methods: Sequence[str],
                  most: int = MOST, draws: int | None = None) -> Sensitivity:  # fmt: skip
    """Look at the numbers by these methods; of more than `most`, at those that a screen finds to matter most."""
    found = Sensitivity(ask.asked, ask.design, ask.scenario, ask.decisions, tuple(inputs), tuple(not_varied))
    if len(inputs) > most:
        _, rows = one_at_a_time(ask, inputs, min(SCREEN, ask.design.replications), "Screen")
        by_size = sorted(rows, key=lambda row: -_size(row, rows))
        kept = {row.input.name for row in by_size[:most]}
        found.inputs = tuple(one for one in inputs if one.name in kept)
        found.screened = tuple(row for row in by_size if row.input.name not in kept)
    if "tornado" in methods:
        found.centres, found.rows = one_at_a_time(ask, found.inputs, ask.design.replications, "One at a time")
    if "doubt" in methods:
        found.settings, found.doubted = drawn(ask, found.inputs, draws or DRAWS["doubt"])
    ranges = [_range(one) for one in found.inputs]
    if "morris" in methods:
        count = draws or DRAWS["morris"]
        values = means(ask, found.inputs, morris_settings(ranges, count, SEED), "Morris")
        found.effects = tuple(morris(ranges, count, SEED, figures) for figures in values)
    if "sobol" in methods:
        count = draws or DRAWS["sobol"]
        values = means(ask, found.inputs, sobol_settings(ranges, count, SEED), "Sobol")
        found.indices = tuple(sobol_indices(ranges, count, SEED, figures) for figures in values)
    found.ran, found.found = ask.ran, ask.found
    return found


def one_at_a_time(
    ask: Ask, inputs: Sequence[InDoubt], replications: int, what: str
) -> tuple[tuple[Estimate, ...], tuple[Row, ...]]:
    """The figures with all numbers as they are, and a row for each number: those first that turn a decision."""
    settings: list[Values] = [(), *(((one, end),) for one in inputs for end in (one.low, one.high))]
    ranges = [_range(one) for one in inputs]
    figures = ask.figures(what, settings, replications)
    bars = [
        {bar.name: bar for bar in tornado(ranges, of, one.limit)}
        for one, of in zip(ask.decisions, figures, strict=True)
    ]
    rows = [Row(one, tuple(_if_it_moves(of[one.name]) for of in bars)) for one in inputs]
    order = (SURELY, PERHAPS, NO)
    ranked = sorted(rows, key=lambda row: (order.index(row.turns), -_size(row, rows)))
    return tuple(estimate(of[0]) for of in figures), tuple(ranked)


def _if_it_moves(bar: Bar) -> Bar:
    """A number that changes nothing, in no replication, does not turn the decision, however open that is."""
    moves = bar.swing.mean != 0 or bar.swing.sd > 0
    return bar if moves else replace(bar, turns=NO)


def drawn(ask: Ask, inputs: Sequence[InDoubt], draws: int) -> tuple[tuple[Setting, ...], tuple[Doubted, ...]]:
    """All numbers drawn together from their ranges (Sobol's sequence), and what that does to each figure."""
    if ask.design.replications < 2:
        raise RunError(
            "Luck cannot be told from what is not known with one replication. Add --replications 3."
        )
    settings = sobol([_range(one) for one in inputs], draws, SEED)
    figures = ask.figures("Draws", _values(inputs, settings), ask.design.replications)
    found = []
    for one, of in zip(ask.decisions, figures, strict=True):
        beyond = sum(_mean(draw) >= one.limit for draw in of)
        found.append(Doubted(doubt(of), tuple(tuple(draw) for draw in of), beyond))
    return settings, tuple(found)


def means(ask: Ask, inputs: Sequence[InDoubt], settings: Sequence[Setting], what: str) -> list[list[float]]:
    """For each decision, the mean over replications of the figure at each setting."""
    figures = ask.figures(what, _values(inputs, settings), ask.design.replications)
    return [[_mean(values) for values in of] for of in figures]


def _values(inputs: Sequence[InDoubt], settings: Sequence[Setting]) -> list[Values]:
    return [tuple((one, setting[one.name]) for one in inputs) for setting in settings]


def _range(one: InDoubt) -> Range:
    return Range(one.name, one.low, one.high, one.whole)


def _mean(values: Sequence[float]) -> float:
    return estimate(values).mean


def sizes_of(row: Row, rows: Sequence[Row]) -> list[float]:
    """How far a number moves each figure, beside the largest that any number does: from 0 to 1."""
    found = []
    for at, bar in enumerate(row.bars):
        largest = max(
            (size for other in rows if not math.isnan(size := abs(other.bars[at].swing.mean))), default=0.0
        )
        size = abs(bar.swing.mean) / largest if largest > 0 else 0.0
        found.append(0.0 if math.isnan(size) else size)
    return found


def _size(row: Row, rows: Sequence[Row]) -> float:
    return max(sizes_of(row, rows))
