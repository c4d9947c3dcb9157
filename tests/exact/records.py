"""Records of deterministic runs as other simulators write them: who was served when, who left or was turned away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flowsim.pathway import Attribute, Model, Pathway, pathway, resource, source
from flowsim.records.log import Code, EventLog
from tests.measure_log import instance_of
from tests.support import Run, simulate
from tests.validation_table import Compare

Record = dict[str, Any]
UNIT = "min"  # the cases' time units are abstract
MS = 60_000


def time(value: float) -> str:
    """A time of the case as flowsim reads it."""
    return f"{value:.9f} {UNIT}"


def run_trace(
    chain: Pathway,
    rows: Iterable[Mapping[str, Any]],
    resources: Mapping[str, Any],
    until: float,
    parameters: Mapping[str, Any] | None = None,
    attributes: tuple[Attribute, ...] = (),
) -> Run:
    """Replay patients (id, time, durations as numbers, attributes as text) through one pathway."""
    model = Model(
        "records",
        pathways=(chain,),
        sources=(source("replay", to=chain.name),),
        resources=tuple(resource(name) for name in resources),
        attributes=attributes,
    )
    trace = [{key: time(cell) if isinstance(cell, (int, float)) else cell for key, cell in row.items()}
             for row in rows]  # fmt: skip
    named = {attribute.name for attribute in attributes} | {"id", "time"}
    columns = {key for row in trace for key in row} - named
    config = {
        "sources": {"replay": {"trace": trace}},
        "resources": resources,
        "parameters": {**{column: {"trace": column} for column in columns}, **(parameters or {})},
    }
    return simulate(model, config, time(until))


def capacity(*steps: tuple[float, int]) -> Record:
    """A capacity that changes at given times."""
    return {"steps": {time(at): value for at, value in steps}}


def of_patient(log: EventLog) -> dict[int, EventLog]:
    """The rows of each patient, numbered from 0 in order of start."""
    return {number: log[log["patient"] == number] for number in range(int(log["patient"].max()) + 1)}


def services(run: Run, name: str) -> list[Record]:
    """One record for each service at a resource that ended, was interrupted or was given up waiting for.

    The identity is the number of the arrival, from 1. Times are in the case's unit.
    """
    instance = instance_of(run.program, name)
    found: list[Record] = []
    for number, rows in of_patient(run.log).items():
        arrival = start = None
        for row in rows[rows["resource"] == instance]:
            now = float(row["time"]) / MS
            one = {"id": number + 1, "arrival": arrival}
            match Code(row["code"]):
                case Code.JOIN if arrival is None:
                    arrival = now
                case Code.GRANT:
                    start = now
                case Code.RELEASE:
                    found.append({**one, "type": "service", "start": start, "end": now, "exit": now})
                    arrival = None
                case Code.INTERRUPTED:
                    found.append({**one, "type": "interrupted service", "start": start, "exit": now})
                case Code.LEFT:
                    found.append({**one, "type": "renege", "exit": now})
    return found


def in_order(records: Iterable[Mapping[str, Any]], keys: tuple[str, ...]) -> list[Record]:
    """Records with the chosen fields only, times to the millisecond, in the order of patient and time."""
    chosen = [
        {key: round(record[key], 5) if isinstance(record[key], (int, float)) else record[key]
         for key in keys if record.get(key) is not None}
        for record in records
    ]  # fmt: skip
    return sorted(chosen, key=lambda record: (record[keys[0]], record.get("node", 0), record["exit"]))


def agree(compare: Compare, case: str, what: str, expected: Iterable[Mapping[str, Any]],
          got: Iterable[Mapping[str, Any]], keys: tuple[str, ...], note: str = "") -> None:  # fmt: skip
    """The same records, with every time equal to the millisecond, and nobody more or less."""
    wanted, found = in_order(expected, keys), in_order(got, keys)
    same = sum(record in found for record in wanted)
    more = len(found) - same
    compare(case, what, f"{len(wanted)} records", f"{same} equal" + (f", {more} others" if more else ""),
            accepted=found == wanted, note=note)  # fmt: skip
    assert found == wanted


def one_server(if_interrupted: str | None = None, **how: Any) -> Pathway:
    """Arrive, be served for the `service` of the trace, leave; those who give up or are turned away leave too."""
    chain = pathway("p").use("server", "service", if_interrupted=if_interrupted, **how).leave("served")
    return chain.leave("unserved", label="unserved") if "p.unserved" in how.values() else chain
