"""A place in small: a share of its people, and what they need of everything, for quick tests of direction."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from flowsim.inputs.values import Rota
from flowsim.program import Program
from flowsim.program.program import RuleInstance
from flowsim.studies.replicate import HasProgram


@dataclass(frozen=True)
class Scaled:
    """A scenario with `share` of its demand, and the capacities that such a share needs."""

    whole: HasProgram
    share: float

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self.whole.name

    def program(self) -> Program:
        """The program of the small place."""
        return scaled(self.whole.program(), self.share)


def scaled(program: Program, share: float) -> Program:
    """Thin every source to `share` of its patients, and shrink every rota and rule."""
    return replace(
        program,
        sources=tuple(replace(source, multiplier=source.multiplier * share) for source in program.sources),
        capacity=tuple(replace(table, rota=_smaller(table.rota, share)) for table in program.capacity),
        rules=tuple(_smaller_rule(rule, share) for rule in program.rules),
    )


def _some(number: int, share: float) -> int:
    """The number that a share of the load needs, with the same slack in standard deviations of the load.

    Small pools need relatively more (square-root staffing): c = load + sqrt(load), solved for the load, scaled.
    """
    if number <= 0:
        return -round(-number * share)
    load = share * ((math.sqrt(1 + 4 * number) - 1) / 2) ** 2
    return max(1, round(load + math.sqrt(load)))


def _smaller(rota: Rota, share: float) -> Rota:
    return replace(
        rota,
        lines=tuple(replace(line, value=_some(line.value, share)) for line in rota.lines),
        by_month=tuple(round(change * share) for change in rota.by_month),
        steps=tuple((when, _some(value, share)) for when, value in rota.steps),
    )


def _smaller_rule(rule: RuleInstance, share: float) -> RuleInstance:
    if rule.of_capacity:
        return replace(rule, change=_some(rule.change, share))
    return replace(
        rule, on=_some(rule.on, share), off=round(rule.off * share), change=_some(rule.change, share)
    )
