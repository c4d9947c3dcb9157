"""Every name of the model against every name of the config: a name without a value, a value without a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flowsim.errors import Problem
from flowsim.inputs.values import Config
from flowsim.pathway.conditions import Compare, each_part
from flowsim.pathway.model import Model
from flowsim.pathway.problems import nearest
from flowsim.pathway.steps import Choose, ComeBack, Hold, Release, Route, Seize, Set, Step


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
        names: tuple[str, ...] = ()
        if isinstance(step, Choose):
            names = tuple(name for name, _ in step.branches)
        elif isinstance(step, Set):
            names = values.get(step.attribute, ())
        for name, kind in _parameters_of(step):
            if isinstance(name, str):
                yield Use(name, kind, step.label, names)


def _parameters_of(step: Step) -> Iterator[tuple[int | str | None, str]]:
    """(name, kind) of each parameter of a step; a plain number or nothing may stand instead of a name."""
    match step:
        case Seize():
            yield from ((step.amount, "number"), (step.queue_limit, "number"), (step.patience, "duration"))
            yield from ((after, "duration") for after, _ in step.escalate)
        case Release():
            yield from ((step.amount, "number"), (step.after, "duration"))
        case Hold():
            yield step.duration, "duration"
        case Choose():
            yield step.share, "shares"
        case Set():
            yield step.share, "set shares"
        case ComeBack():
            yield from ((step.share, "share"), (step.delay, "duration"))
        case Route():
            for part in each_part(step.branches):
                if isinstance(part, Compare):
                    yield part.limit, "duration" if part.quantity.measure == "since" else "number"


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
    kinds: tuple[tuple[str, Iterable[str], Mapping[str, object]], ...] = (
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


def _compare(kind: str, wanted: Mapping[str, str], given: Mapping[str, object]) -> Iterator[Problem]:
    for name, why in wanted.items():
        if name not in given:
            spare = [other for other in given if other not in wanted]
            yield problem(
                f"{kind}.{name}",
                "",
                f"has no value: {why}{nearest(name, spare)}",
                f"give it one under {kind}:",
            )
    for name, value in given.items():
        if name not in wanted:
            yield problem(
                f"{kind}.{name}",
                "",
                f"is not in the model{nearest(name, wanted)}",
                "remove it, or correct its name",
                getattr(value, "where", ""),
            )
