"""The numbers of random models: few, small and whole, so that many things happen at one instant.

Every value stands here as a config would write it; it is read once, and shared by all random models.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from flowsim.inputs.read import read_config
from flowsim.inputs.values import Config, Parameter, frozen

SITES = ("north", "south", "west")
RESOURCES = ("bed", "doctor", "cubicle", "crew")
CALENDARS = ("rounds", "clinic")
ACUITY = ("0", "1", "2", "3")
TURN = ("0", "1")
OWN = {"acuity": ACUITY, "turn": TURN}

PLAIN = ("none", "one", "two", "five", "ten", "twenty")
"""Durations that are the same for everybody, the most likely ones first."""
DURATIONS: dict[str, Any] = {
    "none": "0 min",
    "one": "1 min",
    "two": "2 min",
    "five": "5 min",
    "ten": "10 min",
    "twenty": "20 min",
    "few": {"empirical": {"values": ["0 min", "1 min", "5 min"], "weights": [1, 2, 3]}},
    "by_acuity": {"by": ["acuity"], "values": {"0": "5 min", "1": "2 min", "2": "0 min", "3": "1 min"}},
    "scaled": {"value": "4 min", "times": {"by": ["turn"], "values": {"0": 1.25, "1": 0.5}}},
    "by_both": {
        "empirical": {"values": ["2 min", "3 min"]},
        "times": [2, {"by": ["acuity", "month"], "values": {"0": {"jan": 0.5, "...": 1}, "...": {"...": 1}}}],
    },
    "own": {"trace": "stay"},
    "drawn": {"exponential": {"mean": "6 min"}},
}
COUNTS: dict[str, Any] = {
    "units": {"by": ["acuity"], "values": {"0": 1, "1": 2, "2": 1, "3": 3}},
    "limit": {"by": ["acuity"], "values": {"0": 2, "1": 0, "2": 1, "3": 1}},
}
SHARES: dict[str, Any] = {
    "coin": {"heads": 0.5, "tails": 0.5},
    "seldom": {"heads": 0.25, "tails": 0.75},
    "die": {
        "by": ["turn"],
        "values": {
            "0": {"low": 0.3, "middle": 0.3, "high": "rest"},
            "1": {"low": 1, "middle": 0, "high": 0},
        },
    },
    "drift": {"0": 0.25, "1": 0.25, "2": 0.25, "3": 0.25},
    "quarter": 0.25,
    "always": 1.0,
}
OPENINGS = (
    ("00:00-24:00",),
    ("00:10-00:11", "00:30-00:40", "01:00-24:00"),
    ("00:20-00:25", "00:50-01:00", "01:30-02:00"),
    ("00:05-00:10", "00:15-00:20", "00:25-00:30", "00:40-00:45", "01:00-01:05"),
    ("23:30-00:15", "00:45-00:50"),
)


@cache
def _read(section: str, text: str, sites: int) -> Any:
    """One entry of a config, read as any config is; `text` is its dict, written."""
    return getattr(_whole(sites, {section: {"it": eval(text)}}), section)["it"]


def _whole(sites: int, more: Mapping[str, Any]) -> Config:
    document = {"schema": 1, "name": "random", "sites": list(SITES[:sites]), **more}
    return read_config(document, attributes=OWN)


def entry(section: str, value: Any, sites: int) -> Any:
    """What `read_config` makes of one entry of a section."""
    if "by_site" not in value:
        return _read(section, repr(value), sites)
    # Site by site: there are fewer entries that differ, and each is read once.
    each = {site: entry(section, of, sites) for site, of in value["by_site"].items()}
    field = {"resources": "rotas", "calendars": "openings"}[section]
    of_site = frozen({site: getattr(of, field)[None] for site, of in each.items()})
    return replace(next(iter(each.values())), **{field: of_site})


@cache
def blank(sites: int, start: str) -> Config:
    """A config with nothing in it yet."""
    return _whole(sites, {"start": start})


def document_of(name: str, sites: int) -> Any:
    """A parameter of the palette as a config writes it."""
    if name == "ambulance":  # which site it brings somebody to
        return dict.fromkeys(SITES[:sites], 1 / sites)
    return {**DURATIONS, **COUNTS, **SHARES}[name]


@cache
def parameter(name: str, sites: int) -> Parameter:
    """A parameter of the palette."""
    if name == "own":  # a column is known only to a config that has a trace with it
        document = {"parameters": {name: DURATIONS[name]}, "sources": {"x": {"trace": [TRACED]}}}
        return _whole(sites, document).parameters[name]
    whole = _whole(sites, {"parameters": {name: document_of(name, sites)}})
    return whole.parameters[name]


TRACED = {"id": "x", "time": "0 min", "stay": "1 min"}


def parameters(names: set[str], sites: int) -> Mapping[str, Parameter]:
    """Those of the palette that a model uses."""
    return frozen({name: parameter(name, sites) for name in sorted(names)})
