"""Who waits for what, and what they hold meanwhile, hour by hour: what delay attribution is made of.

It reads the log beside the fold, when it is asked for. Memory grows with patients inside and with one week of hours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.errors import RunError
from flowsim.pathway.in_hand import InHand, made_ready
from flowsim.records.blocking_kernel import (
    ADDED_UPTO,
    APART,
    AS_HELD,
    AS_WANTED,
    ASKED,
    ASKS,
    AT,
    BIT,
    BUSY,
    COUNTED,
    COUNTED_UPTO,
    EDGE,
    FIRST,
    FOLLOWING,
    FREE_NOTE,
    FREE_SLOT,
    HEAD,
    HELD,
    HOUR_OVER,
    IN_USE,
    NOTE_WIDTH,
    NOW,
    PAIRS,
    PLACE_WIDTH,
    QUEUES,
    ROOM,
    SLOT_WIDTH,
    UNITS,
    UPTO,
    WAITED,
    WAITING,
    read_rows,
)
from flowsim.records.conservation import Broken, refuse
from flowsim.records.initial import InitialPatients
from flowsim.records.log import HOUR, WEEK, EventLog, clock, empty_log, place_name
from flowsim.records.queues import OK
from flowsim.records.state import NEVER
from flowsim.sampling.block import Block

Ints = NDArray[np.int64]
MOST_BITS = 62


@dataclass(frozen=True, eq=False)
class Hours:
    """The hours of one week, or a part of it: whole numbers of patients or units times ms."""

    week: int
    waited: Ints
    """Patient-ms waited for each place, shape [hours, places]; one in several queues waits in equal parts for each."""
    in_use: Ints
    """Unit-ms in use of each place, shape [hours, places]."""
    blocked: Ints
    """Rows (hour, r, s, unit-ms): units of r held by patients who queued for s."""


class Blocking:
    """Given the log piece by piece, it tells of each week that is over, in order. Hours are those of the clock.

    Units that are being made ready (a release with `after`) are in use, but in nobody's hand. The log does not tell
    when that begins: from the model's ways it is known what a patient can have in hand when joining a queue.
    """

    def __init__(
        self, program: Any, start: int, tell: Callable[[Hours], None], initial: InitialPatients | None = None
    ) -> None:
        self.program, self.tell = program, tell
        many = len(program.instances)
        self.head = np.zeros(HEAD, np.int64)
        self.head[NOW] = self.head[COUNTED_UPTO] = start
        self.head[EDGE] = (start // HOUR + 1) * HOUR
        self.head[[FREE_SLOT, FREE_NOTE]] = -1
        self.slot_of = np.zeros(0, np.int64)
        self.slots, self.notes = np.zeros((0, SLOT_WIDTH), np.int64), np.zeros((0, NOTE_WIDTH), np.int64)
        self.places = np.zeros((many, PLACE_WIDTH), np.int64)
        self.places[:, ADDED_UPTO] = start
        self.blocked, self.pairs = np.zeros((many, many), np.int64), np.zeros(many * many, np.int64)
        self.known = np.zeros((512, 2), np.int64)
        """What is being made ready, as bits, by a digest of what is held and what is wanted; 0 in an empty row."""
        self.asked = 0
        self._name_places()
        self.hours: list[tuple[Ints, Ints, Ints]] = []
        if initial is not None:
            self._settle(initial, start)

    def _name_places(self) -> None:
        apart = made_ready(self.program.model)[:MOST_BITS]  # any beyond these count as in hand
        for at, instance in enumerate(self.program.instances):
            self.places[at, AS_HELD], self.places[at, AS_WANTED] = _digest("held", at), _digest("wanted", at)
            if instance.resource in apart:
                self.places[at, BIT] = 1 << apart.index(instance.resource)
        self.apart = apart
        self.in_hand = InHand(self.program.model) if apart else None

    def take(self, log: EventLog) -> None:
        """Read more rows of the log."""
        self._go_on(np.ascontiguousarray(log), NEVER)

    def finish(self, end: int) -> None:
        """The run is over: its last hour ends, and what is left of the week is told."""
        self._go_on(empty_log(), end)
        if self.head[EDGE] - HOUR < end:
            self.head[EDGE] = end
            self._go_on(empty_log(), end)
        if self.hours:
            self._tell((end - 1) // WEEK)

    def _go_on(self, log: EventLog, until: int) -> None:
        rows, row = Block(log), 0
        while True:
            stopped, row = read_rows(
                rows, row, len(log), until, self.head, self.slot_of, self.slots, self.notes, self.places,
                self.blocked, self.pairs, self.known,
            )  # fmt: skip
            if stopped == OK:
                return
            if stopped == HOUR_OVER:
                self._next_hour()
            elif stopped == ROOM:
                self._make_room(int(log[row]["patient"]) + 1)
            elif stopped == ASKS:
                self._learn(int(self.head[ASKED]), int(log[row]["resource"]))
            else:
                refuse(Broken(stopped), log[row], self.program)

    # --- hours ------------------------------------------------------------------------------------------------

    def _next_hour(self) -> None:
        pairs = np.sort(self.pairs[: self.head[PAIRS]])
        many = len(self.places)
        held = self.blocked.reshape(-1)[pairs]
        hour = np.full(len(pairs), len(self.hours), np.int64)
        blocked = np.column_stack((hour, pairs // many, pairs % many, held))
        self._check(blocked)
        self.hours.append((self.places[:, WAITED].copy(), self.places[:, IN_USE].copy(), blocked))
        self.blocked.reshape(-1)[pairs] = 0
        self.places[:, [WAITED, IN_USE]] = 0
        self.head[[PAIRS, COUNTED]] = 0
        edge = int(self.head[EDGE])
        self.head[EDGE] += HOUR
        if edge % WEEK == 0:
            self._tell(edge // WEEK - 1)

    def _check(self, blocked: Ints) -> None:
        """Waits add up to those of the patients, and nobody holds more than is in use."""
        waited, counted = int(self.places[:, WAITED].sum()), int(self.head[COUNTED])
        when = f"in the hour before {clock(int(self.head[EDGE]))}"
        if waited != counted:
            raise RunError(f"Patients waited {counted} ms {when}, but {waited} ms by place.")
        held = np.zeros(len(self.places), np.int64)
        np.add.at(held, blocked[:, 1], blocked[:, 3])
        for at in np.flatnonzero(held > self.places[:, IN_USE])[:1].tolist():
            raise RunError(
                f"{place_name(self.program, at)}: patients who queue hold more than is in use {when}."
            )

    def _tell(self, week: int) -> None:
        waited, in_use, blocked = zip(*self.hours, strict=True)
        self.hours = []
        self.tell(Hours(week, np.stack(waited), np.stack(in_use), np.concatenate(blocked)))

    # --- room -------------------------------------------------------------------------------------------------

    def _make_room(self, patients: int) -> None:
        """Twice the room where there is none left."""
        if patients > len(self.slot_of):
            more = np.full(max(2 * len(self.slot_of), patients, 1024), -1, np.int64)
            more[: len(self.slot_of)] = self.slot_of
            self.slot_of = more
        for name, free, following in (("slots", FREE_SLOT, FIRST), ("notes", FREE_NOTE, FOLLOWING)):
            if self.head[free] < 0:
                rows = getattr(self, name)
                more = np.zeros((max(2 * len(rows), 256), rows.shape[1]), np.int64)
                more[: len(rows)] = rows
                more[len(rows) :, following] = [*range(len(rows) + 1, len(more)), -1]
                if name == "slots":
                    more[len(rows) :, QUEUES] = -1
                self.head[free] = len(rows)
                setattr(self, name, more)

    # --- who is inside at the start -----------------------------------------------------------------------------

    def _settle(self, initial: InitialPatients, start: int) -> None:
        """Patients who are inside at the start hold what they hold, and wait where they wait."""
        self.places[:, BUSY] = initial.in_use
        together: dict[tuple[int, int], int] = {}
        for patient, place, units in initial.holding.tolist():
            together[patient, place] = together.get((patient, place), 0) + units
        for (patient, place), units in together.items():
            slot = self._note(patient, place, units, start)
            self.slots[slot, HELD] ^= self.places[place, AS_HELD]
        for patient, place, _, _ in initial.waiting.tolist():
            slot = self._note(patient, place, 0, start)
            self.head[WAITING] += self.slots[slot, QUEUES] == 0
            self.slots[slot, QUEUES] += 1
            self.slots[slot, APART] = self._bits_apart(slot, place)

    def _note(self, patient: int, place: int, units: int, start: int) -> int:
        if patient >= len(self.slot_of) or self.head[FREE_SLOT] < 0 or self.head[FREE_NOTE] < 0:
            self._make_room(patient + 1)
        slot = int(self.slot_of[patient])
        if slot < 0:
            slot = self.slot_of[patient] = int(self.head[FREE_SLOT])
            self.head[FREE_SLOT] = self.slots[slot, FIRST]
            self.slots[slot] = 0
            self.slots[slot, [FIRST, UPTO]] = -1, start
        note = int(self.head[FREE_NOTE])
        self.head[FREE_NOTE] = self.notes[note, FOLLOWING]
        self.notes[note] = place, units, self.slots[slot, FIRST]
        self.slots[slot, FIRST] = note
        return slot

    # --- what is in hand --------------------------------------------------------------------------------------

    def _bits_apart(self, slot: int, wanted: int) -> int:
        """Which of what a patient holds, as far as the log tells, is being made ready when joining a queue."""
        if self.in_hand is None:
            return 0
        names = [instance.resource for instance in self.program.instances]
        held, note = set(), int(self.slots[slot, FIRST])
        while note >= 0:
            if self.notes[note, UNITS] > 0:
                held.add(names[self.notes[note, AT]])
            note = int(self.notes[note, FOLLOWING])
        apart = self.in_hand.being_made_ready(frozenset(held), names[wanted])
        return sum(1 << at for at, name in enumerate(self.apart) if name in apart)

    def _learn(self, slot: int, wanted: int) -> None:
        """Note the answer, so that the kernel need not ask again."""
        if 2 * self.asked >= len(self.known):
            rows = self.known[self.known[:, 0] != 0]
            self.known = np.zeros((2 * len(self.known), 2), np.int64)
            for key, bits in rows.tolist():
                self._keep(key, bits)
        key = (int(self.slots[slot, HELD]) ^ int(self.places[wanted, AS_WANTED])) | 1
        self._keep(key, self._bits_apart(slot, wanted))
        self.asked += 1

    def _keep(self, key: int, bits: int) -> None:
        at = key & (len(self.known) - 1)
        while self.known[at, 0] != 0:
            at = (at + 1) & (len(self.known) - 1)
        self.known[at] = key, bits


def _digest(kind: str, at: int) -> int:
    """62 bits that look like chance, so that no two sets of places are likely to have the same."""
    return int.from_bytes(hashlib.sha256(f"{kind} {at}".encode()).digest()[:8], "little") >> 2
