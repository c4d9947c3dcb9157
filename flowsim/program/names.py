"""Every name of the model against every name of the config: a name without a value, a value without a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flowsim.errors import Problem
from flowsim.inputs.values import Config
from flowsim.pathway.checks import nearest
from flowsim.pathway.conditions import Compare, each_part
from flowsim.pathway.model import Model
from flowsim.pathway.steps import Choose, ComeBack, Hold, Release, Route, Seize, Set


@dataclass(frozen=True)
class Use:
    """One use of a parameter by a step: which kind of value it must be."""

    name: str
    kind: str
    label: str
    share_names: tuple[str, ...] = ()


def uses_of_parameters(model: Model) -> Iterator[Use]:
    """Every parameter that a step names, with the kind of value that it must have."""
    values = {attribute.name: attribute.values for attribute in model.all_attributes}
    for step in model.steps():
        match step:
            case Seize():
                for number in (step.amount, step.queue_limit):
                    if isinstance(number, str):
                        yield Use(number, "number", step.label)
                for duration in (step.patience, *(after for after, _ in step.escalate)):
                    if duration:
                        yield Use(duration, "duration", step.label)
            case Release():
                if isinstance(step.amount, str):
                    yield Use(step.amount, "number", step.label)
                if step.after:
                    yield Use(step.after, "duration", step.label)
            case Hold():
                yield Use(step.duration, "duration", step.label)
            case Choose():
                yield Use(step.share, "shares", step.label, tuple(name for name, _ in step.branches))
            case Set() if step.share:
                yield Use(step.share, "set shares", step.label, values.get(step.attribute, ()))
            case ComeBack():
                yield Use(step.share, "share", step.label)
                yield Use(step.delay, "duration", step.label)
            case Route():
                for part in each_part(step.branches):
                    if isinstance(part, Compare) and isinstance(part.limit, str):
                        kind = "duration" if part.quantity.measure == "since" else "number"
                        yield Use(part.limit, kind, step.label)


def problem(field: str, value: object, what: str, remedy: str, where: str = "") -> Problem:
    """A problem between model and config; `where` is "file:line" of the value if there is one."""
    file, _, line = where.rpartition(":")
    if not line.isdigit():
        file, line = where, ""
    return Problem(
        file=file, line=int(line) if line else None, field=field, value=str(value), what=what, remedy=remedy
    )


def find_mismatches(model: Model, config: Config) -> Iterator[Problem]:
    """Names without a value, and values without a name, of every kind."""
    uses: dict[str, Use] = {}
    for use in uses_of_parameters(model):
        uses.setdefault(use.name, use)
    yield from _compare(
        "parameters", {name: f"step {use.label} uses it" for name, use in uses.items()}, config.parameters
    )
    kinds: tuple[tuple[str, Iterable[str], Iterable[str]], ...] = (
        ("resources", (item.name for item in model.resources), config.resources),
        ("calendars", (item.name for item in model.calendars), config.calendars),
        ("rules", (item.name for item in model.rules), config.rules),
        ("sources", (item.name for item in model.sources), config.sources),
    )
    for kind, names, given in kinds:
        yield from _compare(kind, dict.fromkeys(names, "the model declares it"), given)
    declared = {item.name: item.values for item in model.all_attributes}
    for name, values in declared.items():
        if not values and name != "site" and not config.attributes.get(name):
            yield problem(f"attributes.{name}", "", "has no values: the model leaves them to the config",
                          "list them under attributes:")  # fmt: skip
    for name in config.attributes:
        if name not in declared:
            yield problem(f"attributes.{name}", "", f"is not in the model{nearest(name, declared)}",
                          "remove it, or correct its name")  # fmt: skip


def _compare(kind: str, wanted: dict[str, str], given: Iterable[str]) -> Iterator[Problem]:
    given = list(given)
    for name, why in wanted.items():
        if name not in given:
            spare = [other for other in given if other not in wanted]
            yield problem(
                f"{kind}.{name}",
                "",
                f"has no value: {why}{nearest(name, spare)}",
                f"give it one under {kind}:",
            )
    for name in given:
        if name not in wanted:
            yield problem(f"{kind}.{name}", "", f"is not in the model{nearest(name, wanted)}",
                          "remove it, or correct its name")  # fmt: skip
