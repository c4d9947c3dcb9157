"""The steps of a model with their names resolved to numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.inputs.values import Distribution
from flowsim.pathway import steps as verbs
from flowsim.pathway.conditions import Compare, Holds, IsOneOf, IsOpen, SimpleCondition, parts
from flowsim.program import program as made
from flowsim.program.program import NOWHERE

if TYPE_CHECKING:
    from flowsim.program.compile import Compiler

INTERRUPTED = {verbs.RESUME: made.GO_RESUME, verbs.RESTART: made.GO_RESTART}


class StepMaker:
    """Turns each verb into the record that an engine runs."""

    def __init__(self, of: Compiler) -> None:
        self.of = of

    def _target(self, target: str | None, at: int) -> int:
        if target is None:
            return NOWHERE
        return at + 1 if target == verbs.CARRY_ON else self.of.places.targets[target]

    def make(self, at: int, step: verbs.Step) -> made.Step:
        """The record of one step; what is wrong with it is reported to the compiler."""
        match step:
            case verbs.Seize():
                return self._seize(at, step)
            case verbs.Release():
                refs = tuple(self.of.places.resources[name] for name in step.resources)
                after = self.of.drawn(step.label, step.after, "after") if step.after else None
                amount = None if step.amount is None else self.of.amount(step.label, step.amount)
                return made.ReleaseStep(refs, amount, after, step.if_held, step.label)
            case verbs.Hold():
                word = step.if_interrupted
                goes = INTERRUPTED[word] if word in INTERRUPTED else self._target(word, at)
                drawn = self.of.drawn(step.label, step.duration, "duration")
                return made.HoldStep(drawn, goes, step.label)
            case verbs.Choose():
                names = tuple(name for name, _ in step.branches)
                shares = self.of.parameter("all shares", step.share, names)
                stream = self.of.stream(step.label, step.share, "choice")
                ways = tuple(self._target(target, at) for _, target in step.branches)
                return made.ChooseStep(shares, stream, ways, step.label)
            case verbs.Route():
                branches = tuple(
                    (
                        tuple(self._test(step.label, part) for part in parts(condition)),
                        self._target(target, at),
                    )
                    for condition, target in step.branches
                )
                return made.RouteStep(branches, self._target(step.otherwise, at), step.label)
            case verbs.WaitUntil():
                base, per_site = self.of.places.calendars[step.calendar]
                return made.WaitStep(base, per_site, step.label)
            case verbs.Mark():
                return made.MarkStep(self.of.milestones[step.milestone], step.label)
            case verbs.Set():
                return self._set(step)
            case verbs.ComeBack():
                delay = self.of.drawn(step.label, step.delay, "delay")
                shares = self.of.parameter("share", step.share)
                stream = self.of.stream(step.label, step.share, "share")
                return made.ComeBackStep(shares, stream, delay, self.of.places.targets[step.to], step.label)
            case verbs.Leave():
                return made.LeaveStep(self.of.outcomes[step.outcome], step.label)

    def _seize(self, at: int, step: verbs.Seize) -> made.SeizeStep:
        by_attribute = isinstance(step.priority, str)
        if by_attribute and len(self.of.values[str(step.priority)]) > 32:
            self.of.report(
                step.label,
                step.priority,
                "has more than 32 values, and cannot be a priority",
                "use a shorter one",
            )
        full = made.DISPLACES if step.if_full == verbs.DISPLACE else self._target(step.if_full, at)
        return made.SeizeStep(
            resources=tuple(self.of.places.resources[name] for name in step.resources),
            amount=self.of.amount(step.label, step.amount),
            priority=0 if by_attribute else int(step.priority),
            priority_attribute=self.of.index[str(step.priority)] if by_attribute else NOWHERE,
            patience=self.of.drawn(step.label, step.patience, "patience") if step.patience else None,
            on_leave=self._target(step.on_leave, at),
            queue_limit=None if step.queue_limit is None else self.of.number(step.queue_limit),
            if_full=full,
            escalate=tuple(
                (self.of.drawn(step.label, after, f"escalate {number}"), to)
                for number, (after, to) in enumerate(step.escalate)
            ),
            preempts=step.preempts,
            label=step.label,
        )

    def _set(self, step: verbs.Set) -> made.SetStep:
        values = self.of.values[step.attribute]
        value = NOWHERE
        if step.value is not None:
            if step.value not in values:
                self.of.report(
                    step.label,
                    step.value,
                    f"is not a value of {step.attribute}",
                    f"use one of {', '.join(values)}",
                )
            else:
                value = values.index(step.value)
        shares = self.of.parameter("shares", step.share, values) if step.share else None
        stream = self.of.stream(step.label, step.share, "choice") if step.share else 0
        return made.SetStep(self.of.index[step.attribute], value, shares, stream, step.label)

    def _test(self, label: str, part: SimpleCondition) -> made.Test:
        nothing: frozenset[int] = frozenset()
        match part:
            case IsOpen():
                base, per_site = self.of.places.calendars[part.calendar]
                return made.Test("is_open", base, per_site, "", 0, nothing, part.wanted)
            case IsOneOf():
                values = self.of.values[part.attribute]
                for value in part.values:
                    if value not in values:
                        self.of.report(
                            label,
                            value,
                            f"is not a value of {part.attribute}",
                            f"use one of {', '.join(values)}",
                        )
                chosen = frozenset(values.index(value) for value in part.values if value in values)
                return made.Test(
                    "is_one_of", self.of.index[part.attribute], False, "", 0, chosen, part.wanted
                )
            case Holds():
                ref = self.of.places.resources[part.resource]
                return made.Test("holds", ref.base, ref.per_site, "", 0, nothing, part.wanted)
            case Compare():
                if part.quantity.measure == "since":
                    limit = self.of.parameter("duration", str(part.limit))
                    self._check_constant(label, str(part.limit))
                    return made.Test(
                        "since",
                        self.of.milestones[part.quantity.of],
                        False,
                        part.comparison,
                        limit,
                        nothing,
                        True,
                    )
                ref = self.of.places.resources[part.quantity.of]
                return made.Test(
                    part.quantity.measure,
                    ref.base,
                    ref.per_site,
                    part.comparison,
                    self.of.number(part.limit),
                    nothing,
                    True,
                )

    def _check_constant(self, label: str, name: str) -> None:
        parameter = self.of.config.parameters[name]
        cells = parameter.cells.values.values()
        if any(isinstance(cell, Distribution) and cell.family != "constant" for cell in cells):
            self.of.report(f"parameters.{name}", name, f"is a limit of time in {label}, and must be a plain duration",
                         "write it as one duration, such as 4 h", parameter.where)  # fmt: skip
