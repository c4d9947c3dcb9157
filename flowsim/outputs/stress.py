"""A STRESS-DES document of a study, made from its model, config and run, so that it cannot say something else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flowsim.inputs.provenance import by_status
from flowsim.inputs.values import Distribution, Parameter, Rota
from flowsim.outputs.answer import scenario_title
from flowsim.outputs.report.asked import Asked
from flowsim.outputs.report.trust import certificate
from flowsim.outputs.words import plain, several, span
from flowsim.pathway.formulas import names_of
from flowsim.pathway.steps import Hold, Leave, Release, Seize
from flowsim.program import Program
from flowsim.studies.study import Study

YOURS = "*To be written by whoever uses this result.*"
MOST_LAWS = 3


def stress_des(study: Study, command: str, asked: Asked) -> str:
    """The whole document, as Markdown. Item numbers are the checklist's own (Monks and others, 2019)."""
    program = study.programs[study.baseline]
    parts = [
        *_objectives(study, asked),
        *_logic(study),
        *_data(program),
        *_experiment(study),
        *_implementation(study, command),
    ]
    head = [
        f"# STRESS-DES: {program.config.title or program.config.name}",
        "Made by flowsim from the model, the config and the run. The numbers are the checklist's own.",
    ]
    return "\n\n".join([*head, *parts]) + "\n"


def _objectives(study: Study, asked: Asked) -> Iterator[str]:
    program = study.programs[study.baseline]
    yield "## 1 Objectives"
    yield f"**1.1 Purpose.** {asked.question or YOURS} {program.config.description}".strip()
    yield (
        f"**1.2 Outputs.** {several(len(program.model.observe.kpis), 'KPI')}, each with its formula in flowsim's "
        "reference (KPIs and definitions). Means over replications with 95% t-intervals; scenarios as paired differences "
        "of the same patients. Midnight counts are of the instant of midnight."
    )
    others = list(study.programs)[1:]
    if not others:
        yield "**1.3 Experiments.** The baseline alone."
    else:
        rows = [(scenario_title(study, name), _changes(program, study.programs[name])) for name in others]
        yield "**1.3 Experiments.** " + (asked.prediction and f"Expected beforehand: {asked.prediction}")
        yield _table(("scenario", "what it changes"), rows)


def _changes(base: Program, other: Program) -> str:
    options = [other.config.options[name] for name in other.config.chosen]
    told = [f"`{path}`: {value}" for one in options for path, value in one.change.items()]
    return "; ".join(told) or "values changed on the command line" * (
        other.config.sha256 != base.config.sha256
    )


def _logic(study: Study) -> Iterator[str]:
    program = study.programs[study.baseline]
    model, titles = program.model, program.model.observe.titles
    yield "## 2 Logic"
    yield "**2.1 Diagram.** `pathways.svg` beside this file, drawn from the model itself."
    yield f"**2.2 Base logic.** {several(len(model.pathways), 'pathway')} of {several(len(program.steps), 'step')}:"
    yield _table(
        ("pathway", "steps"),
        [(chain.title or plain(chain.name), len(chain.steps)) for chain in model.pathways],
    )
    yield "**2.3 Scenario logic.** Scenarios change numbers of the config and nothing else: see 1.3."
    rules = [(rule.name, f"watches {rule.watch}", f"changes {rule.changes}") for rule in model.rules]
    yield "**2.4 Algorithms.** " + (
        "Rules that change a capacity between two thresholds:" if rules else "No trigger rules."
    )
    if rules:
        yield _table(("rule", "watches", "changes"), rules)
    yield "**2.5.1 Entities.** Patients, with these attributes:"
    yield _table(("attribute", "values"), [(name, ", ".join(values)) for name, values in program.attributes])
    yield "**2.5.2 Activities.** What takes time, and its law:"
    yield _table(("activity", "parameter", "law"), list(_activities(program)))
    yield "**2.5.3 Resources.** What is held; work in hand is finished at the end of a shift:"
    yield _table(("resource", "for each site", "capacity by the config"), list(_resources(program)))
    yield "**2.5.4 Queues.** By priority, then by joining; nobody overtakes the head. What differs from that:"
    yield _table(("queue joined at", "for", "discipline"), list(_queues(program)))
    outcomes = sorted({step.outcome for step in model.steps() if isinstance(step, Leave)})
    yield (
        "**2.5.5 Entry and exit.** Poisson sources have a rate for each hour of the week and month, and are thinned by "
        f"their multiplier. Ways out: {', '.join(titles.get(name) or plain(name) for name in outcomes)}."
    )
    sources = [
        (one.title or plain(one.name), program.config.sources[one.name].kind, one.to) for one in model.sources
    ]
    yield _table(("source", "kind", "starts at"), sources)


