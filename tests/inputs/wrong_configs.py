"""Configs that are wrong, each with the whole message that its author reads.

A page of the documentation is made from this list. Model attribute: acuity, with values 1, 2 and 3.
"""

from __future__ import annotations

ATTRIBUTES = {"acuity": ("1", "2", "3")}

# (what is wrong, the text of config.yaml, the message)
WRONG_CONFIGS: list[tuple[str, str, str]] = [
    (
        "A time without a unit",
        """\
parameters:
  ed.triage_time:
    lognormal: {mean: 7, p95: 15 min}
""",
        """\
config.yaml, line 3: parameters.ed.triage_time.lognormal.mean = 7
    A time needs a unit.
    Write for example `7 min`, `7 h` or `7 days`.
""",
    ),
    (
        "A unit that is not one",
        """\
parameters:
  ed.triage_time: 7 mins 30 sex
""",
        """\
config.yaml, line 2: parameters.ed.triage_time = 7 mins 30 sex
    `sex` is not a unit of time.
    Units: ms, s, min, h, days, weeks, years.
""",
    ),
    (
        "Months as a unit",
        """\
warm_up: 3 months
""",
        """\
config.yaml, line 1: warm_up = 3 months
    `months` is not a unit of time.
    Units: ms, s, min, h, days, weeks, years. Months differ in length: write days.
""",
    ),
    (
        "A time in words",
        """\
parameters:
  ward.stay: {gamma: {mean: three days, sd: 2 days}}
""",
        """\
config.yaml, line 2: parameters.ward.stay.gamma.mean = three days
    This is not a time.
    Write a number and a unit, such as `8 min` or `3.5 days`.
""",
    ),
    (
        "A negative time",
        """\
parameters:
  ed.triage_time: -7 min
""",
        """\
config.yaml, line 2: parameters.ed.triage_time = -7 min
    A time cannot be negative.
    Write a time of zero or more.
""",
    ),
    (
        "A time that is absurdly long",
        """\
parameters:
  ward.stay: 5_000_000 days
""",
        """\
config.yaml, line 2: parameters.ward.stay = 5_000_000 days
    This time is longer than 1,000 years.
    Check the unit.
""",
    ),
    (
        "A key that is misspelt",
        """\
resources:
  cubicle: {capcity: 12}
""",
        """\
config.yaml, line 2: resources.cubicle.capcity = 12
    `capcity` is not a key here.
    Did you mean `capacity`?
""",
    ),
    (
        "A section that is misspelt",
        """\
resorces:
  cubicle: {capacity: 12}
""",
        """\
config.yaml, line 1: resorces
    `resorces` is not a key here.
    Did you mean `resources`?
""",
    ),
    (
        "A key given twice",
        """\
parameters:
  ed.triage_time: 7 min
  ed.assess_time: 8 min
  ed.triage_time: 9 min
""",
        """\
config.yaml, line 4: parameters.ed.triage_time
    This is given twice; first on line 2.
    Keep one of them.
""",
    ),
    (
        "Shares that do not sum to one",
        """\
parameters:
  ed.disposition: {admit: 0.3, transfer: 0.1, home: 0.5}
""",
        """\
config.yaml, line 2: parameters.ed.disposition = 0.3 + 0.1 + 0.5
    The shares sum to 0.9, not 1.
    Make them sum to 1, or write one of them as `rest`.
""",
    ),
    (
        "Shares with nothing left for the rest",
        """\
parameters:
  ed.disposition: {admit: 0.7, transfer: 0.5, home: rest}
""",
        """\
config.yaml, line 2: parameters.ed.disposition = 0.7 + 0.5
    The shares sum to 1.2, so nothing is left for `home`.
    Lower a share.
""",
    ),
    (
        "Two shares that are the rest",
        """\
parameters:
  ed.disposition: {admit: rest, home: rest}
""",
        """\
config.yaml, line 2: parameters.ed.disposition.home = rest
    `rest` is given twice.
    Only one share can be the rest.
""",
    ),
    (
        "A percentage without its sign",
        """\
parameters:
  ed.disposition: {admit: 30, home: rest}
""",
        """\
config.yaml, line 2: parameters.ed.disposition.admit = 30
    A share cannot be more than 1.
    If 30 per cent is meant, write `30%`.
""",
    ),
    (
        "A negative share",
        """\
parameters:
  ed.disposition: {admit: -0.1, home: rest}
""",
        """\
config.yaml, line 2: parameters.ed.disposition.admit = -0.1
    A share cannot be negative.
    Write a share between 0 and 1, or 0% and 100%.
""",
    ),
    (
        "A number that is not finite",
        """\
parameters:
  nurses.per_round: .inf
""",
        """\
config.yaml, line 2: parameters.nurses.per_round = .inf
    The number must be finite.
    Write a number such as 12 or 0.5.
""",
    ),
    (
        "A number with commas",
        """\
population:
  people: {by: [acuity], values: {1: "59,900", ...: 12}}
""",
        """\
config.yaml, line 2: population.people.values.1 = 59,900
    A number is written without commas.
    Write `59900` or `59_900`.
""",
    ),
    (
        "A class that is missing",
        """\
parameters:
  ed.assess_time:
    by: [acuity]
    values: {1: 20 min, 2: 12 min}
""",
        """\
config.yaml, line 4: parameters.ed.assess_time.values
    There is no value for acuity 3.
    Add it, or `...:` for all others.
""",
    ),
    (
        "A class that does not exist",
        """\
parameters:
  ed.assess_time:
    by: [acuity]
    values: {1: 20 min, 2: 12 min, 33: 8 min, ...: 9 min}
""",
        """\
config.yaml, line 4: parameters.ed.assess_time.values.33 = 8 min
    `33` is not a value of acuity.
    Did you mean `3`?
""",
    ),
    (
        "All others twice",
        """\
parameters:
  ed.assess_time:
    by: [acuity]
    values:
      1: 20 min
      ...: 12 min
      ...: 8 min
""",
        """\
config.yaml, line 7: parameters.ed.assess_time.values....
    This is given twice; first on line 6.
    Keep one of them.
""",
    ),
    (
        "An attribute that is misspelt",
        """\
parameters:
  ed.assess_time:
    by: [acuty]
    values: {...: 8 min}
""",
        """\
config.yaml, line 3: parameters.ed.assess_time.by[1] = acuty
    `acuty` is not an attribute.
    Did you mean `acuity`?
""",
    ),
    (
        "A distribution that is misspelt",
        """\
parameters:
  ed.triage_time: {lognormall: {mean: 7 min, p95: 15 min}}
""",
        """\
config.yaml, line 2: parameters.ed.triage_time.lognormall
    `lognormall` is not a distribution.
    Did you mean `lognormal`?
""",
    ),
    (
        "Arguments that do not fix a distribution",
        """\
parameters:
  ed.triage_time: {lognormal: {mean: 7 min}}
""",
        """\
config.yaml, line 2: parameters.ed.triage_time.lognormal
    lognormal cannot be made from mean.
    Give mean and sd; mean and p95; median and p95; median and mean; p50 and p95; mu and sigma and unit.
""",
    ),
    (
        "A mean and a centile that no lognormal has",
        """\
parameters:
  ed.triage_time: {lognormal: {mean: 7 min, p95: 40 min}}
""",
        """\
config.yaml, line 2: parameters.ed.triage_time.lognormal = {mean: 7 min, p95: 40 min}
    No lognormal has a 95th centile of 5.71 times its mean; the most is 3.87.
    Check both numbers, or give the mean and sd.
""",
    ),
    (
        "A 95th centile below the mean",
        """\
parameters:
  ed.triage_time: {lognormal: {mean: 15 min, p95: 7 min}}
""",
        """\
config.yaml, line 2: parameters.ed.triage_time.lognormal = {mean: 15 min, p95: 7 min}
    The 95th centile of a lognormal must be above its mean.
    Check both numbers.
""",
    ),
    (
        "A median above the mean",
        """\
parameters:
  ward.stay: {lognormal: {median: 9 days, mean: 3 days}}
""",
        """\
config.yaml, line 2: parameters.ward.stay.lognormal = {median: 9 days, mean: 3 days}
    The median of a lognormal is below its mean.
    Lower the median or raise the mean.
""",
    ),
    (
        "A law of SciPy that does not exist",
        """\
parameters:
  ward.stay: {scipy: {name: fiske, c: 2, scale: 3, unit: day}}
""",
        """\
config.yaml, line 2: parameters.ward.stay.scipy = {name: fiske, c: 2, scale: 3, unit: day}
    `fiske` is not a continuous distribution of SciPy.
    Did you mean `fisk`?
""",
    ),
    (
        "A histogram whose edges do not go up",
        """\
parameters:
  ward.stay: {histogram: {edges: [0 h, 2 h, 1 h], shares: [0.5, 0.5]}}
""",
        """\
config.yaml, line 2: parameters.ward.stay.histogram.edges
    The edges must go up.
    Put them in order.
""",
    ),
    (
        "Limits the wrong way round",
        """\
parameters:
  ward.stay: {exponential: {mean: 3 days}, min: 10 days, max: 1 day}
""",
        """\
config.yaml, line 2: parameters.ward.stay = {exponential: {mean: 3 days}, min: 10 days, max: 1 day}
    `min` must be below `max`.
    Check the two numbers.
""",
    ),
    (
        "A day that is misspelt",
        """\
resources:
  crew: {rota: {mon-fry 08:00-20:00: 6}}
""",
        """\
config.yaml, line 2: resources.crew.rota.mon-fry 08:00-20:00
    `fry` is not a day.
    Did you mean `fri`?
""",
    ),
    (
        "A time of day without a colon",
        """\
resources:
  crew: {rota: {mon-fri 0800-2000: 6}}
""",
        """\
config.yaml, line 2: resources.crew.rota.mon-fri 0800-2000
    `0800` is not a time of day.
    Write 08:00, with two digits for the minutes.
""",
    ),
    (
        "A rota with half a person",
        """\
resources:
  crew: {rota: {mon-fri 08:00-20:00: 6.5}}
""",
        """\
config.yaml, line 2: resources.crew.rota.mon-fri 08:00-20:00 = 6.5
    A whole number of zero or more is wanted.
    Write a number such as 12.
""",
    ),
    (
        "A capacity and a rota at once",
        """\
resources:
  crew:
    capacity: 4
    rota: {mon-fri 08:00-20:00: 6}
""",
        """\
config.yaml, line 2: resources.crew
    capacity and rota are both given.
    Give one of: capacity: 12; rota: {mon-fri 08:00-20:00: 6}; steps: {0 h: 3}; by_site.
""",
    ),
    (
        "A site that does not exist",
        """\
sites: [worcester, redditch]
resources:
  bed:
    by_site:
      worcester: {capacity: 300}
      reditch: {capacity: 200}
""",
        """\
config.yaml, line 4: resources.bed.by_site
    There is no value for site redditch.
    Add it, or `...:` for all others.

config.yaml, line 6: resources.bed.by_site.reditch
    `reditch` is not a value of site.
    Did you mean `redditch`?
""",
    ),
    (
        "A month that is misspelt",
        """\
resources:
  bed: {capacity: 300, change_by_month: {january: -6}}
""",
        """\
config.yaml, line 2: resources.bed.change_by_month.january = -6
    `january` is not a month.
    Did you mean `jan`?
""",
    ),
    (
        "A date the wrong way round",
        """\
start: 01-04-2018
""",
        """\
config.yaml, line 1: start = 01-04-2018
    This is not a date.
    Write it as 2018-04-01.
""",
    ),
    (
        "A leap day",
        """\
holidays: [2020-02-29]
""",
        """\
config.yaml, line 1: holidays[1] = 2020-02-29
    Years have 365 days here, so there is no 29 February.
    Write 28 February or 1 March.
""",
    ),
    (
        "A rule that would switch without end",
        """\
rules:
  escalation_beds: {on: 95%, off: 96%, change: 12}
""",
        """\
config.yaml, line 2: rules.escalation_beds.off = 96%
    `off` must be below `on`.
    Otherwise the rule would switch without end.
""",
    ),
    (
        "A rule half in beds and half in per cent",
        """\
rules:
  escalation_beds: {on: 95%, off: 280, change: 12}
""",
        """\
config.yaml, line 2: rules.escalation_beds.off = 280
    `on` and `off` are not written alike.
    Write both as numbers, or both as percentages.
""",
    ),
    (
        "A rate without its time",
        """\
sources:
  walk_in: {rate: 12}
""",
        """\
config.yaml, line 2: sources.walk_in.rate = 12
    This is not a rate.
    Write how many in which time, such as `12/h` or `300/day`.
""",
    ),
    (
        "A source without a number",
        """\
sources:
  walk_in: {mix: {acuity: {1: 0.1, 2: rest}}}
""",
        """\
config.yaml, line 2: sources.walk_in
    Nothing says how many come.
    Give one of per_1000_people_per_year, rate, booked, trace.
""",
    ),
    (
        "A rate for people where there are none",
        """\
sources:
  walk_in: {per_1000_people_per_year: 250}
""",
        """\
config.yaml, line 2: sources.walk_in.per_1000_people_per_year = 250
    There is no population for this rate.
    Add `population`, or write rate: 12/h.
""",
    ),
    (
        "Relative risks by something that the people do not have",
        """\
attributes: {}
population:
  people: {by: [acuity], values: {...: 1000}}
sources:
  walk_in:
    per_1000_people_per_year: 250
    relative: {by: [site], values: {main: 2}}
""",
        """\
config.yaml, line 7: sources.walk_in.relative.by
    The cells have no attribute `site`.
    Known here: acuity.
""",
    ),
    (
        "A profile with a missing hour",
        """\
sources:
  walk_in:
    rate: 12/h
    profile: {hour_of_day: [1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 6, 5, 4, 4, 3, 2, 1]}
""",
        """\
config.yaml, line 4: sources.walk_in.profile.hour_of_day
    24 numbers are wanted; there are 23.
    Count them again.
""",
    ),
    (
        "A file outside the folder",
        """\
include: [../secrets.yaml]
""",
        """\
config.yaml, line 1: include[1] = ../secrets.yaml
    This file is outside the config's folder.
    Copy it into the folder.
""",
    ),
    (
        "A file that is not there",
        """\
sources:
  replay: {trace: arrivals.csv}
""",
        """\
config.yaml, line 2: sources.replay.trace = arrivals.csv
    There is no such file in the config's folder.
    Check its spelling.
""",
    ),
    (
        "A trace whose column nobody asks for",
        """\
sources:
  replay:
    trace:
      - {id: a, time: 0 min, acuity: "1", stya: 3 h}
parameters:
  ward.stay: {trace: stay}
""",
        """\
config.yaml: sources.replay.trace
    The column `stya` is neither an attribute nor asked for by a parameter.
    Did you mean `stay`?
""",
    ),
    (
        "An option that changes something that is not there",
        """\
resources:
  medical_bed: {capacity: 300}
options:
  more_beds:
    change: {resources.medical_beds.capacity: +24}
""",
        """\
config.yaml, line 5: options.more_beds.change.resources.medical_beds.capacity = +24
    There is no `resources.medical_beds.capacity` in this config.
    Did you mean `resources.medical_bed.capacity`?
""",
    ),
    (
        "An option that changes a table with one number",
        """\
parameters:
  ward.stay: {lognormal: {mean: 3 days, p95: 9 days}}
options:
  faster:
    change: {parameters.ward.stay: +1 day}
""",
        """\
config.yaml, line 5: options.faster.change.parameters.ward.stay = +1 day
    This parameter has several numbers.
    Say which, such as parameters.ward.stay.lognormal.mean.
""",
    ),
    (
        "An option without a change",
        """\
options:
  more_beds: {title: More beds}
""",
        """\
config.yaml, line 2: options.more_beds.change
    `change` is missing.
    Add it.
""",
    ),
    (
        "A status that is not one",
        """\
parameters:
  ed.triage_time: {value: 7 min, source: local audit, status: assumed}
""",
        """\
config.yaml, line 2: parameters.ed.triage_time.status = assumed
    `assumed` is not a status.
    Known here: published, derived, illustrative, assumption.
""",
    ),
    (
        "A cost without a currency",
        """\
options:
  hub:
    change: {warm_up: 30 days}
    cost: {recurrent: 1_100_000}
warm_up: 90 days
""",
        """\
config.yaml, line 4: options.hub.cost.recurrent = 1100000
    This is not an amount of money.
    Write it with its currency, such as `1_100_000 GBP`.
""",
    ),
    (
        "An observed figure without its name",
        """\
observed:
  - {value: 125932, period: 2018/19}
""",
        """\
config.yaml, line 2: observed[1].kpi
    `kpi` is missing.
    Add it.
""",
    ),
    (
        "A tab",
        """\
parameters:
	ed.triage_time: 7 min
""",
        """\
config.yaml, line 2
    A tab cannot be used to indent.
    Use spaces.
""",
    ),
    (
        "A bracket that is not closed",
        """\
parameters:
  ed.triage_time: {lognormal: {mean: 7 min, p95: 15 min}
  ed.assess_time: 8 min
""",
        """\
config.yaml, line 3
    A bracket is not closed, or a comma is missing.
    Check the brackets from this line upwards.
""",
    ),
    (
        "An anchor",
        """\
parameters:
  ed.triage_time: &usual 7 min
  ed.assess_time: *usual
""",
        """\
config.yaml, line 2: parameters.ed.triage_time = &usual
    Anchors and aliases are not used here.
    Write the value out.

config.yaml, line 2: parameters.ed.assess_time = &usual
    Anchors and aliases are not used here.
    Write the value out.
""",
    ),
    (
        "A tag",
        """\
parameters:
  ed.triage_time: !!python/object/apply:os.system [ls]
""",
        """\
config.yaml, line 2: parameters.ed.triage_time = tag:yaml.org,2002:python/object/apply:os.system
    Tags are not used here.
    Leave the `!...` out.
""",
    ),
    (
        "A config of the future",
        """\
schema: 2
""",
        """\
config.yaml, line 1: schema = 2
    This is not schema 1, the only one that this version of flowsim reads.
    Write `schema: 1`.
""",
    ),
    (
        "Three mistakes at once",
        """\
resources:
  cubicle: {capacity: twelve}
parameters:
  ed.triage_time: 7 mn
  ed.disposition: {admit: 30%, home: 60%}
""",
        """\
config.yaml, line 2: resources.cubicle.capacity = twelve
    This is not a number.
    Write a number such as 12 or 0.5.

config.yaml, line 4: parameters.ed.triage_time = 7 mn
    `mn` is not a unit of time.
    Units: ms, s, min, h, days, weeks, years.

config.yaml, line 5: parameters.ed.disposition = 0.3 + 0.6
    The shares sum to 0.9, not 1.
    Make them sum to 1, or write one of them as `rest`.
""",
    ),
]

