"""A Program as the flat tables that the kernel reads: made once a program, the same for every model's kernel."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from flowsim.engines.compiled import columns as col
from flowsim.engines.compiled.blocks import joined
from flowsim.engines.compiled.columns import NONE, Ints
from flowsim.program import program as prog
from flowsim.program.program import NOWHERE, Classes, Drawn, Durations, Numbers, Program, ResourceRef, Shares
from flowsim.program.timetables import YEAR_DAYS
from flowsim.sampling.arrivals import calendar_of
from flowsim.sampling.block import Block
from flowsim.sampling.lookup import Lookup

KINDS = {"is_one_of": col.IS_ONE_OF, "is_open": col.IS_OPEN, "holds": col.HOLDS, "since": col.SINCE_MARK,
         "free": col.FREE, "queue": col.QUEUE, "in_use": col.USED, "present": col.PRESENT}  # fmt: skip
COMPARISONS = {">=": col.AT_LEAST, ">": col.ABOVE, "<=": col.AT_MOST, "<": col.BELOW, "": NONE}
MOST_KEPT = 8


@dataclass(frozen=True)
class Written:
    """A program's block of tables, and the column in which visits to a step are counted, for steps that draw."""

    tables: Block
    visits: dict[int, int]


_kept: list[tuple[Any, Written]] = []


def written(program: Program) -> Written:
    """The tables of a program; those of the last few programs are kept."""
    for known, done in _kept:
        if known() is program:
            return done
    writer = TableWriter(program)
    done = Written(Block(writer.tables()), writer.visits)
    _kept.insert(0, (weakref.ref(program), done))
    del _kept[MOST_KEPT:]
    return done


def visit_columns(program: Program, is_fixed: Any) -> dict[int, int]:
    """The steps that count visits (those that draw, rule 13), and the column of each."""
    steps = enumerate(program.steps)
    drawing = [at for at, step in steps if _draws(step) and not is_hold_fixed(step, is_fixed)]
    return {at: column for column, at in enumerate(drawing)}


def _draws(step: prog.Step) -> bool:
    match step:
        case prog.SeizeStep():
            return bool(step.patience or step.escalate)
        case prog.ReleaseStep():
            return step.after is not None
        case prog.SetStep():
            return step.shares is not None
        case prog.HoldStep() | prog.ChooseStep() | prog.ComeBackStep():
            return True
    return False


def is_hold_fixed(step: prog.Step, is_fixed: Any) -> bool:
    """Is this a hold without luck, which nobody can interrupt?"""
    return (
        isinstance(step, prog.HoldStep)
        and step.if_interrupted == NOWHERE
        and step.duration.durations.column < 0
        and is_fixed(step.duration.durations)
    )


