"""Studies: scenarios, replications, and what they say together."""

from __future__ import annotations

from flowsim.studies.design import Design
from flowsim.studies.replicate import Replication, replicate
from flowsim.studies.scenario import Scenario

__all__ = ["Design", "Replication", "Scenario", "replicate"]
