"""One patient's journey in words: where they were, what they held, what they waited for, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flowsim.engines.initial import initial_patients
from flowsim.outputs.words import clock, plain, span
from flowsim.pathway.observe import SEGMENTS
from flowsim.program import Program
from flowsim.program.timetables import DAY
from flowsim.records.initial import InitialPatients
from flowsim.records.log import Code, EventLog, Left
from flowsim.studies.design import Design
from flowsim.studies.following import Contact, log_of_run
from flowsim.studies.replicate import HasProgram, OnDays
from flowsim.studies.starting import starting_state


@dataclass(frozen=True)
class Wait:
    """A wait that is over: for what, how long (ms)."""

    resource: str
    length: int


@dataclass
class Moment:
    """Everything that happened to the patient at one instant."""

    time: int
    words: list[str] = field(default_factory=list)
    becomes: dict[str, str] = field(default_factory=dict)
    joined: dict[int, str] = field(default_factory=dict)
    """What was joined at this instant, and not granted at once: with the state of its queue."""
    ends: bool = False

    def told(self, name_of: Any) -> str:
        """The instant as a sentence."""
        words = list(self.words)
        if self.becomes:
            sets = ", ".join(f"{plain(name)}: {plain(value)}" for name, value in self.becomes.items())
            words.insert(len(words) - (1 if self.ends else 0), f"({sets})")
        if self.joined:
            queues = [f"{name_of(resource)} ({why})" for resource, why in self.joined.items()]
            words.append(
                "starts to wait for " + ("the first of " if len(queues) > 1 else "") + " or ".join(queues)
            )
        return "; ".join(words).replace("; (", " (")


@dataclass
class Journey:
    """A first contact, or a journey that came back from it."""

    program: Program
    heading: str = ""
    moments: list[Moment] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    ended: bool = False
    values: list[int] = field(default_factory=list)
    """The patient's attributes, so that only what changes is told."""

    def told(self) -> list[tuple[str, str]]:
        """(when, words) of each instant at which something happened."""
        start = self.program.config.start
        rows = [(clock(start, moment.time), moment.told(self.name_of)) for moment in self.moments]
        return [(when, words) for when, words in rows if words]

    def name_of(self, resource: int) -> str:
        """A resource in words, with its site if there is one for each site."""
        instance = self.program.instances[resource]
        titles = {item.name: item.title for item in self.program.model.resources}
        name = titles.get(instance.resource) or plain(instance.resource)
        return f"{name} ({plain(instance.site)})" if instance.site and len(self.program.sites) > 1 else name

    def at(self, time: int) -> Moment:
        """The moment at a time: the last one, or a new one."""
        if not self.moments or self.moments[-1].time != time:
            self.moments.append(Moment(time))
        return self.moments[-1]


@dataclass
class Story:
    """A patient's journey and those that came back from it, in the order in which they began."""

    program: Program
    who: str
    journeys: list[Journey] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """How long it took in all, and how much of that was waiting."""
        moments = [moment for journey in self.journeys for moment in journey.moments]
        if not moments:
            return "This patient does not come in this world."
        waits = [wait for journey in self.journeys[:1] for wait in journey.waits]
        first = self.journeys[0]
        length = first.moments[-1].time - first.moments[0].time
        waited = sum(wait.length for wait in waits)
        told = f"From the first contact to {'its end' if first.ended else 'the last that was seen'}: {span(length)}"
        if waited:
            longest = max(waits, key=lambda wait: wait.length)
            told += (
                f", of which {span(waited)} in queues (longest: {longest.resource}, {span(longest.length)})"
            )
        else:
            told += ", without waiting in a queue"
        back = len(self.journeys) - 1
        return f"{told}." + (f" Came back {'once' if back == 1 else f'{back} times'}." if back else "")

    def as_data(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "who": self.who,
            "journeys": [
                {
                    "heading": journey.heading,
                    "ended": journey.ended,
                    "moments": [{"when": when, "what": what} for when, what in journey.told()],
                    "waits": [{"for": wait.resource, "ms": wait.length} for wait in journey.waits],
                }
                for journey in self.journeys
            ],
            "summary": self.summary,
        }


@dataclass
class _Pool:
    capacity: int = 0
    in_use: int = 0
    waiting: int = 0


