"""Experiments that are wrong, each with the whole message that its author reads. The place is the tests' clinic."""

from __future__ import annotations

HEAD = """\
schema: 1
title: A try
question: Does it help?
place: CLINIC
"""

# (what is wrong, what stands below the head (line 5 on), the message)
WRONG_EXPERIMENTS: list[tuple[str, str, str]] = [
    (
        "A key that is misspelt",
        "replication: 5\n",
        """\
try.yaml, line 5: replication = 5
    `replication` is not a key here.
    Did you mean `replications`?
""",
    ),
    (
        "An option that the place does not have",
        "scenarios:\n  third: {options: [more_nurse]}\n",
        """\
try.yaml, line 6: scenarios.third.options[1] = more_nurse
    The place has no such option.
    Did you mean `more_nurses`?
""",
    ),
    (
        "A field that the place does not have",
        "scenarios:\n  third: {set: {resources.nurs.capacity: +1}}\n",
        """\
try.yaml, line 6: resources.nurs.capacity = +1
    There is no `resources.nurs.capacity` in this config.
    Did you mean `resources.nurse.capacity`?
""",
    ),
    (
        "A KPI that the model does not have",
        "kpis: [wiat]\n",
        """\
try.yaml, line 5: kpis[1]
    The model has no KPI `wiat`.
    Did you mean `wait`?
""",
    ),
    (
        "A scenario called baseline",
        "scenarios:\n  baseline: {options: [more_nurses]}\n",
        """\
try.yaml, line 6: scenarios.baseline
    `baseline` cannot be a scenario's name.
    Use letters, digits and _; `baseline` is what all are held against.
""",
    ),
    (
        "A time without a unit",
        "warm_up: 90\n",
        """\
try.yaml, line 5: warm_up = 90
    A time needs a unit.
    Write for example `90 min`, `90 h` or `90 days`.
""",
    ),
    (
        "A part of a day",
        "length: 36 h\n",
        """\
try.yaml, line 5: length = 36 h
    Whole days are wanted, at least 1.
    Write for example `14 days` or `1 year`.
""",
    ),
    (
        "A start that is none",
        "start: warm\n",
        """\
try.yaml, line 5: start = warm
    This is not a way to start.
    Did you mean `warmed`?
""",
    ),
    (
        "A settling time without a warmed state",
        "start: empty\nsettle: 7 days\n",
        """\
try.yaml, line 6: settle = 7 days
    `settle` goes with a start that is `warmed`.
    Leave one of them out.
""",
    ),
    (
        "A standard with two sides",
        "standard:\n  - {kpi: quick, at_least: 70%, at_most: 90%}\n",
        """\
try.yaml, line 6: standard[1]
    One of at_least and at_most is wanted.
    Write {at_least: 78%}.
""",
    ),
    (
        "A group that is not there",
        "standard:\n  - {kpi: quick, group: {home: vally}, at_least: 70%}\n",
        """\
try.yaml, line 6: standard[1].group.home = vally
    `home` has no such value.
    Did you mean `valley`?
""",
    ),
    (
        "A precision that is neither absolute nor relative",
        "until:\n  wait: {}\n",
        """\
try.yaml, line 6: until.wait
    One of absolute and relative is wanted.
    Write {absolute: 0.5%}.
""",
    ),
    (
        "Demand that is not a factor",
        "scenarios:\n  busier: {demand: +3%}\n",
        """\
try.yaml, line 6: scenarios.busier.demand = +3%
    Demand is a factor of zero or more.
    Write `x 1.03` for three per cent more.
""",
    ),
    (
        "A source that the place does not have",
        "scenarios:\n  busier: {demand: {walk_inn: 1.03}}\n",
        """\
try.yaml, line 6: scenarios.busier.demand.walk_inn = 1.03
    The place has no source `walk_inn`.
    Did you mean `walk_in`?
""",
    ),
    (
        "Demand that is changed twice",
        "scenarios:\n  busier:\n    set: {sources.walk_in.multiplier: 1.1}\n    demand: 1.03\n",
        """\
try.yaml, line 7: sources.walk_in.multiplier = 1.1
    `set` and `demand` both change this.
    Leave one of them out.

try.yaml, line 8: sources.walk_in.multiplier = x 1.03
    `set` and `demand` both change this.
    Leave one of them out.
""",
    ),
    (
        "A change of what the baseline changes",
        "baseline:\n  set: {parameters.again: 0.1}\nscenarios:\n  other: {set: {parameters.again: 0.3}}\n",
        """\
try.yaml, line 8: parameters.again = 0.3
    The baseline changes this already.
    Leave one of them out.
""",
    ),
    (
        "Two designs",
        "design:\n  grid: {parameters.again: [0.1, 0.2]}\n  list: [{parameters.again: 0.1}]\n",
        """\
try.yaml, line 5: design
    A design is one of list, grid, latin_hypercube and sobol.
    Give exactly one of them.
""",
    ),
    (
        "A range whose ends are not alike",
        "design:\n  settings: 8\n  sobol: {parameters.again: {from: x 0.5, to: 0.4}}\n",
        """\
try.yaml, line 7: design.sobol.parameters.again
    The two ends are not written alike.
    Write both as +0, x 0.8 or 12/h.
""",
    ),
    (
        "A range without a number of settings",
        "design:\n  latin_hypercube: {parameters.again: {from: 0.1, to: 0.4}}\n",
        """\
try.yaml, line 5: design
    How many settings is not said.
    Add `settings: 64`.
""",
    ),
    (
        "A Sobol sequence that is not balanced",
        "design:\n  settings: 20\n  sobol: {parameters.again: {from: 0.1, to: 0.4}}\n",
        """\
try.yaml, line 6: design.settings = 20
    A Sobol sequence is balanced only at a power of two.
    Write 32 or 16.
""",
    ),
    (
        "A field of a design that is not there",
        "design:\n  grid: {parameters.agin: [0.1, 0.2]}\n",
        """\
try.yaml, line 6: parameters.agin = 0.1
    There is no `parameters.agin` in this config.
    Did you mean `parameters.again`?

try.yaml, line 6: parameters.agin = 0.2
    There is no `parameters.agin` in this config.
    Did you mean `parameters.again`?
""",
    ),
    (
        "A prediction without a name",
        "prediction: {text: it helps, date: 2018-06-30}\n",
        """\
try.yaml, line 5: prediction.by
    `by` is missing.
    Add it.
""",
    ),
    (
        "A prediction on no day",
        "prediction: {text: it helps, by: me, date: in June}\n",
        """\
try.yaml, line 5: prediction.date = in June
    This is not a date.
    Write it as 2018-04-01.
""",
    ),
    (
        "No replications",
        "replications: 0\n",
        """\
try.yaml, line 5: replications = 0
    At least 1 is wanted.
    Write a larger number.
""",
    ),
]
