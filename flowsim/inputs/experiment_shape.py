"""The shape of an experiment: which keys may stand where. Its JSON Schema for editors is made from it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema

from flowsim.inputs.documents import Amounts, Anything, Document, Names, Number, Sourced, Text, schema_text

SCHEMA_FILE = Path(__file__).parent / "schema" / "experiment.schema.json"
Whole = Annotated[Any, WithJsonSchema({"type": "integer", "minimum": 0})]


class BaselineDocument(Document):
    """What holds in every scenario, the baseline among them."""

    options: Names = Field(None, description="Options of the place that are switched on.")
    set: Amounts = Field({}, description="Changes as for `--set`: {resources.crew.rota: +1}.")
    demand: Anything = Field(
        None, description="A factor on all unplanned demand (x 1.03), or one for each source."
    )


class ScenarioDocument(BaselineDocument):
    """A choice to be held against the baseline: what differs from it."""

    title: Text = Field(None, description="What it is called in tables and pictures.")


class RangeDocument(Document):
    """A field that takes any value between two."""

    from_: Anything = Field(alias="from", description="One end, written as a change: +0, x 0.8 or 12/h.")
    to: Anything = Field(description="The other end, written alike.")


class DesignDocument(Document):
    """Many settings of a few fields: one of list, grid, latin_hypercube and sobol."""

    list_: list[Amounts] = Field(
        [], alias="list", description="Settings one by one: [{FIELD: CHANGE, ...}, ...]."
    )
    grid: Amounts = Field({}, description="Every combination: {FIELD: [CHANGE, CHANGE, ...]}.")
    latin_hypercube: dict[str, RangeDocument] = Field(
        {}, description="A Latin hypercube over ranges: {FIELD: {from: CHANGE, to: CHANGE}}."
    )
    sobol: dict[str, RangeDocument] = Field(
        {}, description="A scrambled Sobol sequence over ranges, as for `latin_hypercube`."
    )
    settings: Whole = Field(None, description="How many settings a Latin hypercube or a Sobol sequence has.")


class PrecisionDocument(Document):
    """How precise a KPI is to be: one of absolute and relative."""

    absolute: Number = Field(None, description="Half the width of its interval, in the KPI's own unit.")
    relative: Number = Field(None, description="Half the width of its interval, as a share of its mean.")


class StandardDocument(Sourced):
    """What good is: one of at_least and at_most."""

    kpi: Text = Field(description="The KPI's name, as in [KPIs](kpis.md).")
    group: Anything = Field(None, description="For whom: {home: worcester}. Default: everybody.")
    at_least: Number = Field(None, description="The standard is met at this figure or above.")
    at_most: Number = Field(None, description="The standard is met at this figure or below.")


class SeekDocument(RangeDocument):
    """The first setting of a field at which a standard is met, for `flowsim seek`."""

    find: Literal["smallest", "largest"] = Field(
        "smallest",
        description="The smallest value that meets the standard (a capacity), or the largest (a stay).",
    )
    field: Text = Field(description="What is changed, a path as for `--set`.")
    step: Number = Field(description="From one value to the next: the answer is no finer.")
    standard: Text = Field(
        None, description="The KPI of the standard to be met. Not needed if the experiment has one standard."
    )
    probability: Number = Field("90%", description="How likely the standard is to be met.")
    confidence: Number = Field("95%", description="How sure the answer is to be.")


class UnitCostDocument(Sourced):
    """What one more costs."""

    each: Text = Field(description="One more, for a year: 12_000 GBP.")


class FrontierDocument(Document):
    """Cost against performance over the fields of the design, for `flowsim frontier`."""

    kpi: Text = Field(description="The KPI to hold against the cost.")
    costs: dict[str, UnitCostDocument] = Field(
        description="For each field of the design, what one more costs."
    )
    confirm: Whole = Field(6, description="How many of the settings that are proposed to simulate.")


class SaidDocument(Document):
    """Words that somebody put their name to."""

    text: Text = Field(description="What is expected, or what was decided, and why.")
    by: Text = Field(description="Who says so.")
    date: Text = Field(description="When, such as 2018-06-30.")


class ExperimentDocument(Document):
    """A question to a place."""

    schema_: Literal[1] = Field(1, alias="schema", description="The version of this grammar.")
    title: Text = Field(description="What it is called in tables and pictures.")
    question: Text = Field(description="The question, in words.")
    place: Text = Field(description="The place that is asked: a name or a path.")
    baseline: BaselineDocument | None = Field(
        None, description="What holds in every scenario. Default: the place as it is."
    )
    scenarios: dict[str, ScenarioDocument] = Field(
        {}, description="Choices to hold against the baseline, by name."
    )
    design: DesignDocument | None = Field(None, description="Many settings, for `flowsim sweep`.")
    seek: SeekDocument | None = Field(
        None, description="The first setting that meets a standard, for `flowsim seek`."
    )
    frontier: FrontierDocument | None = Field(
        None, description="Cost against performance over the design, for `flowsim frontier`."
    )
    replications: Whole = Field(10, description="How many; with `until`, how many at least.")
    until: dict[str, PrecisionDocument] = Field(
        {}, description="More are added until these KPIs are as precise as this: {KPI: {absolute: 0.5%}}."
    )
    most: Whole = Field(
        100, description="With `until`, never more than these; if they are not enough, that is said."
    )
    start: Text = Field(
        "warmed",
        description="`warmed`: each replication has a warmed state of its own, shared by all scenarios; `empty`, with "
        "a warm-up in each; `census`: the place's own; or the path of a CSV with the patients who are inside now.",
    )
    warm_up: Number = Field(None, description="Simulated time before anything else. Default: the place's.")
    settle: Number = Field(
        None,
        description="Time in each scenario, after the warmed state, that does not count. Default: 14 days.",
    )
    length: Number = Field("28 days", description="Simulated time that counts, such as 91 days or 1 year.")
    seed: Whole = Field(1, description="The same seed gives the same patients.")
    kpis: list[Text] = Field([], description="The KPIs of the question. Default: the model's headlines.")
    standard: list[StandardDocument] = Field([], description="What good is.")
    prediction: SaidDocument | None = Field(None, description="What is expected, written down beforehand.")
    decision: SaidDocument | None = Field(None, description="What was decided afterwards.")


def experiment_schema() -> str:
    """The schema of an experiment as it is shipped."""
    return schema_text(ExperimentDocument, "A flowsim experiment")