class Teller:
    """Reads a log as it comes and tells the journey of one first contact, and of those that come back from it."""

    def __init__(self, program: Program, contact: Contact, inside: InitialPatients | None = None) -> None:
        self.program = program
        self.contact = contact
        self.seen = 0
        self.journeys: dict[int, Journey] = {}
        self.joined: dict[tuple[int, int], tuple[int, str]] = {}
        self.pools = [_Pool() for _ in program.instances]
        if inside is not None:
            for pool, in_use in zip(self.pools, inside.in_use.tolist(), strict=True):
                pool.in_use = in_use
            for _, instance, _, _ in inside.waiting.tolist():
                self.pools[instance].waiting += 1
        self.story = Story(program, self._who())
        self.over_at: int | None = None
        """When the last journey under way ended; None before."""

    def read(self, log: EventLog, until: int) -> bool:
        """Read more of the log; true when all journeys have been over for `until` ms."""
        for time, patient, code, resource, value in log.tolist():
            if self.over_at is not None and time > self.over_at + until:
                return True
            if code == Code.START:
                self._start(time, patient, resource, value)
            elif patient in self.journeys:
                self._tell(self.journeys[patient], time, patient, Code(code), resource, value)
            self._follow_pools(code, resource, value)
        return False

    def _start(self, time: int, patient: int, source: int, parent: int) -> None:
        first = source >= 0
        if first:
            self.seen += 1
        ours = self.seen - 1 == self.contact.place if first else parent in self.journeys
        if not ours:
            return
        known = self.contact.attributes if first else self.journeys[parent].values
        journey = Journey(self.program, values=list(known))
        if first:
            name = self.program.sources[source].name
            title = next((item.title for item in self.program.model.sources if item.name == name), "")
            journey.at(time).words.append(title or plain(name))
        else:
            after = time - self.journeys[parent].moments[-1].time
            journey.heading = "Comes back" + (f", {span(after)} later" if after > 0 else "")
        self.journeys[patient] = journey
        self.story.journeys.append(journey)
        self.over_at = None

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

    def _tell(self, journey: Journey, time: int, patient: int, code: Code, resource: int, value: int) -> None:
        """One row of the log, put into words."""
        program, moment = self.program, journey.at(time)
        if code == Code.MILESTONE:
            name = program.milestones[value]
            moment.words.append(program.model.observe.titles.get(name) or plain(name))
        elif code == Code.SET:
            name, values = program.attributes[resource]
            if journey.values[resource] != value and name != "month":
                moment.becomes[name] = values[value]
            journey.values[resource] = value
        elif code == Code.JOIN:
            why = self._why(resource)
            self.joined[patient, resource] = (time, why)
            moment.joined[resource] = why
        elif code in (Code.GRANT, Code.LEFT):
            moment.joined.pop(resource, None)
            since, why = self.joined.pop((patient, resource), (time, ""))
            moment.words.extend(self._end_of_wait(journey, code, resource, value, time - since))
        elif code == Code.END:
            name = program.outcomes[value]
            moment.words.append(f"the journey ends: {program.model.observe.titles.get(name) or plain(name)}")
            journey.ended = moment.ends = True
            if all(other.ended for other in self.journeys.values()):
                self.over_at = time
        else:
            given = f"gets {journey.name_of(resource)}"
            if code == Code.RELEASE and given in moment.words:  # had for no time at all
                moment.words.remove(given)
                return
            words = {
                Code.RELEASE: "gives back {}",
                Code.TURNED_AWAY: "is turned away from {}: its queue is full",
                Code.INTERRUPTED: "loses {} to someone more urgent",
                Code.PRIORITY: "moves up in the queue for {}",
            }[code]
            moment.words.append(words.format(journey.name_of(resource)))

    def _end_of_wait(
        self, journey: Journey, code: Code, resource: int, value: int, waited: int
    ) -> Iterator[str]:
        name = journey.name_of(resource)
        if waited and (code == Code.GRANT or value != Left.GRANTED_ELSEWHERE):
            journey.waits.append(Wait(name, waited))
        after = f" after {span(waited)}" if waited else ""
        if code == Code.GRANT:
            yield f"gets {name}{after}"
        elif value == Left.GAVE_UP:
            yield f"gives up waiting for {name}{after}"
        elif value == Left.DISPLACED:
            yield f"has to leave the queue for {name}{after}: someone more urgent came"

    def _who(self) -> str:
        """What is worth saying of the patient: who they are, and what is not as for everybody."""
        told = []
        for at, (name, values) in enumerate(self.program.attributes):
            value = self.contact.attributes[at]
            if name != "month" and len(values) > 1 and (value or name in SEGMENTS):
                told.append(f"{plain(name)} {plain(values[value])}")
        return ", ".join(told) or "nothing is known of this patient"

    def _why(self, resource: int) -> str:
        pool = self.pools[resource]
        ahead = f", {pool.waiting} waiting already" if pool.waiting else ""
        return f"{pool.in_use} of {pool.capacity} in use{ahead}" if pool.capacity else f"none on duty{ahead}"


def follow_contact(
    scenario: HasProgram, design: Design, contact: Contact | None, after_days: int, on_days: OnDays
) -> Story:
    """The story of a first contact, from as much of a run as is needed; returns are waited for `after_days` days."""
    program = scenario.program()
    if contact is None:
        return Story(program, "")
    state = starting_state(design, program, 0)
    inside = None if state is None else initial_patients(program, state)
    teller = Teller(program, contact, inside)
    for chunk in log_of_run(scenario, design, on_days):
        if teller.read(chunk, after_days * DAY):
            break
    return teller.story
