"""How much of the language and of the contract do random models reach? `python -m tests.engines.coverage 500`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields

import numpy as np

from flowsim.pathway.conditions import Compare, each_part
from flowsim.pathway.steps import Hold, Route, Seize, verb_of
from flowsim.records.log import Code, EventLog, Left
from tests.engines.agreement import REFERENCE, Outcome, by_name, outcome
from tests.engines.random_models import Built, built, recipe_of


def reached(model: Built, run: Outcome) -> set[str]:
    """What one model has, and what happened in its run."""
    return {
        *_asked(model),
        *_happened(run.log),
        *_at_one_instant(run.log, model.begin),
        *_of_the_run(model, run),
    }


def _asked(model: Built) -> Iterator[str]:
    """Verbs, their options, and the questions of routes."""
    for step in model.model.steps():
        yield f"verb {verb_of(step)}"
        for item in fields(step):
            if item.name not in ("label", "branches") and getattr(step, item.name) != item.default:
                yield f"option {verb_of(step)} {item.name}"
        if isinstance(step, Seize):
            if len(step.resources) > 1:
                yield "option seize first_of"
            if isinstance(step.priority, str):
                yield "option seize priority by attribute"
        if isinstance(step, Hold) and step.if_interrupted:
            word = step.if_interrupted
            yield f"option hold {word if word in ('resume', 'restart') else 'go elsewhere'}"
        if isinstance(step, Route):
            for part in each_part(step.branches):
                yield f"question {part.quantity.measure if isinstance(part, Compare) else type(part).__name__}"


def _happened(log: EventLog) -> Iterator[str]:
    """Kinds of rows."""
    for code in Code:
        if (log["code"] == code).any():
            yield f"row {code.name}"
    for why in Left:
        if ((log["code"] == Code.LEFT) & (log["value"] == why)).any():
            yield f"row LEFT {why.name}"
    if ((log["code"] == Code.START) & (log["resource"] < 0)).any():
        yield "row START of a return"


def _at_one_instant(log: EventLog, begin: int) -> Iterator[str]:
    """Ties: events of different kinds at one pool and one instant."""
    rows = log[(log["code"] >= Code.JOIN) & (log["code"] <= Code.CAPACITY) & (log["time"] > begin)]
    kinds: dict[tuple[int, int], set[str]] = {}
    for time, _, code, resource, value in rows.tolist():
        word = f"LEFT {Left(value).name}" if code == Code.LEFT else Code(code).name
        kinds.setdefault((time, resource), set()).add(word)
    for words in kinds.values():
        for pair in TIES:
            if words.issuperset(pair):
                yield f"tie {' + '.join(pair)}"


TIES = (
    ("GRANT", "LEFT GAVE_UP"), ("GRANT", "PRIORITY"), ("GRANT", "CAPACITY"), ("JOIN", "CAPACITY"), ("RELEASE", "JOIN"),
    ("LEFT GAVE_UP", "CAPACITY"), ("INTERRUPTED", "CAPACITY"), ("INTERRUPTED", "RELEASE"),
    ("LEFT DISPLACED", "GRANT"), ("PRIORITY", "INTERRUPTED"), ("PRIORITY", "LEFT GAVE_UP"),
)  # fmt: skip


def _of_the_run(model: Built, run: Outcome) -> Iterator[str]:
    """Capacity below what is in use, victims together, errors, notices."""
    log = run.log
    in_use, capacity = Counter[int](), Counter[int]()
    for _, _, code, resource, value in log.tolist():
        in_use[resource] += value * ((code == Code.GRANT) - (code in (Code.RELEASE, Code.INTERRUPTED)))
        if code == Code.CAPACITY:
            capacity[resource] = value
            if in_use[resource] > value:
                yield "run capacity below what is in use"
    cut = log[log["code"] == Code.INTERRUPTED]
    if len(cut) > len(np.unique(cut[["time", "resource"]])):
        yield "run two victims at one instant"
    if model.program.rules and (log["code"] == Code.CAPACITY).sum() > len(model.program.instances) + sum(
        len(list(table.changes(model.begin, model.until))) for table in model.program.capacity
    ):
        yield "run a rule acts"
    if run.error:
        yield f"run ends with {' '.join(run.error.split()[:4])}"
    if run.notices:
        yield "run notices a circular wait"
    if run.state is not None and len(run.state):
        yield "run somebody is inside at the end"


def table(numbers: range) -> tuple[Counter[str], int, int]:
    """How many models reach each thing, how many were refused, and rows of the logs in all."""
    found: Counter[str] = Counter()
    refused, rows = 0, 0
    for number in numbers:
        model = built(recipe_of(number))
        if model is None:
            refused += 1
            continue
        run = outcome(by_name(REFERENCE), model.program, model.arrivals())
        found.update(reached(model, run))
        rows += len(run.log)
    return found, refused, rows


def main(many: int) -> None:
    """Print the table."""
    found, refused, rows = table(range(many))
    print(f"{many} random models, {refused} refused, {rows / max(1, many - refused):.0f} rows a run")
    for what, models in sorted(found.items()):
        print(f"{models / many:6.1%}  {what}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
