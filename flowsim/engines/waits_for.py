"""Who waits for whom: circular waits, and the words for a run that cannot go on.

Both engines describe who waits in the words of this page, so that they report the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from flowsim.program.program import Program
from flowsim.program.timetables import DAY

MOST_NAMED = 8
AHEAD = 366 * DAY
"""How far ahead a rota is read to see whether it will help: every change of a year comes back within it."""


class Waiter(NamedTuple):
    """A patient in a queue: number, the step where they are, pools wanted, and units held of each pool."""

    number: int
    step: int
    wants: tuple[int, ...]
    holds: Mapping[int, int]


class PoolNow(NamedTuple):
    """How a pool stands."""

    capacity: int
    in_use: int
    rota: int


@dataclass(frozen=True)
class Scene:
    """An engine between two events, as far as waiting goes."""

    program: Program
    now: int
    pools: Callable[[int], PoolNow]
    everyone: Callable[[], Iterable[Waiter]]
    """All who wait, in order of number."""
    untimed: Callable[[], Iterable[Waiter]]
    """Those of them who hold something, and whom no timer will take away."""
    timed: Callable[[], set[int]]
    """Numbers of those whom a timer will take away."""


def circular_wait(scene: Scene) -> str:
    """A sentence that names patients who wait for what each other hold, or nothing (rule 11).

    A waiting patient may still go on if one of its queues has a holder who may go on, or units that nobody
    named holds (make-ready), or a capacity that a rota or rule may raise, or if a timer will take it away.
    What is left after taking those out, again and again, waits in a circle.
    """
    stuck = _without_those_who_may_move(scene, {one.number: one for one in scene.untimed()}, set())
    rising = {pool for one in stuck.values() for pool in one.wants if may_rise(scene, pool)}
    stuck = _without_those_who_may_move(scene, stuck, rising)
    if not stuck:
        return ""
    full = {pool for one in stuck.values() for pool in one.wants}
    gone = {*stuck, *scene.timed()}
    behind = sum(1 for one in scene.everyone() if one.number not in gone and full.issuperset(one.wants))
    named = sorted(stuck)[:MOST_NAMED]
    told = "; ".join(_sentence(scene, stuck[number]) for number in named)
    more = f" and {len(stuck) - len(named)} more" if len(stuck) > len(named) else ""
    return f"A circular wait of {len(stuck)} patients ({behind} wait behind them): {told}{more}."


def _without_those_who_may_move(
    scene: Scene, stuck: dict[int, Waiter], rising: set[int]
) -> dict[int, Waiter]:
    """Those who are left when all who may go on, and all who wait for those, are taken out."""
    while stuck:
        held: dict[int, int] = {}
        for one in stuck.values():
            for pool, units in one.holds.items():
                held[pool] = held.get(pool, 0) + units
        wanted = {pool for one in stuck.values() for pool in one.wants}
        moving = {
            pool for pool in wanted if pool in rising or _may_move(scene.pools(pool), held.get(pool, 0))
        }
        left = {number: one for number, one in stuck.items() if not moving.intersection(one.wants)}
        if len(left) == len(stuck):
            break
        stuck = left
    return stuck


def _may_move(pool: PoolNow, held_by_stuck: int) -> bool:
    return held_by_stuck < max(pool.in_use, 1) or pool.capacity > pool.in_use


def nothing_to_come(scene: Scene) -> bool:
    """With nothing scheduled: is it sure that no rota or rule will ever help those who wait?"""
    wanted = {pool for one in scene.everyone() for pool in one.wants}
    return not any(may_rise(scene, pool) for pool in wanted)


def may_rise(scene: Scene, pool: int) -> bool:
    """May a rota or a rule some day give the pool more than its capacity of now?"""
    if any(rule.changes == pool for rule in scene.program.rules):
        return True
    changes = scene.program.capacity[pool].changes(scene.now, scene.now + AHEAD)
    return any(value > scene.pools(pool).rota for _, value in changes)


def _sentence(scene: Scene, one: Waiter) -> str:
    wants = " or ".join(str(scene.program.instances[pool]) for pool in one.wants)
    holds = ", ".join(str(scene.program.instances[pool]) for pool in one.holds)
    where = scene.program.labels[one.step]
    return f"patient {one.number} at {where} waits for {wants}" + (f" and holds {holds}" if holds else "")


def who_waits(scene: Scene) -> str:
    """Sentences that say which patients are inside and what they wait for."""
    inside = list(scene.everyone())
    told = "; ".join(_sentence(scene, one) for one in inside[:MOST_NAMED])
    more = f"; and {len(inside) - MOST_NAMED} more" if len(inside) > MOST_NAMED else ""
    return f"{told}{more}."
