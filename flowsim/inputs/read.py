"""From a file, a folder or a dict to a Config: everything that is wrong is told at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from flowsim.errors import ConfigError, Problem, did_you_mean
from flowsim.inputs.documents import check_shape
from flowsim.inputs.load import Loaded, load
from flowsim.inputs.observed import read_date, read_holidays, read_observed, read_periods
from flowsim.inputs.options import apply_changes, read_options
from flowsim.inputs.parameters import read_parameters
from flowsim.inputs.population import read_population
from flowsim.inputs.reading import Reading, known_attributes
from flowsim.inputs.rotas import read_calendars, read_resources, read_rules
from flowsim.inputs.sources import read_sources
from flowsim.inputs.tree import Node, Spot
from flowsim.inputs.units import DAY
from flowsim.inputs.values import Config, Option, frozen

DEFAULT_START = date(2018, 1, 1)  # a Monday
DEFAULT_WARM_UP = 90 * DAY
BUILT_IN = ("site", "month")
# Sections whose entries stand for themselves: a badly shaped one is set aside and the others are still read.
ENTRIES = ("sources", "resources", "calendars", "rules", "parameters", "options", "observed")
NEEDED_BY_ALL = ("sites", "attributes")


def read_config(
    source: Path | str | Mapping[str, Any],
    *,
    options: Sequence[str] = (),
    changes: Mapping[str, Any] | None = None,
    attributes: Mapping[str, tuple[str, ...]] | None = None,
    folder: Path | None = None,
    before: Callable[[Reading, Node], Node] | None = None,
) -> Config:
    """The config of a folder, a YAML file or a dict, with options switched on and then changes made.

    `attributes` are all those of the model with the values it fixes (none: the config lists them); given
    them, tables are checked to be complete. `folder` is where the traces of a dict stand. `before` changes what the
    place itself says, before any option is switched on.
    """
    loaded = load(source, folder)
    root, found = _well_shaped(loaded.root)
    reading = Reading(problems=found)
    if before is not None:
        root = before(reading, root)
    known = read_options(reading, Spot(root))
    root = apply_changes(reading, root, known, tuple(options), dict(changes or {}))
    if options or changes or before is not None:
        root, more = _well_shaped(root)
        reading.problems += [problem for problem in more if problem not in reading.problems]
    config = _build(
        reading, Loaded(root, loaded.folder, loaded.files, loaded.name), known, tuple(options), attributes
    )
    if reading.problems or config is None:
        raise ConfigError(_in_order(reading.problems))
    return config


def _well_shaped(root: Node) -> tuple[Node, list[Problem]]:
    """The document without the entries that are badly shaped, and what is wrong with those."""
    faults = check_shape(root)
    for place, _ in faults:
        section = str(place[0]) if place else ""
        if section in NEEDED_BY_ALL:
            raise ConfigError(_in_order([problem for _, problem in faults]))
        whole = root.table.get(section)
        if whole is None:
            continue
        if section in ENTRIES and whole.is_table and len(place) > 1:
            kept = {key: child for key, child in whole.table.items() if key != place[1]}
            root = root.with_key(section, Node(kept, whole.file, whole.line))
        else:
            root = Node(
                {key: child for key, child in root.table.items() if key != section}, root.file, root.line
            )
    return root, [problem for _, problem in faults]


def _build(reading: Reading, loaded: Loaded, options: dict[str, Option], chosen: tuple[str, ...],
           attributes: Mapping[str, tuple[str, ...]] | None) -> Config | None:  # fmt: skip
    top = Spot(loaded.root)
    empty = Spot(Node({}))
    start = (read_date(reading, top["start"]) if "start" in top else None) or DEFAULT_START
    sites = _names(reading, top["sites"]) if "sites" in top else ()
    sites = sites or ("main",)
    own = _attributes(reading, top.get("attributes") or empty, attributes)
    reading.complete = attributes is not None
    reading.attributes = known_attributes(own, sites)
    reading.check_provenance(top)
    warm_up = reading.duration(top["warm_up"]) if "warm_up" in top else DEFAULT_WARM_UP
    population = read_population(reading, top["population"]) if "population" in top else None
    parameters = read_parameters(reading, top.get("parameters") or empty)
    resources = read_resources(reading, top.get("resources") or empty, sites)
    calendars = read_calendars(reading, top.get("calendars") or empty, sites)
    rules = read_rules(reading, top.get("rules") or empty, sites)
    sources, traces = read_sources(reading, top.get("sources") or empty, population, loaded.folder, start)
    holidays = read_holidays(reading, top["holidays"]) if "holidays" in top else frozenset()
    periods = read_periods(reading, top["periods"]) if "periods" in top else {}
    observed = read_observed(reading, top["observed"]) if "observed" in top else ()
    if reading.problems or warm_up is None:
        return None
    document = loaded.root.plain()
    return Config(
        name=_text(top, "name") or loaded.name,
        title=_text(top, "title") or _text(top, "name") or loaded.name,
        description=_text(top, "description"),
        model=_text(top, "model"),
        start=start,
        reference_year=_text(top, "reference_year"),
        catchment=_text(top, "catchment"),
        sites=sites,
        attributes=frozen(own),
        holidays=holidays,
        periods=frozen(periods),
        warm_up=round(warm_up),
        population=population,
        parameters=frozen(parameters),
        resources=frozen(resources),
        calendars=frozen(calendars),
        rules=frozen(rules),
        sources=frozen(sources),
        options=frozen(options),
        chosen=chosen,
        observed=observed,
        documents=frozen(document),
        files=loaded.files,
        sha256=_hash(document, traces),
        numbers=tuple(reading.numbers),
    )


def _attributes(
    reading: Reading, spot: Spot, model: Mapping[str, tuple[str, ...]] | None
) -> dict[str, tuple[str, ...]]:
    """The values of each attribute: fixed by the model, or listed by the config."""
    found = {name: tuple(values) for name, values in (model or {}).items() if values and name not in BUILT_IN}
    for name, child in spot.children():
        values = _names(reading, child)
        if name in BUILT_IN:
            remedy = "List them under `sites`." if name == "site" else "Leave it out."
            reading.refuse(child, f"`{name}` is built in.", remedy, value="")
        elif name in found and values != found[name]:
            listed = ", ".join(found[name])
            reading.refuse(
                child, f"The model fixes the values of {name}: {listed}.", "Leave it out.", value=""
            )
        elif model is not None and name not in model:
            reading.refuse(
                child, f"The model has no attribute `{name}`.", did_you_mean(name, model), value=""
            )
        found.setdefault(name, values)
    for name in model or {}:
        if name not in found and name not in BUILT_IN:
            reading.refuse(
                spot,
                f"The model leaves the values of `{name}` to the config.",
                f"Add attributes: {{{name}: [...]}}.",
            )
            found[name] = ()
    return found


def _names(reading: Reading, spot: Spot) -> tuple[str, ...]:
    names = tuple(str(member.node.value) for member in spot.members())
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        reading.refuse(spot, f"`{twice[0]}` is listed twice.", "List each once.")
    if not names:
        reading.refuse(spot, "The list is empty.", "List at least one, or leave it out.")
    if "..." in names:
        reading.refuse(spot, "`...` is not a name: it stands for all others.", "List every name.")
    return tuple(dict.fromkeys(names))


def _text(spot: Spot, key: str) -> str:
    value = spot.node.table[key].value if key in spot else None
    return "" if value is None else str(value)


def _hash(document: Any, traces: Mapping[str, bytes]) -> str:
    """SHA-256 of the resolved document as JSON, keys in the order of the file, and of the traces' bytes."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    digest = hashlib.sha256(text.encode("utf-8"))
    for name in sorted(traces):
        digest.update(b"\0" + name.encode("utf-8") + b"\0" + traces[name])
    return digest.hexdigest()


def _in_order(problems: Sequence[Problem]) -> list[Problem]:
    """By file and line, each once."""
    files = list(dict.fromkeys(problem.file for problem in problems))
    return sorted(dict.fromkeys(problems), key=lambda problem: (files.index(problem.file), problem.line or 0))
