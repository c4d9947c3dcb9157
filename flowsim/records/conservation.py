"""What must hold in every run, whatever the model: nobody is lost, nothing held twice, nobody passed over.

The checks are made row by row inside the compiled fold (they cost next to nothing there). This page numbers
them, and says in words which patient, at which place and when.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from flowsim.errors import RunError
from flowsim.records.log import clock, describe, place_name


class Broken(IntEnum):
    """Which law a row of the log breaks."""

    NOTHING = 0
    CLOCK = 1
    NUMBERING = 2
    ARRIVAL = 3
    PARENT = 4
    NOT_INSIDE = 5
    NOT_WAITING = 6
    OVER_CAPACITY = 7
    HEAD_WAITED = 8
    OVERTAKEN = 9
    GIVES_TOO_MUCH = 10
    ENDS_WAITING = 11
    JOINS_TWICE = 12


MEANING = {
    Broken.CLOCK: "the log goes back in time",
    Broken.NUMBERING: "patients must be numbered 0, 1, 2, ... in order of start",
    Broken.ARRIVAL: "the patient is not the next one in the arrivals (another program or seed?)",
    Broken.PARENT: "the earlier journey that this one returns from is not known",
    Broken.NOT_INSIDE: "the patient has not started, or has already left",
    Broken.NOT_WAITING: "the patient is not in that queue",
    Broken.OVER_CAPACITY: "more would be in use than the capacity",
    Broken.HEAD_WAITED: "the patient stood at the head of the queue while all that was asked for was free",
    Broken.OVERTAKEN: "somebody more urgent, or who came earlier with the same priority, is still waiting",
    Broken.GIVES_TOO_MUCH: "the patient gives back more than was granted",
    Broken.ENDS_WAITING: "the patient leaves the system and still stands in a queue",
    Broken.JOINS_TWICE: "the patient already stands in that queue",
}


def refuse(broken: int, row: Any, program: Any) -> None:
    """Raise the RunError of a row that breaks a law."""
    place = f" at {place_name(program, int(row['resource']))}" if 3 <= int(row["code"]) <= 10 else ""
    raise RunError(
        f"The run breaks a law of conservation ({Broken(broken).name.lower().replace('_', ' ')}): "
        f"patient {int(row['patient'])}{place}, {clock(int(row['time']))}: {MEANING[Broken(broken)]}.\n"
        f"    {describe(row, program)}"
    )


def check_patients(started: int, ended: int, inside: int) -> None:
    """Patients in = patients out + patients inside."""
    if started != ended + inside:
        raise RunError(f"Patients are lost: {started} came in, {ended} went out and {inside} are inside.")


def check_use(held: Any, in_use: Any, program: Any) -> None:
    """What patients hold of each resource is what is in use of it."""
    for at, (by_patients, by_place) in enumerate(zip(held, in_use, strict=True)):
        if by_patients != by_place:
            raise RunError(
                f"{place_name(program, at)}: {int(by_place)} in use, but patients hold {int(by_patients)}."
            )
