"""A patient on the way: where they are, what they are, what they hold and what they wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flowsim.engines.waits_for import Waiter

if TYPE_CHECKING:
    from flowsim.engines.pool import Pool
    from flowsim.engines.simpy_engine import Wake

NOT_INTERRUPTIBLE = -1


class Holding(NamedTuple):
    """Units of one pool that a patient holds."""

    amount: int
    priority: int
    grant: int
    """Number of the grant over the whole run: who was granted latest gives way first (rule 8)."""


class Waiting(NamedTuple):
    """One wait: the pools joined, and what is asked of them."""

    pools: tuple[Pool, ...]
    amount: int
    priority: int
    preempts: bool
    on_leave: int
    since: int


class Patient:
    """One journey. Only the engine changes it."""

    __slots__ = (
        "at", "attributes", "durations", "hold_left", "hold_step", "holds", "instant", "key", "marks", "number",
        "parent", "step", "steps_at_instant", "visits", "wait_number", "waiting", "wake",
    )  # fmt: skip

    def __init__(
        self, number: int, key: int, step: int, attributes: list[int], durations: list[int], parent: int = -1
    ) -> None:
        self.number = number
        self.key = key
        self.parent = parent
        self.step = step
        """The step to do next."""
        self.at = step
        """The step that was begun last: where the patient is."""
        self.attributes = attributes
        self.durations = durations
        """The durations of the patient's row of a trace."""
        self.visits: dict[int, int] = {}
        """How often each step that draws has been done: the n of the patient's next draw there."""
        self.marks: dict[int, int] = {}
        self.holds: dict[Pool, Holding] = {}
        self.waiting: Waiting | None = None
        self.wait_number = 0
        """Counts waits: a timer of another wait does nothing (rule 7)."""
        self.wake: Wake | None = None
        """The event for which the patient's process waits."""
        self.hold_step = NOT_INTERRUPTIBLE
        """The interruptible hold in which the patient is, if any."""
        self.hold_left = -1
        """What is left of an interrupted hold, in ms, or -1."""
        self.instant = 0
        self.steps_at_instant = 0

    @property
    def waits(self) -> bool:
        """Is the patient in a queue?"""
        return self.waiting is not None

    def waiter(self) -> Waiter:
        """The patient as one who waits."""
        wanted = self.waiting.pools if self.waiting is not None else ()
        held = {pool.number: holding.amount for pool, holding in self.holds.items()}
        return Waiter(self.number, self.at, tuple(pool.number for pool in wanted), held)
