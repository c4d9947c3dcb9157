"""What is wrong with a model's shape, found before any number is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from flowsim.errors import ModelError, Problem
from flowsim.pathway.conditions import Compare, Holds, IsOneOf, IsOpen, each_part
from flowsim.pathway.graph import build_graph, targets
from flowsim.pathway.model import Model
from flowsim.pathway.problems import nearest, problem
from flowsim.pathway.steps import (
    CARRY_ON,
    DISPLACE,
    Choose,
    ComeBack,
    Release,
    Route,
    Seize,
    Set,
    WaitUntil,
    carries_on,
    targets_of,
)
from flowsim.pathway.walks import holdings, timeless_cycles, unreachable

Missing = Callable[[str, str, Iterable[str], str], Iterator[Problem]]
"""The problem, if any, of a name (of a field) that is not among the known ones of its kind."""


def check_model(model: Model) -> None:
    """Raise ModelError naming everything that is wrong with the shape of a model."""
    problems = list(find_problems(model))
    if problems:
        raise ModelError(tuple(problems))


def find_problems(model: Model) -> Iterator[Problem]:
    """Every problem of a model; the walks through the graph come only once its names are right."""
    naming = [
        *_duplicates(model),
        *_undeclared(model),
        *_bad_targets(model),
        *_bad_arguments(model),
    ]
    yield from naming
    if not naming:
        graph = build_graph(model)
        yield from unreachable(model, graph)
        yield from holdings(model, graph)
        yield from timeless_cycles(model, graph)


def _duplicates(model: Model) -> Iterator[Problem]:
    groups: list[tuple[str, list[str]]] = [
        ("pathway", [chain.name for chain in model.pathways]),
        ("resource", [item.name for item in model.resources]),
        ("attribute", [item.name for item in model.all_attributes]),
        ("calendar", [item.name for item in model.calendars]),
        ("source", [item.name for item in model.sources]),
        ("rule", [item.name for item in model.rules]),
    ]
    for kind, names in groups:
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield problem(model, kind, name, f"two {kind}s have this name", "rename one of them")
    labels = [step.label for step in model.steps()]
    seen: set[str] = set()
    for label in labels:
        if label in seen:
            remedy = 'give one of the two steps a name of its own: label="..."'
            yield problem(model, "label", label, "two steps of the pathway have this label", remedy)
        seen.add(label)


def _undeclared(model: Model) -> Iterator[Problem]:
    resources = {item.name for item in model.resources}
    calendars = {item.name for item in model.calendars}
    attributes = {item.name: item.values for item in model.all_attributes}

    def missing(field: str, name: str, known: Iterable[str], kind: str) -> Iterator[Problem]:
        known = list(known)
        if name not in known:
            hint = nearest(name, known)
            yield problem(
                model, field, name, f"is not a {kind} of the model{hint}", f'declare it: {kind}("{name}")'
            )

    for step in model.steps():
        if isinstance(step, (Seize, Release)):
            for name in step.resources:
                yield from missing(step.label, name, resources, "resource")
        if isinstance(step, Seize) and isinstance(step.priority, str):
            yield from missing(step.label, step.priority, attributes, "attribute")
        if isinstance(step, WaitUntil):
            yield from missing(step.label, step.calendar, calendars, "calendar")
        if isinstance(step, Set):
            yield from missing(step.label, step.attribute, attributes, "attribute")
            values = attributes.get(step.attribute, ())
            if step.value is not None and values and step.value not in values:
                hint = nearest(step.value, values)
                yield problem(model, step.label, step.value, f"is not a value of {step.attribute}{hint}",
                              f"use one of {', '.join(values)}")  # fmt: skip
        if isinstance(step, Route):
            yield from _undeclared_in_route(model, step, missing)
    for rule in model.rules:
        yield from missing(f"rule {rule.name}", rule.changes, resources, "resource")
        if rule.watch.measure != "since":
            yield from missing(f"rule {rule.name}", rule.watch.of, resources, "resource")


def _undeclared_in_route(model: Model, step: Route, missing: Missing) -> Iterator[Problem]:
    resources = {item.name for item in model.resources}
    calendars = {item.name for item in model.calendars}
    attributes = {item.name: item.values for item in model.all_attributes}
    milestones = set(model.milestones)
    for part in each_part(step.branches):
        match part:
            case IsOpen():
                yield from missing(step.label, part.calendar, calendars, "calendar")
            case Holds():
                yield from missing(step.label, part.resource, resources, "resource")
            case IsOneOf():
                yield from missing(step.label, part.attribute, attributes, "attribute")
                values = attributes.get(part.attribute, ())
                for value in part.values:
                    if values and value not in values:
                        yield problem(model, step.label, value, f"is not a value of {part.attribute}"
                                      f"{nearest(value, values)}", f"use one of {', '.join(values)}")  # fmt: skip
            case Compare() if part.quantity.measure == "since":
                if part.quantity.of not in milestones:
                    hint = nearest(part.quantity.of, milestones)
                    yield problem(model, step.label, part.quantity.of, f"is not a milestone of the model{hint}",
                                  "mark it somewhere: .mark(...)")  # fmt: skip
            case Compare():
                yield from missing(step.label, part.quantity.of, resources, "resource")


def _bad_targets(model: Model) -> Iterator[Problem]:
    places = targets(model)
    names = {chain.name for chain in model.pathways}
    for source in model.sources:
        if source.to not in names:
            yield problem(model, f"source {source.name}", source.to,
                          f"is not a pathway of the model{nearest(source.to, names)}",
                          "start the source at a pathway")  # fmt: skip
    for chain in model.pathways:
        if not chain.steps:
            yield problem(model, "pathway", chain.name, "has no steps", "add at least .leave(outcome)")
        elif carries_on(chain.steps[-1]):
            yield problem(model, chain.steps[-1].label, chain.name, "is the last step, and patients fall off the end",
                          "end the pathway with .leave(outcome) or .then(target)")  # fmt: skip
    for step in model.steps():
        wanted = [*targets_of(step), *([step.to] if isinstance(step, ComeBack) else [])]
        for target in wanted:
            if target != CARRY_ON and target not in places:
                yield problem(model, step.label, target,
                              f"is neither a pathway nor a step's label{nearest(target, places)}",
                              "name an existing one")  # fmt: skip


def _bad_arguments(model: Model) -> Iterator[Problem]:
    for step in model.steps():
        match step:
            case Seize():
                yield from _bad_seize(model, step)
            case Choose() if not step.branches:
                yield problem(
                    model, step.label, step.share, "has no branches", 'name at least one: a="target"'
                )
            case Set() if (step.value is None) == (step.share is None):
                yield problem(
                    model,
                    step.label,
                    step.attribute,
                    "needs either a value or a share",
                    "give one of the two",
                )
            case Set() if step.attribute == "month":
                yield problem(model, step.label, "month", "is the month in which the journey began; it cannot be set",
                              "use an attribute of your own")  # fmt: skip
            case Route():
                for part in each_part(step.branches):
                    if (
                        isinstance(part, Compare)
                        and part.quantity.measure == "since"
                        and isinstance(part.limit, int)
                    ):
                        yield problem(model, step.label, part, "compares a time with a plain number",
                                      "name a parameter that is a duration")  # fmt: skip
    for rule in model.rules:
        if rule.watch.measure == "since":
            yield problem(model, f"rule {rule.name}", rule.watch, "is about one patient; a rule watches a resource",
                          "watch in_use, queue, free or present")  # fmt: skip


def _bad_seize(model: Model, step: Seize) -> Iterator[Problem]:
    def wrong(value: object, what: str, remedy: str) -> Problem:
        return problem(model, step.label, value, what, remedy)

    if not step.resources:
        yield wrong("", "seizes nothing", 'name a resource, or first_of=("a", "b")')
    if len(set(step.resources)) < len(step.resources):
        yield wrong(", ".join(step.resources), "names a resource twice", "name each once")
    if isinstance(step.amount, int) and step.amount < 1:
        yield wrong(step.amount, "is less than one unit", "seize at least 1")
    levels = [step.priority, *(level for _, level in step.escalate)]
    for level in levels:
        if isinstance(level, int) and not 0 <= level <= 31:
            yield wrong(level, "is not a priority", "use 0 (most urgent) to 31")
    if step.patience and not step.on_leave:
        yield wrong(
            step.patience, "is a patience, but nothing says where those who give up go", "add on_leave=target"
        )
    if step.queue_limit is not None and step.if_full is None:
        yield wrong(step.queue_limit, "is a queue limit, but nothing says where those turned away go",
                    'add if_full=target, or if_full="displace" with on_leave=target')  # fmt: skip
    if step.if_full is not None and step.queue_limit is None:
        yield wrong(
            step.if_full,
            "says what happens when the queue is full, but it has no limit",
            "add queue_limit=...",
        )
    if step.if_full == DISPLACE and not step.on_leave:
        yield wrong(DISPLACE, "pushes patients out, but nothing says where they go", "add on_leave=target")
    if step.on_leave and not step.patience and step.if_full != DISPLACE:
        yield wrong(step.on_leave, "is where those who leave the queue go, but nothing makes them leave",
                    "add patience=..., or remove on_leave")  # fmt: skip
