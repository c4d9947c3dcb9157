"""A05: an emergency department of six service points with a loop (PathSimR's use case)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flowsim.pathway import Model, Pathway, pathway, resource, source

Profile = float | Sequence[Sequence[float]]
EXITS = {"Admission", "Discharge"}


def chain(name: str, point: Mapping[str, Any], points: Mapping[str, Mapping[str, Any]]) -> Pathway:
    """A service point: come in from outside at the start, from another point at `<name>.treat`.

    Whoever goes on to a point with an internal queue leaves this place first; otherwise the place is kept
    until the next one is had. Who is to be admitted keeps the place for the exit delay.
    """
    steps = pathway(name)
    if refuses(point):
        steps = steps.seize(name, queue_limit=0, if_full=f"{name}.rejected")
    elif point["external_rate"]:
        steps = steps.seize(name)
    steps = steps.hold(f"{name}.service", label="treat")
    steps = steps.choose(f"{name}.routing", **{place: f"{name}.to_{place}" for place in point["routing"]})
    for place in point["routing"]:
        if place in EXITS:
            if place in point.get("exit_delay", {}):
                steps = steps.mark(f"{name}_delayed", label=f"to_{place}").hold(f"{name}.exit_delay")
                steps = steps.release(name, label=f"free_{place}").leave(place)
            else:
                steps = steps.release(name, label=f"to_{place}").leave(place)
        elif points[place]["internal_queue"]:
            steps = steps.release(name, label=f"to_{place}").seize(place, label=f"queue_{place}")
            steps = steps.then(f"{place}.treat", label=f"in_{place}")
        else:
            steps = steps.seize(place, label=f"to_{place}").release(name, label=f"free_{place}")
            steps = steps.then(f"{place}.treat", label=f"in_{place}")
    return steps.leave("Rejected", label="rejected") if refuses(point) else steps


def refuses(point: Mapping[str, Any]) -> bool:
    """Whoever comes from outside and finds no place is turned away."""
    return bool(point["external_rate"]) and not point["external_queue"]


def model(points: Mapping[str, Mapping[str, Any]]) -> Model:
    return Model(
        name="emergency_department",
        resources=tuple(resource(name) for name in points),
        sources=tuple(
            source(f"to_{name}", to=name) for name, point in points.items() if point["external_rate"]
        ),
        pathways=tuple(chain(name, point, points) for name, point in points.items()),
    )


def by_hour(pieces: Sequence[Sequence[float]]) -> list[float]:
    return [value for begin, end, value in pieces for _ in range(int(begin), int(end))]


def config(points: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    sources, resources, parameters = {}, {}, {}
    for name, point in points.items():
        if point["external_rate"]:
            rates = by_hour(point["external_rate"])
            sources[f"to_{name}"] = {"rate": f"{sum(rates)!r}/day", "profile": {"hour_of_day": rates}}
        places = point["capacity"]
        resources[name] = (
            {"capacity": places}
            if isinstance(places, int)
            else {"rota": {f"daily {begin:02d}:00-{end:02d}:00": value for begin, end, value in places}}
        )
        _, _, mu, _, sigma = point["service"].split()
        parameters[f"{name}.service"] = {"lognormal": {"mu": float(mu), "sigma": float(sigma), "unit": "h"}}
        parameters[f"{name}.routing"] = dict(point["routing"])
        for delay in point.get("exit_delay", {}).values():
            parameters[f"{name}.exit_delay"] = f"{delay} h"
    return {"sources": sources, "resources": resources, "parameters": parameters}
