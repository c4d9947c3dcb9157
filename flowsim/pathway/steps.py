"""The verbs: one frozen dataclass each. They say what can happen, never how long or how many."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from flowsim.errors import ModelError, Problem
from flowsim.pathway.conditions import Condition

CARRY_ON = "(carry on)"
"""The target that means: go on with the next step."""

DISPLACE = "displace"
RESUME = "resume"
RESTART = "restart"


@dataclass(frozen=True)
class Seize:
    """Join the queue of a resource (or of several at once) and hold `amount` of the first that grants.

    `patience` and each escalation's first member name durations counted from joining. `queue_limit` counts
    patients waiting. `if_full` is a target, or "displace": push out the least urgent, latest waiter if it
    is strictly less urgent. Whoever gives up, is displaced or is turned away goes to its own `on_leave`
    (or, when turned away, to `if_full` if that is a target).
    """

    resources: tuple[str, ...]
    amount: int | str = 1
    priority: int | str = 0
    patience: str | None = None
    on_leave: str | None = None
    queue_limit: int | str | None = None
    if_full: str | None = None
    escalate: tuple[tuple[str, int], ...] = ()
    preempts: bool = False
    label: str = ""


@dataclass(frozen=True)
class Release:
    """Give units back; with `after`, they stay in use that long while the patient goes on.

    Several resources mean: whichever of them is held. `if_held` allows that none is.
    """

    resources: tuple[str, ...]
    amount: int | str | None = None
    after: str | None = None
    if_held: bool = False
    label: str = ""


@dataclass(frozen=True)
class Hold:
    """Time passes. `if_interrupted` is "resume", "restart", or the target to go to; None: cannot be."""

    duration: str
    if_interrupted: str | None = None
    label: str = ""


@dataclass(frozen=True)
class Choose:
    """Random routing: `share` names a parameter whose shares are the names in `branches`."""

    share: str
    branches: tuple[tuple[str, str], ...]
    label: str = ""


@dataclass(frozen=True)
class Route:
    """Routing by state: the first branch whose condition holds, otherwise `otherwise`."""

    branches: tuple[tuple[Condition, str], ...]
    otherwise: str = CARRY_ON
    label: str = ""


@dataclass(frozen=True)
class WaitUntil:
    """Wait to the next moment at which the calendar is open; no wait if it is open now."""

    calendar: str
    label: str = ""


@dataclass(frozen=True)
class Mark:
    """Write the time; every measure is made of marks."""

    milestone: str
    label: str = ""


@dataclass(frozen=True)
class Set:
    """Change an attribute, to a value or by chance (`share` names a parameter with the attribute's values)."""

    attribute: str
    value: str | None = None
    share: str | None = None
    label: str = ""


@dataclass(frozen=True)
class ComeBack:
    """With probability `share`, a new journey linked to this one starts at `to` after `delay`."""

    share: str
    delay: str
    to: str
    label: str = ""


@dataclass(frozen=True)
class Leave:
    """The journey ends."""

    outcome: str
    label: str = ""


Step = Seize | Release | Hold | Choose | Route | WaitUntil | Mark | Set | ComeBack | Leave


@dataclass(frozen=True)
class Pathway:
    """A named chain of steps. Each verb returns a longer chain; nothing is changed in place."""

    name: str
    title: str = ""
    steps: tuple[Step, ...] = field(default=())

    def _with(self, *steps: Step) -> Pathway:
        return Pathway(self.name, self.title, self.steps + tuple(self._labelled(step) for step in steps))

    def _labelled(self, step: Step) -> Step:
        return replace(step, label=f"{self.name}.{step.label or f'{verb_of(step)}:{subject_of(step)}'}")

    def seize(
        self,
        resource: str | None = None,
        *,
        first_of: tuple[str, ...] = (),
        amount: int | str = 1,
        priority: int | str = 0,
        patience: str | None = None,
        on_leave: str | None = None,
        queue_limit: int | str | None = None,
        if_full: str | None = None,
        escalate: tuple[tuple[str, int], ...] = (),
        preempts: bool = False,
        label: str = "",
    ) -> Pathway:
        """Join the queue and hold the units when granted; see `Seize`."""
        resources = _one_or_several(self.name, resource, first_of)
        return self._with(
            Seize(
                tuple(resources), amount, priority, patience, on_leave, queue_limit, if_full, tuple(escalate),
                preempts, label,
            )
        )  # fmt: skip

    def release(
        self,
        resource: str | tuple[str, ...],
        *,
        amount: int | str | None = None,
        after: str | None = None,
        if_held: bool = False,
        label: str = "",
    ) -> Pathway:
        """Give units back, now or `after` a duration; see `Release`."""
        resources = (resource,) if isinstance(resource, str) else tuple(resource)
        return self._with(Release(resources, amount, after, if_held, label))

    def hold(self, duration: str, *, if_interrupted: str | None = None, label: str = "") -> Pathway:
        """Let time pass; see `Hold`."""
        return self._with(Hold(duration, if_interrupted, label))

    def use(
        self,
        resource: str | None,
        duration: str,
        *,
        first_of: tuple[str, ...] = (),
        amount: int | str = 1,
        priority: int | str = 0,
        patience: str | None = None,
        on_leave: str | None = None,
        queue_limit: int | str | None = None,
        if_full: str | None = None,
        escalate: tuple[tuple[str, int], ...] = (),
        preempts: bool = False,
        if_interrupted: str | None = None,
        label: str = "",
    ) -> Pathway:
        """Seize, hold, release; a `label` names the hold, `<label>.seize` and `<label>.release` the others."""
        resources = _one_or_several(self.name, resource, first_of)
        return (
            self.seize(
                first_of=tuple(resources), amount=amount, priority=priority, patience=patience,
                on_leave=on_leave, queue_limit=queue_limit, if_full=if_full, escalate=escalate,
                preempts=preempts, label=label and f"{label}.seize",
            )
            .hold(duration, if_interrupted=if_interrupted, label=label)
            .release(tuple(resources), label=label and f"{label}.release")
        )  # fmt: skip

    def choose(self, share: str, *, label: str = "", **branches: str) -> Pathway:
        """Go one of several ways by chance; names are the parameter's shares, values the targets."""
        return self._with(Choose(share, tuple(branches.items()), label))

    def route(self, *branches: tuple[Condition, str], otherwise: str = CARRY_ON, label: str = "") -> Pathway:
        """Go the first way whose condition holds."""
        return self._with(Route(tuple(branches), otherwise, label))

    def then(self, target: str, *, label: str = "") -> Pathway:
        """Go on at another pathway or step."""
        return self._with(Route((), target, label))

    def wait_until(self, calendar: str, *, label: str = "") -> Pathway:
        """Wait for a calendar to be open."""
        return self._with(WaitUntil(calendar, label))

    def mark(self, milestone: str, *, label: str = "") -> Pathway:
        """Write the time of a milestone."""
        return self._with(Mark(milestone, label))

    def set(
        self, attribute: str, value: str | None = None, *, share: str | None = None, label: str = ""
    ) -> Pathway:
        """Change an attribute of the patient."""
        return self._with(Set(attribute, value, share, label))

    def come_back(self, share: str, delay: str, to: str, *, label: str = "") -> Pathway:
        """Perhaps start a linked journey later."""
        return self._with(ComeBack(share, delay, to, label))

    def leave(self, outcome: str, *, label: str = "") -> Pathway:
        """End the journey."""
        return self._with(Leave(outcome, label))


def _one_or_several(where: str, resource: str | None, first_of: tuple[str, ...]) -> tuple[str, ...]:
    if resource is not None and first_of:
        what = "is named beside first_of, and it is not clear in which order they are joined"
        several = ", ".join(f'"{name}"' for name in (resource, *first_of))
        remedy = f"name them all in order: first_of=({several})"
        raise ModelError((Problem(field=f"pathway {where}", value=resource, what=what, remedy=remedy),))
    return tuple(first_of) if resource is None else (resource,)


def pathway(name: str, *, title: str = "") -> Pathway:
    """Start a pathway: a chain to which the verbs add steps."""
    return Pathway(name, title)


VERBS: dict[type, str] = {
    Seize: "seize", Release: "release", Hold: "hold", Choose: "choose", Route: "route",
    WaitUntil: "wait_until", Mark: "mark", Set: "set", ComeBack: "come_back", Leave: "leave",
}  # fmt: skip


def verb_of(step: Step) -> str:
    """The verb's word."""
    if isinstance(step, Route) and not step.branches:
        return "then"
    return VERBS[type(step)]


def subject_of(step: Step) -> str:
    """What the step is about: its resource, parameter, milestone, calendar, attribute or outcome."""
    match step:
        case Seize() | Release():
            return "/".join(step.resources)
        case Hold():
            return step.duration
        case Choose() | ComeBack():
            return step.share
        case Route():
            return step.otherwise if not step.branches else str(step.branches[0][0])
        case WaitUntil():
            return step.calendar
        case Mark():
            return step.milestone
        case Set():
            return step.attribute
        case Leave():
            return step.outcome


def targets_of(step: Step) -> tuple[str, ...]:
    """Every place a patient may go to from this step other than the next one, as written."""
    match step:
        case Seize():
            places = (step.on_leave, step.if_full if step.if_full != DISPLACE else None)
            return tuple(place for place in places if place)
        case Hold():
            return () if step.if_interrupted in (None, RESUME, RESTART) else (step.if_interrupted,)
        case Choose():
            return tuple(target for _, target in step.branches)
        case Route():
            return (*(target for _, target in step.branches), step.otherwise)
    return ()


def carries_on(step: Step) -> bool:
    """Can the patient go from this step to the next one?"""
    if isinstance(step, Leave):
        return False
    if isinstance(step, (Choose, Route)):
        return CARRY_ON in targets_of(step)
    return True
