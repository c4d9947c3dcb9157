"""The event list: what is to happen, in order of (time, phase, ticket) (rule 2).

It is a radix queue. An event lies in a line (first in, first out) that is chosen by the highest digit, of 6 bits,
in which its time differs from now; events of this instant lie in four lines, one for each phase. Time only goes
forward, so each event moves down a few levels and is never compared with more than those of its line; and who was
put first stays first, so the order of the lines *is* the order of the tickets, which nobody has to keep.

Considered: a heap on (time, phase, ticket) with four children to a node. See docs/background/performance.md.
"""

from __future__ import annotations

from typing import Any

from flowsim.engines.compiled.columns import (
    DIGIT,
    EVENTS_LEFT,
    FREE_EVENT,
    HEIGHT,
    KIND,
    LINE,
    NEVER,
    NEXT,
    NEXT_TIME,
    NONE,
    NOW,
    OCCUPIED,
    PHASE,
    PHASES,
    SLOTS,
    TIME,
    VOID,
    WHOM,
    A,
    B,
    C,
    event_at,
)
from flowsim.sampling.machine import entrance, highest_bit, lowest_bit, part, toggled, whole

FIRST, LAST = 0, 1


@part
def put(run: Any, event: int, time: int, phase: int) -> None:
    """Put an event at the end of its line."""
    line = run[LINE] + 2 * phase
    differs = time ^ run[NOW]
    if differs != 0:
        level = highest_bit(differs) // DIGIT
        slot = (time >> (level * DIGIT)) & (SLOTS - 1)
        line = run[LINE] + 2 * (PHASES + level * SLOTS + slot)
        if run[line + LAST] == NONE:
            run[run[OCCUPIED] + level] = toggled(run[run[OCCUPIED] + level], slot)
    last = run[line + LAST]
    if last == NONE:
        run[line + FIRST] = event
    else:
        run[event_at(run, last) + NEXT] = event
    run[line + LAST] = event
    run[event_at(run, event) + NEXT] = NONE


@entrance
def schedule(run, time, phase, kind, whom, a, b, c):  # type: ignore[no-untyped-def]
    """A new event; its ticket is its place in the line."""
    event = run[FREE_EVENT]
    at = event_at(run, event)
    run[FREE_EVENT] = run[at + NEXT]
    run[EVENTS_LEFT] -= 1
    run[at + TIME], run[at + PHASE], run[at + KIND], run[at + WHOM] = time, phase, kind, whom
    run[at + A], run[at + B], run[at + C] = a, b, c
    put(run, event, time, phase)
    return event


@entrance
def put_first(run, events):  # type: ignore[no-untyped-def]
    """Put the first so many events, which are written already, in their lines."""
    for event in range(events):
        at = event_at(run, event)
        put(run, event, run[at + TIME], run[at + PHASE])


@whole
def advance(run, limit):  # type: ignore[no-untyped-def]
    """Set the clock to the next time at which something happens; False if not before the limit (rules 1, 2)."""
    run[NEXT_TIME] = NEVER
    for level in range(HEIGHT):
        slots = run[run[OCCUPIED] + level]
        if slots != 0:
            slot = lowest_bit(slots)
            line = run[LINE] + 2 * (PHASES + level * SLOTS + slot)
            event = run[line + FIRST]
            time = earliest(run, event)
            run[NEXT_TIME] = time
            if time >= limit:
                return False
            run[NOW] = time
            run[run[OCCUPIED] + level] = toggled(slots, slot)
            run[line + FIRST] = run[line + LAST] = NONE
            while event != NONE:  # first come first: the clock now stands within their slot
                at = event_at(run, event)
                following = run[at + NEXT]
                put(run, event, run[at + TIME], run[at + PHASE])
                event = following
            return True
    return False


@part
def earliest(run: Any, event: int) -> int:
    """The earliest time of an event and those behind it in its line."""
    at = event_at(run, event)
    time: int = run[at + TIME]
    event = run[at + NEXT]
    while event != NONE:
        at = event_at(run, event)
        time = min(time, run[at + TIME])
        event = run[at + NEXT]
    return time


@part
def due(run: Any) -> int:
    """Take the next event of this instant out of its line; NONE if there is no more."""
    for phase in range(PHASES):
        line = run[LINE] + 2 * phase
        event: int = run[line + FIRST]
        if event != NONE:
            following = run[event_at(run, event) + NEXT]
            run[line + FIRST] = following
            if following == NONE:
                run[line + LAST] = NONE
            return event
    return NONE


@part
def free(run: Any, event: int) -> None:
    """The event is over."""
    run[event_at(run, event) + KIND] = VOID
    run[event_at(run, event) + NEXT] = run[FREE_EVENT]
    run[FREE_EVENT] = event
    run[EVENTS_LEFT] += 1