@dataclass
class TableWriter:
    """Writes one program's tables."""

    program: Program
    refs: list[tuple[int, int]] = field(default_factory=list)
    timed: list[tuple[int, int, int]] = field(default_factory=list)
    target: list[int] = field(default_factory=list)
    branch: list[tuple[int, int, int]] = field(default_factory=list)
    test: list[list[int]] = field(default_factory=list)
    member: list[int] = field(default_factory=list)
    pair: list[tuple[int, int]] = field(default_factory=list)
    number: list[list[int]] = field(default_factory=list)
    number_value: list[int] = field(default_factory=list)
    duration: list[list[int]] = field(default_factory=list)
    rows: list[tuple[int, int, int, int]] = field(default_factory=list)
    share: list[list[int]] = field(default_factory=list)
    upto: list[Any] = field(default_factory=list)
    known: dict[Any, int] = field(default_factory=dict)
    thresholds: int = 0

    def __post_init__(self) -> None:
        self.lookup = Lookup(self.program)
        self.visits = visit_columns(self.program, self.lookup.is_fixed)

    def tables(self) -> Ints:
        """All of it, in one block."""
        program = self.program
        step = [self._padded(at, self._step(one)) for at, one in enumerate(program.steps)]
        exact_first = np.cumsum([0, *(len(one.values) for one in program.discrete)])
        calendar = calendar_of(program)
        parts = {
            col.STEP_TABLE: step,
            col.REF_TABLE: self.refs,
            col.TIMED_TABLE: self.timed,
            col.TARGET_TABLE: self.target,
            col.BRANCH_TABLE: self.branch,
            col.TEST_TABLE: self.test,
            col.MEMBER_TABLE: self.member,
            col.RULE_TABLE: [self._rule(rule) for rule in program.rules],
            col.NUMBER_TABLE: self.number,
            col.NUMBER_VALUES: self.number_value,
            col.DURATION_TABLE: self.duration,
            col.DURATION_ROWS: self.rows,
            col.SHARE_TABLE: self.share,
            col.UPTO: np.concatenate([np.zeros(0, np.int64), *self.upto]),
            col.PAIR_TABLE: self.pair,
            col.KNOTS: program.quantiles,
            col.EXACT_TABLE: [(exact_first[at], len(one.values)) for at, one in enumerate(program.discrete)],
            col.EXACT_UPTO: np.concatenate(
                [np.zeros(0, np.int64), *(_signed(one.upto) for one in program.discrete)]
            ),
            col.EXACT_VALUES: np.concatenate(
                [np.zeros(0, np.int64), *(one.values for one in program.discrete)]
            ),
            col.ENTRIES: [source.entry for source in program.sources],
            col.MONTHS: [calendar.month(day) for day in range(YEAR_DAYS)],
        }
        numbers = {
            col.POOLS: len(program.instances),
            col.RULES: len(program.rules),
            col.ATTRIBUTES: len(program.attributes),
            col.TRACES: len(program.trace_columns),
            col.MONTH_ATTRIBUTE: program.attribute_index["month"],
            col.ROOM: self._room(),
            col.KNOTS_EACH: program.quantiles.shape[1],
        }
        return joined({name: np.array(part, np.int64) for name, part in parts.items()}, numbers, col.HEAD)

    def _room(self) -> int:
        """The most rows that one doing of the kernel can take from any table."""
        program = self.program
        longest = max((len(getattr(step, "resources", ())) for step in program.steps), default=0)
        timers = max((len(getattr(step, "escalate", ())) for step in program.steps), default=0)
        most = (2 * longest, timers + 1, len(program.instances), len(program.rules), len(program.attributes))
        return max(most) + 4

    # --- steps -----------------------------------------------------------------------------------------------

    def _padded(self, at: int, row: list[int]) -> list[int]:
        whole = [row[0], self.visits.get(at, NONE), *row[1:]]
        return [*whole, *([NONE] * (col.STEP_WIDTH - len(whole)))]

    def _step(self, step: prog.Step) -> list[int]:
        match step:
            case prog.SeizeStep():
                return self._seize(step)
            case prog.ReleaseStep():
                how_many = NONE if step.amount is None else self._number(step.amount)
                after = NONE if step.after is None else self._timers([(step.after, NONE)])
                return [col.RELEASE, *self._refs(step.resources), how_many, after, int(step.if_held)]
            case prog.HoldStep():
                verb = col.HOLD_FIXED if is_hold_fixed(step, self.lookup.is_fixed) else col.HOLD
                return [verb, *self._drawn(step.duration), step.if_interrupted]
            case prog.ChooseStep():
                self.target += step.targets
                first = len(self.target) - len(step.targets)
                return [col.CHOOSE, self._shares(step.shares), step.stream, first]
            case prog.RouteStep():
                return [col.ROUTE, *self._branches(step), step.otherwise]
            case prog.WaitStep():
                return [col.WAIT, step.calendar, int(step.per_site)]
            case prog.MarkStep():
                return [col.MARK, step.milestone]
            case prog.SetStep():
                shares = NONE if step.shares is None else self._shares(step.shares)
                return [col.SET, step.attribute, step.value, shares, step.stream]
            case prog.ComeBackStep():
                back = self._shares(step.shares)
                return [col.COME_BACK, back, step.stream, *self._drawn(step.delay), step.to]
            case prog.LeaveStep():
                return [col.LEAVE, step.outcome]

    def _seize(self, step: prog.SeizeStep) -> list[int]:
        timers = [(step.patience, NONE)] if step.patience else []
        timed = self._timers([*timers, *step.escalate])
        limit = NONE if step.queue_limit is None else self._number(step.queue_limit)
        return [
            col.SEIZE, *self._refs(step.resources), self._number(step.amount), step.priority,
            step.priority_attribute, int(step.preempts), step.on_leave, step.if_full, limit,
            timed, len(self.timed) - timed,
        ]  # fmt: skip

    def _refs(self, refs: tuple[ResourceRef, ...]) -> tuple[int, int]:
        self.refs += [(ref.base, int(ref.per_site)) for ref in refs]
        return len(self.refs) - len(refs), len(refs)

    def _timers(self, timers: Iterable[tuple[Drawn, int]]) -> int:
        first = len(self.timed)
        self.timed += [(*self._drawn(drawn), level) for drawn, level in timers]
        return first

    def _drawn(self, drawn: Drawn) -> tuple[int, int]:
        return self._durations(drawn.durations), drawn.stream

    def _branches(self, step: prog.RouteStep) -> tuple[int, int]:
        first = len(self.branch)
        for tests, target in step.branches:
            self.branch.append((len(self.test), len(tests), target))
            self.test += [self._test(test) for test in tests]
        return first, len(step.branches)

    def _test(self, test: prog.Test) -> list[int]:
        limit, values = NONE, NONE
        if test.kind == "is_one_of":
            values = len(self.member)
            many = len(self.program.attributes[test.of][1])
            self.member += [int(value in test.values) for value in range(many)]
        elif isinstance(test.limit, Durations):
            limit = self._durations(test.limit)
        elif test.comparison:
            limit = self._number(test.limit)
        return [KINDS[test.kind], test.of, int(test.per_site), COMPARISONS[test.comparison], limit, values,
                int(test.wanted), NONE]  # fmt: skip

    def _rule(self, rule: prog.RuleInstance) -> list[int]:
        return [KINDS[rule.measure], rule.watches, rule.changes, rule.on, rule.off, int(rule.of_capacity),
                rule.change, NONE]  # fmt: skip

    # --- parameters, each written once -----------------------------------------------------------------------

    def _pairs(self, classes: Classes) -> tuple[int, int]:
        key = ("pairs", classes)
        if key not in self.known:
            self.known[key] = len(self.pair)
            self.pair += zip(classes.attributes, classes.strides, strict=True)
        return self.known[key], len(classes.attributes)

    def _number(self, number: int | Numbers) -> int:
        key = ("number", number if isinstance(number, int) else id(number))
        if key not in self.known:
            classes = Classes((), ()) if isinstance(number, int) else number.classes
            values = [number] if isinstance(number, int) else number.values.tolist()
            self.known[key] = len(self.number)
            self.number.append([*self._pairs(classes), len(self.number_value), NONE])
            self.number_value += values
        return self.known[key]

    def _durations(self, durations: Durations) -> int:
        key = ("durations", id(durations))
        if key not in self.known:
            self.known[key] = len(self.duration)
            self.duration.append([*self._pairs(durations.classes), len(self.rows), durations.column])
            for table, factor in zip(durations.table.tolist(), durations.factor.tolist(), strict=True):
                self.rows.append((table, factor, self._fixed(table, factor), NONE))
        return self.known[key]

    def _fixed(self, table: int, factor: int) -> int:
        """The one exact value of a class, if there is no luck in it."""
        if table < 0 and len(self.lookup.discrete[-table - 1][1]) == 1:
            return self.lookup.duration(table, factor, 0)
        return NONE

    def _shares(self, shares: Shares) -> int:
        key = ("shares", id(shares))
        if key not in self.known:
            self.known[key] = len(self.share)
            self.share.append([*self._pairs(shares.classes), self.thresholds, shares.upto.shape[1]])
            self.upto.append(_signed(shares.upto.ravel()))
            self.thresholds += shares.upto.size
        return self.known[key]


def _signed(thresholds: Any) -> Ints:
    """Unsigned thresholds moved down by half the range, as the kernel compares them."""
    moved: Ints = (thresholds ^ np.uint64(1 << 63)).view(np.int64)
    return moved
