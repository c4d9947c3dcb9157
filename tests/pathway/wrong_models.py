"""Models that cannot work, or do not fit their config, and what is said of each: tests and the documentation read it.

Each entry is a title, a function that makes the model (or the model and its config), and the exact text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flowsim.pathway import (
    CARRY_ON,
    Model,
    Pathway,
    attribute,
    calendar,
    free,
    in_use,
    pathway,
    patient,
    resource,
    rule,
    since,
    source,
)

Made = Model | tuple[Model, dict[str, Any]]


def ward(*pathways: Pathway, **more: Any) -> Model:
    """A model with a bed, an acuity and a source that starts at the first pathway."""
    return Model(
        name="tiny",
        pathways=pathways,
        sources=more.pop("sources", (source("walk_in", to=pathways[0].name),)),
        resources=more.pop("resources", (resource("bed"),)),
        attributes=(attribute("acuity", "urgent", "routine"),),
        **more,
    )


def fitting(**changes: Any) -> tuple[Model, dict[str, Any]]:
    """A model that works, with a config of which some entries are changed, added or (None) left out."""
    model = ward(
        pathway("ed")
        .seize("bed", amount="ed.beds")
        .hold("ed.time")
        .release("bed")
        .choose("ed.outcome", home=CARRY_ON, ward="ed.round")
        .leave("home")
        .wait_until("ward_round", label="round")
        .leave("ward"),
        calendars=(calendar("ward_round"),),
    )
    config: dict[str, Any] = {
        "sources": {"walk_in": {"rate": "1/h"}},
        "resources": {"bed": {"capacity": 3}},
        "calendars": {"ward_round": {"open": ["mon-fri 09:00-12:00"]}},
        "parameters": {
            "ed.time": "10 min",
            "ed.beds": {"value": 1},
            "ed.outcome": {"home": 0.7, "ward": "rest"},
        },
    }
    for where, value in changes.items():
        kind, _, name = where.partition("__")
        name = name.replace("__", ".")
        config[kind] = {**config[kind], name: value}
        if value is None:
            del config[kind][name]
    return model, config


WRONG: list[tuple[str, Callable[[], Made], str]] = [
    (
        "A resource that is not declared",
        lambda: ward(pathway("ed").use("bedd", "ed.time").leave("home")),
        (
        'model tiny: ed.seize:bedd = bedd\n'
        '    is not a resource of the model (did you mean "bed"?)\n'
        '    declare it: resource("bedd")\n'
        '\n'
        'model tiny: ed.release:bedd = bedd\n'
        '    is not a resource of the model (did you mean "bed"?)\n'
        '    declare it: resource("bedd")'
    ),
    ),
    (
        "Two steps with one label",
        lambda: ward(pathway("ed").use("bed", "ed.time").use("bed", "ed.time").leave("home")),
        (
        'model tiny: label = ed.seize:bed\n'
        '    two steps of the pathway have this label\n'
        '    give one of the two steps a name of its own: label="..."\n'
        '\n'
        'model tiny: label = ed.hold:ed.time\n'
        '    two steps of the pathway have this label\n'
        '    give one of the two steps a name of its own: label="..."\n'
        '\n'
        'model tiny: label = ed.release:bed\n'
        '    two steps of the pathway have this label\n'
        '    give one of the two steps a name of its own: label="..."'
    ),
    ),
    (
        "A target that does not exist",
        lambda: ward(pathway("ed").choose("ed.outcome", home=CARRY_ON, admit="wrd").leave("home"),
                     pathway("ward").leave("died")),
        (
        'model tiny: ed.choose:ed.outcome = wrd\n'
        '    is neither a pathway nor a step\'s label (did you mean "ward"?)\n'
        '    name an existing one'
    ),
    ),
    (
        "A pathway from whose end patients fall",
        lambda: ward(pathway("ed").mark("arrived")),
        (
        'model tiny: ed.mark:arrived = ed\n'
        '    is the last step, and patients fall off the end\n'
        '    end the pathway with .leave(outcome) or .then(target)'
    ),
    ),
    (
        "A pathway that nobody reaches",
        lambda: ward(pathway("ed").leave("home"), pathway("ward").leave("home")),
        (
        'model tiny: pathway = ward\n'
        '    cannot be reached from any source\n'
        '    lead to it, or remove it'
    ),
    ),
    (
        "Steps that nobody reaches",
        lambda: ward(pathway("ed").leave("home").mark("late").leave("later")),
        (
        'model tiny: ed.mark:late = ed\n'
        '    cannot be reached from any source\n'
        '    lead to it, or remove it'
    ),
    ),
    (
        "Leaving with the bed",
        lambda: ward(pathway("ed").seize("bed").choose("ed.outcome", home=CARRY_ON, ward="ed.release:bed").leave("home")
                     .release("bed").leave("ward")),
        (
        'model tiny: ed.leave:home = bed\n'
        '    is still held by patients who leave here on some way\n'
        '    release it before: .release("bed"), if_held=True if only some hold it'
    ),
    ),
    (
        "Giving back what was never held",
        lambda: ward(pathway("ed").route((patient("acuity", "urgent"), "ed.release:bed")).seize("bed").release("bed")
                     .leave("home")),
        (
        'model tiny: ed.release:bed = bed\n'
        '    is released here, but on some way it is not held\n'
        '    seize it on every way to here, or say if_held=True'
    ),
    ),
    (
        "A patience that leads nowhere",
        lambda: ward(pathway("ed").use("bed", "ed.time", patience="ed.patience").leave("home")),
        (
        'model tiny: ed.seize:bed = ed.patience\n'
        '    is a patience, but nothing says where those who give up go\n'
        '    add on_leave=target'
    ),
    ),
    (
        "A queue limit that leads nowhere",
        lambda: ward(pathway("ed").use("bed", "ed.time", queue_limit=5).leave("home")),
        (
        'model tiny: ed.seize:bed = 5\n'
        '    is a queue limit, but nothing says where those turned away go\n'
        '    add if_full=target, or if_full="displace" with on_leave=target'
    ),
    ),
    (
        "Displacing without a place to go",
        lambda: ward(pathway("ed").use("bed", "ed.time", queue_limit=5, if_full="displace").leave("home")),
        (
        'model tiny: ed.seize:bed = displace\n'
        '    pushes patients out, but nothing says where they go\n'
        '    add on_leave=target'
    ),
    ),
    (
        "A priority beyond 31",
        lambda: ward(pathway("ed").use("bed", "ed.time", priority=40).leave("home")),
        (
        'model tiny: ed.seize:bed = 40\n'
        '    is not a priority\n'
        '    use 0 (most urgent) to 31'
    ),
    ),
    (
        "Less than one unit",
        lambda: ward(pathway("ed").use("bed", "ed.time", amount=0).leave("home")),
        (
        'model tiny: ed.seize:bed = 0\n'
        '    is less than one unit\n'
        '    seize at least 1'
    ),
    ),
    (
        "A resource both alone and among several",
        lambda: ward(pathway("ed").seize("bed", first_of=("chair",)).release("bed").leave("home")),
        (
        'pathway ed = bed\n'
        '    is named beside first_of, and it is not clear in which order they are joined\n'
        '    name them all in order: first_of=("bed", "chair")'
    ),
    ),
    (
        "A circle in which no time passes",
        lambda: ward(pathway("ed").mark("round").choose("ed.again", yes="ed", no=CARRY_ON).leave("home")),
        (
        'model tiny: ed.mark:round = ed.mark:round, ed.choose:ed.again\n'
        '    is a cycle in which no time can pass\n'
        '    put a .hold, .wait_until or .seize into the cycle'
    ),
    ),
    (
        "A value that the attribute does not have",
        lambda: ward(pathway("ed").set("acuity", "urgnt").leave("home")),
        (
        'model tiny: ed.set:acuity = urgnt\n'
        '    is not a value of acuity (did you mean "urgent"?)\n'
        '    use one of urgent, routine'
    ),
    ),
    (
        "Setting the month",
        lambda: ward(pathway("ed").set("month", "jan").leave("home")),
        (
        'model tiny: ed.set:month = month\n'
        '    is the month in which the journey began; it cannot be set\n'
        '    use an attribute of your own'
    ),
    ),
    (
        "A time since a mark that nobody makes",
        lambda: ward(pathway("ed").mark("arrived").route((since("arived") > "ed.long", "ed")).leave("home")),
        (
        'model tiny: ed.route:since arived > ed.long = arived\n'
        '    is not a milestone of the model (did you mean "arrived"?)\n'
        '    mark it somewhere: .mark(...)'
    ),
    ),
    (
        "A time compared with a plain number",
        lambda: ward(pathway("ed").mark("arrived").route((since("arrived") > 240, "late")).leave("home"),
                     pathway("late").leave("late")),
        (
        'model tiny: ed.route:since arrived > 240 = since arrived > 240\n'
        '    compares a time with a plain number\n'
        '    name a parameter that is a duration'
    ),
    ),
    (
        "A source that starts at a step",
        lambda: ward(pathway("ed").hold("ed.time").leave("home"), sources=(source("walk_in", to="ed.hold:ed.time"),)),
        (
        'model tiny: source walk_in = ed.hold:ed.time\n'
        '    is not a pathway of the model\n'
        '    start the source at a pathway'
    ),
    ),
    (
        "A rule about one patient",
        lambda: ward(pathway("ed").mark("arrived").use("bed", "ed.time").leave("home"),
                     rules=(rule("late", watch=since("arrived"), changes="bed"),)),
        (
        'model tiny: rule late = since arrived\n'
        '    is about one patient; a rule watches a resource\n'
        '    watch in_use, queue, free or present'
    ),
    ),
    (
        "A shared rule for beds of each site",
        lambda: (
            ward(pathway("ed").route((free("bed") >= 1, CARRY_ON)).use("bed", "ed.time").leave("home"),
                 resources=(resource("bed", per_site=True),), rules=(rule("surge", watch=in_use("bed"), changes="bed"),)),
            {"sources": {"walk_in": {"rate": "1/h"}}, "resources": {"bed": {"capacity": 3}},
             "parameters": {"ed.time": "1 h"},
             "rules": {"surge": {"on": 3, "off": 2, "change": 1}}},
        ),
        (
        '<dict>: rules.surge = surge\n'
        '    is shared, but its resources are per site\n'
        '    declare rule(..., per_site=True) in the model'
    ),
    ),
    ("A name without a value", lambda: fitting(parameters__ed__time=None), (
        'parameters.ed.time\n'
        '    has no value: step ed.hold:ed.time uses it\n'
        '    give it one under parameters:'
    )),
    ("A value without a name", lambda: fitting(parameters__ed__tiem="5 min"), (
        '<dict>: parameters.ed.tiem\n'
        '    is not in the model (did you mean "ed.time"?)\n'
        '    remove it, or correct its name'
    )),
    ("A resource without a capacity", lambda: fitting(resources__bed=None), (
        'resources.bed\n'
        '    has no value: the model declares it\n'
        '    give it one under resources:'
    )),
    ("A share that is no branch", lambda: fitting(parameters__ed__outcome={"home": 0.7, "died": "rest"}), (
        '<dict>: parameters.ed.outcome\n'
        "    has the share 'died', which is not one of home, ward\n"
        '    correct its value in the config'
    )),
    ("A branch of which nothing is said", lambda: fitting(parameters__ed__outcome={"home": 1.0}), (
        '<dict>: parameters.ed.outcome\n'
        "    says nothing of the share 'ward': write 0 if nobody goes that way\n"
        '    correct its value in the config'
    )),
    ("A number where a duration is wanted", lambda: fitting(parameters__ed__time={"value": 3}), (
        '<dict>: parameters.ed.time\n'
        '    is used as a duration, but is not one\n'
        '    correct its value in the config'
    )),
    ("A share where shares are wanted", lambda: fitting(parameters__ed__outcome={"value": 0.5}), (
        '<dict>: parameters.ed.outcome\n'
        '    is used as shares, but is not a set of named shares\n'
        '    correct its value in the config'
    )),
    ("Nobody moves nothing", lambda: fitting(parameters__ed__beds={"value": 0}), (
        '<dict>: parameters.ed.beds = 0\n'
        '    is how many units ed.seize:bed moves: at least 1\n'
        '    give every class at least 1, or route around the step'
    )),
    ("A calendar that never opens", lambda: fitting(calendars__ward_round={"open": []}), (
        '<dict>: calendars.ward_round.open\n'
        '    The calendar is never open.\n'
        '    Write {open: [mon-fri 09:00-12:00]}.'
    )),
    ("A column that no trace has", lambda: fitting(parameters__ed__time={"trace": "stay"}), (
        '<dict>: parameters.ed.time\n'
        "    is the column 'stay' of a trace; the traces' duration columns: none\n"
        '    correct its value in the config'
    )),
]  # fmt: skip
