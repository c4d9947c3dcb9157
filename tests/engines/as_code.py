"""A model and its config as Python code that can be pasted into a test."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from flowsim.pathway import CARRY_ON, Model, Pathway
from flowsim.pathway.conditions import AllOf, Compare, Condition, Holds, IsOneOf, IsOpen
from flowsim.pathway.steps import Choose, Release, Route, Seize, Step, verb_of

WIDTH = 100


def model_as_code(model: Model) -> str:
    """An expression that makes the model again."""
    lines = [f"Model(name={model.name!r},"]
    for section, verb in (("attributes", "attribute"), ("resources", "resource"), ("calendars", "calendar"),
                          ("sources", "source"), ("rules", "rule")):  # fmt: skip
        members = [f"{verb}({_declared(item)})" for item in getattr(model, section)]
        if members:
            lines.append(f"    {section}=({', '.join(members)},),")
    lines.append("    pathways=(")
    lines += [f"        {_chain(chain)}," for chain in model.pathways]
    return "\n".join([*lines, "    ),", ")"])


def config_as_code(document: dict[str, Any]) -> str:
    """The config, a line for each section; a trace a line for each patient."""
    lines = ["{"]
    for section, value in document.items():
        if section != "sources":
            lines.append(f"    {section!r}: {value!r},")
            continue
        lines.append("    'sources': {")
        for name, source in value.items():
            rows = source.get("trace")
            lines.append(f"        {name!r}: {source if rows is None else {'trace': '...'}!r},")
            if rows is not None:
                told = "".join(f"            {row!r},\n" for row in rows)
                lines[-1] = f"        {name!r}: {{'trace': [\n{told}        ]}},"
        lines.append("    },")
    return "\n".join([*lines, "}"])


def _declared(item: Any) -> str:
    told = [repr(item.name), *(repr(value) for value in getattr(item, "values", ()))]
    for field in fields(item):
        value = getattr(item, field.name)
        if field.name == "watch":
            told.append(f"watch={value.measure}({value.of!r})")
        elif field.name not in ("name", "values") and value != field.default:
            told.append(f"{field.name}={value!r}")
    return ", ".join(told)


def _chain(chain: Pathway) -> str:
    """The steps one after another, as many to a line as fit."""
    lines = [f"(pathway({chain.name!r})"]
    for step in chain.steps:
        told = _step(step, chain.name)
        if len(lines[-1]) + len(told) <= WIDTH:
            lines[-1] += told
        else:
            lines.append(" " * 12 + told)
    return "\n".join(lines) + ")"


def _step(step: Step, chain: str) -> str:
    """`.verb(subject, option=...)`, with the label if it was given one."""
    word = verb_of(step)
    label = step.label.removeprefix(f"{chain}.")
    named = [] if ":" in label else [f"label={label!r}"]
    match step:
        case Route() if not step.branches:
            return f".then({', '.join([repr(step.otherwise), *named])})"
        case Route():
            ways = [f"({_condition(test)}, {to!r})" for test, to in step.branches]
            other = [] if step.otherwise == CARRY_ON else [f"otherwise={step.otherwise!r}"]
            return f".route({', '.join([*ways, *other, *named])})"
        case Choose():
            ways = [f"{name}={to!r}" for name, to in step.branches]
            return f".choose({', '.join([repr(step.share), *ways, *named])})"
    first, *others = fields(step)
    subject = getattr(step, first.name)
    if isinstance(step, Seize):
        told = [repr(subject[0]) if len(subject) == 1 else f"first_of={subject!r}"]
    elif isinstance(step, Release):
        told = [repr(subject[0] if len(subject) == 1 else subject)]
    else:
        told = [repr(subject)]
    told += [
        f"{item.name}={getattr(step, item.name)!r}"
        for item in others
        if item.name != "label" and getattr(step, item.name) != item.default
    ]
    return f".{word}({', '.join([*told, *named])})"


def _condition(asked: Condition) -> str:
    """A question in the words of the language."""
    match asked:
        case AllOf():
            return " & ".join(f"({_condition(part)})" for part in asked.conditions)
        case IsOpen():
            return f"{'is_open' if asked.wanted else 'is_closed'}({asked.calendar!r})"
        case IsOneOf():
            return f"{_not(asked)}patient({', '.join(map(repr, (asked.attribute, *asked.values)))})"
        case Holds():
            return f"{_not(asked)}holding({asked.resource!r})"
        case Compare():
            return f"{asked.quantity.measure}({asked.quantity.of!r}) {asked.comparison} {asked.limit!r}"


def _not(asked: IsOneOf | Holds) -> str:
    return "" if asked.wanted else "~"