# (what is wrong, the text of config.yaml, options, changes, the message)
WRONG_CHANGES: list[tuple[str, str, tuple[str, ...], dict[str, str], str]] = [
    (
        "Two options that cannot both be had",
        """\
resources:
  bed: {capacity: 300}
options:
  more: {change: {resources.bed.capacity: +24}}
  fixed: {change: {resources.bed.capacity: 310}}
""",
        ("more", "fixed"),
        {},
        """\
config.yaml, line 5: options.fixed.change.resources.bed.capacity = 310
    The options `more` and `fixed` both change resources.bed.capacity.
    Choose one of them, or write an option that does both.
""",
    ),
    (
        "An option that does not exist",
        """\
options:
  more_beds: {change: {warm_up: 30 days}}
""",
        ("more_bed",),
        {},
        """\
option = more_bed
    There is no option `more_bed`.
    Did you mean `more_beds`?
""",
    ),
    (
        "A change of something that is not there",
        """\
parameters:
  ed.triage_time: {lognormal: {mean: 7 min, p95: 15 min}}
""",
        (),
        {"parameters.ed.triage_time.lognormal.p90": "12 min"},
        """\
parameters.ed.triage_time.lognormal.p90 = 12 min
    There is no `parameters.ed.triage_time.lognormal.p90` in this config.
    Did you mean `parameters.ed.triage_time.lognormal.p95`?
""",
    ),
    (
        "A change in another unit",
        """\
resources:
  bed: {capacity: 300}
""",
        (),
        {"resources.bed.capacity": "+6 beds"},
        """\
resources.bed.capacity = +6 beds
    This cannot be added: it is not in the unit of the value.
    Write for example `+6`.
""",
    ),
    (
        "A change that makes the config wrong",
        """\
parameters:
  ed.disposition: {admit: 0.3, home: 0.7}
""",
        (),
        {"parameters.ed.disposition.admit": "0.5"},
        """\
config.yaml, line 2: parameters.ed.disposition = 0.5 + 0.7
    The shares sum to 1.2, not 1.
    Make them sum to 1, or write one of them as `rest`.
""",
    ),
    (
        "Shares multiplied all together",
        """\
parameters:
  ed.disposition: {admit: 0.3, home: 0.7}
""",
        (),
        {"parameters.ed.disposition": "x 0.5"},
        """\
parameters.ed.disposition = x 0.5
    This parameter has several numbers.
    Say which, such as parameters.ed.disposition.admit.
""",
    ),
]
