"""One patient's journey in words: where they were, what they held, what they waited for, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flowsim.engines import State
from flowsim.engines.initial import initial_patients
from flowsim.program import Program
from flowsim.program.timetables import DAY, HOUR, MINUTE
from flowsim.records.initial import InitialPatients
from flowsim.records.log import Code, EventLog, Left
from flowsim.studies.design import Design
from flowsim.studies.following import contact_at, log_of_run
from flowsim.studies.replicate import HasProgram, OnDays


@dataclass
class _Pool:
    capacity: int = 0
    in_use: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class Line:
    """One event of the journey: when (ms), the words, and how long it had been waited for (ms)."""

    time: int
    words: str
    waited: int = 0


@dataclass
class Story:
    """A journey and those that came back from it."""

    lines: list[Line] = field(default_factory=list)
    ended: bool = False


class Teller:
    """Reads a log as it comes and tells the journey of one first contact."""

    def __init__(
        self, program: Program, contact: int, attributes: list[int], inside: InitialPatients | None = None
    ) -> None:
        self.program = program
        self.contact = contact
        self.attributes = attributes
        self.seen = 0
        self.patient = -1
        self.pools = [_Pool() for _ in program.instances]
        if inside is not None:
            for pool, in_use in zip(self.pools, inside.in_use.tolist(), strict=True):
                pool.in_use = in_use
            for _, instance, _, _ in inside.waiting.tolist():
                self.pools[instance].waiting += 1
        self.joined: dict[int, tuple[int, str]] = {}
        self.story = Story()

    def read(self, log: EventLog) -> bool:
        """Read more of the log; true when the journey is over."""
        for time, patient, code, resource, value in log.tolist():
            if code == Code.START and value < 0:
                if self.seen == self.contact:
                    self.patient = patient
                self.seen += 1
            if patient == self.patient and patient >= 0:
                self.story.lines.extend(self._lines(time, Code(code), resource, value))
            self._follow_pools(code, resource, value)
            if patient == self.patient and code == Code.END:
                self.story.ended = True
                return True
        return False

    def _follow_pools(self, code: int, resource: int, value: int) -> None:
        if code == Code.CAPACITY:
            self.pools[resource].capacity = value
        elif code == Code.JOIN:
            self.pools[resource].waiting += 1
        elif code == Code.GRANT:
            self.pools[resource].in_use += value
            self.pools[resource].waiting -= 1
        elif code in (Code.RELEASE, Code.INTERRUPTED):
            self.pools[resource].in_use -= value
        elif code == Code.LEFT:
            self.pools[resource].waiting -= 1

    def _lines(self, time: int, code: Code, resource: int, value: int) -> Iterator[Line]:
        program = self.program
        if code == Code.START:
            source = program.sources[resource]
            title = next((item.title for item in program.model.sources if item.name == source.name), "")
            yield Line(time, f"first contact: {title or plain(source.name)} ({self._who()})")
        elif code == Code.MILESTONE:
            yield Line(time, plain(program.milestones[value]))
        elif code == Code.SET:
            name, values = program.attributes[resource]
            yield Line(time, f"is now {plain(name)}: {plain(values[value])}")
        elif code == Code.JOIN:
            self.joined[resource] = (time, self._why(resource))
        elif code == Code.GRANT:
            since, why = self.joined.pop(resource, (time, ""))
            waited = time - since
            told = f" after waiting {span(waited)}: {why}" if waited else ""
            yield Line(time, f"gets {self._name(resource)}{told}", waited)
        elif code == Code.RELEASE:
            yield Line(time, f"gives back {self._name(resource)}")
        elif code == Code.LEFT:
            since, why = self.joined.pop(resource, (time, ""))
            if value == Left.GAVE_UP:
                yield Line(
                    time,
                    f"gives up waiting for {self._name(resource)} after {span(time - since)}: {why}",
                    time - since,
                )
            elif value == Left.DISPLACED:
                yield Line(
                    time, f"has to leave the queue for {self._name(resource)}: someone more urgent came"
                )
        elif code == Code.TURNED_AWAY:
            yield Line(time, f"is turned away from {self._name(resource)}: its queue is full")
        elif code == Code.INTERRUPTED:
            yield Line(time, f"loses {self._name(resource)} to someone more urgent")
        elif code == Code.PRIORITY:
            yield Line(time, f"moves up in the queue for {self._name(resource)}")
        elif code == Code.END:
            yield Line(time, f"the journey ends: {plain(program.outcomes[value])}")

    def _who(self) -> str:
        names = [
            (name, values[self.attributes[at]]) for at, (name, values) in enumerate(self.program.attributes)
        ]
        return ", ".join(f"{plain(name)} {plain(value)}" for name, value in names)

    def _why(self, resource: int) -> str:
        pool = self.pools[resource]
        ahead = f", {pool.waiting} waiting" if pool.waiting else ""
        return f"{pool.in_use} of {pool.capacity} in use{ahead}"

    def _name(self, resource: int) -> str:
        instance = self.program.instances[resource]
        title = next(
            (item.title for item in self.program.model.resources if item.name == instance.resource), ""
        )
        name = title or plain(instance.resource)
        return f"{name} ({plain(instance.site)})" if instance.site else name


def plain(name: str) -> str:
    """`ed_arrival` as `ed arrival`."""
    return name.replace("_", " ")


def span(ms: int) -> str:
    """A length of time in the two largest units that matter."""
    if ms < MINUTE:
        return f"{ms / 1000:.0f} s"
    if ms < HOUR:
        return f"{ms / MINUTE:.0f} min"
    if ms < 2 * DAY:
        return f"{ms // HOUR} h {ms % HOUR // MINUTE} min"
    return f"{ms // DAY} days {ms % DAY // HOUR} h"


def clock(program: Program, time: int) -> str:
    """A time as a date and hour (years have 365 days: 29 February is passed over)."""
    at = datetime.combine(program.config.start, datetime.min.time()) + timedelta(milliseconds=time)
    return f"{at:%a %d %b %H:%M}"


def told(program: Program, story: Story, repeat: bool = False) -> list[tuple[str, str]]:
    """(when, words) of each line; a time that is the same as the line before's is left out unless `repeat`."""
    rows, last = [], ""
    for line in story.lines:
        when = clock(program, line.time)
        rows.append(("" if when == last and not repeat else when, line.words))
        last = when
    return rows


def follow_contact(scenario: HasProgram, design: Design, contact: int, on_days: OnDays) -> Story:
    """The story of a first contact after time 0, from as much of a run as is needed."""
    place, attributes = contact_at(scenario, design, contact)
    program = scenario.program()
    inside = None if design.state is None else initial_patients(program, State.load(design.state))
    teller = Teller(program, place, attributes, inside)
    for chunk in log_of_run(scenario, design, on_days):
        if teller.read(chunk):
            break
    return teller.story
