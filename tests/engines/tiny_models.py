"""A few written models, for what random ones seldom come to."""

from __future__ import annotations

from functools import cache

from flowsim.pathway import pathway, patient
from tests.engines.random_models import Built, built_from
from tests.engines.tiny import numbers, tiny

TIMES = {"ten": 10, "twenty": 20, "five": 5}


@cache
def tiny_models() -> dict[str, Built]:
    """The written models by what happens in them."""
    return {
        "three queues are left at once": three_queues(),
        "giving up makes room": giving_up(),
        "two units in hand, one being made ready": made_ready(),
        "held first, and again later": held_again(),
    }


def three_queues() -> Built:
    """At minute 10 the second patient, head of three queues, is granted at the first; the others let two more in."""
    ed = pathway("ed").route(
        (patient("acuity", "0"), "first"), (patient("acuity", "1"), "second"), (patient("acuity", "2"), "third"),
        otherwise="fourth",
    )  # fmt: skip
    first = (
        pathway("first").seize("bed", amount=2).seize("chair").seize("desk").hold("ten").release("bed")
        .hold("ten", label="more").release("chair").release("desk").leave("home")
    )  # fmt: skip
    second = pathway("second").use(None, "five", first_of=("bed", "chair", "desk"), amount=2).leave("home")
    third = pathway("third").use("chair", "five").leave("home")
    fourth = pathway("fourth").use("desk", "five").leave("home")
    rooms = {"bed": 2, "chair": 2, "desk": 2}
    who = {str(at): (at, {"acuity": str(at)}) for at in range(4)}
    model = tiny(ed, first, second, third, fourth, resources=tuple(rooms))
    return built_from(model, numbers(who, rooms, {"ten": 10, "five": 5}), 2)


def giving_up() -> Built:
    """At minute 11 the head, who wants both doctors, gives up; the next, who wants one, is seen at that instant."""
    ed = pathway("ed").route(
        (patient("acuity", "0"), "first"), (patient("acuity", "1"), "second"), otherwise="third"
    )
    first = pathway("first").use("doctor", "twenty").leave("home")
    second = pathway("second").use("doctor", "five", amount=2, patience="ten", on_leave="gone").leave("home")
    third = pathway("third").seize("doctor").mark("seen").hold("five").release("doctor").leave("home")
    who = {str(at): (at, {"acuity": str(at)}) for at in range(3)}
    chains = (ed, first, second, third, pathway("gone").mark("left").leave("gone"))
    return built_from(tiny(*chains, resources=("doctor",)), numbers(who, {"doctor": 2}, TIMES), 2)


def made_ready() -> Built:
    """Half-way, one patient has two beds in hand, which go back before the third, which is being made ready."""
    ed = (
        pathway("ed").seize("bed", amount=3).release("bed", amount=1, after="twenty", label="one")
        .hold("ten").release("bed").leave("home")
    )  # fmt: skip
    times = {"ten": 10, "twenty": 20}
    return built_from(tiny(ed, resources=("bed",)), numbers({"a": 0}, {"bed": 3}, times), 2)


def held_again() -> Built:
    """Who holds a bed, a chair and a second bed can be interrupted at minute 70: first for the bed, also if saved before."""
    ed = pathway("ed").route(
        (patient("acuity", "1"), "wants_bed"), (patient("acuity", "2"), "wants_chair"), otherwise="holds"
    )
    holds = (
        pathway("holds").seize("bed", priority=9).seize("chair", priority=9).seize("bed", priority=9, label="again")
        .hold("long").hold("twenty", if_interrupted="out", label="soft").release("bed").release("chair").leave("home")
    )  # fmt: skip
    out = pathway("out").release("bed", if_held=True).release("chair", if_held=True).leave("gone")
    bed = pathway("wants_bed").use("bed", "five", preempts=True).leave("home")
    chair = pathway("wants_chair").use("chair", "five", preempts=True).leave("home")
    rooms = {"bed": 2, "chair": 1}
    who = {str(at): (at, {"acuity": str(at)}) for at in range(3)}
    model = tiny(ed, holds, out, bed, chair, resources=tuple(rooms))
    return built_from(model, numbers(who, rooms, {"five": 5, "long": 70, "twenty": 20}), 2)
