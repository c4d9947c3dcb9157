"""A place in small: a share of its people, and of everything that they use, for quick tests of direction."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flowsim.inputs.values import Rota
from flowsim.program import Program
from flowsim.program.program import RuleInstance
from flowsim.studies.replicate import HasProgram


@dataclass(frozen=True)
class Scaled:
    """A scenario with `share` of its demand and its capacities (at least one of whatever there was)."""

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
    """Thin every source to `share` of its patients, and shrink every rota and rule alike."""
    return replace(
        program,
        sources=tuple(replace(source, multiplier=source.multiplier * share) for source in program.sources),
        capacity=tuple(replace(table, rota=_smaller(table.rota, share)) for table in program.capacity),
        rules=tuple(_smaller_rule(rule, share) for rule in program.rules),
    )


def _some(number: int, share: float) -> int:
    """A share of a number, rounded, and at least one of something that there was."""
    return max(1, round(number * share)) if number > 0 else -round(-number * share)


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
    return replace(rule, on=_some(rule.on, share), off=round(rule.off * share), change=_some(rule.change, share))
