"""A model as text: every pathway, step by step, as somebody would read it aloud."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from flowsim.pathway.model import Model
from flowsim.pathway.steps import (
    CARRY_ON,
    Choose,
    ComeBack,
    Hold,
    Leave,
    Mark,
    Release,
    Route,
    Seize,
    Set,
    Step,
    WaitUntil,
)


def model_as_text(model: Model) -> str:
    """Sources, rules and pathways of a model, a step a line."""
    lines = [model.title or model.name, ""]
    lines += [f"first contacts {source.name} start at {source.to}" for source in model.sources]
    lines += [f"rule {rule.name}: watches {rule.watch}, changes {rule.changes}" for rule in model.rules]
    for chain in model.pathways:
        lines += ["", f"{chain.name}: {chain.title}" if chain.title else chain.name]
        lines += [f"    {line}" for step in chain.steps for line in _lines(step)]
    return "\n".join(lines)


def step_as_text(step: Step) -> str:
    """One step in words."""
    first, *others = _lines(step)
    told = "; ".join(line.strip() for line in others)
    if isinstance(step, Route):
        return f"{first}; {told}" if told else first
    return f"{first} {told}" if told else first


def _lines(step: Step) -> Iterator[str]:
    match step:
        case Seize():
            yield f"seize {' or '.join(step.resources)}{_rest(step, 'resources')}"
        case Release():
            yield f"release {' or '.join(step.resources)}{_rest(step, 'resources')}"
        case Hold():
            yield f"hold {step.duration}{_rest(step, 'duration')}"
        case Choose():
            yield f"choose by {step.share}:"
            yield from (f"    {name}: {_target(to)}" for name, to in step.branches)
        case Route():
            yield from (f"if {condition}: {_target(to)}" for condition, to in step.branches)
            yield f"otherwise {_target(step.otherwise)}" if step.branches else _target(step.otherwise)
        case WaitUntil():
            yield f"wait until {step.calendar} is open"
        case Mark():
            yield f"mark {step.milestone}"
        case Set():
            yield (
                f"set {step.attribute} to {step.value}"
                if step.value
                else f"set {step.attribute} by {step.share}"
            )
        case ComeBack():
            yield f"come back at {step.to} with probability {step.share}, after {step.delay}"
        case Leave():
            yield f"leave: {step.outcome}"


def _target(to: str) -> str:
    return "carry on" if to == CARRY_ON else f"go to {to}"


def _rest(step: Step, *said: str) -> str:
    """What else was asked for, where it is not the usual."""
    told = [
        f"{item.name.replace('_', ' ')} {_plain(getattr(step, item.name))}"
        for item in fields(step)
        if item.name not in (*said, "label") and getattr(step, item.name) != item.default
    ]
    return f" ({', '.join(told)})" if told else ""


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(
            " to ".join(map(str, part)) if isinstance(part, tuple) else str(part) for part in value
        )
    return "yes" if value is True else str(value)