def _activities(program: Program) -> Iterator[tuple[str, str, str]]:
    for step in program.model.steps():
        name = step.duration if isinstance(step, Hold) else step.after if isinstance(step, Release) else None
        if name:
            parameter = program.config.parameters.get(name)
            yield step.label, name, law(parameter) if parameter else "a column of a trace"


def law(parameter: Parameter) -> str:
    """The law of a duration: one, or the first few of those that differ by patient."""
    laws = list(
        dict.fromkeys(
            _law(value) for value in parameter.cells.values.values() if isinstance(value, Distribution)
        )
    )
    more = f" and {len(laws) - MOST_LAWS} more" if len(laws) > MOST_LAWS else ""
    by = f"by {', '.join(parameter.cells.by)}: " if parameter.cells.by else ""
    factors = f", times {several(len(parameter.times), 'factor')}" if parameter.times else ""
    return by + "; ".join(laws[:MOST_LAWS]) + more + factors


def _law(value: Distribution) -> str:
    if value.parts:
        return f"{value.family} of {len(value.parts)} parts"
    times = {"constant", "exponential", "uniform", "triangular", "normal"}
    told = {
        name: span(round(arg)) if value.family in times else f"{arg:.4g}" for name, arg in value.args.items()
    }
    args = ", ".join(f"{name} {arg}" for name, arg in told.items())
    return f"{value.family}{' ' + value.law if value.law else ''} ({args})"


def _resources(program: Program) -> Iterator[tuple[str, str, str]]:
    for item in program.model.resources:
        value = program.config.resources.get(item.name)
        rotas = {} if value is None else value.rotas
        told = "; ".join(f"{plain(site) + ': ' if site else ''}{_rota(rota)}" for site, rota in rotas.items())
        yield item.title or plain(item.name), "yes" if item.per_site else "no", told


def _rota(rota: Rota) -> str:
    numbers = sorted({line.value for line in rota.lines} | {value for _, value in rota.steps})
    if len(numbers) <= 1:
        return f"{numbers[0] if numbers else 0}"
    return f"by rota, lines of {numbers[0]} to {numbers[-1]}"


def _queues(program: Program) -> Iterator[tuple[str, str, str]]:
    for step in program.model.steps():
        if isinstance(step, Seize):
            told = [
                "several at once, the first to grant" * (len(step.resources) > 1),
                f"priority {step.priority}" * (step.priority != 0),
                f"gives up after `{step.patience}`" * (step.patience is not None),
                f"at most {step.queue_limit} waiting, else {step.if_full}" * (step.queue_limit is not None),
                "more urgent with time" * bool(step.escalate),
                "may interrupt" * step.preempts,
            ]
            if any(told):
                yield step.label, ", ".join(names_of(step.resources)), "; ".join(filter(None, told))


def _data(program: Program) -> Iterator[str]:
    counts = ", ".join(f"{number:,} {status}" for status, number in sorted(by_status(program.config).items()))
    yield "## 3 Data"
    yield f"**3.1 Sources.** Beside each number in `assumptions.csv`: {counts}."
    yield f"**3.2 Pre-processing.** Numbers of the status `derived` say in their note how they were worked out. {YOURS}"
    yield (
        "**3.3 Inputs.** All of them, with source and range, in `assumptions.csv`; laws in 2.5.2. Inputs are correlated "
        "through attributes only."
    )
    yield f"**3.4 Assumptions.** In `assumptions.csv`; structure in flowsim's page on limits. {YOURS}"


def _experiment(study: Study) -> Iterator[str]:
    design = study.design
    start = "the patients of a census CSV" if design.from_csv else "the place's warmed census"
    begun = f"from empty, then {design.warm_up} days of warm-up" if design.state is None else f"from {start}"
    yield "## 4 Experiment"
    yield f"**4.1 Initialisation.** Terminating after the measured time; started {begun}."
    yield f"**4.2 Run length.** {several(design.days, 'measured day')}; time is whole milliseconds."
    yield f"**4.3 Replications.** {design.replications} of each scenario, seed {design.seed}. {YOURS}"
    yield _table(
        ("check", "verdict", "what came out"),
        [(one.name, one.verdict, one.says) for one in certificate(study)],
    )


def _implementation(study: Study, command: str) -> Iterator[str]:
    yield "## 5 Implementation"
    yield "**5.1 Software.** Versions and machine: `manifest.json`."
    yield (
        "**5.2 Random numbers.** Philox4x32-10, addressed by seed, replication, patient, decision and visit: common random "
        "numbers by construction."
    )
    yield (
        "**5.3 Execution.** Events in order of time, phase and ticket, as flowsim's contract says; engine "
        f"`{study.design.engine}`. Replications side by side; results do not depend on how many."
    )
    yield "**5.4 Run time.** Seconds of this run: `manifest.json`."
    yield "## 6 Access"
    yield f"**6.1 Sharing.** flowsim is open source (MIT). This run again:\n\n    {command}"


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(content: object) -> str:
    return " ".join(str(content).split()).replace("|", "\\|")
