"""Tiny stories: a few patients, a pathway of a few steps, and the whole log in short lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from textwrap import dedent
from typing import Any

from flowsim.pathway import Model, Pathway, attribute, calendar, resource, source
from tests.support import Run, simulate

Who = Mapping[str, float | tuple[float, dict[str, str]]]
"""For each patient of the trace the minute of arrival, perhaps with attributes."""

LEVELS = tuple(str(level) for level in range(32))


def tiny(*pathways: Pathway, resources: Sequence[str] = (), per_site: bool = False, calendars: Sequence[str] = (),
         rules: Sequence[Any] = ()) -> Model:  # fmt: skip
    """A model whose one source, a trace, starts at the first pathway."""
    return Model(
        name="tiny",
        attributes=(attribute("acuity", *LEVELS),),
        resources=tuple(resource(name, per_site=per_site) for name in resources),
        calendars=tuple(calendar(name) for name in calendars),
        sources=(source("door", to=pathways[0].name),),
        rules=tuple(rules),
        pathways=pathways,
    )


def numbers(who: Who, rooms: Mapping[str, Any], times: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """The config: `rooms` are capacities (or whole resources), `times` parameters (plain numbers are minutes)."""
    rows = []
    for name, when in who.items():
        minute, attributes = when if isinstance(when, tuple) else (when, {})
        rows.append({"id": name, "time": f"{minute} min", **attributes})
    return {
        "start": "2018-01-01",
        "sources": {"door": {"trace": rows}},
        "resources": {
            name: {"capacity": room} if isinstance(room, int) else room for name, room in rooms.items()
        },
        "parameters": {
            name: f"{time} min" if isinstance(time, int | float) else time for name, time in times.items()
        },
        **more,
    }


def play(
    *pathways: Pathway,
    who: Who,
    rooms: Mapping[str, Any] | None = None,
    times: Mapping[str, Any] | None = None,
    rules: Sequence[Any] = (),
    thresholds: Mapping[str, Any] | None = None,
    per_site: bool = False,
    until: str = "2 h",
    **more: Any,
) -> Run:
    """Run the story."""
    rooms = rooms or {}
    model = tiny(*pathways, resources=tuple(rooms), per_site=per_site, calendars=tuple(more.get("calendars", ())),
                 rules=rules)  # fmt: skip
    if thresholds:
        more["rules"] = thresholds
    return simulate(model, numbers(who, rooms, times or {}, **more), until)


def story(run: Run) -> list[str]:
    """The log in short lines: `00:10 1: is given 1 of doctor`."""
    return [short(line) for line in run.lines]


def short(line: str) -> str:
    """A line of the log without day 0, whole seconds and the word patient."""
    return re.sub(r"(:00)?\.000  (patient )?", " ", line.removeprefix("day 0 "))


def tells(run: Run, text: str) -> None:
    """The log is exactly this."""
    assert story(run) == dedent(text).strip().splitlines()
