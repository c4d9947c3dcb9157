"""The compiled loop of `blocking.py`: who waits, what they hold meanwhile, and how much of each is in use.

It works on plain arrays, and stops at the end of each hour. Patients who hold nothing and wait for nothing take no room.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from flowsim.records.compiled import called, part, whole
from flowsim.records.queues import (
    CLOCK,
    GIVES_TOO_MUCH,
    GRANT,
    INTERRUPTS,
    JOIN,
    JOINS_TWICE,
    LEAVES_QUEUE,
    NOT_WAITING,
    OK,
    RELEASE,
)
from flowsim.sampling.block import load

HOUR_OVER, ROOM, ASKS = -1, -2, -3
"""Why it stops before a row: the hour is over, something is full, or it is not known what a patient has in hand."""

# Single numbers: time of the latest row; end of the running hour; first free slot and note, or -1; how many pairs were
# touched in this hour; patients waiting, up to when they are counted, and patient-ms in this hour; who is asked about.
NOW, EDGE, FREE_SLOT, FREE_NOTE, PAIRS, WAITING, COUNTED_UPTO, COUNTED, ASKED = range(9)
HEAD = 9
# A patient who holds or waits: first note (in a free slot, the next free one); up to when the wait is added up; in how
# many queues (-1 in a free slot); a digest of the places held; which of them are being made ready, as bits.
FIRST, UPTO, QUEUES, HELD, APART = range(5)
SLOT_WIDTH = 5
# A note: place, units held (0: waits for it), next note or -1.
AT, UNITS, FOLLOWING = range(3)
NOTE_WIDTH = 3
# A place: units in use, up to when they are added up, unit-ms in use and patient-ms waited in this hour; its part of a
# digest of what is held, and of one of what is waited for; its bit if its units can be in the making ready.
BUSY, ADDED_UPTO, IN_USE, WAITED, AS_HELD, AS_WANTED, BIT = range(7)
PLACE_WIDTH = 7


@called
def read_rows(
    log: Any, first: int, rows: int, until: int, head: Any, slot_of: Any, slots: Any, notes: Any, places: Any,
    blocked: Any, pairs: Any, known: Any,
) -> Any:  # fmt: skip
    """Read rows from the first on, and let the time pass until some time then; returns why it stopped, and the row."""
    for row in range(first, rows):
        time, patient, code = load(log, row, 0), load(log, row, 1), load(log, row, 2)
        place, value = load(log, row, 3), load(log, row, 4)
        if time < head[NOW]:
            return CLOCK, row
        if time >= head[EDGE]:
            close_hour(head, slots, notes, places, blocked, pairs)
            return HOUR_OVER, row
        if code in (JOIN, GRANT, RELEASE, LEAVES_QUEUE, INTERRUPTS):
            stopped = moves(
                time, patient, code, place, value, head, slot_of, slots, notes, places, blocked, pairs, known
            )
            if stopped != OK:
                return stopped, row
        head[NOW] = time
    if until >= head[EDGE]:
        close_hour(head, slots, notes, places, blocked, pairs)
        return HOUR_OVER, rows
    return OK, rows


@whole
def moves(
    time: int, patient: int, code: int, place: int, value: int, head: Any, slot_of: Any, slots: Any, notes: Any,
    places: Any, blocked: Any, pairs: Any, known: Any,
) -> Any:  # fmt: skip
    """A patient joins a queue, leaves it, is granted something or gives it back."""
    if patient >= len(slot_of) or head[FREE_SLOT] < 0 or head[FREE_NOTE] < 0:
        return ROOM
    slot = slot_of[patient]
    if slot < 0:
        if code != JOIN:
            return NOT_WAITING
        slot = slot_of[patient] = take_slot(time, head, slots)
    add_up(slot, time, head, slots, notes, places, blocked, pairs)
    if code == JOIN:
        return joins(slot, time, place, head, slots, notes, places, known)
    waits = code in (GRANT, LEAVES_QUEUE)
    note = find(slot, place, waits, slots, notes)
    if note < 0 or (not waits and notes[note, UNITS] < value):
        return NOT_WAITING if waits else GIVES_TOO_MUCH
    if code == GRANT:
        granted(slot, time, place, value, note, head, slots, notes, places)
    elif code == LEAVES_QUEUE:
        strike(slot, note, head, slots, notes)
    else:
        gives_back(slot, time, place, value, note, head, slots, notes, places)
    if waits:
        slots[slot, QUEUES] -= 1
        if slots[slot, QUEUES] == 0:
            count(time, -1, head)
    if slots[slot, FIRST] < 0:
        slots[slot, FIRST], slots[slot, QUEUES] = head[FREE_SLOT], -1
        head[FREE_SLOT] = slot
        slot_of[patient] = -1
    return OK


@part
def take_slot(time: int, head: Any, slots: Any) -> Any:
    """A slot for a patient of whom nothing is known yet."""
    slot = head[FREE_SLOT]
    head[FREE_SLOT] = slots[slot, FIRST]
    slots[slot, FIRST], slots[slot, UPTO], slots[slot, QUEUES] = -1, time, 0
    slots[slot, HELD], slots[slot, APART] = 0, 0
    return slot


@part
def joins(
    slot: int, time: int, place: int, head: Any, slots: Any, notes: Any, places: Any, known: Any
) -> Any:
    """Stands in one more queue. What is in hand then, and what is being made ready, the first of its kind is asked."""
    if find(slot, place, True, slots, notes) >= 0:
        return JOINS_TWICE
    if may_be_apart(slot, slots, notes, places):
        key = (slots[slot, HELD] ^ places[place, AS_WANTED]) | 1
        at = key & (len(known) - 1)
        while known[at, 0] != key:
            if known[at, 0] == 0:
                head[ASKED] = slot
                return ASKS
            at = (at + 1) & (len(known) - 1)
        slots[slot, APART] = known[at, 1]
    note = head[FREE_NOTE]
    head[FREE_NOTE] = notes[note, FOLLOWING]
    notes[note, AT], notes[note, UNITS], notes[note, FOLLOWING] = place, 0, slots[slot, FIRST]
    slots[slot, FIRST] = note
    slots[slot, QUEUES] += 1
    if slots[slot, QUEUES] == 1:
        count(time, 1, head)
    return OK


@part
def may_be_apart(slot: int, slots: Any, notes: Any, places: Any) -> Any:
    """Does the patient hold, as far as the log tells, anything that may be in the making ready?"""
    bits, note = np.int64(0), slots[slot, FIRST]
    while note >= 0:
        if notes[note, UNITS] > 0:
            bits |= places[notes[note, AT], BIT]
        note = notes[note, FOLLOWING]
    return bits != 0


@part
def granted(
    slot: int, time: int, place: int, units: int, note: int, head: Any, slots: Any, notes: Any, places: Any
) -> None:
    """What was waited for is held; with what is held of it already, if there is something."""
    catch_up(place, time, places)
    places[place, BUSY] += units
    slots[slot, APART] &= ~places[place, BIT]
    held = find(slot, place, False, slots, notes)
    if held >= 0:
        notes[held, UNITS] += units
        strike(slot, note, head, slots, notes)
    else:
        notes[note, UNITS] = units
        slots[slot, HELD] ^= places[place, AS_HELD]


@part
def gives_back(
    slot: int, time: int, place: int, units: int, note: int, head: Any, slots: Any, notes: Any, places: Any
) -> None:
    """Fewer units are in use, and held."""
    catch_up(place, time, places)
    places[place, BUSY] -= units
    notes[note, UNITS] -= units
    if notes[note, UNITS] == 0:
        strike(slot, note, head, slots, notes)
        slots[slot, HELD] ^= places[place, AS_HELD]
        slots[slot, APART] &= ~places[place, BIT]


@part
def find(slot: int, place: int, waits: bool, slots: Any, notes: Any) -> Any:
    """The note of waiting for, or of holding, a place; -1 if there is none."""
    note = slots[slot, FIRST]
    while note >= 0 and (notes[note, AT] != place or (notes[note, UNITS] == 0) != waits):
        note = notes[note, FOLLOWING]
    return note


@part
def strike(slot: int, struck: int, head: Any, slots: Any, notes: Any) -> None:
    """Take a note out."""
    if slots[slot, FIRST] == struck:
        slots[slot, FIRST] = notes[struck, FOLLOWING]
    else:
        note = slots[slot, FIRST]
        while notes[note, FOLLOWING] != struck:
            note = notes[note, FOLLOWING]
        notes[note, FOLLOWING] = notes[struck, FOLLOWING]
    notes[struck, FOLLOWING] = head[FREE_NOTE]
    head[FREE_NOTE] = struck


@part
def count(time: int, more: int, head: Any) -> None:
    """One patient more or less waits: counted apart from the places, to hold the two against each other."""
    head[COUNTED] += head[WAITING] * (time - head[COUNTED_UPTO])
    head[COUNTED_UPTO] = time
    head[WAITING] += more


@part
def catch_up(place: int, time: int, places: Any) -> None:
    """Add up the units in use of a place."""
    places[place, IN_USE] += places[place, BUSY] * (time - places[place, ADDED_UPTO])
    places[place, ADDED_UPTO] = time


@whole
def add_up(
    slot: int, time: int, head: Any, slots: Any, notes: Any, places: Any, blocked: Any, pairs: Any
) -> None:
    """Add up a patient's wait: in equal parts to the queues stood in, and to all that is in hand meanwhile.

    Whole ms: what cannot be divided goes to those queues whose places are declared first, a ms each.
    """
    span, queues = time - slots[slot, UPTO], slots[slot, QUEUES]
    slots[slot, UPTO] = time
    if span <= 0 or queues == 0:
        return
    each, rest = span // queues, span % queues
    note = slots[slot, FIRST]
    while note >= 0:
        if notes[note, UNITS] == 0:
            place = notes[note, AT]
            wait = each + (rest > 0 and before(slot, place, slots, notes) < rest)
            places[place, WAITED] += wait
            held = slots[slot, FIRST]
            while held >= 0 and wait > 0:
                holder = notes[held, AT]
                if notes[held, UNITS] > 0 and slots[slot, APART] & places[holder, BIT] == 0:
                    if blocked[holder, place] == 0:
                        pairs[head[PAIRS]] = holder * len(places) + place
                        head[PAIRS] += 1
                    blocked[holder, place] += notes[held, UNITS] * wait
                held = notes[held, FOLLOWING]
        note = notes[note, FOLLOWING]


@part
def before(slot: int, place: int, slots: Any, notes: Any) -> Any:
    """How many of the queues that a patient stands in are of places declared before this one."""
    found, note = 0, slots[slot, FIRST]
    while note >= 0:
        found += notes[note, UNITS] == 0 and notes[note, AT] < place
        note = notes[note, FOLLOWING]
    return found


@whole
def close_hour(head: Any, slots: Any, notes: Any, places: Any, blocked: Any, pairs: Any) -> None:
    """Add up everything until the hour's end."""
    count(head[EDGE], 0, head)
    for place in range(len(places)):
        catch_up(place, head[EDGE], places)
    for slot in range(len(slots)):
        if slots[slot, QUEUES] > 0:
            add_up(slot, head[EDGE], head, slots, notes, places, blocked, pairs)
