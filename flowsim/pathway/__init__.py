"""The language: verbs, resources, sources, and the model that they make."""

from flowsim.pathway.conditions import (
    free,
    holding,
    in_use,
    is_closed,
    is_open,
    patient,
    present,
    queue,
    since,
)
from flowsim.pathway.model import (
    Attribute,
    Calendar,
    Model,
    Resource,
    Rule,
    Source,
    attribute,
    calendar,
    load_model,
    resource,
    rule,
    source,
)
from flowsim.pathway.observe import Observe
from flowsim.pathway.steps import CARRY_ON, Pathway, pathway

__all__ = [
    "CARRY_ON",
    "Attribute",
    "Calendar",
    "Model",
    "Observe",
    "Pathway",
    "Resource",
    "Rule",
    "Source",
    "attribute",
    "calendar",
    "free",
    "holding",
    "in_use",
    "is_closed",
    "is_open",
    "load_model",
    "pathway",
    "patient",
    "present",
    "queue",
    "resource",
    "rule",
    "since",
    "source",
]  # fmt: skip
