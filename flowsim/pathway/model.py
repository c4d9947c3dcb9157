"""A model is a shape: resources, calendars, sources, rules and pathways. It holds no number about the world."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from flowsim.pathway.conditions import Quantity
from flowsim.pathway.observe import Observe
from flowsim.pathway.steps import Leave, Mark, Pathway, Step
from flowsim.places import find_model

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class Attribute:
    """Something a patient is: one of `values`, or of values that the config lists if there are none here."""

    name: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resource:
    """Something a patient can hold: a bed, a doctor, a crew, a package of care."""

    name: str
    per_site: bool = False
    title: str = ""


@dataclass(frozen=True)
class Calendar:
    """Hours at which something happens: ward rounds, a centre's opening."""

    name: str
    per_site: bool = False


@dataclass(frozen=True)
class Source:
    """A first contact: patients who appear of themselves and start at pathway `to`."""

    name: str
    to: str
    title: str = ""


@dataclass(frozen=True)
class Rule:
    """When `watch` reaches the config's `on`, the capacity of `changes` moves by its `change`, until `off`."""

    name: str
    watch: Quantity
    changes: str
    per_site: bool = False
    title: str = ""


@dataclass(frozen=True)
class Model:
    """A pathway model: what can happen, to whom, with what; and which of it is observed."""

    name: str
    pathways: tuple[Pathway, ...]
    sources: tuple[Source, ...] = ()
    resources: tuple[Resource, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    rules: tuple[Rule, ...] = ()
    observe: Observe = field(default_factory=Observe)
    title: str = ""

    def steps(self) -> Iterator[Step]:
        """Every step, pathway after pathway, in the order in which it is written."""
        for chain in self.pathways:
            yield from chain.steps

    @property
    def all_attributes(self) -> tuple[Attribute, ...]:
        """The built-in attributes `site` and `month` (of the journey's start), then the model's own."""
        return (Attribute("site"), Attribute("month", MONTHS), *self.attributes)

    @cached_property
    def milestones(self) -> tuple[str, ...]:
        """The marks of the model, each once, in order of first appearance."""
        return tuple(dict.fromkeys(step.milestone for step in self.steps() if isinstance(step, Mark)))

    @cached_property
    def outcomes(self) -> tuple[str, ...]:
        """The ways to leave, each once, in order of first appearance."""
        return tuple(dict.fromkeys(step.outcome for step in self.steps() if isinstance(step, Leave)))

    def __str__(self) -> str:
        from flowsim.pathway.text import model_as_text

        return model_as_text(self)


def attribute(name: str, *values: str) -> Attribute:
    """Declare an attribute; without values, the config lists them."""
    return Attribute(name, values)


def resource(name: str, *, per_site: bool = False, title: str = "") -> Resource:
    """Declare a resource, shared or one per site."""
    return Resource(name, per_site, title)


def calendar(name: str, *, per_site: bool = False) -> Calendar:
    """Declare a calendar, shared or one per site."""
    return Calendar(name, per_site)


def source(name: str, to: str, *, title: str = "") -> Source:
    """Declare a source of first contacts that start at pathway `to`."""
    return Source(name, to, title)


def rule(name: str, *, watch: Quantity, changes: str, per_site: bool = False, title: str = "") -> Rule:
    """Declare a trigger rule with hysteresis on the capacity of a resource."""
    return Rule(name, watch, changes, per_site, title)


def load_model(name: str | Path) -> Model:
    """The model of that name, or in that folder or file; its Python file defines `model()`."""
    path = find_model(name)
    entry = path / "__init__.py" if path.is_dir() else path
    module_name = f"flowsim_model_{path.stem}"
    spec = importlib.util.spec_from_file_location(
        module_name, entry, submodule_search_locations=[str(path)] if path.is_dir() else None
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{entry} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    spec.loader.exec_module(module)
    made = module.model()
    if not isinstance(made, Model):
        raise TypeError(f"{entry}: model() must return a Model, not {type(made).__name__}")
    return made
